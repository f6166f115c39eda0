//! SIGTERM: what is in flight is answered, then the program ends in peace.

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    task::JoinSet,
};

use super::{
    both_places,
    program::{Program, local},
};
use crate::world::Place;

const IN_FLIGHT: usize = 200;
const BODY: &str =
    r#"{"redirect_uris":["http://127.0.0.1/cb"],"token_endpoint_auth_method":"client_secret_basic"}"#;

both_places! {
    async fn sigterm_with_two_hundred_requests_in_flight_loses_none(place: Place) {
        local(&place, &["settings", "set", "OidcProvider.anonymousClientRegistration=true"]);
        let program = Program::start(&place, None).await;
        let mut begun = Vec::new();
        for _ in 0..IN_FLIGHT {
            begun.push(begin(&program).await);
        }
        program.terminate();
        let mut finishing = JoinSet::new();
        for stream in begun {
            finishing.spawn(finish(stream));
        }
        let answers = finishing.join_all().await;
        assert!(answers.iter().all(|answer| answer.starts_with("HTTP/1.1 201")), "{answers:?}");
        assert!(program.ended().await.success());
        place.end();
    }
}

/// Sends the head of a registration and waits until the server asks for its body: from then on the request is in flight.
async fn begin(program: &Program) -> TcpStream {
    let mut stream = TcpStream::connect(("127.0.0.1", program.port)).await.expect("a connection");
    let head = format!(
        "POST /register HTTP/1.1\r\nhost: localhost:{}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nexpect: 100-continue\r\n\r\n",
        program.port,
        BODY.len()
    );
    stream.write_all(head.as_bytes()).await.expect("a head");
    let mut go_on = [0; 25];
    stream.read_exact(&mut go_on).await.expect("an invitation");
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream
}

async fn finish(mut stream: TcpStream) -> String {
    stream.write_all(BODY.as_bytes()).await.expect("a body");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.expect("an answer");
    String::from_utf8_lossy(&answer).into_owned()
}
