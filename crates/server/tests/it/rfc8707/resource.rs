//! `resource` from the authorization request to the audience of the token. RFC 8707 §2.

use serde_json::{Value, json};

use crate::world::{Answer, Client, Form, World, jwt};

const A: &str = "https://a.example";
const B: &str = "https://b.example/mcp";

/// A code for these resources.
async fn code(world: &World, client: &Client, resources: &[&str]) -> String {
    let ask = |form: Form, resource: &&str| form.also("resource", resource);
    let request = resources.iter().fold(client.request(), ask);
    world.alice().await.consented(request).await.code()
}

#[track_caller]
fn audience(answer: &Answer) -> Value {
    jwt::claims(&answer.is(200).text("access_token"))["aud"].clone()
}

both! {
    async fn without_a_resource_the_audience_is_the_issuer(world: World) {
        let client = world.public_client().await;
        let code = code(&world, &client, &[]).await;
        let tokens = client.exchange(&code).await;
        assert_eq!(audience(&tokens), world.issuer());
        assert_eq!(audience(&client.refresh(&tokens.text("refresh_token")).await), world.issuer());
    }

    async fn one_resource_is_the_audience_of_every_token_of_the_grant(world: World) {
        let client = world.public_client().await;
        let code = code(&world, &client, &[A]).await;
        let tokens = client.exchange(&code).await;
        assert_eq!(audience(&tokens), A);
        assert_eq!(audience(&client.refresh(&tokens.text("refresh_token")).await), A);
        assert_eq!(world.introspect(&tokens.text("access_token")).await.json["aud"], A);
    }

    async fn several_are_a_list_once_each_and_a_token_request_may_narrow_them(world: World) {
        let client = world.public_client().await;
        let code = code(&world, &client, &[A, B, A]).await;
        let tokens = client.exchange(&code).await;
        assert_eq!(audience(&tokens), json!([A, B]));
        let narrow = client.token(Form::refresh(&tokens.text("refresh_token")).with("resource", B)).await;
        assert_eq!(audience(&narrow), B);
        assert_eq!(audience(&client.refresh(&narrow.text("refresh_token")).await), json!([A, B]));
    }

    async fn the_code_may_be_redeemed_for_one_of_them(world: World) {
        let client = world.public_client().await;
        let code = code(&world, &client, &[A, B]).await;
        let tokens = client.token(client.code_form(&code).with("resource", A)).await;
        assert_eq!(audience(&tokens), A);
        assert_eq!(audience(&client.refresh(&tokens.text("refresh_token")).await), json!([A, B]));
    }

    async fn tk38_a_resource_outside_the_grant_is_refused_and_nothing_spent(world: World) {
        let client = world.public_client().await;
        let code = code(&world, &client, &[A]).await;
        for other in [B, "https://a.example.evil", "https://a.example/x", "http://a.example", "https://A.example"] {
            client.token(client.code_form(&code).with("resource", other)).await.refuses("invalid_target");
        }
        let token = client.exchange(&code).await.is(200).text("refresh_token");
        client.token(Form::refresh(&token).with("resource", A).also("resource", B)).await.refuses("invalid_target");
        client.refresh(&token).await.is(200);
    }

    async fn tk38_none_at_the_authorization_means_none_later(world: World) {
        let client = world.public_client().await;
        let code = code(&world, &client, &[]).await;
        client.token(client.code_form(&code).with("resource", A)).await.refuses("invalid_target");
    }

    async fn what_is_no_absolute_uri_is_refused(world: World) {
        let client = world.public_client().await;
        let code = code(&world, &client, &[A]).await;
        for bad in ["a.example", "/mcp", "https://a.example/#", "https://u:p@a.example", "javascript:alert(1)", "https://a.example/ b", "https://ä.example"] {
            client.token(client.code_form(&code).with("resource", bad)).await.refuses("invalid_target");
        }
        let nine = (0..9).fold(client.code_form(&code), |form, at| form.also("resource", &format!("{A}/{at}")));
        client.token(nine).await.refuses("invalid_target");
        client.exchange(&code).await.is(200);
    }

    async fn an_origin_matches_with_and_without_its_slash_and_is_echoed_as_asked(world: World) {
        let client = world.public_client().await;
        let code = code(&world, &client, &["https://a.example/"]).await;
        let tokens = client.token(client.code_form(&code).with("resource", A)).await;
        assert_eq!(audience(&tokens), A);
        let refresh = |resource| Form::refresh(&tokens.text("refresh_token")).with("resource", resource);
        let slash = client.token(refresh("https://a.example/")).await;
        assert_eq!(audience(&slash), "https://a.example/");
        assert_eq!(audience(&client.refresh(&slash.text("refresh_token")).await), "https://a.example/");
    }

    async fn the_authorization_request_refuses_a_bad_one_to_the_client(world: World) {
        let client = world.verified_client().await;
        let redirect = world.browser().authorize(client.request().with("resource", "https://a.example/#x")).await.redirect();
        assert_eq!(redirect.param("error"), "invalid_target");
    }
}
