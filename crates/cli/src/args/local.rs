//! What the commands of the host take.

use std::time::Duration;

use clap::{Args as ClapArgs, Subcommand};
use domain::{
    directory::permission::Permission,
    journal::{EventKind, ObjectKind},
    registration::profile::Preset,
};
use ipnet::IpNet;

#[derive(Debug, Subcommand)]
pub(crate) enum Local {
    /// List and create accounts, set passwords, disable and enable.
    #[command(subcommand)]
    Account(Account),
    /// Make, list and revoke API keys.
    #[command(subcommand)]
    ApiKey(ApiKey),
    /// Look at registered clients, approve them, vouch for them, disable or delete them.
    #[command(subcommand)]
    Client(Client),
    /// Read and change the settings of the running server.
    #[command(subcommand)]
    Settings(Settings),
    /// Put registration policies in force that belong together, in the place of all those of the server.
    ///
    /// The preset `mail-apps` also adds scope values and makes lives longer that are too short. Tenants keep their policies.
    Preset {
        #[arg(value_parser = preset)]
        name: Preset,
    },
    /// Read what happened, and check that nobody changed the record of it.
    #[command(subcommand)]
    Audit(Audit),
    /// List and replace the keys that tokens are signed with.
    #[command(subcommand)]
    Keys(Keys),
}

#[derive(Debug, Subcommand)]
pub(crate) enum Account {
    /// List the accounts by name.
    List,
    /// Create an account that signs in with a password.
    Create {
        /// The login name.
        name: String,
        /// Make it a system administrator.
        #[arg(long)]
        admin: bool,
        #[command(flatten)]
        password: PasswordSource,
    },
    /// Give an account another password.
    SetPassword {
        /// The login name.
        name: String,
        #[command(flatten)]
        password: PasswordSource,
    },
    /// Take the second factors of an account away, when the phone is lost: its passkeys, its app and its recovery codes.
    ///
    /// The password stays, and so does what is signed in. Who asks must be who they say: find that out on another way.
    ResetFactors {
        /// The login name.
        name: String,
    },
    /// Keep the account but let it do nothing: its tokens and keys are refused.
    Disable {
        /// The login name.
        name: String,
    },
    /// Let a disabled account in again.
    Enable {
        /// The login name.
        name: String,
    },
}

#[derive(Debug, ClapArgs)]
pub(crate) struct PasswordSource {
    /// Read the password from standard input: one line of at least 8 characters. There is no other way; a command line is seen by all.
    #[arg(long, required = true)]
    password_stdin: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ApiKey {
    /// Make an API key and print it. It is shown this once.
    ///
    /// A key that only registers clients needs `--permission authenticate --permission oauth-client-registration`.
    Create(NewApiKey),
    /// List the API keys, oldest first. The keys themselves are not known to anybody but their holders.
    List {
        /// Only the keys of this account.
        #[arg(long, value_name = "NAME")]
        account: Option<String>,
    },
    /// Revoke an API key: its next request is refused.
    Revoke {
        /// What `list` calls it: the 26 characters after `wlk_` in the key itself.
        id: String,
    },
}

#[derive(Debug, ClapArgs)]
pub(crate) struct NewApiKey {
    /// The account that the key acts for.
    #[arg(long, value_name = "NAME")]
    pub(crate) account: String,
    /// A permission of the key; repeat it for more. Without any, the key holds what its account holds.
    #[arg(long = "permission", value_name = "P", value_parser = permission)]
    pub(crate) permissions: Vec<Permission>,
    /// Give the key everything its account holds, and do not warn about it.
    #[arg(long, conflicts_with = "permissions")]
    pub(crate) inherit: bool,
    /// What the key is for.
    #[arg(long, value_name = "D", default_value = "made on the command line")]
    pub(crate) description: String,
    /// The key stops working after this time: `90s`, `10m`, `12h`, `30d` [default: never].
    #[arg(long, value_name = "TIME", value_parser = span)]
    pub(crate) expires: Option<Duration>,
    /// An address or network from which the key may be used; repeat it for more [default: anywhere].
    #[arg(long = "allow-ip", value_name = "CIDR", value_parser = network)]
    pub(crate) allowed_ips: Vec<IpNet>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Client {
    /// List registered clients, newest first.
    List {
        /// At most so many.
        #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
        limit: u32,
    },
    /// List the clients that leave by themselves, because nobody vouches for them and nobody uses them, and why.
    ///
    /// How long such clients stay say the settings unclaimedClientRetention and idleClientRetention.
    Leaving {
        /// Those that leave within this time: `12h`, `7d`. Without it, those that the next sweep deletes.
        #[arg(long, value_name = "TIME", value_parser = span)]
        within: Option<Duration>,
        /// At most so many.
        #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
        limit: u32,
    },
    /// Print everything about a client but its secrets, as JSON.
    Show { client_id: String },
    /// Vouch for a client: people see that you did, and may be spared a repeated question.
    Verify { client_id: String },
    /// Take that back.
    Unverify { client_id: String },
    /// Keep the registration but serve the client nothing.
    Disable { client_id: String },
    /// Serve a disabled client again.
    Enable { client_id: String },
    /// Approve a client that registered where somebody has to look first, or take a denial back: from now on it gets what people allow it.
    Approve { client_id: String },
    /// Say no to a client that waits for approval: it gets nothing, and cannot come back by registering again while it is there.
    Deny { client_id: String },
    /// Delete the registration and revoke everything people granted it.
    Delete { client_id: String },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Settings {
    /// Print one setting as JSON, or all of them as a table.
    Get {
        /// With or without `OidcProvider.` before it.
        key: Option<String>,
    },
    /// Change settings: all of those given, or none.
    Set {
        /// VALUE is JSON; what is not JSON is taken as text: `OidcProvider.accessTokenExpiry=30m`.
        #[arg(required = true, value_name = "KEY=VALUE")]
        changes: Vec<String>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Audit {
    /// List what happened, newest first.
    List(AuditFilter),
    /// Check that no event was edited, removed, added or moved since it was sealed. Exit status 1 if one was.
    ///
    /// It prints the last link of each chain. Whoever can write to the database could write a whole new journal that holds in itself, but
    /// not one with the same links: keep them elsewhere.
    Verify,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct AuditFilter {
    /// At most so many.
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) limit: u32,
    /// Only what happened to objects of this kind: `OAuthClient`, `OidcProvider`, `Account` …
    #[arg(long, value_name = "KIND", value_parser = object_kind)]
    pub(crate) object: Option<ObjectKind>,
    /// Only what happened to the object with this id; without it, what was created, changed and deleted of its kind.
    #[arg(long, value_name = "ID", requires = "object")]
    pub(crate) id: Option<String>,
    /// Only events of this kind: `created`, `signed-in`, `code-replayed` …
    #[arg(long, value_name = "KIND", value_parser = event_kind)]
    pub(crate) kind: Option<EventKind>,
    /// Only what this account did.
    #[arg(long, value_name = "NAME")]
    pub(crate) account: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Keys {
    /// List the signing keys and what each is doing.
    List,
    /// Publish a successor for every key, to sign in ten minutes, and list the keys.
    Rotate {
        /// Let the successors sign at once. Clients that cached the key set must fetch it again. What the old keys signed stays good:
        /// a key that leaked must be revoked.
        #[arg(long)]
        at_once: bool,
    },
    /// Forget a key that leaked, and list the keys: within a second nothing that it signed is good any more.
    ///
    /// Its successor signs at once. Access tokens that it signed are refused, and clients get new ones by their refresh tokens.
    Revoke {
        /// What `list` calls it.
        kid: String,
    },
}

fn permission(text: &str) -> Result<Permission, String> {
    Permission::parse(text).ok_or_else(|| {
        let names: Vec<_> = Permission::ALL.iter().map(|permission| permission.as_str()).collect();
        format!("there is no such permission; the permissions are {}", names.join(", "))
    })
}

fn preset(text: &str) -> Result<Preset, String> {
    let names = Preset::ALL.map(Preset::as_str);
    Preset::parse(text).ok_or_else(|| format!("must be one of {}", names.join(", ")))
}

fn object_kind(text: &str) -> Result<ObjectKind, String> {
    let names: Vec<_> = ObjectKind::ALL.iter().map(|kind| kind.as_str()).collect();
    ObjectKind::parse(text).ok_or_else(|| format!("must be one of {}", names.join(", ")))
}

fn event_kind(text: &str) -> Result<EventKind, String> {
    let names: Vec<_> = EventKind::ALL.iter().map(|kind| kind.as_str()).collect();
    EventKind::parse(text).ok_or_else(|| format!("must be one of {}", names.join(", ")))
}

fn network(text: &str) -> Result<IpNet, &'static str> {
    let address = |_| text.parse::<std::net::IpAddr>().map(IpNet::from);
    text.parse()
        .or_else(address)
        .map_err(|_| "must be an address or a network such as 10.0.0.0/8 or 2001:db8::1")
}

/// A whole number above zero and its unit: `s`, `m`, `h` or `d`.
fn span(text: &str) -> Result<Duration, &'static str> {
    let unit_at = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(unit_at);
    let seconds: Option<u64> = match unit {
        "s" => Some(1),
        "m" => Some(60),
        "h" => Some(3_600),
        "d" => Some(86_400),
        _ => None,
    };
    let span =
        number.parse::<u64>().ok().zip(seconds).and_then(|(number, seconds)| number.checked_mul(seconds));
    span.filter(|seconds| *seconds > 0)
        .map(Duration::from_secs)
        .ok_or("must be a time such as 90s, 10m, 12h or 30d")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_a_number_and_a_unit() {
        assert_eq!(span("30d"), Ok(Duration::from_hours(30 * 24)));
        for bad in ["", "30", "d", "0d", "-1d", "1w", "1 d", "99999999999999999999d", "999999999999999999d"] {
            assert!(span(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_permission_is_known_by_both_its_names() {
        assert_eq!(permission("oAuthClientRegistration"), permission("oauth-client-registration"));
        assert!(permission("fly").is_err_and(|why| why.contains("oauth-client-override")));
    }
}
