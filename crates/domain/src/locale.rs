//! The languages that people are spoken to in: a closed list, and how a wish is matched against it.
//!
//! Of what was sent nothing is kept and nothing is shown: what comes out is one of ours or none.

use serde::{Deserialize, Serialize};

/// More ranges than any browser sends; what comes after them is not read.
const MOST_RANGES: usize = 32;

/// A language in which every text of the pages exists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Locale {
    #[default]
    #[serde(rename = "en")]
    English,
    #[serde(rename = "de")]
    German,
}

impl Locale {
    pub const ALL: [Self; 2] = [Self::English, Self::German];

    /// The language tag, for `lang` and `Content-Language`. BCP 47.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    /// The language of one tag, whatever country or script it names besides: `de-CH` is German. RFC 4647 §3.4.
    pub fn lookup(tag: &str) -> Option<Self> {
        let language = tag.split(['-', '_']).next().unwrap_or_default();
        Self::ALL.into_iter().find(|locale| locale.tag().eq_ignore_ascii_case(language))
    }

    /// The first language of ours in a list that stands in order of preference, with spaces between: the `ui_locales` of a request.
    /// OpenID Connect Core §3.1.2.1.
    pub fn first_of(tags: &str) -> Option<Self> {
        tags.split(' ').filter(|tag| !tag.is_empty()).take(MOST_RANGES).find_map(Self::lookup)
    }

    /// The language of ours that an `Accept-Language` header prefers. A range without meaning is passed over, `*` names none, and
    /// what has the weight 0 is not wanted. RFC 9110 §12.5.4.
    pub fn accepted(header: &str) -> Option<Self> {
        let mut best: Option<(Self, u16)> = None;
        for range in header.split(',').take(MOST_RANGES) {
            let mut parts = range.split(';').map(str::trim);
            let Some(locale) = parts.next().and_then(Self::lookup) else { continue };
            let Some(weight) = parts.next().map_or(Some(1_000), weight) else { continue };
            if weight > best.map_or(0, |(_, heaviest)| heaviest) {
                best = Some((locale, weight));
            }
        }
        best.map(|(locale, _)| locale)
    }
}

/// `q=0.8` in thousandths. RFC 9110 §12.4.2.
fn weight(parameter: &str) -> Option<u16> {
    let value = parameter.strip_prefix("q=").or_else(|| parameter.strip_prefix("Q="))?;
    let (whole, fraction) = value.split_once('.').unwrap_or((value, ""));
    if fraction.len() > 3 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let thousandths = format!("{fraction:0<3}").parse::<u16>().ok()?;
    match whole {
        "0" => Some(thousandths),
        "1" if thousandths == 0 => Some(1_000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_matched_by_its_language_alone() {
        for tag in ["de", "DE", "de-CH", "de-Latn-DE-1996", "de_AT"] {
            assert_eq!(Locale::lookup(tag), Some(Locale::German), "{tag}");
        }
        assert_eq!(Locale::lookup("en-GB"), Some(Locale::English));
        for tag in ["", "*", "d", "deu", "deutsch", "fr", " de", "../../de", "<b>de</b>"] {
            assert_eq!(Locale::lookup(tag), None, "{tag}");
        }
    }

    #[test]
    fn of_a_list_the_first_language_that_exists_is_taken() {
        assert_eq!(Locale::first_of("fr-CA  de-CH en"), Some(Locale::German));
        assert_eq!(Locale::first_of("en de"), Some(Locale::English));
        assert_eq!(Locale::first_of("../../x <b>"), None);
    }

    #[test]
    fn the_heaviest_language_of_the_header_wins_and_the_first_of_equals() {
        for (header, expected) in [
            ("de-CH,de;q=0.9,en;q=0.8", Some(Locale::German)),
            ("en;q=0.3, de;q=0.7", Some(Locale::German)),
            ("en, de", Some(Locale::English)),
            ("fr, de ; q=0.1", Some(Locale::German)),
            ("de;q=0, *", None),
            ("de;q=0.000, en;q=0.001", Some(Locale::English)),
            ("*", None),
            ("", None),
        ] {
            assert_eq!(Locale::accepted(header), expected, "{header}");
        }
    }

    #[test]
    fn a_weight_that_is_none_takes_its_range_with_it() {
        for weight in ["q=2", "q=1.1", "q=0.1234", "q=", "q=-1", "q=.5", "q=0.x", "x=1", "q"] {
            assert_eq!(Locale::accepted(&format!("de;{weight}")), None, "{weight}");
        }
        assert_eq!(Locale::accepted("de;q=1.000"), Some(Locale::German));
    }

    #[test]
    fn only_so_much_of_a_long_list_is_read() {
        assert_eq!(Locale::accepted(&format!("{}de", "fr,".repeat(MOST_RANGES))), None);
        assert_eq!(Locale::first_of(&format!("{}de", "fr ".repeat(MOST_RANGES))), None);
    }
}
