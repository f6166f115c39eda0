//! What people allowed applications, and take back: each their own.

use std::{collections::BTreeMap, sync::Arc};

use domain::{
    client::{
        Client, ClientId,
        management::{MANAGE, WEBADMIN},
        standing::Known,
    },
    directory::{Account, permission::Permission},
    journal::{EventKind, ObjectKind},
    scope::Scope,
    time::Timestamp,
};
use serde_json::json;
use store::{
    Batch, Store, StoreError, clients, consents,
    grants::{self, Allowance},
};

use super::{
    Means,
    actor::{Actor, Forbidden},
    journal::{Did, did},
};

/// More of what an account allowed is not looked at.
const MOST: u32 = 200;

/// An application that the account allowed something, with all of it.
#[derive(Clone, Debug)]
pub struct ConnectedApp {
    pub client_id: ClientId,
    /// None where it was never registered, or was deleted.
    pub client: Option<Arc<Client>>,
    pub scope: Scope,
    pub since: Timestamp,
    /// When it was last used, to within some hours; none while it has no access and only need not ask again.
    pub used_at: Option<Timestamp>,
}

#[derive(Debug, thiserror::Error)]
pub enum AppError {
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error("only an account allows applications anything")]
    NoAccount,
    #[error("nothing was allowed to such an application")]
    Unknown,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The applications that the actor's own account allowed something that holds now, the one used last first. The console and the portal are
/// none of them: they end with the session they were opened in.
pub async fn own(store: &Store, actor: &Actor, now: Timestamp) -> Result<Vec<ConnectedApp>, AppError> {
    let account = account(actor)?;
    let mut apps: BTreeMap<ClientId, ConnectedApp> = BTreeMap::new();
    for allowance in grants::allowances_of_account(store, &account.id, now, MOST).await? {
        if !is_ours(&allowance.client_id, &allowance.scope) {
            let Allowance { client_id, scope, first_at, used_at } = allowance;
            add(&mut apps, client_id, &scope, (first_at, Some(used_at)));
        }
    }
    for (client_id, scope, at) in consents::of_account(store, &account.id, MOST).await? {
        if !is_ours(&client_id, &scope) {
            add(&mut apps, client_id, &scope, (at, None));
        }
    }
    let mut apps: Vec<_> = apps.into_values().collect();
    for app in &mut apps {
        app.client = match clients::known(store, &app.client_id).await? {
            Known::Client(client) => Some(client),
            Known::Tombstone | Known::Nothing => None,
        };
    }
    apps.sort_by_key(|app| std::cmp::Reverse(app.used_at.unwrap_or(app.since)));
    Ok(apps)
}

/// Takes back everything that the actor's own account allowed the application: its tokens are worth nothing, and it has to ask again.
pub async fn withdraw(means: Means<'_>, actor: &Actor, client_id: &ClientId) -> Result<(), AppError> {
    let account = account(actor)?;
    let apps = own(means.store, actor, means.now).await?;
    let app = apps.into_iter().find(|app| app.client_id == *client_id).ok_or(AppError::Unknown)?;
    let object = app.client.as_ref().map(|client| (ObjectKind::OAuthClient, client.id.to_string()));
    let before = json!({ "clientId": client_id, "scope": app.scope.to_string() });
    let mut batch = Batch::new();
    batch.push(grants::revoke_of_account_and_client(&account.id, client_id, means.now));
    batch.push(consents::forget(&account.id, client_id));
    batch.push(did(means, actor, EventKind::ConsentWithdrawn, Did { object, before }));
    let _ = means.store.commit(batch).await?;
    Ok(())
}

/// The right to manage goes only where the console and the portal listen, whoever else calls itself like them.
fn is_ours(client_id: &ClientId, scope: &Scope) -> bool {
    client_id.as_str() == WEBADMIN && scope.contains(MANAGE)
}

fn add(
    apps: &mut BTreeMap<ClientId, ConnectedApp>,
    client_id: ClientId,
    scope: &Scope,
    (since, used_at): (Timestamp, Option<Timestamp>),
) {
    let app = apps.entry(client_id.clone()).or_insert_with(|| ConnectedApp {
        client_id,
        client: None,
        scope: scope.clone(),
        since,
        used_at,
    });
    app.scope = app.scope.union(scope);
    app.since = app.since.min(since);
    app.used_at = app.used_at.max(used_at);
}

fn account(actor: &Actor) -> Result<&Account, AppError> {
    actor.require(Permission::Authenticate)?;
    actor.account().ok_or(AppError::NoAccount)
}
