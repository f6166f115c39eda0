//! Properties and their types.

use serde_json::Value;

/// One property of an object or of a part of it.
#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each says something else of a property, and any of them may be true"
)]
pub struct Property {
    pub name: &'static str,
    pub meaning: &'static str,
    pub kind: Type,
    pub update: Update,
    pub presence: Presence,
    pub is_filter: bool,
    pub is_sort: bool,
    /// Whether it changes without anybody changing the object, so that no state tells.
    pub is_volatile: bool,
    /// A secret of which not even is told whether there is one: to take it away is never no change.
    pub is_untold: bool,
}

/// Who sets it, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Update {
    Mutable,
    /// Set at the creation and never again.
    Immutable,
    ServerSet,
}

/// What stands for a property that was not sent.
#[derive(Clone, Copy, Debug)]
pub enum Presence {
    Required,
    /// `null` means that there is none.
    Optional,
    Default(fn() -> Value),
}

/// What its values are.
#[derive(Clone, Copy, Debug)]
pub enum Type {
    /// Lengths in characters.
    Text {
        format: TextFormat,
        min: usize,
        max: usize,
    },
    /// Never shown; `"****"` stands for the one that is set.
    Secret {
        min: usize,
        max: usize,
    },
    Number {
        format: Number,
        min: i64,
        max: i64,
    },
    Moment,
    Boolean,
    Choice(&'static Choice),
    /// The id of an object of this name.
    Reference(&'static str),
    Union(&'static Union),
    /// An object within the object.
    Part(&'static Part),
    Set(Element),
    /// Any JSON, which only the server sets.
    Json,
}

/// What texts are, beyond being text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextFormat {
    Plain,
    Email,
    Uri,
    /// An https URL or a `data:` URL of an image.
    Logo,
    /// An address or a network, such as `203.0.113.0/24`.
    Network,
    Locale,
    TimeZone,
}

/// What numbers count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Number {
    Unsigned,
    /// Milliseconds; also `"90s"`, `"10m"`, `"1h"`, `"30d"` on input.
    Duration,
}

/// What a set is a set of.
#[derive(Clone, Copy, Debug)]
pub enum Element {
    Text(TextFormat),
    Choice(&'static Choice),
    Reference(&'static str),
}

/// A closed list of names.
#[derive(Debug)]
pub struct Choice {
    pub name: &'static str,
    /// Names in their one spelling, with what each means.
    pub names: fn() -> Vec<(&'static str, &'static str)>,
    /// Reads a name in any spelling that is accepted.
    pub parse: fn(&str) -> Option<&'static str>,
}

/// An object that is one of several, told apart by `@type`.
#[derive(Debug)]
pub struct Union {
    pub name: &'static str,
    pub variants: &'static [Variant],
}

/// An object that is always of one form.
#[derive(Debug)]
pub struct Part {
    pub name: &'static str,
    pub properties: &'static [Property],
}

#[derive(Debug)]
pub struct Variant {
    pub name: &'static str,
    pub meaning: &'static str,
    pub properties: &'static [Property],
}

impl Property {
    /// A property that clients may change at any time and must send.
    pub const fn new(name: &'static str, kind: Type, meaning: &'static str) -> Self {
        Self {
            name,
            meaning,
            kind,
            update: Update::Mutable,
            presence: Presence::Required,
            is_filter: false,
            is_sort: false,
            is_volatile: false,
            is_untold: false,
        }
    }

    #[must_use]
    pub const fn optional(mut self) -> Self {
        self.presence = Presence::Optional;
        self
    }

    #[must_use]
    pub const fn or(mut self, default: fn() -> Value) -> Self {
        self.presence = Presence::Default(default);
        self
    }

    /// The property is empty unless something is in it.
    #[must_use]
    pub const fn or_empty(self) -> Self {
        self.or(empty)
    }

    #[must_use]
    pub const fn immutable(mut self) -> Self {
        self.update = Update::Immutable;
        self
    }

    #[must_use]
    pub const fn server_set(mut self) -> Self {
        self.update = Update::ServerSet;
        self
    }

    #[must_use]
    pub const fn filter(mut self) -> Self {
        self.is_filter = true;
        self
    }

    #[must_use]
    pub const fn sort(mut self) -> Self {
        self.is_sort = true;
        self
    }

    #[must_use]
    pub const fn volatile(mut self) -> Self {
        self.is_volatile = true;
        self
    }

    #[must_use]
    pub const fn untold(mut self) -> Self {
        self.is_untold = true;
        self
    }

    pub const fn is_secret(&self) -> bool {
        matches!(self.kind, Type::Secret { .. })
    }
}

fn empty() -> Value {
    Value::Object(serde_json::Map::new())
}

impl Type {
    /// A text of 1 to `max` characters.
    pub const fn text(max: usize) -> Self {
        Self::Text { format: TextFormat::Plain, min: 1, max }
    }

    pub const fn texts(format: TextFormat) -> Self {
        Self::Set(Element::Text(format))
    }

    /// A second or more, in milliseconds.
    pub const fn duration() -> Self {
        Self::Number { format: Number::Duration, min: 1000, max: MAX_INT }
    }

    pub const fn count(min: i64, max: i64) -> Self {
        Self::Number { format: Number::Unsigned, min, max }
    }
}

/// The largest integer that every JSON implementation can hold.
pub const MAX_INT: i64 = (1 << 53) - 1;
