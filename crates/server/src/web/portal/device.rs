//! What a browser says it is, in few words.

use crate::web::page::Foreign;

/// As far as it is known. What it says is not checked: anybody can say anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Device {
    Known {
        browser: &'static str,
        system: &'static str,
    },
    Browser(&'static str),
    /// Something else, in its own words.
    Other(Foreign),
    Silent,
}

/// The first that is named counts: most browsers also call themselves like others, which come later here.
const BROWSERS: [(&str, &str); 9] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Vivaldi/", "Vivaldi"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];

/// Those of which one is held in the hand.
const HANDHELD: [&str; 3] = ["iPhone", "iPad", "Android"];

const SYSTEMS: [(&str, &str); 8] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
    ("FreeBSD", "FreeBSD"),
];

/// More of what it says of itself is not shown.
const MOST_CHARS: usize = 60;

impl Device {
    pub(super) fn is_handheld(&self) -> bool {
        matches!(self, Self::Known { system, .. } if HANDHELD.contains(system))
    }

    pub(super) fn of(user_agent: Option<&str>) -> Self {
        let Some(text) = user_agent.map(Foreign::from).filter(|text| !text.is_blank()) else {
            return Self::Silent;
        };
        let named = |list: &[(&str, &'static str)]| {
            list.iter().find(|(mark, _)| text.as_str().contains(mark)).map(|(_, name)| *name)
        };
        match (named(&BROWSERS), named(&SYSTEMS)) {
            (Some(browser), Some(system)) => Self::Known { browser, system },
            (Some(browser), None) => Self::Browser(browser),
            (None, _) => Self::Other(text.shortened(MOST_CHARS)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_that_call_themselves_like_others_are_told_apart() {
        let known = [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0", "Firefox", "Linux"),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36 Edg/130.0",
                "Edge",
                "Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
                "Safari",
                "iPhone",
            ),
            (
                "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Mobile Safari/537.36",
                "Chrome",
                "Android",
            ),
        ];
        for (text, browser, system) in known {
            let device = Device::of(Some(text));
            assert_eq!(device.is_handheld(), matches!(system, "iPhone" | "Android"));
            assert_eq!(device, Device::Known { browser, system });
        }
    }

    #[test]
    fn what_is_no_browser_is_shown_in_its_own_words_and_silence_as_such() {
        assert_eq!(Device::of(Some("curl/8.5.0\u{202e}")), Device::Other("curl/8.5.0".into()));
        assert_eq!([Device::of(None), Device::of(Some(" "))], [Device::Silent, Device::Silent]);
    }
}
