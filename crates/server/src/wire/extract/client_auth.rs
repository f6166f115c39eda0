//! Which client sends a form, and whether it can prove it. RFC 6749 §2.3, RFC 7523 §2.2.

use std::{sync::Arc, time::Duration};

use base64::{Engine, engine::general_purpose::STANDARD};
use domain::{
    client::{
        Client, ClientId,
        auth::{AuthFailure, AuthenticatedClient, Presented},
        metadata::AuthMethod,
        standing::Known,
    },
    discovery::path,
    error::{ErrorCode, Refusal},
    jose::{self, Algorithm, Expected, JwkSet},
    journal::EventKind,
    parameters::{self, Parameters},
    secret::Secret,
    time::Timestamp,
};
use http::{HeaderMap, header};
use serde_json::{Map, Value};
use store::{Batch, client_assertions, clients};

use crate::{
    app::App,
    documents::{
        self,
        key_sets::{self, Whose},
    },
    journal::{self, Occasion},
    wire::Failure,
};

/// How far clocks may differ.
const SKEW: Duration = Duration::from_mins(1);
/// The longest life a client assertion may have.
const MAX_LIFE: Duration = Duration::from_mins(5);

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Authenticates the client of a form request to `endpoint`, a path of the metadata, by the one method it used.
pub async fn authenticate(
    app: &App,
    headers: &HeaderMap,
    form: &Parameters,
    endpoint: &str,
    occasion: Occasion,
) -> Result<AuthenticatedClient, Failure> {
    let (client_id, evidence) = evidence(headers, form)?;
    let known = clients::known(&app.store, &client_id).await?;
    let known = documents::check_again(app, known, occasion.now).await?;
    let client = match &known {
        Known::Client(client) => Some(Arc::clone(client)),
        Known::Tombstone | Known::Nothing => None,
    };
    let presented = match evidence {
        Evidence::Presented(presented) => presented,
        Evidence::Assertion(assertion) => match &known {
            Known::Client(client) => {
                verify_assertion(app, client, assertion, endpoint, occasion).await?;
                Presented::VerifiedAssertion
            }
            Known::Tombstone | Known::Nothing => return Err(refuse(AuthFailure::Unknown)),
        },
    };
    let authenticated =
        AuthenticatedClient::authenticate(client_id, known, &presented, &app.hash_key, occasion.now);
    authenticated.map_err(|failure| match (failure, client) {
        (AuthFailure::WrongSecret, Some(client)) => wrong_secret(app, &client, occasion),
        (failure, _) => refuse(failure),
    })
}

enum Evidence<'f> {
    Presented(Presented),
    Assertion(&'f str),
}

/// What the request says of its client. Two methods at once are refused. RFC 6749 §2.3.
fn evidence<'f>(headers: &HeaderMap, form: &'f Parameters) -> Result<(ClientId, Evidence<'f>), Failure> {
    let one = |name| form.one(name).map_err(Refusal::from);
    let (client_id, secret, assertion) = (one("client_id")?, one("client_secret")?, one("client_assertion")?);
    let basic = basic(headers)?;
    let methods =
        usize::from(basic.is_some()) + usize::from(secret.is_some()) + usize::from(assertion.is_some());
    if methods > 1 {
        return Err(Failure::new(
            ErrorCode::InvalidRequest,
            "the client must authenticate with one method only",
        ));
    }
    if let Some((basic_id, secret)) = basic {
        if client_id.is_some_and(|id| id != basic_id.as_str()) {
            return Err(Failure::new(
                ErrorCode::InvalidRequest,
                "client_id differs from that of the Authorization header",
            ));
        }
        return Ok((basic_id, Evidence::Presented(Presented::Basic(secret))));
    }
    if let Some(assertion) = assertion {
        if one("client_assertion_type")? != Some(ASSERTION_TYPE) {
            return Err(Failure::new(
                ErrorCode::InvalidRequest,
                "client_assertion_type must be urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            ));
        }
        let issuer = unverified_issuer(assertion).ok_or_else(|| refuse(AuthFailure::Unknown))?;
        if client_id.is_some_and(|id| id != issuer) {
            return Err(refuse(AuthFailure::Unknown));
        }
        return Ok((parse_id(&issuer)?, Evidence::Assertion(assertion)));
    }
    let client_id = client_id.ok_or_else(|| {
        Refusal::new(
            ErrorCode::InvalidClient,
            "the client did not authenticate; send client_id, and a secret or key if it has one",
        )
    })?;
    let presented = secret.map_or(Presented::Nothing, |secret| Presented::Post(Secret::new(secret)));
    Ok((parse_id(client_id)?, Evidence::Presented(presented)))
}

/// `Authorization: Basic` with both halves form-encoded, read strictly. RFC 6749 §2.3.1.
fn basic(headers: &HeaderMap) -> Result<Option<(ClientId, Secret)>, Failure> {
    let mut values = headers.get_all(header::AUTHORIZATION).into_iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    let malformed = || refuse(AuthFailure::Unknown);
    if values.next().is_some() {
        return Err(Failure::new(ErrorCode::InvalidRequest, "there is more than one Authorization header"));
    }
    let (scheme, credentials) =
        value.to_str().ok().and_then(|text| text.split_once(' ')).ok_or_else(malformed)?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(malformed());
    }
    let decoded = STANDARD
        .decode(credentials.trim())
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or_else(malformed)?;
    let (id, secret) = decoded.split_once(':').ok_or_else(malformed)?;
    let decoded = |text: &str| parameters::decode(text.as_bytes()).map_err(|_| malformed());
    Ok(Some((parse_id(&decoded(id)?)?, Secret::new(decoded(secret)?))))
}

fn parse_id(text: &str) -> Result<ClientId, Failure> {
    ClientId::parse(text).ok_or_else(|| refuse(AuthFailure::Unknown))
}

/// The `iss` of an assertion, only to know whose keys to verify it with.
fn unverified_issuer(assertion: &str) -> Option<String> {
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let payload = assertion.split('.').nth(1).filter(|_| assertion.len() <= jose::MAX_TOKEN_BYTES)?;
    let claims: Map<String, Value> = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()?;
    claims.get("iss")?.as_str().map(str::to_owned)
}

/// Signature, then claims, then that it is used once. RFC 7523 §3, OpenID Connect Core §9.
async fn verify_assertion(
    app: &App,
    client: &Client,
    assertion: &str,
    endpoint: &str,
    occasion: Occasion,
) -> Result<(), Failure> {
    let wrong = || wrong_secret(app, client, occasion);
    if !client.metadata.accepts(AuthMethod::PrivateKeyJwt) {
        return Err(refuse(AuthFailure::WrongMethod));
    }
    let claims = signed_claims(app, client, assertion, occasion.now).await.ok_or_else(wrong)?;
    if !is_meant_for(app, endpoint, &claims) {
        return Err(wrong());
    }
    let (jti, expires_at) = check_claims(client, &claims, occasion.now).ok_or_else(wrong)?;
    let mut batch = Batch::new();
    batch.push(client_assertions::use_once(&client.client_id, &jti, expires_at.plus(SKEW).plus(SKEW)));
    if app.store.commit(batch).await?.is_committed() {
        return Ok(());
    }
    journal::wrong_client_secret(app, EventKind::ClientAssertionReplayed, client, occasion);
    Err(refuse(AuthFailure::WrongSecret))
}

/// What the assertion says, if a key of the client signed it. Keys that are fetched are fetched once more when none of them did.
async fn signed_claims(
    app: &App,
    client: &Client,
    assertion: &str,
    now: Timestamp,
) -> Option<Map<String, Value>> {
    let registered = client.metadata.token_endpoint_auth_signing_alg;
    let algorithms = registered.map_or_else(|| Algorithm::ALL.to_vec(), |algorithm| vec![algorithm]);
    let verify = |keys: &JwkSet| {
        let verified = jose::verify(assertion, keys, &Expected { algorithms: &algorithms, typ: None });
        verified.inspect_err(|error| {
            tracing::info!(client_id = client.client_id.as_str(), %error, "a client assertion was refused");
        })
    };
    if let Some(keys) = &client.metadata.jwks {
        return verify(keys).ok();
    }
    let jwks_uri = client.metadata.jwks_uri.as_deref()?;
    let whose = Whose::client(client, jwks_uri);
    let found = key_sets::current(app, whose, now).await?;
    if let Ok(claims) = verify(&found.value) {
        return Some(claims);
    }
    let newer = key_sets::newer(app, whose, &found, now).await?;
    verify(&newer.value).ok()
}

/// Whether it is for this server: for the issuer, the token endpoint or the very endpoint that it was sent to, and for nobody beside them.
/// RFC 7523 §3.
fn is_meant_for(app: &App, endpoint: &str, claims: &Map<String, Value>) -> bool {
    let is_ours = |audience: &&str| {
        let place = audience.strip_prefix(app.issuer());
        place.is_some_and(|place| ["", path::TOKEN, endpoint].contains(&place))
    };
    jose::claims::audiences(claims)
        .is_ok_and(|audiences| !audiences.is_empty() && audiences.iter().all(is_ours))
}

fn check_claims(client: &Client, claims: &Map<String, Value>, now: Timestamp) -> Option<(String, Timestamp)> {
    let names_client =
        |name| jose::claims::text(claims, name).is_ok_and(|text| text == client.client_id.as_str());
    if !names_client("iss") || !names_client("sub") {
        return None;
    }
    let expires_at = jose::claims::moment(claims, "exp").ok()?;
    let is_current = now < expires_at.plus(SKEW) && expires_at <= now.plus(MAX_LIFE).plus(SKEW);
    let not_from_the_future = |name| {
        jose::claims::optional_moment(claims, name)
            .is_ok_and(|moment| moment.is_none_or(|moment| moment <= now.plus(SKEW)))
    };
    let jti = jose::claims::text(claims, "jti")
        .ok()
        .filter(|jti| !jti.is_empty() && jti.len() <= 512 && !jti.contains(char::is_control))?;
    (is_current && not_from_the_future("iat") && not_from_the_future("nbf"))
        .then(|| (jti.to_owned(), expires_at))
}

fn wrong_secret(app: &App, client: &Client, occasion: Occasion) -> Failure {
    journal::wrong_client_secret(app, EventKind::ClientSecretRefused, client, occasion);
    refuse(AuthFailure::WrongSecret)
}

fn refuse(failure: AuthFailure) -> Failure {
    tracing::info!(?failure, "client authentication failed");
    Refusal::from(failure).into()
}
