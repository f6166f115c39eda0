//! Registration policies: which door is open, what comes in there, and refusals that explain themselves. RFC 7591 §3.2.2, §5.

use serde_json::{Value, json};

use super::{base, clients, open, s3_initial_access_tokens::mint, with};
use crate::{
    rfc7592::{Owner, replacement},
    world::{Jmap, World},
};

const SET: &str = "x:RegistrationPolicy/set";

async fn policy(by: &Jmap, door: &str, members: Value) -> String {
    let mut record = json!({ "description": format!("rules of {door}"), "door": door });
    record.as_object_mut().expect("an object").extend(members.as_object().expect("an object").clone());
    by.create(SET, record).await["id"].as_str().expect("an id").to_owned()
}

both! {
    async fn a_refusal_keeps_its_code_and_says_policy_field_value_rule_and_remedy(world: World) {
        policy(&world.admin_jmap().await, "api-key", json!({ "redirectHosts": ["app.example"] })).await;
        let answer = world.register_with(&world.registration_key().await, base()).await;
        answer.is(400).refuses("invalid_redirect_uri");
        let violation = &answer.json["violations"][0];
        assert_eq!((&violation["policy"], &violation["field"], &violation["value"]), (&json!("rules of api-key"), &json!("redirect_uris"), &json!("https://c.example/cb")));
        assert!(["rule", "remedy"].iter().all(|member| violation[member].as_str().is_some_and(|text| !text.is_empty())));
        assert_eq!(clients(&world).await, 0);
    }

    async fn without_policies_everything_is_as_it_was(world: World) {
        world.register(base()).await.is(401);
        world.register_with(&world.registration_key().await, base()).await.is(201);
        open(&world).await;
        assert!(!world.register(base()).await.is(201).has("violations"));
        let refused = world.register(json!({ "redirect_uris": ["not a uri"] })).await;
        assert!(!refused.is(400).has("violations"));
    }

    async fn the_setting_stays_the_switch_of_the_door_of_strangers(world: World) {
        let id = policy(&world.admin_jmap().await, "anonymous", json!({ "mode": "open" })).await;
        world.register(base()).await.is(401);
        open(&world).await;
        world.register(base()).await.is(201);
        for mode in ["token", "off"] {
            world.admin_jmap().await.update(SET, &id, json!({ "mode": mode })).await;
            let answer = world.register(base()).await;
            answer.is(401).refuses("invalid_token");
            assert_eq!(answer.header("www-authenticate"), Some("Bearer realm=\"wayleave\""));
        }
    }

    async fn r69_a_closed_door_turns_away_tokens_too_and_the_others_stay_open(world: World) {
        let admin = world.admin_jmap().await;
        let (_, token) = mint(&admin, json!({ "maxUses": 9 })).await;
        let id = policy(&admin, "anonymous", json!({ "mode": "token" })).await;
        world.register_with(&token, base()).await.is(201);
        admin.update(SET, &id, json!({ "mode": "off" })).await;
        let refused = world.register_with(&token, base()).await;
        refused.is(403).refuses("access_denied");
        assert_eq!(refused.json["violations"][0]["field"], "door");
        world.register_with(&world.registration_key().await, base()).await.is(201);
    }

    async fn a_door_that_is_off_lets_nobody_in_and_deleting_the_policy_opens_it(world: World) {
        let admin = world.admin_jmap().await;
        let key = world.registration_key().await;
        let id = policy(&admin, "api-key", json!({ "mode": "off" })).await;
        world.register_with(&key, base()).await.is(403).refuses("access_denied");
        admin.call(SET, json!({ "destroy": [id] })).await;
        world.register_with(&key, base()).await.is(201);
    }

    async fn the_policy_of_the_server_and_that_of_the_tenant_both_hold(world: World) {
        let (tenant, administrator) = world.managed_tenant("acme").await;
        policy(&world.admin_jmap().await, "initial-access-token", json!({ "redirectHosts": ["*.acme.example", "c.example"] })).await;
        policy(&administrator, "initial-access-token", json!({ "redirectHosts": ["a.acme.example", "elsewhere.example"] })).await;
        let (_, token) = mint(&administrator, json!({ "maxUses": 9 })).await;
        let at = |host: &str| with(&json!({ "redirect_uris": [format!("https://{host}/cb")] }));
        world.register_with(&token, at("a.acme.example")).await.is(201);
        for host in ["b.acme.example", "elsewhere.example", "c.example"] {
            world.register_with(&token, at(host)).await.is(400).refuses("invalid_redirect_uri");
        }
        let (_, of_nobody) = mint(&world.admin_jmap().await, json!({})).await;
        world.register_with(&of_nobody, at("c.example")).await.is(201);
        assert!(!tenant.is_empty());
    }

    async fn v015_a_replacement_is_held_against_the_policy_as_it_is_now(world: World) {
        let registered = world.register_with(&world.registration_key().await, base()).await;
        policy(&world.admin_jmap().await, "api-key", json!({ "redirectHosts": ["app.example"] })).await;
        let mut owner = Owner::of(&world, &registered.is(201).json);
        let mut body = replacement(&registered.json);
        assert_eq!(owner.put(&body).await.is(400).json["violations"][0]["field"], "redirect_uris");
        body["redirect_uris"] = json!(["https://app.example/cb"]);
        owner.put(&body).await.is(200);
    }

    async fn an_administrator_is_held_to_the_policy_of_administrators(world: World) {
        let admin = world.admin_jmap().await;
        policy(&admin, "administrator", json!({ "redirectHosts": ["app.example"], "maxClientLife": "1d" })).await;
        let client = |host: &str, more: Value| {
            let mut record = json!({ "clientId": "app", "redirectUris": [format!("https://{host}/cb")] });
            record.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
            record
        };
        assert_eq!(admin.not_created("x:OAuthClient/set", client("evil.example", json!({}))).await["validationErrors"][0]["property"], "redirectUris");
        let late = client("app.example", json!({ "expiresAt": "2099-01-01T00:00:00Z" }));
        assert_eq!(admin.not_created("x:OAuthClient/set", late).await["validationErrors"][0]["property"], "expiresAt");
        let made = admin.create("x:OAuthClient/set", client("app.example", json!({}))).await;
        assert!(admin.get("x:OAuthClient/get", made["id"].as_str().expect("an id")).await["expiresAt"].is_string());
        let own = json!({ "clientId": "webadmin", "redirectUris": [format!("{}/admin/oauth/callback", world.issuer())] });
        admin.create("x:OAuthClient/set", own).await;
    }

    async fn a_policy_that_cannot_be_met_or_makes_no_sense_is_not_kept(world: World) {
        let admin = world.admin_jmap().await;
        for (property, members) in [
            ("redirectHosts", json!({ "door": "api-key", "redirectHosts": ["https://a.example"] })),
            ("redirectSchemes", json!({ "door": "api-key", "redirectSchemes": ["javascript"] })),
            ("maxClientLife", json!({ "door": "api-key", "maxClientLife": "30s" })),
            ("mode", json!({ "door": "api-key", "mode": "token" })),
            ("mode", json!({ "door": "administrator", "mode": "off" })),
        ] {
            let mut record = json!({ "description": "x" });
            record.as_object_mut().expect("an object").extend(members.as_object().expect("an object").clone());
            let refused = admin.not_created(SET, record).await;
            assert!(refused.to_string().contains(property), "{refused}");
        }
        policy(&admin, "api-key", json!({})).await;
        assert_eq!(admin.not_created(SET, json!({ "description": "x", "door": "api-key" })).await["type"], "primaryKeyViolation");
    }

    async fn a_simulation_says_what_would_come_of_it_and_keeps_nothing(world: World) {
        let admin = world.admin_jmap().await;
        let key = world.admin_key().await;
        policy(&admin, "api-key", json!({ "redirectHosts": ["app.example"], "scopes": ["openid"], "maxClientLife": "1d" })).await;
        let ask = |query: &str, body: Value| world.post(&format!("/api/simulate/registration?{query}")).bearer(&key).json(&body).send();
        let refused = ask("door=api-key", base()).await;
        assert_eq!((&refused.is(200).json["isAccepted"], &refused.json["error"]), (&json!(false), &json!("invalid_redirect_uri")));
        assert_eq!(refused.json["violations"][0]["policy"], "rules of api-key");
        let good = with(&json!({ "redirect_uris": ["https://app.example/cb"], "scope": "openid profile" }));
        let accepted = ask("door=api-key", good.clone()).await;
        assert_eq!((&accepted.is(200).json["isAccepted"], &accepted.json["metadata"]["scope"]), (&json!(true), &json!("openid")));
        assert!(accepted.has("expiresAt") && !accepted.has("sharedClientId"));
        assert_eq!(clients(&world).await, 0);
        let registered = world.register_with(&world.registration_key().await, good).await;
        assert_eq!(registered.is(201).json["scope"], accepted.json["metadata"]["scope"]);
    }

    async fn a_simulation_of_a_stranger_is_shut_out_where_a_stranger_is(world: World) {
        let key = world.admin_key().await;
        let ask = || world.post("/api/simulate/registration").bearer(&key).json(&base()).send();
        assert_eq!(ask().await.is(200).json["status"], 401);
        open(&world).await;
        let accepted = ask().await;
        assert_eq!(accepted.is(200).text("sharedClientId"), world.register(base()).await.is(201).text("client_id"));
        world.post("/api/simulate/registration?door=window").bearer(&key).json(&base()).send().await.is(400);
        world.post("/api/simulate/registration").json(&base()).send().await.is(401);
    }
}
