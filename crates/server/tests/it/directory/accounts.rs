use domain::{
    directory::{Entry, Kind, PermissionSet, Permissions, Quotas, UserRoles, permission::Permission},
    secret::Secret,
};
use server::admin::{
    Means, account_password,
    account_password::PasswordError,
    accounts::{self, AccountError, Draft},
    actor::Actor,
};
use store::{
    accounts::SortBy,
    search::{Page, Search},
};

use super::{actor, member};
use crate::world::World;

async fn entry(world: &World, actor: &Actor, name: &str) -> Option<Entry> {
    let id = world.account_named(name).await.id;
    accounts::get(&world.app().store, actor, &[id]).await.expect("an answer").pop()
}

async fn change(
    world: &World,
    actor: &Actor,
    name: &str,
    with: impl FnOnce(&mut Draft),
) -> Result<Entry, AccountError> {
    let app = world.app();
    let before = entry(world, &Actor::host(), name).await.expect("an account");
    let mut draft = Draft::of(&before);
    with(&mut draft);
    accounts::update(Means::of(&app), actor, &before.account.id, before.version, draft).await
}

both! {
    async fn an_administrator_of_a_tenant_sees_and_touches_only_its_accounts(world: World) {
        let (app, acme) = (world.app(), world.tenant("acme", Quotas::default()).await);
        let boss = world.administrator_of(&acme).await;
        world.account_of(member("alice", &acme), "password of alice").await;
        let outsider = world.account("bob", "password of bob").await;
        assert!(entry(&world, &boss, "alice").await.is_some() && entry(&world, &boss, "bob").await.is_none());
        let search = Search { tenant: None, filter: None, sort: SortBy::default(), page: Page::default() };
        assert_eq!(accounts::query(&app.store, &boss, search).await.expect("ids").ids.len(), 2);
        assert!(matches!(change(&world, &boss, "bob", |_| ()).await, Err(AccountError::Unknown)));
        let gone = accounts::destroy(Means::of(&app), &boss, &outsider.id).await;
        assert!(matches!(gone, Err(AccountError::Unknown)));
    }

    async fn what_an_administrator_of_a_tenant_makes_belongs_to_the_tenant(world: World) {
        let (app, acme) = (world.app(), world.tenant("acme", Quotas::default()).await);
        let (boss, other) = (world.administrator_of(&acme).await, world.tenant("other", Quotas::default()).await);
        let made = accounts::create(Means::of(&app), &boss, Draft::named("alice"), None).await.expect("an account");
        assert_eq!(made.account.member_tenant_id, Some(acme.id));
        let elsewhere = accounts::create(Means::of(&app), &boss, member("carol", &other), None).await;
        assert!(matches!(elsewhere, Err(AccountError::TenantFixed)));
        let moved = change(&world, &boss, "alice", |draft| draft.member_tenant_id = None).await;
        assert!(matches!(moved, Err(AccountError::TenantFixed)));
    }

    async fn j13_nobody_gives_what_they_do_not_hold(world: World) {
        let acme = world.tenant("acme", Quotas::default()).await;
        let clerk = Draft {
            permissions: Permissions::Merge { enabled: [Permission::AccountUpdate, Permission::AccountGet].into(), disabled: PermissionSet::EMPTY },
            ..Draft::named("clerk")
        };
        let clerk = actor(&world.account_of(clerk, "password of clerk").await);
        world.account("bob", "password of bob").await;
        let promoted = change(&world, &clerk, "bob", |draft| draft.roles = UserRoles::Admin).await;
        assert!(matches!(promoted, Err(AccountError::NotHeld(_))));
        assert!(matches!(change(&world, &clerk, "clerk", |draft| draft.roles = UserRoles::Admin).await, Err(AccountError::NotHeld(_))));
        assert!(change(&world, &clerk, "bob", |draft| draft.description = Some("Bob".to_owned())).await.is_ok());
        assert!(matches!(change(&world, &clerk, "admin", |_| ()).await, Err(AccountError::Protected(_))));
        let boss = world.administrator_of(&acme).await;
        let draft = Draft { permissions: Permissions::Merge { enabled: [Permission::OidcProviderUpdate].into(), disabled: PermissionSet::EMPTY }, ..member("x", &acme) };
        let held = world.account_of(draft, "password of x").await;
        assert!(!held.holds(Permission::OidcProviderUpdate), "more than the tenant");
        assert!(boss.lacks(held.permissions).is_none());
    }

    async fn who_may_not_is_told_which_permission_is_missing(world: World) {
        let (app, bob) = (world.app(), actor(&world.account("bob", "password of bob").await));
        let made = accounts::create(Means::of(&app), &bob, Draft::named("x"), None).await;
        assert!(matches!(made, Err(AccountError::Forbidden(lacks)) if lacks.0 == Permission::AccountCreate));
        assert!(matches!(accounts::get(&app.store, &bob, &[]).await, Err(AccountError::Forbidden(_))));
    }

    async fn the_last_account_that_administers_everything_stays(world: World) {
        let (app, boss) = (world.app(), world.administrator().await);
        let id = world.admin().await.id;
        let demoted = change(&world, &boss, "admin", |draft| draft.roles = UserRoles::User).await;
        assert!(matches!(demoted, Err(AccountError::LastAdministrator)));
        let disabled = accounts::set_enabled(Means::of(&app), &boss, &id, false).await;
        assert!(matches!(disabled, Err(AccountError::LastAdministrator)));
        assert!(matches!(accounts::destroy(Means::of(&app), &boss, &id).await, Err(AccountError::LastAdministrator)));
        world.account_of(Draft { roles: UserRoles::Admin, ..Draft::named("second") }, "password of second").await;
        assert!(accounts::destroy(Means::of(&app), &boss, &id).await.is_ok());
    }

    async fn a_stale_change_is_refused_and_a_taken_name_too(world: World) {
        let app = world.app();
        let bob = world.account("bob", "password of bob").await;
        let before = entry(&world, &Actor::host(), "bob").await.expect("bob");
        assert!(change(&world, &Actor::host(), "bob", |draft| draft.locale = Some("de".to_owned())).await.is_ok());
        let late = accounts::update(Means::of(&app), &Actor::host(), &bob.id, before.version, Draft::of(&before)).await;
        assert!(matches!(late, Err(AccountError::Stale)));
        let renamed = change(&world, &Actor::host(), "bob", |draft| "ADMIN".clone_into(&mut draft.name)).await;
        assert!(matches!(renamed, Err(AccountError::NameTaken)));
    }

    async fn a_full_tenant_takes_no_more_accounts_but_still_a_group(world: World) {
        let (app, quotas) = (world.app(), Quotas { max_accounts: Some(1), ..Quotas::default() });
        let acme = world.tenant("acme", quotas).await;
        let boss = world.administrator_of(&acme).await;
        let one_more = accounts::create(Means::of(&app), &boss, Draft::named("alice"), None).await;
        assert!(matches!(one_more, Err(AccountError::OverQuota)));
        let group = Draft { kind: Kind::Group, ..Draft::named("team") };
        let group = accounts::create(Means::of(&app), &boss, group, None).await.expect("a group");
        let joined = change(&world, &boss, "admin-of-acme", |draft| draft.member_group_ids = vec![group.account.id.clone()]).await;
        assert_eq!(joined.expect("a member").member_group_ids, [group.account.id]);
    }

    async fn the_own_password_is_changed_by_who_knows_it_and_ends_what_it_began(world: World) {
        let client = world.public_client().await;
        let tokens = client.tokens(&mut world.alice().await).await;
        let (app, alice) = (world.app(), actor(&world.account_named("alice").await));
        let (wrong, right, new) = (Secret::new("wrong"), Secret::new("password of alice"), Secret::new("new password"));
        let refused = account_password::change(Means::of(&app), &app.passwords, &alice, &wrong, &new).await;
        assert!(matches!(refused, Err(PasswordError::WrongPassword)));
        assert!(world.is_active(&tokens.text("access_token")).await);
        account_password::change(Means::of(&app), &app.passwords, &alice, &right, &new).await.expect("a new password");
        assert!(!world.is_active(&tokens.text("access_token")).await);
        client.refresh(&tokens.text("refresh_token")).await.refuses("invalid_grant");
    }

    async fn a_role_that_is_taken_away_is_gone_from_the_next_request_on(world: World) {
        let key = world.registration_key().await;
        world.account_of(Draft { roles: UserRoles::Admin, ..Draft::named("second") }, "password of second").await;
        let metadata = serde_json::json!({ "redirect_uris": ["https://app.example/cb"] });
        world.register_with(&key, metadata.clone()).await.is(201);
        change(&world, &Actor::host(), "admin", |draft| draft.roles = UserRoles::User).await.expect("demoted");
        world.register_with(&key, metadata).await.refuses("insufficient_scope");
    }
}
