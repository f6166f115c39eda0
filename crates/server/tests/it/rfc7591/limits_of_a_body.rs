//! How much of a stranger's body is read: 32 KiB and no more, however it is sent. RFC 9110 §15.5.14.

use std::time::Duration;

use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

use super::{clients, open, register_bytes, with};
use crate::world::World;

const LIMIT: usize = 32 * 1024;
/// Longer than an answer takes, shorter than the server waits for a peer that does nothing.
const SOON: Duration = Duration::from_secs(5);

both! {
    async fn r10_a_body_of_32_kib_is_read_and_one_byte_more_is_413(world: World) {
        open(&world).await;
        let padded = |length: usize| {
            let empty = with(&json!({ "unknown": "" })).to_string().len();
            with(&json!({ "unknown": "x".repeat(length - empty) })).to_string().into_bytes()
        };
        register_bytes(&world, &padded(LIMIT)).await.is(201);
        let answer = register_bytes(&world, &padded(LIMIT + 1)).await;
        assert_eq!(answer.is(413).text("error"), "invalid_request");
        assert_eq!((answer.header("cache-control"), answer.header("connection")), (Some("no-store"), Some("close")));
        assert_eq!(clients(&world).await, 1);
    }

    async fn r11_a_declared_body_of_10_gigabytes_is_413_at_once_and_the_connection_ends(world: World) {
        open(&world).await;
        let mut stream = begin(&world, "content-length: 10000000000").await;
        assert!(rest(&mut stream).await.starts_with("HTTP/1.1 413 "));
    }

    async fn r12_a_body_without_end_is_413_after_32_kib_and_the_connection_ends(world: World) {
        open(&world).await;
        let mut stream = begin(&world, "transfer-encoding: chunked").await;
        for _ in 0..33 {
            stream.write_all(format!("400\r\n{}\r\n", "x".repeat(1024)).as_bytes()).await.expect("a chunk");
        }
        assert!(rest(&mut stream).await.starts_with("HTTP/1.1 413 "));
        assert_eq!(clients(&world).await, 0);
    }

    async fn a_body_that_breaks_off_registers_nothing(world: World) {
        open(&world).await;
        let mut stream = begin(&world, "content-length: 1000").await;
        stream.write_all(b"{\"redirect_uris\":[").await.expect("a beginning");
        stream.shutdown().await.expect("an end");
        let answer = rest(&mut stream).await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400 "), "{answer}");
        assert_eq!(clients(&world).await, 0);
    }
}

/// A connection on which the head of a registration was sent.
async fn begin(world: &World, length: &str) -> TcpStream {
    let mut stream = TcpStream::connect(world.address()).await.expect("a connection");
    let head = format!(
        "POST /register HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n{length}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.expect("a head");
    stream
}

/// Everything that comes until the server ends the connection, which must be soon.
async fn rest(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let mut part = [0; 4096];
    // A reset is an end, too: the server has no use for what we sent last.
    while let Ok(length @ 1..) =
        timeout(SOON, stream.read(&mut part)).await.expect("an end of the connection")
    {
        bytes.extend_from_slice(&part[..length]);
    }
    String::from_utf8(bytes).expect("a text")
}
