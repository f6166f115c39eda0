//! Every authorization response says who it is from, once. §2.

use crate::world::{Arrival, Form, World};

/// The parameters of an answer, however it travelled.
fn parameters(arrival: Arrival) -> Form {
    match arrival {
        Arrival::Redirect(redirect) => redirect.params,
        Arrival::Page(page) => page.forms[0].fields.clone(),
    }
}

#[track_caller]
fn has_one_issuer(world: &World, parameters: &Form) {
    assert_eq!(parameters.get("iss"), Some(world.issuer().as_str()));
    assert_eq!(parameters.encoded().matches("iss=").count(), 1);
}

both! {
    async fn a38_a_code_comes_with_one_iss_in_every_response_mode(world: World) {
        let client = world.public_client().await;
        let mut alice = world.alice().await;
        for mode in ["query", "fragment", "form_post"] {
            let arrival = alice.consented(client.request().with("response_mode", mode)).await;
            let answered = parameters(arrival);
            assert!(answered.get("code").is_some(), "{mode}");
            has_one_issuer(&world, &answered);
        }
    }

    async fn a38_an_error_comes_with_one_iss_in_every_response_mode(world: World) {
        let client = world.verified_client().await;
        let mut browser = world.browser();
        for mode in ["query", "fragment", "form_post"] {
            let request = client.request().with("response_mode", mode);
            for (name, value) in [("prompt", "none"), ("scope", "nothing-known"), ("response_type", "token")] {
                let answered = parameters(browser.authorize(request.clone().with(name, value)).await);
                assert!(answered.get("error").is_some(), "{mode} {name}");
                has_one_issuer(&world, &answered);
            }
        }
    }

    async fn a38_a_denial_comes_with_one_iss(world: World) {
        let client = world.public_client().await;
        let mut alice = world.alice().await;
        alice.authorize(&client).await.page();
        has_one_issuer(&world, &parameters(alice.deny().await));
    }

    async fn the_metadata_says_so(world: World) {
        let metadata = world.get("/.well-known/oauth-authorization-server").send().await;
        assert_eq!(metadata.is(200).json["authorization_response_iss_parameter_supported"], true);
        assert_eq!(metadata.text("issuer"), world.issuer());
    }
}
