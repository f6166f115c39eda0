use domain::directory::{
    FirstRole, PermissionSet, Permissions, Quotas, Role, UserRoles, permission::Permission,
};
use server::admin::{
    Means,
    accounts::Draft as Account,
    actor::Actor,
    roles::{self, Draft, RoleError},
    tenants::{self, TenantError},
};

use super::{actor, member};
use crate::world::World;

fn giving<const N: usize>(enabled: [Permission; N]) -> Draft {
    Draft {
        description: "a role".to_owned(),
        member_tenant_id: None,
        role_ids: Vec::new(),
        enabled: enabled.into(),
        disabled: PermissionSet::EMPTY,
    }
}

async fn make(world: &World, actor: &Actor, draft: Draft) -> Result<Role, RoleError> {
    roles::create(Means::of(&world.app()), actor, draft).await
}

both! {
    async fn an_account_with_a_role_holds_what_the_role_gives_until_it_is_changed(world: World) {
        let (app, host) = (world.app(), Actor::host());
        let role = make(&world, &host, giving([Permission::Authenticate, Permission::OauthClientOverride])).await.expect("a role");
        let draft = Account { roles: UserRoles::Custom(vec![role.id.clone()]), ..Account::named("alice") };
        assert!(world.account_of(draft, "password of alice").await.holds(Permission::OauthClientOverride));
        let less = Draft { enabled: [Permission::Authenticate].into(), ..giving([]) };
        roles::update(Means::of(&app), &host, &role.id, role.version, less).await.expect("a change");
        assert_eq!(world.account_named("alice").await.permissions, [Permission::Authenticate].into());
        let gone = roles::destroy(Means::of(&app), &host, &role.id).await;
        assert!(matches!(gone, Err(RoleError::Linked(ids)) if ids.len() == 1));
    }

    async fn nobody_puts_into_a_role_what_they_do_not_hold(world: World) {
        let (app, acme) = (world.app(), world.tenant("acme", Quotas::default()).await);
        let boss = world.administrator_of(&acme).await;
        let too_much = make(&world, &boss, giving([Permission::OauthClientOverride])).await;
        assert!(matches!(too_much, Err(RoleError::NotHeld(Permission::OauthClientOverride))));
        let by_reference = Draft { role_ids: vec![FirstRole::SystemAdministrator.id()], ..giving([]) };
        assert!(matches!(make(&world, &boss, by_reference).await, Err(RoleError::NotHeld(_))));
        let taken = Draft { disabled: [Permission::OauthClientOverride].into(), ..giving([Permission::RoleGet]) };
        let role = make(&world, &boss, taken).await.expect("a role");
        assert_eq!(role.member_tenant_id, Some(acme.id.clone()));
        let given_back = Draft { member_tenant_id: Some(acme.id), ..giving([Permission::RoleGet]) };
        let given_back = roles::update(Means::of(&app), &boss, &role.id, role.version, given_back).await;
        assert!(matches!(given_back, Err(RoleError::NotHeld(Permission::OauthClientOverride))));
    }

    async fn roles_of_others_are_not_there(world: World) {
        let (app, acme) = (world.app(), world.tenant("acme", Quotas::default()).await);
        let boss = world.administrator_of(&acme).await;
        let ours = make(&world, &Actor::host(), giving([Permission::RoleGet])).await.expect("a role");
        assert!(roles::get(&app.store, &boss, &[ours.id.clone(), FirstRole::User.id()]).await.expect("an answer").is_empty());
        assert!(matches!(roles::destroy(Means::of(&app), &boss, &ours.id).await, Err(RoleError::Unknown)));
        let referring = Draft { role_ids: vec![ours.id], ..giving([]) };
        assert!(matches!(make(&world, &boss, referring).await, Err(RoleError::UnknownRole(_))));
    }

    async fn what_system_administrators_hold_cannot_be_changed(world: World) {
        let (app, id) = (world.app(), FirstRole::SystemAdministrator.id());
        let changed = roles::update(Means::of(&app), &Actor::host(), &id, 1, giving([])).await;
        assert!(matches!(changed, Err(RoleError::FirstRole)));
        assert!(matches!(roles::destroy(Means::of(&app), &Actor::host(), &FirstRole::User.id()).await, Err(RoleError::FirstRole)));
    }

    async fn a_tenant_that_may_do_less_lets_its_accounts_do_less_at_once(world: World) {
        let (app, acme) = (world.app(), world.tenant("acme", Quotas::default()).await);
        let boss = world.administrator_of(&acme).await;
        assert!(boss.permissions.contains(Permission::RoleCreate));
        let only = Permissions::Replace { enabled: [Permission::Authenticate].into(), disabled: PermissionSet::EMPTY };
        let draft = tenants::Draft { name: "acme".to_owned(), logo: None, roles: UserRoles::Admin, permissions: only, quotas: Quotas::default() };
        tenants::update(Means::of(&app), &Actor::host(), &acme.id, acme.version, draft).await.expect("a change");
        assert_eq!(world.account_named("admin-of-acme").await.permissions, [Permission::Authenticate].into());
        let gone = tenants::destroy(Means::of(&app), &Actor::host(), &acme.id).await;
        assert!(matches!(gone, Err(TenantError::Linked(ids)) if ids.len() == 1));
    }

    async fn to_whoever_belongs_to_a_tenant_there_are_no_tenants(world: World) {
        let (app, acme) = (world.app(), world.tenant("acme", Quotas::default()).await);
        let all = Permissions::Replace { enabled: PermissionSet::ALL, disabled: PermissionSet::EMPTY };
        let draft = tenants::Draft { name: "acme".to_owned(), logo: None, roles: UserRoles::Admin, permissions: all, quotas: Quotas::default() };
        tenants::update(Means::of(&app), &Actor::host(), &acme.id, acme.version, draft.clone()).await.expect("a change");
        let boss = actor(&world.account_of(Account { permissions: all, ..member("boss", &acme) }, "password of boss").await);
        assert!(tenants::get(&app.store, &boss, std::slice::from_ref(&acme.id)).await.expect("an answer").is_empty());
        assert!(matches!(tenants::destroy(Means::of(&app), &boss, &acme.id).await, Err(TenantError::Unknown)));
        assert!(matches!(tenants::create(Means::of(&app), &boss, draft).await, Err(TenantError::Unknown)));
    }
}
