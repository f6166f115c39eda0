//! Codes of an app: SHA-1, six digits, thirty seconds, a step to either side, each once. RFC 6238.

use crate::{secret::Secret, time::Timestamp};

/// How many bytes a seed has: 160 bits, as long as the hash. RFC 4226 §4.
pub const SEED_BYTES: usize = 20;

/// Seconds that a code is shown.
const STEP: u64 = 30;

/// An app's codes.
pub struct Totp(totp_rs::Totp);

/// Why a code is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeRefusal {
    Wrong,
    /// It was right, and it or a later one was used before.
    Used,
}

impl Totp {
    /// The codes of `seed`, which an app shows under the name of the server and the account. A seed that is too short gives none.
    pub fn new(seed: &[u8], issuer: &str, account: &str) -> Option<Self> {
        if seed.len() < SEED_BYTES {
            return None;
        }
        // A colon stands between the two names and must be in neither.
        let totp = totp_rs::Builder::new()
            .with_algorithm(totp_rs::Algorithm::SHA1)
            .with_digits(6)
            .with_step_duration(STEP)
            .with_skew(1)
            .with_secret(seed)
            .with_issuer(Some(issuer.replace(':', " ")))
            .with_account_name(account.replace(':', " "));
        totp.build().ok().map(Self)
    }

    /// The step of a code that is right at `now` and later than `last_step`. Spaces in it do not count. RFC 6238 §5.2.
    pub fn check(&self, code: &str, last_step: i64, now: Timestamp) -> Result<i64, CodeRefusal> {
        let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
        let seconds = u64::try_from(now.seconds()).unwrap_or(0);
        let step = self.0.check(&code, seconds).and_then(|step| i64::try_from(step).ok());
        let step = step.ok_or(CodeRefusal::Wrong)?;
        if step > last_step { Ok(step) } else { Err(CodeRefusal::Used) }
    }

    /// The code that the app shows at `now`.
    pub fn code(&self, now: Timestamp) -> Secret {
        Secret::new(self.0.generate(u64::try_from(now.seconds()).unwrap_or(0)).to_string())
    }

    /// What the picture says that the app looks at: `otpauth://totp/…`.
    pub fn url(&self) -> Option<Secret> {
        self.0.to_url().ok().map(Secret::new)
    }
}

/// The seed as a person types it into an app.
pub fn spelled(seed: &[u8]) -> Secret {
    Secret::new(totp_rs::Secret::from(seed).to_base32())
}

/// The seed of an `otpauth` address that another program made, if its codes are of the one kind that is accepted here.
pub fn seed_of(url: &str) -> Option<Vec<u8>> {
    let totp = totp_rs::Totp::from_url(url).ok()?;
    let is_ours = totp.algorithm() == totp_rs::Algorithm::SHA1 && totp.digits() == 6 && totp.step() == STEP;
    let seed = totp.secret().as_bytes();
    (is_ours && seed.len() >= SEED_BYTES).then(|| seed.to_vec())
}

impl std::fmt::Debug for Totp {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Totp(****)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn totp() -> Totp {
        Totp::new(b"12345678901234567890", "login.example.com:8080", "alice").unwrap()
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    #[test]
    fn the_codes_are_those_of_the_specification() {
        // RFC 6238 Appendix B, the last six of eight digits.
        for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")] {
            assert_eq!(totp().check(code, 0, at(seconds)), Ok(seconds / 30), "{seconds}");
            assert_eq!(totp().code(at(seconds)).expose(), code);
        }
    }

    #[test]
    fn a_code_is_good_one_step_to_either_side_and_no_further() {
        let check = |seconds| totp().check("081804", 0, at(seconds));
        let step = 1_111_111_109 / 30;
        assert_eq!([check(step * 30 - 30), check(step * 30 + 59)], [Ok(step); 2]);
        assert_eq!([check(step * 30 - 31), check(step * 30 + 60)], [Err(CodeRefusal::Wrong); 2]);
    }

    #[test]
    fn a_code_is_good_once_and_none_before_it_is_good_afterwards() {
        let step = 1_111_111_109 / 30;
        assert_eq!(totp().check("081804", step, at(1_111_111_109)), Err(CodeRefusal::Used));
        assert_eq!(totp().check("081 804", step - 1, at(1_111_111_109)), Ok(step));
    }

    #[test]
    fn anything_but_six_digits_is_wrong() {
        for code in ["", "81804", "0081804", "+81804", "08180a", "٠٨١٨٠٤"] {
            assert_eq!(totp().check(code, 0, at(1_111_111_109)), Err(CodeRefusal::Wrong), "{code}");
        }
    }

    #[test]
    fn a_seed_has_at_least_160_bits() {
        assert!(Totp::new(&[1; 19], "a", "b").is_none());
        assert_eq!(seed_of("otpauth://totp/a:b?secret=JBSWY3DPEHPK3PXP&issuer=a"), None);
    }

    #[test]
    fn the_address_for_the_app_carries_the_seed_and_reads_back() {
        let url = totp().url().unwrap();
        assert!(
            url.expose().starts_with("otpauth://totp/login.example.com%208080:alice?"),
            "{}",
            url.expose()
        );
        assert_eq!(seed_of(url.expose()).as_deref(), Some(b"12345678901234567890".as_slice()));
        assert_eq!(spelled(b"12345678901234567890").expose(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    }
}
