use std::time::Duration;

use tokio::sync::{mpsc, watch};

use super::*;

/// A router whose handler says that it runs and then waits until it may go on.
fn slow(runs: mpsc::UnboundedSender<()>, go_on: watch::Receiver<bool>) -> Router {
    let handler = async move || {
        runs.send(()).unwrap();
        go_on.clone().wait_for(|go_on| *go_on).await.unwrap();
        "done"
    };
    Router::new().route("/", get(handler))
}

#[tokio::test]
async fn two_hundred_requests_in_flight_are_all_answered() {
    let (runs, mut running) = mpsc::unbounded_channel();
    let (go_on, wait) = watch::channel(false);
    let mut server = Server::start(slow(runs, wait), Limits::default()).await;
    let mut streams = Vec::new();
    for _ in 0..200 {
        let mut stream = server.connect().await;
        stream.write_all(GET.as_bytes()).await.unwrap();
        streams.push(stream);
        running.recv().await.unwrap();
    }
    server.stop();
    while TcpStream::connect(server.address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    go_on.send_replace(true);
    for mut stream in streams {
        let answer = read_all(&mut stream).await;
        assert!(answer.contains("connection: close") && answer.ends_with("done"), "{answer}");
    }
    server.ended.await.unwrap();
}

#[tokio::test]
async fn who_waits_to_be_accepted_when_the_server_stops_is_still_served() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut streams = Vec::new();
    for _ in 0..20 {
        let mut stream = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        stream.write_all(GET.as_bytes()).await.unwrap();
        streams.push(stream);
    }
    let ended = tokio::spawn(serve(listener, hello(), None, Limits::default(), std::future::ready(())));
    for mut stream in streams {
        assert!(read_all(&mut stream).await.ends_with("hello"));
    }
    ended.await.unwrap();
}

#[tokio::test]
async fn a_request_on_an_idle_connection_just_after_the_stop_is_the_last_one_served() {
    let mut server =
        Server::start(hello(), Limits { notice: Duration::from_secs(20), ..Limits::default() }).await;
    let mut stream = server.connect().await;
    stream.write_all(GET.as_bytes()).await.unwrap();
    read_until(&mut stream, "hello").await;
    server.stop();
    while TcpStream::connect(server.address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    stream.write_all(GET.as_bytes()).await.unwrap();
    let answer = read_all(&mut stream).await;
    assert!(answer.contains("connection: close") && answer.ends_with("hello"), "{answer}");
    drop(stream);
    server.ended.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn idle_connections_hold_the_end_up_for_the_notice_and_no_longer() {
    let mut server = Server::start(hello(), Limits::default()).await;
    let mut stream = server.connect().await;
    stream.write_all(GET.as_bytes()).await.unwrap();
    read_until(&mut stream, "hello").await;
    let start = tokio::time::Instant::now();
    server.stop();
    assert_eq!(read_all(&mut stream).await, "");
    drop(stream);
    server.ended.await.unwrap();
    assert_eq!(start.elapsed().as_secs(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_request_that_does_not_end_holds_the_end_up_for_30_seconds() {
    let limits = Limits { request: Duration::from_mins(10), ..Limits::default() };
    let (runs, mut running) = mpsc::unbounded_channel();
    let (_go_on, wait) = watch::channel(false);
    let mut server = Server::start(slow(runs, wait), limits).await;
    let mut stream = server.connect().await;
    stream.write_all(GET.as_bytes()).await.unwrap();
    running.recv().await.unwrap();
    let start = tokio::time::Instant::now();
    server.stop();
    server.ended.await.unwrap();
    assert_eq!(start.elapsed().as_secs(), 30);
}
