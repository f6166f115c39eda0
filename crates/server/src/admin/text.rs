//! Text that administrators give things: what may stand in a name, an address, a description.

use jiff::tz::TimeZoneDatabase;

/// Whether this can be shown as one line: not blank, at most `most` characters, none of them a control character.
pub(super) fn is_line(text: &str, most: usize) -> bool {
    !text.trim().is_empty() && text.chars().count() <= most && !text.chars().any(char::is_control)
}

/// Whether this can be an e-mail address: something on both sides of one `@`, no spaces.
pub(super) fn is_email(text: &str) -> bool {
    let is_visible =
        |part: &str| !part.is_empty() && part.chars().all(|c| !c.is_control() && !c.is_whitespace());
    text.len() <= 254
        && text
            .split_once('@')
            .is_some_and(|(local, domain)| is_visible(local) && is_visible(domain) && !domain.contains('@'))
}

/// Whether this has the form of a language tag (RFC 5646): subtags of letters and digits.
pub(super) fn is_locale(text: &str) -> bool {
    let is_subtag =
        |tag: &str| (1..=8).contains(&tag.len()) && tag.bytes().all(|byte| byte.is_ascii_alphanumeric());
    text.len() <= 35 && text.split(['-', '_']).all(is_subtag)
}

/// Whether this is the name of a time zone, such as `Europe/London`.
pub(super) fn is_time_zone(text: &str) -> bool {
    let is_part = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_+-".contains(&byte))
    };
    text.len() <= 64 && text.split('/').all(is_part) && TimeZoneDatabase::bundled().get(text).is_ok()
}

/// Whether this is an image within a URL, of a kind that carries no script.
pub(super) fn is_data_image(text: &str) -> bool {
    const KINDS: [&str; 4] = ["data:image/png;", "data:image/jpeg;", "data:image/gif;", "data:image/webp;"];
    KINDS.iter().any(|kind| {
        text.strip_prefix(kind).and_then(|rest| rest.strip_prefix("base64,")).is_some_and(|data| {
            !data.is_empty()
                && data.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte))
        })
    })
}

/// Whether this is the address of something on the web.
pub(super) fn is_https(text: &str) -> bool {
    text.len() <= 2048 && url::Url::parse(text).is_ok_and(|url| url.scheme() == "https" && url.has_host())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_have_one_at_and_no_spaces() {
        assert!(is_email("alice@example.com") && is_email("jürgen@bücher.example"));
        for bad in ["", "alice", "@example.com", "alice@", "a b@example.com", "a@b@c", "a@b\n"] {
            assert!(!is_email(bad), "{bad:?}");
        }
    }

    #[test]
    fn an_image_that_could_carry_a_script_is_no_logo() {
        assert!(is_data_image("data:image/png;base64,AAAA"));
        assert!(!is_data_image("data:image/svg+xml;base64,AAAA"));
        assert!(!is_data_image("data:text/html;base64,AAAA"));
    }

    #[test]
    fn locales_have_their_form_and_time_zones_exist() {
        assert!(is_locale("de-CH") && is_locale("zh_Hant_TW") && !is_locale("de CH") && !is_locale(""));
        assert!(is_time_zone("Europe/London") && is_time_zone("Etc/GMT+1") && is_time_zone("US/Eastern"));
        for nowhere in ["", "../etc", "Mars/Phobos", "Europe/London ", "Europe"] {
            assert!(!is_time_zone(nowhere), "{nowhere}");
        }
    }
}
