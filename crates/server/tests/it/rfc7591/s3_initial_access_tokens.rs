//! Initial access tokens at the registration endpoint. RFC 7591 §3, RFC 6750 §3.1.

use domain::{directory::permission::Permission, journal::EventKind};
use serde_json::{Value, json};
use server::{admin::journal::seal_now, clock};

use super::{base, clients, open, with};
use crate::{
    rfc7592::{Owner, replacement},
    world::{Jmap, PASSWORD, World},
};

pub(crate) const SET: &str = "x:InitialAccessToken/set";

/// Mints a token with these members beside a description: its id and its secret.
pub(crate) async fn mint(by: &Jmap, members: Value) -> (String, String) {
    let mut record = json!({ "description": "for a test" });
    record.as_object_mut().expect("an object").extend(members.as_object().expect("an object").clone());
    let made = by.create(SET, record).await;
    let text = |member: &str| made[member].as_str().expect(member).to_owned();
    (text("id"), text("secret"))
}

async fn told(world: &World, kind: EventKind) -> usize {
    seal_now(&world.app()).await.expect("sealed");
    world.rows("SELECT id FROM journal WHERE kind = $1", [kind.as_str().into()]).await.len()
}

both! {
    async fn a_token_registers_as_many_clients_as_it_is_for_and_no_more(world: World) {
        let admin = world.admin_jmap().await;
        let (id, token) = mint(&admin, json!({ "maxUses": 2 })).await;
        let first = world.register_with(&token, base()).await.is(201).text("client_id");
        let second = world.register_with(&token, base()).await.is(201).text("client_id");
        assert_ne!(first, second, "a client of its own for each");
        world.register_with(&token, base()).await.is(401).refuses("invalid_token");
        let shown = admin.get("x:InitialAccessToken/get", &id).await;
        assert_eq!((&shown["uses"], &shown["state"], &shown["secret"]), (&json!(2), &json!("spent"), &json!("****")));
        let ledger: Vec<_> = shown["clients"].as_array().expect("a ledger").iter().map(|one| one["clientId"].clone()).collect();
        assert_eq!(ledger, [json!(second), json!(first)]);
        assert_eq!(clients(&world).await, 2);
    }

    async fn a_refused_registration_uses_nothing_up(world: World) {
        let (id, token) = mint(&world.admin_jmap().await, json!({})).await;
        world.register_with(&token, json!({ "redirect_uris": ["not a uri"] })).await.is(400);
        assert_eq!(world.admin_jmap().await.get("x:InitialAccessToken/get", &id).await["uses"], 0);
        world.register_with(&token, base()).await.is(201);
    }

    async fn the_address_carries_the_token_for_programs_that_can_send_no_header(world: World) {
        let (_, token) = mint(&world.admin_jmap().await, json!({ "maxUses": 2 })).await;
        let post = |prefix: &str, token: &str| world.post(&format!("{prefix}/register/i/{token}")).json(&base());
        post("", &token).send().await.is(201);
        post("", &token).bearer(&token).send().await.is(400).refuses("invalid_request");
        post("", &world.registration_key().await).send().await.is(401).refuses("invalid_token");
        post("/auth", &token).send().await.is(201);
        post("", &token).send().await.is(401).refuses("invalid_token");
    }

    async fn r69_a_bad_expired_spent_or_revoked_token_is_401_also_where_strangers_may_register(world: World) {
        let admin = world.admin_jmap().await;
        open(&world).await;
        let (_, expired) = mint(&admin, json!({ "expiresAt": "2020-01-01T00:00:00Z" })).await;
        let (id, revoked) = mint(&admin, json!({})).await;
        admin.update(SET, &id, json!({ "isRevoked": true })).await;
        let (_, good) = mint(&admin, json!({})).await;
        let flipped = format!("{}{}", &good[..good.len() - 1], if good.ends_with('A') { 'Q' } else { 'A' });
        for token in [&expired, &revoked, &flipped, &good[..72], "wli_"] {
            let answer = world.register_with(token, base()).await;
            answer.is(401).refuses("invalid_token");
            assert!(answer.header("www-authenticate").expect("a challenge").contains("error=\"invalid_token\""));
        }
        assert_eq!(clients(&world).await, 0);
        assert!(told(&world, EventKind::InitialAccessTokenRefused).await > 0);
        world.register_with(&good, base()).await.is(201);
    }

    async fn a_token_that_was_revoked_stays_revoked(world: World) {
        let admin = world.admin_jmap().await;
        let (id, token) = mint(&admin, json!({})).await;
        admin.update(SET, &id, json!({ "isRevoked": true })).await;
        assert_eq!(admin.not_updated(SET, &id, json!({ "isRevoked": false })).await["type"], "validationFailed");
        world.register_with(&token, base()).await.is(401);
    }

    async fn a_token_dies_with_the_key_that_minted_it(world: World) {
        let admin = world.admin_jmap().await;
        let made = admin.create("x:ApiKey/set", json!({ "description": "mints" })).await;
        let (_, token) = mint(&world.jmap(made["secret"].as_str().expect("a secret")), json!({ "maxUses": 9 })).await;
        world.register_with(&token, base()).await.is(201);
        admin.call("x:ApiKey/set", json!({ "destroy": [made["id"]] })).await;
        world.register_with(&token, base()).await.is(401).refuses("invalid_token");
    }

    async fn a_token_dies_with_the_account_that_minted_it_and_lives_again_with_it(world: World) {
        let (_, minter) = world.managed_tenant("acme").await;
        let (_, token) = mint(&minter, json!({ "maxUses": 9 })).await;
        for (is_enabled, status) in [(true, 201), (false, 401), (true, 201)] {
            world.enable_account("admin-of-acme", is_enabled).await;
            world.register_with(&token, base()).await.is(status);
        }
    }

    async fn r70_a_token_of_somebody_who_may_not_register_any_more_is_403(world: World) {
        let admin = world.admin_jmap().await;
        let permissions = json!({ "@type": "Merge", "enabledPermissions": ["initial-access-token-create", "oauth-client-registration"] });
        let made = admin.create("x:Account/set", json!({ "name": "mia", "secret": PASSWORD, "permissions": permissions })).await;
        let (_, token) = mint(&world.jmap_of("mia", PASSWORD), json!({})).await;
        admin.update("x:Account/set", made["id"].as_str().expect("an id"), json!({ "permissions": { "@type": "Inherit" } })).await;
        world.register_with(&token, base()).await.is(403).refuses("insufficient_scope");
    }

    async fn p36_nobody_lets_others_register_who_may_not_register(world: World) {
        let admin = world.admin_jmap().await;
        let permissions = json!({ "@type": "Merge", "enabledPermissions": ["initial-access-token-create"] });
        admin.create("x:Account/set", json!({ "name": "mia", "secret": PASSWORD, "permissions": permissions })).await;
        let mia = world.jmap_of("mia", PASSWORD);
        assert_eq!(mia.not_created(SET, json!({ "description": "x" })).await["type"], "forbidden");
    }

    async fn v013_a_token_is_good_for_nothing_but_registering(world: World) {
        let (_, token) = mint(&world.admin_jmap().await, json!({ "maxUses": 9 })).await;
        world.get("/jmap/session").bearer(&token).send().await.is(401);
        world.userinfo(&token).await.is(401);
        let registered = world.register_with(&token, base()).await;
        let owner = Owner::of(&world, &registered.is(201).json).with(&token);
        owner.get().await.is(401).refuses("invalid_token");
    }

    async fn what_a_token_of_a_tenant_registers_belongs_to_the_tenant(world: World) {
        let (tenant, minter) = world.managed_tenant("acme").await;
        let (id, token) = mint(&minter, json!({})).await;
        let client_id = world.register_with(&token, base()).await.is(201).text("client_id");
        let client = world.client_named(&client_id).await.expect("a client");
        assert_eq!(client.member_tenant_id.map(|id| id.to_string()), Some(tenant));
        assert_eq!(client.door.as_str(), "initial-access-token");
        assert_eq!(client.registered_by, Some(world.account_named("admin-of-acme").await.id));
        let (_, elsewhere) = world.managed_tenant("other").await;
        let found = elsewhere.call("x:InitialAccessToken/get", json!({ "ids": [id] })).await;
        assert_eq!(found["notFound"], json!([id]));
    }

    async fn the_bounds_of_a_token_hold_for_what_is_registered_with_it(world: World) {
        let bounds = json!({ "maxUses": 9, "redirectHosts": ["c.example"], "authMethods": ["none"], "maxClientLife": "30d" });
        let (_, token) = mint(&world.admin_jmap().await, bounds).await;
        let refused = world.register_with(&token, with(&json!({ "redirect_uris": ["https://evil.example/cb"] }))).await;
        refused.is(400).refuses("invalid_redirect_uri");
        assert_eq!(refused.json["violations"][0]["policy"], "for a test");
        world.register_with(&token, with(&json!({ "token_endpoint_auth_method": "client_secret_basic" }))).await.is(400).refuses("invalid_client_metadata");
        let client_id = world.register_with(&token, base()).await.is(201).text("client_id");
        let client = world.client_named(&client_id).await.expect("a client");
        let life = client.expires_at.expect("an end").since(client.created_at);
        assert_eq!(life.as_secs(), 30 * 86_400);
    }

    async fn v011_a_client_cannot_replace_its_way_out_of_the_bounds_of_its_token(world: World) {
        let (_, token) = mint(&world.admin_jmap().await, json!({ "redirectHosts": ["c.example"] })).await;
        let registered = world.register_with(&token, base()).await;
        let mut owner = Owner::of(&world, &registered.is(201).json);
        let mut body = replacement(&registered.json);
        body["redirect_uris"] = json!(["https://evil.example/cb"]);
        owner.put(&body).await.is(400).refuses("invalid_redirect_uri");
        body["redirect_uris"] = json!(["https://c.example/other"]);
        owner.put(&body).await.is(200);
    }

    async fn a_token_with_clients_is_revoked_and_not_deleted(world: World) {
        let admin = world.admin_jmap().await;
        let (id, token) = mint(&admin, json!({})).await;
        let client_id = world.register_with(&token, base()).await.is(201).text("client_id");
        let kept = admin.call(SET, json!({ "destroy": [id] })).await["notDestroyed"][&id].clone();
        assert_eq!((&kept["type"], kept["linkedObjects"].as_array().map(Vec::len)), (&json!("objectIsLinked"), Some(1)));
        world.delete_client(&client_id).await;
        assert_eq!(admin.call(SET, json!({ "destroy": [id] })).await["destroyed"], json!([id]));
    }

    async fn a_secret_ends_with_its_client(world: World) {
        let (_, token) = mint(&world.admin_jmap().await, json!({ "maxClientLife": "1h" })).await;
        let body = with(&json!({ "token_endpoint_auth_method": "client_secret_basic" }));
        let registered = world.register_with(&token, body).await;
        let end = registered.is(201).json["client_secret_expires_at"].as_i64().expect("a moment");
        let now = clock::now().seconds();
        assert!((now + 3590..=now + 3600).contains(&end), "{end}");
        assert_eq!(Owner::of(&world, &registered.json).get().await.is(200).json["client_secret_expires_at"], end);
    }

    async fn tokens_are_found_by_what_has_become_of_them(world: World) {
        let admin = world.admin_jmap().await;
        let (active, _) = mint(&admin, json!({})).await;
        let (expired, _) = mint(&admin, json!({ "expiresAt": "2020-01-01T00:00:00Z" })).await;
        let (revoked, _) = mint(&admin, json!({})).await;
        admin.update(SET, &revoked, json!({ "isRevoked": true })).await;
        let (spent, token) = mint(&admin, json!({})).await;
        world.register_with(&token, base()).await.is(201);
        for (state, id) in [("active", active), ("expired", expired), ("revoked", revoked), ("spent", spent)] {
            assert_eq!(admin.find("x:InitialAccessToken/query", json!({ "state": state })).await, [id], "{state}");
        }
    }

    async fn an_api_key_with_the_permission_mints(world: World) {
        let permissions = [Permission::Authenticate, Permission::InitialAccessTokenCreate, Permission::OauthClientRegistration];
        let key = world.api_key(&world.admin().await, &permissions).await;
        let calls = json!([[SET, { "create": { "n": { "description": "by a key" } } }, "c"]]);
        let answer = world.jmap(&key).calls(calls).await;
        let token = answer[0][1]["created"]["n"]["secret"].as_str().expect("a secret").to_owned();
        world.register_with(&token, base()).await.is(201);
    }
}
