//! The gate against real sockets on this computer, with names that lead where a test wants them to.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use super::*;
use crate::clock;

const LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// Answers each lookup with the next list, and the last one for ever.
struct Names {
    answers: Mutex<Vec<Vec<IpAddr>>>,
    asked: AtomicU32,
}

impl Resolve for Names {
    fn resolve<'a>(&'a self, _: &'a str) -> Lookup<'a> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let mut answers = self.answers.lock().unwrap();
        let answer = if answers.len() > 1 { answers.remove(0) } else { answers[0].clone() };
        Box::pin(std::future::ready(Ok(answer)))
    }
}

/// A gate whose every name has these addresses, and that lets `allow` in.
fn gate(allow: &[&str], answers: &[&[&str]]) -> (Gate, Arc<Names>) {
    let addresses = |answer: &&[&str]| answer.iter().map(|text| text.parse().unwrap()).collect();
    let names = Arc::new(Names {
        answers: Mutex::new(answers.iter().map(addresses).collect()),
        asked: AtomicU32::new(0),
    });
    let gate = Gate {
        allow: allow.iter().map(|text| text.parse().unwrap()).collect(),
        ports: vec![443],
        resolver: Arc::clone(&names) as Arc<dyn Resolve>,
        bounds: Bounds::default(),
        tls: tls::Trust::with(None).unwrap(),
    };
    (gate, names)
}

/// A server that answers everybody with `answer` and then waits for them to go; counts who came.
async fn server(answer: Vec<u8>) -> (SocketAddr, Arc<AtomicU32>) {
    let listener = TcpListener::bind((LOOPBACK, 0)).await.unwrap();
    let (address, visits) = (listener.local_addr().unwrap(), Arc::new(AtomicU32::new(0)));
    let counted = Arc::clone(&visits);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            counted.fetch_add(1, Ordering::Relaxed);
            let answer = answer.clone();
            tokio::spawn(async move {
                read_head(&mut stream).await;
                let _ = stream.write_all(&answer).await;
                let _ = stream.read(&mut [0; 16]).await;
            });
        }
    });
    (address, visits)
}

async fn read_head(stream: &mut TcpStream) {
    let (mut head, mut chunk) = (Vec::new(), [0; 1024]);
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        match stream.read(&mut chunk).await {
            Ok(count) if count > 0 => head.extend_from_slice(&chunk[..count]),
            _ => return,
        }
    }
}

fn ok(headers: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n{headers}\r\n{body}", body.len()).into_bytes()
}

async fn get(gate: &Gate, url: &str) -> Result<Fetched, EgressError> {
    gate.fetch(Wanted { url, max_bytes: 5120, budget: None }, clock::now()).await
}

/// What this computer answers, let in.
async fn answered(answer: Vec<u8>) -> Result<Fetched, EgressError> {
    let (address, _) = server(answer).await;
    let (gate, _) = gate(&["127.0.0.0/8"], &[&["127.0.0.1"]]);
    get(&gate, &format!("http://app.example:{}/client", address.port())).await
}

#[tokio::test]
async fn what_is_let_in_is_fetched() {
    let fetched = answered(ok("content-type: application/json\r\n", "{}")).await.unwrap();
    assert_eq!(fetched.body, "{}");
    assert!(fetched.is_json());
}

#[tokio::test]
async fn v002_v008_c02_an_address_that_is_not_public_is_not_connected_to() {
    let (address, visits) = server(ok("", "{}")).await;
    for answer in [
        "127.0.0.1",
        "10.0.0.1",
        "169.254.169.254",
        "::1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
    ] {
        let (gate, _) = gate(&[], &[&[answer]]);
        let url = format!("https://app.example:{}/", address.port());
        assert_eq!(get(&gate, &url).await.map(drop), Err(EgressError::Url), "another port");
        assert_eq!(
            get(&gate, "https://app.example/").await.map(drop),
            Err(EgressError::NotPublic),
            "{answer}"
        );
    }
    assert_eq!(visits.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn c03_one_address_that_is_not_public_spoils_all() {
    let (address, visits) = server(ok("", "{}")).await;
    let (gate, _) = gate(&["127.0.0.1/32"], &[&["127.0.0.1", "10.0.0.1"]]);
    let url = format!("https://app.example:{}/", address.port());
    assert_eq!(get(&gate, &url).await.map(drop), Err(EgressError::NotPublic));
    assert_eq!(visits.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn c03_a_name_is_looked_up_once_and_what_was_looked_at_is_connected_to() {
    let (address, _) = server(ok("", "{}")).await;
    let (gate, names) = gate(&["127.0.0.1/32"], &[&["127.0.0.1"], &["10.0.0.1"]]);
    let url = format!("http://app.example:{}/", address.port());
    assert!(get(&gate, &url).await.is_ok());
    assert_eq!(names.asked.load(Ordering::Relaxed), 1);
    assert_eq!(
        get(&gate, &url).await.map(drop),
        Err(EgressError::NotPublic),
        "the next time it is judged anew"
    );
}

#[tokio::test]
async fn p21_who_is_at_the_other_end_is_looked_at_again() {
    let (address, _) = server(ok("", "{}")).await;
    let (gate, _) = gate(&["127.0.0.0/8"], &[&["127.0.0.1"]]);
    assert!(gate.connect(&[LOOPBACK], address.port()).await.is_ok());
    // Mapped, it is another address than the one that answers.
    let mapped = Ipv4Addr::LOCALHOST.to_ipv6_mapped().into();
    let outcome = gate.connect(&["0.0.0.0".parse().unwrap()], address.port()).await;
    assert_eq!(outcome.map(drop), Err(EgressError::NotPublic), "connected to one that nobody looked at");
    drop(gate.connect(&[mapped], address.port()).await);
}

#[tokio::test]
async fn plain_http_is_spoken_with_this_computer_alone_and_only_when_that_is_let_in() {
    let url = "http://app.example/client";
    for (allow, answer) in [
        (vec![], "127.0.0.1"),
        (vec!["127.0.0.0/8"], "8.8.8.8"),
        (vec!["127.0.0.0/8", "10.0.0.0/8"], "10.0.0.1"),
    ] {
        let (gate, _) = gate(&allow, &[&[answer]]);
        let error = get(&gate, url).await.map(drop).unwrap_err();
        assert!([EgressError::Url, EgressError::NotPublic].contains(&error), "{error:?} {answer}");
    }
}

#[tokio::test]
async fn urls_that_nobody_should_ask_are_not_asked() {
    let (gate, names) = gate(&[], &[&["8.8.8.8"]]);
    for url in [
        "http://app.example/",
        "ftp://app.example/",
        "file:///etc/passwd",
        "https://user@app.example/",
        "https://user:secret@app.example/",
        "https://app.example/#x",
        "https://app.example:22/",
        "https://app.example:8443/",
        "app.example",
        "https://",
    ] {
        assert_eq!(get(&gate, url).await.map(drop), Err(EgressError::Url), "{url}");
    }
    assert_eq!(names.asked.load(Ordering::Relaxed), 0);
    for literal in [
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://[::1]/",
        "https://[::ffff:a00:1]/",
    ] {
        assert_eq!(get(&gate, literal).await.map(drop), Err(EgressError::NotPublic), "{literal}");
    }
}

#[tokio::test]
async fn v004_c04_a_redirect_is_not_followed() {
    let (good, visits) = server(ok("content-type: application/json\r\n", "{}")).await;
    for status in [301, 302, 303, 307, 308] {
        let head = format!(
            "HTTP/1.1 {status} Moved\r\nlocation: http://app.example:{}/\r\ncontent-length: 0\r\n\r\n",
            good.port()
        );
        let error = answered(head.into_bytes()).await.map(drop).unwrap_err();
        assert_eq!(error, EgressError::Status(StatusCode::from_u16(status).unwrap()));
    }
    assert_eq!(visits.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn c05_nothing_but_200_counts() {
    for status in [201, 204, 206, 304, 404, 410, 500, 503] {
        let head = format!("HTTP/1.1 {status} X\r\ncontent-length: 0\r\n\r\n");
        let error = answered(head.into_bytes()).await.map(drop).unwrap_err();
        assert_eq!(error, EgressError::Status(StatusCode::from_u16(status).unwrap()));
    }
}

#[tokio::test]
async fn c06_what_is_too_long_is_not_read_to_its_end() {
    assert!(answered(ok("", &"x".repeat(5120))).await.is_ok());
    assert_eq!(answered(ok("", &"x".repeat(5121))).await.map(drop), Err(EgressError::TooLong));
    let unannounced = format!("HTTP/1.1 200 OK\r\n\r\n{}", "x".repeat(100_000));
    assert_eq!(answered(unannounced.into_bytes()).await.map(drop), Err(EgressError::TooLong));
    let chunk = format!("1000\r\n{}\r\n", "x".repeat(4096));
    let endless = format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{}", chunk.repeat(50));
    assert_eq!(answered(endless.into_bytes()).await.map(drop), Err(EgressError::TooLong));
    let head = format!("HTTP/1.1 200 OK\r\nx: {}\r\n\r\n{{}}", "x".repeat(100_000));
    assert_eq!(answered(head.into_bytes()).await.map(drop), Err(EgressError::Protocol));
}

#[tokio::test]
async fn c06_what_is_packed_is_not_unpacked() {
    for encoding in ["gzip", "br", "identity, gzip"] {
        let outcome = answered(ok(&format!("content-encoding: {encoding}\r\n"), "{}")).await;
        assert_eq!(outcome.map(drop), Err(EgressError::Packed), "{encoding}");
    }
}

#[tokio::test]
async fn c06_f22_two_and_a_half_seconds_are_enough_for_everything() {
    let slow: [Vec<u8>; 3] =
        [Vec::new(), b"HTTP/1.1 200 OK\r\ncontent-le".to_vec(), ok("", "{}")[..39].to_vec()];
    for answer in slow {
        let begun = tokio::time::Instant::now();
        assert_eq!(answered(answer).await.map(drop), Err(EgressError::TooSlow));
        assert!(begun.elapsed() < PATIENCE * 2);
    }
}

#[tokio::test]
async fn what_is_no_http_or_no_tls_is_nothing() {
    assert_eq!(answered(b"SSH-2.0-OpenSSH_9\r\n".to_vec()).await.map(drop), Err(EgressError::Protocol));
    let (address, _) = server(ok("", "{}")).await;
    let (gate, _) = gate(&["127.0.0.0/8"], &[&["127.0.0.1"]]);
    let url = format!("https://app.example:{}/", address.port());
    let error = get(&gate, &url).await.map(drop).unwrap_err();
    assert!([EgressError::Tls, EgressError::TooSlow].contains(&error), "{error:?}");
}

#[tokio::test]
async fn c10_only_json_is_called_json() {
    for (content_type, is_json) in [
        ("application/json", true),
        ("application/json; charset=utf-8", true),
        ("Application/JSON;charset=\"UTF-8\"", true),
        ("application/client+json", true),
        ("application/json; charset=utf-7", false),
        ("text/html", false),
        ("text/json", false),
        ("application/jsonp", false),
    ] {
        let fetched = answered(ok(&format!("content-type: {content_type}\r\n"), "{}")).await.unwrap();
        assert_eq!(fetched.is_json(), is_json, "{content_type}");
    }
    assert!(!answered(ok("", "{}")).await.unwrap().is_json());
}

#[tokio::test]
async fn cimd_07_the_life_of_what_came_is_read_from_its_headers() {
    for (headers, minutes) in [
        ("cache-control: max-age=600\r\n", 10),
        ("date: Mon, 01 Jun 2026 10:00:00 GMT\r\nexpires: Mon, 01 Jun 2026 10:30:00 GMT\r\n", 30),
        ("date: nonsense\r\nexpires: 0\r\n", 60),
        ("", 60),
    ] {
        assert_eq!(
            answered(ok(headers, "{}")).await.unwrap().life(),
            Duration::from_mins(minutes),
            "{headers}"
        );
    }
}

proptest::proptest! {
    #[test]
    fn p21_no_address_that_is_not_public_may_be_asked(bits: u128, as_v4: bool, is_https: bool) {
        let v4 = Ipv4Addr::from(u32::try_from(bits >> 96).unwrap());
        let address = if as_v4 { IpAddr::V4(v4) } else { IpAddr::V6(bits.into()) };
        let (gate, _) = gate(&[], &[&["127.0.0.1"]]);
        let url = Url::parse("https://app.example/").unwrap();
        let target = Target { url, host: "app.example".to_owned(), port: 443, is_https };
        proptest::prop_assert_eq!(gate.may_ask(address, &target), is_https && is_public(address));
    }
}

#[test]
fn what_strangers_hear_tells_nothing_of_the_network_inside() {
    let inside = [
        EgressError::Unresolved,
        EgressError::NotPublic,
        EgressError::Unconnected,
        EgressError::Tls,
        EgressError::TooSlow,
        EgressError::Protocol,
    ];
    assert!(inside.iter().all(|error| error.to_string() == inside[0].to_string()));
}
