//! How long a client stays that nobody vouches for: it is unclaimed until somebody lets it do something, and idle once nobody has used it for
//! long.

use std::time::Duration;

use super::{Client, Door, approval::Approval};
use crate::{settings::OidcProvider, time::Timestamp};

/// What is known of a client beside its registration.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traces {
    /// When a token was last issued to it or looked at for it, or the same was registered again.
    pub last_used_at: Option<Timestamp>,
    /// Somebody allowed it something, whatever became of that.
    pub was_allowed: bool,
}

/// Why a client leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Nobody let it do anything, so nobody misses it.
    Unclaimed,
    /// People knew it, and nobody has used it for long.
    Idle,
}

/// That a client leaves, unless somebody uses it before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Departure {
    pub why: Why,
    pub at: Timestamp,
}

impl Why {
    /// As counted and told.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unclaimed => "unclaimed",
            Self::Idle => "idle",
        }
    }
}

/// When the client leaves and why, if it ever does. To be asked only of a client without a grant that stands: those stay.
pub fn departure(client: &Client, traces: Traces, settings: &OidcProvider) -> Option<Departure> {
    // What acts for itself alone waits for nobody to allow it anything.
    let is_claimed = traces.was_allowed || client.is_confidential() && traces.last_used_at.is_some();
    let (why, retention) = if is_claimed {
        (Why::Idle, settings.idle_client_retention)
    } else {
        (Why::Unclaimed, settings.unclaimed_client_retention)
    };
    let since = traces.last_used_at.unwrap_or(client.created_at);
    let leaves = nobody_vouches_for(client) && !retention.is_zero();
    leaves.then(|| Departure { why, at: since.plus(retention) })
}

/// The age that a client has at least when it leaves; `None` where none ever does.
pub fn least_age(settings: &OidcProvider) -> Option<Duration> {
    let retentions = [settings.unclaimed_client_retention, settings.idle_client_retention];
    retentions.into_iter().filter(|retention| !retention.is_zero()).min()
}

/// No credential registered it, and no administrator took it into their hands.
fn nobody_vouches_for(client: &Client) -> bool {
    matches!(client.door, Door::Anonymous | Door::Document)
        && client.is_enabled
        // Else the same registration would be back in a week, and wait again.
        && client.approval != Some(Approval::Denied)
        && !client.is_verified
        && !client.is_first_party
        && client.member_tenant_id.is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{client::metadata::AuthMethod, grant::fixtures, id::Id};

    const DAY: Duration = Duration::from_hours(24);
    const BORN: Timestamp = Timestamp::from_millis(1_790_000_000_000);

    fn client() -> Client {
        Client { door: Door::Anonymous, created_at: BORN, ..fixtures::client("app", AuthMethod::None) }
    }

    fn after(client: &Client, traces: Traces) -> Option<(Why, Duration)> {
        let departure = departure(client, traces, &OidcProvider::default())?;
        Some((departure.why, departure.at.since(BORN)))
    }

    #[test]
    fn what_nobody_ever_allowed_anything_leaves_after_a_week() {
        assert_eq!(after(&client(), Traces::default()), Some((Why::Unclaimed, DAY * 7)));
    }

    #[test]
    fn what_registers_again_and_again_stays_a_week_longer_each_time() {
        let again = Traces { last_used_at: Some(BORN.plus(DAY * 5)), was_allowed: false };
        assert_eq!(after(&client(), again), Some((Why::Unclaimed, DAY * 12)));
        let own = Client {
            door: Door::Anonymous,
            created_at: BORN,
            ..fixtures::client("own", AuthMethod::ClientSecretBasic)
        };
        assert_eq!(after(&own, again), Some((Why::Idle, DAY * 95)), "it acts for itself");
    }

    #[test]
    fn what_was_used_leaves_ninety_days_after_its_last_use() {
        let used = Traces { last_used_at: Some(BORN.plus(DAY * 10)), was_allowed: true };
        assert_eq!(after(&client(), used), Some((Why::Idle, DAY * 100)));
        let allowed = Traces { last_used_at: None, was_allowed: true };
        assert_eq!(after(&client(), allowed), Some((Why::Idle, DAY * 90)));
    }

    #[test]
    fn what_somebody_vouches_for_stays() {
        let tenant = Some(Id::new(BORN, 0, [0; 8]));
        for stays in [
            Client { is_verified: true, ..client() },
            Client { is_enabled: false, ..client() },
            Client { approval: Some(Approval::Denied), ..client() },
            Client { is_first_party: true, ..client() },
            Client { member_tenant_id: tenant, ..client() },
        ] {
            assert_eq!(after(&stays, Traces::default()), None);
        }
        let leave = [Door::Anonymous, Door::Document];
        for door in Door::ALL {
            let leaves = after(&Client { door, ..client() }, Traces::default()).is_some();
            assert_eq!(leaves, leave.contains(&door), "{door:?}");
        }
    }

    #[test]
    fn what_waits_for_an_administrator_leaves_like_what_nobody_claimed() {
        let waits = Client { approval: Some(Approval::Pending), ..client() };
        assert_eq!(after(&waits, Traces::default()), Some((Why::Unclaimed, DAY * 7)));
    }

    #[test]
    fn where_a_setting_is_zero_nothing_leaves_for_that_reason() {
        let settings = OidcProvider { unclaimed_client_retention: Duration::ZERO, ..OidcProvider::default() };
        assert_eq!(departure(&client(), Traces::default(), &settings), None);
        assert_eq!(least_age(&settings), Some(DAY * 90));
        let never = OidcProvider { idle_client_retention: Duration::ZERO, ..settings };
        assert_eq!(least_age(&never), None);
    }
}
