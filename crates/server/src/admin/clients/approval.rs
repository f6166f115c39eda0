//! Yes or no to a client that registered where somebody has to look first.

use domain::{
    client::{
        Client,
        approval::{self, Approval, Decision},
    },
    directory::permission::Permission,
    time::Timestamp,
};
use store::{Batch, Outcome, Statement, client_uses, clients};

use super::{
    super::{Means, actor::Actor, journal},
    ClientError, subject, visible,
};

/// Decides over the client of this id; as it was at `version`, where that is named: what whoever decides has seen. Of two who decide at
/// once one does, and the other hears that it is decided.
pub async fn decide(
    means: Means<'_>,
    actor: &Actor,
    (client_id, version): (&str, Option<i64>),
    decision: Decision,
) -> Result<(), ClientError> {
    actor.require(Permission::OauthClientUpdate)?;
    let client = visible(means.store, actor, client_id).await?;
    let approval = approval::decide(client.approval, decision)?;
    if version.is_some_and(|version| version != client.version) {
        return Err(ClientError::Stale);
    }
    let after = Client { approval, ..client.clone() };
    let mut batch = Batch::new();
    batch.push(clients::decide_approval(&client, approval));
    batch.extend(time_to_come_back(&client, &after, means.now));
    let sides = (journal::client(&client), journal::client(&after));
    batch.push(means.updated_and(actor, subject(&after), sides, note(&client, &after)));
    match means.store.commit(batch).await? {
        Outcome::Committed => Ok(()),
        Outcome::Refused { .. } => Err(ClientError::Stale),
    }
}

/// What an administrator says of it beside all else that they say.
pub(super) fn decided(
    before: Option<Approval>,
    said: Option<Approval>,
) -> Result<Option<Approval>, ClientError> {
    if before == said {
        return Ok(before);
    }
    let decision = match said {
        None => Decision::Approve,
        Some(Approval::Denied) => Decision::Deny,
        Some(Approval::Pending) => return Err(approval::Decided.into()),
    };
    Ok(approval::decide(before, decision)?)
}

/// Whoever was approved is not swept away before they heard of it.
pub(super) fn time_to_come_back(before: &Client, after: &Client, now: Timestamp) -> Option<Statement> {
    (before.approval.is_some() && after.approval.is_none()).then(|| client_uses::note(&after.id, now))
}

/// What the journal says of it.
pub(super) fn note(before: &Client, after: &Client) -> Option<&'static str> {
    match after.approval {
        approval if approval == before.approval => None,
        None => Some(journal::APPROVED),
        Some(Approval::Denied | Approval::Pending) => Some(journal::DENIED),
    }
}
