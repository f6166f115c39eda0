//! What mail programs of anybody may count on: they register by themselves as open public clients.
//! draft-ietf-mailmaint-oauth-public §3, §4.

use std::time::Duration;

use super::bounds::{ANY_PRIVATE_USE, Bounds};
use crate::{
    client::metadata::{
        AuthMethod,
        GrantType::{AuthorizationCode, RefreshToken},
    },
    scope::Scope,
    settings::OidcProvider,
};

/// The services that a mail program asks for.
const SERVICES: [&str; 3] = [
    "urn:ietf:params:oauth:scope:mail",
    "urn:ietf:params:oauth:scope:contacts",
    "urn:ietf:params:oauth:scope:calendars",
];

/// Who the person is, and to stay connected.
const BESIDE_THEM: [&str; 4] = ["openid", "profile", "email", "offline_access"];

/// A code is good for so long: somebody may be sent through another sign-in on the way.
const CODE: Duration = Duration::from_mins(10);
const ACCESS_TOKEN: Duration = Duration::from_hours(1);
/// A program that nobody used for a month may have to ask again, and no sooner.
const UNUSED: Duration = Duration::from_hours(30 * 24);

/// What may register: public clients on the device of a person, for the services of the profile.
pub(super) fn bounds() -> Bounds {
    Bounds {
        redirect_schemes: ["http", ANY_PRIVATE_USE].map(str::to_owned).into(),
        auth_methods: [AuthMethod::None].into(),
        grant_types: [AuthorizationCode, RefreshToken].into(),
        scopes: services().union(&Scope::of(&BESIDE_THEM)),
        ..Bounds::default()
    }
}

/// The settings with the scope values of the profile, and with lives that are long enough. What is longer stays.
pub(super) fn settings(current: &OidcProvider) -> OidcProvider {
    OidcProvider {
        scopes: current.scopes.union(&services()),
        auth_code_expiry: current.auth_code_expiry.max(CODE),
        access_token_expiry: current.access_token_expiry.max(ACCESS_TOKEN),
        refresh_token_expiry: current.refresh_token_expiry.max(UNUSED),
        ..current.clone()
    }
}

fn services() -> Scope {
    Scope::of(&SERVICES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_that_are_enough_stay_and_others_become_enough() {
        let enough = OidcProvider { scopes: services(), ..OidcProvider::default() };
        assert_eq!(settings(&enough), enough);
        let short = OidcProvider {
            scopes: Scope::of(&["files"]),
            auth_code_expiry: CODE / 10,
            access_token_expiry: ACCESS_TOKEN * 2,
            refresh_token_expiry: UNUSED / 30,
            ..enough
        };
        let long = settings(&short);
        assert!(long.scopes.contains("files") && services().is_subset(&long.scopes));
        assert_eq!(
            (long.auth_code_expiry, long.access_token_expiry, long.refresh_token_expiry),
            (CODE, ACCESS_TOKEN * 2, UNUSED)
        );
    }
}
