//! What our own migrations do to a database that is in use.

use domain::id::Id;
use domain::time::Timestamp;
use store::{Batch, Outcome, Query, Statement, Store, grants, refresh_tokens};

use crate::scene::{Early, batch};

const LIVE: &str = "00000000000000000000000001";
const SPENT: &str = "00000000000000000000000002";
const NEXT: &str = "00000000000000000000000003";
const GRANT: &str = "00000000000000000000000004";

/// The store as a server of now finds it after `statements` were left by one of then.
async fn after(Early(store): Early, statements: impl IntoIterator<Item = Statement>) -> Store {
    assert_eq!(store.commit(batch(statements)).await, Ok(Outcome::Committed));
    store.migrate().await.expect("migrated");
    store
}

/// An account that allowed something, with a live refresh token, and one that was spent in favour of another.
fn tokens() -> [Statement; 4] {
    [
        Statement::new(
            "INSERT INTO accounts (id, name, role, is_enabled, created_at) VALUES ($1, 'alice', 'user', TRUE, 1)",
            [GRANT.into()],
        ),
        Statement::new(
            "INSERT INTO grants (id, account_id, client_id, scope, resources, authenticated_at, created_at, expires_at)
             VALUES ($1, $1, 'app', 'openid', '', 1, 1, 9)",
            [GRANT.into()],
        ),
        Statement::new(
            "INSERT INTO refresh_tokens (id, secret_hash, grant_id, created_at, expires_at)
             VALUES ($1, 'a', $2, 1, 9), ($3, 'c', $2, 5, 9)",
            [LIVE.into(), GRANT.into(), NEXT.into()],
        ),
        Statement::new(
            "INSERT INTO refresh_tokens (id, secret_hash, grant_id, created_at, expires_at, used_at, successor_id)
             VALUES ($1, 'b', $2, 1, 9, 5, $3)",
            [SPENT.into(), GRANT.into(), NEXT.into()],
        ),
    ]
}

fn id(text: &str) -> Id {
    Id::parse(text).expect("an id")
}

both! {
    async fn of_keys_that_were_made_at_the_same_moment_one_goes_on(early: Early) {
        let keys = Statement::new(
            "INSERT INTO signing_keys (id, algorithm, public_jwk, private_sealed, created_at, signs_from)
             VALUES ('a', 'ES256', '', '', 1, 1), ('b', 'ES256', '', '', 1, 2), ('c', 'ES256', '', '', 1, 2), ('d', 'RS256', '', '', 0, 0)",
            [],
        );
        let store = after(early, [keys]).await;
        let query = Query::new("SELECT id FROM signing_keys WHERE retired_at IS NULL ORDER BY id", []);
        let rows = store.read(query).await.expect("rows");
        assert_eq!(rows.iter().map(|row| row.text(0).expect("an id")).collect::<Vec<_>>(), ["c", "d"]);
    }

    async fn a_live_refresh_token_stays_live_and_a_spent_one_spent(early: Early) {
        let store = after(early, tokens()).await;
        let of = async |text| refresh_tokens::by_id(&store, &id(text)).await.expect("a row").expect("a token").0;
        let (live, spent) = (of(LIVE).await, of(SPENT).await);
        assert_eq!((live.used_at, live.successor), (None, None));
        assert_eq!(spent.used_at, Some(Timestamp::from_millis(5)));
        let successor = spent.successor.expect("a successor");
        assert_eq!((successor.id, successor.is_used), (id(NEXT), false));
        let rotate = |text| batch([refresh_tokens::rotate(&id(text), &id(GRANT), Timestamp::from_millis(6))]);
        assert!(store.commit(rotate(NEXT)).await.expect("an answer").is_committed());
        assert!(!store.commit(rotate(SPENT)).await.expect("an answer").is_committed());
        assert!(of(SPENT).await.successor.expect("a successor").is_used);
    }

    async fn an_account_that_is_deleted_takes_its_grants_along_and_with_them_their_tokens(early: Early) {
        let store = after(early, tokens()).await;
        let deletion = Statement::new("DELETE FROM accounts WHERE id = $1", [GRANT.into()]);
        assert_eq!(store.commit(batch([deletion])).await, Ok(Outcome::Committed));
        assert!(grants::by_id(&store, &id(GRANT)).await.expect("an answer").is_none());
        assert!(refresh_tokens::by_id(&store, &id(LIVE)).await.expect("an answer").is_none());
        let mut batch = Batch::new();
        let (hash, now) = (domain::secret::SecretHash::from_stored("d".to_owned()), Timestamp::from_millis(6));
        batch.push(refresh_tokens::insert(&id(SPENT), &hash, &id(GRANT), now, now));
        assert!(!store.commit(batch).await.expect("an answer").is_committed());
    }
}
