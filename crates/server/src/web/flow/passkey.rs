//! `/login/passkey`: a device answers who it is.

use std::sync::Arc;

use axum::{body::Body, extract::State, response::Response};
use domain::{
    directory::{Account, Passkey, SignInMethod, second_factor::STEP_LIFE},
    time::Timestamp,
};
use http::HeaderMap;
use store::{accounts, passkeys};

use super::{
    begin::{Proof, begin},
    interaction::one,
    login::{self, Again},
    proceed,
    sent_form::sent_form,
};
use crate::{
    app::App,
    clock,
    journal::{self, Occasion},
    second_factor::{AnswerRefusal, Opened, Purpose, RelyingParty},
    web::{
        page::{Foreign, PasskeyQuestion, SignInRefused},
        respond::PageError,
    },
    wire::extract::Peer,
};

/// Why nobody signed in.
enum NoProof {
    /// Of a passkey that is known here, or of none.
    Refused(Option<Box<Passkey>>, AnswerRefusal),
    Failed(PageError),
}

/// What the login page asks a device; none where passkeys cannot be.
pub(super) fn question(app: &App, browser: &str, now: Timestamp) -> Option<PasskeyQuestion> {
    let question = app.second_factors.relying_party.as_ref()?.ask_who().ok()?;
    let (id, until) = (app.chance.id(now), now.plus(STEP_LIFE));
    let seals = &app.second_factors.seals;
    let sealed = seals.seal(Purpose::PasskeySignIn, browser, &question.state, id, until);
    Some(PasskeyQuestion { options: question.options.to_string(), sealed })
}

/// The answer holds: a session begins.
pub async fn submit(
    State(app): State<Arc<App>>,
    Peer(from): Peer,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, PageError> {
    let now = clock::now();
    let (form, browser) = sent_form(&app, &headers, body, login::FORM).await?;
    let sealed_request = one(&form, "interaction")?;
    let onward = sealed_request.map(|sealed| proceed::unseal(&app, sealed, now)).transpose()?;
    let occasion = Occasion { from, now };
    let answer = one(&form, "credential")?.unwrap_or_default();
    let asked = one(&form, "passkey")?.unwrap_or_default();
    let opened = app.second_factors.seals.open::<String>(Purpose::PasskeySignIn, browser, asked, now);
    match prove(&app, opened, answer, now).await {
        Ok(proof) => {
            app.metrics.second_factor("passkey", "accepted");
            tracing::info!(account = proof.account.name, method = "passkey", "sign-in");
            begin(&app, proof, onward, &headers, occasion).await
        }
        Err(NoProof::Refused(passkey, why)) => {
            app.metrics.second_factor("passkey", "refused");
            app.metrics.sign_in("refused");
            refused(&app, passkey.as_deref(), why, occasion);
            let (username, why) = (Foreign::default(), SignInRefused::Passkey);
            let again = Again { onward, sealed_request, username, why };
            login::again(&app, again, &headers, now).await
        }
        Err(NoProof::Failed(error)) => Err(error),
    }
}

/// Whose passkey it is that answered, if the answer is to a question that this browser was asked and that nobody answered yet.
async fn prove(
    app: &App,
    opened: Option<Opened<String>>,
    answer: &str,
    now: Timestamp,
) -> Result<Proof, NoProof> {
    let party = app.second_factors.relying_party.as_ref();
    let party = party.ok_or(NoProof::Refused(None, AnswerRefusal::Unknown))?;
    let credential_id = RelyingParty::claimed(answer).map_err(|why| NoProof::Refused(None, why))?;
    let known = passkeys::by_credential_id(&app.store, &credential_id).await?;
    let before = known.ok_or(NoProof::Refused(None, AnswerRefusal::Unknown))?;
    let refused = |why| NoProof::Refused(Some(Box::new(before.clone())), why);
    let opened = opened.ok_or_else(|| refused(AnswerRefusal::OtherChallenge))?;
    if opened.is_spent(&app.store).await? {
        return Err(refused(AnswerRefusal::OtherChallenge));
    }
    let after = party.check(&opened.content, answer, &before).map_err(refused)?;
    let account = accounts::by_id(&app.store, &before.account_id).await?.filter(Account::is_usable);
    let account = account.ok_or_else(|| refused(AnswerRefusal::Unknown))?;
    let uses = vec![opened.spend(), passkeys::use_once(&before, &after, now)];
    Ok(Proof { account, method: SignInMethod::Passkey, uses })
}

fn refused(app: &App, passkey: Option<&Passkey>, why: AnswerRefusal, occasion: Occasion) {
    match passkey {
        Some(passkey) => {
            tracing::warn!(passkey = passkey.id.as_str(), %why, "a passkey was refused");
            journal::passkey_refused(app, passkey, why, occasion);
        }
        None => journal::sign_in_refused(app, None, occasion),
    }
}

impl<E: Into<PageError>> From<E> for NoProof {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}
