//! The first start: keys to sign with and somebody to sign in as. Every later start finds them and changes nothing.

use std::path::PathBuf;

use domain::{directory::UserRoles, secret::Secret, time::Timestamp};
use store::{Batch, Store, StoreError};

use super::{
    Means,
    accounts::{self, AccountError, Draft},
    actor::Actor,
    settings::{self, SettingsError},
    signing_keys::{self, RotationError},
};
use crate::{
    chance::{self, Chance},
    keys::MasterKey,
    password::Passwords,
};

/// The name of the first account.
pub const ADMIN: &str = "admin";

/// The setting that notices a master key that is not the one the database was made with.
const FINGERPRINT: &str = "masterKeyFingerprint";

#[derive(Debug, thiserror::Error)]
pub enum FirstStartError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error(transparent)]
    Keys(#[from] RotationError),
    #[error(transparent)]
    Account(#[from] AccountError),
    #[error(
        "data: the master key is not the one this database was made with; restore master.key or set WAYLEAVE_MASTER_KEY"
    )]
    WrongMasterKey,
    #[error(
        "data: this database was made with a master key that is not in {}; copy master.key there from the node or the backup that has it, \
         or set WAYLEAVE_MASTER_KEY",
        .0.display()
    )]
    NoMasterKey(PathBuf),
}

/// What a start found or made.
#[derive(Debug)]
pub enum Prepared {
    /// There are accounts already.
    Before,
    /// The account `admin` was made, with the password that the operator gave.
    WithGivenPassword,
    /// The account `admin` was made, with this password, which nobody knows yet.
    WithGeneratedPassword(Secret),
}

/// Makes what a migrated store lacks: signing keys, and the account `admin`.
pub async fn prepare(
    store: &Store,
    master: &MasterKey,
    admin_password: Option<Secret>,
    chance: &Chance,
    now: Timestamp,
) -> Result<Prepared, FirstStartError> {
    let provider = settings::load(store).await?;
    signing_keys::ensure(store, &master.key_sealer(), &provider, &Actor::host(), chance, now).await?;
    if store::accounts::exist(store).await? {
        return Ok(Prepared::Before);
    }
    let (password, prepared) = if let Some(password) = admin_password {
        (password, Prepared::WithGivenPassword)
    } else {
        let password = generate_password();
        (password.clone(), Prepared::WithGeneratedPassword(password))
    };
    let (hash_key, passwords) = (&master.hash_key(), &Passwords::default());
    let means = Means { store, chance, hash_key, passwords, now };
    let draft = Draft { roles: UserRoles::Admin, ..Draft::named(ADMIN) };
    match accounts::create(means, &Actor::host(), draft, Some(&password)).await {
        Ok(_) => Ok(prepared),
        // Another node was faster and has told its operator.
        Err(AccountError::NameTaken) => Ok(Prepared::Before),
        Err(error) => Err(error.into()),
    }
}

/// Whether this is the master key that the database was made with; the first to come is that one.
pub async fn is_master_key(store: &Store, master: &MasterKey) -> Result<bool, StoreError> {
    let fingerprint = master.fingerprint();
    if let Some(stored) = stored_fingerprint(store).await? {
        return Ok(stored == fingerprint);
    }
    let mut batch = Batch::new();
    batch.push(store::settings::set_once(FINGERPRINT, &fingerprint));
    let _ = store.commit(batch).await?;
    Ok(stored_fingerprint(store).await? == Some(fingerprint))
}

/// Whether the database was made with some master key already.
pub async fn has_master_key(store: &Store) -> Result<bool, StoreError> {
    Ok(stored_fingerprint(store).await?.is_some())
}

async fn stored_fingerprint(store: &Store) -> Result<Option<String>, StoreError> {
    let settings = store::settings::all(store).await?;
    Ok(settings.into_iter().find(|(name, _)| name == FINGERPRINT).map(|(_, value)| value))
}

/// 120 bits in groups of letters and digits that cannot be mistaken for one another.
pub fn generate_password() -> Secret {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let bytes: [u8; 24] = chance::bytes();
    let letters =
        bytes.iter().filter_map(|byte| LETTERS.get(usize::from(byte & 31))).map(|byte| char::from(*byte));
    let mut password = String::new();
    for (index, letter) in letters.enumerate() {
        if index > 0 && index.is_multiple_of(5) {
            password.push('-');
        }
        password.push(letter);
    }
    Secret::new(password)
}
