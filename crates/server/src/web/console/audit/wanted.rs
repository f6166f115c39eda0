//! What the list is asked for, as it stands in the address.

use domain::{
    error::Refusal,
    id::Id,
    journal::{EventKind, ObjectKind},
    parameters::Parameters,
    time::Timestamp,
};
use store::{
    accounts,
    journal::{Filter, ObjectFilter},
};

use crate::{
    app::App,
    web::{respond::PageError, webadmin::Visitor},
    words::{Said, said},
};

/// From where on events are listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Cursor {
    #[default]
    Newest,
    /// Those before this one.
    Older(Id),
    /// Those after it.
    Newer(Id),
}

#[derive(Clone, Debug, Default)]
pub(super) struct Wanted {
    pub object_kind: Option<ObjectKind>,
    pub object_id: String,
    /// The name or the id of an account.
    pub actor: String,
    pub kind: Option<EventKind>,
    pub from: String,
    pub until: String,
    pub cursor: Cursor,
}

impl Cursor {
    pub const fn id(&self) -> Option<&Id> {
        match self {
            Self::Newest => None,
            Self::Older(id) | Self::Newer(id) => Some(id),
        }
    }
}

impl Wanted {
    pub fn read(parameters: &Parameters) -> Result<Self, Refusal> {
        let text = |name| Ok::<_, Refusal>(parameters.one(name)?.unwrap_or_default().trim().to_owned());
        let id = |name| Ok::<_, Refusal>(parameters.one(name)?.and_then(Id::parse));
        let cursor = match (id("older")?, id("newer")?) {
            (Some(id), _) => Cursor::Older(id),
            (None, Some(id)) => Cursor::Newer(id),
            (None, None) => Cursor::Newest,
        };
        Ok(Self {
            object_kind: parameters.one("object")?.and_then(ObjectKind::parse),
            object_id: text("id")?,
            actor: text("actor")?,
            kind: parameters.one("kind")?.and_then(EventKind::parse),
            from: text("from")?,
            until: text("until")?,
            cursor,
        })
    }

    pub fn is_object(&self, kind: ObjectKind) -> bool {
        self.object_kind == Some(kind)
    }

    pub fn is_kind(&self, kind: EventKind) -> bool {
        self.kind == Some(kind)
    }

    /// As the journal is asked, or the field that is at fault.
    pub async fn filter(
        &self,
        app: &App,
        visitor: &Visitor,
    ) -> Result<Result<Filter, (&'static str, Said)>, PageError> {
        let object = match (self.object_kind, self.object_id.as_str()) {
            (None, "") => None,
            (Some(kind), "") => Some(ObjectFilter::ChangesOf(kind)),
            (Some(kind), id) => Some(ObjectFilter::One(kind, id.to_owned())),
            (None, _) => return Ok(Err(("id", said("Say also of what kind the object is.")))),
        };
        let account_id = match self.actor.as_str() {
            "" => None,
            name => match account(app, visitor, name).await? {
                Some(id) => Some(id),
                None => return Ok(Err(("actor", said("There is no account of this name or id.")))),
            },
        };
        let (from, until) = match (day(&self.from, 0), day(&self.until, 1)) {
            (Err(why), _) => return Ok(Err(("from", why))),
            (_, Err(why)) => return Ok(Err(("until", why))),
            (Ok(from), Ok(until)) => (from, until),
        };
        Ok(Ok(Filter { tenant_id: None, object, account_id, kind: self.kind, from, until }))
    }

    /// The address of the same list from another place on.
    pub fn address(&self, cursor: &Cursor) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let texts = [
            ("object", self.object_kind.map_or("", ObjectKind::as_str)),
            ("id", &self.object_id),
            ("actor", &self.actor),
            ("kind", self.kind.map_or("", EventKind::as_str)),
            ("from", &self.from),
            ("until", &self.until),
            ("older", if let Cursor::Older(id) = cursor { id.as_str() } else { "" }),
            ("newer", if let Cursor::Newer(id) = cursor { id.as_str() } else { "" }),
        ];
        for (name, value) in texts.into_iter().filter(|(_, value)| !value.is_empty()) {
            query.append_pair(name, value);
        }
        format!("/admin/audit?{}", query.finish())
    }
}

/// The account of this name, or with this id whether or not it still exists; none that the visitor cannot see.
async fn account(app: &App, visitor: &Visitor, text: &str) -> Result<Option<Id>, PageError> {
    let named = accounts::by_name(&app.store, text).await?;
    let seen = named
        .map(|(account, _)| account)
        .filter(|account| visitor.actor.sees(account.member_tenant_id.as_ref()));
    Ok(seen.map(|account| account.id).or_else(|| Id::parse(text)))
}

/// The beginning of a day in UTC, so many days later; nothing is asked by an empty text.
fn day(text: &str, later: i64) -> Result<Option<Timestamp>, Said> {
    const DAY: i64 = 86_400_000;
    const WHY: Said = said("A day such as 2031-12-31 belongs here.");
    if text.is_empty() {
        return Ok(None);
    }
    let begin: jiff::civil::Date = text.parse().map_err(|_| WHY)?;
    let begin = begin.to_zoned(jiff::tz::TimeZone::UTC).map_err(|_| WHY)?.timestamp().as_millisecond();
    Ok(Some(Timestamp::from_millis(begin.saturating_add(later.saturating_mul(DAY)))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn until_a_day_means_until_its_end() {
        let millis = |text, later| day(text, later).ok().flatten().map(Timestamp::millis);
        assert_eq!((millis("1970-01-02", 0), millis("1970-01-02", 1)), (Some(86_400_000), Some(172_800_000)));
        assert_eq!(day("", 0), Ok(None));
        assert!(day("1970-02-30", 0).is_err() && day("yesterday", 1).is_err());
    }
}
