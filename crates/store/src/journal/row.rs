//! How an event is read back.

use domain::{
    client::ClientId,
    journal::{ActorRef, ChainHash, CredentialKind, Event, EventKind, ObjectKind, Sealed},
};

use crate::{Row, StoreError};

/// The columns of an event, in the order in which [`event`] reads them.
macro_rules! event_columns {
    () => {
        "id, happened_at, tenant_id, kind, object_kind, object_id, account_id, credential_kind, credential_id, client_id, \
         from_address, value_before, value_after, note"
    };
}

/// Those of a sealed event, in the order in which [`sealed`] reads them.
macro_rules! sealed_columns {
    () => {
        "position, hash, id, happened_at, tenant_id, kind, object_kind, object_id, account_id, credential_kind, credential_id, \
         client_id, from_address, value_before, value_after, note"
    };
}

pub(super) use {event_columns, sealed_columns};

pub(super) fn sealed(row: &Row) -> Result<Sealed, StoreError> {
    Ok(Sealed {
        position: row.int(0)?,
        hash: ChainHash::from_stored(row.text(1)?),
        event: event_from(row, 2)?,
    })
}

pub(super) fn event(row: &Row) -> Result<Event, StoreError> {
    event_from(row, 0)
}

fn event_from(row: &Row, first: usize) -> Result<Event, StoreError> {
    let object_id = row.opt_text(first + 5)?;
    let object_kind = known(row.opt_text_ref(first + 4)?, ObjectKind::parse)?;
    let address = |text: &str| text.parse().ok();
    let json = |column| known(row.opt_text_ref(column)?, |text| serde_json::from_str(text).ok());
    Ok(Event {
        id: row.id(first)?,
        at: row.timestamp(first + 1)?,
        tenant_id: row.opt_id(first + 2)?,
        kind: EventKind::parse(row.text_ref(first + 3)?).ok_or_else(unreadable)?,
        object: object_kind.zip(object_id),
        actor: ActorRef {
            account_id: row.opt_id(first + 6)?,
            credential_kind: known(row.opt_text_ref(first + 7)?, CredentialKind::parse)?,
            credential_id: row.opt_id(first + 8)?,
            client_id: row.opt_text(first + 9)?.map(ClientId::from_stored),
        },
        from: known(row.opt_text_ref(first + 10)?, address)?,
        before: json(first + 11)?,
        after: json(first + 12)?,
        note: row.opt_text(first + 13)?,
    })
}

fn known<T>(text: Option<&str>, parse: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>, StoreError> {
    text.map(|text| parse(text).ok_or_else(unreadable)).transpose()
}

fn unreadable() -> StoreError {
    StoreError::corrupt("an event of the journal")
}
