//! `x:Account`.

use serde_json::json;

use crate::world::{PASSWORD, World};

const SET: &str = "x:Account/set";
const GET: &str = "x:Account/get";

both! {
    async fn an_account_is_made_signs_in_and_is_shown_in_full(world: World) {
        let admin = world.admin_jmap().await;
        let record = json!({ "name": "Alice", "emails": ["alice@example.com"], "locale": "de", "secret": PASSWORD });
        let made = admin.create(SET, record).await;
        assert_eq!(made["name"], "alice", "what the server made of it is told");
        world.jmap_of("alice", PASSWORD).get_from("/jmap/session").await.is(200);
        let shown = admin.get(GET, made["id"].as_str().expect("an id")).await;
        assert_eq!((&shown["@type"], &shown["roles"], &shown["permissions"]), (&json!("User"), &json!({ "@type": "User" }), &json!({ "@type": "Inherit" })));
        assert_eq!((&shown["quotas"], &shown["timeZone"], shown.get("secret")), (&json!({ "maxApiKeys": null, "maxAppPasswords": null }), &json!(null), None));
    }

    async fn a_disabled_account_is_shut_out_at_once(world: World) {
        let admin = world.admin_jmap().await;
        let alice = world.account("alice", PASSWORD).await.id.to_string();
        let mut browser = world.browser();
        browser.sign_in("alice", PASSWORD).await;
        let tokens = world.public_client().await.tokens(&mut browser).await;
        admin.update(SET, &alice, json!({ "isEnabled": false })).await;
        world.jmap_of("alice", PASSWORD).get_from("/jmap/session").await.is(401);
        assert!(!world.is_active(&tokens.text("access_token")).await);
    }

    async fn j13_nobody_gives_a_role_they_do_not_hold(world: World) {
        let admin = world.admin_jmap().await;
        let role = json!({ "description": "Clerk", "enabledPermissions": ["authenticate", "account-create", "account-get", "account-update"] });
        let role = admin.create("x:Role/set", role).await["id"].clone();
        let roles = json!({ "@type": "Custom", "roleIds": [role] });
        let clerk = admin.create(SET, json!({ "name": "clerk", "secret": PASSWORD, "roles": roles })).await["id"].clone();
        let jmap = world.jmap_of("clerk", PASSWORD);
        let system = json!({ "@type": "Custom", "roleIds": ["00000000000000000000000004"] });
        let more = json!({ "@type": "Merge", "enabledPermissions": { "tenant-create": true } });
        for (name, value) in [("roles", json!({ "@type": "Admin" })), ("roles", system), ("permissions", more)] {
            let mut record = json!({ "name": "x", "roles": roles });
            record[name] = value.clone();
            assert_eq!(jmap.not_created(SET, record).await["type"], "forbidden", "{value}");
            let own = jmap.not_updated(SET, clerk.as_str().expect("an id"), json!({ name: value })).await;
            assert_eq!(own["type"], "forbidden");
        }
        jmap.create(SET, json!({ "name": "y", "roles": roles })).await;
    }

    async fn what_a_tenants_administrator_makes_is_of_the_tenant(world: World) {
        let (tenant, administrator) = world.managed_tenant("acme").await;
        let plain = administrator.create(SET, json!({ "name": "plain" })).await;
        assert_eq!(plain["memberTenantId"], tenant.as_str());
        assert_eq!(administrator.not_created(SET, json!({ "name": "y", "memberTenantId": tenant })).await["type"], "forbidden");
    }

    async fn j09_accounts_of_others_are_not_there_for_a_tenant(world: World) {
        let (_, acme) = world.managed_tenant("acme").await;
        let (_, other) = world.managed_tenant("other").await;
        let foreign = other.create(SET, json!({ "name": "foreign" })).await;
        let id = foreign["id"].as_str().expect("an id");
        let admin = world.admin().await.id.to_string();
        assert_eq!(acme.call(GET, json!({ "ids": [id, admin] })).await["notFound"], json!([id, admin]));
        assert_eq!(acme.not_updated(SET, id, json!({ "name": "mine" })).await["type"], "notFound");
        assert_eq!(acme.call(SET, json!({ "destroy": [id] })).await["notDestroyed"][id]["type"], "notFound");
        assert!(!acme.find("x:Account/query", json!({})).await.contains(&id.to_owned()));
    }

    async fn the_last_administrator_stays(world: World) {
        let admin = world.admin_jmap().await;
        let id = world.admin().await.id.to_string();
        assert_eq!(admin.not_updated(SET, &id, json!({ "isEnabled": false })).await["type"], "forbidden");
        assert_eq!(admin.call(SET, json!({ "destroy": [id] })).await["notDestroyed"][&id]["type"], "forbidden");
    }

    async fn groups_have_members_and_never_sign_in(world: World) {
        let admin = world.admin_jmap().await;
        let calls = json!([[SET, { "create": {
            "g": { "@type": "Group", "name": "team" },
            "a": { "name": "alice", "memberGroupIds": { "#g": true } },
        } }, "0"]]);
        let set = admin.calls(calls).await[0][1].clone();
        let alice = admin.get(GET, set["created"]["a"]["id"].as_str().expect("an id")).await;
        assert_eq!(alice["memberGroupIds"], json!({ set["created"]["g"]["id"].as_str().expect("an id"): true }));
        assert_eq!(admin.find("x:Account/query", json!({ "@type": "Group" })).await.len(), 1);
        let nothing = admin.not_created(SET, json!({ "name": "bob", "memberGroupIds": ["#nothing"] })).await;
        assert_eq!((&nothing["type"], &nothing["objectId"]), (&json!("invalidForeignKey"), &json!("#nothing")));
    }

    async fn v103_nobody_in_a_tenant_gives_what_would_wake_when_the_tenant_may_hold_more(world: World) {
        let (_, boss) = world.managed_tenant("acme").await;
        let sleeping = [
            ("roles", json!({ "@type": "Custom", "roleIds": ["00000000000000000000000004"] })),
            ("permissions", json!({ "@type": "Merge", "enabledPermissions": ["impersonate", "oauth-client-override"] })),
            ("permissions", json!({ "@type": "Replace", "enabledPermissions": ["tenant-create"] })),
        ];
        let plain = boss.create(SET, json!({ "name": "plain" })).await["id"].as_str().expect("an id").to_owned();
        for (name, value) in sleeping {
            assert_eq!(boss.not_created(SET, json!({ "name": "x", name: value.clone() })).await["type"], "forbidden", "{value}");
            assert_eq!(boss.not_updated(SET, &plain, json!({ name: value.clone() })).await["type"], "forbidden", "{value}");
        }
        boss.update(SET, &plain, json!({ "roles": { "@type": "Admin" } })).await;
    }

    async fn v103_nobody_in_a_tenant_touches_whom_the_system_gave_what_sleeps(world: World) {
        let (tenant, boss) = world.managed_tenant("acme").await;
        let admin = world.admin_jmap().await;
        let roles = json!({ "@type": "Custom", "roleIds": ["00000000000000000000000004"] });
        let above = admin.create(SET, json!({ "name": "above", "memberTenantId": tenant, "roles": roles })).await;
        let above = above["id"].as_str().expect("an id");
        assert_eq!(boss.not_updated(SET, above, json!({ "secret": "a password of theirs" })).await["type"], "forbidden");
        admin.update("x:Tenant/set", &tenant, json!({ "permissions": { "@type": "Replace", "enabledPermissions": ["authenticate", "account-get", "account-create"] } })).await;
        boss.create(SET, json!({ "name": "everybody" })).await;
    }

    async fn a_password_is_not_taken_away_by_saying_nothing(world: World) {
        let admin = world.admin_jmap().await;
        let alice = admin.create(SET, json!({ "name": "alice", "secret": PASSWORD })).await["id"].as_str().expect("an id").to_owned();
        let error = admin.not_updated(SET, &alice, json!({ "secret": null })).await;
        assert_eq!((&error["type"], &error["validationErrors"][0]["property"]), (&json!("validationFailed"), &json!("secret")));
        world.jmap_of("alice", PASSWORD).get_from("/jmap/session").await.is(200);
        admin.create(SET, json!({ "name": "robot", "secret": null })).await;
        let error = admin.not_updated(SET, &alice, json!({ "timeZone": "Mars/Phobos" })).await;
        assert_eq!(error["validationErrors"][0]["property"], "timeZone");
        admin.update(SET, &alice, json!({ "timeZone": "Europe/London" })).await;
    }
}
