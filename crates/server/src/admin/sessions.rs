//! Where people are signed in, and the end of it: each their own.
//!
//! With a session its visits to the console and the portal end, and what was granted to them. What other applications were allowed goes on.

use domain::{
    directory::{Account, permission::Permission},
    id::Id,
    journal::{EventKind, ObjectKind},
};
use serde_json::json;
use store::{
    Batch, Store, StoreError,
    sessions::{self, Sighting},
    visits,
};

use super::{
    Means,
    actor::{Actor, Forbidden},
    journal::{Did, did},
};

/// More sessions are not listed. All of them can be ended.
pub const MOST_LISTED: u32 = 100;

#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error("only an account has sessions")]
    NoAccount,
    #[error("there is no such session")]
    Unknown,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Which sessions are to end.
#[derive(Clone, Copy, Debug)]
pub enum Which<'a> {
    One(&'a Id),
    AllBut(&'a Id),
    All,
}

/// The sessions of the actor's own account that are good now, the one that was used last first.
pub async fn own(
    store: &Store,
    actor: &Actor,
    now: domain::time::Timestamp,
) -> Result<Vec<Sighting>, SessionError> {
    let account = account(actor)?;
    Ok(sessions::of_account(store, &account.id, now, MOST_LISTED).await?)
}

/// Ends sessions of the actor's own account. Whoever has the cookie of one is nobody from then on.
pub async fn end(means: Means<'_>, actor: &Actor, which: Which<'_>) -> Result<(), SessionError> {
    let account = account(actor)?;
    let (id, now) = (&account.id, means.now);
    let mut batch = Batch::new();
    let ended = match which {
        Which::One(session) => {
            batch.push(visits::revoke_grants_of_session_of(id, session, now));
            batch.push(sessions::delete_one_of(id, session));
            json!({ "sessionId": session })
        }
        Which::AllBut(session) => {
            batch.push(visits::revoke_grants_of_account(id, Some(session), now));
            batch.push(sessions::delete_others_of(id, session));
            json!({ "allBut": session })
        }
        Which::All => {
            batch.push(visits::revoke_grants_of_account(id, None, now));
            batch.push(sessions::delete_of_account(id));
            json!({ "all": true })
        }
    };
    let object = Some((ObjectKind::Account, id.to_string()));
    batch.push(did(means, actor, EventKind::SessionsEnded, Did { object, before: ended }));
    if means.store.commit(batch).await?.is_committed() { Ok(()) } else { Err(SessionError::Unknown) }
}

fn account(actor: &Actor) -> Result<&Account, SessionError> {
    actor.require(Permission::Authenticate)?;
    actor.account().ok_or(SessionError::NoAccount)
}
