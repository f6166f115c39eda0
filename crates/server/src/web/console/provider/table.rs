//! The settings as fields of a form: what each is called, what it means, and what one types into it.

use super::field::{Field, Kind, Part};
use crate::words::{Said, said};

const ALGORITHMS: &[(&str, Said)] = &[
    ("es256", said("ES256: ECDSA with P-256")),
    ("es384", said("ES384: ECDSA with P-384")),
    ("eddsa", said("EdDSA: Ed25519")),
    ("rs256", said("RS256: RSA PKCS#1 v1.5 with SHA-256")),
    ("rs384", said("RS384: RSA PKCS#1 v1.5 with SHA-384")),
    ("rs512", said("RS512: RSA PKCS#1 v1.5 with SHA-512")),
    ("ps256", said("PS256: RSA PSS with SHA-256")),
    ("ps384", said("PS384: RSA PSS with SHA-384")),
    ("ps512", said("PS512: RSA PSS with SHA-512")),
];

const PKCE: &[(&str, Said)] = &[
    ("always", said("Every client")),
    ("oauth21", said("Every client but confidential ones that send a nonce")),
    ("public", said("Public clients only")),
];

const DEVICE_GRANT: &[(&str, Said)] = &[
    ("registered", said("Clients that somebody vouches for")),
    ("anybody", said("Every client, also those that nobody knows")),
];

macro_rules! field {
    ($name:literal, $part:expr, $kind:expr, $label:expr, $meaning:expr $(,)?) => {
        Field {
            name: $name,
            label: $label,
            meaning: $meaning,
            kind: $kind,
            part: $part,
            beside: (concat!($name, "-was"), concat!($name, "-unit")),
        }
    };
}

pub(super) const FIELDS: &[Field] = &[
    field!(
        "requireClientRegistration",
        Part::Registration,
        Kind::Switch,
        said("Only registered clients get tokens"),
        said(
            "Off: any client id is let in, and people are asked every time. On: a client that nobody registered is turned away."
        ),
    ),
    field!(
        "anonymousClientRegistration",
        Part::Registration,
        Kind::Switch,
        said("Anybody may register a client"),
        said(
            "On: no credential is needed to register. Off: it takes an API key or a token that may register."
        ),
    ),
    field!(
        "clientIdMetadataDocuments",
        Part::Registration,
        Kind::Switch,
        said("A client may be known by a document on the web"),
        said(
            "On: where the client id is an https URL, this server fetches the document there and holds the client to it. Nothing else about it needs to be registered."
        ),
    ),
    field!(
        "softwareStatementIssuers",
        Part::Registration,
        Kind::Lines,
        said("Who may vouch for software"),
        said(
            "One to a line: the issuer, a space, and the https URL of its keys or the keys themselves as a JWK set; then once, where each of its statements is good for one client only. What a software statement of theirs says stands above what a client says of itself."
        ),
    ),
    field!(
        "unclaimedClientRetention",
        Part::Registration,
        Kind::Retention,
        said("How long a client stays that nobody allows anything"),
        said(
            "Only clients that came without a credential and that nobody verified leave by themselves. A day or more; 0 keeps them for ever."
        ),
    ),
    field!(
        "idleClientRetention",
        Part::Registration,
        Kind::Retention,
        said("How long a client stays that nobody uses any more"),
        said(
            "The same clients, after their last use; one that still holds access stays. A day or more; 0 keeps them for ever."
        ),
    ),
    field!(
        "pkce",
        Part::Safety,
        Kind::Choice(PKCE),
        said("Who must use PKCE"),
        said("Public clients always must. The last choice is for certified legacy profiles."),
    ),
    field!(
        "deviceGrant",
        Part::Safety,
        Kind::Choice(DEVICE_GRANT),
        said("Who may ask through a device"),
        said(
            "Somebody vouches for a client that was registered with a credential, or that is verified. Codes of devices can be sent to people to trick them, so let in strangers only where nothing is at stake."
        ),
    ),
    field!(
        "authCodeMaxAttempts",
        Part::Safety,
        Kind::Count { min: 1, max: 1000 },
        said("Failed tries until an authorization code is dead"),
        said("Whoever presents a code with a wrong verifier may be guessing."),
    ),
    field!(
        "signatureAlgorithm",
        Part::Safety,
        Kind::Choice(ALGORITHMS),
        said("What access tokens are signed with"),
        said("A key for it is made when there is none. ID tokens are signed as each client registered."),
    ),
    field!(
        "authCodeExpiry",
        Part::Lives,
        Kind::Life,
        said("Authorization code"),
        said("The time between a person’s yes and the client’s request for tokens. Minutes are plenty."),
    ),
    field!(
        "userCodeExpiry",
        Part::Lives,
        Kind::Life,
        said("User code of a device"),
        said(
            "The time somebody has to type what a device shows: ten minutes at most for clients that are not verified."
        ),
    ),
    field!(
        "accessTokenExpiry",
        Part::Lives,
        Kind::Life,
        said("Access token"),
        said(
            "Servers that check tokens by their signature alone learn of a revocation only when the token ends."
        ),
    ),
    field!(
        "idTokenExpiry",
        Part::Lives,
        Kind::Life,
        said("ID token"),
        said("It says who signed in, and is read once."),
    ),
    field!(
        "refreshTokenExpiry",
        Part::Lives,
        Kind::Life,
        said("Refresh token"),
        said(
            "An app that nobody uses for so long must ask again. Clients that nobody registered get a day at most."
        ),
    ),
    field!(
        "refreshTokenRenewal",
        Part::Lives,
        Kind::Life,
        said("Renewal of a refresh token"),
        said(
            "A confidential client gets a new refresh token when less than this is left of its life. Public clients get a new one each time."
        ),
    ),
    field!(
        "scopes",
        Part::Values,
        Kind::Lines,
        said("Scope values of your resource servers"),
        said("One to a line, beside openid, profile, email and offline_access, which are always there."),
    ),
    field!(
        "allowedRedirectSchemes",
        Part::Values,
        Kind::Lines,
        said("Private-use schemes without a dot"),
        said(
            "One to a line, without the colon. Schemes with a dot, such as com.example.app, are let in anyway."
        ),
    ),
    field!(
        "journalRetention",
        Part::Records,
        Kind::Retention,
        said("How long the audit log is kept"),
        said("A day or more; 0 keeps it for ever."),
    ),
];

#[cfg(test)]
mod tests {
    use domain::jose::Algorithm;

    use super::*;
    use crate::admin::settings;

    #[test]
    fn every_setting_is_a_field_and_every_field_a_setting() {
        let mut settings: Vec<_> = settings::SETTINGS
            .iter()
            .map(|setting| setting.name.trim_start_matches("OidcProvider."))
            .collect();
        let mut fields: Vec<_> = FIELDS.iter().map(|field| field.name).collect();
        settings.sort_unstable();
        fields.sort_unstable();
        assert_eq!(settings, fields);
    }

    #[test]
    fn every_algorithm_can_be_chosen() {
        let known = ALGORITHMS.iter().filter(|(name, _)| Algorithm::parse_setting(name).is_some());
        assert_eq!(known.count(), 9);
    }
}
