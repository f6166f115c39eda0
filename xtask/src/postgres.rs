//! A real PostgreSQL of its own: fresh, on a free loopback port, gone without a trace when it is dropped.

mod programs;

use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::chown;
use std::path::Path;
use std::process::{Child, Command};

use tempfile::TempDir;

pub(crate) use self::programs::Programs;
use self::programs::{Start, is_root};
use crate::failure::{Failure, Outcome, because};

/// Tests look here for the URL of a database in which they may do everything.
pub(crate) const VARIABLE: &str = "WAYLEAVE_TEST_POSTGRES";

const PORTS_TRIED: usize = 5;
/// PostgreSQL refuses to run as root; Debian's package brings this user.
const USER: &str = "postgres";

pub(crate) struct Server {
    programs: Programs,
    directory: TempDir,
    postmaster: Child,
    port: u16,
}

impl Server {
    pub(crate) fn start() -> Outcome<Self> {
        let programs = Programs::find().ok_or_else(|| Failure::new("no PostgreSQL server is installed"))?;
        let directory = tempfile::Builder::new().prefix("wayleave-postgres-").tempdir();
        let directory = directory.map_err(because("making a temporary directory"))?;
        let path = directory.path();
        give_to_postgres(path)?;
        programs.initdb(path)?;
        for _ in 0..PORTS_TRIED {
            let port = free_port()?;
            match programs.postmaster(path, port)? {
                Start::Ready(postmaster) => {
                    return Ok(Self { programs, directory, postmaster, port });
                }
                Start::PortTaken => {}
            }
        }
        Err(Failure::new("PostgreSQL found none of the free ports free any more"))
    }

    pub(crate) fn url(&self) -> String {
        format!("postgres://{USER}@127.0.0.1:{}/postgres", self.port)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let stopped = self.programs.stop(self.directory.path());
        if !stopped {
            // The postmaster's children notice its death and end by themselves.
            let _ = self.postmaster.kill();
        }
        let _ = self.postmaster.wait();
    }
}

fn free_port() -> Outcome<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(because("looking for a free port"))?;
    Ok(listener.local_addr().map_err(because("looking for a free port"))?.port())
}

/// What root made is the database user's; for anybody else it is theirs already.
fn give_to_postgres(directory: &Path) -> Outcome<()> {
    if !is_root() {
        return Ok(());
    }
    chown(directory, Some(id("-u")?), Some(id("-g")?))
        .map_err(because(format!("giving {} to {USER}", directory.display())))
}

fn id(flag: &str) -> Outcome<u32> {
    let output = Command::new("id").args([flag, USER]).output().map_err(because("starting id"))?;
    let number = String::from_utf8_lossy(&output.stdout).trim().parse();
    number.map_err(because(format!("there is no user {USER}, and PostgreSQL does not run as root")))
}

#[cfg(test)]
mod tests {
    use std::net::TcpStream;

    use super::*;

    #[test]
    fn a_server_listens_where_its_url_says_until_it_is_dropped() {
        let server = Server::start().unwrap();
        let (port, directory) = (server.port, server.directory.path().to_owned());
        assert!(server.url().ends_with(&format!("@127.0.0.1:{port}/postgres")));
        assert!(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok());
        drop(server);
        assert!(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err());
        assert!(!directory.exists());
    }

    #[test]
    fn a_port_in_use_is_told_from_other_reasons_not_to_start() {
        let server = Server::start().unwrap();
        let second = tempfile::tempdir_in(server.directory.path()).unwrap();
        give_to_postgres(second.path()).unwrap();
        server.programs.initdb(second.path()).unwrap();
        let start = server.programs.postmaster(second.path(), server.port).unwrap();
        assert!(matches!(start, Start::PortTaken));
    }

    #[test]
    fn a_server_without_its_data_says_in_its_own_words_why_it_does_not_start() {
        let nowhere = tempfile::tempdir_in("/tmp").unwrap();
        give_to_postgres(nowhere.path()).unwrap();
        let programs = Programs::find().unwrap();
        let failure = programs.postmaster(nowhere.path(), free_port().unwrap()).err().unwrap();
        assert!(format!("{failure:?}").contains("could not access directory"), "{failure:?}");
    }
}
