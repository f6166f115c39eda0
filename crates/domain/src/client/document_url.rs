//! The URL that is a client's id and leads to the document that describes it. Client ID Metadata Document §3.
//!
//! It is compared and shown as text, so there is one spelling of it: the one that browsers, too, would leave as it is.

use url::{Host, Url};

use super::ClientId;

/// A client id that is the URL of a document, as the client spelled it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DocumentUrl {
    text: String,
    host: String,
}

/// Which hosts a document may be on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hosts {
    /// Those with a name that can be looked up from everywhere.
    Public,
    /// This computer too, also without TLS: for those who develop.
    PublicAndThisComputer,
}

/// Why a client id that is a URL is none of a document. `Display` is one sentence for whoever chose it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DocumentUrlError {
    #[error("client_id must be an https URL")]
    Scheme,
    #[error("client_id must not contain a user name or password")]
    UserInfo,
    #[error("client_id must name a public host, not an address or a name of one label")]
    Host,
    #[error("client_id must have a path after its host")]
    NoPath,
    #[error("client_id must not contain . or .. as a segment of its path")]
    DotSegment,
    #[error("client_id must not contain a fragment")]
    Fragment,
    #[error("client_id must not end in an empty query")]
    EmptyQuery,
    #[error(
        "client_id must be spelled as browsers would: lower case host, no default port, other characters percent-encoded"
    )]
    Spelling,
}

impl DocumentUrl {
    /// Reads a client id. `None`: it is no URL of the web at all, and some other kind of id.
    pub fn of(client_id: &ClientId, hosts: Hosts) -> Result<Option<Self>, DocumentUrlError> {
        let text = client_id.as_str();
        if is_of_the_web(text) { Self::parse(text, hosts).map(Some) } else { Ok(None) }
    }

    fn parse(text: &str, hosts: Hosts) -> Result<Self, DocumentUrlError> {
        if text.contains('#') {
            return Err(DocumentUrlError::Fragment);
        }
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        let rest = rest.ok_or(DocumentUrlError::Scheme)?;
        let (before_query, query) = rest.split_once('?').map_or((rest, None), |(a, b)| (a, Some(b)));
        let (authority, path) = before_query.split_once('/').ok_or(DocumentUrlError::NoPath)?;
        if authority.contains('@') {
            return Err(DocumentUrlError::UserInfo);
        }
        if path.split('/').any(is_dots) {
            return Err(DocumentUrlError::DotSegment);
        }
        if query.is_some_and(str::is_empty) {
            return Err(DocumentUrlError::EmptyQuery);
        }
        let url = Url::parse(text).map_err(|_| DocumentUrlError::Spelling)?;
        let is_plain = text.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte));
        if !is_plain || url.as_str() != text {
            return Err(DocumentUrlError::Spelling);
        }
        let here = hosts == Hosts::PublicAndThisComputer && is_this_computer(&url);
        if url.scheme() != "https" && !here {
            return Err(DocumentUrlError::Scheme);
        }
        if !here && !is_public(&url) {
            return Err(DocumentUrlError::Host);
        }
        let host = url.host_str().ok_or(DocumentUrlError::Host)?.to_owned();
        Ok(Self { text: text.to_owned(), host })
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The host, in ASCII: whoever holds it is the only one who could have written the document.
    pub fn host(&self) -> &str {
        &self.host
    }
}

/// The host of an id that is a URL; `None` of any other.
pub fn host_of(client_id: &ClientId) -> Option<String> {
    DocumentUrl::of(client_id, Hosts::PublicAndThisComputer).ok().flatten().map(|url| url.host)
}

fn is_of_the_web(text: &str) -> bool {
    ["http:", "https:"]
        .iter()
        .any(|scheme| text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)))
}

/// `.` or `..`, however much of it is percent-encoded.
fn is_dots(segment: &str) -> bool {
    let plain = segment.to_ascii_lowercase().replace("%2e", ".");
    plain == "." || plain == ".."
}

fn is_public(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => {
            let labels: Vec<_> = name.split('.').collect();
            labels.len() > 1
                && labels.iter().all(|label| !label.is_empty())
                && !labels.last().is_some_and(|last| ["localhost", "local", "internal"].contains(last))
        }
        Some(Host::Ipv4(_) | Host::Ipv6(_)) | None => false,
    }
}

fn is_this_computer(url: &Url) -> bool {
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

    fn read(text: &str) -> Result<Option<DocumentUrl>, DocumentUrlError> {
        DocumentUrl::of(&ClientId::parse(text).unwrap(), Hosts::Public)
    }

    #[test]
    fn an_https_url_with_a_path_is_the_url_of_a_document() {
        for text in [
            "https://app.example.com/client.json",
            "https://app.example.com/",
            "https://app.example.com:8443/oauth/client",
            "https://app.example.com/client?version=2",
            "https://xn--bcher-kva.example/client",
        ] {
            assert_eq!(read(text).unwrap().unwrap().as_str(), text);
        }
        assert_eq!(read("https://app.example.com:8443/x").unwrap().unwrap().host(), "app.example.com");
    }

    #[test]
    fn an_id_that_is_no_url_of_the_web_is_another_kind_of_id() {
        for text in
            ["webadmin", "wla_1", "com.example.app", "urn:example:app", "httpsapp", "ftp://a.example/x"]
        {
            assert_eq!(read(text), Ok(None), "{text}");
        }
    }

    #[test]
    fn c01_a_url_that_breaks_a_rule_is_refused_by_name() {
        use DocumentUrlError as E;
        let wrong = [
            ("http://app.example.com/client", E::Scheme),
            ("HTTPS://app.example.com/client", E::Scheme),
            ("https:app.example.com/client", E::Scheme),
            ("https://app.example.com", E::NoPath),
            ("https://app.example.com?x=1", E::NoPath),
            ("https://app.example.com/./client", E::DotSegment),
            ("https://app.example.com/a/../client", E::DotSegment),
            ("https://app.example.com/a/%2E./client", E::DotSegment),
            ("https://app.example.com/client#x", E::Fragment),
            ("https://app.example.com/client#", E::Fragment),
            ("https://user@app.example.com/client", E::UserInfo),
            ("https://user:secret@app.example.com/client", E::UserInfo),
            ("https://app.example.com/client?", E::EmptyQuery),
        ];
        for (text, error) in wrong {
            assert_eq!(read(text), Err(error), "{text}");
        }
    }

    #[test]
    fn cimd_01_what_browsers_would_spell_otherwise_is_refused() {
        for text in [
            "https://App.example.com/client",
            "https://app.example.com:443/client",
            "https://app.example.com\\@evil.example/client",
            "https://app.example.com/a b",
            "https://app.example.com/<client>",
            "https:///app.example.com/client",
            "https://[::1",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn c02_v008_addresses_and_names_of_inside_are_refused_in_every_spelling() {
        for host in [
            "127.0.0.1",
            "2130706433",
            "0x7f.1",
            "0177.0.0.1",
            "10.0.0.1",
            "169.254.169.254",
            "8.8.8.8",
            "[::1]",
            "[::ffff:10.0.0.1]",
            "[64:ff9b::a00:1]",
            "localhost",
            "intranet",
            "db.internal",
            "printer.local",
            "app.localhost",
        ] {
            assert!(read(&format!("https://{host}/client")).is_err(), "{host}");
        }
    }

    #[test]
    fn whoever_develops_may_allow_documents_on_this_computer() {
        let read =
            |text: &str| DocumentUrl::of(&ClientId::parse(text).unwrap(), Hosts::PublicAndThisComputer);
        for text in
            ["http://localhost:3000/client", "http://127.0.0.1:3000/client", "https://localhost/client"]
        {
            assert!(read(text).unwrap().is_some(), "{text}");
        }
        for text in ["http://app.example.com/client", "http://10.0.0.1/client", "https://10.0.0.1/client"] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
