use std::time::Duration;

use tokio::time::Instant;

use super::*;

fn headers(text: &str) -> String {
    format!("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{text}\r\n")
}

/// A head of exactly `size` bytes.
fn head_of(size: usize) -> String {
    let without = headers("Long: \r\n").len();
    headers(&format!("Long: {}\r\n", "x".repeat(size - without)))
}

#[tokio::test]
async fn a_head_larger_than_64_kib_is_431() {
    let server = Server::start(hello(), Limits::default()).await;
    assert!(server.ask(&head_of(64 * 1024)).await.starts_with("HTTP/1.1 200"));
    assert!(server.ask(&head_of(64 * 1024 + 1)).await.starts_with("HTTP/1.1 431"));
}

#[tokio::test]
async fn the_hundred_and_first_header_is_431() {
    let server = Server::start(hello(), Limits::default()).await;
    let with = |count: usize| headers(&"A: b\r\n".repeat(count - 2));
    assert!(server.ask(&with(100)).await.starts_with("HTTP/1.1 200"));
    assert!(server.ask(&with(101)).await.starts_with("HTTP/1.1 431"));
}

#[tokio::test]
async fn a_refusal_reaches_a_peer_that_is_still_sending() {
    let server = Server::start(hello(), Limits::default()).await;
    let mut stream = server.connect().await;
    stream.write_all(head_of(64 * 1024 + 1).as_bytes()).await.unwrap();
    stream.readable().await.unwrap();
    for _ in 0..64 {
        stream.write_all(&[b'x'; 8 * 1024]).await.unwrap();
        tokio::task::yield_now().await;
    }
    stream.shutdown().await.unwrap();
    assert!(read_all(&mut stream).await.starts_with("HTTP/1.1 431"));
}

#[tokio::test]
async fn every_request_knows_its_peer() {
    let server = Server::start(hello(), Limits::default()).await;
    let mut stream = server.connect().await;
    stream.write_all(GET.replace("/ ", "/peer ").as_bytes()).await.unwrap();
    let own = stream.local_addr().unwrap().to_string();
    read_until(&mut stream, &own).await;
}

#[tokio::test]
async fn a_panic_ends_one_request_and_not_its_connection() {
    let server = Server::start(hello(), Limits::default()).await;
    let mut stream = server.connect().await;
    stream.write_all(GET.replace("/ ", "/panic ").as_bytes()).await.unwrap();
    assert!(read_until(&mut stream, "}").await.starts_with("HTTP/1.1 500"));
    stream.write_all(GET.as_bytes()).await.unwrap();
    assert!(read_until(&mut stream, "hello").await.contains("x-request-id: "));
}

#[tokio::test]
async fn one_connection_too_many_is_closed_and_the_next_is_served() {
    let server = Server::start(hello(), Limits { connections: 1, ..Limits::default() }).await;
    let mut first = server.connect().await;
    first.write_all(GET.as_bytes()).await.unwrap();
    read_until(&mut first, "hello").await;
    assert_eq!(read_all(&mut server.connect().await).await, "");
    first.shutdown().await.unwrap();
    assert_eq!(read_all(&mut first).await, "");
    drop(first);
    // The place is free once the server's task has ended, which no peer can see.
    while server.ask(&headers("")).await.is_empty() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_head_has_10_seconds_from_its_first_byte_however_often_another_comes() {
    let server = Server::start(hello(), Limits::default()).await;
    let mut stream = server.connect().await;
    tokio::time::sleep(Duration::from_secs(30)).await;
    let start = Instant::now();
    let (mut reader, mut writer) = stream.split();
    tokio::select! {
        end = reader.read_u8() => assert!(end.is_err()),
        () = async { while writer.write_all(b"G").await.is_ok() { tokio::time::sleep(Duration::from_secs(1)).await; } } => {}
    }
    assert_eq!(start.elapsed().as_secs(), 10);
}

#[tokio::test(start_paused = true)]
async fn h10_a_body_has_30_seconds_however_often_another_byte_comes() {
    let server = Server::start(hello(), Limits::default()).await;
    let mut stream = server.connect().await;
    let head = "POST /read HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    let start = Instant::now();
    let (mut reader, mut writer) = stream.split();
    let mut answer = String::new();
    tokio::select! {
        _ = reader.read_to_string(&mut answer) => {}
        () = async { while writer.write_all(b"x").await.is_ok() { tokio::time::sleep(Duration::from_secs(1)).await; } } => {}
    }
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert_eq!(start.elapsed().as_secs(), 30);
}

#[tokio::test(start_paused = true)]
async fn a_connection_may_be_idle_for_75_seconds_before_and_between_requests() {
    let server = Server::start(hello(), Limits::default()).await;
    let mut stream = server.connect().await;
    for _ in 0..2 {
        tokio::time::sleep(Duration::from_secs(74)).await;
        stream.write_all(GET.as_bytes()).await.unwrap();
        read_until(&mut stream, "hello").await;
    }
    let start = Instant::now();
    assert_eq!(read_all(&mut stream).await, "");
    assert_eq!(start.elapsed().as_secs(), 75);
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_takes_nothing_for_60_seconds_is_left() {
    const LENGTH: usize = 64 * 1024 * 1024;
    let router = Router::new().route("/", get(|| async { vec![0; LENGTH] }));
    let server = Server::start(router, Limits::default()).await;
    let mut stream = server.connect().await;
    stream.write_all(GET.as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_secs(62)).await;
    let mut bytes = Vec::new();
    // It may end in order or by a reset; what matters is that the rest does not come.
    stream.read_to_end(&mut bytes).await.unwrap_or_default();
    assert!(!bytes.is_empty() && bytes.len() < LENGTH, "{}", bytes.len());
}
