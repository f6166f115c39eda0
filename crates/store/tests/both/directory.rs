use std::time::Duration;

use domain::directory::{
    Account, AccountQuotas, Entry, FirstRole, Kind, PermissionSet, Permissions, Quotas, Role, Tenant,
    UserRoles, permission::Permission,
};
use domain::id::Id;
use domain::time::Timestamp;
use store::search::{Filter, Page, Search, SearchError, Start};
use store::tenants::Counted;
use store::{Migration, Outcome, Statement, Store, accounts, roles, tenants};

use crate::scene::{Migrated, Scene, batch};

/// The schema before there were tenants and roles.
const BEFORE: &[Migration] = &[
    Migration::new("0001_directory", include_str!("../../../../migrations/0001_directory.sql")),
    Migration::new("0002_clients", include_str!("../../../../migrations/0002_clients.sql")),
    Migration::new("0003_grants", include_str!("../../../../migrations/0003_grants.sql")),
    Migration::new(
        "0004_keys_and_settings",
        include_str!("../../../../migrations/0004_keys_and_settings.sql"),
    ),
    Migration::new(
        "0005_one_key_at_a_time",
        include_str!("../../../../migrations/0005_one_key_at_a_time.sql"),
    ),
    Migration::new("0006_journal", include_str!("../../../../migrations/0006_journal.sql")),
];

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

fn id(number: u16) -> Id {
    Id::new(NOW, number, [0; 8])
}

fn entry(number: u16, name: &str, tenant: Option<Id>) -> Entry {
    Entry {
        account: Account {
            id: id(number),
            kind: Kind::User,
            name: name.to_owned(),
            description: Some(format!("{name} of the house")),
            email: None,
            locale: None,
            member_tenant_id: tenant,
            permissions: PermissionSet::EMPTY,
            uncapped: PermissionSet::EMPTY,
            is_enabled: true,
            created_at: NOW,
        },
        emails: vec![format!("{name}@example.com")],
        member_group_ids: Vec::new(),
        roles: UserRoles::User,
        permissions: Permissions::Inherit,
        quotas: AccountQuotas::default(),
        time_zone: None,
        version: 1,
    }
}

fn role(permission: Permission) -> Role {
    Role {
        id: id(900),
        description: "a role".to_owned(),
        member_tenant_id: None,
        role_ids: Vec::new(),
        enabled: [permission].into(),
        disabled: PermissionSet::EMPTY,
        version: 1,
    }
}

fn tenant(quotas: Quotas) -> Tenant {
    Tenant {
        id: id(800),
        name: "acme".to_owned(),
        logo: None,
        roles: UserRoles::Admin,
        permissions: Permissions::Inherit,
        quotas,
        created_at: NOW,
        version: 1,
    }
}

async fn commit(store: &Store, statements: impl IntoIterator<Item = Statement>) {
    assert_eq!(store.commit(batch(statements)).await, Ok(Outcome::Committed));
}

async fn held(store: &Store, account: &Id) -> PermissionSet {
    accounts::by_id(store, account).await.expect("an answer").expect("an account").permissions
}

async fn until_held(store: &Store, account: &Id, permission: Permission) {
    while !held(store, account).await.contains(permission) {
        tokio::task::yield_now().await;
    }
}

async fn names(store: &Store, page: Page, text: Option<&str>) -> Result<Vec<String>, SearchError> {
    let filter = text.map(|text| Filter::Condition(accounts::Condition::Text(text.to_owned())));
    let search = Search { tenant: None, filter, sort: accounts::SortBy::Name, page };
    let found = accounts::search(store, &search).await?;
    let entries = accounts::entries(store, &found.ids, None).await.expect("entries");
    let name = |id: &Id| {
        entries.iter().find(|entry| entry.account.id == *id).map(|entry| entry.account.name.clone())
    };
    Ok(found.ids.iter().map(|id| name(id).expect("a name")).collect())
}

fn page(start: Start, limit: u32) -> Page {
    Page { is_ascending: true, start, limit, wants_total: false }
}

both! {
    async fn accounts_of_before_keep_what_they_held(scene: Scene) {
        let store = &scene.store;
        // The test's own table has the first place in the history; ours begin anew.
        commit(store, [Statement::new("DELETE FROM schema_migrations", [])]).await;
        store.migrate_with(BEFORE).await.expect("the schema of before");
        let account = |id: &Id, name: &str, role: &str| Statement::new(
            "INSERT INTO accounts (id, name, email, role, is_enabled, created_at) VALUES ($1, $2, $3, $4, TRUE, 1)",
            [id.into(), name.into(), "a@example.com".into(), role.into()],
        );
        let key = Statement::new(
            "INSERT INTO api_keys (id, account_id, description, secret_hash, permission_mode, permissions, allowed_ips, created_at)
             VALUES ($1, $2, 'fleet', 'hash', 'replace', 'authenticate oauth-client-registration', '', 1)",
            [(&id(9)).into(), (&id(1)).into()],
        );
        commit(store, [account(&id(1), "admin", "system-administrator"), account(&id(2), "alice", "user"), key]).await;
        assert!(store.migrate().await.expect("migrated").contains(&"0007_tenants_and_roles".to_owned()));
        assert_eq!(held(store, &id(1)).await, PermissionSet::ALL);
        assert_eq!(held(store, &id(2)).await, FirstRole::User.permissions());
        let alice = accounts::by_id(store, &id(2)).await.expect("an answer").expect("alice");
        assert_eq!((alice.email.as_deref(), alice.is_usable()), (Some("a@example.com"), true));
        let kind = domain::directory::KeyKind::ApiKey;
        let (key, owner) = store::account_keys::by_id(store, kind, &id(9)).await.expect("an answer").expect("a key");
        assert!(key.effective_permissions(&owner).contains(Permission::OauthClientRegistration));
    }

    async fn the_rows_of_the_first_roles_hold_what_the_program_says(store: Store) {
        let book = store.rolebook().await.expect("the roles");
        for role in FirstRole::ALL {
            assert_eq!(book.bundle(&[role.id()]).enabled, role.permissions(), "{role:?}");
        }
    }

    async fn what_a_role_gives_is_held_at_once_and_on_another_node_within_a_second(scene: Migrated) {
        let Migrated(scene) = scene;
        let (here, there) = (&scene.store, scene.another().await);
        let alice = Entry { roles: UserRoles::Custom(vec![id(900)]), ..entry(1, "alice", None) };
        commit(here, [accounts::insert(&alice, None)]).await;
        assert_eq!((held(here, &id(1)).await, held(&there, &id(1)).await), (PermissionSet::EMPTY, PermissionSet::EMPTY));
        commit(here, [roles::turn_page(), roles::insert(&role(Permission::RoleGet))]).await;
        assert!(held(here, &id(1)).await.contains(Permission::RoleGet));
        let alice = id(1);
        let seen = tokio::time::timeout(Duration::from_secs(1), until_held(&there, &alice, Permission::RoleGet));
        seen.await.expect("the role is seen");
    }

    async fn of_64_that_add_to_a_full_tenant_as_many_succeed_as_there_is_room(store: Store) {
        let quotas = Quotas { max_accounts: Some(3), ..Quotas::default() };
        commit(&store, [roles::turn_page(), tenants::insert(&tenant(quotas))]).await;
        let mut all = tokio::task::JoinSet::new();
        for number in 0..64 {
            let (store, entry) = (store.clone(), entry(number, &format!("a{number}"), Some(id(800))));
            let (turn, count) = (tenants::take_turn(&id(800)), tenants::within_quota(&id(800), Counted::Accounts));
            all.spawn(async move { store.commit(batch([turn, accounts::insert(&entry, None), count])).await });
        }
        let committed = all.join_all().await.into_iter().filter(|outcome| *outcome == Ok(Outcome::Committed)).count();
        assert_eq!(committed, 3);
        assert_eq!(accounts::list(&store).await.expect("accounts").len(), 3);
    }

    async fn a_group_holds_only_accounts_of_its_own_tenant(store: Store) {
        commit(&store, [roles::turn_page(), tenants::insert(&tenant(Quotas::default()))]).await;
        let mut team = entry(1, "team", Some(id(800)));
        team.account.kind = Kind::Group;
        let (inside, outside) = (entry(2, "in", Some(id(800))), entry(3, "out", None));
        commit(&store, [&team, &inside, &outside].map(|entry| accounts::insert(entry, None))).await;
        commit(&store, [accounts::join(&id(2), &id(1))]).await;
        assert!(!store.commit(batch([accounts::join(&id(3), &id(1))])).await.expect("an answer").is_committed());
        assert!(!store.commit(batch([accounts::join(&id(1), &id(2))])).await.expect("an answer").is_committed());
        let members = accounts::entries(&store, &[id(2)], None).await.expect("entries");
        assert_eq!(members[0].member_group_ids, [id(1)]);
    }

    async fn pages_start_anywhere_and_end_where_there_is_no_more(store: Store) {
        commit(&store, (0..5_u16).map(|n| accounts::insert(&entry(n, &format!("a{n}"), None), None))).await;
        let on = |start, limit| names(&store, page(start, limit), None);
        assert_eq!(on(Start::Position(1), 2).await, Ok(vec!["a1".into(), "a2".into()]));
        assert_eq!(on(Start::Position(-2), 5).await, Ok(vec!["a3".into(), "a4".into()]));
        assert_eq!(on(Start::Position(-9), 1).await, Ok(vec!["a0".into()]));
        assert_eq!(on(Start::Position(9), 1).await, Ok(vec![]));
        assert_eq!(on(Start::Position(i64::MAX), 1).await, Ok(vec![]));
        assert_eq!(on(Start::Position(i64::MIN), 1).await, Ok(vec!["a0".into()]));
        let anchor = |offset| Start::Anchor { id: id(2), offset };
        assert_eq!(on(anchor(-1), 2).await, Ok(vec!["a1".into(), "a2".into()]));
        assert_eq!(on(anchor(i64::MIN), 1).await, Ok(vec!["a0".into()]));
        assert_eq!(on(Start::Anchor { id: id(77), offset: 0 }, 1).await, Err(SearchError::AnchorNotFound));
    }

    async fn a_search_is_taken_by_the_letter(store: Store) {
        commit(&store, [("alice", 1), ("100%sure", 2)].map(|(name, n)| accounts::insert(&entry(n, name, None), None))).await;
        let with = async |text: &str| names(&store, page(Start::Position(0), 10), Some(text)).await;
        assert_eq!(with("ALICE house").await, Ok(vec!["alice".into()]));
        assert_eq!(with("100%sure").await, Ok(vec!["100%sure".into()]));
        assert_eq!(with("%").await, Ok(vec!["100%sure".into()]));
        for nothing in ["_", "' OR 1=1 --", "a%e", "\\", "\0", ""] {
            assert_eq!(with(nothing).await, Ok(vec![]), "{nothing:?}");
        }
        assert!(with(&"a".repeat(65_536)).await.is_ok());
    }
}
