//! Refreshing: rotation with a grace for lost answers, and the death of the family on reuse. RFC 6749 §6, RFC 9700 §4.14.2.

use std::time::Duration;

use super::{Grant, GrantRefusal, unknown_credential};
use crate::{
    client::{auth::AuthenticatedClient, management::kept_part, metadata::GrantType},
    error::{ErrorCode, Refusal},
    id::Id,
    resource,
    scope::Scope,
    settings::OidcProvider,
    time::Timestamp,
};

/// For so long a rotated token still answers with its successor, while that is unused.
pub const GRACE: Duration = Duration::from_secs(10);

/// A refresh token whose whole text matched the stored hash.
#[derive(Clone, Debug)]
pub struct RefreshToken {
    pub id: Id,
    pub grant: Grant,
    pub expires_at: Timestamp,
    pub used_at: Option<Timestamp>,
    pub successor: Option<Successor>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Successor {
    pub id: Id,
    pub is_used: bool,
}

/// What the request brings beside the token.
#[derive(Clone, Debug, Default)]
pub struct Renewal {
    pub scope: Option<Scope>,
    pub resources: Vec<String>,
}

/// A yes: which refresh token the client holds afterwards, and what the access token covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renewed {
    pub token: NextToken,
    pub scope: Scope,
    pub resources: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NextToken {
    /// A new one; this one is spent, if nobody was faster.
    Rotate,
    /// The same one goes on.
    Keep,
    /// The answer got lost: the same successor once more.
    Repeat(Id),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RefreshRefusal {
    Grant(GrantRefusal),
    /// Somebody presents a token that was rotated away: the family dies.
    Reused,
    TokenExpired,
    ScopeExceedsGrant,
    Resource(Refusal),
}

impl RefreshRefusal {
    /// Whether everything of the grant must be revoked although the answer is no.
    pub fn kills_family(&self) -> bool {
        match self {
            Self::Reused => true,
            Self::Grant(_) | Self::TokenExpired | Self::ScopeExceedsGrant | Self::Resource(_) => false,
        }
    }
}

/// Decides what `token` gives at `now`. Whether a rotation really happens is decided by the row.
pub fn decide(
    token: &RefreshToken,
    client: &AuthenticatedClient,
    renewal: Renewal,
    settings: &OidcProvider,
    now: Timestamp,
) -> Result<Renewed, RefreshRefusal> {
    token.grant.is_for(client, GrantType::RefreshToken, settings).map_err(RefreshRefusal::Grant)?;
    token.grant.stands(now).map_err(RefreshRefusal::Grant)?;
    let next = next_token(token, client.is_confidential(), settings, now)?;
    if token.expires_at <= now {
        return Err(RefreshRefusal::TokenExpired);
    }
    Ok(Renewed {
        token: next,
        scope: narrow_scope(
            renewal.scope,
            &kept_part(&token.grant.scope, client.client_id(), client.registered()),
        )?,
        resources: resource::narrow(renewal.resources, &token.grant.resources)
            .map_err(RefreshRefusal::Resource)?,
    })
}

fn next_token(
    token: &RefreshToken,
    is_confidential: bool,
    settings: &OidcProvider,
    now: Timestamp,
) -> Result<NextToken, RefreshRefusal> {
    match (token.used_at, &token.successor) {
        (None, _) if is_confidential && token.expires_at.since(now) >= settings.refresh_token_renewal => {
            Ok(NextToken::Keep)
        }
        (None, _) => Ok(NextToken::Rotate),
        (Some(used_at), Some(successor)) if now.since(used_at) <= GRACE && !successor.is_used => {
            Ok(NextToken::Repeat(successor.id.clone()))
        }
        (Some(_), _) => Err(RefreshRefusal::Reused),
    }
}

/// Narrower is fine for this access token, wider is not; the grant itself stays as it was. RFC 6749 §6.
fn narrow_scope(requested: Option<Scope>, granted: &Scope) -> Result<Scope, RefreshRefusal> {
    match requested {
        None => Ok(granted.clone()),
        Some(requested) if requested.is_subset(granted) => Ok(requested),
        Some(_) => Err(RefreshRefusal::ScopeExceedsGrant),
    }
}

/// The answer for a token that is in no row.
pub fn unknown(client: &AuthenticatedClient) -> Refusal {
    unknown_credential(client, "refresh_token")
}

impl From<RefreshRefusal> for Refusal {
    fn from(refusal: RefreshRefusal) -> Self {
        match refusal {
            RefreshRefusal::Grant(refusal) => refusal.into(),
            RefreshRefusal::Resource(refusal) => refusal,
            RefreshRefusal::Reused => Self::new(
                ErrorCode::InvalidGrant,
                "refresh_token was used before; the authorization is revoked, start again at the authorization_endpoint",
            ),
            RefreshRefusal::TokenExpired => Self::new(
                ErrorCode::InvalidGrant,
                "refresh_token has expired; start again at the authorization_endpoint",
            ),
            RefreshRefusal::ScopeExceedsGrant => {
                Self::new(ErrorCode::InvalidScope, "scope must not exceed what was granted originally")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::fixtures::*, *};
    use crate::client::{management::MANAGE, metadata::AuthMethod};

    fn token() -> RefreshToken {
        RefreshToken {
            id: id(9),
            grant: grant(),
            expires_at: NOW.plus(Duration::from_hours(30 * 24)),
            used_at: None,
            successor: None,
        }
    }

    fn rotated(ago: Duration, is_used: bool) -> RefreshToken {
        let successor = Some(Successor { id: id(10), is_used });
        RefreshToken { used_at: Some(NOW.minus(ago)), successor, ..token() }
    }

    fn by(client: &AuthenticatedClient, token: &RefreshToken) -> Result<NextToken, RefreshRefusal> {
        decide(token, client, Renewal::default(), &OidcProvider::default(), NOW).map(|renewed| renewed.token)
    }

    #[test]
    fn a_public_clients_token_rotates_with_every_use() {
        assert_eq!(by(&public(), &token()), Ok(NextToken::Rotate));
    }

    #[test]
    fn a_confidential_clients_token_rotates_only_near_its_end() {
        assert_eq!(by(&confidential(), &token()), Ok(NextToken::Keep));
        let near = RefreshToken { expires_at: NOW.plus(Duration::from_hours(24)), ..token() };
        assert_eq!(by(&confidential(), &near), Ok(NextToken::Rotate));
    }

    #[test]
    fn tk25_within_the_grace_the_old_token_answers_with_the_same_successor() {
        assert_eq!(by(&public(), &rotated(GRACE, false)), Ok(NextToken::Repeat(id(10))));
    }

    #[test]
    fn tk24_after_the_grace_or_once_the_successor_was_used_the_family_dies() {
        for old in [rotated(GRACE + Duration::from_millis(1), false), rotated(Duration::ZERO, true)] {
            let refusal = by(&public(), &old).unwrap_err();
            assert!(refusal.kills_family());
        }
    }

    #[test]
    fn tk23_another_clients_token_is_refused_and_its_family_untouched() {
        let stranger = authenticated(client("stranger", AuthMethod::None));
        let refusal = by(&stranger, &rotated(Duration::from_hours(1), true)).unwrap_err();
        assert_eq!(refusal, RefreshRefusal::Grant(GrantRefusal::OtherClient));
        assert!(!refusal.kills_family());
    }

    #[test]
    fn tk29_an_expired_token_is_refused() {
        let expired = RefreshToken { expires_at: NOW, ..token() };
        assert_eq!(by(&public(), &expired), Err(RefreshRefusal::TokenExpired));
    }

    #[test]
    fn tk26_tk27_scope_may_be_narrowed_and_never_widened() {
        let with = |scope: &str| {
            let renewal = Renewal { scope: Some(Scope::parse(scope).unwrap()), resources: Vec::new() };
            decide(&token(), &public(), renewal, &OidcProvider::default(), NOW).map(|renewed| renewed.scope)
        };
        assert_eq!(with("openid"), Ok(Scope::of(&["openid"])));
        assert_eq!(with("openid profile"), Err(RefreshRefusal::ScopeExceedsGrant));
    }

    #[test]
    fn no_refresh_gains_the_right_to_manage_or_keeps_it_without_the_registration() {
        let with = |granted: &[&str], asked: Option<&str>| {
            let grant = Grant { scope: Scope::of(granted), ..grant() };
            let scope = asked.map(|text| Scope::parse(text).unwrap());
            let renewal = Renewal { scope, resources: Vec::new() };
            let token = RefreshToken { grant, ..token() };
            decide(&token, &public(), renewal, &OidcProvider::default(), NOW).map(|renewed| renewed.scope)
        };
        assert_eq!(with(&["openid"], Some(MANAGE)), Err(RefreshRefusal::ScopeExceedsGrant));
        assert_eq!(with(&["openid", MANAGE], Some(MANAGE)), Err(RefreshRefusal::ScopeExceedsGrant));
        assert_eq!(with(&["openid", MANAGE], None), Ok(Scope::of(&["openid"])));
    }
}
