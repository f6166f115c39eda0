//! The lines of the table of routes: what each route answers to whom.

use http::Method;
use serde_json::json;

use super::{
    cast::{Actor, Cast},
    pages,
};
use crate::{
    rfc7592::replacement,
    world::{Call, Form},
};

/// One line.
#[derive(Clone)]
pub(super) struct Line {
    pub(super) method: Method,
    pub(super) route: &'static str,
    pub(super) subject: Kind,
    /// A letter for each of `ACTORS`.
    pub(super) expected: &'static str,
    /// What is in the body of an answer to those who may.
    pub(super) proof: &'static str,
    /// The standard wants clients to be told that it is somebody else's.
    pub(super) is_told: bool,
    pub(super) call: fn(&Cast, Actor, &str, &Subject) -> Call,
}

/// What a request is about, made anew for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Nothing,
    /// A registration of the public client's owner.
    Registration,
    /// A client of the tenant, by the id of its row.
    Client,
    /// The end user.
    Account,
    /// A group of the tenant.
    Group,
    /// A role of the tenant.
    Role,
    Tenant,
    /// An API key of the end user.
    Key,
    /// An access token of the confidential client, for the end user.
    AccessToken,
    /// A refresh token of the same.
    RefreshToken,
    /// A request that waits for the end user's consent.
    Interaction,
    /// A device that waits for the end user's decision.
    Device,
    Schema,
    SigningKey,
    /// A registration policy of the tenant.
    Policy,
    /// An initial access token of the tenant.
    InitialAccessToken,
    /// An event of the tenant.
    Event,
}

/// Something of that kind.
#[derive(Clone, Debug, Default)]
pub(super) struct Subject {
    /// Its name; empty where there is none.
    pub(super) id: String,
    /// With what its owner proves to be its owner.
    pub(super) proof: String,
    /// What its owner would send.
    pub(super) body: serde_json::Value,
}

/// The column order: anonymous, public client, confidential client, resource server, end user, administrator, viewer, administrator of
/// another tenant, administrator of everything.
pub(super) fn lines() -> Vec<Line> {
    let mut lines = open();
    lines.extend(pages::lines());
    lines.extend(oauth());
    lines.extend(registration());
    lines.extend(management());
    lines
}

/// What everybody may see.
fn open() -> Vec<Line> {
    let routes = [
        "/",
        "/login",
        "/logout",
        "/assets/wayleave.css",
        "/assets/form-post.js",
        "/assets/passkey.js",
        "/assets/strength.js",
        "/.well-known/oauth-authorization-server",
        "/.well-known/openid-configuration",
        "/.well-known/oauth-protected-resource",
        "/.well-known/jmap",
        "/jwks.json",
        "/auth/jwks.json",
        "/healthz/live",
        "/healthz/ready",
    ];
    let mut lines = routes.map(|route| plain(Method::GET, route, "+++++++++", "")).to_vec();
    lines.push(plain(Method::GET, "/metrics", "xxxxxxxx+", "wayleave_"));
    lines
}

fn oauth() -> Vec<Line> {
    let mut lines = Vec::new();
    for route in ["/token", "/auth/token"] {
        lines.push(Line {
            call: |cast, actor, route, _| {
                cast.form_by(actor, route, Form::of(&[("grant_type", "client_credentials")]))
            },
            ..plain(Method::POST, route, "x!++xxxxx", "access_token")
        });
        lines.push(Line {
            subject: Kind::RefreshToken,
            call: |cast, actor, route, token| cast.form_by(actor, route, Form::refresh(&token.id)),
            ..plain(Method::POST, route, "x-+-xxxxx", "access_token")
        });
    }
    for route in ["/device_authorization", "/auth/device"] {
        lines.push(Line {
            call: |cast, actor, route, _| cast.form_by(actor, route, Form::of(&[("scope", "openid")])),
            ..plain(Method::POST, route, "!+++xxxxx", "user_code")
        });
    }
    for route in ["/introspect", "/auth/introspect"] {
        lines.push(Line {
            subject: Kind::AccessToken,
            call: with_token,
            ..plain(Method::POST, route, "xx+-xxxx+", "\"active\":true")
        });
    }
    // RFC 7009 §2.1.
    lines.push(Line {
        is_told: true,
        subject: Kind::AccessToken,
        call: with_token,
        ..plain(Method::POST, "/revoke", "x!+!xxxxx", "")
    });
    for route in ["/userinfo", "/auth/userinfo"] {
        lines.push(plain(Method::GET, route, "x++xxxxxx", "\"sub\""));
        lines.push(plain(Method::POST, route, "x++xxxxxx", "\"sub\""));
    }
    lines
}

fn with_token(cast: &Cast, actor: Actor, route: &str, token: &Subject) -> Call {
    cast.form_by(actor, route, Form::of(&[("token", &token.id)]))
}

/// Whoever registers is the owner, of their own tenant and of nothing else; the owner has a token, and that alone counts here.
fn registration() -> Vec<Line> {
    let mut lines = Vec::new();
    for route in ["/register", "/auth/register"] {
        lines.push(Line {
            call: |cast, actor, route, _| {
                let metadata = json!({ "redirect_uris": ["https://app.example/callback"] });
                cast.by(actor, cast.world.post(route).json(&metadata))
            },
            ..plain(Method::POST, route, "xxxxx+x++", "client_id")
        });
    }
    // Nobody has such a token, and an account has nothing to do with it.
    for route in ["/register/i/{token}", "/auth/register/i/{token}"] {
        lines.push(Line {
            call: |cast, _, route, _| {
                let metadata = json!({ "redirect_uris": ["https://app.example/callback"] });
                cast.world.post(&route.replace("{token}", "wli_x")).json(&metadata)
            },
            ..plain(Method::POST, route, "xxxxxxxxx", "client_id")
        });
    }
    for route in ["/register/{client_id}", "/auth/register/{client_id}"] {
        for (method, proof) in [(Method::GET, "redirect_uris"), (Method::DELETE, "")] {
            lines.push(Line {
                subject: Kind::Registration,
                call: managed,
                ..plain(method, route, "x+xxxxxxx", proof)
            });
        }
        let put = plain(Method::PUT, route, "x+xxxxxxx", "redirect_uris");
        lines.push(Line { subject: Kind::Registration, call: replaced, ..put });
    }
    lines
}

fn managed(cast: &Cast, actor: Actor, route: &str, client: &Subject) -> Call {
    let call = cast.world.call(Method::GET, &route.replace("{client_id}", &client.id));
    if actor == Actor::PublicClient {
        return call.bearer(&client.proof);
    }
    if actor == Actor::ConfidentialClient {
        return call
            .bearer(cast.confidential.registration["registration_access_token"].as_str().expect("a token"));
    }
    cast.by(actor, call)
}

fn replaced(cast: &Cast, actor: Actor, route: &str, client: &Subject) -> Call {
    managed(cast, actor, route, client).json(&replacement(&client.body))
}

/// What programs of administrators call: a client's token was not given out for it.
fn management() -> Vec<Line> {
    const PEOPLE: &str = "xxxx+++++";
    let mut lines = Vec::new();
    for route in ["/jmap", "/jmap/", "/api"] {
        lines.push(Line {
            call: |cast, actor, route, _| {
                let body = json!({ "using": ["urn:ietf:params:jmap:core"], "methodCalls": [["Core/echo", {}, "c"]] });
                cast.by(actor, cast.world.post(route).json(&body))
            },
            ..plain(Method::POST, route, PEOPLE, "Core/echo")
        });
    }
    lines.push(plain(Method::GET, "/jmap/session", PEOPLE, "primaryAccounts"));
    lines.push(plain(Method::GET, "/api/schema", PEOPLE, ""));
    lines.push(plain(Method::GET, "/api/account", PEOPLE, "permissions"));
    lines.push(Line {
        call: |cast, actor, route, _| {
            let metadata = json!({ "redirect_uris": ["https://app.example/callback"] });
            cast.by(actor, cast.world.post(route).json(&metadata))
        },
        ..plain(Method::POST, "/api/simulate/registration", "xxxxx++++", "isAccepted")
    });
    let document = plain(Method::GET, "/api/schema/{hash}", PEOPLE, "layouts");
    lines.push(Line {
        subject: Kind::Schema,
        call: |cast, actor, route, schema| {
            cast.by(actor, cast.world.get(&route.replace("{hash}", &schema.id)))
        },
        ..document
    });
    // It never ends for those who may; here they do not say what they listen to.
    lines.push(plain(Method::GET, "/jmap/eventsource", "xxxx!!!!!", ""));
    lines
}

/// A request of nothing but its credential.
pub(super) fn plain(
    method: Method,
    route: &'static str,
    expected: &'static str,
    proof: &'static str,
) -> Line {
    let call = |cast: &Cast, actor, route: &str, _: &Subject| cast.by(actor, cast.world.get(route));
    Line { method, route, subject: Kind::Nothing, expected, proof, is_told: false, call }
}
