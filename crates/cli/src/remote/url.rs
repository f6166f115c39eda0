//! The public URL of a server, as it is typed.

use url::{Host, Url};

use crate::failure::Failure;

/// Where a server is: https, or http on this computer, without a slash at its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ServerUrl {
    text: String,
    url: Url,
}

impl ServerUrl {
    /// Nothing secret is ever sent in clear to another computer.
    pub(crate) fn parse(text: &str) -> Result<Self, Failure> {
        let refuse = |why| Failure::unusable("--url", why);
        let url = Url::parse(text).map_err(|_| refuse("must be a URL such as https://login.example.com"))?;
        let is_bare = url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        if !is_bare || !url.has_host() {
            return Err(refuse("must be the public URL of the server and nothing more"));
        }
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(&url) => {}
            _ => return Err(refuse("must start with https:// unless the server is on this computer")),
        }
        Ok(Self { text: url.as_str().trim_end_matches('/').to_owned(), url })
    }

    /// Without a slash at the end.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    pub(crate) fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }

    pub(crate) fn is_on_this_computer(&self) -> bool {
        is_loopback(&self.url)
    }

    /// `path` below the public URL.
    pub(crate) fn below(&self, path: &str) -> String {
        format!("{}{path}", self.text)
    }

    /// The path of `target`, which may name any host, at this server's origin.
    pub(crate) fn at_origin(&self, target: &str) -> Option<String> {
        let target = self.url.join(target).ok()?;
        Some(format!("{}{}", self.url.origin().ascii_serialization(), target.path()))
    }

    /// Whether `target` is a URL of this server's origin.
    pub(crate) fn owns(&self, target: &str) -> bool {
        Url::parse(target).is_ok_and(|target| target.origin() == self.url.origin())
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_https_or_on_this_computer() {
        for good in [
            "https://a.example",
            "https://a.example/tenant/",
            "http://localhost:8080",
            "http://127.0.0.1:1",
            "http://[::1]:1",
        ] {
            assert_eq!(ServerUrl::parse(good).unwrap().as_str(), good.trim_end_matches('/'));
        }
        for bad in [
            "a.example",
            "http://a.example",
            "ftp://localhost",
            "https://u:p@a.example",
            "https://a.example?x",
            "https://a.example#x",
            "",
        ] {
            assert!(ServerUrl::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_url_that_the_server_names_is_followed_by_its_path_alone() {
        let url = ServerUrl::parse("https://a.example/tenant").unwrap();
        assert_eq!(
            url.at_origin("https://evil.example/tenant/jmap?x").unwrap(),
            "https://a.example/tenant/jmap"
        );
        assert_eq!(url.at_origin("/jmap").unwrap(), "https://a.example/jmap");
        assert!(url.owns("https://a.example/token") && !url.owns("https://a.example.evil.example/token"));
    }
}
