//! What to measure by: the same answers from bare handlers that remember nothing, in a program of their own.
//!
//! `/form` reads a form and answers 300 bytes of JSON; `/signed` signs one ES256 token besides; `/register` does all of a registration
//! but storing it; `/metadata` and `/jwks` are documents of given sizes.

use std::io::Write;
use std::sync::Arc;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::serve::ListenerExt;
use domain::client::ClientId;
use domain::id::Id;
use domain::jose::{Algorithm, EncodedHeader, Header, finish, signing_input};
use domain::registration::response::{Management, Registered, body};
use domain::registration::{Policy, RawRegistration, Requester, admit, parse};
use domain::secret::{HashKey, TokenKind};
use domain::settings::OidcProvider;
use tokio::net::TcpListener;
use url::Url;

use crate::{Outcome, clock};

/// What a token response of opaque tokens weighs.
const FORM_ANSWER: usize = 300;

struct Means {
    metadata: Bytes,
    jwks: Bytes,
    form: Bytes,
    pair: EcdsaKeyPair,
    header: EncodedHeader,
    chance: SystemRandom,
    settings: OidcProvider,
    issuer: Url,
    hash_key: HashKey,
}

/// Serves until it is killed; the first line it prints is its address.
pub(crate) fn run(metadata: usize, jwks: usize) -> Outcome<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(serve(metadata, jwks))
}

async fn serve(metadata: usize, jwks: usize) -> Outcome<()> {
    let settings = OidcProvider { anonymous_client_registration: true, ..OidcProvider::default() };
    let means = Means {
        metadata: document(metadata),
        jwks: document(jwks),
        form: document(FORM_ANSWER),
        pair: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)?,
        header: EncodedHeader::new(&Header { alg: Algorithm::Es256, typ: Some("at+jwt"), kid: "bare" }),
        chance: SystemRandom::new(),
        settings,
        issuer: Url::parse("http://localhost")?,
        hash_key: HashKey::new(&[7; 32]),
    };
    let routes = Router::new()
        .route(
            "/metadata",
            get(|State(means): State<Arc<Means>>| async move { json(means.metadata.clone()) }),
        )
        .route("/jwks", get(|State(means): State<Arc<Means>>| async move { json(means.jwks.clone()) }))
        .route("/form", post(form))
        .route("/signed", post(signed))
        .route("/register", post(register))
        .with_state(Arc::new(means));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let mut out = std::io::stdout();
    writeln!(out, "http://{}", listener.local_addr()?)?;
    out.flush()?;
    let listener = listener.tap_io(|stream| {
        // Without it the first answers are a little later.
        let _ = stream.set_nodelay(true);
    });
    Ok(axum::serve(listener, routes).await?)
}

async fn form(State(means): State<Arc<Means>>, body: Bytes) -> Response {
    if fields(&body) == 0 { StatusCode::BAD_REQUEST.into_response() } else { json(means.form.clone()) }
}

async fn signed(State(means): State<Arc<Means>>, body: Bytes) -> Response {
    let claims = serde_json::json!({
        "iss": "http://localhost:8080", "sub": "0123456789abcdefghijklmnop", "client_id": "0123456789abcdefghijklmnop",
        "aud": "http://localhost:8080", "iat": 1, "exp": 2, "jti": "0123456789abcdefghijklmnop",
    });
    let input = signing_input(&means.header, &claims);
    match means.pair.sign(&means.chance, input.as_bytes()) {
        Ok(signature) if fields(&body) > 0 => {
            let token = finish(input, signature.as_ref());
            json(format!(r#"{{"access_token":"{token}","token_type":"Bearer","expires_in":3600}}"#).into())
        }
        Ok(_) | Err(_) => StatusCode::BAD_REQUEST.into_response(),
    }
}

async fn register(State(means): State<Arc<Means>>, bytes: Bytes) -> Response {
    registered(&means, &bytes).map_or_else(
        || StatusCode::BAD_REQUEST.into_response(),
        |body| (StatusCode::CREATED, json(body)).into_response(),
    )
}

/// A whole registration with credentials, from its bytes to the bytes of the answer.
fn registered(means: &Means, bytes: &[u8]) -> Option<Bytes> {
    let admitted = admit(&Requester::Anonymous, &means.settings, &[]).ok()?;
    let raw = RawRegistration::read(bytes).ok()?;
    let policy = Policy { settings: &means.settings, issuer: &means.issuer, bounds: &[] };
    let registration = parse(&raw, &policy, admitted.door()).ok()?;
    let now = clock::now();
    let client_id = match registration.content_address() {
        Some(digest) => digest.client_id(),
        None => ClientId::from_stored(format!("wla_{}", Id::new(now, 0, [1; 8]))),
    };
    let token = TokenKind::RegistrationAccessToken.compose(&Id::new(now, 0, [1; 8]), &[5; 32]);
    let hash = means.hash_key.hash(token.expose());
    let metadata = registration.into_metadata();
    let stored = serde_json::to_string(&metadata).ok()?;
    std::hint::black_box((hash, stored));
    let management = Management {
        registration_client_uri: "http://localhost:8080/register/0123456789abcdefghijklmnop",
        registration_access_token: &token,
    };
    let facts = Registered {
        client_id: &client_id,
        issued_at: now,
        metadata: &metadata,
        secret: None,
        management: Some(management),
    };
    serde_json::to_vec(&body(&facts)).ok().map(Bytes::from)
}

fn fields(body: &[u8]) -> usize {
    form_urlencoded::parse(body).count()
}

fn json(body: Bytes) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}

/// JSON of exactly so many bytes.
fn document(bytes: usize) -> Bytes {
    let frame = r#"{"text":""}"#.len();
    format!(r#"{{"text":"{}"}}"#, "x".repeat(bytes.saturating_sub(frame))).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_has_the_size_that_was_asked_for() {
        assert_eq!(document(300).len(), 300);
    }
}
