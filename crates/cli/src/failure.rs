//! Why a command did not do what it was asked, and the status it ends with.

use std::{fmt::Display, io, process::ExitCode, slice};

use server::{
    admin::{
        account_keys::KeyError,
        accounts::AccountError,
        clients::ClientError,
        first_start::FirstStartError,
        presets::PresetError,
        registration_policies::RegistrationPolicyError,
        second_factors::FactorError,
        settings::{SettingError, SettingsError},
        signing_keys::RotationError,
    },
    app::LiveError,
    config::ConfigError,
    start::StartError,
};
use store::StoreError;

use crate::terminal;

/// One line that names the key and the remedy.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The command was understood and the answer is no. Exit status 1.
    Refused(String),
    /// Nothing will work until the command line or the configuration is changed. Exit status 2.
    Unusable(String),
    /// Nobody answers there, or not now. Exit status 3.
    Unreachable(String),
    /// The server does not know who asks. Exit status 4.
    NotSignedIn(String),
    /// Some of what was asked was refused, each in a line of its own. Exit status 1.
    Several(Vec<String>),
    /// Whoever read what we print went away: there is nobody to tell.
    NobodyReads,
}

impl Failure {
    pub(crate) fn refused(key: impl Display, remedy: impl Display) -> Self {
        Self::Refused(format!("{key}: {remedy}"))
    }

    pub(crate) fn unusable(key: impl Display, remedy: impl Display) -> Self {
        Self::Unusable(format!("{key}: {remedy}"))
    }

    /// Prints the line on stderr and answers the exit status.
    pub(crate) fn report(&self) -> ExitCode {
        let (status, messages) = match self {
            Self::Refused(message) => (1, slice::from_ref(message)),
            Self::Several(messages) => (1, messages.as_slice()),
            Self::Unusable(message) => (2, slice::from_ref(message)),
            Self::Unreachable(message) => (3, slice::from_ref(message)),
            Self::NotSignedIn(message) => (4, slice::from_ref(message)),
            Self::NobodyReads => return ExitCode::SUCCESS,
        };
        for message in messages {
            terminal::note(&message.split_whitespace().collect::<Vec<_>>().join(" "));
        }
        ExitCode::from(status)
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::Unusable(error.to_string())
    }
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        match error {
            StartError::Store(error) | StartError::Live(LiveError::Store(error)) => error.into(),
            StartError::FirstStart(error) => error.into(),
            StartError::Config(_)
            | StartError::NoDatabase(_)
            | StartError::Live(LiveError::Keys(_) | LiveError::Setting(_)) => {
                Self::Unusable(error.to_string())
            }
        }
    }
}

impl From<FirstStartError> for Failure {
    fn from(error: FirstStartError) -> Self {
        match error {
            FirstStartError::Store(error) => error.into(),
            FirstStartError::Settings(error) => error.into(),
            FirstStartError::Keys(error) => error.into(),
            FirstStartError::Account(error) => error.into(),
            FirstStartError::WrongMasterKey | FirstStartError::NoMasterKey(_) => {
                Self::Unusable(error.to_string())
            }
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Configuration(why) => Self::unusable("database", why),
            StoreError::Unavailable(_)
            | StoreError::Conflict
            | StoreError::Nul
            | StoreError::Unexpected
            | StoreError::Corrupt { .. }
            | StoreError::Statement(_) => Self::refused("database", error),
        }
    }
}

impl From<AccountError> for Failure {
    fn from(error: AccountError) -> Self {
        match error {
            AccountError::Store(error) => error.into(),
            refused => Self::Refused(refused.to_string()),
        }
    }
}

impl From<FactorError> for Failure {
    fn from(error: FactorError) -> Self {
        match error {
            FactorError::Store(error) => error.into(),
            FactorError::Account(error) => error.into(),
            refused => Self::Refused(refused.to_string()),
        }
    }
}

impl From<KeyError> for Failure {
    fn from(error: KeyError) -> Self {
        match error {
            KeyError::Store(error) => error.into(),
            refused => Self::Refused(refused.to_string()),
        }
    }
}

impl From<ClientError> for Failure {
    fn from(error: ClientError) -> Self {
        match error {
            ClientError::Store(error) => error.into(),
            refused => Self::Refused(refused.to_string()),
        }
    }
}

impl From<SettingError> for Failure {
    fn from(error: SettingError) -> Self {
        Self::unusable(error.name, error.why)
    }
}

impl From<SettingsError> for Failure {
    fn from(error: SettingsError) -> Self {
        match error {
            SettingsError::Forbidden(error) => Self::Refused(error.to_string()),
            SettingsError::Store(error) => error.into(),
            SettingsError::Keys(error) => error.into(),
            SettingsError::Setting(error) => error.into(),
        }
    }
}

impl From<PresetError> for Failure {
    fn from(error: PresetError) -> Self {
        match error {
            PresetError::Settings(error) => error.into(),
            PresetError::Policies(RegistrationPolicyError::Store(error)) => error.into(),
            PresetError::Policies(refused) => Self::Refused(refused.to_string()),
        }
    }
}

impl From<RotationError> for Failure {
    fn from(error: RotationError) -> Self {
        match error {
            RotationError::Forbidden(error) => Self::Refused(error.to_string()),
            RotationError::Store(error) => error.into(),
            RotationError::Key(error) => Self::refused("keys", error),
            RotationError::Unknown | RotationError::Collided => Self::Refused(error.to_string()),
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::NobodyReads,
            _ => Self::refused("stdout", error),
        }
    }
}
