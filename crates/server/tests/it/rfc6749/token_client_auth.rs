//! How a client proves itself, and what it hears when it does not. RFC 6749 §2.3, §5.2.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use domain::client::metadata::AuthMethod;
use serde_json::{Value, json};

use crate::world::{Answer, Call, Client, Form, World};

const SECRETS: [AuthMethod; 2] = [AuthMethod::ClientSecretBasic, AuthMethod::ClientSecretPost];

/// 401 as RFC 6749 §5.2 has it.
#[track_caller]
fn is_refused(answer: &Answer) {
    let challenge = answer.refuses("invalid_client").header("www-authenticate");
    assert!(challenge.is_some_and(|text| text.starts_with("Basic realm=")), "{challenge:?}");
}

/// A request that would be good if its client were: one for a token of the client's own.
fn call(world: &World) -> (Call, Form) {
    (world.post("/token"), Form::of(&[("grant_type", "client_credentials")]))
}

/// `client` proves itself by each method in turn.
fn by(world: &World, client: &Client, method: AuthMethod) -> Call {
    let (call, form) = call(world);
    let secret = client.secret.as_deref().unwrap_or("wls_none");
    match method {
        AuthMethod::None => call.form(&form.with("client_id", &client.id)),
        AuthMethod::ClientSecretBasic => call.form(&form).basic(&client.id, secret),
        AuthMethod::ClientSecretPost => {
            call.form(&form.with("client_id", &client.id).with("client_secret", secret))
        }
        AuthMethod::PrivateKeyJwt => client.call("/token", form),
    }
}

both! {
    async fn tk06_a_confidential_client_without_its_secret_is_401(world: World) {
        for method in SECRETS {
            let client = world.confidential_client(method).await;
            let secret = client.secret.clone().expect("a secret");
            is_refused(&by(&world, &client, AuthMethod::None).send().await);
            for wrong in ["", "wrong", &secret[1..], &secret[..secret.len() - 1], &format!("{secret}x"), &secret.to_uppercase()] {
                let mut client = client.clone();
                client.secret = Some(wrong.to_owned());
                is_refused(&by(&world, &client, method).send().await);
            }
            by(&world, &client, method).send().await.is(200);
        }
    }

    async fn tk06_an_unknown_client_hears_the_same_as_one_with_a_wrong_secret(world: World) {
        let client = world.confidential_client(AuthMethod::ClientSecretBasic).await;
        let (call, form) = call(&world);
        let wrong = call.clone().form(&form).basic(&client.id, "wrong").send().await;
        let unknown = call.form(&form).basic("nobody", "wrong").send().await;
        is_refused(&unknown);
        assert_eq!(unknown.body, wrong.body);
    }

    async fn tk06_without_any_client_it_is_401(world: World) {
        let (call, form) = call(&world);
        is_refused(&call.clone().form(&form).send().await);
        let not_ascii = form.with("client_id", "é");
        is_refused(&call.form(&not_ascii).send().await);
    }

    async fn tk07_two_methods_at_once_are_refused(world: World) {
        let client = world.confidential_client(AuthMethod::ClientSecretBasic).await;
        let secret = client.secret.as_deref().expect("a secret");
        let (call, form) = call(&world);
        let call = call.basic(&client.id, secret);
        call.clone().form(&form.clone().with("client_secret", secret)).send().await.refuses("invalid_request");
        call.clone().form(&form.clone().with("client_assertion", "a.b.c")).send().await.refuses("invalid_request");
        call.clone().form(&form.clone().with("client_id", "another")).send().await.refuses("invalid_request");
        call.form(&form.with("client_id", &client.id)).send().await.is(200);
    }

    async fn tk11_a_client_registered_for_one_method_cannot_use_another(world: World) {
        let methods = [AuthMethod::None, AuthMethod::ClientSecretBasic, AuthMethod::ClientSecretPost];
        for registered in [AuthMethod::ClientSecretBasic, AuthMethod::ClientSecretPost, AuthMethod::PrivateKeyJwt] {
            let client = world.confidential_client(registered).await;
            for method in methods.into_iter().filter(|method| *method != registered) {
                is_refused(&by(&world, &client, method).send().await);
            }
            by(&world, &client, registered).send().await.is(200);
        }
    }

    async fn tk11_a_public_client_that_sends_a_secret_is_refused(world: World) {
        let client = world.public_client().await;
        for method in SECRETS {
            is_refused(&by(&world, &client, method).send().await);
        }
    }

    async fn basic_credentials_are_form_encoded_and_decoded(world: World) {
        let client = world.confidential_client(AuthMethod::ClientSecretBasic).await;
        let encode = |text: &str| text.bytes().map(|byte| format!("%{byte:02x}")).collect::<Vec<_>>().concat();
        let credentials = format!("{}:{}", encode(&client.id), encode(client.secret.as_deref().expect("a secret")));
        let (call, form) = call(&world);
        let header = format!("bAsIc {}", STANDARD.encode(credentials));
        call.form(&form).header("authorization", &header).send().await.is(200);
    }

    async fn v084_basic_credentials_are_decoded_strictly(world: World) {
        let client = world.confidential_client(AuthMethod::ClientSecretBasic).await;
        let secret = client.secret.clone().expect("a secret");
        // As clients send it that know nothing of the encoding: our own ids and secrets are the same either way.
        let (call, form) = call(&world);
        let send = async |credentials: &str| {
            let header = format!("Basic {}", STANDARD.encode(credentials));
            call.clone().form(&form).header("authorization", &header).send().await
        };
        send(&format!("{}:{secret}", client.id)).await.is(200);
        // Were these guessed at instead of refused, the secret would be the right one.
        world.sql("UPDATE clients SET secret_hash = $1", [world.app().hash_key.hash("a%b%zz").as_str().into()]).await;
        for wrong in ["a%b%zz", "a%25b%zz", "a%b%25zz", "a%25b%25zz%", "a%25b%25zz%4", "a%25b%25zz%00", "a%25b%25zz%ff"] {
            is_refused(&send(&format!("{}:{wrong}", client.id)).await);
        }
        send(&format!("{}:a%25b%25zz", client.id)).await.is(200);
    }

    async fn an_authorization_header_that_is_no_basic_credential_is_401(world: World) {
        let client = world.confidential_client(AuthMethod::ClientSecretPost).await;
        let headers = ["Basic", "Basic !", "Basic YQ", "Basic YQ==", "Bearer wlk_x", "Digest a=b", "Basic /////w=="];
        for header in headers {
            let call = by(&world, &client, AuthMethod::ClientSecretPost).header("authorization", header);
            is_refused(&call.send().await);
        }
    }

    async fn two_authorization_headers_are_refused(world: World) {
        let client = world.confidential_client(AuthMethod::ClientSecretBasic).await;
        let call = by(&world, &client, AuthMethod::ClientSecretBasic);
        call.also_header("authorization", "Basic YTpi").send().await.refuses("invalid_request");
    }

    async fn tk37_an_expired_secret_is_401(world: World) {
        let client = world.confidential_client(AuthMethod::ClientSecretBasic).await;
        world.sql("UPDATE clients SET secret_expires_at = $1", [1_i64.into()]).await;
        is_refused(&client.client_credentials("").await);
        world.sql("UPDATE clients SET secret_expires_at = $1", [store::Value::Null]).await;
        client.client_credentials("").await.is(200);
    }

    async fn an_expired_client_is_told_to_register_again(world: World) {
        let client = world.confidential_client(AuthMethod::ClientSecretBasic).await;
        world.sql("UPDATE clients SET expires_at = $1", [1_i64.into()]).await;
        let answer = client.client_credentials("").await;
        is_refused(&answer);
        assert!(answer.text("error_description").contains("register again"));
    }

    async fn the_method_of_no_registration_is_basic(world: World) {
        let client = world.client(json!({ "grant_types": ["client_credentials"], "redirect_uris": [] })).await;
        assert_eq!(client.registration["token_endpoint_auth_method"], "client_secret_basic");
        assert_eq!(client.client_credentials("").await.is(200).json.get("refresh_token"), None::<&Value>);
    }
}
