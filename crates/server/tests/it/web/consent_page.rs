//! What the consent page says. RFC 6749 §10.2, draft-ietf-oauth-v2-1 §7.3.

use serde_json::json;

use crate::world::World;

both! {
    async fn w05_the_page_of_an_unverified_client_says_so_and_shows_where_access_goes(world: World) {
        let client = world.client(json!({
            "token_endpoint_auth_method": "none", "client_name": "Mail for all", "scope": "openid profile email",
            "redirect_uris": ["https://login.example.com/cb"],
        })).await;
        let request = client.request().with("scope", "openid profile email").with("resource", "https://api.example/");
        let page = world.alice().await.authorize(request).await.page();
        page.is(200)
            .shows("Unverified app Somebody with an account on this server registered it.")
            .shows("“Mail for all” wants access to your account")
            .shows("access goes to login.example.com")
            .shows("Know who you are").shows("See your profile").shows("See your e-mail address")
            .shows("To be used at https://api.example/")
            .shows("Signed in as alice").shows(&client.id);
    }

    async fn an_unregistered_client_says_when_it_will_have_to_ask_again(world: World) {
        let page = world.alice().await.authorize(&world.unregistered_client("nobody-registered-me")).await.page();
        page.is(200).shows("Up to 30 days, or until unused for 1 day");
    }

    async fn a33_a_loopback_client_comes_with_a_warning(world: World) {
        let client = world.client(json!({
            "token_endpoint_auth_method": "none", "client_name": "Tool", "redirect_uris": ["http://127.0.0.1:4711/cb"],
        })).await;
        let page = world.alice().await.authorize(&client).await.page();
        page.is(200).shows("This computer").shows("127.0.0.1:4711").shows("Any program here can listen there");
    }

    async fn a_private_use_scheme_comes_with_a_warning(world: World) {
        let client = world.unregistered_client("nobody-registered-me");
        let request = client.request().with("redirect_uri", "com.example.app:/cb");
        let page = world.alice().await.authorize(request).await.page();
        page.is(200).shows("com.example.app:").shows("Any app can claim them");
    }

    async fn an_unregistered_client_is_said_to_be_unknown(world: World) {
        let page = world.alice().await.authorize(&world.unregistered_client("nobody-registered-me")).await.page();
        page.is(200).shows("It was never registered here.").shows("nobody-registered-me").shows("app.example");
    }

    async fn a_verified_client_is_called_by_its_name_without_quotes(world: World) {
        let client = world.client(json!({ "token_endpoint_auth_method": "none", "client_name": "Mail" })).await;
        world.verify_client(&client.id, true).await;
        let page = world.alice().await.authorize(&client).await.page();
        page.is(200).shows("Verified app").shows("Mail wants access to your account");
        assert!(!page.text.contains("“Mail”") && !page.text.contains("Unverified"));
    }

    async fn the_login_page_says_who_asks_before_a_password_is_typed(world: World) {
        let client = world.client(json!({ "token_endpoint_auth_method": "none", "client_name": "Mail" })).await;
        let page = world.browser().authorize(&client).await.page();
        page.is(200).shows("“Mail”").shows("Unverified app, returns to app.example");
    }
}
