//! `x:Role`.

use serde_json::json;

use crate::world::{PASSWORD, World};

const SET: &str = "x:Role/set";

both! {
    async fn a_role_gives_what_it_says_to_whoever_has_it(world: World) {
        let admin = world.admin_jmap().await;
        let role = json!({ "description": "Registrar", "enabledPermissions": ["authenticate", "oauth-client-registration", "sysAccountGet"] });
        let role = admin.create(SET, role).await["id"].as_str().expect("an id").to_owned();
        let account = json!({ "name": "alice", "secret": PASSWORD, "roles": { "@type": "Custom", "roleIds": { &role: true } } });
        admin.create("x:Account/set", account).await;
        let may = |world: &World| { let jmap = world.jmap_of("alice", PASSWORD); async move { jmap.get_from("/api/account").await.json["permissions"].clone() } };
        assert_eq!(may(&world).await, json!(["authenticate", "oAuthClientRegistration", "sysAccountGet"]));
        admin.update(SET, &role, json!({ "enabledPermissions/account-get": null })).await;
        assert_eq!(may(&world).await, json!(["authenticate", "oAuthClientRegistration"]));
        let linked = admin.call(SET, json!({ "destroy": [role] })).await["notDestroyed"][&role].clone();
        assert_eq!((&linked["type"], &linked["objectId"], linked["linkedObjects"].as_array().map(Vec::len)), (&json!("objectIsLinked"), &json!(role), Some(1)));
    }

    async fn j13_nobody_puts_into_a_role_what_they_do_not_hold(world: World) {
        let (_, administrator) = world.managed_tenant("acme").await;
        let role = json!({ "description": "More", "enabledPermissions": ["tenant-create"] });
        assert_eq!(administrator.not_created(SET, role).await["type"], "forbidden");
        administrator.create(SET, json!({ "description": "Less", "enabledPermissions": ["account-get"] })).await;
    }

    async fn the_first_roles_are_there_and_stay(world: World) {
        let admin = world.admin_jmap().await;
        assert_eq!(admin.find("x:Role/query", json!({ "text": "administrator" })).await.len(), 2);
        let id = "00000000000000000000000004";
        assert_eq!(admin.not_updated(SET, id, json!({ "description": "x" })).await["type"], "forbidden");
        assert_eq!(admin.call(SET, json!({ "destroy": [id] })).await["notDestroyed"][id]["type"], "forbidden");
    }

    async fn v103_nobody_lifts_what_a_role_takes_from_them_around_a_circle(world: World) {
        let (tenant, _) = world.managed_tenant("acme").await;
        let admin = world.admin_jmap().await;
        let of_acme = |name: &str, more: serde_json::Value| {
            let mut role = json!({ "description": name, "memberTenantId": tenant });
            role.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
            role
        };
        let bound = admin.create(SET, of_acme("Bound", json!({ "disabledPermissions": ["oauth-client-destroy"] }))).await["id"].as_str().expect("an id").to_owned();
        let other = admin.create(SET, of_acme("Other", json!({ "roleIds": [bound] }))).await["id"].clone();
        let roles = json!({ "@type": "Custom", "roleIds": [bound, "00000000000000000000000003"] });
        admin.create("x:Account/set", json!({ "name": "lou", "secret": PASSWORD, "memberTenantId": tenant, "roles": roles })).await;
        let lou = world.jmap_of("lou", PASSWORD);
        for circle in [json!([]), json!([bound]), json!([other])] {
            let lifted = json!({ "disabledPermissions": {}, "roleIds": circle });
            assert_eq!(lou.not_updated(SET, &bound, lifted).await["type"], "forbidden", "{circle}");
        }
        lou.update(SET, &bound, json!({ "description": "Still bound" })).await;
    }

    async fn v103_nobody_takes_by_a_role_what_they_do_not_hold(world: World) {
        let admin = world.admin_jmap().await;
        let merge = json!({ "@type": "Merge", "enabledPermissions": ["role-get", "role-query", "role-update"] });
        admin.create("x:Account/set", json!({ "name": "clerk", "secret": PASSWORD, "permissions": merge })).await;
        let clerk = world.jmap_of("clerk", PASSWORD);
        for first in ["00000000000000000000000001", "00000000000000000000000003"] {
            assert_eq!(clerk.not_updated(SET, first, json!({ "enabledPermissions": {} })).await["type"], "forbidden", "{first}");
        }
        let role = admin.create(SET, json!({ "description": "Registrar", "enabledPermissions": ["authenticate", "account-create"] })).await;
        let role = role["id"].as_str().expect("an id");
        for taking in [json!({ "enabledPermissions": ["authenticate"] }), json!({ "disabledPermissions": ["account-create"] })] {
            assert_eq!(clerk.not_updated(SET, role, taking.clone()).await["type"], "forbidden", "{taking}");
        }
        clerk.update(SET, role, json!({ "enabledPermissions/authenticate": null })).await;
        admin.update(SET, "00000000000000000000000001", json!({ "enabledPermissions/account-settings-get": null })).await;
    }
}
