//! The parameters of a query or a form, read strictly. RFC 6749 §3.1, §3.2, Appendix B.

use std::fmt;

/// The most parameters a request may carry.
pub const MAX_PARAMETERS: usize = 1000;

/// Decoded parameters in their order. A parameter without a value counts as absent; unknown ones are ignored.
#[derive(Clone, Default)]
pub struct Parameters(Vec<(String, String)>);

/// Why a text is no list of parameters, or a parameter cannot be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterError {
    /// A `%` without two hexadecimal digits, text that is not UTF-8, or a control character.
    Malformed,
    TooMany,
    /// The parameter was sent more than once.
    Repeated(&'static str),
    Missing(&'static str),
}

impl Parameters {
    /// Reads `application/x-www-form-urlencoded` text.
    pub fn parse(text: &[u8]) -> Result<Self, ParameterError> {
        Self::read(text, char::is_control)
    }

    /// As [`Parameters::parse`], for a form in which people write several lines.
    pub fn parse_with_lines(text: &[u8]) -> Result<Self, ParameterError> {
        Self::read(text, |c| c.is_control() && c != '\r' && c != '\n')
    }

    fn read(text: &[u8], is_refused: fn(char) -> bool) -> Result<Self, ParameterError> {
        let mut parameters = Vec::new();
        for pair in text.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
            if parameters.len() == MAX_PARAMETERS {
                return Err(ParameterError::TooMany);
            }
            let (name, value) = match pair.iter().position(|byte| *byte == b'=') {
                Some(at) => (pair.get(..at), pair.get(at.saturating_add(1)..)),
                None => (Some(pair), None),
            };
            let (name, value) = (unescape(name.unwrap_or_default())?, unescape(value.unwrap_or_default())?);
            if name.chars().chain(value.chars()).any(is_refused) {
                return Err(ParameterError::Malformed);
            }
            if !value.is_empty() {
                parameters.push((name, value));
            }
        }
        Ok(Self(parameters))
    }

    /// The one value of `name`, `None` when it was not sent. RFC 6749 §3.1: parameters must not be repeated.
    pub fn one(&self, name: &'static str) -> Result<Option<&str>, ParameterError> {
        let mut values = self.all(name);
        match (values.next(), values.next()) {
            (value, None) => Ok(value),
            (_, Some(_)) => Err(ParameterError::Repeated(name)),
        }
    }

    /// The one value of `name`, which must be there.
    pub fn required(&self, name: &'static str) -> Result<&str, ParameterError> {
        self.one(name)?.ok_or(ParameterError::Missing(name))
    }

    /// All values of `name`, for `resource`, the one parameter that may be repeated. RFC 8707 §2.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl FromIterator<(String, String)> for Parameters {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(pairs: I) -> Self {
        Self(pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect())
    }
}

/// One form-encoded text without control characters.
pub fn decode(text: &[u8]) -> Result<String, ParameterError> {
    let text = unescape(text)?;
    if text.chars().any(char::is_control) { Err(ParameterError::Malformed) } else { Ok(text) }
}

/// `+` is a space, and percent-decoding refuses what a lenient one would guess at.
fn unescape(text: &[u8]) -> Result<String, ParameterError> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.iter().copied();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let (high, low) = (rest.next().and_then(hex), rest.next().and_then(hex));
                high.zip(low).map(|(high, low)| high << 4 | low).ok_or(ParameterError::Malformed)?
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).map_err(|_| ParameterError::Malformed)
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

impl fmt::Display for ParameterError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed => {
                out.write_str("the parameters are not valid application/x-www-form-urlencoded UTF-8 text")
            }
            Self::TooMany => out.write_str("there are more than 1000 parameters"),
            Self::Repeated(name) => write!(out, "{name} was sent more than once"),
            Self::Missing(name) => write!(out, "{name} is missing"),
        }
    }
}

impl fmt::Debug for Parameters {
    /// Names only: values may be secrets.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_a_form_with_lines_may_have_line_breaks_and_no_other_control_character() {
        assert_eq!(Parameters::parse(b"a=x%0Ay").err(), Some(ParameterError::Malformed));
        let lines = Parameters::parse_with_lines(b"a=x%0D%0Ay").unwrap();
        assert_eq!(lines.one("a"), Ok(Some("x\r\ny")));
        assert_eq!(Parameters::parse_with_lines(b"a=%00").err(), Some(ParameterError::Malformed));
    }

    #[test]
    fn a_repeated_parameter_is_refused_by_name() {
        let parameters = Parameters::parse(b"a=1&b=2&a=3").unwrap();
        assert_eq!(parameters.one("a"), Err(ParameterError::Repeated("a")));
        assert_eq!(parameters.one("b"), Ok(Some("2")));
        assert_eq!(parameters.all("a").collect::<Vec<_>>(), ["1", "3"]);
    }

    #[test]
    fn a_parameter_without_a_value_counts_as_absent() {
        assert_eq!(Parameters::parse(b"a=&b").unwrap().one("a"), Ok(None));
    }

    #[test]
    fn what_cannot_be_decoded_is_refused_instead_of_guessed() {
        for text in ["a=%", "a=%4", "a=%zz", "a=%ff", "a=%00", "a=%0d%0a", "%c3=1"] {
            assert_eq!(Parameters::parse(text.as_bytes()).err(), Some(ParameterError::Malformed), "{text}");
        }
    }

    #[test]
    fn the_thousand_and_first_parameter_is_one_too_many() {
        assert!(Parameters::parse("a=1&".repeat(1000).as_bytes()).is_ok());
        assert_eq!(Parameters::parse("a=1&".repeat(1001).as_bytes()).err(), Some(ParameterError::TooMany));
    }

    proptest! {
        #[test]
        fn the_reader_agrees_with_the_reference_parser_or_refuses(text in proptest::collection::vec(any::<u8>(), 0..80)) {
            if let Ok(parameters) = Parameters::parse(&text) {
                let reference: Vec<_> = form_urlencoded::parse(&text)
                    .filter(|(_, value)| !value.is_empty())
                    .map(|(name, value)| (name.into_owned(), value.into_owned()))
                    .collect();
                prop_assert_eq!(parameters.0, reference);
            }
        }
    }
}
