//! Which part of the results of a query is returned: a position or an anchor, and a limit. RFC 8620 §5.5.

use crate::{
    arguments::Arguments,
    error::{MethodError, MethodErrorType},
    id::Id,
};

/// Where the part begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start {
    /// An index; a negative one counts from the end.
    Position(i64),
    /// So many after the record, or before it if negative.
    Anchor { id: Id, offset: i64 },
}

/// Where the part begins and how much it may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    pub start: Start,
    /// What the client wants at most.
    pub limit: Option<u64>,
}

/// The limit that holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EffectiveLimit {
    pub ids: u64,
    /// Whether it is not what the client wanted, so that the response must tell it.
    pub is_servers: bool,
}

impl Window {
    pub(super) fn parse(arguments: &mut Arguments) -> Result<Self, MethodError> {
        let position = arguments.int("position")?.unwrap_or(0);
        let anchor = arguments.id("anchor")?;
        let offset = arguments.int("anchorOffset")?.unwrap_or(0);
        let start = anchor.map_or(Start::Position(position), |id| Start::Anchor { id, offset });
        Ok(Self { start, limit: arguments.unsigned("limit")? })
    }

    /// The limit where the server returns at most `most` ids.
    pub fn effective_limit(&self, most: u64) -> EffectiveLimit {
        match self.limit {
            Some(wanted) if wanted <= most => EffectiveLimit { ids: wanted, is_servers: false },
            _ => EffectiveLimit { ids: most, is_servers: true },
        }
    }

    /// The part of a list that is at hand, and the index it begins at.
    pub fn of<'a>(&self, ids: &'a [Id], most: u64) -> Result<(u64, &'a [Id]), MethodError> {
        let total = u64::try_from(ids.len()).unwrap_or(u64::MAX);
        let first = match &self.start {
            Start::Position(position) => from_position(*position, total),
            Start::Anchor { id, offset } => {
                let index =
                    ids.iter().position(|other| other == id).and_then(|index| u64::try_from(index).ok());
                from_anchor(index.ok_or(MethodErrorType::AnchorNotFound)?, *offset)
            }
        };
        let rest = usize::try_from(first).ok().and_then(|first| ids.get(first..)).unwrap_or_default();
        let limit = usize::try_from(self.effective_limit(most).ids).unwrap_or(usize::MAX);
        Ok((first, rest.get(..limit).unwrap_or(rest)))
    }
}

/// The index that a position means among `total` results. It may be behind the last.
pub fn from_position(position: i64, total: u64) -> u64 {
    if position < 0 { total.saturating_sub(position.unsigned_abs()) } else { position.unsigned_abs() }
}

/// The index that is `offset` from that of the anchor. It may be behind the last.
pub fn from_anchor(index: u64, offset: i64) -> u64 {
    index.saturating_add_signed(offset)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn window(arguments: &Value) -> Result<Window, MethodError> {
        Window::parse(&mut Arguments::new(arguments.as_object().unwrap().clone()))
    }

    fn part(arguments: &Value) -> Result<(u64, String), MethodError> {
        let ids: Vec<_> = ["a", "b", "c", "d", "e"].map(|id| Id::parse(id).unwrap()).into();
        let (first, part) = window(arguments)?.of(&ids, 4)?;
        Ok((first, part.iter().map(Id::as_str).collect()))
    }

    #[test]
    fn a_window_is_the_part_that_the_standard_says() {
        let windows = [
            (json!({}), (0, "abcd")),
            (json!({ "position": 3 }), (3, "de")),
            (json!({ "position": 5 }), (5, "")),
            (json!({ "position": 9_007_199_254_740_991_i64 }), (9_007_199_254_740_991, "")),
            (json!({ "position": -2, "limit": 1 }), (3, "d")),
            (json!({ "position": -1_000_000_000 }), (0, "abcd")),
            (json!({ "limit": 0 }), (0, "")),
            (json!({ "limit": 99 }), (0, "abcd")),
            (json!({ "anchor": "c", "position": 9 }), (2, "cde")),
            (json!({ "anchor": "c", "anchorOffset": -1 }), (1, "bcde")),
            (json!({ "anchor": "a", "anchorOffset": -7 }), (0, "abcd")),
            (json!({ "anchor": "e", "anchorOffset": 2 }), (6, "")),
            (json!({ "anchorOffset": 3 }), (0, "abcd")),
        ];
        for (arguments, (first, ids)) in windows {
            assert_eq!(part(&arguments).unwrap(), (first, ids.to_owned()), "{arguments}");
        }
    }

    #[test]
    fn an_anchor_that_is_not_among_the_results_is_not_found() {
        assert_eq!(part(&json!({ "anchor": "z" })).unwrap_err().kind(), MethodErrorType::AnchorNotFound);
    }

    #[test]
    fn numbers_out_of_range_are_invalid() {
        for arguments in [
            json!({ "limit": -1 }),
            json!({ "position": 1_u64 << 63 }),
            json!({ "limit": "1" }),
            json!({ "anchor": "" }),
        ] {
            assert_eq!(
                window(&arguments).unwrap_err().kind(),
                MethodErrorType::InvalidArguments,
                "{arguments}"
            );
        }
    }

    #[test]
    fn the_client_is_told_a_limit_that_is_not_its_own() {
        let limit = |arguments: &Value| window(arguments).unwrap().effective_limit(4);
        assert_eq!(limit(&json!({ "limit": 4 })), EffectiveLimit { ids: 4, is_servers: false });
        assert_eq!(limit(&json!({ "limit": 5 })), EffectiveLimit { ids: 4, is_servers: true });
        assert_eq!(limit(&json!({})), EffectiveLimit { ids: 4, is_servers: true });
    }

    proptest! {
        #[test]
        fn no_window_leaves_the_list(position in any::<i64>(), offset in any::<i64>(), total in any::<u64>(), index in any::<u64>()) {
            if position < 0 {
                prop_assert!(from_position(position, total) <= total);
            }
            prop_assert_eq!(from_anchor(index, offset) >= index, offset >= 0 || index == 0);
        }
    }
}
