//! Who registers, as far as what they presented proves it.

use domain::{
    directory::{Account, Key, KeyKind, permission::Permission},
    id::Id,
    journal::{ActorRef, CredentialKind},
    registration::{
        Requester,
        initial_access_token::{InitialAccessToken, TokenState},
    },
    secret::TokenKind,
};
use store::{account_keys, accounts, initial_access_tokens};

use crate::{
    app::App,
    journal::{self, Occasion},
    wire::{
        Failure,
        extract::bearer::{self, Caller},
    },
};

/// Somebody, or nobody, at a door.
#[derive(Debug)]
pub enum Registrant {
    Stranger,
    /// Whoever brings a good initial access token. `may_register`: whoever minted it could still register.
    Token {
        token: Box<InitialAccessToken>,
        may_register: bool,
    },
    Caller(Caller),
}

impl Registrant {
    /// Reads the credential that was presented, wherever it was. A bad one is refused, whatever strangers may do.
    pub async fn of(app: &App, presented: Option<&str>, occasion: Occasion) -> Result<Self, Failure> {
        let Some(text) = presented else { return Ok(Self::Stranger) };
        match TokenKind::InitialAccessToken.row(text) {
            Some(id) => with_token(app, text, &id, occasion).await,
            None => bearer::caller(app, text, occasion.from, occasion.now).await.map(Self::Caller),
        }
    }

    pub fn requester(&self) -> Requester {
        match self {
            Self::Stranger => Requester::Anonymous,
            Self::Token { token, may_register } => Requester::InitialAccessToken {
                minted_by: token.minted_by.clone(),
                may_register: *may_register,
            },
            Self::Caller(caller) => {
                let account = caller.account().id.clone();
                let may_register = caller.holds(Permission::Authenticate)
                    && caller.holds(Permission::OauthClientRegistration);
                match caller {
                    Caller::ApiKey { .. } => Requester::ApiKey { account, may_register },
                    Caller::AccessToken { .. } => Requester::AccessToken { account, may_register },
                }
            }
        }
    }

    /// Where what they register belongs.
    pub fn tenant(&self) -> Option<&Id> {
        match self {
            Self::Stranger => None,
            Self::Token { token, .. } => token.member_tenant_id.as_ref(),
            Self::Caller(caller) => caller.account().member_tenant_id.as_ref(),
        }
    }

    pub fn token(&self) -> Option<&InitialAccessToken> {
        match self {
            Self::Token { token, .. } => Some(token),
            Self::Stranger | Self::Caller(_) => None,
        }
    }

    /// How the journal names whoever it is.
    pub fn reference(&self) -> ActorRef {
        match self {
            Self::Stranger => ActorRef::default(),
            Self::Token { token, .. } => ActorRef {
                account_id: token.minted_by.clone(),
                credential_kind: Some(CredentialKind::InitialAccessToken),
                credential_id: Some(token.id.clone()),
                client_id: None,
            },
            Self::Caller(caller) => caller.reference(),
        }
    }
}

async fn with_token(app: &App, text: &str, id: &Id, occasion: Occasion) -> Result<Registrant, Failure> {
    let token = initial_access_tokens::by_id(&app.store, id).await?.ok_or_else(bearer::invalid)?;
    let refuse = |why| {
        journal::wrong_initial_access_token(app, &token, why, occasion);
        Err(bearer::invalid())
    };
    if !app.hash_key.matches(text, &token.secret_hash) {
        return refuse("a wrong secret");
    }
    match token.state(occasion.now) {
        TokenState::Active => {}
        TokenState::Spent => return refuse("as many clients as it is for were registered with it"),
        TokenState::Expired => return refuse("its time is over"),
        TokenState::Revoked => return refuse("it was revoked"),
    }
    let (minter, key) = minter(app, &token).await?;
    if !token.is_backed(minter.as_ref(), key.as_ref(), occasion.now) {
        return refuse("the account or the key that it was minted with is disabled or gone");
    }
    let may_register = InitialAccessToken::may_register(minter.as_ref(), key.as_ref());
    Ok(Registrant::Token { token: Box::new(token), may_register })
}

/// What there is now of the account and the key that stand behind the token.
async fn minter(app: &App, token: &InitialAccessToken) -> Result<(Option<Account>, Option<Key>), Failure> {
    let account = match &token.minted_by {
        Some(id) => accounts::by_id(&app.store, id).await?,
        None => None,
    };
    let Some(id) = &token.minted_with else { return Ok((account, None)) };
    for kind in [KeyKind::ApiKey, KeyKind::AppPassword] {
        if let Some((key, _)) = account_keys::by_id(&app.store, kind, id).await? {
            return Ok((account, Some(key)));
        }
    }
    Ok((account, None))
}
