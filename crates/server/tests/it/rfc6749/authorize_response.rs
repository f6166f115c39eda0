//! How an answer travels: 303, to the registered URI, with `state` as it came. §4.1.2, RFC 9700 §4.12, OAuth 2.0 Form Post Response Mode.

use domain::client::metadata::AuthMethod;

use crate::world::{PASSWORD, World};

/// Everything a `state` may be. RFC 6749 Appendix A.5.
const STATE: &str = " !\"#$%&'()*+,-./0:;<=>?@A[\\]^_`a{|}~ <script>alert(1)</script> &code=x#y %0d%0a";

both! {
    async fn a25_a_state_comes_back_exactly_in_every_mode(world: World) {
        let client = world.public_client().await;
        let mut alice = world.alice().await;
        for mode in ["query", "fragment"] {
            let request = client.request().with("state", STATE).with("response_mode", mode);
            let redirect = alice.consented(request).await.redirect();
            assert_eq!((redirect.param("state"), redirect.uri.as_str()), (STATE, client.redirect_uri.as_str()), "{mode}");
        }
        let request = client.request().with("state", STATE).with("response_mode", "form_post");
        let page = alice.consented(request).await.page();
        assert_eq!(page.forms[0].fields.get("state"), Some(STATE));
    }

    async fn no_state_is_answered_with_none(world: World) {
        let client = world.public_client().await;
        let redirect = world.alice().await.consented(client.request().without("state")).await.redirect();
        assert_eq!(redirect.params.get("state"), None);
    }

    async fn a40_every_redirect_after_a_form_is_a_303_that_nobody_keeps(world: World) {
        let client = world.verified_client().await;
        world.account("alice", PASSWORD).await;
        let mut browser = world.browser();
        browser.authorize(&client).await.page();
        let fields = [("username", "alice"), ("password", PASSWORD)];
        let answer = browser.submission("login-submit", &fields).send().await;
        assert_eq!(answer.is(303).header("cache-control"), Some("no-store"));
        browser.press("login-submit", &fields).await.page();
        let answer = browser.submission("consent-allow", &[]).send().await;
        assert_eq!(answer.is(303).header("cache-control"), Some("no-store"));
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
    }

    async fn form_post_is_a_page_that_posts_code_state_and_iss_to_the_client_alone(world: World) {
        let client = world.public_client().await;
        let page = world.alice().await.consented(client.request().with("response_mode", "form_post")).await.page();
        let form = &page.is(200).forms[0];
        assert_eq!(form.action, client.redirect_uri);
        assert_eq!(form.fields.get("state"), Some("state of a test"));
        assert_eq!(form.fields.get("iss"), Some(world.issuer().as_str()));
        client.exchange(form.fields.get("code").expect("a code")).await.is(200);
        let policy = page.headers["content-security-policy"].to_str().expect("a text");
        assert!(policy.contains("script-src 'self'; frame-ancestors 'none'"), "{policy}");
        assert_eq!(page.headers["cache-control"], "no-store");
    }

    async fn form_post_carries_an_error_too(world: World) {
        let client = world.verified_client().await;
        let request = client.request().with("response_mode", "form_post").with("prompt", "none");
        let page = world.browser().authorize(request).await.page();
        assert_eq!(page.forms[0].fields.get("error"), Some("login_required"));
        assert_eq!(page.forms[0].action, client.redirect_uri);
    }

    async fn the_script_of_the_form_post_page_is_a_file_of_ours(world: World) {
        let answer = world.get("/assets/form-post.js").send().await;
        assert_eq!(answer.is(200).header("content-type"), Some("text/javascript; charset=utf-8"));
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    }

    async fn a_confidential_client_may_come_with_a_nonce_instead_of_a_challenge(world: World) {
        let client = world.confidential_client(AuthMethod::ClientSecretBasic).await;
        let request = client.request().without("code_challenge").without("code_challenge_method");
        let code = world.alice().await.consented(request).await.code();
        assert!(code.starts_with("wlc_"), "{code}");
    }
}
