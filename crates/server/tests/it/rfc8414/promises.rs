//! L05: what the document lists is what the handlers accept, no less and no more. RFC 8414 §2.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::world::{Arrival, Client, Form, World, jwt};

/// The values of a list of the document.
async fn listed(world: &World, name: &str) -> BTreeSet<String> {
    let metadata = world.get("/.well-known/oauth-authorization-server").send().await.json;
    let values = metadata[name].as_array().expect("a list");
    values.iter().map(|value| value.as_str().expect("a text").to_owned()).collect()
}

/// A value that the document lists, or that some other server lists.
struct Candidate {
    list: String,
    value: String,
    is_listed: bool,
}

impl Candidate {
    #[track_caller]
    fn is_right_if_accepted(&self, is_accepted: bool) {
        assert_eq!(is_accepted, self.is_listed, "{}: {}", self.list, self.value);
    }
}

/// Everything that the list has, and `others`.
async fn candidates(world: &World, list: &str, others: &[&str]) -> Vec<Candidate> {
    let listed = listed(world, list).await;
    let values: BTreeSet<_> =
        listed.iter().cloned().chain(others.iter().map(|other| (*other).to_owned())).collect();
    let candidate =
        |value: String| Candidate { list: list.to_owned(), is_listed: listed.contains(&value), value };
    values.into_iter().map(candidate).collect()
}

/// Whether the request gets as far as a page; a refusal goes back to the verified client.
async fn proceeds(world: &World, request: Form) -> bool {
    match world.browser().authorize(request).await {
        Arrival::Page(page) => page.has_button("login-submit"),
        Arrival::Redirect(_) => false,
    }
}

/// A registration with this member, if it is accepted as it was sent.
async fn registered(world: &World, member: &str, value: Value) -> Option<Client> {
    let mut metadata = json!({ "redirect_uris": ["https://app.example/callback"], "grant_types": ["authorization_code", "refresh_token", "client_credentials"] });
    let is_public = value == "none";
    metadata[member] = value.clone();
    if is_public {
        metadata["grant_types"] = json!(["authorization_code", "refresh_token"]);
    }
    let answer = world.register_with(&world.registration_key().await, metadata).await;
    (answer.status == 201 && answer.json[member] == value).then(|| world.client_of(&answer))
}

const ALGORITHMS: &[&str] = &[
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "ES256K", "EdDSA",
    "HS256", "HS512", "none",
];
const METHODS: &[&str] = &["client_secret_jwt", "tls_client_auth", "self_signed_tls_client_auth", "none"];

/// A client that registered this method, if there is such a method.
async fn client_by(world: &World, method: &str) -> Option<Client> {
    match method {
        "private_key_jwt" => Some(world.client(json!({ "token_endpoint_auth_method": method })).await),
        _ => registered(world, "token_endpoint_auth_method", json!(method)).await,
    }
}

both! {
    async fn l05_grant_types(world: World) {
        let client = world.public_client().await;
        let others = ["password", "implicit", "urn:ietf:params:oauth:grant-type:device_code", "urn:ietf:params:oauth:grant-type:jwt-bearer"];
        for candidate in candidates(&world, "grant_types_supported", &others).await {
            let answer = client.token(Form::of(&[("grant_type", &candidate.value)])).await;
            candidate.is_right_if_accepted(answer.json["error"] != "unsupported_grant_type");
            let types = BTreeSet::from(["authorization_code", &candidate.value]);
            candidate.is_right_if_accepted(registered(&world, "grant_types", json!(types)).await.is_some());
        }
    }

    async fn l05_what_an_authorization_request_may_say(world: World) {
        let client = world.verified_client().await;
        let lists: [(&str, &str, &[&str]); 4] = [
            ("response_modes_supported", "response_mode", &["jwt", "query.jwt", "fragment.jwt", "form_post.jwt", "web_message"]),
            ("response_types_supported", "response_type", &["token", "id_token", "code token", "code id_token", "id_token token", "none"]),
            ("code_challenge_methods_supported", "code_challenge_method", &["plain", "S512"]),
            ("scopes_supported", "scope", &["unknown", "phone"]),
        ];
        for (list, name, others) in lists {
            for candidate in candidates(&world, list, others).await {
                let request = client.request().with(name, &candidate.value);
                candidate.is_right_if_accepted(proceeds(&world, request).await);
            }
        }
    }

    async fn l05_prompts(world: World) {
        let client = world.verified_client().await;
        for candidate in candidates(&world, "prompt_values_supported", &["create", "foo"]).await {
            let is_accepted = match world.browser().authorize(client.request().with("prompt", &candidate.value)).await {
                Arrival::Page(_) => true,
                Arrival::Redirect(redirect) => redirect.param("error") == "login_required",
            };
            candidate.is_right_if_accepted(is_accepted);
        }
    }

    async fn l05_methods_of_client_authentication(world: World) {
        for endpoint in ["token", "revocation", "introspection"] {
            for candidate in candidates(&world, &format!("{endpoint}_endpoint_auth_methods_supported"), METHODS).await {
                let Some(client) = client_by(&world, &candidate.value).await else {
                    candidate.is_right_if_accepted(false);
                    continue;
                };
                let answer = match endpoint {
                    "token" => client.refresh("wlr_x").await,
                    "revocation" => client.revoke("x").await,
                    _ => client.introspect("x").await,
                };
                candidate.is_right_if_accepted(answer.status != 401);
            }
        }
    }

    async fn l05_algorithms_of_id_tokens(world: World) {
        let mut alice = world.alice().await;
        for candidate in candidates(&world, "id_token_signing_alg_values_supported", ALGORITHMS).await {
            let client = registered(&world, "id_token_signed_response_alg", json!(candidate.value)).await;
            candidate.is_right_if_accepted(client.is_some());
            if let Some(client) = client {
                let token = client.tokens(&mut alice).await.text("id_token");
                assert_eq!(jwt::header(&token)["alg"], candidate.value.as_str());
            }
        }
    }

    async fn l05_algorithms_of_client_assertions(world: World) {
        for list in ["token", "introspection", "revocation"].map(|name| format!("{name}_endpoint_auth_signing_alg_values_supported")) {
            for candidate in candidates(&world, &list, ALGORITHMS).await {
                let client = registered(&world, "token_endpoint_auth_signing_alg", json!(candidate.value)).await;
                candidate.is_right_if_accepted(client.is_some());
            }
        }
    }

    async fn l05_subject_types(world: World) {
        for candidate in candidates(&world, "subject_types_supported", &["pairwise"]).await {
            let client = registered(&world, "subject_type", json!(candidate.value)).await;
            candidate.is_right_if_accepted(client.is_some());
        }
    }

    async fn l05_every_endpoint_is_there(world: World) {
        let metadata = world.get("/.well-known/openid-configuration").send().await.json;
        let members = metadata.as_object().expect("an object").iter();
        for (name, value) in members.filter(|(name, _)| name.ends_with("_endpoint") || name.ends_with("_uri")) {
            let url = value.as_str().expect("a URL");
            let (get, post) = (world.get(url).send().await, world.post(url).send().await);
            assert!(get.status != 404 && post.status != 404 && (get.status != 405 || post.status != 405), "{name}");
        }
    }

    async fn l05_what_is_said_not_to_be_supported_is_refused_by_name(world: World) {
        let client = world.verified_client().await;
        for (name, error) in [("request", "request_not_supported"), ("request_uri", "request_uri_not_supported")] {
            let redirect = world.browser().authorize(client.request().with(name, "https://app.example/request")).await.redirect();
            assert_eq!(redirect.param("error"), error);
        }
    }
}
