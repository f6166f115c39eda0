//! Web or native, as the client says or as its redirect URIs show. OpenID Connect Registration §2, RFC 8252 §7.
//!
//! Clients that leave it out are native as often as not, so the default `web` of the text would turn them away.

use crate::{
    client::metadata::ApplicationType,
    error::{ErrorCode, Refusal},
    redirect_uri::{Kind, RedirectUri},
    registration::{request::RawRegistration, rules::refuse},
};

pub(in crate::registration) fn read(
    raw: &RawRegistration,
    redirect_uris: &[RedirectUri],
) -> Result<ApplicationType, Refusal> {
    let application_type = match raw.text("application_type")? {
        Some("web") => ApplicationType::Web,
        Some("native") => ApplicationType::Native,
        Some(_) => return Err(refuse("application_type must be web or native")),
        None => shown_by(redirect_uris),
    };
    redirect_uris
        .iter()
        .find_map(|uri| objection(application_type, uri))
        .map_or(Ok(application_type), |description| {
            Err(Refusal::new(ErrorCode::InvalidRedirectUri, description))
        })
}

/// Native is whoever claims a scheme, or listens on loopback and nowhere else.
fn shown_by(redirect_uris: &[RedirectUri]) -> ApplicationType {
    let any = |kind| redirect_uris.iter().any(|uri| uri.kind() == kind);
    if any(Kind::PrivateUse) || any(Kind::Loopback) && !any(Kind::Https) {
        ApplicationType::Native
    } else {
        ApplicationType::Web
    }
}

/// `http` on loopback is fit for both: web developers test there. So is a claimed `https` URI (RFC 8252 §7.2).
fn objection(application_type: ApplicationType, uri: &RedirectUri) -> Option<&'static str> {
    match (application_type, uri.kind()) {
        (ApplicationType::Web, Kind::PrivateUse) => Some(
            "redirect_uris of a web application must not use a private-use scheme; register it as native",
        ),
        (ApplicationType::Native, Kind::Https) if uri.is_on_this_computer() => {
            Some("redirect_uris of a native application use http, not https, on a loopback host")
        }
        (ApplicationType::Web | ApplicationType::Native, Kind::Https | Kind::Loopback | Kind::PrivateUse) => {
            None
        }
    }
}
