//! A registration that an administrator writes: the few members they see are held to the same rules, the others stay or follow from them.

use serde_json::{Map, Value, json};

use super::{
    bounds,
    replacement::differs_to_a_user,
    request::{Policy, RawRegistration, holds_secret, parse},
    statement,
};
use crate::{
    client::{
        Door,
        management::MANAGE,
        metadata::{AuthMethod, ClientMetadata, GrantType},
    },
    error::Refusal,
    registration::rules::refuse,
    scope::Scope,
};

/// What an administrator says of a client.
#[derive(Clone, Copy, Debug)]
pub struct Administered<'a> {
    pub redirect_uris: &'a [String],
    pub client_name: Option<&'a str>,
    pub contacts: &'a [String],
    pub logo_uri: Option<&'a str>,
    /// The most it can ask for; `None`: whatever there is.
    pub scope: Option<&'a Scope>,
    /// Whether the client proves itself with a secret.
    pub has_secret: bool,
}

/// The member that breaks a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Member {
    RedirectUris,
    ClientName,
    Contacts,
    LogoUri,
    Scope,
    /// How the client proves itself, and the grants that follow from it.
    Secret,
}

/// The metadata of a client that was `current` until now, or is new. `is_image` says that the logo is an image itself, which is as good as
/// the address of one. The scope may name what this server knows, what the client had, and the right to manage: whether the administrator
/// may give that is the caller's question.
pub fn administer(
    current: Option<&ClientMetadata>,
    said: &Administered<'_>,
    is_image: impl FnOnce(&str) -> bool,
    (policy, door): (&Policy<'_>, Door),
) -> Result<ClientMetadata, (Member, Refusal)> {
    check_scope(current, said, policy).map_err(|refusal| (Member::Scope, refusal))?;
    let mut members = current.map(ClientMetadata::members).unwrap_or_default();
    let image = said.logo_uri.filter(|logo| is_image(logo));
    // What an administrator writes stands above what anybody else vouches for; that somebody does stays true.
    for member in ["client_name", "contacts", "logo_uri", "application_type", "scope", statement::MEMBER] {
        members.remove(member);
    }
    members.insert("redirect_uris".to_owned(), json!(said.redirect_uris));
    let (method, grant_types) = follow(current, said);
    members.insert("token_endpoint_auth_method".to_owned(), json!(method));
    members.insert("grant_types".to_owned(), json!(grant_types));
    members.remove("response_types");
    let mut steps: Vec<(Member, &str, Value)> = vec![(Member::Contacts, "contacts", json!(said.contacts))];
    steps.extend(said.client_name.map(|name| (Member::ClientName, "client_name", json!(name))));
    steps.extend(
        said.logo_uri.filter(|_| image.is_none()).map(|logo| (Member::LogoUri, "logo_uri", json!(logo))),
    );
    // One member more each time: the one that was added last is the one to blame.
    let mut metadata = held(&members, policy, door).map_err(|refusal| (Member::RedirectUris, refusal))?;
    for (member, name, value) in steps {
        members.insert(name.to_owned(), value);
        metadata = held(&members, policy, door).map_err(|refusal| (member, refusal))?;
    }
    if let Some(image) = image {
        metadata.logo_uri = Some(image.to_owned());
    }
    metadata.scope = said.scope.cloned();
    metadata.software_statement = current.and_then(|metadata| metadata.software_statement.clone());
    let known = policy.settings.known_scopes();
    bounds::apply(policy.bounds, metadata, &known, Door::Administrator).map_err(|refusal| {
        let field = refusal.violations().first().map_or("redirect_uris", |violation| violation.field);
        let member = match field {
            "scope" => Member::Scope,
            "grant_types" | "token_endpoint_auth_method" => Member::Secret,
            _ => Member::RedirectUris,
        };
        (member, refusal)
    })
}

fn check_scope(
    current: Option<&ClientMetadata>,
    said: &Administered<'_>,
    policy: &Policy<'_>,
) -> Result<(), Refusal> {
    let Some(scope) = said.scope else { return Ok(()) };
    let known = policy.settings.known_scopes();
    let had = current.and_then(|metadata| metadata.scope.as_ref());
    let may_name =
        |token: &str| token == MANAGE || known.contains(token) || had.is_some_and(|had| had.contains(token));
    match scope.iter().find(|token| !may_name(token)) {
        Some(unknown) => Err(refuse(format!("{unknown} is no scope value that this server knows"))),
        None => Ok(()),
    }
}

/// Whether somebody who consented to `before` would now see, or trust, something else.
pub fn is_another_to_a_user(before: &ClientMetadata, after: &ClientMetadata) -> bool {
    differs_to_a_user(before, after)
}

fn held(members: &Map<String, Value>, policy: &Policy<'_>, door: Door) -> Result<ClientMetadata, Refusal> {
    // The bounds judge the whole, once it is whole.
    let rules = Policy { bounds: &[], ..*policy };
    parse(&RawRegistration::from_members(members.clone()), &rules, door)
        .map(super::Registration::into_metadata)
}

/// The method and the grants that go with a secret or none, and with somewhere to send people back to or nowhere.
fn follow(current: Option<&ClientMetadata>, said: &Administered<'_>) -> (AuthMethod, Vec<GrantType>) {
    let method = match current.map(|metadata| metadata.token_endpoint_auth_method) {
        Some(AuthMethod::PrivateKeyJwt) => AuthMethod::PrivateKeyJwt,
        Some(method) if said.has_secret && holds_secret(method) => method,
        _ if said.has_secret => AuthMethod::ClientSecretBasic,
        _ => AuthMethod::None,
    };
    let mut grant_types = current.map(|metadata| metadata.grant_types.clone()).unwrap_or_default();
    if method == AuthMethod::None {
        grant_types.retain(|grant_type| *grant_type != GrantType::ClientCredentials);
    }
    if !said.redirect_uris.is_empty() && !grant_types.contains(&GrantType::AuthorizationCode) {
        grant_types.extend([GrantType::AuthorizationCode, GrantType::RefreshToken]);
    }
    if grant_types.is_empty() && method != AuthMethod::None {
        grant_types.push(GrantType::ClientCredentials);
    }
    if grant_types.is_empty() {
        grant_types.extend([GrantType::AuthorizationCode, GrantType::RefreshToken]);
    }
    (method, grant_types)
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::*;
    use crate::settings::OidcProvider;

    const NOBODY: Administered<'_> = Administered {
        redirect_uris: &[],
        client_name: None,
        contacts: &[],
        logo_uri: None,
        scope: None,
        has_secret: false,
    };

    fn made(said: &Administered<'_>, current: Option<&ClientMetadata>) -> Result<ClientMetadata, Member> {
        let (settings, issuer) = (OidcProvider::default(), Url::parse("https://auth.example").unwrap());
        let policy = Policy { settings: &settings, issuer: &issuer, bounds: &[] };
        let is_image = |logo: &str| logo.starts_with("data:image/");
        administer(current, said, is_image, (&policy, Door::Administrator)).map_err(|(member, _)| member)
    }

    #[test]
    fn a_client_follows_from_where_it_sends_people_and_whether_it_has_a_secret() {
        let uris = ["https://app.example/cb".to_owned()];
        let public = made(&Administered { redirect_uris: &uris, ..NOBODY }, None).unwrap();
        assert_eq!(public.token_endpoint_auth_method, AuthMethod::None);
        assert!(public.allows(GrantType::AuthorizationCode) && public.allows(GrantType::RefreshToken));
        let machine = made(&Administered { has_secret: true, ..NOBODY }, None).unwrap();
        assert_eq!(machine.grant_types, [GrantType::ClientCredentials]);
        assert_eq!(made(&NOBODY, None), Err(Member::RedirectUris));
        let grown =
            made(&Administered { redirect_uris: &uris, has_secret: true, ..NOBODY }, Some(&machine)).unwrap();
        assert!(grown.allows(GrantType::AuthorizationCode) && grown.allows(GrantType::ClientCredentials));
    }

    #[test]
    fn the_member_that_breaks_a_rule_is_named() {
        let (uris, bad) = (["https://app.example/cb".to_owned()], ["https://app.example/cb#a".to_owned()]);
        let said = Administered { redirect_uris: &uris, ..NOBODY };
        assert_eq!(made(&Administered { redirect_uris: &bad, ..said }, None), Err(Member::RedirectUris));
        assert_eq!(
            made(&Administered { client_name: Some("a\u{202e}b"), ..said }, None),
            Err(Member::ClientName)
        );
        let contacts = ["\u{200b}".to_owned()];
        assert_eq!(made(&Administered { contacts: &contacts, ..said }, None), Err(Member::Contacts));
        assert_eq!(
            made(&Administered { logo_uri: Some("javascript:1"), ..said }, None),
            Err(Member::LogoUri)
        );
        let image = made(&Administered { logo_uri: Some("data:image/png;base64,AA"), ..said }, None).unwrap();
        assert_eq!(image.logo_uri.as_deref(), Some("data:image/png;base64,AA"));
    }

    #[test]
    fn a_scope_names_what_the_server_knows_what_the_client_had_and_the_right_to_manage() {
        let uris = ["https://app.example/cb".to_owned()];
        let of = |tokens: &[&str], current: Option<&ClientMetadata>| {
            let scope = Scope::of(tokens);
            made(&Administered { redirect_uris: &uris, scope: Some(&scope), ..NOBODY }, current)
        };
        let mut before = of(&["openid", MANAGE], None).unwrap();
        assert_eq!(before.scope, Some(Scope::of(&["openid", MANAGE])));
        assert_eq!(of(&["openid", "mail"], Some(&before)), Err(Member::Scope));
        before.scope = Some(Scope::of(&["mail"]));
        assert_eq!(of(&["mail"], Some(&before)).unwrap().scope, Some(Scope::of(&["mail"])));
        let free = made(&Administered { redirect_uris: &uris, ..NOBODY }, Some(&before)).unwrap();
        assert_eq!(free.scope, None);
    }

    #[test]
    fn what_an_administrator_does_not_see_stays_as_the_client_registered_it() {
        let uris = ["https://app.example/cb".to_owned()];
        let mut before = made(&Administered { redirect_uris: &uris, ..NOBODY }, None).unwrap();
        before.software_id = Some("mail".to_owned());
        let after =
            made(&Administered { redirect_uris: &uris, client_name: Some("Mail"), ..NOBODY }, Some(&before));
        assert_eq!(after.unwrap().software_id.as_deref(), Some("mail"));
    }
}
