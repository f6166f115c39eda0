//! `wayleave local keys …`

use domain::time::Timestamp;
use server::admin::{actor::Actor, signing_keys};
use store::signing_keys::SigningKeyRow;

use super::{Host, date};
use crate::{args::Keys, failure::Failure, terminal};

pub(super) async fn run(command: Keys, host: &Host) -> Result<(), Failure> {
    let (store, sealer, actor) = (&host.store, host.master.key_sealer(), Actor::host());
    match command {
        Keys::List => {}
        Keys::Rotate { at_once } => {
            if signing_keys::rotate(store, &sealer, at_once, &actor, &host.chance, host.now).await?.is_empty()
            {
                return Err(Failure::refused(
                    "keys",
                    "there are none yet; the first start of the server makes them",
                ));
            }
        }
        Keys::Revoke { kid } => {
            signing_keys::revoke(store, &sealer, &kid, &actor, &host.chance, host.now).await?;
        }
    }
    let rows: Vec<[String; 4]> = store::signing_keys::all(store)
        .await?
        .iter()
        .map(|key| {
            let (state, since) = state(key, host.now);
            [key.id.clone(), key.algorithm.clone(), state.to_owned(), date(since)]
        })
        .collect();
    terminal::say_table(["ID", "ALGORITHM", "STATE", "SINCE"], &rows)
}

/// What the key is doing at `now`, and since when.
fn state(key: &SigningKeyRow, now: Timestamp) -> (&'static str, Timestamp) {
    match key.retired_at {
        Some(at) if at <= now => ("retired", at),
        _ if now < key.signs_from => ("published", key.created_at),
        _ => ("signing", key.signs_from),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_published_then_signs_then_retires() {
        let at = Timestamp::from_millis;
        let key = SigningKeyRow {
            id: "es256-1".to_owned(),
            algorithm: "ES256".to_owned(),
            public_jwk: String::new(),
            private_sealed: String::new(),
            created_at: at(1),
            signs_from: at(10),
            retired_at: Some(at(20)),
        };
        let states = [9, 10, 19, 20].map(|now| state(&key, at(now)));
        assert_eq!(
            states,
            [("published", at(1)), ("signing", at(10)), ("signing", at(10)), ("retired", at(20))]
        );
    }
}
