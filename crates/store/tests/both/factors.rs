use std::time::Duration;

use domain::directory::Passkey;
use domain::directory::second_factor::{TRIES_OF_A_DAY, TRIES_OF_A_WINDOW, WINDOW};
use domain::id::Id;
use domain::secret::HashKey;
use domain::time::Timestamp;
use store::totp::SealedTotp;
use store::{
    Outcome, Statement, Store, StoreError, code_tries, passkeys, recovery_codes, spent_seals, sweep, totp,
};
use tokio::task::JoinSet;

use crate::scene::batch;

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

fn id(number: u16) -> Id {
    Id::new(NOW, number, [0; 8])
}

/// Two accounts, 1 and 2; the first has a password.
async fn accounts(store: &Store) {
    let insert = Statement::new(
        "INSERT INTO accounts (id, name, roles, is_enabled, created_at, password_hash)
         VALUES ($1, 'alice', 'user', TRUE, 1, 'x'), ($2, 'bob', 'user', TRUE, 1, NULL)",
        [(&id(1)).into(), (&id(2)).into()],
    );
    assert_eq!(store.commit(batch([insert])).await, Ok(Outcome::Committed));
}

async fn is_committed(store: &Store, statement: Statement) -> bool {
    store.commit(batch([statement])).await.expect("an outcome").is_committed()
}

/// How many of 64 that commit this at once, on two connections, succeed.
async fn winners(store: &Store, statement: impl Fn() -> Statement) -> usize {
    let mut all = JoinSet::new();
    for _ in 0..64 {
        let (store, statement) = (store.clone(), statement());
        all.spawn(async move { is_committed(&store, statement).await });
    }
    all.join_all().await.into_iter().filter(|won| *won).count()
}

fn passkey(number: u16, account: u16) -> Passkey {
    Passkey {
        id: id(number),
        account_id: id(account),
        credential_id: format!("credential {number}"),
        name: "a phone".to_owned(),
        credential: "{}".to_owned(),
        sign_count: 3,
        created_at: NOW,
        last_used_at: None,
    }
}

both! {
    async fn a_passkey_reads_back_and_is_changed_by_its_use(store: Store) {
        accounts(&store).await;
        let before = passkey(9, 1);
        assert!(is_committed(&store, passkeys::insert(&before)).await);
        assert_eq!(passkeys::of_account(&store, &id(1)).await, Ok(vec![before.clone()]));
        let after = Passkey { sign_count: 4, credential: "{1}".to_owned(), ..before.clone() };
        assert_eq!(winners(&store, || passkeys::use_once(&before, &after, NOW)).await, 1);
        let found = passkeys::by_credential_id(&store, "credential 9").await;
        assert_eq!(found, Ok(Some(Passkey { last_used_at: Some(NOW), ..after })));
    }

    async fn a_passkey_belongs_to_one_account_and_is_touched_by_nobody_else(store: Store) {
        accounts(&store).await;
        assert!(is_committed(&store, passkeys::insert(&passkey(9, 1))).await);
        let of_bob = Passkey { id: id(10), account_id: id(2), ..passkey(9, 1) };
        assert_eq!(store.commit(batch([passkeys::insert(&of_bob)])).await, Err(StoreError::Conflict));
        assert!(!is_committed(&store, passkeys::rename(&id(9), &id(2), "x")).await);
        assert!(!is_committed(&store, passkeys::delete(&id(9), &id(2))).await);
        assert!(is_committed(&store, passkeys::delete(&id(9), &id(1))).await);
    }

    async fn a_way_in_is_a_password_or_a_passkey(store: Store) {
        accounts(&store).await;
        let leaves = async |account| is_committed(&store, passkeys::leaves_a_way_in(&id(account))).await;
        assert_eq!([leaves(1).await, leaves(2).await, leaves(3).await], [true, false, false]);
        assert!(is_committed(&store, passkeys::insert(&passkey(9, 2))).await);
        assert!(leaves(2).await);
        assert!(is_committed(&store, passkeys::within_bound(&id(2), 1)).await);
        assert!(!is_committed(&store, passkeys::within_bound(&id(2), 0)).await);
    }

    async fn x14_of_64_that_use_a_step_one_does_and_no_earlier_step_comes_after_it(store: Store) {
        accounts(&store).await;
        let set = SealedTotp { seed: "sealed".to_owned(), last_step: 6, created_at: NOW };
        assert!(is_committed(&store, totp::set(&id(1), &set)).await);
        assert_eq!(winners(&store, || totp::use_step(&id(1), 7)).await, 1);
        assert!(!is_committed(&store, totp::use_step(&id(1), 6)).await);
        assert!(!is_committed(&store, totp::use_step(&id(2), 9)).await);
        let again = SealedTotp { seed: "another".to_owned(), ..set };
        assert!(is_committed(&store, totp::set(&id(1), &again)).await);
        assert_eq!(totp::of_account(&store, &id(1)).await.expect("a row").expect("a seed").seed, "another");
        assert_eq!((totp::is_set(&store, &id(1)).await, totp::is_set(&store, &id(2)).await), (Ok(true), Ok(false)));
    }

    async fn of_64_that_use_a_recovery_code_one_does(store: Store) {
        accounts(&store).await;
        let hash = HashKey::new(&[1; 32]).hash("code");
        assert!(is_committed(&store, recovery_codes::insert(&id(1), &hash, NOW)).await);
        assert_eq!(recovery_codes::is_good(&store, &id(2), &hash).await, Ok(false));
        assert_eq!(winners(&store, || recovery_codes::use_once(&id(1), &hash, NOW)).await, 1);
        assert_eq!(recovery_codes::is_good(&store, &id(1), &hash).await, Ok(false));
        assert_eq!(recovery_codes::left(&store, &id(1)).await, Ok(0));
    }

    async fn v125_of_64_tries_at_once_five_are_taken_and_more_in_the_next_window(store: Store) {
        accounts(&store).await;
        let allowed = usize::try_from(TRIES_OF_A_WINDOW).expect("a number");
        assert_eq!(winners(&store, || code_tries::take(&id(1), NOW)).await, allowed);
        assert!(is_committed(&store, code_tries::take(&id(2), NOW)).await);
        let almost = NOW.plus(WINDOW.saturating_sub(Duration::from_millis(1)));
        assert!(!is_committed(&store, code_tries::take(&id(1), almost)).await);
        assert_eq!(winners(&store, || code_tries::take(&id(1), NOW.plus(WINDOW))).await, allowed);
    }

    async fn v125_a_day_has_its_own_bound_and_what_was_right_is_given_back(store: Store) {
        accounts(&store).await;
        let at = |number: i64| NOW.plus(WINDOW * u32::try_from(number).expect("a number"));
        for number in 0..TRIES_OF_A_DAY {
            assert!(is_committed(&store, code_tries::take(&id(1), at(number))).await, "{number}");
        }
        assert!(!is_committed(&store, code_tries::take(&id(1), at(TRIES_OF_A_DAY))).await);
        assert!(is_committed(&store, code_tries::give_back(&id(1))).await);
        assert!(is_committed(&store, code_tries::take(&id(1), at(TRIES_OF_A_DAY))).await);
        assert!(is_committed(&store, code_tries::take(&id(1), NOW.plus(Duration::from_hours(24)))).await);
    }

    async fn a_seal_is_spent_once_and_forgotten_when_it_has_ended(store: Store) {
        let end = NOW.plus(WINDOW);
        assert_eq!(spent_seals::is_spent(&store, &id(1)).await, Ok(false));
        assert_eq!(winners(&store, || spent_seals::spend(&id(1), end)).await, 1);
        sweep::expired(&store, end).await.expect("swept");
        assert_eq!(spent_seals::is_spent(&store, &id(1)).await, Ok(true));
        sweep::expired(&store, end.plus(WINDOW)).await.expect("swept");
        assert_eq!(spent_seals::is_spent(&store, &id(1)).await, Ok(false));
    }
}
