//! What an administrator can say about a client, and what becomes of it.

use domain::{
    client::{
        Client, ClientId, Door, StoredSecret,
        approval::Approval,
        management::MANAGE,
        metadata::{AuthMethod, ClientMetadata},
    },
    id::Id,
    registration::{
        Policy,
        administration::{Administered, Member, administer},
        bounds,
    },
    scope::Scope,
    secret::{Secret, TokenKind},
    time::Timestamp,
};

use super::{
    super::{Means, actor::Actor, journal, text::is_data_image},
    ClientError, Written, approval,
};
use crate::chance;

/// The largest logo, in bytes.
const MAX_LOGO: usize = 64 * 1024;

/// What can be said about a client.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Its name, as people see it.
    pub description: Option<String>,
    pub contacts: Vec<String>,
    pub redirect_uris: Vec<String>,
    pub secret: SecretWish,
    /// A URL, or an image as a `data:` URL.
    pub logo: Option<String>,
    /// The most it can ask for; `None`: whatever there is but the right to manage.
    pub scope: Option<Scope>,
    pub expires_at: Option<Timestamp>,
    /// An actor of a tenant cannot say it: it is that tenant.
    pub member_tenant_id: Option<Id>,
    pub is_enabled: bool,
    pub is_verified: bool,
    /// People are not asked whether it may.
    pub is_first_party: bool,
    /// `None`: approved. What administrators make themselves always is.
    pub approval: Option<Approval>,
}

/// What shall become of a client's secret.
#[derive(Clone, Debug)]
pub enum SecretWish {
    /// As it is, be it one or none.
    Keep,
    None,
    Set(Secret),
    Generate,
}

impl Draft {
    /// A client of these redirect URIs without anything else.
    pub fn to(redirect_uris: Vec<String>) -> Self {
        Self {
            description: None,
            contacts: Vec::new(),
            redirect_uris,
            secret: SecretWish::Keep,
            logo: None,
            scope: None,
            expires_at: None,
            member_tenant_id: None,
            is_enabled: true,
            is_verified: false,
            is_first_party: false,
            approval: None,
        }
    }

    /// What is said about a client that exists.
    pub fn of(client: &Client) -> Self {
        let metadata = &client.metadata;
        Self {
            description: metadata.client_name.clone(),
            contacts: metadata.contacts.clone(),
            redirect_uris: uris(metadata),
            secret: SecretWish::Keep,
            logo: metadata.logo_uri.clone(),
            scope: metadata.scope.clone(),
            expires_at: client.expires_at,
            member_tenant_id: client.member_tenant_id.clone(),
            is_enabled: client.is_enabled,
            is_verified: client.is_verified,
            is_first_party: client.is_first_party,
            approval: client.approval,
        }
    }

    pub(super) fn new_client(
        self,
        means: Means<'_>,
        actor: &Actor,
        policy: &Policy<'_>,
        client_id: ClientId,
    ) -> Result<Written, ClientError> {
        if actor.tenant().is_some() && self.member_tenant_id.is_some() {
            return Err(ClientError::TenantFixed);
        }
        self.check_right(actor, None)?;
        let approval = approval::decided(None, self.approval)?;
        let id = means.chance.id(means.now);
        let (stored, secret) = self.secret(means, &id, None)?;
        let metadata = self.metadata(None, stored.is_some(), policy, Door::Administrator)?;
        let expires_at = end(self.expires_at, policy, means.now)?;
        let client = Client {
            id,
            client_id,
            door: Door::Administrator,
            registered_by: actor.account().map(|account| account.id.clone()),
            member_tenant_id: actor.tenant().cloned().or(self.member_tenant_id),
            metadata,
            secret: stored,
            created_at: means.now,
            expires_at,
            is_enabled: self.is_enabled,
            is_verified: self.is_verified,
            is_first_party: self.is_first_party,
            approval,
            version: 1,
        };
        Ok(Written { client, secret })
    }

    pub(super) fn changed_client(
        self,
        means: Means<'_>,
        actor: &Actor,
        policy: &Policy<'_>,
        before: &Client,
    ) -> Result<Written, ClientError> {
        if actor.tenant().is_some() && self.member_tenant_id != before.member_tenant_id {
            return Err(ClientError::TenantFixed);
        }
        self.check_right(actor, before.metadata.scope.as_ref())?;
        let approval = approval::decided(before.approval, self.approval)?;
        let (stored, secret) = self.secret(means, &before.id, before.secret.as_ref())?;
        let has_new_secret = stored != before.secret;
        if has_new_secret && before.metadata.token_endpoint_auth_method == AuthMethod::PrivateKeyJwt {
            return Err(ClientError::SecretNotUsed);
        }
        let metadata = if self.speaks_of(&before.metadata) && !has_new_secret {
            before.metadata.clone()
        } else if before.is_shared() {
            return Err(ClientError::Shared);
        } else if before.door == Door::Document {
            return Err(ClientError::Described);
        } else {
            self.metadata(Some(&before.metadata), stored.is_some(), policy, before.door)?
        };
        let expires_at = if self.expires_at == before.expires_at {
            before.expires_at
        } else {
            end(self.expires_at, policy, before.created_at)?
        };
        let client = Client {
            metadata,
            secret: stored,
            expires_at,
            member_tenant_id: self.member_tenant_id,
            is_enabled: self.is_enabled,
            is_verified: self.is_verified,
            is_first_party: self.is_first_party,
            approval,
            ..before.clone()
        };
        Ok(Written { client, secret })
    }

    /// Somebody who belongs to a tenant lets no client manage that may not yet.
    fn check_right(&self, actor: &Actor, before: Option<&Scope>) -> Result<(), ClientError> {
        let manages = |scope: Option<&Scope>| scope.is_some_and(|scope| scope.contains(MANAGE));
        let gains = manages(self.scope.as_ref()) && !manages(before);
        if gains && actor.tenant().is_some() { Err(ClientError::RightToManage) } else { Ok(()) }
    }

    /// Whether the metadata say the same already.
    fn speaks_of(&self, metadata: &ClientMetadata) -> bool {
        self.description == metadata.client_name
            && self.contacts == metadata.contacts
            && self.redirect_uris == uris(metadata)
            && self.logo == metadata.logo_uri
            && self.scope == metadata.scope
    }

    fn metadata(
        &self,
        current: Option<&ClientMetadata>,
        has_secret: bool,
        policy: &Policy<'_>,
        door: Door,
    ) -> Result<ClientMetadata, ClientError> {
        let said = Administered {
            redirect_uris: &self.redirect_uris,
            client_name: self.description.as_deref(),
            contacts: &self.contacts,
            logo_uri: self.logo.as_deref(),
            scope: self.scope.as_ref(),
            has_secret,
        };
        let is_image = |logo: &str| logo.len() <= MAX_LOGO && is_data_image(logo);
        administer(current, &said, is_image, (policy, door)).map_err(|(member, refusal)| match member {
            Member::RedirectUris => ClientError::BadRedirectUris(refusal),
            Member::ClientName => ClientError::BadDescription(refusal),
            Member::Contacts => ClientError::BadContacts(refusal),
            Member::LogoUri => ClientError::BadLogo(refusal),
            Member::Scope => ClientError::BadScope(refusal),
            Member::Secret => ClientError::BadMethod(refusal),
        })
    }

    /// What is stored of the secret, and the secret itself if it is made now.
    fn secret(
        &self,
        means: Means<'_>,
        id: &Id,
        current: Option<&StoredSecret>,
    ) -> Result<(Option<StoredSecret>, Option<Secret>), ClientError> {
        let store = |secret: &Secret| {
            let hash = means.hash_key.hash(secret.expose());
            // The same secret once more is no change: what the client can read of it stays.
            match current {
                Some(stored) if stored.hash == hash => stored.clone(),
                Some(_) | None => StoredSecret { hash, expires_at: None },
            }
        };
        Ok(match &self.secret {
            SecretWish::Keep => (current.cloned(), None),
            SecretWish::None => (None, None),
            SecretWish::Set(secret) => {
                let text = secret.expose();
                let is_secret =
                    (16..=256).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
                if !is_secret {
                    return Err(ClientError::BadSecret);
                }
                (Some(store(secret)), None)
            }
            SecretWish::Generate => {
                let secret = TokenKind::ClientSecret.compose(id, &chance::bytes());
                (Some(store(&secret)), Some(secret))
            }
        })
    }
}

/// When a client ends for which somebody wrote `wanted`: a policy may leave it a longest life from its beginning on.
fn end(
    wanted: Option<Timestamp>,
    policy: &Policy<'_>,
    begin: Timestamp,
) -> Result<Option<Timestamp>, ClientError> {
    let Some(last) = bounds::longest_life(policy.bounds).map(|life| begin.plus(life)) else {
        return Ok(wanted);
    };
    match wanted {
        Some(wanted) if wanted > last => Err(ClientError::BadEnd(journal::moment(last))),
        wanted => Ok(wanted.or(Some(last))),
    }
}

fn uris(metadata: &ClientMetadata) -> Vec<String> {
    metadata.redirect_uris.iter().map(|uri| uri.as_str().to_owned()).collect()
}
