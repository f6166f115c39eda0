//! `/set`: RFC 8620 §5.3.

use serde_json::{Value, json};

use crate::world::World;

both! {
    async fn what_is_set_is_in_force_when_it_is_answered(world: World) {
        let jmap = world.admin_jmap().await;
        let patch = json!({ "requireClientRegistration": true, "accessTokenExpiry": "10m", "scopes": ["read"] });
        let set = jmap.call("x:OidcProvider/set", json!({ "update": { "singleton": patch } })).await;
        assert_eq!(set["updated"], json!({ "singleton": null }));
        assert!(world.app().live().settings.require_client_registration);
        let now = jmap.get("x:OidcProvider/get", "singleton").await;
        assert_eq!((&now["accessTokenExpiry"], &now["scopes"]), (&json!(600_000), &json!({ "read": true })));
    }

    async fn a_pointer_adds_to_a_set_and_takes_from_it(world: World) {
        let jmap = world.admin_jmap().await;
        for (patch, expected) in [
            (json!({ "scopes/a": true, "scopes/b": true }), json!({ "a": true, "b": true })),
            (json!({ "scopes/a": false }), json!({ "b": true })),
            (json!({ "scopes/b": null }), json!({})),
            (json!({ "scopes": { "c": true, "d": false } }), json!({ "c": true })),
            (json!({ "scopes": null }), json!({})),
        ] {
            jmap.call("x:OidcProvider/set", json!({ "update": { "singleton": patch } })).await;
            assert_eq!(jmap.get("x:OidcProvider/get", "singleton").await["scopes"], expected);
        }
    }

    async fn j11_what_no_record_can_have_is_invalid(world: World) {
        let jmap = world.admin_jmap().await;
        for (patch, kind) in [
            (json!({ "nothing": 1 }), "invalidProperties"),
            (json!({ "nothing/at/all": 1 }), "invalidProperties"),
            (json!({ "id": "other" }), "invalidProperties"),
            (json!({ "requireClientRegistration": "yes" }), "invalidProperties"),
            (json!({ "scopes/a": 1 }), "invalidProperties"),
            (json!({ "scopes": {}, "scopes/a": true }), "invalidPatch"),
            (json!({ "scopes/a/b": true }), "invalidPatch"),
            (json!({ "authCodeMaxAttempts": 0 }), "validationFailed"),
            (json!({ "accessTokenExpiry": 0 }), "validationFailed"),
            (json!({ "signatureAlgorithm": "hs256" }), "validationFailed"),
            (json!({ "signatureKey": { "@type": "File", "filePath": "/etc/key" } }), "validationFailed"),
        ] {
            let set = jmap.call("x:OidcProvider/set", json!({ "update": { "singleton": patch } })).await;
            assert_eq!(set["notUpdated"]["singleton"]["type"], kind, "{patch} {set}");
            assert_eq!(set.get("updated"), None::<&Value>, "{patch}");
        }
    }

    async fn what_is_out_of_bounds_is_told_with_the_bound(world: World) {
        let jmap = world.admin_jmap().await;
        let set = jmap.call("x:OidcProvider/set", json!({ "update": { "singleton": { "authCodeMaxAttempts": 1001 } } })).await;
        let errors = &set["notUpdated"]["singleton"]["validationErrors"];
        assert_eq!(*errors, json!([{ "type": "MaxValue", "property": "authCodeMaxAttempts", "required": 1000 }]));
    }

    async fn what_there_is_one_of_is_neither_made_nor_destroyed(world: World) {
        let arguments = json!({ "create": { "n0": {} }, "destroy": ["singleton"], "update": { "other": {} } });
        let set = world.admin_jmap().await.call("x:OidcProvider/set", arguments).await;
        assert_eq!(set["notCreated"]["n0"]["type"], "singleton");
        assert_eq!(set["notDestroyed"]["singleton"]["type"], "singleton");
        assert_eq!(set["notUpdated"]["other"]["type"], "notFound");
    }

    async fn of_changes_at_once_that_hold_on_to_one_state_a_single_one_is_made(world: World) {
        let jmap = world.admin_jmap().await;
        for round in 0..10 {
            let state = jmap.call("x:Role/get", json!({ "ids": [] })).await["state"].clone();
            let create = |name: &str| {
                json!([["x:Role/set", { "ifInState": state, "create": { "n0": { "description": format!("{name}{round}") } } }, "c"]])
            };
            let (one, other) = tokio::join!(jmap.calls(create("a")), jmap.calls(create("b")));
            let made = [&one, &other].iter().filter(|said| said[0][1]["created"].is_object()).count();
            assert_eq!(made, 1, "{one} {other}");
        }
    }

    async fn several_changes_of_one_call_hold_on_to_its_state_together(world: World) {
        let jmap = world.admin_jmap().await;
        let state = jmap.call("x:Role/get", json!({ "ids": [] })).await["state"].clone();
        let create = json!({ "a": { "description": "A" }, "b": { "description": "B" } });
        let set = jmap.call("x:Role/set", json!({ "ifInState": state, "create": create })).await;
        assert_eq!(set["created"].as_object().map(serde_json::Map::len), Some(2), "{set}");
        let again = json!({ "ifInState": state, "create": { "c": { "description": "C" } } });
        assert_eq!(jmap.error("x:Role/set", again).await, "stateMismatch");
    }

    async fn j15_more_changes_than_the_limit_are_too_large(world: World) {
        let destroy: Vec<_> = (0..501).map(|n| format!("id{n}")).collect();
        assert_eq!(world.admin_jmap().await.error("x:OidcProvider/set", json!({ "destroy": destroy })).await, "requestTooLarge");
    }
}
