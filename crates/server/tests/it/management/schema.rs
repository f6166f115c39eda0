//! What existing tools ask first: the schema by its hash, and what the caller may do.

use serde_json::json;

use crate::world::World;

both! {
    async fn the_schema_is_found_by_its_hash_and_kept_forever(world: World) {
        let jmap = world.admin_jmap().await;
        let first = jmap.get_from("/api/schema").await;
        let to = first.is(302).header("location").expect("a location").to_owned();
        let document = jmap.get_from(&to).await;
        assert!(document.is(200).header("cache-control").is_some_and(|text| text.contains("immutable")));
        for key in ["objects", "schemas", "fields", "forms", "lists", "enums", "dashboards", "layouts"] {
            assert!(document.has(key), "{key}");
        }
        jmap.get_from("/api/schema/other").await.is(404);
    }

    async fn the_schema_describes_what_get_and_set_do(world: World) {
        let jmap = world.admin_jmap().await;
        let to = jmap.get_from("/api/schema").await.header("location").expect("a location").to_owned();
        let document = jmap.get_from(&to).await.json;
        let provider = &document["fields"][document["schemas"]["x:OidcProvider"]["schemaName"].as_str().expect("a name")];
        assert_eq!(provider["properties"]["authCodeMaxAttempts"]["type"], json!({ "type": "number", "format": "unsignedInteger", "min": 1, "max": 1000 }));
        let singleton = jmap.get("x:OidcProvider/get", "singleton").await;
        for name in singleton.as_object().expect("an object").keys().filter(|name| *name != "id") {
            assert_eq!(provider["properties"][name]["update"], "mutable", "{name}");
        }
    }

    async fn an_account_hears_what_it_may_do_in_the_older_names(world: World) {
        let account = world.admin_jmap().await.get_from("/api/account").await;
        let permissions = account.is(200).json["permissions"].as_array().expect("a list").clone();
        assert!(permissions.contains(&json!("sysOidcProviderUpdate")) && permissions.contains(&json!("authenticate")));
        assert_eq!(account.text("edition"), "oss");
    }
}
