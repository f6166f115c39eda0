//! What the document says. RFC 8414 §2, OpenID Connect Discovery §3.

use serde_json::{Value, json};

use crate::world::World;

both! {
    async fn no_member_is_null_or_empty(world: World) {
        let metadata = world.get("/.well-known/openid-configuration").send().await.json;
        let is_empty = |value: &Value| match value {
            Value::Null => true,
            Value::Array(values) => values.is_empty(),
            Value::String(text) => text.is_empty(),
            Value::Bool(_) | Value::Number(_) | Value::Object(_) => false,
        };
        for (name, value) in metadata.as_object().expect("an object") {
            assert!(!is_empty(value), "{name}");
        }
    }

    async fn what_the_specifications_require_is_there(world: World) {
        let metadata = world.get("/.well-known/openid-configuration").send().await.json;
        let required = ["issuer", "authorization_endpoint", "token_endpoint", "jwks_uri", "registration_endpoint", "response_types_supported",
            "subject_types_supported", "id_token_signing_alg_values_supported", "code_challenge_methods_supported"];
        for name in required {
            assert!(metadata.get(name).is_some(), "{name}");
        }
        assert!(metadata["id_token_signing_alg_values_supported"].as_array().expect("a list").contains(&json!("RS256")));
        assert!(metadata["scopes_supported"].as_array().expect("a list").contains(&json!("openid")));
    }

    async fn what_has_a_default_that_is_not_ours_is_written_out(world: World) {
        let metadata = world.get("/.well-known/oauth-authorization-server").send().await.json;
        for (name, value) in [("request_uri_parameter_supported", false), ("request_parameter_supported", false), ("claims_parameter_supported", true),
            ("require_request_uri_registration", false), ("authorization_response_iss_parameter_supported", true)] {
            assert_eq!(metadata[name], value, "{name}");
        }
        for name in ["token_endpoint_auth_methods_supported", "revocation_endpoint_auth_methods_supported"] {
            assert!(metadata[name].as_array().expect("a list").contains(&json!("none")), "{name}");
        }
        assert_eq!(metadata["code_challenge_methods_supported"], json!(["S256"]));
    }

    async fn no_list_of_algorithms_has_none_or_a_shared_secret(world: World) {
        let metadata = world.get("/.well-known/openid-configuration").send().await.json;
        let lists: Vec<_> = metadata.as_object().expect("an object").iter().filter(|(name, _)| name.contains("_alg_")).collect();
        assert_eq!(lists.len(), 4);
        for (name, value) in lists {
            let text = value.to_string();
            assert!(!text.contains("none") && !text.contains("HS"), "{name} {text}");
        }
    }

    async fn what_is_not_served_is_not_promised(world: World) {
        let metadata = world.get("/.well-known/openid-configuration").send().await.json;
        for name in ["pushed_authorization_request_endpoint", "check_session_iframe", "backchannel_logout_supported",
            "frontchannel_logout_supported", "userinfo_signing_alg_values_supported", "request_object_signing_alg_values_supported",
            "dpop_signing_alg_values_supported", "tls_client_certificate_bound_access_tokens", "client_id_metadata_document_supported", "signed_metadata"] {
            assert!(metadata.get(name).is_none(), "{name}");
        }
    }
}
