//! Peers that speak HTTP/2 frame by frame, to no good end. RFC 9113 §5.4.1, §6.8, §10.5.

use tokio::io::split;

use super::{http2::TlsServer, *};

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const GOAWAY: u8 = 7;
const CONTINUATION: u8 = 9;

const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

/// `GET https://localhost/`, compressed as RFC 7541 says.
const GET_ROOT: &[u8] = b"\x82\x87\x84\x41\x09localhost";

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// The error codes of the GOAWAY frames that come back while these frames are sent, until the server ends the connection.
async fn farewell(server: &TlsServer, mut frames: impl Iterator<Item = Vec<u8>>) -> Vec<u32> {
    let (mut reader, mut writer) = split(server.http2_stream().await);
    let sending = async {
        let mut hello = PREFACE.to_vec();
        hello.extend(frame(SETTINGS, 0, 0, &[]));
        let mut is_open = writer.write_all(&hello).await.is_ok();
        while let (true, Some(frame)) = (is_open, frames.next()) {
            is_open = writer.write_all(&frame).await.is_ok();
        }
        // All of it was taken: nobody was stopped.
        assert!(!is_open, "the server took everything");
    };
    let mut answer = Vec::new();
    let reading = async { reader.read_to_end(&mut answer).await.unwrap_or_default() };
    tokio::join!(sending, reading);
    codes(&answer)
}

fn codes(mut bytes: &[u8]) -> Vec<u32> {
    let mut codes = Vec::new();
    while let [a, b, c, kind, _, _, _, _, _, rest @ ..] = bytes {
        let length = usize::try_from(u32::from_be_bytes([0, *a, *b, *c])).unwrap();
        let Some((payload, rest)) = rest.split_at_checked(length) else { break };
        if *kind == GOAWAY {
            codes.push(u32::from_be_bytes(payload[4..8].try_into().unwrap()));
        }
        bytes = rest;
    }
    codes
}

/// RFC 9113 §7: the peer makes more work than it should.
const ENHANCE_YOUR_CALM: u32 = 0xb;

#[tokio::test]
async fn h09_v138_who_opens_and_resets_streams_without_end_is_sent_away() {
    let server = TlsServer::start(hello()).await;
    let resets = (0..100_000).map(|number| {
        let stream = number * 2 + 1;
        let mut both = frame(HEADERS, END_HEADERS | END_STREAM, stream, GET_ROOT);
        both.extend(frame(RST_STREAM, 0, stream, &8_u32.to_be_bytes()));
        both
    });
    assert_eq!(farewell(&server, resets).await.last(), Some(&ENHANCE_YOUR_CALM));
}

#[tokio::test]
async fn h09_v138_headers_without_end_are_cut_off() {
    let server = TlsServer::start(hello()).await;
    // A literal header, not indexed, again and again.
    let header =
        b"\x00\x01a\x7f\x00".iter().copied().chain(std::iter::repeat_n(b'x', 127)).collect::<Vec<_>>();
    let first = frame(HEADERS, END_STREAM, 1, GET_ROOT);
    let flood = (0..10_000).map(|_| frame(CONTINUATION, 0, 1, &header.repeat(100)));
    let codes = farewell(&server, std::iter::once(first).chain(flood)).await;
    assert!(codes.last().is_some_and(|code| *code != 0), "{codes:?}");
}

#[tokio::test]
async fn h09_v138_empty_data_without_end_is_cut_off() {
    let server = TlsServer::start(hello()).await;
    let first = frame(HEADERS, END_HEADERS, 1, b"\x83\x87\x84\x41\x09localhost");
    let flood = (0..1_000_000).map(|_| frame(DATA, 0, 1, &[]).repeat(100));
    let codes = farewell(&server, std::iter::once(first).chain(flood)).await;
    assert!(codes.last().is_some_and(|code| *code != 0), "{codes:?}");
}
