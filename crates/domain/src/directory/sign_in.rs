//! How somebody proved who they are, and what applications hear of it. OpenID Connect Core §2, RFC 8176.

/// A password, and nothing else.
pub const ACR_PASSWORD: &str = "urn:wayleave:acr:password";

/// Two factors.
pub const ACR_SECOND_FACTOR: &str = "urn:wayleave:acr:second-factor";

/// What cannot be fished for. OpenID Connect Extended Authentication Profile ACR Values §2.
pub const ACR_PHISHING_RESISTANT: &str = "phr";

/// Every value that an ID token may carry, the strongest first.
pub const ACR_SUPPORTED: &[&str] = &[ACR_PHISHING_RESISTANT, ACR_SECOND_FACTOR, ACR_PASSWORD];

/// What somebody signed in with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SignInMethod {
    Password,
    PasswordAndTotp,
    PasswordAndRecoveryCode,
    /// Two factors in one: the device, and what unlocks it.
    Passkey,
}

impl SignInMethod {
    pub const ALL: &'static [Self] =
        &[Self::Password, Self::PasswordAndTotp, Self::PasswordAndRecoveryCode, Self::Passkey];

    /// As stored and journalled.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::PasswordAndTotp => "password-and-totp",
            Self::PasswordAndRecoveryCode => "password-and-recovery-code",
            Self::Passkey => "passkey",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|method| method.as_str() == text)
    }

    /// The methods by their registered names. Whether a passkey lies in hardware is not known without attestation, so it is not said.
    /// RFC 8176 §2.
    pub const fn amr(self) -> &'static [&'static str] {
        match self {
            Self::Password => &["pwd"],
            Self::PasswordAndTotp | Self::PasswordAndRecoveryCode => &["pwd", "otp", "mfa"],
            Self::Passkey => &["pop", "user", "mfa"],
        }
    }

    /// The classes that this sign-in reaches, the highest first: whoever showed more has also shown less.
    pub const fn acr(self) -> &'static [&'static str] {
        match self {
            Self::Password => &[ACR_PASSWORD],
            Self::PasswordAndTotp | Self::PasswordAndRecoveryCode => &[ACR_SECOND_FACTOR, ACR_PASSWORD],
            Self::Passkey => ACR_SUPPORTED,
        }
    }

    /// The class to answer a client that asked for one of `wanted`, in the order of its preference: the first that was reached, else the
    /// highest there is. OpenID Connect Core §3.1.2.1, §5.5.1.1.
    pub fn acr_among(self, wanted: &[String]) -> &'static str {
        let reached = |wanted: &String| self.acr().iter().find(|own| *own == wanted).copied();
        wanted.iter().find_map(reached).or(self.acr().first().copied()).unwrap_or(ACR_PASSWORD)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_method_reads_back_as_itself() {
        assert!(SignInMethod::ALL.iter().all(|method| SignInMethod::parse(method.as_str()) == Some(*method)));
    }

    #[test]
    fn a_client_hears_the_first_class_of_its_wishes_that_was_reached() {
        let wanted = [ACR_PHISHING_RESISTANT.to_owned(), ACR_PASSWORD.to_owned()];
        assert_eq!(SignInMethod::Password.acr_among(&wanted), ACR_PASSWORD);
        assert_eq!(SignInMethod::Passkey.acr_among(&wanted), ACR_PHISHING_RESISTANT);
        assert_eq!(SignInMethod::Passkey.acr_among(&wanted[1..]), ACR_PASSWORD);
    }

    #[test]
    fn where_nothing_that_was_asked_for_is_reached_the_highest_class_is_told() {
        assert_eq!(SignInMethod::PasswordAndTotp.acr_among(&["gold".to_owned()]), ACR_SECOND_FACTOR);
        assert_eq!(SignInMethod::PasswordAndTotp.acr_among(&[]), ACR_SECOND_FACTOR);
    }

    #[test]
    fn several_factors_are_called_so() {
        let is_mfa = |method: &SignInMethod| method.amr().contains(&"mfa");
        assert_eq!(SignInMethod::ALL.iter().filter(|method| is_mfa(method)).count(), 3);
        assert!(!is_mfa(&SignInMethod::Password));
    }
}
