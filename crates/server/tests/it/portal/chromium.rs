//! A real browser at the portal: what the scripts do there.

use serde_json::json;

use crate::world::{PASSWORD, World, program};

both! {
    async fn a_browser_is_told_while_it_types_and_makes_a_passkey(world: World) {
        world.account("alice", PASSWORD).await;
        let origin = world.origin();
        let environment = [("ORIGIN", origin.as_str()), ("PASSWORD", PASSWORD)];
        let seen = program::run("node", &["browser/portal.mjs"], &environment).await;
        assert_eq!((&seen["before"], &seen["refused"], &seen["passkey"]), (&json!(false), &json!([]), &json!("a virtual phone")), "{seen}");
        assert_eq!((&seen["weak"]["value"], &seen["strong"]["value"]), (&json!(1), &json!(5)), "{seen}");
        assert!(seen["weak"]["lines"].as_array().is_some_and(|lines| lines.len() > 2), "{seen}");
        assert_eq!(seen["strong"]["lines"], json!(["Very good"]));
    }
}
