//! The event source: RFC 8620 §7.3.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use server::admin::actor::Actor;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

use crate::world::{PASSWORD, World};

/// Longer than any of this takes; who waits longer has failed.
const PATIENCE: Duration = Duration::from_secs(20);

/// Somebody who listens, with what was heard so far.
struct Listener {
    stream: TcpStream,
    heard: String,
}

impl Listener {
    async fn of(world: &World, key: &str, query: &str, more: &str) -> Self {
        Self::with(world, query, &format!("Authorization: Bearer {key}\r\n{more}")).await
    }

    /// Whoever shows `headers`.
    async fn with(world: &World, query: &str, headers: &str) -> Self {
        let mut stream = TcpStream::connect(world.address()).await.expect("a connection");
        let host = world.origin().split_once("//").expect("an origin").1.to_owned();
        let head = format!("GET /jmap/eventsource?{query} HTTP/1.1\r\nHost: {host}\r\n{headers}\r\n");
        stream.write_all(head.as_bytes()).await.expect("sent");
        let mut listener = Self { stream, heard: String::new() };
        listener.until("\r\n\r\n").await;
        assert!(
            listener.heard.starts_with("HTTP/1.1 200 ") && listener.heard.contains("text/event-stream"),
            "{}",
            listener.heard
        );
        listener
    }

    /// Waits until it was heard.
    async fn until(&mut self, text: &str) {
        let read = async {
            while !self.heard.contains(text) {
                let mut bytes = [0; 4096];
                let count = self.stream.read(&mut bytes).await.expect("bytes");
                assert!(count > 0, "the end came before {text}: {}", self.heard);
                self.heard.push_str(&String::from_utf8_lossy(&bytes[..count]));
            }
        };
        timeout(PATIENCE, read).await.unwrap_or_else(|_| panic!("never heard {text}: {}", self.heard));
    }

    /// Waits for the end, and answers everything that was heard.
    async fn end(mut self) -> String {
        let mut rest = Vec::new();
        timeout(PATIENCE, self.stream.read_to_end(&mut rest)).await.expect("an end").expect("bytes");
        self.heard + &String::from_utf8_lossy(&rest)
    }

    /// The data of the last state event.
    fn told(&self) -> Value {
        let data = self.heard.rsplit("data: ").next().and_then(|data| data.lines().next());
        serde_json::from_str(data.expect("data")).expect("JSON")
    }
}

async fn change(world: &World, key: &str, required: bool) -> Value {
    let update = json!({ "update": { "singleton": { "requireClientRegistration": required } } });
    world.jmap(key).call("x:OidcProvider/set", update).await
}

both! {
    async fn a_change_is_told_with_the_state_that_get_answers(world: World) {
        let key = world.admin_key().await;
        let mut listener = Listener::of(&world, &key, "types=*&closeafter=no&ping=0", "").await;
        let state = change(&world, &key, true).await["newState"].clone();
        listener.until("StateChange").await;
        listener.until("\n\n").await;
        assert_eq!(listener.told()["changed"][world.admin().await.id.as_str()]["x:OidcProvider"], state);
        change(&world, &key, false).await;
        let first = listener.heard.clone();
        listener.until("StateChange").await;
        assert!(listener.heard.len() >= first.len());
    }

    async fn closeafter_state_ends_with_the_first_change(world: World) {
        let key = world.admin_key().await;
        let listener = Listener::of(&world, &key, "types=x:OidcProvider&closeafter=state&ping=0", "Connection: close\r\n").await;
        change(&world, &key, true).await;
        assert_eq!(listener.end().await.matches("event: state").count(), 1);
    }

    async fn who_was_away_hears_of_what_was_missed(world: World) {
        let key = world.admin_key().await;
        let missed = "Last-Event-ID: something else\r\nConnection: close\r\n";
        let listener = Listener::of(&world, &key, "types=x:OidcProvider&closeafter=state&ping=0", missed).await;
        assert!(listener.end().await.contains("x:OidcProvider"));
    }

    async fn nobody_hears_of_types_that_were_not_named_or_may_not_be_read(world: World) {
        use domain::directory::permission::Permission::Authenticate;
        let key = world.admin_key().await;
        let weak = world.api_key(&world.admin().await, &[Authenticate]).await;
        let mut deaf = Listener::of(&world, &weak, "types=*&closeafter=no&ping=0", "").await;
        let mut other = Listener::of(&world, &key, "types=x:Nothing&closeafter=no&ping=0", "").await;
        let mut listener = Listener::of(&world, &key, "types=*&closeafter=no&ping=0", "").await;
        change(&world, &key, true).await;
        listener.until("StateChange").await;
        world.app().stopping.send_replace(true);
        for quiet in [&mut deaf, &mut other] {
            quiet.until("\r\n0\r\n").await;
            assert!(!quiet.heard.contains("StateChange"), "{}", quiet.heard);
        }
    }

    async fn an_open_event_source_does_not_hold_up_the_end(world: World) {
        let key = world.admin_key().await;
        let mut listener = Listener::of(&world, &key, "types=*&closeafter=no&ping=0", "").await;
        timeout(PATIENCE, world.restart()).await.expect("the end of the server");
        listener.until("\r\n0\r\n").await;
    }

    async fn one_account_has_a_few_event_sources_and_not_more(world: World) {
        let key = world.admin_key().await;
        let admin = Actor::by_password(world.admin().await, [127, 0, 0, 1].into(), server::clock::now());
        let app = world.app();
        let _held: Vec<_> = (0..8).map(|_| app.places.for_stream(&admin).expect("a place")).collect();
        let answer = world.jmap(&key).get_from("/jmap/eventsource?types=*&closeafter=no&ping=0").await;
        assert!(answer.is(429).header("retry-after").is_some());
    }

    async fn variables_that_say_nothing_are_400(world: World) {
        let jmap = world.admin_jmap().await;
        for query in ["", "?types=*", "?types=*&closeafter=maybe&ping=0", "?types=*&closeafter=no&ping=x", "?types=*&types=*&closeafter=no&ping=0"] {
            jmap.get_from(&format!("/jmap/eventsource{query}")).await.is(400);
        }
    }

    async fn nobody_is_told_anything_once_their_account_is_disabled(world: World) {
        let admin = world.admin_key().await;
        let role = json!({ "@type": "Admin" });
        let made = world.jmap(&admin).create("x:Account/set", json!({ "name": "bob", "secret": PASSWORD, "roles": role })).await;
        let bob = world.jmap_of("bob", PASSWORD);
        let key = bob.create("x:ApiKey/set", json!({ "description": "a key of a test" })).await["secret"].as_str().expect("a secret").to_owned();
        let by_password = format!("Authorization: Basic {}\r\nConnection: close\r\n", STANDARD.encode(format!("bob:{PASSWORD}")));
        let by_key = format!("Authorization: Bearer {key}\r\nConnection: close\r\n");
        let mut listeners = Vec::new();
        for credential in [by_password, by_key] {
            listeners.push(Listener::with(&world, "types=*&closeafter=no&ping=0", &credential).await);
        }
        world.jmap(&admin).update("x:Account/set", made["id"].as_str().expect("an id"), json!({ "isEnabled": false })).await;
        change(&world, &admin, true).await;
        for listener in listeners {
            assert!(!listener.end().await.contains("StateChange"));
        }
    }
}
