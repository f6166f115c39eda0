//! Second factors at work: codes are checked and counted here, whoever asks; passkeys are checked in [`relying_party`].

mod relying_party;
mod seals;

use domain::{
    directory::{
        Account, SignInMethod, recovery_code,
        totp::{CodeRefusal, SEED_BYTES, Totp},
    },
    id::Id,
    time::Timestamp,
};
use store::{Batch, Statement, Store, StoreError, code_tries, recovery_codes, totp};

pub use self::relying_party::{AnswerRefusal, Registered, RelyingParty};
pub use self::seals::{Opened, Purpose, Seals};
use crate::{
    app::App,
    chance,
    config::Issuer,
    journal::{self, Occasion},
    keys::{MasterKey, Sealer},
};

/// What second factors are checked with.
#[derive(Debug)]
pub struct SecondFactors {
    seeds: Sealer,
    /// What waits in a page for its answer.
    pub seals: Seals,
    /// None where the server has no name that a passkey could be bound to.
    pub relying_party: Option<RelyingParty>,
    /// What apps show the codes under.
    name: String,
}

/// A code as it was typed.
#[derive(Clone, Copy, Debug)]
pub enum Typed<'a> {
    Totp(&'a str),
    RecoveryCode(&'a str),
}

/// A right code. It counts only with a batch that holds `uses`: of all that prove themselves by the same code one is let in.
#[derive(Debug)]
pub struct Proven {
    pub method: SignInMethod,
    pub uses: Vec<Statement>,
}

/// Why a code proves nothing.
#[derive(Debug)]
pub enum NotProven {
    Wrong,
    /// It is not even looked at.
    TooManyTries,
    /// No codes are asked for any more.
    NotSet,
    Store(StoreError),
}

impl SecondFactors {
    pub fn new(master: &MasterKey, issuer: &Issuer) -> Self {
        Self {
            seeds: master.factor_sealer(),
            seals: Seals::new(master.browser_sealer()),
            relying_party: RelyingParty::of(issuer),
            name: issuer.url().host_str().unwrap_or("Wayleave").to_owned(),
        }
    }

    /// A new seed.
    pub fn new_seed() -> Vec<u8> {
        chance::bytes::<SEED_BYTES>().to_vec()
    }

    /// The codes of a seed, for the app of `account`.
    pub fn totp(&self, seed: &[u8], account: &Account) -> Option<Totp> {
        Totp::new(seed, &self.name, &account.name)
    }

    /// The seed as it is stored.
    pub fn seal_seed(&self, account_id: &Id, seed: &[u8]) -> String {
        self.seeds.seal(&purpose(account_id), seed)
    }

    /// The codes of `account` as they are stored. A seed that was written for another account, or under another key, gives none.
    fn open(&self, account: &Account, sealed: &str) -> Option<Totp> {
        let seed = self.seeds.open(&purpose(&account.id), sealed)?;
        self.totp(&seed, account)
    }
}

/// Checks a code of `account`, of which only so many are looked at. It is the only way to have one checked, so no door can forget to count;
/// what is wrong is journalled here too.
pub async fn check(
    app: &App,
    account: &Account,
    typed: Typed<'_>,
    occasion: Occasion,
) -> Result<Proven, NotProven> {
    let checked = try_once(app, account, typed, occasion.now).await;
    let note = match &checked {
        Ok(_) => {
            app.metrics.second_factor(typed.name(), "accepted");
            return checked;
        }
        Err(NotProven::Wrong) => typed.name(),
        Err(NotProven::TooManyTries) => "too many tries",
        Err(NotProven::NotSet | NotProven::Store(_)) => return checked,
    };
    app.metrics.second_factor(typed.name(), "refused");
    journal::second_factor_refused(app, account, note, occasion);
    checked
}

async fn try_once(
    app: &App,
    account: &Account,
    typed: Typed<'_>,
    now: Timestamp,
) -> Result<Proven, NotProven> {
    let store = &app.store;
    let sealed = totp::of_account(store, &account.id).await?.ok_or(NotProven::NotSet)?;
    let mut counted = Batch::new();
    counted.push(code_tries::take(&account.id, now));
    if !store.commit(counted).await?.is_committed() {
        return Err(NotProven::TooManyTries);
    }
    let (method, used) = match typed {
        Typed::Totp(code) => {
            let Some(totp) = app.second_factors.open(account, &sealed.seed) else {
                tracing::error!(account = account.name, "the seed of the account does not open");
                return Err(NotProven::Wrong);
            };
            let step = totp.check(code, sealed.last_step, now)?;
            (SignInMethod::PasswordAndTotp, totp::use_step(&account.id, step))
        }
        Typed::RecoveryCode(code) => {
            let used = recovery(app, store, &account.id, code, now).await?;
            (SignInMethod::PasswordAndRecoveryCode, used)
        }
    };
    Ok(Proven { method, uses: vec![used, code_tries::give_back(&account.id)] })
}

async fn recovery(
    app: &App,
    store: &Store,
    account_id: &Id,
    code: &str,
    now: Timestamp,
) -> Result<Statement, NotProven> {
    let hash = recovery_code::hash(&app.hash_key, account_id, code).ok_or(NotProven::Wrong)?;
    if recovery_codes::is_good(store, account_id, &hash).await? {
        Ok(recovery_codes::use_once(account_id, &hash, now))
    } else {
        Err(NotProven::Wrong)
    }
}

fn purpose(account_id: &Id) -> String {
    format!("totp seed {account_id}")
}

impl Typed<'_> {
    const fn name(self) -> &'static str {
        match self {
            Self::Totp(_) => "totp",
            Self::RecoveryCode(_) => "recovery-code",
        }
    }
}

impl From<StoreError> for NotProven {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<CodeRefusal> for NotProven {
    fn from(refusal: CodeRefusal) -> Self {
        match refusal {
            CodeRefusal::Wrong | CodeRefusal::Used => Self::Wrong,
        }
    }
}
