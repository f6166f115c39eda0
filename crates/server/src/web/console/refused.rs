//! What an act said no to, on the page whose form asked for it.

use crate::{
    admin::{QueryError, clients::ClientError},
    web::{page::Problem, respond::PageError, wrong::Wrong},
};

impl Wrong {
    /// What went wrong with a client: something that its form can mend, or else a page of its own.
    pub fn with_client(error: ClientError) -> Result<Self, PageError> {
        let why = error.to_string();
        let why = why.split_once(": ").map_or(why.as_str(), |(_, sentence)| sentence).to_owned();
        let field = match error {
            ClientError::Forbidden(_) => return Err(Problem::NotPermitted.into()),
            ClientError::Unknown => return Err(Problem::NotFound.into()),
            ClientError::Store(error) => return Err(error.into()),
            ClientError::BadClientId
            | ClientError::ReservedClientId
            | ClientError::OwnClientId
            | ClientError::ClientIdTaken => "clientId",
            ClientError::BadRedirectUris(_) => "redirectUris",
            ClientError::BadDescription(_) => "description",
            ClientError::BadContacts(_) => "contacts",
            ClientError::BadLogo(_) => "logo",
            ClientError::BadScope(_) | ClientError::RightToManage => "scope",
            ClientError::BadSecret | ClientError::SecretNotUsed | ClientError::BadMethod(_) => "secret",
            ClientError::BadEnd(_) => "expiresAt",
            ClientError::Decided(_) => "approval",
            ClientError::UnknownTenant | ClientError::TenantFixed => "memberTenantId",
            ClientError::Shared | ClientError::Described | ClientError::OverQuota | ClientError::Stale => "",
        };
        Ok(Self::by_rule(field, &why))
    }
}

impl From<ClientError> for PageError {
    fn from(error: ClientError) -> Self {
        match Wrong::with_client(error) {
            Ok(wrong) => Problem::BadRequest { detail: wrong.why.to_string() }.into(),
            Err(page) => page,
        }
    }
}

impl From<QueryError> for PageError {
    fn from(error: QueryError) -> Self {
        match error {
            QueryError::Forbidden(_) => Problem::NotPermitted.into(),
            QueryError::UnknownAccount | QueryError::AnchorNotFound => Problem::NotFound.into(),
            QueryError::Store(error) => error.into(),
        }
    }
}
