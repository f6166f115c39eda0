//! Whatever bytes an owner sends, the fault is never ours.

use http::Method;
use serde_json::json;

use super::{Owner, replacement};
use crate::{rfc7591::any_bytes::bodies, world::World};

/// A few seconds' worth.
const BODIES: usize = 300;

both! {
    async fn no_bytes_make_a_replacement_our_fault(world: World) {
        let members = json!({ "client_name": "An app", "scope": "openid email", "contacts": ["a@c.example"], "default_max_age": 60 });
        let registration = world.client(members).await.registration;
        let mut owner = Owner::of(&world, &registration);
        let mut replaced = 0;
        let good = super::replacement_with(&replacement(&registration), &json!({ "client_secret": null }));
        for body in bodies(&good, BODIES) {
            let answer = owner.call(Method::PUT).body("application/json", body.clone()).send().await;
            assert!(matches!(answer.status, 200 | 400 | 413), "{} to {}", answer.status, body.escape_ascii());
            if answer.status == 200 {
                replaced += 1;
                owner.token = answer.text("registration_access_token");
            }
        }
        assert!(replaced > 0, "nothing came near to a replacement");
        owner.get().await.is(200);
    }

    async fn no_target_or_token_makes_management_our_fault(world: World) {
        let odd = ["%", "%zz", "%ff", "%00", "..%2f..", "a;b", "a?b#c", "%E2%80%AE", &"a".repeat(3000), "wla_%0d%0aset-cookie:a"];
        for id in odd {
            for method in [Method::GET, Method::PUT, Method::DELETE] {
                let Ok(target) = format!("/register/{id}").parse::<http::Uri>() else { continue };
                let call = world.call(method, &target.to_string()).bearer("wlm_x").json(&json!({}));
                call.send().await.is(401).refuses("invalid_token");
            }
        }
    }
}
