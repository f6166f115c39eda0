//! Who may administer what: roles, tenants, accounts, keys and clients through the acts that every way in calls.

mod accounts;
mod clients;
mod keys;
mod roles;
mod s13;

use std::net::IpAddr;

use domain::directory::{Account, Permissions, Quotas, Tenant, UserRoles};
use server::{
    admin::{
        Means,
        accounts::Draft,
        actor::Actor,
        tenants::{self, Draft as NewTenant},
    },
    clock,
};

use crate::world::World;

const HOME: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

impl World {
    async fn tenant(&self, name: &str, quotas: Quotas) -> Tenant {
        let app = self.app();
        let draft = NewTenant {
            name: name.to_owned(),
            logo: None,
            roles: UserRoles::Admin,
            permissions: Permissions::Inherit,
            quotas,
        };
        tenants::create(Means::of(&app), &Actor::host(), draft).await.expect("a tenant")
    }

    /// Somebody who administers this tenant, after proving to know a password.
    async fn administrator_of(&self, tenant: &Tenant) -> Actor {
        let name = format!("admin-of-{}", tenant.name);
        let draft = Draft { roles: UserRoles::Admin, ..member(&name, tenant) };
        Actor::by_password(self.account_of(draft, "password of theirs").await, HOME, clock::now())
    }

    /// An actor that is the first administrator.
    async fn administrator(&self) -> Actor {
        Actor::by_password(self.admin().await, HOME, clock::now())
    }
}

fn member(name: &str, tenant: &Tenant) -> Draft {
    Draft { member_tenant_id: Some(tenant.id.clone()), ..Draft::named(name) }
}

fn actor(account: &Account) -> Actor {
    Actor::by_password(account.clone(), HOME, clock::now())
}
