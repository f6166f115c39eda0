//! What a registration would get, and why, without one: the same admission, the same rules, the same bounds, and nothing is kept.

use domain::{
    client::{Door, approval::Approval, metadata::ClientMetadata},
    directory::permission::Permission,
    error::Refusal,
    id::Id,
    registration::{
        self, Requester,
        bounds::{self, Bounded},
        profile,
    },
    time::Timestamp,
};
use store::{StoreError, initial_access_tokens, registration_policies, tenants};

use super::actor::{Actor, Forbidden};
use crate::{
    app::App,
    registration::{bounded_by, judge},
};

/// Who would register.
#[derive(Clone, Debug)]
pub struct As {
    pub door: Door,
    /// Whose policies hold, beside those of the server. An actor of a tenant cannot say it: it is that tenant.
    pub tenant: Option<Id>,
    /// The initial access token whose bounds hold, too.
    pub token: Option<Id>,
}

/// What would come of it.
#[derive(Debug)]
pub struct Simulation {
    pub door: Door,
    /// The names of the policies and tokens that it was held against, in this order.
    pub held_against: Vec<String>,
    pub verdict: Result<Outcome, Refusal>,
}

/// What would be made.
#[derive(Debug)]
pub struct Outcome {
    pub metadata: ClientMetadata,
    /// The same metadata share this id.
    pub shared_client_id: Option<String>,
    pub gets_secret: bool,
    pub expires_at: Option<Timestamp>,
    /// Whether an administrator would have to look at it first.
    pub approval: Option<Approval>,
}

#[derive(Debug, thiserror::Error)]
pub enum SimulationError {
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error("tenant: there is no such tenant")]
    UnknownTenant,
    #[error("token: there is no such initial access token")]
    UnknownToken,
    #[error("token: an initial access token is for the door initial-access-token")]
    TokenElsewhere,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Judges the bytes as if they came from whoever `wanted` says, who has every permission that the door asks for.
pub async fn simulate(
    app: &App,
    actor: &Actor,
    wanted: As,
    bytes: &[u8],
    now: Timestamp,
) -> Result<Simulation, SimulationError> {
    actor.require(Permission::RegistrationPolicyGet)?;
    let (door, mut tenant) = (wanted.door, actor.tenant().cloned().or(wanted.tenant));
    let mut token = None;
    if let Some(id) = &wanted.token {
        if door != Door::InitialAccessToken {
            return Err(SimulationError::TokenElsewhere);
        }
        actor.require(Permission::InitialAccessTokenGet)?;
        let found = initial_access_tokens::by_ids(&app.store, std::slice::from_ref(id), actor.tenant());
        let found = found.await?.into_iter().next().ok_or(SimulationError::UnknownToken)?;
        tenant.clone_from(&found.member_tenant_id);
        token = Some(found);
    } else if let Some(id) = tenant.as_ref().filter(|_| actor.tenant().is_none())
        && tenants::by_ids(&app.store, std::slice::from_ref(id)).await?.is_empty()
    {
        return Err(SimulationError::UnknownTenant);
    }
    // Strangers belong to no tenant, whoever asks.
    let tenant = tenant.filter(|_| door != Door::Anonymous);
    let live = app.live();
    let policies = registration_policies::in_force(&app.store, tenant.as_ref()).await?;
    let mut bounds = profile::bounds_at(door, &policies);
    bounds.extend(token.as_ref().map(bounded_by));
    let held_against = bounds.iter().map(|bounded: &Bounded| bounded.name.clone()).collect();
    let admitted = match requester(door, app.chance.id(now)) {
        Some(requester) => {
            registration::admit(&requester, &live.settings, &policies).map(|admitted| admitted.approval())
        }
        None => Ok(None),
    };
    let verdict = match admitted {
        Ok(approval) => {
            let judged = judge(app, &live, (&bounds, door), bytes, now).await;
            judged.map(|registration| (registration, approval))
        }
        Err(refusal) => Err(refusal.into()),
    };
    let verdict = verdict.map(|(registration, approval)| {
        let shared = registration.content_address().map(|digest| digest.client_id().as_str().to_owned());
        let ends = bounds::longest_life(&bounds).map(|life| now.plus(life));
        Outcome {
            gets_secret: registration.needs_secret(),
            expires_at: ends.filter(|_| shared.is_none()),
            shared_client_id: shared,
            approval,
            metadata: registration.into_metadata(),
        }
    });
    Ok(Simulation { door, held_against, verdict })
}

/// Somebody at this door who may; administrators need nobody's leave.
fn requester(door: Door, account: Id) -> Option<Requester> {
    match door {
        Door::Anonymous => Some(Requester::Anonymous),
        Door::InitialAccessToken => {
            Some(Requester::InitialAccessToken { minted_by: None, may_register: true })
        }
        Door::ApiKey => Some(Requester::ApiKey { account, may_register: true }),
        Door::AccessToken => Some(Requester::AccessToken { account, may_register: true }),
        Door::Document => Some(Requester::Document),
        Door::Administrator => None,
    }
}
