//! What an account, a group or a tenant is given: its roles, and permissions of its own. One part of several forms.

use domain::{
    directory::{
        Assignment, FirstRole, Kind, PermissionSet, Permissions, Rolebook, UserRoles, permission::Permission,
    },
    error::{ErrorCode, Refusal},
    id::Id,
    parameters::Parameters,
};
use store::{
    roles::{Condition, SortBy},
    search::{Filter, Page, Search, Start},
};

use super::roles;
use crate::{
    admin,
    app::App,
    web::{page::Foreign, permissions::Picker, respond::PageError, webadmin::Visitor},
};

/// More roles than this are not offered; the management API gives the others.
const MOST: u32 = 200;

/// Who is given something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose<'a> {
    /// An account or a group, of this tenant.
    Account(Kind, Option<&'a Id>),
    Tenant,
}

/// What is given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Given {
    pub roles: UserRoles,
    pub permissions: Permissions,
}

/// For `console/rights.html`.
#[derive(Clone, Debug)]
pub struct Rights {
    given: Given,
    pub choices: Vec<RoleChoice>,
    pub enabled: Picker,
    pub disabled: Picker,
    pub offers_admin: bool,
    pub is_of_tenant: bool,
    pub is_of_group: bool,
}

/// A role that can be ticked.
#[derive(Clone, Debug)]
pub struct RoleChoice {
    pub id: Id,
    pub name: Foreign,
    pub is_chosen: bool,
}

impl Given {
    /// What the form says. It may be anything: the act has the last word.
    pub fn read(sent: &Parameters) -> Result<Self, Refusal> {
        let unknown = || Refusal::new(ErrorCode::InvalidRequest, "there is no such choice");
        let ids = sent.all("role").map(Id::parse).collect::<Option<Vec<_>>>();
        let roles = match sent.required("roles")? {
            "user" => UserRoles::User,
            "admin" => UserRoles::Admin,
            "custom" => UserRoles::Custom(ids.ok_or_else(unknown)?),
            _ => return Err(unknown()),
        };
        let (enabled, disabled) = (Picker::read("enabled", sent)?, Picker::read("disabled", sent)?);
        let permissions = match sent.required("permissions")? {
            "inherit" => Permissions::Inherit,
            "merge" => Permissions::Merge { enabled, disabled },
            "replace" => Permissions::Replace { enabled, disabled },
            _ => return Err(unknown()),
        };
        Ok(Self { roles, permissions })
    }

    /// What is enabled and disabled beside the roles.
    const fn sets(&self) -> (PermissionSet, PermissionSet) {
        match self.permissions {
            Permissions::Inherit => (PermissionSet::EMPTY, PermissionSet::EMPTY),
            Permissions::Merge { enabled, disabled } | Permissions::Replace { enabled, disabled } => {
                (enabled, disabled)
            }
        }
    }
}

impl Rights {
    /// The form with `given` in its fields. Offered is what the visitor holds and could give, and what was there `before`: that can stay,
    /// or be taken away.
    pub async fn of(
        app: &App,
        visitor: &Visitor,
        whose: Whose<'_>,
        given: Given,
        before: &Given,
    ) -> Result<Self, PageError> {
        let book = app.store.rolebook().await?;
        let held = visitor.actor.permissions;
        let mut ids = givable(app, visitor, whose).await?;
        ids.extend(before.roles.named().iter().cloned());
        ids.sort_unstable();
        ids.dedup();
        let choices = roles::names(app, visitor, &ids).await?.into_iter().map(|name| RoleChoice {
            is_chosen: given.roles.named().contains(&name.id),
            id: name.id,
            name: name.name,
        });
        let ((enabled, disabled), (had, had_not)) = (given.sets(), before.sets());
        Ok(Self {
            choices: choices.collect(),
            enabled: Picker::new("enabled", held | had, enabled),
            disabled: Picker::new("disabled", held | had_not, disabled),
            offers_admin: before.roles == UserRoles::Admin || can_make_admin(&book, visitor, whose),
            is_of_tenant: whose == Whose::Tenant,
            is_of_group: matches!(whose, Whose::Account(Kind::Group, _)),
            given,
        })
    }

    pub fn is_user(&self) -> bool {
        self.given.roles == UserRoles::User
    }

    pub fn is_admin(&self) -> bool {
        self.given.roles == UserRoles::Admin
    }

    pub const fn is_custom(&self) -> bool {
        matches!(self.given.roles, UserRoles::Custom(_))
    }

    pub fn inherits(&self) -> bool {
        self.given.permissions == Permissions::Inherit
    }

    pub const fn merges(&self) -> bool {
        matches!(self.given.permissions, Permissions::Merge { .. })
    }

    pub const fn replaces(&self) -> bool {
        matches!(self.given.permissions, Permissions::Replace { .. })
    }
}

/// The roles that somebody in this place can have and the visitor can give, as far as the visitor may list them: those of the tenant, and
/// the first four.
pub async fn givable(app: &App, visitor: &Visitor, whose: Whose<'_>) -> Result<Vec<Id>, PageError> {
    let mut ids: Vec<Id> = FirstRole::ALL.into_iter().map(FirstRole::id).collect();
    let tenant = match whose {
        Whose::Account(_, tenant) => tenant.cloned(),
        Whose::Tenant => None,
    };
    if visitor.actor.permissions.contains(Permission::RoleQuery) {
        let search = Search {
            tenant: None,
            filter: Some(Filter::Condition(Condition::MemberTenantId(tenant))),
            sort: SortBy::Description,
            page: Page { is_ascending: true, start: Start::Position(0), limit: MOST, wants_total: false },
        };
        ids.extend(admin::roles::query(&app.store, &visitor.actor, search).await?.ids);
    }
    let book = app.store.rolebook().await?;
    let is_for_people = !matches!(whose, Whose::Account(Kind::Group, _));
    ids.retain(|id| {
        let bundle = book.bundle(std::slice::from_ref(id));
        let is_of_groups = FirstRole::of(id) == Some(FirstRole::Group);
        !(is_of_groups && is_for_people) && visitor.actor.lacks(bundle.enabled - bundle.disabled).is_none()
    });
    Ok(ids)
}

fn can_make_admin(book: &Rolebook, visitor: &Visitor, whose: Whose<'_>) -> bool {
    let (roles, permissions) = (&UserRoles::Admin, Permissions::Inherit);
    match whose {
        Whose::Account(kind, member_tenant_id) => {
            let assignment = Assignment { kind, member_tenant_id, roles, permissions };
            visitor.actor.lacks(book.effective(&assignment)).is_none()
                && visitor.actor.lacks_uncapped(book.uncapped(&assignment)).is_none()
        }
        Whose::Tenant => {
            visitor.actor.lacks(book.bundle(&[FirstRole::TenantAdministrator.id()]).enabled).is_none()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(form: &str) -> Result<Given, Refusal> {
        Given::read(&Parameters::parse(form.as_bytes()).expect("a form"))
    }

    #[test]
    fn what_is_ticked_counts_only_where_it_was_chosen() {
        let role = FirstRole::User.id();
        let given =
            read(&format!("roles=user&role={role}&permissions=inherit&enabled=role-get")).expect("a choice");
        assert_eq!(given, Given::default());
        let given = read(&format!("roles=custom&role={role}&permissions=replace&enabled=role-get"))
            .expect("a choice");
        let enabled = [Permission::RoleGet].into();
        assert_eq!(given.permissions, Permissions::Replace { enabled, disabled: PermissionSet::EMPTY });
        assert_eq!(given.roles, UserRoles::Custom(vec![role]));
    }

    #[test]
    fn what_no_form_of_ours_says_is_refused() {
        assert!(read("roles=user&permissions=inherit").is_ok());
        for form in [
            "",
            "roles=user",
            "permissions=inherit",
            "roles=king&permissions=inherit",
            "roles=custom&role=x&permissions=inherit",
            "roles=user&permissions=all",
            "roles=user&permissions=inherit&enabled=fly",
        ] {
            assert!(read(form).is_err(), "{form}");
        }
    }
}
