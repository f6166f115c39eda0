//! Accounts and groups have the same pages, each below its own address.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use domain::{
    directory::{Entry, Kind},
    id::Id,
};
use http::request::Parts;

use crate::{
    admin::accounts,
    app::App,
    web::{
        frame::Place,
        page::{Foreign, Problem},
        respond::PageError,
        webadmin::Visitor,
    },
};

/// Whom a page is about, as its address says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Folk(pub Kind);

/// Somebody, or a tenant or role, by name: to link to, or to choose.
#[derive(Clone, Debug)]
pub struct Named {
    pub id: Id,
    pub name: Foreign,
}

impl Folk {
    pub const fn place(self) -> Place {
        match self.0 {
            Kind::User => Place::Accounts,
            Kind::Group => Place::Groups,
        }
    }

    /// The path of the list, below the issuer.
    pub const fn path(self) -> &'static str {
        self.place().path()
    }

    pub const fn is_group(self) -> bool {
        matches!(self.0, Kind::Group)
    }

    /// The account or group with this id, if it is there for the visitor and is what the address says.
    pub(super) async fn load(self, app: &App, visitor: &Visitor, id: &str) -> Result<Entry, PageError> {
        let id = Id::parse(id).ok_or(Problem::NotFound)?;
        let found = accounts::get(&app.store, &visitor.actor, std::slice::from_ref(&id)).await?;
        found.into_iter().find(|entry| entry.account.kind == self.0).ok_or_else(|| Problem::NotFound.into())
    }
}

impl<S: Sync> FromRequestParts<S> for Folk {
    type Rejection = Infallible;

    /// The router knows only these two paths.
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let is_group = parts.uri.path().starts_with(Place::Groups.path());
        Ok(Self(if is_group { Kind::Group } else { Kind::User }))
    }
}
