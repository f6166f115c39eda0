//! `x:ApiKey` and `x:AppPassword`.

use domain::directory::permission::Permission;
use serde_json::{Value, json};

use crate::world::{PASSWORD, World};

const SET: &str = "x:ApiKey/set";

both! {
    async fn the_example_makes_a_key_that_may_only_register(world: World) {
        let jmap = world.admin_jmap().await;
        let body = r#"[["x:ApiKey/set",{"create":{"n0":{"description":"dcr","expiresAt":"2027-01-01T00:00:00Z","allowedIps":{"203.0.113.0/24":true},
            "permissions":{"@type":"Replace","permissions":{"authenticate":true,"oauth-client-registration":true}}}}},"c0"]]"#;
        let responses = jmap.calls(serde_json::from_str(body).expect("JSON")).await;
        let created = &responses[0][1]["created"]["n0"];
        let key = created["secret"].as_str().expect("a secret");
        world.register_with(key, json!({})).await.refuses("invalid_token");
        jmap.update(SET, created["id"].as_str().expect("an id"), json!({ "allowedIps": ["127.0.0.1"] })).await;
        world.register_with(key, json!({ "redirect_uris": ["https://a.example/cb"] })).await.is(201);
        let shown = jmap.get("x:ApiKey/get", created["id"].as_str().expect("an id")).await;
        assert_eq!((&shown["secret"], &shown["expiresAt"]), (&json!("****"), &json!("2027-01-01T00:00:00Z")));
        assert_eq!(shown["permissions"]["permissions"], json!({ "authenticate": true, "oauth-client-registration": true }));
    }

    async fn of_two_changes_at_once_neither_is_lost(world: World) {
        let jmap = world.admin_jmap().await;
        for round in 0..10 {
            let made = jmap.create(SET, json!({ "description": "a key" })).await;
            let id = made["id"].as_str().expect("an id").to_owned();
            let name = format!("round {round}");
            let change = async |patch: Value| jmap.update(SET, &id, patch).await;
            tokio::join!(change(json!({ "description": name })), change(json!({ "allowedIps": ["192.0.2.1"] })));
            let now = jmap.get("x:ApiKey/get", &id).await;
            assert_eq!((&now["description"], &now["allowedIps"]), (&json!(name), &json!({ "192.0.2.1": true })));
        }
    }

    async fn an_account_has_a_hundred_keys_unless_it_may_have_more(world: World) {
        let jmap = world.admin_jmap().await;
        let create: serde_json::Map<_, _> =
            (0..101).map(|number| (format!("n{number}"), json!({ "description": "a key" }))).collect();
        let set = jmap.call("x:AppPassword/set", json!({ "create": create })).await;
        assert_eq!(set["created"].as_object().map(serde_json::Map::len), Some(100));
        assert!(set["notCreated"].to_string().contains("overQuota"));
    }

    async fn keys_are_found_by_their_moments_and_sorted_by_several_properties(world: World) {
        let jmap = world.admin_jmap().await;
        let mut ids = Vec::new();
        for (description, end) in [("b", "2027-01-01T00:00:00Z"), ("a", "2027-01-01T00:00:00Z"), ("a", "2028-01-01T00:00:00Z")] {
            let made = jmap.create("x:AppPassword/set", json!({ "description": description, "expiresAt": end })).await;
            ids.push(made["id"].as_str().expect("an id").to_owned());
        }
        let [first, second, third] = &ids[..] else { panic!("three keys") };
        let found = jmap.find("x:AppPassword/query", json!({ "expiresAt": "2028-01-01T00:00:00Z" })).await;
        assert_eq!(found, std::slice::from_ref(third));
        let at = jmap.get("x:AppPassword/get", second).await["createdAt"].clone();
        assert!(jmap.find("x:AppPassword/query", json!({ "createdAt": at })).await.contains(second));
        let sort = json!([{ "property": "description" }, { "property": "createdAt", "isAscending": false }]);
        let sorted = jmap.call("x:AppPassword/query", json!({ "sort": sort })).await;
        assert_eq!(sorted["ids"], json!([third, second, first]));
    }

    async fn permissions_are_also_known_by_their_older_names(world: World) {
        let permissions = json!({ "@type": "Disable", "permissions": ["oAuthClientRegistration", "sysAccountGet"] });
        let jmap = world.admin_jmap().await;
        let made = jmap.create(SET, json!({ "description": "a key", "permissions": permissions })).await;
        let shown = jmap.get("x:ApiKey/get", made["id"].as_str().expect("an id")).await;
        assert_eq!(shown["permissions"]["permissions"], json!({ "account-get": true, "oauth-client-registration": true }));
    }

    async fn j13_nobody_gives_a_key_what_they_do_not_hold(world: World) {
        let alice = world.account("alice", PASSWORD).await;
        let jmap = world.jmap_of("alice", PASSWORD);
        let replace = |names: &[&str]| json!({ "description": "k", "permissions": { "@type": "Replace", "permissions": names } });
        assert_eq!(jmap.not_created(SET, replace(&["authenticate", "oauth-client-registration"])).await["type"], "forbidden");
        let narrow = world.api_key(&alice, &[Permission::Authenticate, Permission::ApiKeyCreate, Permission::ApiKeyGet]).await;
        let narrow = world.jmap(&narrow);
        assert_eq!(narrow.not_created(SET, replace(&["authenticate", "api-key-destroy"])).await["type"], "forbidden");
        assert_eq!(narrow.not_created(SET, json!({ "description": "k" })).await["type"], "forbidden", "Inherit is more than it holds");
        narrow.create(SET, replace(&["authenticate"])).await;
    }

    async fn a_key_is_touched_only_as_the_kind_it_is_and_by_its_account(world: World) {
        world.account("alice", PASSWORD).await;
        let alice = world.jmap_of("alice", PASSWORD);
        let made = alice.create(SET, json!({ "description": "a key" })).await;
        let id = made["id"].as_str().expect("an id");
        assert_eq!(alice.call("x:AppPassword/get", json!({ "ids": [id] })).await["notFound"], json!([id]));
        assert_eq!(alice.not_updated("x:AppPassword/set", id, json!({ "description": "x" })).await["type"], "notFound");
        world.account("bob", PASSWORD).await;
        let bob = world.jmap_of("bob", PASSWORD);
        assert_eq!(bob.call("x:ApiKey/get", json!({ "ids": [id] })).await["notFound"], json!([id]));
        assert_eq!(bob.call(SET, json!({ "destroy": [id] })).await["notDestroyed"][id]["type"], "notFound");
        assert_eq!(bob.find("x:ApiKey/query", json!({})).await, Vec::<String>::new());
    }

    async fn whoever_may_act_for_others_manages_their_keys_by_their_account(world: World) {
        let alice = world.account("alice", PASSWORD).await.id.to_string();
        let admin = world.admin_jmap().await;
        let set = admin.call(SET, json!({ "accountId": alice, "create": { "n0": { "description": "for alice" } } })).await;
        assert_eq!(set["accountId"], alice.as_str());
        let key = set["created"]["n0"]["secret"].as_str().expect("a secret").to_owned();
        assert_eq!(world.jmap(&key).get_from("/jmap/session").await.is(200).text("username"), "alice");
        assert_eq!(admin.error("x:OidcProvider/get", json!({ "accountId": alice })).await, "accountNotSupportedByMethod");
    }

    async fn a_destroyed_key_is_dead_at_once(world: World) {
        let admin = world.admin_jmap().await;
        let made = admin.create(SET, json!({ "description": "a key" })).await;
        let key = world.jmap(made["secret"].as_str().expect("a secret"));
        key.get_from("/jmap/session").await.is(200);
        let set = admin.call(SET, json!({ "destroy": [made["id"]] })).await;
        assert_eq!(set["destroyed"], json!([made["id"]]));
        key.get_from("/jmap/session").await.is(401);
    }

    async fn an_app_password_stands_for_the_password(world: World) {
        world.account("alice", PASSWORD).await;
        let alice = world.jmap_of("alice", PASSWORD);
        let made = alice.create("x:AppPassword/set", json!({ "description": "mail" })).await;
        let secret = made["secret"].as_str().expect("a secret");
        world.jmap_of("alice", secret).get_from("/jmap/session").await.is(200);
        world.jmap_of("admin", secret).get_from("/jmap/session").await.is(401);
    }

    async fn created_update_and_destroy_of_one_request_meet_by_creation_id(world: World) {
        let jmap = world.admin_jmap().await;
        let calls = json!([
            [SET, { "create": { "k": { "description": "first" } } }, "0"],
            [SET, { "update": { "#k": { "description": "second" } } }, "1"],
            [SET, { "update": { "#k": { "description": "third" } }, "destroy": ["#k"] }, "2"],
        ]);
        let responses = jmap.calls(calls).await;
        let id = responses[0][1]["created"]["k"]["id"].as_str().expect("an id");
        assert_eq!(responses[1][1]["updated"], json!({ id: null }));
        assert_eq!(responses[2][1]["notUpdated"][id]["type"], Value::from("willDestroy"));
        assert_eq!(responses[2][1]["destroyed"], json!([id]));
    }

    async fn v103_whoever_acts_for_others_reaches_no_key_of_those_who_hold_more(world: World) {
        let admin = world.admin_jmap().await;
        let merge = json!({ "@type": "Merge", "enabledPermissions": ["impersonate"] });
        admin.create("x:Account/set", json!({ "name": "carol", "secret": PASSWORD, "permissions": merge })).await;
        let carol = world.jmap_of("carol", PASSWORD);
        let (above, key) = (world.admin().await.id.to_string(), admin.create(SET, json!({ "description": "theirs" })).await["id"].clone());
        let id = key.as_str().expect("an id");
        let set = carol.call(SET, json!({ "accountId": above, "create": { "n0": { "description": "planted", "permissions": { "@type": "Replace", "permissions": ["authenticate"] } } },
            "update": { id: { "description": "x" } } })).await;
        assert_eq!((&set["notCreated"]["n0"]["type"], &set["notUpdated"][id]["type"]), (&json!("forbidden"), &json!("forbidden")));
        let set = carol.call(SET, json!({ "accountId": above, "destroy": [id] })).await;
        assert_eq!(set["notDestroyed"][id]["type"], "forbidden");
        let bob = world.account("bob", PASSWORD).await.id.to_string();
        let set = carol.call(SET, json!({ "accountId": bob, "create": { "n0": { "description": "for bob" } } })).await;
        assert!(set["created"]["n0"].is_object(), "{set}");
    }

    async fn a_key_becomes_narrower_also_when_its_account_lost_what_it_names(world: World) {
        let admin = world.admin_jmap().await;
        let alice = world.account("alice", PASSWORD).await.id.to_string();
        let wide = json!({ "permissions": { "@type": "Merge", "enabledPermissions": ["oauth-client-registration"] } });
        admin.update("x:Account/set", &alice, wide).await;
        let jmap = world.jmap_of("alice", PASSWORD);
        let list = json!({ "@type": "Replace", "permissions": ["authenticate", "oauth-client-registration"] });
        let id = jmap.create(SET, json!({ "description": "fleet", "permissions": list })).await["id"].as_str().expect("an id").to_owned();
        admin.update("x:Account/set", &alice, json!({ "permissions": { "@type": "Inherit" } })).await;
        jmap.update(SET, &id, json!({ "allowedIps": ["127.0.0.1"], "description": "narrow" })).await;
        jmap.update(SET, &id, json!({ "permissions/permissions/authenticate": null })).await;
        let more = json!({ "permissions/permissions/account-get": true });
        assert_eq!(jmap.not_updated(SET, &id, more).await["type"], "forbidden");
    }
}
