//! `/query` and `/queryChanges`. RFC 8620 §5.5, §5.6.

use jmap::{
    arguments::Arguments,
    error::{MethodError, MethodErrorType},
    json::Object,
    method::{
        query::{QueryArguments, QueryResponse, Selection},
        query_changes::{QueryChangesArguments, QueryChangesResponse},
        window::{Start, Window},
    },
};

use super::{Call, changes::changed_since};
use crate::jmap::{
    LIMITS, head,
    object::{Kind, Scene},
    query::{Condition, Question, Words, ask, check_cost, follows_from_states},
    state::Subject,
};

/// Results of which more than these are there are not compared with what they were.
const MOST_COMPARED: u64 = 5_000;

pub async fn answer<K: Kind>(arguments: Arguments, call: &Call<'_>) -> Result<Object, MethodError> {
    call.require(K::DESCRIPTION.permissions.query)?;
    let asked = QueryArguments::parse::<Words<K>>(arguments, &LIMITS)?;
    check_cost(asked.selection.filter.as_ref())?;
    let owner = call.owner(K::DESCRIPTION, asked.account_id.as_ref()).await?;
    let scene = call.scene(&owner);
    let limit = asked.window.effective_limit(most());
    let subject = subject::<K>(scene, &asked.selection);
    let query_state = head::of(scene, K::DESCRIPTION, &subject).await?;
    let question = Question {
        filter: asked.selection.filter.as_ref(),
        sort: &asked.selection.sort,
        window: &asked.window,
        most: limit.ids,
        calculate_total: asked.calculate_total,
    };
    let found = ask::<K>(scene, &question).await?;
    let response = QueryResponse {
        account_id: super::id_of(&owner)?,
        query_state,
        can_calculate_changes: follows_from_states::<K>(question.filter, question.sort),
        position: found.position,
        ids: found.ids,
        total: found.total.filter(|_| asked.calculate_total),
        limit: limit.is_servers.then_some(limit.ids),
    };
    Ok(response.into_arguments())
}

pub async fn changes<K: Kind>(arguments: Arguments, call: &Call<'_>) -> Result<Object, MethodError> {
    call.require(K::DESCRIPTION.permissions.query)?;
    let asked = QueryChangesArguments::parse::<Words<K>>(arguments, &LIMITS)?;
    check_cost(asked.selection.filter.as_ref())?;
    let owner = call.owner(K::DESCRIPTION, asked.account_id.as_ref()).await?;
    let scene = call.scene(&owner);
    if !follows_from_states::<K>(asked.selection.filter.as_ref(), &asked.selection.sort) {
        return Err(MethodErrorType::CannotCalculateChanges.into());
    }
    let subject = subject::<K>(scene, &asked.selection);
    let since = subject
        .position(&call.app.hash_key, &asked.since_query_state)
        .ok_or(MethodErrorType::CannotCalculateChanges)?;
    let changed = changed_since::<K>(scene, since, u64::MAX).await?;
    let window = Window { start: Start::Position(0), limit: None };
    let question = Question {
        filter: asked.selection.filter.as_ref(),
        sort: &asked.selection.sort,
        window: &window,
        most: MOST_COMPARED,
        calculate_total: true,
    };
    let found = ask::<K>(scene, &question).await?;
    if found.total.is_none_or(|total| total > MOST_COMPARED) {
        return Err(MethodErrorType::CannotCalculateChanges.into());
    }
    let response = QueryChangesResponse {
        account_id: super::id_of(&owner)?,
        old_query_state: asked.since_query_state.clone(),
        new_query_state: subject.state(&call.app.hash_key, changed.position),
        total: found.total.filter(|_| asked.calculate_total),
        difference: asked.difference(&changed.changed, &found.ids)?,
    };
    Ok(response.into_arguments())
}

fn most() -> u64 {
    u64::try_from(LIMITS.max_objects_in_get).unwrap_or(u64::MAX)
}

fn subject<K: Kind>(scene: Scene<'_>, selection: &Selection<Condition, &'static str>) -> Subject {
    Subject::results(K::DESCRIPTION, scene, &format!("{selection:?}"))
}
