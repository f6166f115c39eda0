//! A client acting for itself. RFC 6749 §4.4.

use crate::{
    client::{Client, auth::AuthenticatedClient, metadata::GrantType},
    error::{ErrorCode, Refusal},
    scope::Scope,
    settings::OidcProvider,
};

/// Scope values that need a person.
const PERSONAL: &[&str] = &["openid", "profile", "email", "offline_access"];

/// The client and the scope of its token. Only confidential clients registered for the grant, and only within their ceiling.
pub fn decide<'a>(
    client: &'a AuthenticatedClient,
    requested: Option<Scope>,
    settings: &OidcProvider,
) -> Result<(&'a Client, Scope), Refusal> {
    let Some(client) = client.registered() else {
        return Err(Refusal::new(
            ErrorCode::InvalidClient,
            "this client is not known; register at the registration_endpoint",
        ));
    };
    if !client.is_confidential() || !client.metadata.allows(GrantType::ClientCredentials) {
        return Err(Refusal::new(
            ErrorCode::UnauthorizedClient,
            "the client_credentials grant is for confidential clients registered for it",
        ));
    }
    let scope = match requested {
        None => Scope::default(),
        Some(requested)
            if settings.permitted_part(&requested, Some(client)) == requested
                && !PERSONAL.iter().any(|scope| requested.contains(scope)) =>
        {
            requested
        }
        Some(_) => {
            return Err(Refusal::new(
                ErrorCode::InvalidScope,
                "scope exceeds what this client may ask for without a person",
            ));
        }
    };
    Ok((client, scope))
}

#[cfg(test)]
mod tests {
    use super::{super::fixtures::*, *};
    use crate::client::management::MANAGE;

    fn with(client: &AuthenticatedClient, scope: Option<&str>) -> Result<Scope, ErrorCode> {
        let settings = OidcProvider { scopes: Scope::of(&["api"]), ..OidcProvider::default() };
        let scope = scope.map(|text| Scope::parse(text).unwrap());
        decide(client, scope, &settings).map(|(_, scope)| scope).map_err(|refusal| refusal.code())
    }

    #[test]
    fn tk32_public_and_unregistered_clients_are_refused() {
        assert_eq!(with(&public(), None), Err(ErrorCode::UnauthorizedClient));
        assert_eq!(with(&unregistered(), None), Err(ErrorCode::InvalidClient));
    }

    #[test]
    fn tk33_scope_beyond_the_client_or_for_a_person_is_refused() {
        assert_eq!(with(&confidential(), Some("api")), Ok(Scope::of(&["api"])));
        assert_eq!(with(&confidential(), Some("other")), Err(ErrorCode::InvalidScope));
        assert_eq!(with(&confidential(), Some("openid")), Err(ErrorCode::InvalidScope));
        assert_eq!(with(&confidential(), Some(MANAGE)), Err(ErrorCode::InvalidScope));
    }
}
