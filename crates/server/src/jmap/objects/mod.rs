//! The objects, a file each: what they are made of, and how their JSON becomes an act of `admin`.

mod account;
mod account_key;
mod account_password;
mod account_settings;
mod audit_event;
mod bounds_types;
mod found;
mod initial_access_token;
mod oauth_client;
mod oidc_provider;
mod passkey;
mod permission_types;
mod registration_policy;
mod role;
mod tenant;

use std::pin::Pin;

use jmap::{arguments::Arguments, error::MethodError, json::Object, method::Verb};

use super::{
    method::{self, Call},
    object::{Description, Kind},
};

type Answer<'a> = Pin<Box<dyn Future<Output = Result<Object, MethodError>> + Send + 'a>>;

/// A kind of object, whichever it is.
#[derive(Clone, Copy)]
pub struct AnyKind {
    pub description: &'static Description,
    answer: for<'a> fn(Verb, Arguments, Call<'a>) -> Answer<'a>,
}

/// Every object there is.
static ALL: &[AnyKind] = &[
    AnyKind::of::<oauth_client::OAuthClient>(),
    AnyKind::of::<account::Account>(),
    AnyKind::of::<role::Role>(),
    AnyKind::of::<tenant::Tenant>(),
    AnyKind::of::<audit_event::AuditEvent>(),
    AnyKind::of::<oidc_provider::OidcProvider>(),
    AnyKind::of::<registration_policy::RegistrationPolicy>(),
    AnyKind::of::<initial_access_token::InitialAccessToken>(),
    AnyKind::of::<account_password::AccountPassword>(),
    AnyKind::of::<account_settings::AccountSettings>(),
    AnyKind::of::<account_key::AccountKey<account_key::ApiKey>>(),
    AnyKind::of::<account_key::AccountKey<account_key::AppPassword>>(),
    AnyKind::of::<passkey::Passkey>(),
];

/// The kind that a method's data type names.
pub fn find(data_type: &str) -> Option<AnyKind> {
    let name = data_type.strip_prefix("x:")?;
    ALL.iter().copied().find(|kind| kind.description.name == name)
}

pub fn all() -> impl Iterator<Item = &'static Description> {
    ALL.iter().map(|kind| kind.description)
}

impl AnyKind {
    const fn of<K: Kind>() -> Self {
        Self {
            description: K::DESCRIPTION,
            answer: |verb, arguments, call| Box::pin(method::answer::<K>(verb, arguments, call)),
        }
    }

    pub async fn answer(
        self,
        verb: Verb,
        arguments: Arguments,
        call: Call<'_>,
    ) -> Result<Object, MethodError> {
        (self.answer)(verb, arguments, call).await
    }
}
