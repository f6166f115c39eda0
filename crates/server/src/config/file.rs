//! Reading the file, the environment and the flags into one configuration.

use std::{
    collections::BTreeMap,
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
};

use ipnet::IpNet;
use toml::{Table, Value};

use super::{Config, ConfigError, Issuer, KEYS, LogFormat, Outbound, Rates, Tls};

/// The file that is read when none is named and it is there.
const DEFAULT_FILE: &str = "wayleave.toml";

/// What the command line says; it wins over everything.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    pub config: Option<PathBuf>,
    pub data: Option<String>,
    pub database: Option<String>,
    pub listen: Option<String>,
    pub public_url: Option<String>,
}

/// The configuration in force. `environment` looks a variable up.
pub fn load(
    overrides: &Overrides,
    environment: &dyn Fn(&str) -> Option<String>,
) -> Result<Config, ConfigError> {
    let mut values = read_file(overrides.config.as_deref())?;
    for key in KEYS {
        if let Some(value) = environment(key.environment) {
            values.insert(key.name.to_owned(), value);
        }
    }
    for (name, value) in [
        ("data", &overrides.data),
        ("database", &overrides.database),
        ("listen", &overrides.listen),
        ("public_url", &overrides.public_url),
    ] {
        if let Some(value) = value {
            values.insert(name.to_owned(), value.clone());
        }
    }
    build(&values, environment("WAYLEAVE_MASTER_KEY"))
}

fn build(values: &BTreeMap<String, String>, master_key: Option<String>) -> Result<Config, ConfigError> {
    let get = |name: &str| values.get(name).map(String::as_str);
    let data = PathBuf::from(get("data").unwrap_or("data"));
    let listen: SocketAddr = get("listen")
        .unwrap_or("127.0.0.1:8080")
        .parse()
        .map_err(|_| ConfigError::new("listen", "must be an address and a port such as 127.0.0.1:8080"))?;
    let issuer = match get("public_url") {
        Some(text) => Issuer::parse(text)?,
        None if listen.ip().is_loopback() => Issuer::parse(&format!("http://localhost:{}", listen.port()))?,
        None => {
            return Err(ConfigError::new(
                "public_url",
                "is required when listening on an address that others can reach; set it to the URL they use",
            ));
        }
    };
    let tls = match (get("tls.certificate"), get("tls.key")) {
        (Some(certificate), Some(key)) => Some(Tls { certificate: certificate.into(), key: key.into() }),
        (None, None) => None,
        (Some(_), None) => {
            return Err(ConfigError::new("tls.key", "is missing although tls.certificate is set"));
        }
        (None, Some(_)) => {
            return Err(ConfigError::new("tls.certificate", "is missing although tls.key is set"));
        }
    };
    Ok(Config {
        database: get("database")
            .map_or_else(|| format!("sqlite:{}", data.join("wayleave.db").display()), str::to_owned),
        data,
        allow_unsafe_durability: match get("allow_unsafe_durability").unwrap_or("false") {
            "true" => true,
            "false" => false,
            _ => return Err(ConfigError::new("allow_unsafe_durability", "must be true or false")),
        },
        listen,
        issuer,
        tls,
        trusted_proxies: networks("trusted_proxies", get("trusted_proxies").unwrap_or_default())?,
        allowed_hosts: list(get("allowed_hosts").unwrap_or_default()).map(str::to_owned).collect(),
        metrics_allow: networks("metrics.allow", get("metrics.allow").unwrap_or("127.0.0.0/8,::1/128"))?,
        rates: Rates::read(&get)?,
        outbound: Outbound {
            allow: networks("outbound.allow", get("outbound.allow").unwrap_or_default())?,
            ports: ports("outbound.ports", get("outbound.ports").unwrap_or("443"))?,
            certificates: get("outbound.certificates").map(PathBuf::from),
        },
        master_key,
        log_format: match get("log.format").unwrap_or("auto") {
            "auto" => LogFormat::Auto,
            "human" => LogFormat::Human,
            "json" => LogFormat::Json,
            _ => return Err(ConfigError::new("log.format", "must be auto, human or json")),
        },
        log_filter: get("log.filter").unwrap_or("info,tokio_postgres=warn").to_owned(),
    })
}

fn networks(key: &str, text: &str) -> Result<Vec<IpNet>, ConfigError> {
    list(text)
        .map(|item| {
            item.parse().or_else(|_| item.parse::<IpAddr>().map(IpNet::from)).map_err(|_| {
                ConfigError::new(key, "must list addresses or networks such as 10.0.0.0/8 or 2001:db8::1")
            })
        })
        .collect()
}

fn ports(key: &str, text: &str) -> Result<Vec<u16>, ConfigError> {
    let port = |item: &str| item.parse().ok().filter(|port| *port > 0);
    list(text)
        .map(|item| {
            port(item).ok_or_else(|| ConfigError::new(key, "must list ports such as \"443\" or \"8443\""))
        })
        .collect()
}

fn list(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty())
}

fn read_file(named: Option<&Path>) -> Result<BTreeMap<String, String>, ConfigError> {
    let path = named.unwrap_or(Path::new(DEFAULT_FILE));
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && named.is_none() => {
            return Ok(BTreeMap::new());
        }
        Err(error) => {
            return Err(ConfigError::new("--config", format!("cannot read {}: {error}", path.display())));
        }
    };
    let table: Table = text.parse().map_err(|error: toml::de::Error| {
        let line =
            error.span().map_or(1, |span| text.get(..span.start).unwrap_or_default().lines().count().max(1));
        ConfigError::new(path.display().to_string(), format!("line {line}: {}", error.message()))
    })?;
    let mut values = BTreeMap::new();
    flatten("", &table, &mut values)?;
    Ok(values)
}

/// `[section] name = …` becomes `section.name`; a key that does not exist is refused by name.
fn flatten(prefix: &str, table: &Table, values: &mut BTreeMap<String, String>) -> Result<(), ConfigError> {
    for (name, value) in table {
        let name = format!("{prefix}{name}");
        if let Value::Table(section) = value {
            flatten(&format!("{name}."), section, values)?;
            continue;
        }
        let Some(key) = KEYS.iter().find(|key| key.name == name) else {
            let known: Vec<_> = KEYS.iter().map(|key| key.name).collect();
            return Err(ConfigError::new(
                name,
                format!("is not a key of the configuration; the keys are {}", known.join(", ")),
            ));
        };
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Boolean(truth) if ["true", "false"].contains(&key.default) => truth.to_string(),
            Value::Array(items) => items
                .iter()
                .map(|item| {
                    item.as_str().ok_or_else(|| ConfigError::new(name.as_str(), "must be a list of strings"))
                })
                .collect::<Result<Vec<_>, _>>()?
                .join(","),
            _ => return Err(ConfigError::new(name, "must be a string or a list of strings")),
        };
        values.insert(name, text);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from_file(text: &str) -> Result<Config, ConfigError> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("w.toml");
        std::fs::write(&path, text).unwrap();
        load(&Overrides { config: Some(path), ..Overrides::default() }, &|_| None)
    }

    #[test]
    fn without_any_source_the_server_is_a_local_one() {
        let config = build(&BTreeMap::new(), None).unwrap();
        assert_eq!(config.issuer.as_str(), "http://localhost:8080");
        assert_eq!(config.database, "sqlite:data/wayleave.db");
    }

    #[test]
    fn an_unknown_key_is_refused_by_name() {
        assert_eq!(from_file("publik_url = 'x'").unwrap_err().key, "publik_url");
        assert_eq!(from_file("[tls]\ncert = 'x'").unwrap_err().key, "tls.cert");
    }

    #[test]
    fn what_is_true_or_false_is_written_with_or_without_quotes() {
        for text in ["allow_unsafe_durability = true", "allow_unsafe_durability = 'true'"] {
            assert!(from_file(text).unwrap().allow_unsafe_durability, "{text}");
        }
        assert!(!from_file("").unwrap().allow_unsafe_durability);
        assert_eq!(from_file("allow_unsafe_durability = 'yes'").unwrap_err().key, "allow_unsafe_durability");
        assert_eq!(from_file("data = true").unwrap_err().key, "data");
    }

    #[test]
    fn the_environment_wins_over_the_file_and_a_flag_over_both() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("w.toml");
        std::fs::write(&path, "listen = '127.0.0.1:1'\ndata = 'a'").unwrap();
        let overrides =
            Overrides { config: Some(path), listen: Some("127.0.0.1:3".into()), ..Overrides::default() };
        let environment = |name: &str| match name {
            "WAYLEAVE_LISTEN" => Some("127.0.0.1:2".to_owned()),
            "WAYLEAVE_DATA" => Some("b".to_owned()),
            _ => None,
        };
        let config = load(&overrides, &environment).unwrap();
        assert_eq!((config.listen.port(), config.data.to_str()), (3, Some("b")));
    }

    #[test]
    fn a_reachable_address_needs_a_public_url() {
        assert_eq!(from_file("listen = '0.0.0.0:80'").unwrap_err().key, "public_url");
    }

    #[test]
    fn only_public_addresses_at_port_443_are_asked_unless_the_file_says_otherwise() {
        let outbound = from_file("").unwrap().outbound;
        assert!(outbound.allow.is_empty() && outbound.ports == [443] && outbound.certificates.is_none());
        let config = from_file(
            "[outbound]\nallow = ['127.0.0.0/8']\nports = ['443', '8443']\ncertificates = 'ca.pem'",
        );
        let outbound = config.unwrap().outbound;
        assert_eq!((outbound.allow.len(), outbound.ports), (1, vec![443, 8443]));
        for wrong in ["ports = ['https']", "ports = ['0']", "ports = ['65536']", "ports = [443]"] {
            assert!(from_file(&format!("[outbound]\n{wrong}")).is_err(), "{wrong}");
        }
        assert_eq!(from_file("[outbound]\nallow = ['localhost']").unwrap_err().key, "outbound.allow");
    }

    #[test]
    fn a_list_may_hold_addresses_and_networks() {
        let config = from_file("trusted_proxies = ['10.0.0.0/8', '192.0.2.7']").unwrap();
        assert!(config.trusts("10.9.9.9".parse().unwrap()) && config.trusts("192.0.2.7".parse().unwrap()));
        assert!(!config.trusts("192.0.2.8".parse().unwrap()));
    }
}
