//! Where things are.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::{Failure, Outcome, because};

pub(crate) struct Place {
    root: PathBuf,
    target: PathBuf,
}

impl Place {
    /// The workspace this program was built from, and the target directory cargo uses for it.
    pub(crate) fn find() -> Outcome<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_path_buf);
        let root = root.ok_or_else(|| Failure::new("xtask has no folder above it"))?;
        let output = Command::new(cargo_program())
            .args(["metadata", "--no-deps", "--format-version=1"])
            .current_dir(&root)
            .output()
            .map_err(because("cargo metadata"))?;
        let metadata: serde_json::Value =
            serde_json::from_slice(&output.stdout).map_err(because("reading cargo metadata"))?;
        let target = metadata.get("target_directory").and_then(serde_json::Value::as_str);
        let target = target.ok_or_else(|| Failure::new("cargo metadata names no target directory"))?;
        Ok(Self { root, target: target.into() })
    }

    /// `cargo SUBCOMMAND` in the workspace.
    pub(crate) fn cargo(&self, subcommand: &str) -> Command {
        let mut command = Command::new(cargo_program());
        command.arg(subcommand).current_dir(&self.root);
        command
    }

    /// What is built, and never committed.
    pub(crate) fn target(&self) -> &Path {
        &self.target
    }

    pub(crate) fn wayleave(&self) -> PathBuf {
        self.target.join("debug/wayleave")
    }

    pub(crate) fn docs(&self) -> PathBuf {
        self.root.join("docs")
    }

    /// The programs that use a server as strangers do.
    pub(crate) fn clients(&self) -> PathBuf {
        self.root.join("crates/server/tests/clients")
    }

    /// What is built and installed for them.
    pub(crate) fn clients_target(&self) -> PathBuf {
        self.target.join("clients")
    }

    /// What Maven made of the Java client `name`: `classes` and `dependency`.
    pub(crate) fn java(&self, name: &str) -> PathBuf {
        self.clients_target().join("java").join(name)
    }

    pub(crate) fn venv(&self) -> PathBuf {
        self.clients_target().join("venv")
    }
}

fn cargo_program() -> String {
    env::var("CARGO").unwrap_or_else(|_| "cargo".into())
}
