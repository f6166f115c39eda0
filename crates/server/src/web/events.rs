//! What happened, as a person reads it.

use domain::{
    directory::Account,
    id::Id,
    journal::{CredentialKind, EventKind, ObjectKind, Sealed},
    time::Timestamp,
};
use store::{Store, StoreError, accounts, journal};

use crate::{
    web::page::Foreign,
    words::{Said, said},
};

/// One line of a list of events.
#[derive(Clone, Debug)]
pub struct Line {
    pub id: Id,
    pub at: Timestamp,
    pub what: Said,
    pub is_alarming: bool,
    /// To what kind of object.
    pub object: Option<ObjectKind>,
    /// The name of the account that acted; its id if it is gone.
    pub who: Option<Foreign>,
    /// What it presented.
    pub by: Option<Said>,
    pub from: Option<Foreign>,
    pub note: Option<Foreign>,
}

/// Events of one object, newest first.
pub async fn of_object(
    store: &Store,
    (kind, id): (ObjectKind, &str),
    tenant_id: Option<&Id>,
    limit: u32,
) -> Result<Vec<Line>, StoreError> {
    let object = Some(journal::ObjectFilter::One(kind, id.to_owned()));
    let filter = journal::Filter { object, tenant_id: tenant_id.cloned(), ..journal::Filter::default() };
    let page = journal::Page { after: None, offset: 0, limit };
    lines(store, &journal::query(store, &filter, page).await?, tenant_id).await
}

/// The lines of these events, with the names of those who acted.
pub async fn lines(
    store: &Store,
    events: &[Sealed],
    tenant_id: Option<&Id>,
) -> Result<Vec<Line>, StoreError> {
    let mut ids: Vec<Id> = events.iter().filter_map(|sealed| sealed.event.actor.account_id.clone()).collect();
    ids.sort_unstable();
    ids.dedup();
    let people: Vec<Account> =
        accounts::entries(store, &ids, tenant_id).await?.into_iter().map(|entry| entry.account).collect();
    Ok(events.iter().map(|sealed| line(sealed, &people)).collect())
}

fn line(sealed: &Sealed, people: &[Account]) -> Line {
    let event = &sealed.event;
    let who = event.actor.account_id.as_ref().map(|id| {
        let known = people.iter().find(|account| account.id == *id);
        Foreign::from(known.map_or(id.as_str(), |account| account.name.as_str()))
    });
    Line {
        id: event.id.clone(),
        at: event.at,
        what: what(event.kind),
        is_alarming: is_alarming(event.kind),
        object: event.object.as_ref().map(|(kind, _)| *kind),
        who,
        by: event.actor.credential_kind.map(by),
        from: event.from.map(|address| Foreign::from(address.to_string())),
        note: event.note.as_deref().map(Foreign::from),
    }
}

/// An event in words.
pub const fn what(kind: EventKind) -> Said {
    match kind {
        EventKind::Created => said("Created"),
        EventKind::Updated => said("Changed"),
        EventKind::Destroyed => said("Deleted"),
        EventKind::SignedIn => said("Signed in"),
        EventKind::SignInRefused => said("Sign-in refused"),
        EventKind::SecondFactorRefused => said("Wrong code after the right password"),
        EventKind::PasskeyRefused => said("Passkey refused"),
        EventKind::PasskeyCounterRegressed => said("A passkey counted backwards: there may be a copy"),
        EventKind::ConsentGiven => said("Access allowed"),
        EventKind::ConsentDenied => said("Access denied"),
        EventKind::ConsentWithdrawn => said("Access taken back"),
        EventKind::SessionsEnded => said("Sessions ended"),
        EventKind::CodeRedeemed => said("First tokens issued"),
        EventKind::CodeReplayed => said("An authorization code was used twice"),
        EventKind::CodeVerifierRefused => said("An authorization code came with a wrong verifier"),
        EventKind::RefreshTokenReused => said("A refresh token was used twice"),
        EventKind::ClientSecretRefused => said("Wrong client secret"),
        EventKind::ClientAssertionReplayed => said("A client assertion was used twice"),
        EventKind::ApiKeyRefused => said("API key refused"),
        EventKind::RegistrationTokenRefused => said("Wrong registration access token"),
        EventKind::InitialAccessTokenRefused => said("Initial access token refused"),
        EventKind::UserCodeRefused => said("Wrong code of a device"),
        EventKind::DeviceRequestReported => {
            said("A device asked for access, and its person says they did not start that")
        }
        EventKind::Forbidden => said("Refused for want of a permission"),
    }
}

/// Whether it may be the trace of an attack.
const fn is_alarming(kind: EventKind) -> bool {
    match kind {
        EventKind::Created
        | EventKind::Updated
        | EventKind::Destroyed
        | EventKind::SignedIn
        | EventKind::ConsentGiven
        | EventKind::ConsentDenied
        | EventKind::ConsentWithdrawn
        | EventKind::SessionsEnded
        | EventKind::CodeRedeemed => false,
        EventKind::SignInRefused
        | EventKind::SecondFactorRefused
        | EventKind::PasskeyRefused
        | EventKind::PasskeyCounterRegressed
        | EventKind::CodeReplayed
        | EventKind::CodeVerifierRefused
        | EventKind::RefreshTokenReused
        | EventKind::ClientSecretRefused
        | EventKind::ClientAssertionReplayed
        | EventKind::ApiKeyRefused
        | EventKind::RegistrationTokenRefused
        | EventKind::InitialAccessTokenRefused
        | EventKind::UserCodeRefused
        | EventKind::DeviceRequestReported
        | EventKind::Forbidden => true,
    }
}

const fn by(kind: CredentialKind) -> Said {
    match kind {
        CredentialKind::Host => said("on the host"),
        CredentialKind::Password => said("by password"),
        CredentialKind::Passkey => said("with a passkey"),
        CredentialKind::Session => said("in a browser"),
        CredentialKind::ApiKey => said("with an API key"),
        CredentialKind::AppPassword => said("with an app password"),
        CredentialKind::AccessToken => said("through an app"),
        CredentialKind::RefreshToken => said("with a refresh token"),
        CredentialKind::AuthorizationCode => said("with an authorization code"),
        CredentialKind::DeviceCode => said("with the code of a device"),
        CredentialKind::RegistrationAccessToken => said("as the owner of the registration"),
        CredentialKind::InitialAccessToken => said("with an initial access token"),
        CredentialKind::ClientSecret => said("with a client secret"),
        CredentialKind::ClientAssertion => said("with a client assertion"),
    }
}
