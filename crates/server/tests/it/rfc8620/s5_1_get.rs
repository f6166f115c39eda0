//! `/get`: RFC 8620 §5.1.

use serde_json::json;

use crate::world::World;

both! {
    async fn a_singleton_is_always_there_and_nothing_else_is(world: World) {
        let jmap = world.admin_jmap().await;
        let got = jmap.call("x:OidcProvider/get", json!({ "ids": ["singleton", "other"] })).await;
        assert_eq!(got["list"][0]["requireClientRegistration"], false);
        assert_eq!(got["list"][0]["authCodeExpiry"], 600_000);
        assert_eq!(got["list"][0]["signatureKey"], json!(null));
        assert_eq!(got["notFound"], json!(["other"]));
        assert!(got["state"].is_string());
    }

    async fn only_the_properties_asked_for_are_told_and_the_id(world: World) {
        let arguments = json!({ "ids": null, "properties": ["pkce"] });
        let got = world.admin_jmap().await.call("x:OidcProvider/get", arguments).await;
        assert_eq!(got["list"], json!([{ "id": "singleton", "pkce": "oauth21" }]));
    }

    async fn j06_more_ids_than_the_limit_are_too_large(world: World) {
        let ids: Vec<_> = (0..501).map(|n| format!("id{n}")).collect();
        assert_eq!(world.admin_jmap().await.error("x:OidcProvider/get", json!({ "ids": ids })).await, "requestTooLarge");
    }

    async fn j06_all_of_more_than_the_limit_are_too_large(world: World) {
        let jmap = world.admin_jmap().await;
        for part in 0..3 {
            let roles: serde_json::Map<_, _> =
                (0..170).map(|n| (format!("r{n}"), json!({ "description": format!("role {part} {n}") }))).collect();
            jmap.call("x:Role/set", json!({ "create": roles })).await;
        }
        assert_eq!(jmap.error("x:Role/get", json!({ "ids": null })).await, "requestTooLarge");
        let ids = jmap.find("x:Role/query", json!({})).await;
        assert_eq!(jmap.call("x:Role/get", json!({ "ids": ids })).await["list"].as_array().map(Vec::len), Some(500));
    }
}
