//! What `wayleave login` leaves behind: one file for each server, for the eyes of its owner only.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::url::ServerUrl;
use crate::failure::Failure;

/// A login as it is kept.
#[derive(Serialize, Deserialize)]
pub(crate) struct Login {
    pub(crate) url: String,
    pub(crate) token_endpoint: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) revocation_endpoint: Option<String>,
    pub(crate) refresh_token: Zeroizing<String>,
    pub(crate) access_token: Zeroizing<String>,
    /// Seconds since 1970.
    pub(crate) expires_at: i64,
}

/// The place of the login at one server.
#[derive(Debug)]
pub(crate) struct LoginFile {
    path: PathBuf,
}

/// While it lives, no other command of this user uses the refresh token of the same login.
#[derive(Debug)]
pub(crate) struct Held {
    _lock: File,
}

impl LoginFile {
    /// Below `WAYLEAVE_CONFIG_HOME`'s usual place: `$XDG_CONFIG_HOME/wayleave/login` or `~/.config/wayleave/login`.
    pub(crate) fn of(url: &ServerUrl, env: &dyn Fn(&str) -> Option<String>) -> Result<Self, Failure> {
        let name = format!("{}.json", file_name(url.as_str()));
        Ok(Self { path: directory(env)?.join(name) })
    }

    /// The URLs of all logins there are.
    pub(crate) fn all(env: &dyn Fn(&str) -> Option<String>) -> Vec<String> {
        let files = directory(env).ok().and_then(|directory| fs::read_dir(directory).ok());
        let json = files.into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path()));
        let json = json.filter(|path| path.extension().is_some_and(|extension| extension == "json"));
        let mut urls: Vec<_> =
            json.filter_map(|path| Self { path }.load().ok().flatten()).map(|login| login.url).collect();
        urls.sort();
        urls
    }

    /// The login, if there is one. A file that others may read is no place for a token.
    pub(crate) fn load(&self) -> Result<Option<Login>, Failure> {
        let text = match fs::read(&self.path) {
            Ok(text) => Zeroizing::new(text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.failure(&error)),
        };
        if is_open_to_others(&self.path) {
            return Err(Failure::unusable(
                self.path.display(),
                "others may read it; run chmod 600 on it, or wayleave logout and wayleave login",
            ));
        }
        serde_json::from_slice(&text).map(Some).map_err(|_| {
            Failure::unusable(self.path.display(), "is not what wayleave login wrote; sign in again")
        })
    }

    /// Puts the login in the place of the one before, as a whole or not at all.
    pub(crate) fn save(&self, login: &Login) -> Result<(), Failure> {
        let text = Zeroizing::new(serde_json::to_vec_pretty(login).unwrap_or_default());
        self.write(&text).map_err(|error| self.failure(&error))
    }

    pub(crate) fn remove(&self) -> Result<(), Failure> {
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(self.failure(&error)),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Waits until no other command uses this login.
    pub(crate) fn hold(&self) -> Result<Held, Failure> {
        let lock = || {
            self.make_directory()?;
            let file = private().create(true).truncate(false).open(self.path.with_extension("lock"))?;
            file.lock()?;
            Ok(Held { _lock: file })
        };
        lock().map_err(|error: io::Error| self.failure(&error))
    }

    fn write(&self, text: &[u8]) -> io::Result<()> {
        self.make_directory()?;
        let new = self.path.with_extension(format!("new-{}", std::process::id()));
        // What a killed command left is nobody's.
        let _ = fs::remove_file(&new);
        let mut file = private().create_new(true).open(&new)?;
        file.write_all(text)?;
        file.sync_all()?;
        fs::rename(&new, &self.path)
    }

    fn make_directory(&self) -> io::Result<()> {
        let mut directory = DirBuilder::new();
        directory.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut directory, 0o700);
        self.path.parent().map_or(Ok(()), |parent| directory.create(parent))
    }

    fn failure(&self, error: &io::Error) -> Failure {
        Failure::unusable(self.path.display(), error)
    }
}

fn directory(env: &dyn Fn(&str) -> Option<String>) -> Result<PathBuf, Failure> {
    let absolute = |name| env(name).map(PathBuf::from).filter(|path| path.is_absolute());
    absolute("XDG_CONFIG_HOME")
        .or_else(|| Some(absolute("HOME").or_else(|| absolute("USERPROFILE"))?.join(".config")))
        .map(|config| config.join("wayleave/login"))
        .ok_or_else(|| {
            Failure::unusable("XDG_CONFIG_HOME", "must say where logins are kept, since HOME does not")
        })
}

/// Another name for every other URL, with nothing in it that a file system dislikes.
fn file_name(url: &str) -> String {
    let piece = |byte| match byte {
        b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-' => char::from(byte).to_string(),
        other => format!("_{other:02x}"),
    };
    url.bytes().map(piece).collect()
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

#[cfg(unix)]
fn is_open_to_others(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).is_ok_and(|file| file.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_open_to_others(_: &Path) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn login(url: &str) -> Login {
        Login {
            url: url.to_owned(),
            token_endpoint: String::new(),
            revocation_endpoint: None,
            refresh_token: Zeroizing::new("r".to_owned()),
            access_token: Zeroizing::new("a".to_owned()),
            expires_at: 1,
        }
    }

    fn at(home: &Path) -> impl Fn(&str) -> Option<String> {
        let home = home.display().to_string();
        move |name| (name == "XDG_CONFIG_HOME").then(|| home.clone())
    }

    #[test]
    fn a_login_is_kept_for_its_owner_and_read_back() {
        let home = tempfile::tempdir().unwrap();
        let env = at(home.path());
        let file = LoginFile::of(&ServerUrl::parse("https://a.example").unwrap(), &env).unwrap();
        assert!(file.load().unwrap().is_none());
        file.save(&login("https://a.example")).unwrap();
        assert_eq!(*file.load().unwrap().unwrap().refresh_token, "r");
        assert_eq!(LoginFile::all(&env), ["https://a.example"]);
        assert!(!is_open_to_others(&file.path));
        file.remove().unwrap();
        file.remove().unwrap();
        assert!(LoginFile::all(&env).is_empty());
    }

    #[cfg(unix)]
    #[test]
    fn a_login_that_others_may_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let home = tempfile::tempdir().unwrap();
        let file = LoginFile::of(&ServerUrl::parse("https://a.example").unwrap(), &at(home.path())).unwrap();
        file.save(&login("https://a.example")).unwrap();
        fs::set_permissions(&file.path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(file.load(), Err(Failure::Unusable(why)) if why.contains("chmod 600")));
    }

    #[test]
    fn different_servers_have_different_files() {
        let names =
            ["https://a.example", "https://a.example/b", "https://a.example_2fb", "https://a.example:8443"];
        let files: std::collections::BTreeSet<_> = names.iter().map(|name| file_name(name)).collect();
        assert_eq!(files.len(), names.len());
        assert!(files.iter().all(|name| !name.contains(['/', ':'])));
    }

    #[test]
    fn a_relative_place_is_none() {
        let env = |name: &str| (name == "XDG_CONFIG_HOME").then(|| "config".to_owned());
        assert!(directory(&env).is_err());
    }
}
