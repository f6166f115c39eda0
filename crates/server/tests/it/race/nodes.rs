//! Several nodes on one database: they start together, and what one takes away is gone for all.

use std::net::SocketAddr;

use domain::client::metadata::AuthMethod;
use serde_json::json;
use server::{
    clock,
    config::{Config, Issuer},
    start::{Running, start},
};
use store::{Batch, grants};
use tokio::{
    sync::oneshot,
    task::{JoinHandle, JoinSet},
};

use crate::world::{
    PASSWORD, World,
    place::{drop_database, empty_database},
};

/// As many as start together; each has a few connections, of which a PostgreSQL allows a hundred.
const NODES_ON_SQLITE: usize = 64;
const NODES_ON_POSTGRES: usize = 12;

/// Longer than any of this takes; who waits longer has failed.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(20);

/// A node that serves until it is stopped.
struct Node {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    served: JoinHandle<()>,
}

impl Node {
    fn serve(running: Running) -> Self {
        let address = running.address;
        let (stop, stopped) = oneshot::channel();
        let served = tokio::spawn(running.run(async {
            let _ = stopped.await;
        }));
        Self { address, stop, served }
    }

    /// One more node of the same server.
    async fn beside(world: &World) -> Self {
        let config = Config { listen: ([127, 0, 0, 1], 0).into(), ..world.app().config.clone() };
        Self::serve(start(config, None).await.expect("a second node"))
    }

    async fn end(self) {
        let _ = self.stop.send(());
        self.served.await.expect("a node stops in peace");
    }
}

/// A configuration for nodes on a new directory and a new database, of the same sort as the world's, and how many of them.
async fn fresh(world: &World, data: &tempfile::TempDir) -> (Config, usize) {
    let before = world.app().config.clone();
    let (database, nodes) = if before.database.starts_with("sqlite:") {
        (format!("sqlite:{}", data.path().join("wayleave.db").display()), NODES_ON_SQLITE)
    } else {
        (empty_database(&before.database).await, NODES_ON_POSTGRES)
    };
    let issuer = Issuer::parse("http://localhost:0").expect("an issuer");
    let listen = ([127, 0, 0, 1], 0).into();
    (Config { data: data.path().to_owned(), database, issuer, listen, ..before }, nodes)
}

both! {
    async fn x18_of_many_nodes_that_start_together_on_nothing_one_migrates_and_all_serve(world: World) {
        let data = tempfile::tempdir().expect("a directory");
        let (config, nodes) = fresh(&world, &data).await;
        let starts: JoinSet<_> = (0..nodes).map(|_| start(config.clone(), None)).collect();
        let running: Vec<_> = starts.join_all().await.into_iter().map(|node| node.expect("a start")).collect();
        let versions = "SELECT name FROM schema_migrations";
        let applied = running[0].app.store.read(store::Query::new(versions, [])).await.expect("rows").len();
        assert_eq!(applied, world.rows(versions, []).await.len(), "each migration once");
        let keys = running[0].app.store.read(store::Query::new("SELECT id FROM signing_keys", [])).await;
        assert_eq!(keys.expect("rows").len(), 2, "the keys of one first start");
        let nodes: Vec<_> = running.into_iter().map(Node::serve).collect();
        let mut published = Vec::new();
        for node in &nodes {
            world.get("/healthz/ready").to(node.address).send().await.is(200);
            let host = format!("localhost:{}", node.address.port());
            let jwks = world.get("/jwks.json").header("host", &host).to(node.address).send().await;
            published.push(jwks.is(200).body.clone());
        }
        assert!(published.iter().all(|keys| *keys == published[0]), "all publish the same keys");
        for node in nodes {
            node.end().await;
        }
        if config.database.starts_with("postgres") {
            drop_database(&config.database).await;
        }
    }

    async fn a_disabled_account_is_out_on_every_node_at_once(world: World) {
        let other = Node::beside(&world).await;
        let client = world.confidential_client(AuthMethod::ClientSecretBasic).await;
        let mut alice = world.alice().await;
        let tokens = client.tokens(&mut alice).await;
        let key = world.jmap_of("alice", PASSWORD).create("x:ApiKey/set", json!({ "description": "a key" })).await;
        let key = key["secret"].as_str().expect("a secret").to_owned();
        let there = async || {
            let refresh = crate::world::Form::refresh(&tokens.text("refresh_token"));
            let session = alice.with_cookies(world.get(&format!("/authorize?{}", client.request().encoded())));
            [
                world.get("/userinfo").bearer(&tokens.text("access_token")).to(other.address).send().await.status,
                client.call("/token", refresh).to(other.address).send().await.status,
                world.get("/jmap/session").bearer(&key).to(other.address).send().await.status,
                // The consent page is for whoever is signed in; others are shown the login page.
                u16::from(String::from_utf8_lossy(&session.to(other.address).send().await.body).contains("login-submit")),
            ]
        };
        assert_eq!(there().await, [200, 200, 200, 0]);
        world.enable_account("alice", false).await;
        assert_eq!(there().await, [401, 400, 401, 1]);
        world.enable_account("alice", true).await;
        let [userinfo, refresh, _, is_signed_out] = there().await;
        assert_eq!([userinfo, refresh, is_signed_out], [401, 400, 1], "what was ended stays ended");
        other.end().await;
    }

    async fn what_a_person_takes_back_on_one_node_is_dead_on_the_other_at_once(world: World) {
        let other = Node::beside(&world).await;
        let client = world.public_client().await;
        let tokens = client.tokens(&mut world.alice().await).await;
        let userinfo = || world.get("/userinfo").bearer(&tokens.text("access_token")).to(other.address).send();
        userinfo().await.is(200);
        let mut batch = Batch::new();
        batch.push(grants::revoke_of_account(&world.account_named("alice").await.id, clock::now()));
        assert!(world.app().store.commit(batch).await.expect("revoked").is_committed());
        // A node reads SQLite as it was up to ten milliseconds ago (ADR 31).
        let dead = async { while userinfo().await.status != 401 {} };
        tokio::time::timeout(std::time::Duration::from_secs(5), dead).await.expect("dead on the other node too");
        other.end().await;
    }

    async fn a_permission_that_is_taken_away_on_one_node_is_soon_missing_on_the_other(world: World) {
        let other = Node::beside(&world).await;
        let admin = world.admin_jmap().await;
        let role = json!({ "description": "Registrar", "enabledPermissions": ["authenticate", "oauth-client-registration"] });
        let role = admin.create("x:Role/set", role).await["id"].as_str().expect("an id").to_owned();
        let account = json!({ "name": "rob", "secret": PASSWORD, "roles": { "@type": "Custom", "roleIds": { &role: true } } });
        admin.create("x:Account/set", account).await;
        let rob = world.account_named("rob").await;
        let inherit = server::admin::account_keys::Draft {
            description: "a key".to_owned(),
            permissions: domain::directory::access::KeyPermissions::Inherit,
            allowed_ips: Vec::new(),
            expires_at: None,
        };
        let key = world.api_key_with(&rob, inherit).await;
        let metadata = json!({ "redirect_uris": ["https://app.example/callback"] });
        let register = || world.post("/register").bearer(&key).json(&metadata).to(other.address).send();
        register().await.is(201);
        admin.update("x:Role/set", &role, json!({ "enabledPermissions/oauth-client-registration": null })).await;
        // What roles add up to is believed for half a second.
        let refused = async {
            loop {
                let answer = register().await;
                if answer.status != 201 {
                    return answer;
                }
            }
        };
        let refused = tokio::time::timeout(PATIENCE, refused).await.expect("an end");
        refused.refuses("insufficient_scope");
        other.end().await;
    }
}
