//! The console itself as a client: whether it would get in where registration is required, and how it is registered.

use domain::{
    client::{
        ClientId,
        management::{self, CALLBACKS, WEBADMIN},
    },
    directory::permission::Permission,
    id::Id,
    registration::Policy,
    time::Timestamp,
};
use store::{StoreError, clients};

use crate::{
    admin::{
        Means,
        clients::{ClientError, Draft, create},
    },
    app::App,
    web::webadmin::Visitor,
};

/// How the console stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Webadmin {
    Ready,
    Missing,
    /// It is registered, and would not get in all the same: disabled, at its end, or without its two addresses.
    Unfit(Id),
}

impl Webadmin {
    pub async fn now(app: &App, now: Timestamp) -> Result<Self, StoreError> {
        let Some(client_id) = ClientId::parse(WEBADMIN) else { return Ok(Self::Missing) };
        let Some(client) = clients::by_client_id(&app.store, &client_id).await? else {
            return Ok(Self::Missing);
        };
        let uris = &client.metadata.redirect_uris;
        let has_both = callbacks(app).iter().all(|callback| uris.iter().any(|uri| uri.as_str() == callback));
        let manages = management::may_keep(&client_id, Some(&client));
        let is_ready = has_both && manages && client.is_usable(now) && !client.is_confidential();
        Ok(if is_ready { Self::Ready } else { Self::Unfit(client.id) })
    }
}

/// Where the console and the portal take their codes.
pub(super) fn callbacks(app: &App) -> [String; 2] {
    CALLBACKS.map(|callback| format!("{}{callback}", app.issuer().trim_end_matches('/')))
}

/// Whether the visitor could register it: an administrator of a tenant cannot.
pub(super) fn may_register(visitor: &Visitor) -> bool {
    visitor.actor.permissions.contains(Permission::OauthClientCreate) && visitor.actor.tenant().is_none()
}

/// Makes the client, as one of the house.
pub(super) async fn register(app: &App, visitor: &Visitor) -> Result<(), ClientError> {
    let live = app.live();
    let policy = Policy { settings: &live.settings, issuer: app.config.issuer.url(), bounds: &[] };
    let draft = Draft {
        description: Some("Wayleave".to_owned()),
        is_verified: true,
        is_first_party: true,
        ..Draft::to(callbacks(app).to_vec())
    };
    create(Means::of(app), &visitor.actor, &policy, WEBADMIN, draft).await.map(drop)
}
