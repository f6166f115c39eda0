//! Where the document is found, and how. RFC 8414 §3, OpenID Connect Discovery §4.

use http::Method;

use crate::world::World;

const NAMES: [&str; 2] = ["oauth-authorization-server", "openid-configuration"];

both! {
    async fn both_names_give_the_same_bytes_and_the_issuer_they_were_asked_at(world: World) {
        let [oauth, openid] = NAMES.map(|name| world.get(&format!("/.well-known/{name}")));
        let (oauth, openid) = (oauth.send().await, openid.send().await);
        assert_eq!(oauth.is(200).body, openid.is(200).body);
        assert_eq!(oauth.text("issuer"), world.issuer());
        assert_eq!(oauth.header("content-type"), Some("application/json"));
        assert_eq!(oauth.header("cache-control"), Some("public, max-age=60"));
    }

    async fn l02_an_issuer_with_a_path_is_found_in_every_form_with_the_same_bytes(world: World) {
        world.restart_under("/tenants/one").await;
        let mut bodies = Vec::new();
        for name in NAMES {
            for path in [format!("/.well-known/{name}/tenants/one"), format!("/tenants/one/.well-known/{name}"), format!("/.well-known/{name}")] {
                let answer = world.get(&path).send().await;
                assert_eq!(answer.is(200).text("issuer"), world.issuer());
                bodies.push(answer.body);
            }
        }
        bodies.dedup();
        assert_eq!(bodies.len(), 1);
    }

    async fn l02_the_endpoints_of_an_issuer_with_a_path_are_under_it(world: World) {
        world.restart_under("/tenants/one").await;
        let metadata = world.get("/.well-known/openid-configuration").send().await;
        for name in ["token_endpoint", "revocation_endpoint", "introspection_endpoint", "userinfo_endpoint"] {
            let url = metadata.text(name);
            assert!(url.starts_with(&format!("{}/", world.issuer())), "{url}");
            assert_ne!(world.post(&url).send().await.status, 404, "{url}");
        }
        world.get(&metadata.text("jwks_uri")).send().await.is(200);
        world.post("/token").send().await.is(404);
    }

    async fn l02_another_path_is_nobodys(world: World) {
        for under in ["", "/tenants/one"] {
            world.restart_under(under).await;
            for name in NAMES {
                for path in [format!("/.well-known/{name}/tenants/two"), format!("/tenants/two/.well-known/{name}"), format!("/.well-known/{name}/tenants"), format!("/.well-known/{name}/")] {
                    world.get(&path).send().await.is(404);
                }
            }
        }
    }

    async fn l01_no_header_changes_the_document(world: World) {
        for path in NAMES.map(|name| format!("/.well-known/{name}")) {
            let plain = world.get(&path).send().await;
            for (name, value) in [("x-forwarded-host", "evil.example"), ("x-forwarded-proto", "https"), ("forwarded", "host=evil.example"), ("x-forwarded-prefix", "/evil"),
                ("origin", "https://evil.example"), ("accept", "text/html"), ("accept-language", "de"), ("x-original-url", "/evil"), ("x-forwarded-for", "192.0.2.1")] {
                let answer = world.get(&path).header(name, value).send().await;
                assert_eq!((answer.is(200).body.clone(), answer.header("etag")), (plain.body.clone(), plain.header("etag")), "{name}");
            }
        }
    }

    async fn l01_another_host_gets_nothing(world: World) {
        for path in NAMES.map(|name| format!("/.well-known/{name}")) {
            for host in ["evil.example", "localhost.evil.example", "evil.example:8080", "evil@localhost", ""] {
                let answer = world.get(&path).header("host", host).send().await;
                assert!(matches!(answer.status, 400 | 421), "{host} {}", answer.status);
                assert!(!String::from_utf8_lossy(&answer.body).contains("token_endpoint"));
            }
        }
    }

    async fn l03_other_methods_are_405(world: World) {
        for path in ["/.well-known/oauth-authorization-server", "/.well-known/openid-configuration", "/jwks.json"] {
            for method in [Method::POST, Method::PUT, Method::DELETE, Method::PATCH] {
                let answer = world.call(method, path).send().await;
                assert!(answer.is(405).header("allow").is_some_and(|allow| allow.contains("GET")));
            }
        }
    }

    async fn head_is_get_without_the_body(world: World) {
        for path in ["/.well-known/oauth-authorization-server", "/.well-known/openid-configuration", "/jwks.json"] {
            let (get, head) = (world.get(path).send().await, world.call(Method::HEAD, path).send().await);
            assert!(head.is(200).body.is_empty());
            for name in ["content-type", "content-length", "etag", "cache-control"] {
                assert_eq!(head.header(name), get.header(name), "{name}");
            }
        }
    }

    async fn who_has_the_document_is_told_so(world: World) {
        for path in ["/.well-known/oauth-authorization-server", "/jwks.json"] {
            let etag = world.get(path).send().await.header("etag").expect("an etag").to_owned();
            for known in [etag.clone(), format!("W/{etag}"), format!("\"x\", {etag}"), "*".to_owned()] {
                let answer = world.get(path).header("if-none-match", &known).send().await;
                assert!(answer.is(304).body.is_empty());
                assert_eq!(answer.header("etag"), Some(etag.as_str()));
            }
            world.get(path).header("if-none-match", "\"x\"").send().await.is(200);
            world.restart().await;
            world.get(path).header("if-none-match", &etag).send().await.is(304);
        }
    }

    async fn browsers_of_every_site_may_read_it_and_nothing_is_redirected(world: World) {
        for path in ["/.well-known/oauth-authorization-server", "/.well-known/openid-configuration", "/jwks.json"] {
            let answer = world.get(path).header("origin", "https://app.example").send().await;
            assert_eq!(answer.is(200).header("access-control-allow-origin"), Some("*"));
            let preflight = world.call(Method::OPTIONS, path).header("origin", "https://app.example").send().await;
            assert_eq!(preflight.is(204).header("access-control-allow-methods"), Some("GET"));
            assert!(preflight.header("access-control-allow-headers").is_some_and(|names| names.contains("mcp-protocol-version")));
        }
    }
}
