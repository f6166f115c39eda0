//! Every key of the boot file with its meaning: the manual and the error messages are written from this table.

/// One key of `wayleave.toml`.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// As in the file; `section.name` for a key in a section.
    pub name: &'static str,
    pub environment: &'static str,
    /// The command line flag, if there is one.
    pub flag: Option<&'static str>,
    pub default: &'static str,
    pub meaning: &'static str,
}

pub const KEYS: &[Key] = &[
    Key {
        name: "data",
        environment: "WAYLEAVE_DATA",
        flag: Some("--data"),
        default: "data",
        meaning: "Directory of the master key and of the embedded database",
    },
    Key {
        name: "database",
        environment: "WAYLEAVE_DATABASE",
        flag: Some("--database"),
        default: "sqlite:<data>/wayleave.db",
        meaning: "`sqlite:PATH` or `postgres://USER:PASSWORD@HOST/NAME`",
    },
    Key {
        name: "allow_unsafe_durability",
        environment: "WAYLEAVE_ALLOW_UNSAFE_DURABILITY",
        flag: None,
        default: "false",
        meaning: "`true` to use a PostgreSQL server with `fsync`, `full_page_writes` or `synchronous_commit` off, which may lose what it confirmed",
    },
    Key {
        name: "listen",
        environment: "WAYLEAVE_LISTEN",
        flag: Some("--listen"),
        default: "127.0.0.1:8080",
        meaning: "Address and port to listen on",
    },
    Key {
        name: "public_url",
        environment: "WAYLEAVE_PUBLIC_URL",
        flag: Some("--public-url"),
        default: "http://localhost:<port>",
        meaning: "The issuer: the URL by which the world reaches this server. Required unless it listens on a loopback address",
    },
    Key {
        name: "trusted_proxies",
        environment: "WAYLEAVE_TRUSTED_PROXIES",
        flag: None,
        default: "[]",
        meaning: "Addresses or networks of reverse proxies whose `X-Forwarded-For` is believed (comma-separated in the environment)",
    },
    Key {
        name: "allowed_hosts",
        environment: "WAYLEAVE_ALLOWED_HOSTS",
        flag: None,
        default: "[]",
        meaning: "Host names by which this server may be called beside that of `public_url`, `localhost` and plain addresses",
    },
    Key {
        name: "tls.certificate",
        environment: "WAYLEAVE_TLS_CERTIFICATE",
        flag: None,
        default: "none",
        meaning: "PEM file with the certificate chain; with `tls.key` the server speaks TLS itself",
    },
    Key {
        name: "tls.key",
        environment: "WAYLEAVE_TLS_KEY",
        flag: None,
        default: "none",
        meaning: "PEM file with the private key of the certificate",
    },
    Key {
        name: "metrics.allow",
        environment: "WAYLEAVE_METRICS_ALLOW",
        flag: None,
        default: "[\"127.0.0.0/8\", \"::1/128\"]",
        meaning: "Who may read `/metrics` without an API key that holds `metrics-get`",
    },
    Key {
        name: "limits.sign_in",
        environment: "WAYLEAVE_LIMITS_SIGN_IN",
        flag: None,
        default: "10/1m",
        meaning: "Wrong passwords from one address: so many at once, spread over the span from then on; `off` for no bound. This machine itself is never counted",
    },
    Key {
        name: "limits.authorize",
        environment: "WAYLEAVE_LIMITS_AUTHORIZE",
        flag: None,
        default: "60/30s",
        meaning: "Authorization requests from one address",
    },
    Key {
        name: "limits.register",
        environment: "WAYLEAVE_LIMITS_REGISTER",
        flag: None,
        default: "60/1m",
        meaning: "New clients that are stored for one address without a credential; an application that is known already is not counted",
    },
    Key {
        name: "limits.manage",
        environment: "WAYLEAVE_LIMITS_MANAGE",
        flag: None,
        default: "20/20s",
        meaning: "Reading, changing and deleting registrations from one address (RFC 7592)",
    },
    Key {
        name: "limits.wrong_token",
        environment: "WAYLEAVE_LIMITS_WRONG_TOKEN",
        flag: None,
        default: "10/1h",
        meaning: "Wrong registration access tokens from one address",
    },
    Key {
        name: "outbound.allow",
        environment: "WAYLEAVE_OUTBOUND_ALLOW",
        flag: None,
        default: "[]",
        meaning: "Addresses or networks that this server may ask for documents and keys of clients although they are not public. With those of this computer among them, also by `http://localhost`: for development, not for a server that others reach",
    },
    Key {
        name: "outbound.ports",
        environment: "WAYLEAVE_OUTBOUND_PORTS",
        flag: None,
        default: "[\"443\"]",
        meaning: "Ports of public addresses that it may ask",
    },
    Key {
        name: "outbound.certificates",
        environment: "WAYLEAVE_OUTBOUND_CERTIFICATES",
        flag: None,
        default: "none",
        meaning: "PEM file with certificates of authorities that are trusted for that, beside those of the operating system",
    },
    Key {
        name: "log.format",
        environment: "WAYLEAVE_LOG_FORMAT",
        flag: None,
        default: "auto",
        meaning: "`human`, `json`, or `auto`: human on a terminal, JSON otherwise",
    },
    Key {
        name: "log.filter",
        environment: "WAYLEAVE_LOG_FILTER",
        flag: None,
        default: "info,tokio_postgres=warn",
        meaning: "Level, or levels per module: `warn,server=debug`",
    },
];

/// Environment variables that are secrets and therefore have no key in the file.
pub const SECRET_VARIABLES: &[(&str, &str)] = &[
    (
        "WAYLEAVE_MASTER_KEY",
        "The master key, 32 bytes in base64url, instead of the file `master.key` in the data directory",
    ),
    (
        "WAYLEAVE_ADMIN_PASSWORD",
        "The password that the account `admin` gets at the first start, instead of a generated one",
    ),
];
