//! What can be said about an account, and whether it may be said.

use domain::{
    directory::{Account, AccountQuotas, Assignment, Entry, Kind, PermissionSet, Permissions, UserRoles},
    id::Id,
};
use store::Store;

use super::{
    super::{
        Means,
        actor::Actor,
        roles,
        text::{is_email, is_line, is_locale, is_time_zone},
    },
    AccountError,
};

/// The longest description, in characters.
const MAX_DESCRIPTION: usize = 256;
const MAX_EMAILS: usize = 20;

/// What can be said about an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    pub kind: Kind,
    pub name: String,
    pub description: Option<String>,
    /// The first is the one that applications are told.
    pub emails: Vec<String>,
    pub member_group_ids: Vec<Id>,
    /// An actor of a tenant cannot say it: it is that tenant.
    pub member_tenant_id: Option<Id>,
    pub roles: UserRoles,
    pub permissions: Permissions,
    pub quotas: AccountQuotas,
    pub locale: Option<String>,
    pub time_zone: Option<String>,
    pub is_enabled: bool,
}

impl Draft {
    /// An enabled account of this name that is like any other.
    pub fn named(name: &str) -> Self {
        Self {
            kind: Kind::User,
            name: name.to_owned(),
            description: None,
            emails: Vec::new(),
            member_group_ids: Vec::new(),
            member_tenant_id: None,
            roles: UserRoles::User,
            permissions: Permissions::Inherit,
            quotas: AccountQuotas::default(),
            locale: None,
            time_zone: None,
            is_enabled: true,
        }
    }

    /// What is said about an account that exists.
    pub fn of(entry: &Entry) -> Self {
        let account = &entry.account;
        Self {
            kind: account.kind,
            name: account.name.clone(),
            description: account.description.clone(),
            emails: entry.emails.clone(),
            member_group_ids: entry.member_group_ids.clone(),
            member_tenant_id: account.member_tenant_id.clone(),
            roles: entry.roles.clone(),
            permissions: entry.permissions,
            quotas: entry.quotas,
            locale: account.locale.clone(),
            time_zone: entry.time_zone.clone(),
            is_enabled: account.is_enabled,
        }
    }

    pub(super) async fn new_entry(mut self, means: Means<'_>, actor: &Actor) -> Result<Entry, AccountError> {
        if let Some(tenant) = actor.tenant()
            && self.member_tenant_id.replace(tenant.clone()).is_some()
        {
            return Err(AccountError::TenantFixed);
        }
        let account = Account {
            id: means.chance.id(means.now),
            kind: self.kind,
            name: String::new(),
            description: None,
            email: None,
            locale: None,
            member_tenant_id: None,
            permissions: PermissionSet::EMPTY,
            uncapped: PermissionSet::EMPTY,
            is_enabled: true,
            created_at: means.now,
        };
        self.entry(means.store, actor, account, 1).await
    }

    pub(super) async fn changed_entry(
        self,
        store: &Store,
        actor: &Actor,
        before: &Entry,
    ) -> Result<Entry, AccountError> {
        if self.kind != before.account.kind {
            return Err(AccountError::KindFixed);
        }
        if actor.tenant().is_some() && self.member_tenant_id != before.account.member_tenant_id {
            return Err(AccountError::TenantFixed);
        }
        self.entry(store, actor, before.account.clone(), before.version).await
    }

    /// The entry as this draft has it, of an account that could do what `account` says until now.
    async fn entry(
        mut self,
        store: &Store,
        actor: &Actor,
        account: Account,
        version: i64,
    ) -> Result<Entry, AccountError> {
        self.check()?;
        let name = Account::canonical_name(&self.name).ok_or(AccountError::BadName)?;
        let missing = roles::unknown(store, self.roles.named(), self.member_tenant_id.as_ref()).await?;
        if let Some(missing) = missing {
            return Err(AccountError::UnknownRole(missing));
        }
        let assignment = Assignment {
            kind: self.kind,
            member_tenant_id: self.member_tenant_id.as_ref(),
            roles: &self.roles,
            permissions: self.permissions,
        };
        let book = store.rolebook().await?;
        let (permissions, uncapped) = (book.effective(&assignment), book.uncapped(&assignment));
        let lacking = actor.lacks(permissions - account.permissions);
        if let Some(lacking) = lacking.or_else(|| actor.lacks_uncapped(uncapped - account.uncapped)) {
            return Err(AccountError::NotHeld(lacking));
        }
        self.member_group_ids.sort_unstable();
        self.member_group_ids.dedup();
        Ok(Entry {
            account: Account {
                name,
                description: self.description,
                email: self.emails.first().cloned(),
                locale: self.locale,
                member_tenant_id: self.member_tenant_id,
                permissions,
                uncapped,
                is_enabled: self.is_enabled,
                ..account
            },
            emails: self.emails,
            member_group_ids: self.member_group_ids,
            roles: self.roles,
            permissions: self.permissions,
            quotas: self.quotas,
            time_zone: self.time_zone,
            version,
        })
    }

    fn check(&self) -> Result<(), AccountError> {
        if self.description.as_deref().is_some_and(|text| !is_line(text, MAX_DESCRIPTION)) {
            return Err(AccountError::BadDescription);
        }
        if let Some(bad) = self.emails.iter().find(|email| !is_email(email)) {
            return Err(AccountError::BadEmail(bad.clone()));
        }
        if let Some(surplus) = self.emails.get(MAX_EMAILS) {
            return Err(AccountError::BadEmail(surplus.clone()));
        }
        if self.locale.as_deref().is_some_and(|locale| !is_locale(locale)) {
            return Err(AccountError::BadLocale);
        }
        if self.time_zone.as_deref().is_some_and(|zone| !is_time_zone(zone)) {
            return Err(AccountError::BadTimeZone);
        }
        if self.kind == Kind::Group && !self.member_group_ids.is_empty() {
            return Err(AccountError::UnknownGroup);
        }
        Ok(())
    }
}
