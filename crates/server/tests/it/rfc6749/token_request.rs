//! What the token endpoint reads at all. RFC 6749 §3.2, Appendix B.

use http::Method;

use crate::world::{Form, World};

const FORM: &str = "application/x-www-form-urlencoded";

both! {
    async fn tk01_get_and_every_other_method_is_405_and_kept_by_nobody(world: World) {
        for method in [Method::GET, Method::PUT, Method::DELETE, Method::PATCH] {
            let answer = world.call(method, "/token?grant_type=authorization_code").send().await;
            assert_eq!(answer.is(405).header("cache-control"), Some("no-store"));
            assert!(answer.header("allow").is_some_and(|allow| allow.contains("POST")), "{:?}", answer.headers);
        }
    }

    async fn every_endpoint_of_programs_says_in_json_which_methods_it_has(world: World) {
        let open = [("/token", "POST"), ("/register", "POST"), ("/register/x", "DELETE"), ("/revoke", "POST"), ("/userinfo", "GET"), ("/jwks.json", "GET"),
            ("/.well-known/openid-configuration", "GET")];
        for (path, method) in open.into_iter().chain([("/introspect", "POST")]) {
            let call = world.call(Method::PATCH, path).header("accept", "text/html, */*").header("origin", "https://app.example");
            let answer = call.send().await;
            assert_eq!(answer.is(405).text("error"), "invalid_request", "{path}");
            assert!(answer.header("allow").is_some_and(|allow| allow.contains(method)), "{path} {:?}", answer.headers);
            let everybody = (path != "/introspect").then_some("*");
            assert_eq!(answer.header("access-control-allow-origin"), everybody, "{path}");
        }
    }

    async fn tk01_parameters_in_the_url_are_refused(world: World) {
        let client = world.public_client().await;
        let answer = client.post("/token?grant_type=authorization_code", client.code_form("wlc_x")).await;
        answer.refuses("invalid_request");
        let token = world.post("/token?client_id=a").form(&Form::of(&[("grant_type", "refresh_token")])).send().await;
        token.refuses("invalid_request");
    }

    async fn tk02_a_body_that_is_no_form_is_refused(world: World) {
        let body = "grant_type=client_credentials&client_id=a";
        for kind in ["application/json", "multipart/form-data; boundary=x", "text/plain", "", "application/x-www-form-urlencoded; charset=utf-16"] {
            world.post("/token").body(kind, body).send().await.refuses("invalid_request");
        }
        world.post("/token").send().await.refuses("invalid_request");
        world.post("/token").body("application/json", r#"{"grant_type":"client_credentials"}"#).send().await.refuses("invalid_request");
    }

    async fn tk03_the_grant_type_must_be_there_once(world: World) {
        for body in ["client_id=a", "grant_type=&client_id=a", "grant_type=refresh_token&grant_type=refresh_token&client_id=a"] {
            let answer = world.post("/token").body(FORM, body).send().await;
            assert!(answer.refuses("invalid_request").text("error_description").contains("grant_type"));
        }
    }

    async fn tk04_tk05_other_grants_are_unsupported_and_the_answer_names_ours(world: World) {
        let client = world.public_client().await;
        let other = ["foo", "AUTHORIZATION_CODE", "password", "implicit", "device_code", "urn:ietf:params:oauth:grant-type:jwt-bearer"];
        for grant_type in other {
            let answer = client.token(Form::of(&[("grant_type", grant_type), ("username", "alice"), ("password", "x")])).await;
            assert!(answer.refuses("unsupported_grant_type").text("error_description").contains("authorization_code"));
        }
    }

    async fn tk35_what_cannot_be_decoded_is_refused(world: World) {
        for value in ["%00", "%0d%0a", "%0a", "%", "%4", "%zz", "%ff", "%c3%28", "%ed%a0%80"] {
            for name in ["code", "redirect_uri", "client_id", "scope", "unknown"] {
                let body = format!("grant_type=authorization_code&client_id=a&{name}=x{value}");
                world.post("/token").body(FORM, body).send().await.refuses("invalid_request");
            }
        }
    }

    async fn tk36_a_body_of_more_than_16_kib_is_413(world: World) {
        let fill = "a".repeat(16 * 1024 - 5);
        let fits = world.post("/token").body(FORM, format!("code={fill}")).send().await;
        fits.refuses("invalid_request");
        let answer = world.post("/token").body(FORM, format!("code={fill}a")).send().await;
        assert_eq!(answer.is(413).text("error"), "invalid_request");
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }

    async fn tk36_the_thousand_and_first_parameter_is_refused(world: World) {
        let client = world.public_client().await;
        let with = |count: usize| format!("grant_type=foo&client_id={}&{}", client.id, "a=1&".repeat(count - 2));
        world.post("/token").body(FORM, with(1000)).send().await.refuses("unsupported_grant_type");
        world.post("/token").body(FORM, with(1001)).send().await.refuses("invalid_request");
    }

    async fn tk43_tokens_are_json_that_nobody_may_keep(world: World) {
        let client = world.public_client().await;
        let tokens = client.tokens(&mut world.alice().await).await;
        assert_eq!(tokens.header("cache-control"), Some("no-store"));
        assert_eq!(tokens.header("pragma"), Some("no-cache"));
        assert_eq!(tokens.header("content-type"), Some("application/json"));
        assert_eq!((tokens.text("token_type"), tokens.json["expires_in"].as_u64()), ("Bearer".into(), Some(3600)));
        assert_eq!(tokens.text("scope"), "openid");
    }

    async fn browsers_of_other_sites_may_ask_for_tokens_and_read_the_answer(world: World) {
        let ask = world.call(Method::OPTIONS, "/token").header("origin", "https://app.example");
        let answer = ask.header("access-control-request-method", "POST").send().await;
        assert_eq!(answer.is(204).header("access-control-allow-origin"), Some("*"));
        assert_eq!(answer.header("access-control-allow-methods"), Some("POST"));
        let refused = world.post("/token").header("origin", "https://app.example").send().await;
        assert_eq!(refused.is(400).header("access-control-allow-origin"), Some("*"));
        assert_eq!(refused.header("access-control-allow-credentials"), None);
    }

    async fn the_alias_of_the_reference_product_is_the_same_endpoint(world: World) {
        let client = world.public_client().await;
        let code = world.alice().await.consented(&client).await.code();
        client.post("/auth/token", client.code_form(&code)).await.is(200);
    }

    async fn unknown_and_empty_parameters_count_for_nothing(world: World) {
        let client = world.public_client().await;
        let code = world.alice().await.consented(&client).await.code();
        let form = client.code_form(&code).also("audience", "x").also("scope", "").also("scope", "").also("audience", "y");
        client.token(form).await.is(200);
    }
}
