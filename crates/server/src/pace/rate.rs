//! How often: `60/1m` is sixty at once, and then again one each second.

use std::{fmt, str::FromStr, time::Duration};

/// So many within a span, spread over it once they were used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    count: u32,
    span: Duration,
}

/// A rate, or none: everybody may as often as they like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bound(Option<Rate>);

impl Rate {
    /// At least one, and a span of at least a millisecond for each.
    pub const fn new(count: u32, span: Duration) -> Option<Self> {
        if count == 0 || span.as_millis() < count as u128 { None } else { Some(Self { count, span }) }
    }

    /// After so long there is one more.
    pub fn interval(self) -> Duration {
        self.span / self.count
    }

    /// How far ahead of time somebody may be.
    pub fn patience(self) -> Duration {
        self.span.saturating_sub(self.interval())
    }

    /// `times` as many in the same span.
    #[must_use]
    pub fn times(self, times: u32) -> Self {
        let count = self.count.saturating_mul(times);
        Self::new(count, self.span).unwrap_or(self)
    }
}

impl Bound {
    pub const NONE: Self = Self(None);

    pub const fn of(rate: Rate) -> Self {
        Self(Some(rate))
    }

    pub const fn rate(self) -> Option<Rate> {
        self.0
    }
}

impl FromStr for Bound {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WRONG: &str = "must be a number and a span such as 10/1m, 60/30s or 500/1h, or off";
        if text == "off" {
            return Ok(Self::NONE);
        }
        let (count, span) = text.split_once('/').ok_or(WRONG)?;
        let unit_at = span.len().checked_sub(1).filter(|at| span.is_char_boundary(*at)).ok_or(WRONG)?;
        let (number, unit) = span.split_at(unit_at);
        let seconds: u64 = match unit {
            "s" => 1,
            "m" => 60,
            "h" => 3_600,
            _ => return Err(WRONG),
        };
        let number: u32 = number.parse().map_err(|_| WRONG)?;
        let span = Duration::from_secs(u64::from(number) * seconds);
        let count = count.parse().map_err(|_| WRONG)?;
        Rate::new(count, span).map(Self::of).ok_or(WRONG)
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.span.as_secs();
        match seconds {
            _ if seconds.is_multiple_of(3_600) => write!(out, "{}/{}h", self.count, seconds / 3_600),
            _ if seconds.is_multiple_of(60) => write!(out, "{}/{}m", self.count, seconds / 60),
            _ => write!(out, "{}/{}s", self.count, seconds),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_written_as_it_is_read() {
        for text in ["10/1m", "60/30s", "500/1h", "1/1s"] {
            let bound: Bound = text.parse().unwrap();
            assert_eq!(bound.rate().unwrap().to_string(), text);
        }
        assert_eq!("off".parse(), Ok(Bound::NONE));
    }

    #[test]
    fn what_is_no_rate_is_refused() {
        for text in [
            "",
            "/",
            "10",
            "10/",
            "0/1m",
            "10/0s",
            "x/1m",
            "10/m",
            "10/1d",
            "-1/1m",
            "10/1ü",
            "2000/1s",
            "1/99999999999s",
        ] {
            assert!(text.parse::<Bound>().is_err(), "{text}");
        }
    }
}
