//! The master key: 256 bits outside the database, from which every other symmetric key follows.

use std::{fmt, fs, io, path::Path};

use aws_lc_rs::hkdf;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::secret::HashKey;
use zeroize::Zeroizing;

use super::Sealer;
use crate::{chance, config::ConfigError};

/// The file name inside the data directory.
pub const FILE: &str = "master.key";

/// The root of all symmetric keys. Whoever has the database without it has neither signing keys nor credentials.
pub struct MasterKey(Zeroizing<[u8; 32]>);

impl MasterKey {
    /// Reads 43 characters of base64url (with or without padding, surrounding white space ignored).
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text.trim().trim_end_matches('=')).ok()?;
        Some(Self(Zeroizing::new(bytes.try_into().ok()?)))
    }

    /// The key that `WAYLEAVE_MASTER_KEY` holds.
    pub fn given(text: &str) -> Result<Self, ConfigError> {
        Self::parse(text).ok_or_else(|| {
            ConfigError::new("WAYLEAVE_MASTER_KEY", "must be 32 bytes in base64url (43 characters)")
        })
    }

    /// The key in the file of the directory `data`, if there is one.
    pub fn of_file(data: &Path) -> Result<Option<Self>, ConfigError> {
        let path = data.join(FILE);
        match fs::read_to_string(&path) {
            Ok(text) => Self::parse(&text).map(Some).ok_or_else(|| {
                ConfigError::new("data", format!("{} is damaged; restore it from a backup", path.display()))
            }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(ConfigError::new("data", format!("cannot read {}: {error}", path.display()))),
        }
    }

    /// Makes a key and its file, readable by its owner only. `None` when the file is there already: it is never overwritten, and never
    /// seen half-written.
    pub fn create(data: &Path) -> Result<Option<Self>, ConfigError> {
        let key = Self(Zeroizing::new(chance::bytes()));
        let path = data.join(FILE);
        let draft = data.join(format!(".{FILE}.{}", URL_SAFE_NO_PAD.encode(chance::bytes::<9>())));
        let written = key.write(&draft).and_then(|()| fs::hard_link(&draft, &path));
        // Without the draft there is nothing to remove.
        let _ = fs::remove_file(&draft);
        match written.and_then(|()| fs::File::open(data)?.sync_all()) {
            Ok(()) => Ok(Some(key)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(None),
            Err(error) => Err(ConfigError::new("data", format!("cannot write {}: {error}", path.display()))),
        }
    }

    fn write(&self, path: &Path) -> io::Result<()> {
        use std::{io::Write, os::unix::fs::OpenOptionsExt};
        let text = Zeroizing::new(URL_SAFE_NO_PAD.encode(*self.0));
        let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()
    }

    /// The key under which secrets are hashed and successors derived.
    pub fn hash_key(&self) -> HashKey {
        HashKey::new(&self.derive("hash"))
    }

    /// Seals private signing keys in the store.
    pub fn key_sealer(&self) -> Sealer {
        Sealer::new(&self.derive("signing keys"))
    }

    /// Seals what second factors are made of in the store.
    pub fn factor_sealer(&self) -> Sealer {
        Sealer::new(&self.derive("second factors"))
    }

    /// Seals what travels through the browser and comes back.
    pub fn browser_sealer(&self) -> Sealer {
        Sealer::new(&self.derive("browser"))
    }

    /// Tells this master key from another without revealing it: kept in the store to notice a wrong key at the start.
    pub fn fingerprint(&self) -> String {
        URL_SAFE_NO_PAD.encode(*self.derive("fingerprint"))
    }

    fn derive(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        expand(self.0.as_slice(), purpose)
    }
}

/// HKDF-SHA-256 with the purpose as info. RFC 5869.
pub(super) fn expand(secret: &[u8], purpose: &str) -> Zeroizing<[u8; 32]> {
    let mut key = Zeroizing::new([0; 32]);
    let salt = hkdf::Salt::new(hkdf::HKDF_SHA256, b"wayleave");
    let info = [purpose.as_bytes()];
    #[expect(clippy::expect_used, reason = "32 bytes are within what HKDF-SHA-256 can give")]
    salt.extract(secret)
        .expand(&info, hkdf::HKDF_SHA256)
        .and_then(|okm| okm.fill(key.as_mut_slice()))
        .expect("a key of the hash's own length");
    key
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("MasterKey(****)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_made_at_the_first_start_is_found_at_the_second_and_is_private() {
        use std::os::unix::fs::PermissionsExt;
        let data = tempfile::tempdir().unwrap();
        assert!(MasterKey::of_file(data.path()).unwrap().is_none());
        let first = MasterKey::create(data.path()).unwrap().unwrap();
        let second = MasterKey::of_file(data.path()).unwrap().unwrap();
        assert_eq!(first.fingerprint(), second.fingerprint());
        let mode = fs::metadata(data.path().join(FILE)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn of_many_that_make_a_key_at_once_one_makes_it_and_nothing_else_is_left() {
        let data = tempfile::tempdir().unwrap();
        let create = || MasterKey::create(data.path()).unwrap().map(|key| key.fingerprint());
        let made: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..16).map(|_| scope.spawn(create)).collect();
            threads.into_iter().filter_map(|thread| thread.join().unwrap()).collect()
        });
        let stored = MasterKey::of_file(data.path()).unwrap().unwrap().fingerprint();
        assert_eq!(made, [stored]);
        assert_eq!(fs::read_dir(data.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_key_of_another_length_is_refused_by_name() {
        let error = MasterKey::given("c2hvcnQ").unwrap_err();
        assert!(error.to_string().contains("WAYLEAVE_MASTER_KEY"));
    }
}
