//! `x:OAuthClient`.

use domain::client::{management::MANAGE, metadata::AuthMethod};
use serde_json::json;

use crate::{
    rfc7592::{Owner, replacement},
    world::{Form, REDIRECT_URI, World},
};

const SET: &str = "x:OAuthClient/set";
const GET: &str = "x:OAuthClient/get";

both! {
    async fn the_example_creates_the_client_of_the_console(world: World) {
        let jmap = world.admin_jmap().await;
        let body = r#"[["x:OAuthClient/set",{"create":{"n0":{"clientId":"webadmin","description":"WebUI",
            "redirectUris":{"https://h/admin/oauth/callback":true,"https://h/account/oauth/callback":true}}}},"c0"]]"#;
        let responses = jmap.calls(serde_json::from_str(body).expect("JSON")).await;
        let created = &responses[0][1]["created"]["n0"];
        let client = jmap.get(GET, created["id"].as_str().expect("an id")).await;
        assert_eq!((&client["clientId"], &client["description"], &client["door"]), (&json!("webadmin"), &json!("WebUI"), &json!("administrator")));
        assert_eq!(client["redirectUris"], json!({ "https://h/account/oauth/callback": true, "https://h/admin/oauth/callback": true }));
        assert_eq!((&client["expiresAt"], &client["contacts"], client.get("secret")), (&json!(null), &json!({}), None));
        assert!(created["createdAt"].as_str().is_some_and(|at| at.ends_with('Z')));
    }

    async fn a_client_that_was_made_here_gets_tokens(world: World) {
        let jmap = world.admin_jmap().await;
        let made = jmap.create(SET, json!({ "clientId": "app", "redirectUris": [REDIRECT_URI], "secret": { "@type": "Generate" } })).await;
        let mut client = world.unregistered_client("app");
        client.secret = made["secret"].as_str().map(str::to_owned);
        client.method = AuthMethod::ClientSecretBasic;
        client.tokens(&mut world.alice().await).await;
        let stored = jmap.get(GET, made["id"].as_str().expect("an id")).await;
        assert_eq!(stored["secret"], "****");
    }

    async fn when_a_client_was_last_served_is_told_and_can_be_asked_for(world: World) {
        let (used, idle) = (world.confidential_client(AuthMethod::ClientSecretBasic).await, world.public_client().await);
        let jmap = world.admin_jmap().await;
        let of = async |client: &str| {
            let row = world.client_named(client).await.expect("a client");
            jmap.get(GET, row.id.as_str()).await["lastUsedAt"].clone()
        };
        used.token(Form::of(&[("grant_type", "authorization_code"), ("code", "invented"), ("code_verifier", "v")])).await.refuses("invalid_grant");
        world.tell_uses().await;
        assert_eq!(of(&used.id).await, json!(null), "it got nothing");
        used.token(Form::of(&[("grant_type", "client_credentials")])).await.is(200);
        world.tell_uses().await;
        assert!(of(&used.id).await.as_str().is_some_and(|at| at.ends_with('Z')));
        assert_eq!(of(&idle.id).await, json!(null));
        let since = json!({ "lastUsedAtIsGreaterThan": "2020-01-01T00:00:00Z" });
        assert_eq!(jmap.find("x:OAuthClient/query", since.clone()).await.len(), 1);
        assert_eq!(jmap.find("x:OAuthClient/query", json!({ "operator": "NOT", "conditions": [since] })).await.len(), 1);
    }

    async fn a_secret_is_set_kept_replaced_and_never_shown(world: World) {
        let jmap = world.admin_jmap().await;
        let first = "a-secret-of-our-own-choice";
        let made = jmap.create(SET, json!({ "clientId": "app", "redirectUris": ["https://a.example/cb"], "secret": first })).await;
        let id = made["id"].as_str().expect("an id");
        assert_eq!(made.get("secret"), None);
        let introspect = |secret: &str| world.post("/introspect").basic("app", secret).form(&Form::of(&[("token", "x")])).send();
        let changed = jmap.update(SET, id, json!({ "secret": "****", "description": "App" })).await;
        assert_eq!((changed["metadata"]["client_name"].as_str(), changed.get("secret")), (Some("App"), None));
        introspect(first).await.is(200);
        let changed = jmap.update(SET, id, json!({ "secret": { "@type": "Generate" } })).await;
        introspect(first).await.is(401);
        introspect(changed["secret"].as_str().expect("a secret")).await.is(200);
        assert_eq!(jmap.not_updated(SET, id, json!({ "secret": "short" })).await["type"], "validationFailed");
    }

    async fn a_pointer_adds_a_redirect_uri_and_null_removes_it(world: World) {
        let jmap = world.admin_jmap().await;
        let made = jmap.create(SET, json!({ "clientId": "app", "redirectUris": { "https://a.example/cb": true } })).await;
        let id = made["id"].as_str().expect("an id");
        jmap.update(SET, id, json!({ "redirectUris/https:~1~1b.example~1cb": true })).await;
        jmap.update(SET, id, json!({ "redirectUris/https:~1~1a.example~1cb": null })).await;
        assert_eq!(jmap.get(GET, id).await["redirectUris"], json!({ "https://b.example/cb": true }));
    }

    async fn redirect_uris_obey_the_rules_of_registration(world: World) {
        let jmap = world.admin_jmap().await;
        for uri in ["http://a.example/cb", "https://a.example/cb#x", "javascript:alert(1)", "https://*.example/cb", "nothing"] {
            let error = jmap.not_created(SET, json!({ "clientId": "app", "redirectUris": [uri] })).await;
            assert_eq!((&error["type"], &error["validationErrors"][0]["property"]), (&json!("validationFailed"), &json!("redirectUris")), "{uri}");
        }
    }

    async fn a_client_id_is_taken_once_and_never_changes(world: World) {
        let jmap = world.admin_jmap().await;
        let record = json!({ "clientId": "app", "redirectUris": ["https://a.example/cb"] });
        let made = jmap.create(SET, record.clone()).await;
        let error = jmap.not_created(SET, record).await;
        assert_eq!((&error["type"], &error["properties"]), (&json!("primaryKeyViolation"), &json!(["clientId"])));
        let error = jmap.not_updated(SET, made["id"].as_str().expect("an id"), json!({ "clientId": "other" })).await;
        assert_eq!((&error["type"], &error["properties"]), (&json!("invalidProperties"), &json!(["clientId"])));
    }

    async fn j11_what_only_the_server_sets_is_refused(world: World) {
        let jmap = world.admin_jmap().await;
        let made = jmap.create(SET, json!({ "clientId": "app", "redirectUris": ["https://a.example/cb"] })).await;
        let id = made["id"].as_str().expect("an id");
        for (name, value) in [("secretHash", json!("x")), ("state", json!("verified")), ("createdAt", json!("2020-01-01T00:00:00Z")), ("metadata", json!({})), ("door", json!("anonymous"))] {
            let error = jmap.not_updated(SET, id, json!({ name: value })).await;
            assert_eq!((&error["type"], &error["properties"]), (&json!("invalidProperties"), &json!([name])));
            assert_eq!(jmap.not_created(SET, json!({ "clientId": "b", name: value })).await["type"], "invalidProperties", "{name}");
        }
        let whole = jmap.get(GET, id).await;
        assert_eq!(jmap.update(SET, id, whole).await, json!(null), "what is as it was may be sent back");
    }

    async fn a_client_that_registered_itself_is_the_same_object(world: World) {
        let jmap = world.admin_jmap().await;
        let client = world.confidential_client(AuthMethod::ClientSecretBasic).await;
        let ids = jmap.find("x:OAuthClient/query", json!({ "clientId": client.id })).await;
        jmap.update(SET, &ids[0], json!({ "description": "Renamed" })).await;
        let uri = client.registration["registration_client_uri"].as_str().expect("a URI");
        let token = client.registration["registration_access_token"].as_str().expect("a token");
        assert_eq!(world.get(uri).bearer(token).send().await.is(200).text("client_name"), "Renamed");
        assert_eq!(jmap.get(GET, &ids[0]).await["metadata"]["client_name"], "Renamed");
    }

    async fn an_end_that_is_over_stops_a_client_at_once(world: World) {
        let jmap = world.admin_jmap().await;
        let client = world.confidential_client(AuthMethod::ClientSecretBasic).await;
        let tokens = client.tokens(&mut world.alice().await).await;
        let ids = jmap.find("x:OAuthClient/query", json!({ "clientId": client.id })).await;
        let changed = jmap.update(SET, &ids[0], json!({ "expiresAt": "2020-01-01T00:00:00Z" })).await;
        assert_eq!(changed, json!({ "state": "expired" }));
        client.refresh(&tokens.text("refresh_token")).await.is(401);
        assert!(!world.is_active(&tokens.text("access_token")).await);
    }

    async fn destroying_a_client_kills_its_grants(world: World) {
        let jmap = world.admin_jmap().await;
        let client = world.public_client().await;
        let tokens = client.tokens(&mut world.alice().await).await;
        let ids = jmap.find("x:OAuthClient/query", json!({ "clientId": client.id })).await;
        let set = jmap.call(SET, json!({ "destroy": [ids[0], ids[0], "nothing"] })).await;
        assert_eq!((&set["destroyed"], &set["notDestroyed"]["nothing"]["type"]), (&json!([ids[0]]), &json!("notFound")));
        assert!(!world.is_active(&tokens.text("access_token")).await);
        client.refresh(&tokens.text("refresh_token")).await.refuses("invalid_client");
    }

    async fn j14_no_approval_slips_past_a_change_of_the_same_moment(world: World) {
        let jmap = world.admin_jmap().await;
        for _ in 0..8 {
            let client = world.client(json!({ "token_endpoint_auth_method": "none" })).await;
            let id = jmap.find("x:OAuthClient/query", json!({ "clientId": client.id })).await.remove(0);
            let seen = jmap.call(GET, json!({ "ids": [id] })).await;
            let approval = json!([[SET, { "ifInState": seen["state"], "update": { &id: { "isVerified": true } } }, "0"]]);
            let evil = client.replace(json!({ "redirect_uris": ["https://evil.example/callback"] }));
            let (_, approved) = tokio::join!(evil, jmap.calls(approval));
            let now = jmap.get(GET, &id).await;
            let is_evil = now["redirectUris"] == json!({ "https://evil.example/callback": true });
            assert!(!(is_evil && now["isVerified"] == true), "{now} {approved}");
        }
    }

    async fn j14_who_approves_what_was_changed_meanwhile_is_told_so(world: World) {
        let jmap = world.admin_jmap().await;
        let client = world.client(json!({ "token_endpoint_auth_method": "none" })).await;
        let seen = jmap.call(GET, json!({ "ids": null })).await;
        client.replace(json!({ "redirect_uris": ["https://evil.example/callback"] })).await.is(200);
        let id = seen["list"][0]["id"].as_str().expect("an id");
        let approval = json!({ "ifInState": seen["state"], "update": { id: { "isVerified": true } } });
        assert_eq!(jmap.error(SET, approval).await, "stateMismatch");
        assert_eq!(jmap.get(GET, id).await["state"], "active");
    }

    async fn an_administrator_lets_a_client_manage_by_its_scope(world: World) {
        let jmap = world.admin_jmap().await;
        let record = json!({ "clientId": "dashboard", "redirectUris": [REDIRECT_URI], "scope": ["openid", MANAGE] });
        let made = jmap.create(SET, record).await;
        let id = made["id"].as_str().expect("an id");
        assert_eq!(jmap.get(GET, id).await["scope"], json!({ "openid": true, MANAGE: true }));
        let (client, mut admin) = (world.unregistered_client("dashboard"), world.browser());
        admin.sign_in("admin", crate::world::ADMIN_PASSWORD).await;
        let code = admin.consented(client.request().with("scope", MANAGE)).await.code();
        let token = client.exchange(&code).await.is(200).text("access_token");
        world.get("/jmap/session").bearer(&token).send().await.is(200);
        jmap.update(SET, id, json!({ "scope": ["openid"] })).await;
        admin.authorize(client.request().with("scope", MANAGE)).await.page().is(400).shows("invalid_scope");
        for unknown in [json!(["fly"]), json!(["openid profile"]), json!(["a\\b"])] {
            assert_eq!(jmap.not_updated(SET, id, json!({ "scope": unknown })).await["type"], "validationFailed");
        }
        assert_eq!(jmap.update(SET, id, json!({ "scope": null })).await["metadata"].get("scope"), None);
    }

    async fn nobody_in_a_tenant_lets_a_client_manage(world: World) {
        let (tenant, boss) = world.managed_tenant("acme").await;
        let record = |id: &str, scope: &[&str]| json!({ "clientId": id, "redirectUris": ["https://a.example/cb"], "scope": scope });
        assert_eq!(boss.not_created(SET, record("app", &[MANAGE])).await["type"], "forbidden");
        let made = boss.create(SET, record("app", &["openid"])).await;
        let id = made["id"].as_str().expect("an id");
        assert_eq!(boss.not_updated(SET, id, json!({ "scope": ["openid", MANAGE] })).await["type"], "forbidden");
        world.admin_jmap().await.update(SET, id, json!({ "scope": ["openid", MANAGE] })).await;
        assert_eq!(boss.get(GET, id).await["memberTenantId"], tenant.as_str());
        boss.update(SET, id, json!({ "description": "it keeps what it has" })).await;
        assert_eq!(boss.get(GET, id).await["scope"], json!({ "openid": true, MANAGE: true }));
    }

    async fn what_only_an_administrator_gave_a_client_it_may_send_back(world: World) {
        let jmap = world.admin_jmap().await;
        let client = world.confidential_client(AuthMethod::ClientSecretBasic).await;
        let id = jmap.find("x:OAuthClient/query", json!({ "clientId": client.id })).await.remove(0);
        let logo = "data:image/png;base64,iVBORw0KGgo=";
        jmap.update(SET, &id, json!({ "logo": logo, "scope": ["openid", MANAGE], "isVerified": true })).await;
        let mut owner = Owner::of(&world, &client.registration);
        let read = owner.get().await.is(200).json.clone();
        assert_eq!(read["logo_uri"], logo);
        owner.put(&replacement(&read)).await.is(200);
        let now = jmap.get(GET, &id).await;
        assert_eq!((&now["logo"], &now["scope"], &now["isVerified"]), (&json!(logo), &json!({ "openid": true, MANAGE: true }), &json!(true)));
        let mut other = replacement(&owner.get().await.json);
        other["logo_uri"] = json!("data:image/png;base64,AAAA");
        owner.put(&other).await.is(400);
    }

    async fn a_new_secret_is_told_to_the_journal_and_not_shown(world: World) {
        let jmap = world.admin_jmap().await;
        let made = jmap.create(SET, json!({ "clientId": "app", "redirectUris": ["https://a.example/cb"], "secret": { "@type": "Generate" } })).await;
        let id = made["id"].as_str().expect("an id");
        jmap.update(SET, id, json!({ "secret": { "@type": "Generate" } })).await;
        jmap.update(SET, id, json!({ "description": "App" })).await;
        let ids = jmap.find("x:AuditEvent/query", json!({ "objectKind": "OAuthClient", "objectId": id })).await;
        let events = jmap.call("x:AuditEvent/get", json!({ "ids": ids })).await["list"].clone();
        assert_eq!((&events[0]["note"], &events[1]["note"]), (&json!(null), &json!("the client secret was replaced or dropped")));
    }
}
