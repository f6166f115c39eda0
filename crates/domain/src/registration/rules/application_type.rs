//! Web or native, as the client says or as its redirect URIs show. OpenID Connect Registration §2, RFC 8252 §7.
//!
//! Clients that leave it out are native as often as not, so the default `web` of the text would turn them away. Who says `web` and waits
//! at a scheme of its own is registered as what it is, and the answer says so (RFC 7591 §3.2.1): oidc-agent says nothing else.

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
        Some("web") if any(redirect_uris, Kind::PrivateUse) => ApplicationType::Native,
        Some("web") => ApplicationType::Web,
        Some("native") => ApplicationType::Native,
        Some(_) => return Err(refuse("application_type must be web or native")),
        None => shown_by(redirect_uris),
    };
    if application_type == ApplicationType::Native && redirect_uris.iter().any(is_https_on_this_computer) {
        return Err(Refusal::new(
            ErrorCode::InvalidRedirectUri,
            "redirect_uris of a native application use http, not https, on a loopback host",
        ));
    }
    Ok(application_type)
}

/// Native is whoever claims a scheme, or listens on loopback and nowhere else.
fn shown_by(redirect_uris: &[RedirectUri]) -> ApplicationType {
    let any = |kind| any(redirect_uris, kind);
    if any(Kind::PrivateUse) || any(Kind::Loopback) && !any(Kind::Https) {
        ApplicationType::Native
    } else {
        ApplicationType::Web
    }
}

fn any(redirect_uris: &[RedirectUri], kind: Kind) -> bool {
    redirect_uris.iter().any(|uri| uri.kind() == kind)
}

/// Only web developers do that, who test there; so they may with `http`, too. A claimed `https` URI is fit for both (RFC 8252 §7.2).
fn is_https_on_this_computer(uri: &RedirectUri) -> bool {
    uri.kind() == Kind::Https && uri.is_on_this_computer()
}
