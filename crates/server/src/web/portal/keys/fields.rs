//! What the form for a new key says.

use domain::{
    directory::{KeyKind, PermissionSet, access::KeyPermissions, permission::Permission},
    error::Refusal,
    parameters::Parameters,
    time::Timestamp,
};
use ipnet::IpNet;

use super::picker;
use crate::{
    admin::account_keys::Draft,
    web::wrong::{Wrong, wrong},
    words::said,
};

/// More networks are a firewall's business.
const MOST_NETWORKS: usize = 64;

/// What a new key may do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Reach {
    #[default]
    Everything,
    OnlyRegister,
    Chosen,
}

/// What stands in the fields.
#[derive(Clone, Debug, Default)]
pub(super) struct Fields {
    pub description: String,
    /// A day.
    pub expires_at: String,
    /// One to a line.
    pub allowed_ips: String,
    pub reach: Reach,
    pub chosen: PermissionSet,
}

impl Fields {
    pub fn read(sent: &Parameters) -> Result<Self, Refusal> {
        let text = |name| Ok::<_, Refusal>(sent.one(name)?.unwrap_or_default().trim().to_owned());
        Ok(Self {
            description: text("description")?,
            expires_at: text("expiresAt")?,
            allowed_ips: text("allowedIps")?,
            reach: match sent.one("reach")? {
                Some("register") => Reach::OnlyRegister,
                Some("chosen") => Reach::Chosen,
                Some(_) | None => Reach::Everything,
            },
            chosen: sent.all("permission").filter_map(Permission::parse).collect(),
        })
    }

    pub fn draft(&self, kind: KeyKind, now: Timestamp) -> Result<Draft, Wrong> {
        let permissions = match (kind, self.reach) {
            (KeyKind::AppPassword, _) | (KeyKind::ApiKey, Reach::Everything) => KeyPermissions::Inherit,
            (KeyKind::ApiKey, Reach::OnlyRegister) => KeyPermissions::Replace(picker::only_register()),
            (KeyKind::ApiKey, Reach::Chosen) if self.chosen.is_empty() => {
                return Err(wrong("permission", said("Choose at least one thing that the key may do.")));
            }
            (KeyKind::ApiKey, Reach::Chosen) => {
                KeyPermissions::Replace(self.chosen | [Permission::Authenticate].into())
            }
        };
        Ok(Draft {
            description: self.description.clone(),
            permissions,
            allowed_ips: self.networks()?,
            expires_at: self.end(now)?,
        })
    }

    fn networks(&self) -> Result<Vec<IpNet>, Wrong> {
        let parse = |text: &str| {
            let one =
                || text.parse().ok().map(|address: std::net::IpAddr| IpNet::from(address.to_canonical()));
            text.parse::<IpNet>().ok().or_else(one)
        };
        let lines = self.allowed_ips.split(['\n', ',', ' ']).map(str::trim).filter(|text| !text.is_empty());
        let networks: Option<Vec<_>> = lines.map(parse).collect();
        let networks = networks.filter(|networks| networks.len() <= MOST_NETWORKS);
        networks.ok_or_else(|| {
            wrong(
                "allowedIps",
                said("Addresses are written like 203.0.113.7, networks like 203.0.113.0/24; at most 64 of them."),
            )
        })
    }

    /// A day means its beginning in UTC.
    fn end(&self, now: Timestamp) -> Result<Option<Timestamp>, Wrong> {
        if self.expires_at.is_empty() {
            return Ok(None);
        }
        let moment: Option<jiff::Timestamp> = format!("{}T00:00:00Z", self.expires_at).parse().ok();
        let moment = moment.map(|moment| Timestamp::from_millis(moment.as_millisecond()));
        let moment = moment.filter(|moment| *moment > now);
        let why = said("The last day must be one to come, written like 2031-12-31.");
        moment.map(Some).ok_or_else(|| wrong("expiresAt", why))
    }
}
