//! The client drives OAuth flows with its credentials and obtains access and refresh tokens.

use domain::client::metadata::AuthMethod;
use serde_json::json;

use crate::world::{Answer, Client, World, jwt};

const METHODS: [AuthMethod; 4] = [
    AuthMethod::None,
    AuthMethod::ClientSecretBasic,
    AuthMethod::ClientSecretPost,
    AuthMethod::PrivateKeyJwt,
];

fn assert_tokens(client: &Client, tokens: &Answer) {
    assert_eq!(tokens.is(200).text("token_type"), "Bearer");
    assert_eq!(tokens.json["expires_in"], 3600);
    assert_eq!(tokens.text("scope"), "openid");
    assert_eq!(tokens.header("cache-control"), Some("no-store"));
    let access_token = jwt::claims(&tokens.text("access_token"));
    assert_eq!(access_token["client_id"], client.id);
    assert!(tokens.text("refresh_token").starts_with("wlr_"));
}

both! {
    async fn a_code_becomes_an_access_token_and_a_refresh_token_whatever_the_method(world: World) {
        let mut alice = world.alice().await;
        for method in METHODS {
            let client = world.client_with(method).await;
            let tokens = client.tokens(&mut alice).await;
            assert_tokens(&client, &tokens);
            assert_eq!(jwt::claims(&tokens.text("id_token"))["nonce"], "nonce of a test");
        }
    }

    async fn a_refresh_token_becomes_tokens_again(world: World) {
        let mut alice = world.alice().await;
        for method in METHODS {
            let client = world.client_with(method).await;
            let tokens = client.tokens(&mut alice).await;
            assert_tokens(&client, &client.refresh(&tokens.text("refresh_token")).await);
        }
    }

    async fn the_access_token_opens_what_the_person_allowed(world: World) {
        let client = world.public_client().await;
        let account = world.account("bob", "password of bob").await;
        let mut bob = world.browser();
        bob.sign_in("bob", "password of bob").await;
        let tokens = client.tokens(&mut bob).await;
        let who = world.userinfo(&tokens.text("access_token")).await;
        assert_eq!(who.is(200).text("sub"), account.id.as_str());
        assert!(world.is_active(&tokens.text("refresh_token")).await);
    }

    async fn a_client_that_proves_itself_gets_a_token_of_its_own(world: World) {
        world.settings("OidcProvider.scopes", json!(["read"])).await;
        for method in METHODS.into_iter().skip(1) {
            let client = world.confidential_client(method).await;
            let tokens = client.client_credentials("read").await;
            assert_eq!(jwt::claims(&tokens.is(200).text("access_token"))["sub"], client.id);
            assert!(!tokens.has("refresh_token"));
        }
    }

    async fn without_its_credentials_a_client_gets_nothing(world: World) {
        let client = world.confidential_client(AuthMethod::ClientSecretBasic).await;
        let code = world.alice().await.consented(&client).await.code();
        let thief = Client { secret: Some("a guess".to_owned()), ..client.clone() };
        thief.exchange(&code).await.refuses("invalid_client");
        let thief = Client { method: AuthMethod::None, ..client.clone() };
        thief.exchange(&code).await.refuses("invalid_client");
        client.exchange(&code).await.is(200);
    }

    async fn without_the_verifier_a_code_is_worth_nothing(world: World) {
        let client = world.public_client().await;
        let code = world.alice().await.consented(&client).await.code();
        let thief = world.unregistered_client(&client.id);
        thief.exchange(&code).await.refuses("invalid_grant");
        client.token(client.code_form(&code).without("code_verifier")).await.refuses("invalid_grant");
        client.exchange(&code).await.is(200);
    }

    async fn the_answer_carries_state_and_issuer_back(world: World) {
        let client = world.public_client().await;
        let redirect = world.alice().await.consented(&client).await.redirect();
        assert_eq!(redirect.uri, client.redirect_uri);
        assert_eq!(redirect.param("state"), "state of a test");
        assert_eq!(redirect.param("iss"), world.issuer());
    }
}
