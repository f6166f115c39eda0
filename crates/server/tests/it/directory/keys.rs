use domain::directory::{
    AccountQuotas, Key, KeyKind, Quotas, access::KeyPermissions, permission::Permission,
};
use server::admin::{
    Means,
    account_keys::{self, Draft, KeyError},
    accounts::Draft as Account,
    actor::Actor,
};
use store::account_keys::Which;

use super::{HOME, actor};
use crate::world::World;

fn draft(permissions: KeyPermissions) -> Draft {
    Draft { description: "a key".to_owned(), permissions, allowed_ips: Vec::new(), expires_at: None }
}

async fn make(
    world: &World,
    actor: &Actor,
    kind: KeyKind,
    permissions: KeyPermissions,
) -> Result<Key, KeyError> {
    let app = world.app();
    let id = actor.account().expect("an account").id.clone();
    let made = account_keys::create(Means::of(&app), actor, kind, &id, draft(permissions)).await;
    made.map(|(key, _)| key)
}

both! {
    async fn a_key_can_only_be_touched_as_the_kind_it_is(world: World) {
        let (app, boss) = (world.app(), world.administrator().await);
        let key = make(&world, &boss, KeyKind::AppPassword, KeyPermissions::Inherit).await.expect("an app password");
        let (of, id) = (key.account_id.clone(), key.id.clone());
        let as_other = account_keys::destroy(Means::of(&app), &boss, KeyKind::ApiKey, (&of, &id)).await;
        assert!(matches!(as_other, Err(KeyError::Unknown)));
        assert!(account_keys::get(&app.store, &boss, KeyKind::ApiKey, &of, Which::First(9)).await.expect("keys").is_empty());
        account_keys::destroy(Means::of(&app), &boss, KeyKind::AppPassword, (&of, &id)).await.expect("revoked");
    }

    async fn an_app_password_is_no_bearer_credential(world: World) {
        let (app, boss) = (world.app(), world.administrator().await);
        let id = world.admin().await.id;
        let made = account_keys::create(Means::of(&app), &boss, KeyKind::AppPassword, &id, draft(KeyPermissions::Inherit)).await;
        let (_, secret) = made.expect("an app password");
        assert!(secret.expose().starts_with("wlw_"));
        world.register_with(secret.expose(), serde_json::json!({})).await.refuses("invalid_token");
    }

    async fn a_key_makes_no_key_that_holds_more_than_itself(world: World) {
        let boss = world.administrator().await;
        let some = [Permission::Authenticate, Permission::ApiKeyCreate, Permission::ApiKeyUpdate].into();
        let key = make(&world, &boss, KeyKind::ApiKey, KeyPermissions::Replace(some)).await.expect("a key");
        let limited = Actor::by_key(&key, world.admin().await, HOME);
        let more = make(&world, &limited, KeyKind::ApiKey, KeyPermissions::Inherit).await;
        assert!(matches!(more, Err(KeyError::NotHeld(_))));
        assert!(make(&world, &limited, KeyKind::ApiKey, KeyPermissions::Replace(some)).await.is_ok());
        let app = world.app();
        let grown = account_keys::update(Means::of(&app), &limited, KeyKind::ApiKey, (&key.account_id, &key.id, key.version), draft(KeyPermissions::Inherit)).await;
        assert!(matches!(grown, Err(KeyError::NotHeld(_))));
    }

    async fn the_keys_of_somebody_else_need_impersonate_and_are_not_there_for_other_tenants(world: World) {
        let (app, acme) = (world.app(), world.tenant("acme", Quotas::default()).await);
        let (boss, bob) = (world.administrator_of(&acme).await, world.account("bob", "password of bob").await);
        let carol = actor(&world.account("carol", "password of carol").await);
        let hers = account_keys::get(&app.store, &carol, KeyKind::ApiKey, &bob.id, Which::First(9)).await;
        assert!(matches!(hers, Err(KeyError::Forbidden(lacks)) if lacks.0 == Permission::Impersonate));
        let theirs = account_keys::get(&app.store, &boss, KeyKind::ApiKey, &bob.id, Which::First(9)).await;
        assert!(matches!(theirs, Err(KeyError::UnknownAccount)));
        let root = world.administrator().await;
        let made = account_keys::create(Means::of(&app), &root, KeyKind::ApiKey, &bob.id, draft(KeyPermissions::Inherit)).await;
        assert_eq!(made.expect("a key").0.account_id, bob.id);
    }

    async fn an_account_has_as_many_keys_of_a_kind_as_its_quota_says(world: World) {
        let quotas = AccountQuotas { max_api_keys: Some(1), max_app_passwords: None };
        let bob = actor(&world.account_of(Account { quotas, ..Account::named("bob") }, "password of bob").await);
        assert!(make(&world, &bob, KeyKind::ApiKey, KeyPermissions::Inherit).await.is_ok());
        assert!(matches!(make(&world, &bob, KeyKind::ApiKey, KeyPermissions::Inherit).await, Err(KeyError::OverQuota)));
        assert!(make(&world, &bob, KeyKind::AppPassword, KeyPermissions::Inherit).await.is_ok());
    }
}
