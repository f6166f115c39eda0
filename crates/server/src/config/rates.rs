//! How often one source may ask for what costs this server more than it costs them.

use std::time::Duration;

use super::ConfigError;
use crate::pace::{Bound, Line, Rate};

/// A bound for each line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rates {
    pub sign_in: Bound,
    pub authorize: Bound,
    pub register: Bound,
    pub manage: Bound,
    pub wrong_token: Bound,
}

impl Rates {
    pub(super) fn read<'a>(get: &impl Fn(&str) -> Option<&'a str>) -> Result<Self, ConfigError> {
        let standard = Self::default();
        let bound = |key: &str, otherwise| match get(key) {
            Some(text) => text.parse().map_err(|why: &str| ConfigError::new(key, why)),
            None => Ok(otherwise),
        };
        Ok(Self {
            sign_in: bound("limits.sign_in", standard.sign_in)?,
            authorize: bound("limits.authorize", standard.authorize)?,
            register: bound("limits.register", standard.register)?,
            manage: bound("limits.manage", standard.manage)?,
            wrong_token: bound("limits.wrong_token", standard.wrong_token)?,
        })
    }

    pub const fn of(&self, line: Line) -> Bound {
        match line {
            Line::SignIn => self.sign_in,
            Line::Authorize => self.authorize,
            Line::Register => self.register,
            Line::Manage => self.manage,
            Line::WrongToken => self.wrong_token,
        }
    }
}

impl Default for Rates {
    fn default() -> Self {
        let per =
            |count, seconds| Rate::new(count, Duration::from_secs(seconds)).map_or(Bound::NONE, Bound::of);
        Self {
            sign_in: per(10, 60),
            authorize: per(60, 30),
            register: per(60, 60),
            manage: per(20, 20),
            wrong_token: per(10, 3_600),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::KEYS;

    #[test]
    fn the_manual_names_the_rates_that_hold() {
        let standard = Rates::default();
        for (key, line) in [
            ("limits.sign_in", Line::SignIn),
            ("limits.authorize", Line::Authorize),
            ("limits.register", Line::Register),
            ("limits.manage", Line::Manage),
            ("limits.wrong_token", Line::WrongToken),
        ] {
            let known = KEYS.iter().find(|known| known.name == key).unwrap();
            assert_eq!(known.default.parse(), Ok(standard.of(line)), "{key}");
        }
    }

    #[test]
    fn a_rate_that_is_none_is_refused_by_its_key() {
        let error = Rates::read(&|key: &str| (key == "limits.manage").then_some("often")).unwrap_err();
        assert_eq!(error.key, "limits.manage");
        let read = Rates::read(&|key: &str| (key == "limits.sign_in").then_some("off")).unwrap();
        assert_eq!(read, Rates { sign_in: Bound::NONE, ..Rates::default() });
    }
}
