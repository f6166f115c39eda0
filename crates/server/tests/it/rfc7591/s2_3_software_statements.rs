//! What a trusted issuer says of a software stands above what the client says of itself. RFC 7591 §2.3, §3.1.1, §3.2.2. The rules themselves are
//! tested in `domain/src/registration/tests/statements.rs`.

use std::time::Duration;

use domain::journal::ObjectKind;
use serde_json::{Value, json};
use server::clock;
use tokio::task::JoinSet;

use super::{base, clients, open, with};
use crate::{
    documents::site::{self, Page, Site},
    journal,
    rfc7592::{Owner, replacement},
    world::{Answer, World, key::Key},
};

const ISSUER: &str = "https://vouch.example";
const ISSUERS: &str = "OidcProvider.softwareStatementIssuers";

/// Trusts [`ISSUER`] with this key. `once`: each of its statements is good once.
async fn trust(world: &World, key: &Key, once: &str) {
    world.settings(ISSUERS, json!([format!("{ISSUER} {} {once}", set(key))])).await;
}

fn set(key: &Key) -> Value {
    json!({ "keys": [key.public()] })
}

/// A statement about an application that [`base`] could be of.
fn stating(key: &Key, claims: &Value) -> String {
    let mut all =
        json!({ "iss": ISSUER, "client_name": "Vouched Mail", "redirect_uris": ["https://c.example/cb"] });
    all.as_object_mut().expect("an object").extend(claims.as_object().expect("an object").clone());
    key.sign(&all)
}

fn showing(statement: &str) -> Value {
    with(&json!({ "software_statement": statement }))
}

fn seconds_from_now(seconds: i64) -> i64 {
    clock::now().seconds() + seconds
}

/// A client that was registered with an API key and this statement.
async fn registered(world: &World, statement: &str) -> Answer {
    let answer = world.register_with(&world.registration_key().await, showing(statement)).await;
    answer.is(201);
    answer
}

both! {
    async fn a_statement_stands_above_the_request_and_is_returned_as_it_came(world: World) {
        let key = Key::new();
        trust(&world, &key, "").await;
        let statement = stating(&key, &json!({ "software_id": "m", "x_unknown": 1 }));
        let body = with(&json!({ "software_statement": statement, "client_name": "Bank", "client_name#de": "Bank", "contacts": ["a@c.example"] }));
        let answer = world.register_with(&world.registration_key().await, body).await;
        assert_eq!((answer.is(201).text("software_statement"), answer.text("client_name")), (statement.clone(), "Vouched Mail".to_owned()));
        assert_eq!((answer.text("software_id"), &answer.json["contacts"]), ("m".to_owned(), &json!(["a@c.example"])));
        assert!(!answer.has("client_name#de") && !answer.has("x_unknown") && !answer.has("iss"));
        assert_eq!(Owner::of(&world, &answer.json).get().await.is(200).json["software_statement"], json!(statement));
    }

    async fn who_vouched_is_told_to_administrators_and_in_the_journal(world: World) {
        let key = Key::new();
        trust(&world, &key, "").await;
        registered(&world, &stating(&key, &json!({}))).await;
        let told = journal::to(&world, ObjectKind::OAuthClient).await;
        assert_eq!(journal::one(&told).event.after.as_ref().expect("what it is")["vouchedForBy"], ISSUER);
        let admin = world.admin_jmap().await;
        let ids = admin.find("x:OAuthClient/query", json!({})).await;
        assert_eq!(admin.get("x:OAuthClient/get", &ids[0]).await["vouchedForBy"], ISSUER);
        let mut console = crate::console::console(&world).await;
        console.get(&format!("/admin/clients/{}", ids[0])).await.page().is(200).shows("Vouched for by").shows(ISSUER);
        let patch = json!({ "description": "Our Mail" });
        admin.update("x:OAuthClient/set", &ids[0], patch).await;
        let after = admin.get("x:OAuthClient/get", &ids[0]).await;
        assert_eq!((&after["vouchedForBy"], &after["description"]), (&json!(ISSUER), &json!("Our Mail")));
    }

    async fn issuers_are_named_over_jmap_in_the_console_and_on_the_host(world: World) {
        let (first, second) = (Key::new(), Key::new());
        let line = format!("{ISSUER} {}", set(&first));
        world.admin_jmap().await.update("x:OidcProvider/set", "singleton", json!({ "softwareStatementIssuers": { line.as_str(): true } })).await;
        registered(&world, &stating(&first, &json!({}))).await;
        let mut console = crate::console::console(&world).await;
        console.get("/admin/provider").await.page().is(200);
        let typed = format!("{ISSUER}   {}  once\r\n", set(&second));
        console.press("provider-save", &[("softwareStatementIssuers", &typed)]).await.page().is(200).shows("It holds from now on");
        let refused = world.register_with(&world.registration_key().await, showing(&stating(&first, &json!({})))).await;
        refused.is(400).refuses("invalid_software_statement");
        let once = json!({ "jti": "a", "exp": seconds_from_now(60) });
        registered(&world, &stating(&second, &once)).await;
        for wrong in ["https://vouch.example", "https://vouch.example http://vouch.example/jwks", "a {\"keys\":[]}"] {
            let refused = world.admin_jmap().await.not_updated("x:OidcProvider/set", "singleton", json!({ "softwareStatementIssuers": [wrong] })).await;
            assert_eq!(refused["validationErrors"][0]["property"], "softwareStatementIssuers", "{wrong}: {refused}");
        }
    }

    async fn r64_r65_what_is_forged_over_or_of_somebody_else_is_refused_and_trust_can_be_taken_back(world: World) {
        open(&world).await;
        let key = Key::new();
        let statement = stating(&key, &json!({}));
        world.register(showing(&statement)).await.is(400).refuses("unapproved_software_statement");
        trust(&world, &key, "").await;
        for (claims, signer) in [
            (json!({}), &Key::new()), (json!({ "exp": seconds_from_now(-120) }), &key), (json!({ "nbf": seconds_from_now(120) }), &key),
            (json!({ "aud": "https://elsewhere.example" }), &key), (json!({ "redirect_uris": ["https://other.example/cb"] }), &key),
        ] {
            world.register(showing(&stating(signer, &claims))).await.is(400).refuses("invalid_software_statement");
        }
        assert_eq!(clients(&world).await, 0);
        world.register(showing(&stating(&key, &json!({ "aud": world.issuer() })))).await.is(201);
        world.settings(ISSUERS, json!([])).await;
        world.register(showing(&statement)).await.is(400).refuses("unapproved_software_statement");
    }

    async fn every_instance_of_a_software_shows_the_same_statement_and_shares_one_id_where_nobody_authenticates(world: World) {
        open(&world).await;
        let key = Key::new();
        trust(&world, &key, "").await;
        let statements = [json!({}), json!({}), json!({ "iat": seconds_from_now(-9), "jti": "b" })].map(|claims| stating(&key, &claims));
        let mut ids = Vec::new();
        for statement in &statements {
            let answer = world.register(showing(statement)).await;
            assert_eq!(&answer.is(201).text("software_statement"), statement, "each hears its own");
            ids.push(answer.text("client_id"));
        }
        assert!(ids.iter().all(|id| *id == ids[0]) && clients(&world).await == 1);
        let alone = world.register(with(&json!({ "client_name": "Vouched Mail" }))).await;
        assert_ne!(alone.is(201).text("client_id"), ids[0], "nobody vouches for that one");
        let (one, other) = (registered(&world, &statements[0]).await, registered(&world, &statements[0]).await);
        assert_ne!(one.text("client_id"), other.text("client_id"));
    }

    async fn keys_of_an_issuer_are_fetched_through_the_gate_and_kept_and_nobody_else_is_asked(world: World) {
        let (site, key) = (Site::beside(&world).await, Key::new());
        open(&world).await;
        site.put("/jwks", Page::json(&set(&key).to_string()));
        world.register(showing(&stating(&key, &json!({})))).await.is(400).refuses("unapproved_software_statement");
        assert_eq!(site.visits("/jwks"), 0);
        world.settings(ISSUERS, json!([format!("{ISSUER} {}", site.url("/jwks"))])).await;
        for _ in 0..3 {
            world.register(showing(&stating(&key, &json!({})))).await.is(201);
        }
        assert_eq!(site.visits("/jwks"), 1);
        let next = Key::new();
        site.put("/jwks", Page::json(&set(&next).to_string()));
        world.register(showing(&stating(&next, &json!({})))).await.is(400).refuses("invalid_software_statement");
        assert_eq!(site.visits("/jwks"), 1, "nobody makes this server ask with every request");
        site::reach(&world).await;
        world.register(showing(&stating(&next, &json!({})))).await.is(201);
        world.restart().await;
        world.register(showing(&stating(&next, &json!({})))).await.is(503).refuses("temporarily_unavailable");
    }

    async fn a_statement_that_is_good_once_registers_one_of_many(world: World) {
        let key = Key::new();
        trust(&world, &key, "once").await;
        let (credential, statement) = (world.registration_key().await, stating(&key, &json!({ "jti": "a", "exp": seconds_from_now(60) })));
        let mut attempts = JoinSet::new();
        for _ in 0..32 {
            let (world, credential, body) = (world.clone(), credential.clone(), showing(&statement));
            attempts.spawn(async move { world.register_with(&credential, body).await });
        }
        let answers = attempts.join_all().await;
        let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 201);
        assert_eq!((won.len(), lost.len(), clients(&world).await), (1, 31, 1));
        assert!(lost.iter().all(|answer| answer.is(400).text("error") == "invalid_software_statement"));
        let mut owner = Owner::of(&world, &won[0].json);
        owner.put(&replacement(&won[0].json)).await.is(200);
        registered(&world, &stating(&key, &json!({ "jti": "b", "exp": seconds_from_now(60) }))).await;
    }

    async fn a_statement_that_is_good_once_stays_so_until_it_is_over(world: World) {
        open(&world).await;
        let key = Key::new();
        trust(&world, &key, "once").await;
        let statement = stating(&key, &json!({ "jti": "a", "exp": seconds_from_now(3600) }));
        let refused = with(&json!({ "software_statement": statement, "grant_types": ["password"] }));
        world.register(refused).await.is(400).refuses("invalid_client_metadata");
        let id = world.register(showing(&statement)).await.is(201).text("client_id");
        assert_eq!(world.register(showing(&statement)).await.is(201).text("client_id"), id, "it is the same client");
        let elsewhere = with(&json!({ "software_statement": statement, "contacts": ["a@c.example"] }));
        world.register(elsewhere).await.is(400).refuses("invalid_software_statement");
        let used = async || world.rows("SELECT jti FROM software_statements", []).await.len();
        let sweep = async |hours| store::sweep::expired(&world.app().store, clock::now().plus(Duration::from_hours(hours))).await;
        sweep(1).await.expect("a sweep");
        assert_eq!(used().await, 1);
        sweep(2).await.expect("a sweep");
        assert_eq!(used().await, 0);
    }

    async fn p01_putting_back_what_was_read_changes_nothing_when_the_statement_is_over(world: World) {
        let key = Key::new();
        trust(&world, &key, "").await;
        let answer = registered(&world, &stating(&key, &json!({ "exp": seconds_from_now(60) }))).await;
        let over = stating(&key, &json!({ "exp": seconds_from_now(-3600) }));
        world.sql("UPDATE clients SET metadata = REPLACE(metadata, $1, $2)", [answer.text("software_statement").as_str().into(), over.as_str().into()]).await;
        trust(&world, &Key::new(), "").await;
        let mut owner = Owner::of(&world, &answer.json);
        let mut body = replacement(&owner.get().await.is(200).json);
        body["client_name"] = json!("Bank");
        let put = owner.put(&body).await;
        assert_eq!((put.is(200).text("software_statement"), put.text("client_name")), (over, "Vouched Mail".to_owned()));
        body["software_statement"] = json!(stating(&key, &json!({ "exp": seconds_from_now(60) })));
        owner.put(&body).await.is(400).refuses("invalid_software_statement");
    }

    async fn m07_a_replacement_without_the_statement_is_one_that_nobody_vouches_for(world: World) {
        let key = Key::new();
        trust(&world, &key, "").await;
        let client = world.client_of(&registered(&world, &stating(&key, &json!({}))).await);
        world.sql("UPDATE clients SET is_verified = TRUE", []).await;
        let mut alice = world.alice().await;
        alice.consented(&client).await.code();
        alice.authorize(&client).await.code();
        let mut body = replacement(&client.registration);
        body["software_statement"] = json!(stating(&key, &json!({ "iat": seconds_from_now(0) })));
        let mut owner = Owner::of(&world, &client.registration);
        assert_eq!(owner.put(&body).await.is(200).json["software_statement"], body["software_statement"]);
        alice.authorize(&client).await.code();
        body["software_statement"] = json!(null);
        let put = owner.put(&body).await;
        assert!(!put.is(200).has("software_statement") && put.text("client_name") == "Vouched Mail");
        alice.authorize(&client).await.page().is(200).shows("Vouched Mail");
        assert!(world.rows("SELECT client_id FROM consents", []).await.is_empty(), "whoever allowed it is asked again");
    }

    async fn a_document_may_show_a_statement_and_is_held_to_it(world: World) {
        let (site, key) = (Site::beside(&world).await, Key::new());
        trust(&world, &key, "").await;
        let vouched = stating(&key, &json!({ "redirect_uris": [crate::world::REDIRECT_URI] }));
        let url = site.document("/client", &json!({ "client_name": null, "software_statement": vouched }));
        let client = world.unregistered_client(&url);
        world.alice().await.authorize(&client).await.page().is(200).shows("Vouched Mail");
        let forged = stating(&Key::new(), &json!({ "redirect_uris": [crate::world::REDIRECT_URI] }));
        let url = site.document("/forged", &json!({ "software_statement": forged }));
        let page = world.browser().authorize(&world.unregistered_client(&url)).await.page();
        page.is(400).shows("software_statement must be signed by a key of its issuer");
    }

    async fn a_simulation_heeds_a_statement_and_uses_nothing_up(world: World) {
        let (key, credential) = (Key::new(), world.admin_key().await);
        trust(&world, &key, "once").await;
        let ask = |door: &str, body: Value| world.post(&format!("/api/simulate/registration?door={door}")).bearer(&credential).json(&body).send();
        let statement = stating(&key, &json!({ "jti": "a", "exp": seconds_from_now(60) }));
        for door in ["api-key", "access-token", "administrator"] {
            assert_eq!(ask(door, showing(&statement)).await.is(200).json["metadata"]["client_name"], "Vouched Mail");
        }
        let forged = ask("api-key", showing(&stating(&Key::new(), &json!({})))).await;
        assert_eq!(forged.is(200).json["error"], "invalid_software_statement");
        registered(&world, &statement).await;
    }

    async fn without_a_statement_everything_is_as_it_was(world: World) {
        open(&world).await;
        let before = world.register(base()).await.is(201).text("client_id");
        trust(&world, &Key::new(), "").await;
        assert_eq!(world.register(base()).await.is(201).text("client_id"), before);
        assert_eq!(world.register(with(&json!({ "software_statement": "" }))).await.is(201).text("client_id"), before);
    }
}
