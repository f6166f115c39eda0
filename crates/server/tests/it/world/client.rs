//! Applications: what they know, and what they send.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::client::metadata::AuthMethod;
use serde_json::{Value, json};
use server::{chance, clock};

use super::{Answer, Browser, Call, Form, World, key::Key};

/// Where answers go unless a registration says otherwise.
pub(crate) const REDIRECT_URI: &str = "https://app.example/callback";

/// An application with its credentials and one PKCE pair.
#[derive(Clone)]
pub(crate) struct Client {
    pub(crate) world: World,
    pub(crate) id: String,
    pub(crate) secret: Option<String>,
    pub(crate) method: AuthMethod,
    pub(crate) redirect_uri: String,
    /// What registration answered; null if nobody registered.
    pub(crate) registration: Value,
    /// Signs the assertions of `private_key_jwt`.
    pub(crate) key: Option<Arc<Key>>,
    pub(crate) verifier: String,
}

impl World {
    pub(crate) async fn public_client(&self) -> Client {
        self.client(json!({ "token_endpoint_auth_method": "none" })).await
    }

    /// A client that may also use `client_credentials`, if it can prove itself.
    pub(crate) async fn confidential_client(&self, method: AuthMethod) -> Client {
        let grant_types = ["authorization_code", "refresh_token", "client_credentials"];
        self.client(json!({ "token_endpoint_auth_method": method, "grant_types": grant_types })).await
    }

    /// A client of this method: confidential, or public for `none`.
    pub(crate) async fn client_with(&self, method: AuthMethod) -> Client {
        match method {
            AuthMethod::None => self.public_client().await,
            AuthMethod::ClientSecretBasic | AuthMethod::ClientSecretPost | AuthMethod::PrivateKeyJwt => {
                self.confidential_client(method).await
            }
        }
    }

    /// A public client that an administrator vouches for.
    pub(crate) async fn verified_client(&self) -> Client {
        let client = self.public_client().await;
        self.verify_client(&client.id, true).await;
        client
    }

    /// A client of its own, registered with an API key. `redirect_uris` and, for `private_key_jwt`, `jwks` are filled in if missing.
    pub(crate) async fn client(&self, mut metadata: Value) -> Client {
        let needs_key =
            metadata["token_endpoint_auth_method"] == "private_key_jwt" && metadata["jwks"].is_null();
        let key = needs_key.then(|| Arc::new(Key::new()));
        if metadata["redirect_uris"].is_null() {
            metadata["redirect_uris"] = json!([REDIRECT_URI]);
        }
        if let Some(key) = &key {
            metadata["jwks"] = json!({ "keys": [key.public()] });
        }
        let answer = self.register_with(&self.registration_key().await, metadata).await;
        Client { key, ..self.client_of(&answer) }
    }

    /// The client that a registration made.
    #[track_caller]
    pub(crate) fn client_of(&self, registration: &Answer) -> Client {
        let members = &registration.is(201).json;
        let method = serde_json::from_value(members["token_endpoint_auth_method"].clone());
        Client {
            secret: members["client_secret"].as_str().map(str::to_owned),
            method: method.expect("a method"),
            redirect_uri: members["redirect_uris"][0].as_str().unwrap_or(REDIRECT_URI).to_owned(),
            registration: members.clone(),
            ..self.unregistered_client(&registration.text("client_id"))
        }
    }

    /// A client that nobody registered.
    pub(crate) fn unregistered_client(&self, id: &str) -> Client {
        Client {
            world: self.clone(),
            id: id.to_owned(),
            secret: None,
            method: AuthMethod::None,
            redirect_uri: REDIRECT_URI.to_owned(),
            registration: Value::Null,
            key: None,
            verifier: URL_SAFE_NO_PAD.encode(chance::bytes::<32>()),
        }
    }
}

impl Client {
    /// An authorization request that is right in every way.
    pub(crate) fn request(&self) -> Form {
        Form::of(&[
            ("response_type", "code"),
            ("client_id", &self.id),
            ("redirect_uri", &self.redirect_uri),
            ("scope", "openid"),
            ("state", "state of a test"),
            ("nonce", "nonce of a test"),
            ("code_challenge", &self.challenge()),
            ("code_challenge_method", "S256"),
        ])
    }

    /// What redeems `code`, without the client's authentication.
    pub(crate) fn code_form(&self, code: &str) -> Form {
        Form::of(&[
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &self.redirect_uri),
            ("code_verifier", &self.verifier),
        ])
    }

    pub(crate) async fn exchange(&self, code: &str) -> Answer {
        self.token(self.code_form(code)).await
    }

    pub(crate) async fn refresh(&self, refresh_token: &str) -> Answer {
        self.token(Form::refresh(refresh_token)).await
    }

    pub(crate) async fn client_credentials(&self, scope: &str) -> Answer {
        self.token(Form::of(&[("grant_type", "client_credentials"), ("scope", scope)])).await
    }

    pub(crate) async fn revoke(&self, token: &str) -> Answer {
        self.post("/revoke", Form::of(&[("token", token)])).await
    }

    /// What introspection tells this client of a token.
    pub(crate) async fn introspect(&self, token: &str) -> Answer {
        self.post("/introspect", Form::of(&[("token", token)])).await
    }

    /// Replaces its registration, as far as `changes` go, with the registration access token of its first answer. RFC 7592 §2.2.
    pub(crate) async fn replace(&self, changes: Value) -> Answer {
        let mut members = self.registration.clone();
        let all = members.as_object_mut().expect("a registration");
        all.retain(|name, _| {
            !name.starts_with("registration_")
                && !name.starts_with("client_secret")
                && name != "client_id_issued_at"
        });
        all.extend(changes.as_object().expect("an object").clone());
        let uri = self.registration["registration_client_uri"].as_str().expect("a URI");
        let token = self.registration["registration_access_token"].as_str().expect("a token");
        self.world.call(http::Method::PUT, uri).bearer(token).json(&members).send().await
    }

    /// Everything from the request to the tokens, by somebody who is signed in and allows it.
    pub(crate) async fn tokens(&self, person: &mut Browser) -> Answer {
        let code = person.consented(self).await.code();
        let answer = self.exchange(&code).await;
        answer.is(200);
        answer
    }

    pub(crate) async fn token(&self, form: Form) -> Answer {
        self.post("/token", form).await
    }

    pub(crate) async fn post(&self, path: &str, form: Form) -> Answer {
        self.call(path, form).send().await
    }

    /// A form with the authentication that the client registered.
    pub(crate) fn call(&self, path: &str, form: Form) -> Call {
        let secret = self.secret.as_deref().unwrap_or_default();
        let call = self.world.post(path);
        match self.method {
            AuthMethod::None => call.form(&form.with("client_id", &self.id)),
            AuthMethod::ClientSecretPost => {
                call.form(&form.with("client_id", &self.id).with("client_secret", secret))
            }
            AuthMethod::ClientSecretBasic => call.form(&form).basic(&self.id, secret),
            AuthMethod::PrivateKeyJwt => call.form(
                &form
                    .with("client_assertion_type", ASSERTION_TYPE)
                    .with("client_assertion", &self.assertion(&json!({}))),
            ),
        }
    }

    /// A client assertion that is right but for `claims`, of which null takes one away. RFC 7523 §3.
    pub(crate) fn assertion(&self, claims: &Value) -> String {
        let now = clock::now().seconds();
        let jti = URL_SAFE_NO_PAD.encode(chance::bytes::<16>());
        let mut all = json!({
            "iss": self.id, "sub": self.id, "aud": self.world.issuer(), "iat": now, "exp": now + 60, "jti": jti,
        });
        let members = all.as_object_mut().expect("an object");
        for (name, value) in claims.as_object().expect("an object") {
            members.insert(name.clone(), value.clone());
        }
        members.retain(|_, value| !value.is_null());
        self.key.as_ref().expect("a client of private_key_jwt").sign(&all)
    }

    pub(crate) fn challenge(&self) -> String {
        URL_SAFE_NO_PAD
            .encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, self.verifier.as_bytes()))
    }
}

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

impl From<&Client> for Form {
    fn from(client: &Client) -> Self {
        client.request()
    }
}
