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
}
