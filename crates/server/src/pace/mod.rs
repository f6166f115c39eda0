//! How much one stranger may ask for: a bucket for each source and each thing that costs us more than it costs them.
//!
//! A bucket is one moment, the one at which it will be full again (the generic cell rate algorithm). It is kept in the memory of this node;
//! several nodes allow as often each. Who is refused is told when to come back.

mod rate;

use std::{
    array,
    collections::HashMap,
    fmt,
    hash::{BuildHasher, RandomState},
    net::{IpAddr, Ipv6Addr},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use domain::time::Timestamp;

pub use rate::{Bound, Rate};

use crate::{config::Rates, telemetry::metrics::Metrics};

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Line {
    /// Passwords, codes and passkeys that are looked at.
    SignIn,
    /// Authorization requests.
    Authorize,
    /// Clients that are stored for somebody without a credential.
    Register,
    /// Reading and changing registrations (RFC 7592).
    Manage,
    /// Registration access tokens that are not the right one.
    WrongToken,
}

/// Somebody asked too often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooOften {
    /// Not before this has passed; whole seconds, at least one.
    pub retry_after: Duration,
}

/// Buckets are spread over so many locks.
const SHARDS: usize = 16;

/// How many sources a shard knows; who is full again is forgotten first, then everybody.
const SOURCES: usize = 8_192;

/// An IPv6 site has many networks, and as many times as often.
const NETWORKS_OF_A_SITE: u32 = 8;

/// When each bucket will be full again.
type Buckets = HashMap<(Line, Source), Timestamp>;

pub struct Pace {
    rates: Rates,
    metrics: Metrics,
    hasher: RandomState,
    shards: [Mutex<Buckets>; SHARDS],
}

/// Who is counted as one: an IPv4 address, an IPv6 network of /64 or a site of /48.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Source {
    Network(IpAddr),
    Site(Ipv6Addr),
}

impl Line {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::Authorize => "authorize",
            Self::Register => "register",
            Self::Manage => "manage",
            Self::WrongToken => "wrong_token",
        }
    }
}

impl Pace {
    pub fn new(rates: Rates, metrics: Metrics) -> Self {
        Self { rates, metrics, hasher: RandomState::new(), shards: array::from_fn(|_| Mutex::default()) }
    }

    /// Takes one from the bucket of `from`, or says when there will be one again.
    ///
    /// This machine itself is not counted: whoever is on it is its operator, or a proxy that the configuration does not list, behind which
    /// everybody would look like one.
    pub fn take(&self, line: Line, from: IpAddr, now: Timestamp) -> Result<(), TooOften> {
        let Some(rate) = self.rates.of(line).rate() else { return Ok(()) };
        let from = from.to_canonical();
        if from.is_loopback() {
            return Ok(());
        }
        let taken = match from {
            IpAddr::V4(_) => self.take_of((line, Source::Network(from)), rate, now),
            IpAddr::V6(address) => {
                let site = Source::Site(first_bits(address, 48));
                let network = Source::Network(network(from));
                self.take_of((line, network), rate, now)
                    .and_then(|()| self.take_of((line, site), rate.times(NETWORKS_OF_A_SITE), now))
            }
        };
        taken.inspect_err(|_| self.metrics.too_often(line.as_str()))
    }

    /// Puts back what was taken for something that turned out to be in order.
    pub fn give_back(&self, line: Line, from: IpAddr) {
        let Some(rate) = self.rates.of(line).rate() else { return };
        let from = from.to_canonical();
        self.give_back_of((line, Source::Network(network(from))), rate);
        if let IpAddr::V6(address) = from {
            self.give_back_of((line, Source::Site(first_bits(address, 48))), rate.times(NETWORKS_OF_A_SITE));
        }
    }

    fn give_back_of(&self, key: (Line, Source), rate: Rate) {
        if let Some(full_at) = self.shard(key).get_mut(&key) {
            *full_at = full_at.minus(rate.interval());
        }
    }

    fn shard(&self, key: (Line, Source)) -> MutexGuard<'_, Buckets> {
        let at = usize::try_from(self.hasher.hash_one(key) % (SHARDS as u64)).unwrap_or(0);
        let [first, ..] = &self.shards;
        self.shards.get(at).unwrap_or(first).lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take_of(&self, key: (Line, Source), rate: Rate, now: Timestamp) -> Result<(), TooOften> {
        let mut shard = self.shard(key);
        if shard.len() >= SOURCES {
            make_room(&mut shard, now);
        }
        // Where the clock was set back nobody waits for the time that was.
        let latest = now.plus(rate.patience()).plus(rate.interval());
        let full_at = shard.get(&key).copied().unwrap_or(now).max(now).min(latest);
        let ahead = full_at.since(now);
        if ahead > rate.patience() {
            shard.insert(key, full_at);
            return Err(TooOften::after(ahead.saturating_sub(rate.patience())));
        }
        shard.insert(key, full_at.plus(rate.interval()));
        Ok(())
    }
}

impl TooOften {
    fn after(wait: Duration) -> Self {
        Self { retry_after: Duration::from_secs(wait.as_secs() + 1) }
    }
}

fn make_room(shard: &mut Buckets, now: Timestamp) {
    shard.retain(|_, full_at| *full_at > now);
    if shard.len() >= SOURCES {
        shard.clear();
    }
}

/// Who is counted as one source: an IPv4 address, or an IPv6 network of /64, which one subscriber has to himself.
pub fn network(source: IpAddr) -> IpAddr {
    match source.to_canonical() {
        v4 @ IpAddr::V4(_) => v4,
        IpAddr::V6(v6) => IpAddr::V6(first_bits(v6, 64)),
    }
}

fn first_bits(address: Ipv6Addr, bits: u32) -> Ipv6Addr {
    Ipv6Addr::from_bits(address.to_bits() >> (128 - bits) << (128 - bits))
}

impl fmt::Debug for Pace {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Pace").field("rates", &self.rates).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    fn pace(sign_in: &str) -> Pace {
        Pace::new(Rates { sign_in: sign_in.parse().unwrap(), ..Rates::default() }, Metrics::new())
    }

    fn takes(pace: &Pace, from: &str, at: u64) -> bool {
        pace.take(Line::SignIn, from.parse().unwrap(), NOW.plus(Duration::from_millis(at))).is_ok()
    }

    #[test]
    fn so_many_at_once_and_then_one_after_another() {
        let pace = pace("3/3s");
        let at = |millis| takes(&pace, "192.0.2.1", millis);
        assert_eq!([at(0), at(0), at(0), at(0)], [true, true, true, false]);
        assert_eq!([at(999), at(1_000), at(1_001)], [false, true, false]);
        assert_eq!([at(10_000), at(10_000), at(10_000), at(10_000)], [true, true, true, false]);
    }

    #[test]
    fn who_is_refused_is_told_when_to_come_back() {
        let pace = pace("1/10s");
        let take = || pace.take(Line::SignIn, "192.0.2.1".parse().unwrap(), NOW);
        assert_eq!(take(), Ok(()));
        let wait = take().unwrap_err().retry_after;
        assert!(takes(&pace, "192.0.2.1", u64::try_from(wait.as_millis()).unwrap()), "{wait:?}");
    }

    #[test]
    fn what_was_in_order_is_given_back() {
        let pace = pace("1/1h");
        assert!(takes(&pace, "2001:db8::1", 0));
        pace.give_back(Line::SignIn, "2001:db8::1".parse().unwrap());
        assert!(takes(&pace, "2001:db8::1", 0) && !takes(&pace, "2001:db8::1", 0));
    }

    #[test]
    fn one_source_does_not_use_up_what_is_anothers_nor_one_line_what_is_anothers() {
        let pace = pace("1/1h");
        assert!(takes(&pace, "192.0.2.1", 0) && !takes(&pace, "192.0.2.1", 0));
        assert!(takes(&pace, "192.0.2.2", 0));
        assert!(pace.take(Line::Authorize, "192.0.2.1".parse().unwrap(), NOW).is_ok());
    }

    #[test]
    fn addresses_of_one_ipv6_network_are_one_and_a_site_has_eight_times_as_much() {
        let pace = pace("1/1h");
        assert!(takes(&pace, "2001:db8::1", 0) && !takes(&pace, "2001:db8::2", 0));
        let others = (1..20).filter(|number| takes(&pace, &format!("2001:db8:0:{number}::1"), 0)).count();
        assert_eq!(others, 7);
        assert!(takes(&pace, "2001:db8:1::1", 0));
    }

    #[test]
    fn this_machine_is_not_counted_and_off_is_off() {
        let counted = pace("1/1h");
        assert!((0..10).all(|_| takes(&counted, "127.0.0.1", 0) && takes(&counted, "::1", 0)));
        let off = pace("off");
        assert!((0..10).all(|_| takes(&off, "192.0.2.1", 0)));
    }

    #[test]
    fn a_clock_that_was_set_back_keeps_nobody_out() {
        let pace = pace("2/2s");
        assert!(takes(&pace, "192.0.2.1", 3_600_000));
        assert!(!takes(&pace, "192.0.2.1", 0));
        assert!(takes(&pace, "192.0.2.1", 1_000));
    }

    proptest! {
        /// P23: in any window there are at most as many as fit at once and grow in it.
        #[test]
        fn p23_no_window_has_more_than_the_rate(gaps in prop::collection::vec(0_u64..2_000, 1..200), count in 1_u32..20) {
            let pace = pace(&format!("{count}/10s"));
            let times: Vec<u64> = gaps.iter().scan(0, |at, gap| { *at += gap; Some(*at) }).collect();
            let taken: Vec<u64> = times.into_iter().filter(|at| takes(&pace, "192.0.2.1", *at)).collect();
            for (first, from) in taken.iter().enumerate() {
                for (last, to) in taken.iter().enumerate().skip(first) {
                    let grown = (to - from) * u64::from(count) / 10_000;
                    prop_assert!((last - first + 1) as u64 <= u64::from(count) + grown + 1);
                }
            }
        }
    }

    #[test]
    fn a_flood_of_sources_takes_no_more_memory() {
        let pace = pace("1/1h");
        for number in 0..400_000_u32 {
            assert!(takes(&pace, &std::net::Ipv4Addr::from(0x0a00_0000 + number).to_string(), 0));
        }
        let known: usize = pace.shards.iter().map(|shard| shard.lock().unwrap().len()).sum();
        assert!(known <= SHARDS * SOURCES, "{known}");
    }
}
