//! Why a task ended early, and the exit status that says so.

use std::fmt::Display;
use std::process::{ExitCode, ExitStatus};

pub(crate) type Outcome<T> = Result<T, Failure>;

const FAILED: u8 = 1;
/// Something must be done by hand first: an argument, a package, a right.
const NOT_READY: u8 = 2;
/// By custom, a death by signal n is reported as 128 + n.
const BY_SIGNAL: i32 = 128;

#[derive(Debug)]
pub(crate) struct Failure {
    status: u8,
    message: String,
}

impl Failure {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { status: FAILED, message: message.into() }
    }

    pub(crate) fn not_ready(message: impl Into<String>) -> Self {
        Self { status: NOT_READY, message: message.into() }
    }

    pub(crate) fn usage(usage: &str) -> Self {
        Self::not_ready(usage)
    }

    pub(crate) fn interrupted(signal: i32) -> Self {
        Self {
            status: clipped(BY_SIGNAL.saturating_add(signal)),
            message: format!("interrupted by signal {signal}"),
        }
    }

    pub(crate) fn is_interruption(&self) -> bool {
        i32::from(self.status) > BY_SIGNAL
    }

    /// `what` ended with `status`, which becomes our own.
    pub(crate) fn ended(what: &str, status: ExitStatus) -> Self {
        Self { status: status.code().map_or(FAILED, clipped), message: format!("{what}: {status}") }
    }

    pub(crate) fn report(&self) -> ExitCode {
        #![expect(clippy::print_stderr, reason = "the last word of a tool that talks to a terminal")]
        eprintln!("xtask: {}", self.message);
        ExitCode::from(self.status)
    }
}

/// For `map_err`: what was being done, and what the system said.
pub(crate) fn because<E: Display>(what: impl Display) -> impl FnOnce(E) -> Failure {
    move |error| Failure::new(format!("{what}: {error}"))
}

fn clipped(status: i32) -> u8 {
    u8::try_from(status).unwrap_or(FAILED)
}
