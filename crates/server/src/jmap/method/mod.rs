//! The standard methods, each the same for every kind of object. RFC 8620 §5.

mod changes;
mod get;
mod query;
mod set;

use domain::{
    directory::{Account, permission::Permission},
    id::Id as OwnId,
    time::Timestamp,
};
use jmap::{
    arguments::Arguments,
    creation::CreatedIds,
    error::{MethodError, MethodErrorType},
    id::Id,
    json::Object,
    method::Verb,
};
use store::accounts;

use super::{
    deadline::Deadline,
    object::{Description, Kind, Scene, kind::store_failed},
};
use crate::{
    admin::{actor::Actor, journal},
    app::App,
};

/// A call, and what it is made with.
pub struct Call<'a> {
    pub app: &'a App,
    pub actor: &'a Actor,
    pub account: &'a Account,
    pub now: Timestamp,
    pub created: &'a mut CreatedIds,
    pub deadline: Deadline,
}

/// Answers the standard method `verb` of a kind.
pub async fn answer<K: Kind>(
    verb: Verb,
    arguments: Arguments,
    call: Call<'_>,
) -> Result<Object, MethodError> {
    match verb {
        Verb::Get => get::answer::<K>(arguments, &call).await,
        Verb::Set => set::answer::<K>(arguments, call).await,
        Verb::Query => query::answer::<K>(arguments, &call).await,
        Verb::Changes => changes::answer::<K>(arguments, &call).await,
        Verb::QueryChanges => query::changes::<K>(arguments, &call).await,
        Verb::Copy => Err(MethodErrorType::UnknownMethod.into()),
    }
}

impl<'a> Call<'a> {
    /// The account that is meant: the caller's own, by its id or by none; or that of somebody on whose behalf the caller may act, for what
    /// everybody has their own of. Whether any other exists is not told. RFC 8620 §3.6.2.
    async fn owner(&self, description: &Description, named: Option<&Id>) -> Result<Account, MethodError> {
        let Some(named) = named.filter(|named| named.as_str() != self.account.id.as_str()) else {
            return Ok(self.account.clone());
        };
        let unknown = || MethodError::from(MethodErrorType::AccountNotFound);
        self.actor.require(Permission::Impersonate).map_err(|_| unknown())?;
        let id = OwnId::parse(named.as_str()).ok_or_else(unknown)?;
        let account = accounts::by_id(&self.app.store, &id).await.map_err(|error| store_failed(&error))?;
        let account = account.filter(|account| self.actor.sees(account.member_tenant_id.as_ref()));
        let account = account.ok_or_else(unknown)?;
        if description.is_personal {
            Ok(account)
        } else {
            Err(MethodErrorType::AccountNotSupportedByMethod.into())
        }
    }

    const fn scene<'s>(&self, owner: &'s Account) -> Scene<'s>
    where
        'a: 's,
    {
        Scene { app: self.app, store: &self.app.store, actor: self.actor, account: owner, now: self.now }
    }

    fn require(&self, permission: Option<Permission>) -> Result<(), MethodError> {
        let permission = permission.ok_or(MethodErrorType::UnknownMethod)?;
        self.actor.require(permission).map_err(|forbidden| {
            journal::forbidden(self.app, self.actor, None, &forbidden.to_string(), self.now);
            MethodError::new(MethodErrorType::Forbidden, forbidden.to_string())
        })
    }
}

/// An account's id as JMAP has it.
fn id_of(account: &Account) -> Result<Id, MethodError> {
    Id::parse(account.id.as_str()).map_err(|_| MethodErrorType::ServerFail.into())
}
