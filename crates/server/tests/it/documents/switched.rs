//! The setting `clientIdMetadataDocuments`.

use serde_json::{Value, json};

use super::{Site, client_at, site, stored};
use crate::world::World;

async fn metadata(world: &World) -> Value {
    world.get("/.well-known/oauth-authorization-server").send().await.is(200).json.clone()
}

both! {
    async fn cimd_08_the_metadata_say_whether_documents_are_read(world: World) {
        assert_eq!(metadata(&world).await.get("client_id_metadata_document_supported"), None);
        world.settings("OidcProvider.clientIdMetadataDocuments", json!(true)).await;
        let metadata = metadata(&world).await;
        assert_eq!(metadata["client_id_metadata_document_supported"], true);
        let methods = metadata["token_endpoint_auth_methods_supported"].as_array().expect("a list");
        assert!(methods.contains(&json!("none")) && methods.contains(&json!("private_key_jwt")));
    }

    async fn by_default_nothing_is_fetched_and_a_url_is_an_id_like_any_other(world: World) {
        let site = Site::start().await;
        let url = site.document("/client", &json!({}));
        world.alice().await.authorize(&client_at(&world, &url)).await.page().is(200).shows("It was never registered here");
        world.settings("OidcProvider.requireClientRegistration", json!(true)).await;
        world.browser().authorize(&client_at(&world, &url)).await.page().is(400).shows("This app has to register first");
        assert_eq!(site.visits("/client"), 0);
    }

    async fn a_document_is_a_registration_where_one_is_required(world: World) {
        let site = Site::beside(&world).await;
        world.settings("OidcProvider.requireClientRegistration", json!(true)).await;
        let client = client_at(&world, &site.document("/client", &json!({})));
        client.tokens(&mut world.alice().await).await;
    }

    async fn switched_off_what_was_stored_stays_as_it_was(world: World) {
        let site = Site::beside(&world).await;
        let client = client_at(&world, &site.document("/client", &json!({})));
        let mut alice = world.alice().await;
        let tokens = client.tokens(&mut alice).await;
        world.settings("OidcProvider.clientIdMetadataDocuments", json!(false)).await;
        site.document("/client", &json!({ "redirect_uris": ["https://evil.example/cb"] }));
        client.refresh(&tokens.text("refresh_token")).await.is(200);
        alice.consented(&client).await.code();
        assert_eq!((stored(&world).await, site.visits("/client")), (1, 1));
    }

    async fn cimd_14_nobody_makes_an_id_that_is_a_url(world: World) {
        site::reach(&world).await;
        let registered = world.public_client().await;
        assert!(!registered.id.contains(':'));
        let jmap = world.admin_jmap().await;
        let refused = jmap.not_created("x:OAuthClient/set", json!({ "clientId": "https://app.example/client", "redirectUris": ["https://app.example/cb"] })).await;
        assert_eq!(refused["type"], "validationFailed", "{refused}");
    }
}
