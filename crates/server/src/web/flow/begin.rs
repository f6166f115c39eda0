//! Somebody proved who they are: a session begins, and what led here goes on.

use axum::response::Response;
use domain::directory::{Account, SignInMethod};
use http::{HeaderMap, header};
use store::{Batch, Statement, interactions, sessions, visits};

use super::{
    device,
    proceed::{self, Onward},
};
use crate::{
    app::App,
    journal::{self, Occasion},
    web::{
        page::Problem,
        respond::{self, PageError},
        session,
    },
    wire::extract::user_agent,
};

/// Who it is, shown by what. Made where that was checked, and nowhere else.
#[derive(Debug)]
pub(super) struct Proof {
    pub(super) account: Account,
    pub(super) method: SignInMethod,
    /// What must happen with the session or not at all: what was shown is used up.
    pub(super) uses: Vec<Statement>,
}

/// A new session in place of the old one, never the same. The request waits in a row of it from now on.
pub(super) async fn begin(
    app: &App,
    proof: Proof,
    onward: Option<Onward>,
    headers: &HeaderMap,
    occasion: Occasion,
) -> Result<Response, PageError> {
    let now = occasion.now;
    let before = session::current(app, headers, now).await?;
    let (session, insert, cookie) = session::begin(app, proof.account, proof.method, now);
    let mut batch = Batch::new();
    batch.extend(proof.uses);
    if let Some(before) = before {
        batch.push(visits::revoke_grants_of_session(&before.id, now));
        batch.push(sessions::delete(&before.id));
    }
    batch.push(insert);
    let device = user_agent(headers);
    batch.push(sessions::seen(&session.id, occasion.from, device.as_deref(), now));
    batch.push(journal::signed_in(app, &session, occasion));
    let next = match onward {
        Some(Onward::Authorization(request)) => {
            let interaction = proceed::new_interaction(app, *request, &session, true, now);
            batch.push(interactions::insert(&interaction, now)?);
            format!("{}/interaction/{}", app.config.issuer.path(), interaction.id)
        }
        Some(Onward::Device { user_code }) => device::address(app.config.issuer.path(), user_code.as_deref()),
        None => format!("{}/", app.config.issuer.path()),
    };
    if !app.store.commit(batch).await?.is_committed() {
        app.metrics.sign_in("refused");
        return Err(Problem::InteractionExpired.into());
    }
    app.metrics.sign_in("accepted");
    let mut response = respond::see_other(&next);
    if let Some(cookie) = cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
