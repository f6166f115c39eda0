//! Part of a long list: which rows it shows, and the ways to those before and after them.

use store::search::Found;

/// For `console/pager.html`.
#[derive(Clone, Debug)]
pub struct Pager {
    /// The places of the first and the last row, counted from 1.
    pub first: u64,
    pub last: u64,
    pub total: u64,
    /// Paths below the issuer.
    pub before: Option<String>,
    pub after: Option<String>,
}

impl Pager {
    /// Of what was found on a page of at most `rows`; `address` is that of the page that begins at a place, counted from 0.
    pub fn of(found: &Found, rows: u32, address: impl Fn(u64) -> String) -> Self {
        let at = found.position;
        let total = found.total.unwrap_or(0);
        let end = at.saturating_add(u64::from(rows));
        Self {
            first: at.saturating_add(1),
            last: at.saturating_add(u64::try_from(found.ids.len()).unwrap_or(0)),
            total,
            before: (at > 0).then(|| address(at.saturating_sub(u64::from(rows)))),
            after: (end < total).then(|| address(end)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pager(position: u64, total: u64) -> Pager {
        let found = Found { ids: Vec::new(), position, total: Some(total) };
        Pager::of(&found, 50, |at| at.to_string())
    }

    #[test]
    fn there_is_a_way_on_only_where_something_follows() {
        let of = |position, total| {
            let pager = pager(position, total);
            (pager.before, pager.after)
        };
        assert_eq!(of(0, 50), (None, None));
        assert_eq!(of(0, 51), (None, Some("50".to_owned())));
        assert_eq!(of(50, 101), (Some("0".to_owned()), Some("100".to_owned())));
        assert_eq!(of(20, 60), (Some("0".to_owned()), None));
    }
}
