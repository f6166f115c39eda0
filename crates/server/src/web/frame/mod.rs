//! What stands around every page of the console and the portal: the name of the house, the menu, who is signed in, and the way out.

mod place;

use domain::directory::permission::Permission;

pub use self::place::{Group, Place};
use super::{page::Foreign, session, webadmin::Visitor};
use crate::app::App;

/// The frame of one page, for one visitor.
#[derive(Debug)]
pub struct Frame {
    /// Where the page belongs in the menu.
    pub place: Place,
    pub account: Foreign,
    places: Vec<Place>,
    pub sign_out_csrf: String,
}

impl Frame {
    pub fn of(app: &App, visitor: &Visitor, place: Place) -> Self {
        let may = |permission: &Permission| visitor.actor.permissions.contains(*permission);
        let is_open = |place: &&Place| place.opened_by().is_none_or(|needs| needs.iter().all(may));
        Self {
            place,
            account: Foreign::from(visitor.account().name.as_str()),
            places: Place::ALL.iter().filter(is_open).copied().collect(),
            sign_out_csrf: session::csrf(app, "logout", visitor.session.id.as_str()),
        }
    }

    /// Whether the visitor may see the page at all.
    pub fn is_open(&self) -> bool {
        self.places.contains(&self.place)
    }

    /// The groups of the menu that have a place for this visitor, in their order, in the part of the house where the page is.
    pub fn groups(&self) -> Vec<(Group, Vec<Place>)> {
        let groups = Group::ALL.iter().filter(|group| group.is_console() == self.is_console());
        groups
            .map(|group| {
                let places = self.places.iter().filter(|place| place.group() == *group);
                (*group, places.copied().collect::<Vec<_>>())
            })
            .filter(|(_, places)| !places.is_empty())
            .collect()
    }

    pub fn is_console(&self) -> bool {
        self.place.group().is_console()
    }

    /// Whether the other part of the house has anything for this visitor.
    pub fn may_cross(&self) -> bool {
        self.places.iter().any(|place| place.group().is_console() != self.is_console())
    }
}
