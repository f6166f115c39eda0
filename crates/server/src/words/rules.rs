//! What the rules of a registration say no with, in the language of a page. On the wire it is always English.
//!
//! A rule lives in the domain and says one English sentence; here stand the same sentences with `{0}` where a rule puts a name or a
//! number. A test reads the rules and misses none.

use std::fmt::Write;

use super::{Locale, Said, fill, said};

/// The more a sentence says, the earlier it stands.
const SENTENCES: &[Said] = &[
    said("a redirect URI must have one of these schemes: {0}"),
    said("register a redirect URI with one of these schemes, or ask an administrator to allow yours"),
    said("an https redirect URI must be on one of these hosts: {0}"),
    said("register a redirect URI on one of these hosts, or ask an administrator to allow yours"),
    said("only these grants may be registered: {0}"),
    said("leave {0} out of grant_types"),
    said("a client must authenticate at the token endpoint by one of these methods: {0}"),
    said("set token_endpoint_auth_method to one of these; left out it is {0}"),
    said("only these scope values may be registered: {0}"),
    said("ask for one of these in scope, or leave scope out"),
    said("must not be later than {0}: so long a client may live at most, by policy"),
    said("nobody registers this way"),
    said("ask an administrator to make the client, or to open this way"),
    said(
        "registration needs a credential: send an initial access token, or an API key with the permissions authenticate and oauth-client-registration, as a bearer token",
    ),
    said("{0} must hold at most {1} URIs and {2} bytes in all"),
    said("{0} must be one of {1}; none and shared-secret algorithms are not supported"),
    said("{0} must hold at most {1} entries"),
    said("{0} must be at most {1} bytes long"),
    said("{0} must not consist of spaces"),
    said("{0} must not contain control, bidirectional or zero-width characters"),
    said("{0} must not stack more than {1} combining marks"),
    said("{0} must be an https URI with a host, other characters percent-encoded"),
    said("{0} must name a public host, not an address or localhost"),
    said("{0} is not supported; leave it out: {1}"),
    said("{0} must not contain a user name or password"),
    said("{0} must be a string"),
    said("{0} must be true or false"),
    said("{0} must be an array of non-empty strings"),
    said("{0} is no scope value that this server knows"),
    said("application_type must be web or native"),
    said("redirect_uris of a native application use http, not https, on a loopback host"),
    said(
        "token_endpoint_auth_method must be none, client_secret_basic, client_secret_post or private_key_jwt",
    ),
    said("response_types and grant_types disagree: code goes with authorization_code and with nothing else"),
    said("the client_credentials grant needs a token_endpoint_auth_method other than none"),
    said("the client_credentials grant is only for clients registered with a credential; send an API key"),
    said("the device grant is only for clients registered with a credential; send an API key"),
    said(
        "grant_types must contain authorization_code, client_credentials or urn:ietf:params:oauth:grant-type:device_code",
    ),
    said("response_types must contain code; tokens come from the token endpoint alone"),
    said("jwks and jwks_uri must not be used together; send one of them"),
    said("private_key_jwt needs a public key in jwks, or the address of some in jwks_uri"),
    said("token_endpoint_auth_method must be none or private_key_jwt; a document holds no secret"),
    said(
        "token_endpoint_auth_method must be none or private_key_jwt, alone or among token_endpoint_auth_methods_supported",
    ),
    said("{0} must not contain a fragment"),
    said("a member name with a number sign must end in a language tag"),
    said("a member with a language tag must be a string"),
    said("only client_name, client_uri, logo_uri, tos_uri and policy_uri may have a language tag"),
    said("at most {0} members may have a language tag"),
    said("default_max_age must be a whole number of seconds from 0 to 4294967295"),
    said("subject_type must be public; pairwise is not supported"),
    said("post_logout_redirect_uris must use a host or scheme that redirect_uris uses too"),
    said("redirect_uris is missing; the authorization_code grant needs at least one"),
    said("scope has no value that this server knows; see scopes_supported in its metadata"),
    said("scope is longer than 1024 bytes"),
    said("scope has more than 32 values"),
    said("scope has a character that RFC 6749 section 3.3 does not allow"),
    said("the issuer of software_statement is not trusted here; leave it out"),
    said("software_statement must be a signed JWT with an issuer; leave it out"),
    said("software_statement must be signed by a key of its issuer, with an algorithm of that key"),
    said("the keys of the issuer of software_statement cannot be fetched now; try again later"),
    said("software_statement is over; ask its issuer for another"),
    said("software_statement does not hold yet; its nbf or iat is in the future"),
    said("software_statement is for another server; its aud must name this one"),
    said("exp, nbf, iat, aud and jti of software_statement must have the types of RFC 7519"),
    said(
        "software_statement must have exp and a jti of up to 256 bytes; its issuer lets each register one client only",
    ),
    said("software_statement was used before; its issuer lets each register one client only"),
    said("a document cannot carry a software_statement whose issuer lets each register one client only"),
    said("redirect_uris has one that software_statement does not name; leave redirect_uris out"),
    said("use subject_type public"),
    said("send the parameters in the request itself"),
    said("send plain request parameters"),
    said("userinfo answers plain JSON over TLS"),
    said("ID tokens are signed only"),
    said("use private_key_jwt"),
    said("must be at most 2048 bytes long"),
    said("must be an absolute URI such as https://host/path or com.example.app:/path"),
    said(
        "has a character that a URI does not allow; write other characters percent-encoded and foreign host names in their xn-- form",
    ),
    said("must not contain an asterisk; register every URI in full"),
    said("must not have a fragment"),
    said("must not contain a user name or password"),
    said(
        "must use https, http on a loopback host, or a private-use scheme in lower case made from a domain name, such as com.example.app",
    ),
    said("must use https; http is only for 127.0.0.1, [::1] and localhost"),
    said("must name a well-formed host"),
    said("must have a port from 1 to 65535 or none"),
    said("must not have dot segments or encoded dots, slashes or percent signs in its path"),
    said("must percent-encode with two hexadecimal digits and must not encode control characters"),
    said("must be written as a browser would write it: lower-case host, plain IP address, no default port"),
    said("must not name a public suffix as its host; use a host below it"),
    said("must not lead to this authorization server itself"),
    said("must be 1 to 2048 printable ASCII characters"),
    said("may neither be a URL nor look like an id that this server makes"),
    said("is one of this server's own; only an administrator of no tenant registers it"),
    said("is taken"),
    said("the right to manage this server is given only by an administrator of no tenant"),
    said("must be 16 to 256 visible ASCII characters"),
    said("this client proves itself with a key"),
    said("there is no such tenant"),
    said("is never set by an administrator of a tenant"),
    said("the tenant has as many clients as it may have"),
    said("the client was changed meanwhile; read it again"),
    said(
        "everybody who registers the same metadata shares this client; only its state, expiry and tenant can be changed",
    ),
    said("an entry of {0} {1}"),
    said("an entry of {0}"),
];

/// `english`, which a rule said, in `locale`; as it is, if no rule says that.
pub fn of_rule(english: &str, locale: Locale) -> String {
    if locale == Locale::English {
        return english.to_owned();
    }
    let found = SENTENCES.iter().find_map(|said| Some((said, places(said.0, english)?)));
    let Some((said, places)) = found else { return english.to_owned() };
    let mut text = String::new();
    // A string takes all that is written to it.
    let _ = fill(&mut text, said.in_locale(locale), |out, at| {
        let place = places.get(at).copied().unwrap_or_default();
        out.write_str(&of_rule(place, locale))
    });
    text
}

/// What stands in the places of `pattern`, if `text` is such a sentence.
fn places<'a>(pattern: &str, text: &'a str) -> Option<Vec<&'a str>> {
    let mut literals =
        pattern.split('{').enumerate().map(|(at, part)| if at == 0 { part } else { after_brace(part) });
    let mut rest = text.strip_prefix(literals.next()?)?;
    let mut places = Vec::new();
    for literal in literals {
        let end = if literal.is_empty() { rest.len() } else { rest.find(literal)? };
        let (place, after) = rest.split_at_checked(end).filter(|(place, _)| !place.is_empty())?;
        places.push(place);
        rest = after.strip_prefix(literal)?;
    }
    rest.is_empty().then_some(places)
}

fn after_brace(part: &str) -> &str {
    part.split_once('}').map_or(part, |(_, after)| after)
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;

    /// Whether a page in German shows none of the English.
    fn is_known(sentence: &str) -> bool {
        SENTENCES.iter().any(|said| places(said.0, sentence).is_some())
    }

    /// The sentences that a file of rules says: its literals of several words, before its tests, with `{…}` as they stand.
    fn sentences(file: &Path) -> Vec<String> {
        let text = fs::read_to_string(file).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap();
        let code: String = code.lines().filter(|line| !line.trim_start().starts_with("//")).fold(
            String::new(),
            |code, line| match line.strip_suffix('\\') {
                Some(begun) => code + begun.trim_start(),
                None => code + line.trim_start() + "\n",
            },
        );
        let literals = code.split('"').skip(1).step_by(2);
        literals.filter(|literal| literal.matches(' ').count() > 1).map(str::to_owned).collect()
    }

    #[test]
    fn every_sentence_of_a_rule_is_said_in_every_language() {
        let domain = Path::new(env!("CARGO_MANIFEST_DIR")).join("../domain/src");
        let rules = fs::read_dir(domain.join("registration/rules")).unwrap();
        let mut files: Vec<_> = rules.map(|entry| entry.unwrap().path()).collect();
        files.extend(
            [
                "registration/request.rs",
                "registration/administration.rs",
                "registration/statement/mod.rs",
                "registration/statement/life.rs",
                "registration/statement/precedence.rs",
                "redirect_uri/error.rs",
            ]
            .map(|file| domain.join(file)),
        );
        let all: Vec<_> = files.iter().flat_map(|file| sentences(file)).collect();
        assert!(all.len() > 50, "only {} sentences were found", all.len());
        let missing: Vec<_> = all.into_iter().filter(|sentence| !is_known(sentence)).collect();
        assert!(missing.is_empty(), "{missing:#?}");
    }

    #[test]
    fn names_and_numbers_stand_where_they_belong() {
        let german = |english| of_rule(english, Locale::German);
        assert_eq!(
            german("contacts must hold at most 10 entries"),
            "contacts darf höchstens 10 Einträge enthalten"
        );
        assert_eq!(
            german("an entry of redirect_uris must not have a fragment"),
            "ein Eintrag von redirect_uris darf kein Fragment haben"
        );
        assert_eq!(
            german("an entry of contacts must not consist of spaces"),
            "ein Eintrag von contacts darf nicht nur aus Leerzeichen bestehen"
        );
        assert_eq!(
            german("request_uris is not supported; leave it out: send plain request parameters"),
            "request_uris gibt es hier nicht; weglassen: einfache Parameter senden"
        );
    }

    #[test]
    fn what_no_rule_says_stays_as_it_is() {
        for text in ["", "{0}", "nothing of the kind", "must"] {
            assert_eq!(of_rule(text, Locale::German), text);
        }
        assert_eq!(of_rule("is taken", Locale::English), "is taken");
    }
}
