//! Software statements. RFC 7591 §2.3, §3.1.1, §3.2.2.

use std::time::Duration;

use proptest::prelude::*;

use super::{
    super::{
        bounds::Bounded,
        statement::{self, IssuerKeys, OneUse, TrustedIssuers},
    },
    bounds::{some_bounds, some_metadata, through},
    *,
};
use crate::{
    client::metadata::ClientMetadata,
    jose::{Algorithm, signer},
    registration::document,
    time::Timestamp,
};

const ISSUER: &str = "https://vouch.example";
const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

pub(super) fn at(past_or_future: i64) -> i64 {
    NOW.seconds() + past_or_future
}

/// Settings in which [`ISSUER`] is trusted with the keys of these algorithms.
pub(super) fn trusting(algorithms: &[Algorithm], once: &str) -> OidcProvider {
    let keys: Vec<_> = algorithms.iter().map(|algorithm| signer::of(*algorithm).jwk()).collect();
    let line = format!("{ISSUER} {} {once}", json!({ "keys": keys }));
    OidcProvider {
        software_statement_issuers: TrustedIssuers::parse(&[line]).unwrap(),
        ..OidcProvider::default()
    }
}

pub(super) fn trusted() -> OidcProvider {
    trusting(&[Algorithm::Es256], "")
}

/// A statement of [`ISSUER`] with these claims.
pub(super) fn stating(claims: &Value) -> String {
    signed_by(Algorithm::Es256, claims)
}

fn signed_by(algorithm: Algorithm, claims: &Value) -> String {
    let mut all = json!({ "iss": ISSUER });
    for (name, value) in claims.as_object().unwrap() {
        all[name] = value.clone();
    }
    signer::of(algorithm).token(&json!({ "alg": algorithm }), all.to_string().as_bytes())
}

/// A web client that shows `statement`, with `members` added or replaced.
pub(super) fn showing(statement: &str, members: &Value) -> Value {
    let mut body = json!({ "software_statement": statement });
    for (name, value) in members.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

pub(super) fn heed(
    raw: RawRegistration,
    settings: &OidcProvider,
    registered: Option<&ClientMetadata>,
) -> Result<RawRegistration, Refusal> {
    let Some(carried) = statement::carried(&raw, settings)? else { return Ok(raw) };
    let server = Url::parse("https://login.example.org").unwrap();
    if let Some(signed) = registered.and_then(|metadata| carried.registered_with(metadata)) {
        return signed.believe(&raw, &server, NOW);
    }
    let IssuerKeys::Inline(keys) = carried.keys() else { panic!("they are here") };
    carried.signed_by(keys).map_err(|_| statement::unsigned())?.believe(&raw, &server, NOW)
}

fn judged(body: &Value, settings: &OidcProvider, door: Door) -> Result<Registration, Refusal> {
    let raw = heed(RawRegistration::read(body.to_string().as_bytes())?, settings, None)?;
    let issuer = Url::parse("https://login.example.org").unwrap();
    parse(&raw, &Policy { settings, issuer: &issuer, bounds: &[] }, door)
}

pub(super) fn registered(body: &Value) -> Registration {
    judged(body, &trusted(), Door::Anonymous).unwrap_or_else(|refusal| panic!("{body}: {refusal:?}"))
}

fn members(body: &Value) -> Value {
    Value::from(registered(body).metadata().members())
}

#[track_caller]
fn assert_refused(body: &Value, settings: &OidcProvider, code: ErrorCode) {
    let refusal = judged(body, settings, Door::Anonymous).expect_err(&format!("accepted: {body:.300}"));
    assert_eq!(refusal.code(), code, "{body:.300}: {}", refusal.description());
}

#[test]
fn what_a_statement_says_takes_the_place_of_what_stands_beside_it() {
    let text = stating(
        &json!({"client_name": "Mail", "redirect_uris": ["https://c.example/cb", "https://c.example/2"], "software_id": "m"}),
    );
    let beside = json!({"client_name": "Bank", "redirect_uris": ["https://c.example/cb"], "software_id": "x", "contacts": ["a@c.example"]});
    let echo = members(&showing(&text, &beside));
    assert_eq!((&echo["client_name"], &echo["software_id"]), (&json!("Mail"), &json!("m")));
    assert_eq!(echo["redirect_uris"], json!(["https://c.example/cb", "https://c.example/2"]));
    assert_eq!(echo["contacts"], json!(["a@c.example"]), "what it leaves open the client says");
    assert_eq!(echo["software_statement"], json!(text), "it is returned as it came");
}

#[test]
fn nothing_beside_a_statement_is_a_way_around_it() {
    let text = stating(
        &json!({"redirect_uris": ["https://c.example/cb"], "client_name": "Mail", "client_name#fr": "Courrier",
        "token_endpoint_auth_method": "private_key_jwt", "jwks_uri": "https://c.example/jwks"}),
    );
    let key = signer::of(Algorithm::Es384).jwk();
    let beside = json!({"client_name#de": "Bank", "client_name#fr": "Banque", "jwks": {"keys": [key]}, "tos_uri#de": "https://c.example/agb"});
    let echo = members(&showing(&text, &beside));
    assert_eq!((echo.get("client_name#de"), &echo["client_name#fr"]), (None, &json!("Courrier")));
    assert_eq!((echo.get("jwks"), &echo["jwks_uri"]), (None, &json!("https://c.example/jwks")));
    assert_eq!(echo["tos_uri#de"], "https://c.example/agb");
    let tagged = stating(&json!({"redirect_uris": ["https://c.example/cb"], "client_name#en": "Mail"}));
    let echo = members(&showing(&tagged, &json!({"client_name": "Bank"})));
    assert_eq!((echo.get("client_name"), &echo["client_name#en"]), (None, &json!("Mail")));
    let nested = showing(&stating(&json!({"software_statement": text})), &json!({}));
    assert_refused(&nested, &trusted(), ErrorCode::InvalidRedirectUri);
}

#[test]
fn the_rules_judge_what_a_statement_says_as_they_judge_anybody() {
    for (claims, code) in [
        (json!({"redirect_uris": ["http://c.example/cb"]}), ErrorCode::InvalidRedirectUri),
        (json!({"redirect_uris": ["javascript:alert(1)"]}), ErrorCode::InvalidRedirectUri),
        (json!({"client_name": "a\u{202e}b"}), ErrorCode::InvalidClientMetadata),
        (json!({"scope": "admin"}), ErrorCode::InvalidClientMetadata),
        (json!({"request_uris": ["https://c.example/r"]}), ErrorCode::InvalidClientMetadata),
    ] {
        let mut all = claims.clone();
        let plain = if claims.get("redirect_uris").is_none() {
            json!({"redirect_uris": ["https://c.example/cb"]})
        } else {
            json!({})
        };
        all["is_admin"] = json!(true);
        assert_refused(&showing(&stating(&all), &plain), &trusted(), code);
    }
}

#[test]
fn r64_a_statement_that_is_malformed_forged_or_over_is_invalid() {
    let good = json!({"redirect_uris": ["https://c.example/cb"]});
    let with = |name: &str, value: Value| {
        let mut claims = good.clone();
        claims[name] = value;
        stating(&claims)
    };
    let [header, claims, signature] =
        <[String; 3]>::try_from(stating(&good).split('.').map(str::to_owned).collect::<Vec<_>>()).unwrap();
    let payload = json!({"iss": ISSUER}).to_string();
    let symmetric = signer::of(Algorithm::Es256).token(&json!({"alg": "HS256"}), payload.as_bytes());
    let unsigned = signer::of(Algorithm::Es256).token(&json!({"alg": "none"}), payload.as_bytes());
    let twice = signer::of(Algorithm::Es256)
        .token(&json!({"alg": "ES256"}), format!(r#"{{"iss":"{ISSUER}","iss":"{ISSUER}"}}"#).as_bytes());
    for statement in [
        json!("x"),
        json!("a.b.c"),
        json!(1),
        json!({"a": 1}),
        json!(symmetric),
        json!(unsigned),
        json!(twice),
        json!(format!("{header}.{claims}.")),
        json!(format!("{header}.{claims}.{signature}AA")),
        json!(format!("{header}.{}.{signature}", with("client_name", json!("A")).split('.').nth(1).unwrap())),
        json!(signed_by(Algorithm::Es384, &good)),
        json!(stating(&json!({"iss": null}))),
        json!(stating(&json!({"iss": 1}))),
        json!(with("client_name", json!("a".repeat(8192)))),
        json!(with("exp", json!(at(-61)))),
        json!(with("exp", json!("soon"))),
        json!(with("exp", json!(null))),
        json!(with("nbf", json!(at(61)))),
        json!(with("iat", json!(at(61)))),
        json!(with("iat", json!(true))),
        json!(with("iat", json!(at(-6 * 365 * 86_400)))),
        json!(with("iat", json!(0))),
        json!(with("aud", json!("https://login.example.org.evil.example"))),
        json!(with("aud", json!(["https://login.example"]))),
        json!(with("aud", json!([]))),
        json!(with("aud", json!(1))),
    ] {
        let mut body = showing("", &good);
        body["software_statement"] = statement;
        assert_refused(&body, &trusted(), ErrorCode::InvalidSoftwareStatement);
    }
}

#[test]
fn a_statement_holds_from_its_beginning_to_its_end_for_the_server_that_it_is_for() {
    for claims in [
        json!({}),
        json!({"exp": at(-59)}),
        json!({"exp": at(1), "iat": 0}),
        json!({"nbf": at(59), "iat": at(59)}),
        json!({"iat": at(-4 * 365 * 86_400)}),
        json!({"aud": "https://login.example.org"}),
        json!({"aud": ["https://other.example", "https://login.example.org/"]}),
        json!({"aud": "https://login.example.org/register", "jti": "a", "sub": "b"}),
    ] {
        let body = showing(&stating(&claims), &json!({"redirect_uris": ["https://c.example/cb"]}));
        assert!(judged(&body, &trusted(), Door::Anonymous).is_ok(), "{claims}");
    }
}

#[test]
fn the_key_decides_about_the_algorithm_and_each_of_the_issuer_will_do() {
    let both = [Algorithm::EdDsa, Algorithm::Es384];
    let settings = trusting(&both, "");
    let uris = json!({"redirect_uris": ["https://c.example/cb"]});
    for algorithm in both {
        let body = showing(&signed_by(algorithm, &uris), &json!({}));
        assert!(judged(&body, &settings, Door::Anonymous).is_ok(), "{algorithm}");
    }
    let other = showing(&signed_by(Algorithm::Es256, &uris), &json!({}));
    assert_refused(&other, &settings, ErrorCode::InvalidSoftwareStatement);
}

#[test]
fn r65_an_issuer_is_trusted_by_its_exact_name_only() {
    for issuer in ["https://vouch.example/", "https://VOUCH.example", "https://evil.example", "vouch.example"]
    {
        let body =
            showing(&stating(&json!({"iss": issuer})), &json!({"redirect_uris": ["https://c.example/cb"]}));
        assert_refused(&body, &trusted(), ErrorCode::UnapprovedSoftwareStatement);
    }
    let body = showing(&stating(&json!({})), &json!({"redirect_uris": ["https://c.example/cb"]}));
    assert_refused(&body, &OidcProvider::default(), ErrorCode::UnapprovedSoftwareStatement);
}

#[test]
fn r64_redirect_uris_that_a_statement_does_not_name_are_refused_and_a_loopback_port_is_none() {
    let text = stating(&json!({"redirect_uris": ["http://127.0.0.1/cb", "com.example.app:/cb"]}));
    let beside = |uris: Value| showing(&text, &json!({"redirect_uris": uris}));
    for uris in
        [json!(["https://evil.example/cb"]), json!(["http://127.0.0.1/cb", "com.example.app:/c"]), json!([1])]
    {
        assert_refused(&beside(uris), &trusted(), ErrorCode::InvalidSoftwareStatement);
    }
    for uris in [json!(["http://127.0.0.1:5000/cb"]), json!(["com.example.app:/cb"]), json!([])] {
        assert_eq!(
            members(&beside(uris))["redirect_uris"],
            json!(["http://127.0.0.1/cb", "com.example.app:/cb"])
        );
    }
}

#[test]
fn a_statement_that_nobody_looked_into_is_never_believed() {
    let settings = trusted();
    let body = showing(&stating(&json!({"redirect_uris": ["https://c.example/cb"]})), &json!({}));
    let raw = RawRegistration::read(body.to_string().as_bytes()).unwrap();
    let issuer = Url::parse("https://login.example.org").unwrap();
    let refusal = parse(&raw, &Policy { settings: &settings, issuer: &issuer, bounds: &[] }, Door::ApiKey);
    assert_eq!(refusal.unwrap_err().code(), ErrorCode::UnapprovedSoftwareStatement);
}

#[test]
fn r72_the_same_claims_of_the_same_issuer_are_one_client_however_often_they_are_signed() {
    let app = json!({"redirect_uris": ["com.example.app:/cb"], "client_name": "A"});
    let id = |body: &Value| registered(body).content_address().unwrap().client_id();
    let of = |more: Value| {
        let mut claims = app.clone();
        claims.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        showing(&stating(&claims), &json!({}))
    };
    assert_eq!(id(&of(json!({"iat": at(0)}))), id(&of(json!({"iat": at(-1), "jti": "b"}))));
    assert_ne!(id(&of(json!({}))), id(&app), "nobody vouches for that one");
    assert_ne!(id(&of(json!({}))), id(&of(json!({"client_name": "B"}))));
    assert_eq!(registered(&of(json!({}))).metadata().vouched_for_by().as_deref(), Some(ISSUER));
}

#[test]
fn a_statement_that_is_good_once_says_by_what_to_remember_it_and_for_how_long() {
    let settings = trusting(&[Algorithm::Es256], "once");
    let uris = json!({"redirect_uris": ["https://c.example/cb"]});
    let of = |claims: Value| showing(&stating(&claims), &uris);
    for claims in [
        json!({}),
        json!({"jti": "a"}),
        json!({"exp": at(9)}),
        json!({"jti": "", "exp": at(9)}),
        json!({"jti": 1, "exp": at(9)}),
        json!({"jti": "a\u{0}", "exp": at(9)}),
        json!({"jti": "a".repeat(257), "exp": at(9)}),
    ] {
        assert_refused(&of(claims), &settings, ErrorCode::InvalidSoftwareStatement);
    }
    let body = of(json!({"jti": "a", "exp": at(9)}));
    let once = judged(&body, &settings, Door::ApiKey).unwrap();
    let until = NOW.plus(Duration::from_secs(69));
    let expected = OneUse { issuer: ISSUER.to_owned(), jti: "a".to_owned(), until };
    assert_eq!(once.one_use(), Some(&expected));
    assert_eq!(
        registered(&body).one_use(),
        None,
        "a statement is for all instances unless its issuer is for once"
    );
    assert_eq!(
        judged(&body, &settings, Door::Document).unwrap_err().code(),
        ErrorCode::InvalidSoftwareStatement
    );
}

#[test]
fn a_document_may_have_its_name_from_a_statement() {
    let settings = trusted();
    let issuer = Url::parse("https://login.example.org").unwrap();
    let policy = Policy { settings: &settings, issuer: &issuer, bounds: &[] };
    let body =
        showing(&stating(&json!({"client_name": "A"})), &json!({"redirect_uris": ["https://c.example/cb"]}));
    let raw = heed(RawRegistration::read(body.to_string().as_bytes()).unwrap(), &settings, None).unwrap();
    assert_eq!(document::judge(&raw, &policy).unwrap().metadata().client_name.as_deref(), Some("A"));
}

proptest! {
    /// Whether the client says it or a statement that it shows makes no difference to any rule or bound, whatever the door.
    #[test]
    fn the_same_metadata_get_the_same_verdict_whoever_states_them(
        body in some_metadata(),
        all in prop::collection::vec(some_bounds(), 0..3),
        stated in prop::collection::vec(any::<bool>(), 4),
    ) {
        let settings = OidcProvider { scopes: crate::scope::Scope::of(&["mail"]), ..trusted() };
        let issuer = Url::parse("https://login.example.org").unwrap();
        let bounds: Vec<_> = all.iter().enumerate()
            .map(|(at, bounds)| Bounded { name: format!("policy {at}"), bounds: bounds.clone() })
            .collect();
        let policy = Policy { settings: &settings, issuer: &issuer, bounds: &bounds };
        let (mut claims, mut beside) = (json!({}), json!({}));
        for ((name, value), is_stated) in body.as_object().unwrap().iter().zip(stated.iter().cycle()) {
            if *is_stated { claims[name] = value.clone() } else { beside[name] = value.clone() }
        }
        let raw = RawRegistration::read(showing(&stating(&claims), &beside).to_string().as_bytes()).unwrap();
        let heeded = heed(raw, &settings, None).unwrap();
        for door in Door::ALL {
            let vouched = parse(&heeded, &policy, door).map(|registration| {
                ClientMetadata { software_statement: None, ..registration.into_metadata() }
            });
            prop_assert_eq!(vouched, through(door, &body, &all).map(Registration::into_metadata), "{:?}", door);
        }
    }
}
