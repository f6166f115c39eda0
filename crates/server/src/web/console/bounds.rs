//! What may be registered, as fields of a form and in a line: registration policies and initial access tokens have the same.

use std::fmt::Write;

use domain::{
    client::metadata::{AuthMethod, GrantType},
    error::Refusal,
    parameters::Parameters,
    registration::bounds::{Bounds, BoundsError},
    scope::Scope,
};

use crate::{
    admin::settings::read_duration,
    web::{
        page::Foreign,
        wrong::{Wrong, wrong},
    },
    words::{Said, said},
};

/// What stands in the fields. A page includes `console/bounds.html` where `bounds` is in its scope.
#[derive(Clone, Debug, Default)]
pub struct BoundFields {
    pub hosts: String,
    pub schemes: String,
    pub scopes: String,
    pub life: String,
    grants: Vec<GrantType>,
    methods: Vec<AuthMethod>,
}

/// A box to tick.
#[derive(Clone, Copy, Debug)]
pub struct Choice {
    pub name: &'static str,
    pub is_chosen: bool,
}

/// One bound, to be read: what it is about, and what it allows.
#[derive(Clone, Debug)]
pub struct Fact {
    pub about: Said,
    pub allowed: Vec<Foreign>,
}

impl BoundFields {
    pub fn of(bounds: &Bounds) -> Self {
        Self {
            hosts: lines(&bounds.redirect_hosts),
            schemes: lines(&bounds.redirect_schemes),
            scopes: bounds.scopes.to_string(),
            life: bounds.max_client_life.map(span).unwrap_or_default(),
            grants: bounds.grant_types.iter().copied().collect(),
            methods: bounds.auth_methods.iter().copied().collect(),
        }
    }

    pub fn read(sent: &Parameters) -> Result<Self, Refusal> {
        let text = |name| Ok::<_, Refusal>(sent.one(name)?.unwrap_or_default().trim().to_owned());
        Ok(Self {
            hosts: text("redirectHosts")?,
            schemes: text("redirectSchemes")?,
            scopes: text("scopes")?,
            life: text("maxClientLife")?,
            grants: sent.all("grantType").filter_map(GrantType::parse).collect(),
            methods: sent.all("authMethod").filter_map(AuthMethod::parse).collect(),
        })
    }

    /// What the fields say; whether it can be kept is the act's to say.
    pub fn bounds(&self) -> Result<Bounds, Wrong> {
        let scopes = self.scopes.split_whitespace().collect::<Vec<_>>().join(" ");
        let life = match self.life.as_str() {
            "" => None,
            text => {
                let span = read_duration(&text.into()).map_err(|_| {
                    wrong("maxClientLife", said("The longest life must look like 12h or 30d."))
                })?;
                Some(u64::try_from(span.as_millis()).unwrap_or(u64::MAX))
            }
        };
        Ok(Bounds {
            redirect_hosts: entries(&self.hosts).collect(),
            redirect_schemes: entries(&self.schemes).collect(),
            grant_types: self.grants.iter().copied().collect(),
            scopes: Scope::parse(&scopes).map_err(|_| refused(BoundsError::Scopes))?,
            auth_methods: self.methods.iter().copied().collect(),
            max_client_life: life,
        })
    }

    pub fn grants(&self) -> Vec<Choice> {
        let one = |grant: GrantType| Choice { name: grant.as_str(), is_chosen: self.grants.contains(&grant) };
        GrantType::ALL.map(one).into()
    }

    pub fn methods(&self) -> Vec<Choice> {
        let one =
            |method: AuthMethod| Choice { name: method.as_str(), is_chosen: self.methods.contains(&method) };
        AuthMethod::ALL.map(one).into()
    }
}

/// What the act said of the bounds, for the person in front of the form.
pub fn refused(error: BoundsError) -> Wrong {
    match error {
        BoundsError::Hosts => wrong(
            "redirectHosts",
            said(
                "Hosts must be names in lower case such as app.example.com, or *.example.com for all below it.",
            ),
        ),
        BoundsError::Schemes => wrong(
            "redirectSchemes",
            said(
                "Schemes must be https, http, private-use, or the scheme of one application, in lower case without the colon.",
            ),
        ),
        BoundsError::Scopes => wrong("scopes", said("These are no scope values.")),
        BoundsError::Life => wrong("maxClientLife", said("The longest life must be a minute or more.")),
    }
}

/// What the bounds say, bound by bound; empty where everything may be registered.
pub fn facts(bounds: &Bounds) -> Vec<Fact> {
    let texts =
        |texts: &mut dyn Iterator<Item = String>| texts.map(|text| Foreign::from(text.as_str())).collect();
    let all: [(Said, Vec<Foreign>); 6] = [
        (said("Hosts of redirect URIs"), texts(&mut bounds.redirect_hosts.iter().cloned())),
        (said("Schemes of redirect URIs"), texts(&mut bounds.redirect_schemes.iter().cloned())),
        (said("Grants"), texts(&mut bounds.grant_types.iter().map(|grant| grant.as_str().to_owned()))),
        (said("Scope values"), texts(&mut bounds.scopes.iter().map(str::to_owned))),
        (
            said("Authentication at the token endpoint"),
            texts(&mut bounds.auth_methods.iter().map(|method| method.as_str().to_owned())),
        ),
        (said("Longest life of a client"), texts(&mut bounds.max_client_life.map(span).into_iter())),
    ];
    let facts = all.into_iter().map(|(about, allowed)| Fact { about, allowed });
    facts.filter(|fact| !fact.allowed.is_empty()).collect()
}

fn entries(text: &str) -> impl Iterator<Item = String> {
    text.split([',', '\n', ' ', '\r', '\t']).filter(|entry| !entry.is_empty()).map(str::to_owned)
}

fn lines<'a>(entries: impl IntoIterator<Item = &'a String>) -> String {
    entries.into_iter().fold(String::new(), |mut text, entry| {
        let _ = writeln!(text, "{entry}");
        text
    })
}

/// Milliseconds as they are typed: in the largest unit that is even.
fn span(millis: u64) -> String {
    let units = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1_000, "s"), (1, "ms")];
    let even = units.into_iter().find(|(unit, _)| millis.is_multiple_of(*unit));
    even.map_or_else(String::new, |(unit, name)| format!("{}{name}", millis / unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_fields_show_is_what_they_say() {
        let bounds = Bounds {
            redirect_hosts: ["*.a.example", "b.example"].map(str::to_owned).into(),
            redirect_schemes: ["https".to_owned()].into(),
            grant_types: [GrantType::RefreshToken].into(),
            scopes: Scope::of(&["mail", "openid"]),
            auth_methods: [AuthMethod::None].into(),
            max_client_life: Some(30 * 86_400_000),
        };
        let fields = BoundFields::of(&bounds);
        assert_eq!(fields.life, "30d");
        assert_eq!(fields.bounds().ok(), Some(bounds));
        assert_eq!(BoundFields::default().bounds().ok(), Some(Bounds::default()));
        assert!(BoundFields { life: "soon".to_owned(), ..BoundFields::default() }.bounds().is_err());
    }
}
