//! The event source: what a client asks of it, and the events as text. RFC 8620 §7.3.

use std::collections::BTreeSet;

use serde_json::json;

use super::StateChange;

/// The shortest and the longest time between pings, in seconds. §7.3 lets neither be above 30 and below 300.
const MIN_PING: u64 = 15;
const MAX_PING: u64 = 900;

/// More types than this are no list of types.
const MAX_TYPES: usize = 100;

/// When the server ends the response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CloseAfter {
    /// After the first state event.
    State,
    /// Never of itself.
    No,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Types {
    All,
    Named(BTreeSet<String>),
}

/// What the variables of the URL say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventSourceParameters {
    types: Types,
    close_after: CloseAfter,
    ping: Option<u64>,
}

/// The variable whose value is none that it may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidParameter {
    #[error("types is neither * nor names with commas between them")]
    Types,
    #[error("closeafter is neither state nor no")]
    CloseAfter,
    #[error("ping is not a number of seconds")]
    Ping,
}

impl EventSourceParameters {
    pub fn parse(types: &str, closeafter: &str, ping: &str) -> Result<Self, InvalidParameter> {
        let closing = match closeafter {
            "state" => CloseAfter::State,
            "no" => CloseAfter::No,
            _ => return Err(InvalidParameter::CloseAfter),
        };
        if !ping.bytes().all(|b| b.is_ascii_digit()) {
            return Err(InvalidParameter::Ping);
        }
        let seconds: u64 = ping.parse().map_err(|_| InvalidParameter::Ping)?;
        let ping = (seconds > 0).then(|| seconds.clamp(MIN_PING, MAX_PING));
        Ok(Self { types: parse_types(types)?, close_after: closing, ping })
    }

    pub fn wants(&self, data_type: &str) -> bool {
        match &self.types {
            Types::All => true,
            Types::Named(names) => names.contains(data_type),
        }
    }

    pub const fn close_after(&self) -> CloseAfter {
        self.close_after
    }

    /// The seconds without an event after which a ping is sent; nothing for no pings.
    pub const fn ping(&self) -> Option<u64> {
        self.ping
    }
}

fn parse_types(text: &str) -> Result<Types, InvalidParameter> {
    if text == "*" {
        return Ok(Types::All);
    }
    let names: Vec<&str> = text.split(',').collect();
    if names.contains(&"") || names.len() > MAX_TYPES {
        return Err(InvalidParameter::Types);
    }
    Ok(Types::Named(names.into_iter().map(str::to_owned).collect()))
}

/// The event of a change. `event_id` stands for all that the user sees as it is now, and comes back as `Last-Event-ID`.
pub fn state_event(change: &StateChange, event_id: &str) -> String {
    let event_id: String = event_id.chars().filter(|c| !c.is_control()).collect();
    format!("event: state\nid: {event_id}\ndata: {}\n\n", change.to_json())
}

/// The event of nothing having happened for `interval` seconds. It has no id, so that the last one stays.
pub fn ping_event(interval: u64) -> String {
    format!("event: ping\ndata: {}\n\n", json!({ "interval": interval }))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{id::Id, state::State};

    #[test]
    fn a_client_hears_of_the_types_it_named_or_of_all() {
        let named = EventSourceParameters::parse("Email,CalendarEvent", "no", "300").unwrap();
        assert!(named.wants("Email") && !named.wants("Mailbox"));
        assert!(EventSourceParameters::parse("*", "state", "0").unwrap().wants("Mailbox"));
    }

    #[test]
    fn a_ping_is_kept_within_bounds_and_zero_means_none() {
        let ping =
            |text: &str| EventSourceParameters::parse("*", "no", text).map(|parameters| parameters.ping());
        assert_eq!(
            [ping("0"), ping("1"), ping("30"), ping("300")],
            [None, Some(15), Some(30), Some(300)].map(Ok)
        );
        assert_eq!(ping("99999"), Ok(Some(900)));
        for text in ["", "-1", "+1", "1.5", "99999999999999999999", "x"] {
            assert_eq!(ping(text), Err(InvalidParameter::Ping), "{text}");
        }
    }

    #[test]
    fn other_values_are_refused_by_the_name_of_the_variable() {
        let parse =
            |types: &str, closeafter| EventSourceParameters::parse(types, closeafter, "0").unwrap_err();
        assert_eq!(parse("*", "yes"), InvalidParameter::CloseAfter);
        for types in ["", "Email,", ",", &["x"; 101].join(",")] {
            assert_eq!(parse(types, "no"), InvalidParameter::Types, "{types}");
        }
    }

    #[test]
    fn a_ping_has_no_id() {
        assert_eq!(ping_event(300), "event: ping\ndata: {\"interval\":300}\n\n");
    }

    proptest! {
        #[test]
        fn an_event_is_three_lines_whatever_it_tells(data_type in ".*", state in "(?s).*", event_id in "(?s).*") {
            let mut change = StateChange::default();
            change.add(Id::parse("a").unwrap(), data_type, State::new(state));
            let event = state_event(&change, &event_id);
            prop_assert!(event.ends_with("\n\n") && !event.contains('\r'));
            prop_assert_eq!(event.matches('\n').count(), 4);
        }
    }
}
