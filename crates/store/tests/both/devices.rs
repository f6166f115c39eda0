use std::time::Duration;

use domain::client::ClientId;
use domain::device::{DeviceRequest, INTERVAL, MOST_OUTSTANDING, State, TRIES, TRIES_WINDOW};
use domain::id::Id;
use domain::scope::Scope;
use domain::secret::HashKey;
use domain::time::Timestamp;
use store::device_requests::{self, Hashes};
use store::{Statement, Store, sweep, user_code_tries};
use tokio::task::JoinSet;

use crate::scene::batch;

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

fn id(number: u16) -> Id {
    Id::new(NOW, number, [0; 8])
}

fn request(number: u16) -> DeviceRequest {
    DeviceRequest {
        id: id(number),
        client_id: ClientId::parse("tv").expect("an id"),
        scope: Scope::of(&["openid", "email"]),
        resources: vec!["https://a.example".to_owned(), "https://b.example".to_owned()],
        from: [0x2001, 0xdb8, 0, 0, 0, 0, 0, 1].into(),
        user_agent: Some("TV/1.0".to_owned()),
        created_at: NOW,
        expires_at: NOW.plus(Duration::from_mins(10)),
        interval: INTERVAL,
        polled_at: None,
        state: State::Pending,
    }
}

/// A request under the user code `code`.
fn insert(number: u16, code: &str, tenant: Option<&Id>) -> Statement {
    let key = HashKey::new(&[1; 32]);
    let (device_code, user_code) = (key.hash("device"), key.hash(code));
    let hashes = Hashes { device_code: &device_code, user_code: &user_code };
    device_requests::insert(&request(number), hashes, tenant)
}

async fn is_committed(store: &Store, statement: Statement) -> bool {
    store.commit(batch([statement])).await.expect("an outcome").is_committed()
}

async fn loaded(store: &Store, number: u16) -> DeviceRequest {
    device_requests::by_id(store, &id(number)).await.expect("an answer").expect("a request").0
}

both! {
    async fn a_request_reads_back_as_it_was_made(store: Store) {
        assert!(is_committed(&store, insert(1, "code", None)).await);
        assert_eq!(format!("{:?}", loaded(&store, 1).await), format!("{:?}", request(1)));
        let hash = HashKey::new(&[1; 32]).hash("code");
        let found = async |now| device_requests::waiting_for(&store, &hash, now).await.expect("an answer").map(|found| found.id);
        assert_eq!(found(NOW).await, Some(id(1)));
        assert_eq!(found(request(1).expires_at).await, None);
    }

    async fn a_user_code_that_is_taken_is_not_given_out_again(store: Store) {
        assert!(is_committed(&store, insert(1, "code", None)).await);
        assert!(!is_committed(&store, insert(2, "code", None)).await);
        assert!(is_committed(&store, insert(2, "another", None)).await);
    }

    async fn a_tenant_that_is_full_keeps_nobody_else_out(store: Store) {
        for number in 0..MOST_OUTSTANDING {
            let number = u16::try_from(number).expect("a small number");
            assert!(is_committed(&store, insert(number, &format!("code {number}"), Some(&id(9_999)))).await);
        }
        assert!(device_requests::is_full(&store, Some(&id(9_999)), NOW).await.expect("an answer"));
        assert!(!is_committed(&store, insert(2_000, "one more", Some(&id(9_999)))).await);
        assert!(is_committed(&store, insert(2_000, "one more", None)).await);
        assert!(is_committed(&store, device_requests::deny(&id(7), NOW)).await);
        assert!(!device_requests::is_full(&store, Some(&id(9_999)), NOW).await.expect("an answer"));
        assert!(is_committed(&store, insert(2_001, "another", Some(&id(9_999)))).await);
    }

    async fn a_request_is_decided_once_and_not_after_its_end(store: Store) {
        assert!(is_committed(&store, insert(1, "code", None)).await);
        assert!(!is_committed(&store, device_requests::deny(&id(1), request(1).expires_at)).await);
        let mut all = JoinSet::new();
        for _ in 0..64 {
            let store = store.clone();
            all.spawn(async move { is_committed(&store, device_requests::deny(&id(1), NOW)).await });
        }
        assert_eq!(all.join_all().await.into_iter().filter(|won| *won).count(), 1);
        assert!(matches!(loaded(&store, 1).await.state, State::Denied));
        assert!(!is_committed(&store, device_requests::redeem(&id(1), NOW)).await);
    }

    async fn a_question_that_another_was_faster_than_is_decided_anew(store: Store) {
        assert!(is_committed(&store, insert(1, "code", None)).await);
        let before = loaded(&store, 1).await;
        let (interval, now) = (Duration::from_secs(10), NOW.plus(Duration::from_secs(1)));
        assert!(is_committed(&store, device_requests::asked(&before, interval, now)).await);
        assert!(!is_committed(&store, device_requests::asked(&before, interval, now)).await);
        let after = loaded(&store, 1).await;
        assert_eq!((after.interval, after.polled_at), (interval, Some(now)));
    }

    async fn tries_are_counted_for_each_and_begin_anew_after_the_window(store: Store) {
        let take = async |whose, now| is_committed(&store, user_code_tries::take(whose, TRIES, now)).await;
        for _ in 0..TRIES {
            assert!(take("session 1", NOW).await);
        }
        assert!(!take("session 1", NOW).await);
        assert!(take("session 2", NOW).await);
        assert!(is_committed(&store, user_code_tries::give_back("session 1")).await);
        assert!(take("session 1", NOW).await && !take("session 1", NOW).await);
        assert!(take("session 1", NOW.plus(TRIES_WINDOW)).await);
    }

    async fn a_request_is_remembered_for_a_day_after_its_end_and_tries_are_not(store: Store) {
        assert!(is_committed(&store, insert(1, "code", None)).await);
        assert!(is_committed(&store, user_code_tries::take("session 1", TRIES, NOW)).await);
        let after = |hours| NOW.plus(Duration::from_hours(hours));
        sweep::expired(&store, after(1)).await.expect("a sweep");
        assert!(matches!(loaded(&store, 1).await.state, State::Pending));
        let left = store::Query::new("SELECT whose FROM user_code_tries", []);
        assert_eq!(store.read(left).await.expect("rows").len(), 0);
        sweep::expired(&store, after(25)).await.expect("a sweep");
        assert!(device_requests::by_id(&store, &id(1)).await.expect("an answer").is_none());
    }
}
