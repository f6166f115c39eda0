//! What is counted day by day, for the overview of administrators.

use crate::{
    client::Door,
    error::ErrorCode,
    journal::{Event, EventKind, ObjectKind},
    time::Timestamp,
};

/// One thing that is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tally {
    /// A client came in by this door.
    Registered(Door),
    /// A registration was refused, with this code.
    RegistrationRefused(ErrorCode),
    SignedIn,
    ConsentGiven,
    Issued(IssuedBy),
    /// Something that smells of attack.
    Refused(EventKind),
}

/// The grant for which tokens were given out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IssuedBy {
    AuthorizationCode,
    RefreshToken,
    ClientCredentials,
    DeviceCode,
}

/// A day of the calendar in UTC, counted from 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i64);

const DAY: i64 = 86_400_000;

impl Tally {
    /// What an event of the journal counts as. Refusals are counted when they happen: the journal tells of many alike once.
    pub fn of(event: &Event) -> Option<Self> {
        match event.kind {
            EventKind::SignedIn => Some(Self::SignedIn),
            EventKind::ConsentGiven => Some(Self::ConsentGiven),
            EventKind::Created => {
                let is_client = matches!(event.object, Some((ObjectKind::OAuthClient, _)));
                let door = event.after.as_ref().and_then(|after| after.get("door")?.as_str());
                door.filter(|_| is_client).and_then(Door::parse).map(Self::Registered)
            }
            EventKind::Updated
            | EventKind::Destroyed
            | EventKind::ConsentDenied
            | EventKind::ConsentWithdrawn
            | EventKind::SessionsEnded
            | EventKind::CodeRedeemed
            | EventKind::SignInRefused
            | EventKind::SecondFactorRefused
            | EventKind::PasskeyRefused
            | EventKind::PasskeyCounterRegressed
            | EventKind::CodeReplayed
            | EventKind::CodeVerifierRefused
            | EventKind::RefreshTokenReused
            | EventKind::ClientSecretRefused
            | EventKind::ClientAssertionReplayed
            | EventKind::ApiKeyRefused
            | EventKind::RegistrationTokenRefused
            | EventKind::InitialAccessTokenRefused
            | EventKind::UserCodeRefused
            | EventKind::DeviceRequestReported
            | EventKind::Forbidden => None,
        }
    }

    /// As stored.
    pub fn name(self) -> String {
        match self {
            Self::Registered(door) => format!("registered {}", door.as_str()),
            Self::RegistrationRefused(code) => format!("registration-refused {}", code.as_str()),
            Self::SignedIn => "signed-in".to_owned(),
            Self::ConsentGiven => "consent-given".to_owned(),
            Self::Issued(by) => format!("issued {}", by.as_str()),
            Self::Refused(kind) => format!("refused {}", kind.as_str()),
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        match name.split_once(' ') {
            None if name == "signed-in" => Some(Self::SignedIn),
            None if name == "consent-given" => Some(Self::ConsentGiven),
            Some(("registered", door)) => Door::parse(door).map(Self::Registered),
            Some(("registration-refused", code)) => {
                let known = ErrorCode::ALL.iter().find(|known| known.as_str() == code);
                known.copied().map(Self::RegistrationRefused)
            }
            Some(("issued", by)) => {
                IssuedBy::ALL.into_iter().find(|known| known.as_str() == by).map(Self::Issued)
            }
            Some(("refused", kind)) => EventKind::parse(kind).map(Self::Refused),
            None | Some(_) => None,
        }
    }
}

impl IssuedBy {
    pub const ALL: [Self; 4] =
        [Self::AuthorizationCode, Self::RefreshToken, Self::ClientCredentials, Self::DeviceCode];

    /// As `grant_type` names it, without the prefix that some have.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AuthorizationCode => "authorization_code",
            Self::RefreshToken => "refresh_token",
            Self::ClientCredentials => "client_credentials",
            Self::DeviceCode => "device_code",
        }
    }
}

impl Day {
    pub const fn of(moment: Timestamp) -> Self {
        Self(moment.millis().div_euclid(DAY))
    }

    pub const fn from_number(number: i64) -> Self {
        Self(number)
    }

    /// How many days after 1970-01-01 it is.
    pub const fn number(self) -> i64 {
        self.0
    }

    /// Its first moment.
    pub const fn begin(self) -> Timestamp {
        Timestamp::from_millis(self.0.saturating_mul(DAY))
    }

    /// The day so many days before.
    #[must_use]
    pub const fn before(self, days: i64) -> Self {
        Self(self.0.saturating_sub(days))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::id::Id;

    #[test]
    fn every_name_is_read_back_as_what_it_names() {
        let mut all = vec![Tally::SignedIn, Tally::ConsentGiven, Tally::Registered(Door::ApiKey)];
        all.extend(IssuedBy::ALL.map(Tally::Issued));
        all.extend(ErrorCode::ALL.iter().copied().map(Tally::RegistrationRefused));
        all.extend(EventKind::ALL.iter().copied().map(Tally::Refused));
        for tally in all {
            assert_eq!(Tally::parse(&tally.name()), Some(tally));
        }
        assert_eq!(Tally::parse("refused nothing"), None);
    }

    #[test]
    fn a_client_that_came_to_be_is_counted_by_its_door_and_nothing_else_that_came_to_be_is() {
        let now = Timestamp::from_millis(1);
        let event = |kind| Event {
            object: Some((kind, "x".to_owned())),
            after: Some(json!({ "door": "api-key" })),
            ..Event::new(Id::new(now, 1, [0; 8]), now, EventKind::Created)
        };
        assert_eq!(Tally::of(&event(ObjectKind::OAuthClient)), Some(Tally::Registered(Door::ApiKey)));
        assert_eq!(Tally::of(&event(ObjectKind::Account)), None);
    }

    #[test]
    fn a_day_begins_at_midnight_in_utc() {
        let day = Day::of(Timestamp::from_millis(2 * DAY - 1));
        assert_eq!((day.number(), day.begin().millis()), (1, DAY));
        assert_eq!(Day::of(Timestamp::from_millis(-1)).number(), -1);
        assert_eq!(day.before(3).number(), -2);
    }
}
