//! The own account: what people may say of themselves, and what happened to it.

use domain::{
    directory::{Account, Entry, permission::Permission},
    id::Id,
    journal::{ObjectKind, Sealed},
};
use store::{
    Batch, Store, StoreError, accounts, journal,
    journal::{Filter, ObjectFilter, Page},
    passkeys,
};

use super::{
    Means,
    accounts::AccountError,
    actor::{Actor, Forbidden},
    described,
    journal::Subject,
    text::{is_line, is_locale, is_time_zone},
};

/// The longest name, in characters.
const MAX_NAME: usize = 256;

/// What people may say of themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnDraft {
    /// As others see it.
    pub description: Option<String>,
    pub locale: Option<String>,
    pub time_zone: Option<String>,
}

#[derive(Debug, thiserror::Error)]
pub enum OwnError {
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error("only an account can say something of itself")]
    NoAccount,
    #[error(transparent)]
    Account(#[from] AccountError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The actor's own account as the directory has it.
pub async fn own(store: &Store, actor: &Actor) -> Result<Entry, OwnError> {
    actor.require(Permission::AccountSettingsGet)?;
    find(store, account(actor)?).await
}

/// Replaces what the actor's own account says of itself, if it is still at `version`.
pub async fn update_own(
    means: Means<'_>,
    actor: &Actor,
    version: i64,
    draft: OwnDraft,
) -> Result<Entry, OwnError> {
    actor.require(Permission::AccountSettingsUpdate)?;
    let before = find(means.store, account(actor)?).await?;
    if before.version != version {
        return Err(AccountError::Stale.into());
    }
    draft.check()?;
    let mut entry = before.clone();
    entry.account.description = draft.description;
    entry.account.locale = draft.locale;
    entry.time_zone = draft.time_zone;
    let subject = Subject {
        kind: ObjectKind::Account,
        id: entry.account.id.as_str(),
        tenant_id: entry.account.member_tenant_id.as_ref(),
    };
    let mut batch = Batch::new();
    batch.push(accounts::update(&entry));
    batch.push(means.updated(actor, subject, (described::account(&before), described::account(&entry))));
    if means.store.commit(batch).await?.is_committed() {
        Ok(Entry { version: version + 1, ..entry })
    } else {
        Err(AccountError::Stale.into())
    }
}

/// What the actor's own account did and what happened to it, newest first: `most` events from before the position `before`.
pub async fn activity(
    store: &Store,
    actor: &Actor,
    before: Option<i64>,
    most: u32,
) -> Result<Vec<Sealed>, OwnError> {
    actor.require(Permission::Authenticate)?;
    let id = &account(actor)?.id;
    let to =
        |kind, id: &Id| Filter { object: Some(ObjectFilter::One(kind, id.to_string())), ..Filter::default() };
    let mut filters = vec![
        Filter { account_id: Some(id.clone()), ..Filter::default() },
        to(ObjectKind::Account, id),
        to(ObjectKind::AccountPassword, id),
    ];
    // A passkey that was refused acted for nobody yet.
    let known = passkeys::of_account(store, id).await?;
    filters.extend(known.iter().map(|passkey| to(ObjectKind::Passkey, &passkey.id)));
    let page = Page { after: before, offset: 0, limit: most };
    let mut found = Vec::new();
    for filter in &filters {
        found.extend(journal::query(store, filter, page).await?);
    }
    found.sort_unstable_by_key(|sealed| std::cmp::Reverse(sealed.position));
    found.dedup_by_key(|sealed| sealed.position);
    found.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    Ok(found)
}

impl OwnDraft {
    fn check(&self) -> Result<(), AccountError> {
        let is_wrong = |text: &Option<String>, is_right: &dyn Fn(&str) -> bool| {
            text.as_deref().is_some_and(|text| !is_right(text))
        };
        if is_wrong(&self.description, &|text| is_line(text, MAX_NAME)) {
            return Err(AccountError::BadDescription);
        }
        if is_wrong(&self.locale, &is_locale) {
            return Err(AccountError::BadLocale);
        }
        if is_wrong(&self.time_zone, &is_time_zone) {
            return Err(AccountError::BadTimeZone);
        }
        Ok(())
    }
}

fn account(actor: &Actor) -> Result<&Account, OwnError> {
    actor.account().ok_or(OwnError::NoAccount)
}

async fn find(store: &Store, account: &Account) -> Result<Entry, OwnError> {
    let found = accounts::entries(store, std::slice::from_ref(&account.id), None).await?;
    Ok(found.into_iter().next().ok_or(AccountError::Unknown)?)
}
