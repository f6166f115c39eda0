//! Signatures of our own access tokens that were checked once need not be checked again while the token lives.
//!
//! The memory belongs to the ring of keys and goes with it: what a key signed is not remembered beyond the key.
//!
//! Only the signature is remembered. Whether the token is still good (expiry, revocation, grant, account, client) is asked every time.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use aws_lc_rs::digest;
use domain::{
    jose::{self, Expected, JwsError, VerifyingKey},
    time::Timestamp,
};
use serde_json::{Map, Value};

use crate::keys::ring::ACCESS_TOKEN_TYPE;

/// Tokens remembered per shard; a full shard is emptied.
const CAPACITY: usize = 1024;
const SHARDS: usize = 16;

type Claims = Arc<Map<String, Value>>;
type Shard = HashMap<[u8; 32], Claims>;

/// A bounded memory of verified tokens by the hash of their whole text.
#[derive(Default)]
pub struct VerifiedTokens([Mutex<Shard>; SHARDS]);

impl VerifiedTokens {
    /// The claims of an access token that one of `keys` signed and that has not expired at `now`.
    pub fn claims(&self, token: &str, keys: &[VerifyingKey], now: Timestamp) -> Result<Claims, JwsError> {
        if token.len() > jose::MAX_TOKEN_BYTES {
            return Err(JwsError::TooLong);
        }
        let mut name = [0; 32];
        name.copy_from_slice(digest::digest(&digest::SHA256, token.as_bytes()).as_ref());
        if let Some(claims) = self.shard(name).get(&name) {
            return current(claims, now).then(|| Arc::clone(claims)).ok_or(JwsError::Payload);
        }
        let algorithms: Vec<_> = keys.iter().map(VerifyingKey::algorithm).collect();
        let expected = Expected { algorithms: &algorithms, typ: Some(ACCESS_TOKEN_TYPE) };
        let claims = Arc::new(jose::verify_prepared(token, keys, &expected)?);
        if !current(&claims, now) {
            return Err(JwsError::Payload);
        }
        let mut shard = self.shard(name);
        if shard.len() >= CAPACITY {
            shard.clear();
        }
        shard.insert(name, Arc::clone(&claims));
        Ok(claims)
    }

    fn shard(&self, name: [u8; 32]) -> std::sync::MutexGuard<'_, Shard> {
        let [first, ..] = name;
        let index = usize::from(first) % SHARDS;
        let shard = self.0.get(index).or(self.0.first());
        #[expect(clippy::expect_used, reason = "there is always a first shard")]
        shard.expect("a shard").lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn current(claims: &Map<String, Value>, now: Timestamp) -> bool {
    jose::claims::moment(claims, "exp").is_ok_and(|end| now < end)
}

impl fmt::Debug for VerifiedTokens {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("VerifiedTokens")
    }
}
