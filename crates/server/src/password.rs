//! What people type: Argon2id, a bounded number at a time, and the same work whether or not the name exists.

use std::{fmt, sync::LazyLock};

use argon2::{Argon2, PasswordHash, PasswordHasher, PasswordVerifier};
use domain::secret::Secret;
use tokio::sync::Semaphore;

use crate::chance;

/// The longest password that is looked at, in bytes. A longer one is wrong, and costs nothing.
pub const MAX_BYTES: usize = 1024;

/// How many may wait for their turn before the server says it is busy.
const QUEUE: usize = 64;

/// Hashes and verifies passwords on blocking threads, as many at a time as there are cores, less one.
pub struct Passwords {
    turns: Semaphore,
    queue: Semaphore,
}

/// Too many passwords are being checked already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Busy;

impl Passwords {
    pub fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        // One core is left to those who only want a token.
        let turns = cores.saturating_sub(1).max(1);
        Self { turns: Semaphore::new(turns), queue: Semaphore::new(turns + QUEUE) }
    }

    /// Whether `password` is the one behind `stored` (PHC form). Without a stored hash the same work is done and the answer is no.
    pub async fn verify(&self, password: Secret, stored: Option<String>) -> Result<bool, Busy> {
        if password.expose().is_empty() || password.expose().len() > MAX_BYTES {
            return Ok(false);
        }
        let _place = self.queue.try_acquire().map_err(|_| Busy)?;
        let _turn = self.turns.acquire().await.map_err(|_| Busy)?;
        tokio::task::spawn_blocking(move || verify_blocking(&password, stored.as_deref()))
            .await
            .map_err(|_| Busy)
    }
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Passwords {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Passwords")
    }
}

/// The PHC form of a new password: Argon2id, 19 MiB, 2 passes. Takes tens of milliseconds.
pub fn hash_blocking(password: &Secret) -> String {
    let salt: [u8; 16] = chance::bytes();
    #[expect(clippy::expect_used, reason = "the default parameters and a 16-byte salt are valid")]
    Argon2::default()
        .hash_password_with_salt(password.expose().as_bytes(), &salt)
        .expect("valid parameters")
        .to_string()
}

fn verify_blocking(password: &Secret, stored: Option<&str>) -> bool {
    /// The hash of nothing anybody knows: unknown names cost what known ones cost.
    static DUMMY: LazyLock<String> = LazyLock::new(|| hash_blocking(&Secret::new("nobody")));
    let hash = stored.unwrap_or(&DUMMY);
    let matches = PasswordHash::new(hash)
        .is_ok_and(|hash| Argon2::default().verify_password(password.expose().as_bytes(), &hash).is_ok());
    matches && stored.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_right_password_and_only_that_one_is_accepted() {
        let passwords = Passwords::new();
        let stored = hash_blocking(&Secret::new("correct horse"));
        assert_eq!(passwords.verify(Secret::new("correct horse"), Some(stored.clone())).await, Ok(true));
        assert_eq!(passwords.verify(Secret::new("wrong"), Some(stored)).await, Ok(false));
        assert_eq!(passwords.verify(Secret::new("nobody"), None).await, Ok(false));
    }
}
