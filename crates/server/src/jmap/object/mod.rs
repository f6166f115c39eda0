//! What an object of the management API is: ONE table of its properties, from which come selection, checking, filters, sorting and the
//! schema document. What its acts do is in `objects`.

pub mod fault;
pub mod kind;
pub mod property;
pub mod record;
pub mod value;

pub use self::{
    fault::{Fault, Faults},
    kind::{ActError, Kind, Made, Scene, Wanted},
    property::{Choice, Element, Number, Part, Presence, Property, TextFormat, Type, Union, Update, Variant},
    record::{Record, SecretWish},
};

use domain::{directory::permission::Permission, journal::ObjectKind};

/// An object: its name on the wire without `x:`, what it is, and who may do what with it.
#[derive(Debug)]
pub struct Description {
    pub name: &'static str,
    pub meaning: &'static str,
    pub multiplicity: Multiplicity,
    /// What the journal calls it; nothing is the journal itself.
    pub journal: Option<ObjectKind>,
    /// Whether everybody has their own, and nobody sees those of others.
    pub is_personal: bool,
    pub permissions: Permissions,
    /// The camelCase permissions of the object begin with this.
    pub permission_prefix: &'static str,
    pub properties: &'static [Property],
    /// The properties that the filter `text` looks at.
    pub text: &'static [&'static str],
    pub list: List,
}

/// How many there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Multiplicity {
    /// One, whose id is `singleton`.
    Singleton,
    Many,
}

/// What each method needs; nothing is what nobody may do.
#[derive(Clone, Copy, Debug)]
pub struct Permissions {
    pub get: Permission,
    pub query: Option<Permission>,
    pub create: Option<Permission>,
    pub update: Option<Permission>,
    pub destroy: Option<Permission>,
}

/// How people see it in a list.
#[derive(Clone, Copy, Debug)]
pub struct List {
    pub section: Section,
    pub title: &'static str,
    pub singular: &'static str,
    pub plural: &'static str,
    pub columns: &'static [&'static str],
    /// The property that stands for the object.
    pub label: &'static str,
}

/// Where people look for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    Management,
    Settings,
    Account,
}

impl Section {
    pub const ALL: [Self; 3] = [Self::Management, Self::Settings, Self::Account];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Management => "Management",
            Self::Settings => "Settings",
            Self::Account => "Account",
        }
    }

    pub const fn icon(self) -> &'static str {
        match self {
            Self::Management => "users",
            Self::Settings => "settings",
            Self::Account => "user",
        }
    }
}

/// The id of what there is one of.
pub const SINGLETON: &str = "singleton";

impl Description {
    pub fn property(&self, name: &str) -> Option<&'static Property> {
        self.properties.iter().find(|property| property.name == name)
    }
}
