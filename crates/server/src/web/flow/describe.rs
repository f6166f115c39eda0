//! An application, as a page shows it.

use domain::{
    client::{
        Client, Door, document_url,
        management::{MANAGE, is_console_callback},
        standing::Standing,
    },
    redirect_uri::{self, RedirectUri},
    scope::Scope,
};

use crate::{
    app::App,
    web::page::{
        App as AppView, AppLink, AppLinkKind, Destination, DeviceApp, Foreign, GrantedScope, ScopeTitle,
        Trust,
    },
    words::said,
};

/// Who asks and where the answer would go.
pub fn app(app: &App, standing: &Standing, redirect_uri: &RedirectUri) -> AppView {
    let client = standing.registered();
    let is_ours = is_console_callback(standing.client_id(), redirect_uri, app.config.issuer.url());
    AppView {
        name: client.and_then(|client| client.metadata.client_name.as_deref()).map(Foreign::from),
        client_id: Foreign::from(standing.client_id().as_str()),
        trust: if is_ours { Trust::House } else { trust_at(client, redirect_uri) },
        origin: client.and_then(origin).map(Foreign::from),
        destination: destination(redirect_uri),
    }
}

/// Who asks through a device.
pub fn device(standing: &Standing) -> DeviceApp {
    let client = standing.registered();
    DeviceApp {
        name: client.and_then(|client| client.metadata.client_name.as_deref()).map(Foreign::from),
        client_id: Foreign::from(standing.client_id().as_str()),
        trust: trust(client),
    }
}

/// The host of the document that describes a client, if one does.
pub fn origin(client: &Client) -> Option<String> {
    if client.door == Door::Document { document_url::host_of(&client.client_id) } else { None }
}

/// Who vouches for a client that is answered here. The website of a document vouches for what it describes only where no other program can
/// pass for it.
fn trust_at(client: Option<&Client>, redirect_uri: &RedirectUri) -> Trust {
    match trust(client) {
        Trust::Claimed if redirect_uri.has_an_owner() || client.is_some_and(Client::is_confidential) => {
            Trust::Published
        }
        trust => trust,
    }
}

/// Who vouches for a client, if it is registered at all.
pub fn trust(client: Option<&Client>) -> Trust {
    match client {
        Some(client) if client.is_verified => Trust::Verified,
        Some(client) if client.door == Door::Anonymous => Trust::Anonymous,
        Some(client) if client.door == Door::Document => Trust::Claimed,
        Some(_) => Trust::SelfRegistered,
        None => Trust::Tolerated,
    }
}

pub fn destination(redirect_uri: &RedirectUri) -> Destination {
    match redirect_uri.host_for_display() {
        redirect_uri::Destination::Web { host, site } => {
            Destination::Web { host: host.into(), site: site.into() }
        }
        redirect_uri::Destination::ThisComputer { host_and_port } => {
            Destination::ThisComputer { address: host_and_port.into() }
        }
        redirect_uri::Destination::App { scheme } => Destination::App { scheme: scheme.into() },
    }
}

/// Scope values in words; one that this server does not define is shown as it is.
pub fn scopes(scope: &Scope) -> Vec<GrantedScope> {
    scope
        .iter()
        .map(|value| {
            let (title, detail) = match value {
                "openid" => {
                    (said("Know who you are"), Some(said("A name for you that stays the same for this app")))
                }
                "profile" => {
                    (said("See your profile"), Some(said("Your user name, display name and language")))
                }
                "email" => (said("See your e-mail address"), None),
                "offline_access" => (
                    said("Stay connected"),
                    Some(said("It keeps its access while you are away, until you take it back")),
                ),
                MANAGE => (
                    said("Manage this server as you"),
                    Some(said(
                        "Read and change everything your account may: apps, accounts, keys and settings",
                    )),
                ),
                other => {
                    return GrantedScope {
                        title: ScopeTitle::Theirs(other.into()),
                        detail: Some(said("A permission of the service that the app will use")),
                    };
                }
            };
            GrantedScope { title: ScopeTitle::Ours(title), detail }
        })
        .collect()
}

/// What the client says about itself elsewhere.
pub fn links(standing: &Standing) -> Vec<AppLink> {
    let Some(client) = standing.registered() else {
        return Vec::new();
    };
    let metadata = &client.metadata;
    [
        (AppLinkKind::Client, &metadata.client_uri),
        (AppLinkKind::Policy, &metadata.policy_uri),
        (AppLinkKind::TermsOfService, &metadata.tos_uri),
    ]
    .into_iter()
    .filter_map(|(kind, uri)| {
        let url = uri.clone()?;
        let host = url::Url::parse(&url).ok()?.host_str()?.to_owned();
        Some(AppLink { kind, url, host: host.into() })
    })
    .collect()
}
