//! `x:OAuthClient`: registered clients, whichever way they came in, over `admin::clients`.

use domain::{
    client::{Client, Door, approval::Approval},
    directory::permission::Permission,
    id::Id,
    journal::ObjectKind,
    registration::Policy,
    scope::Scope,
    secret::Secret,
    time::Timestamp,
};
use jmap::{error::MethodError, json::Object, set_error::SetErrorKind};
use serde_json::{Value, json};
use store::{
    client_search::{Condition, SortBy, State},
    search::Comparison::Equal,
};

use super::found::{self, comparison, everything, in_order, means, opt_id};
use crate::{
    admin::clients::{self, ClientError, Draft, SecretWish as Wish},
    clock,
    jmap::{
        object::{
            ActError, Choice, Description, Kind, List, Made, Multiplicity, Permissions, Property, Record,
            Scene, SecretWish, Section, TextFormat, Type, Wanted,
            fault::{invalid, taken},
            value::{MASK, moment, opt_moment, read_moment, set},
        },
        query::{Clause, Found, Question},
    },
};

pub struct OAuthClient;

/// A client as it is at one moment.
pub struct Row {
    client: Client,
    last_used_at: Option<Timestamp>,
    now: Timestamp,
}

static DOOR: Choice = Choice {
    name: "ClientDoor",
    names: || {
        vec![
            ("anonymous", "Nobody authenticated; identical registrations share one client"),
            ("initial-access-token", "Registered with an initial access token"),
            ("api-key", "Registered with an API key"),
            ("access-token", "Registered with the access token of an account"),
            ("administrator", "Made by an administrator"),
            ("document", "Described by a document at its client id"),
        ]
    },
    parse: |text| Door::parse(text).map(Door::as_str),
};

const STATES: [(&str, &str); 6] = [
    ("active", "It may be used"),
    ("verified", "It may be used, and an administrator vouches for it"),
    ("pending", "It waits until an administrator approves it"),
    ("denied", "An administrator did not approve it"),
    ("expired", "Its time is over"),
    ("disabled", "An administrator disabled it"),
];

static STATE: Choice = Choice {
    name: "ClientState",
    names: || STATES.to_vec(),
    parse: |text| STATES.iter().map(|(name, _)| *name).find(|name| *name == text),
};

/// What there is nothing to say against.
const APPROVED: &str = "approved";

static APPROVAL: Choice = Choice {
    name: "ClientApproval",
    names: || {
        vec![
            (APPROVED, "An administrator approved it, or nobody had to"),
            (Approval::Pending.as_str(), "It waits for an administrator, and gets nothing until then"),
            (Approval::Denied.as_str(), "An administrator did not approve it; another one may still"),
        ]
    },
    parse: |text| Approval::parse(text).map(Approval::as_str).or((text == APPROVED).then_some(APPROVED)),
};

const fn logo() -> Type {
    Type::Text { format: TextFormat::Logo, min: 1, max: 64 * 1024 }
}

static DESCRIPTION: Description = Description {
    name: "OAuthClient",
    meaning: "Applications that may ask for tokens",
    multiplicity: Multiplicity::Many,
    journal: Some(ObjectKind::OAuthClient),
    is_personal: false,
    permissions: Permissions {
        get: Permission::OauthClientGet,
        query: Some(Permission::OauthClientQuery),
        create: Some(Permission::OauthClientCreate),
        update: Some(Permission::OauthClientUpdate),
        destroy: Some(Permission::OauthClientDestroy),
    },
    permission_prefix: "sysOAuthClient",
    properties: &[
        Property::new("clientId", Type::text(2048), "The client_id that it presents")
            .immutable()
            .filter()
            .sort(),
        Property::new("description", Type::text(256), "Its name, as people see it").optional(),
        Property::new("contacts", Type::texts(TextFormat::Email), "Who is responsible for it").or_empty(),
        Property::new(
            "redirectUris",
            Type::texts(TextFormat::Uri),
            "Where answers may go; held to the rules of registration",
        )
        .or_empty(),
        Property::new(
            "secret",
            Type::Secret { min: 16, max: 256 },
            "With what it proves itself; {\"@type\":\"Generate\"} asks for one, which is shown once",
        )
        .optional(),
        Property::new("logo", logo(), "An https URL, or an image as a data URL").optional(),
        Property::new(
            "scope",
            Type::texts(TextFormat::Plain),
            "The most it can ask for, empty: whatever there is; urn:wayleave:scope:manage lets it manage this server as whoever allows it that",
        )
        .or_empty(),
        Property::new("createdAt", Type::Moment, "When it was registered").server_set().filter().sort(),
        Property::new("expiresAt", Type::Moment, "When it stops working").optional().filter(),
        Property::new(
            "memberTenantId",
            Type::Reference("Tenant"),
            "Only accounts of this tenant get tokens through it",
        )
        .optional()
        .filter(),
        Property::new("isEnabled", Type::Boolean, "Whether it may be used at all").or(|| json!(true)),
        Property::new("isVerified", Type::Boolean, "Whether an administrator vouches for it")
            .or(|| json!(false)),
        Property::new(
            "isFirstParty",
            Type::Boolean,
            "Whether it belongs to whoever runs this server, so that nobody is asked for consent",
        )
        .or(|| json!(false)),
        Property::new(
            "approval",
            Type::Choice(&APPROVAL),
            "What was decided about a client that registered where a policy asks for approval; set to approved or denied, it is decided",
        )
        .or(|| json!(APPROVED))
        .filter(),
        Property::new("state", Type::Choice(&STATE), "What has become of it")
            .server_set()
            .filter()
            .volatile(),
        Property::new("door", Type::Choice(&DOOR), "How it came in").server_set().filter(),
        Property::new(
            "registeredBy",
            Type::Reference("Account"),
            "The account that authenticated to register it",
        )
        .optional()
        .server_set(),
        Property::new("vouchedForBy", Type::text(2048), "The issuer of the software statement that it registered with")
            .optional()
            .server_set(),
        Property::new("lastUsedAt", Type::Moment, "When it last got a token, had one introspected or registered the same again, to within a minute")
            .optional()
            .server_set()
            .filter()
            .volatile(),
        Property::new("metadata", Type::Json, "All it registered, in the names of RFC 7591").server_set(),
    ],
    text: &["clientId", "description", "contacts"],
    list: List {
        section: Section::Management,
        title: "OAuth Clients",
        singular: "OAuth client",
        plural: "OAuth clients",
        columns: &["clientId", "description", "state", "createdAt", "expiresAt"],
        label: "clientId",
    },
};

impl Kind for OAuthClient {
    type Row = Row;

    const DESCRIPTION: &'static Description = &DESCRIPTION;

    fn json(Row { client, last_used_at, now }: &Self::Row) -> Object {
        let metadata = &client.metadata;
        let members = [
            ("id", json!(client.id.as_str())),
            ("clientId", json!(client.client_id.as_str())),
            ("description", json!(metadata.client_name)),
            ("contacts", set(&metadata.contacts)),
            ("redirectUris", set(uris(client))),
            ("logo", json!(metadata.logo_uri)),
            ("scope", set(metadata.scope.iter().flat_map(Scope::iter))),
            ("createdAt", moment(client.created_at)),
            ("expiresAt", opt_moment(client.expires_at)),
            ("memberTenantId", json!(client.member_tenant_id.as_ref().map(Id::as_str))),
            ("isEnabled", json!(client.is_enabled)),
            ("isVerified", json!(client.is_verified)),
            ("isFirstParty", json!(client.is_first_party)),
            ("approval", json!(client.approval.map_or(APPROVED, Approval::as_str))),
            ("state", json!(state(client, *now))),
            ("door", json!(client.door.as_str())),
            ("registeredBy", json!(client.registered_by.as_ref().map(Id::as_str))),
            ("vouchedForBy", json!(metadata.vouched_for_by())),
            ("lastUsedAt", opt_moment(*last_used_at)),
            ("metadata", Value::Object(metadata.members())),
        ];
        let secret = client.secret.as_ref().map(|_| ("secret", json!(MASK)));
        members.into_iter().chain(secret).map(|(name, value)| (name.to_owned(), value)).collect()
    }

    async fn load(scene: Scene<'_>, wanted: Wanted<'_>) -> Result<Vec<Self::Row>, ActError> {
        let store = &scene.app.store;
        let ids = found::ids(wanted, async |most| clients::query(store, scene.actor, everything(most)).await)
            .await?;
        let clients = clients::get(store, scene.actor, &ids).await?;
        let mut uses = clients::last_uses(store, &clients).await?;
        let now = clock::now();
        let row = |client: Client| Row { last_used_at: uses.remove(&client.id), client, now };
        Ok(clients.into_iter().map(row).collect())
    }

    async fn create(scene: Scene<'_>, record: Record) -> Result<Made, ActError> {
        let live = scene.app.live();
        let policy = Policy { settings: &live.settings, issuer: scene.app.config.issuer.url(), bounds: &[] };
        let draft = draft(&record, None)?;
        let client_id = record.text("clientId");
        let written = clients::create(means(scene), scene.actor, &policy, &client_id, draft).await?;
        Ok(Made { id: written.client.id.to_string(), secret: written.secret })
    }

    async fn update(
        scene: Scene<'_>,
        Row { client, .. }: Self::Row,
        record: Record,
    ) -> Result<Option<Secret>, ActError> {
        let live = scene.app.live();
        let policy = Policy { settings: &live.settings, issuer: scene.app.config.issuer.url(), bounds: &[] };
        let draft = draft(&record, Some(&client))?;
        let at = (&client.id, client.version);
        Ok(clients::update(means(scene), scene.actor, &policy, at, draft).await?.secret)
    }

    async fn destroy(scene: Scene<'_>, Row { client, .. }: Self::Row) -> Result<(), ActError> {
        Ok(clients::destroy(means(scene), scene.actor, client.client_id.as_str()).await?)
    }

    async fn query(scene: Scene<'_>, question: &Question<'_>) -> Result<Found, MethodError> {
        let now = clock::now();
        let search = found::search(
            question,
            |clause| condition(clause, now),
            |name| match name {
                "clientId" => Some(SortBy::ClientId),
                "createdAt" => Some(SortBy::Id),
                _ => None,
            },
        )?;
        found::found(clients::query(&scene.app.store, scene.actor, search).await)
    }
}

fn condition(clause: &Clause, now: Timestamp) -> Option<Condition> {
    match clause {
        Clause::Words(words) => Some(Condition::Text(found::text(words))),
        Clause::Is("createdAt", at) => Some(Condition::CreatedAt(Equal, read_moment(at)?)),
        Clause::Is("lastUsedAt", at) => Some(Condition::LastUsedAt(Equal, read_moment(at)?)),
        Clause::Is("expiresAt", at) => Some(Condition::ExpiresAt(Equal, read_moment(at)?)),
        Clause::Is(name, value) => {
            let text = value.as_str()?;
            match *name {
                "clientId" => Some(Condition::ClientId(text.to_owned())),
                "memberTenantId" => Some(Condition::MemberTenantId(Some(Id::parse(text)?))),
                "door" => Door::parse(text).map(Condition::Door),
                "approval" => Some(Condition::Approval(Approval::parse(text))),
                "state" => Some(Condition::State(match text {
                    "active" => State::Active(now),
                    "verified" => State::Verified(now),
                    "pending" => State::Pending(now),
                    "denied" => State::Denied(now),
                    "expired" => State::Expired(now),
                    "disabled" => State::Disabled,
                    _ => return None,
                })),
                _ => None,
            }
        }
        Clause::Compare("createdAt", how, at) => {
            Some(Condition::CreatedAt(comparison(*how), found::moment(*at)))
        }
        Clause::Compare("expiresAt", how, at) => {
            Some(Condition::ExpiresAt(comparison(*how), found::moment(*at)))
        }
        Clause::Compare("lastUsedAt", how, at) => {
            Some(Condition::LastUsedAt(comparison(*how), found::moment(*at)))
        }
        Clause::Compare(..) => None,
    }
}

fn state(client: &Client, now: Timestamp) -> &'static str {
    match (client.is_enabled, client.has_ended(now), client.approval) {
        (false, _, _) => "disabled",
        (true, true, _) => "expired",
        (true, false, Some(approval)) => approval.as_str(),
        (true, false, None) if client.is_verified => "verified",
        (true, false, None) => "active",
    }
}

fn uris(client: &Client) -> Vec<String> {
    client.metadata.redirect_uris.iter().map(|uri| uri.as_str().to_owned()).collect()
}

fn draft(record: &Record, before: Option<&Client>) -> Result<Draft, ActError> {
    let contacts = before.map(|client| client.metadata.contacts.clone()).unwrap_or_default();
    let redirect_uris = before.map(uris).unwrap_or_default();
    Ok(Draft {
        description: record.opt_text("description"),
        contacts: in_order(&contacts, record.elements("contacts")),
        redirect_uris: in_order(&redirect_uris, record.elements("redirectUris")),
        secret: match record.secret("secret") {
            SecretWish::Keep => Wish::Keep,
            SecretWish::Remove => Wish::None,
            SecretWish::Generate => Wish::Generate,
            SecretWish::Set(secret) => Wish::Set(secret),
        },
        logo: record.opt_text("logo"),
        scope: scope(record)?,
        expires_at: record.moment("expiresAt"),
        member_tenant_id: opt_id(record, "memberTenantId"),
        is_enabled: record.flag("isEnabled"),
        is_verified: record.flag("isVerified"),
        is_first_party: record.flag("isFirstParty"),
        approval: Approval::parse(&record.text("approval")),
    })
}

fn scope(record: &Record) -> Result<Option<Scope>, ActError> {
    let values = record.elements("scope");
    let malformed = || ActError::from(invalid("scope", "must be scope values (RFC 6749 section 3.3)"));
    if values.iter().any(|value| value.contains(' ')) {
        return Err(malformed());
    }
    let scope = Scope::parse(&values.join(" ")).map_err(|_| malformed())?;
    Ok((!scope.is_empty()).then_some(scope))
}

impl From<ClientError> for ActError {
    fn from(error: ClientError) -> Self {
        let why = error.to_string();
        let refused = match error {
            ClientError::Forbidden(forbidden) => return forbidden.into(),
            ClientError::Store(error) => return error.into(),
            ClientError::Stale => return Self::Stale,
            ClientError::Unknown => SetErrorKind::NotFound.into(),
            ClientError::BadClientId => invalid("clientId", "must be 1 to 2048 printable ASCII characters"),
            ClientError::ReservedClientId => {
                invalid("clientId", "may neither be a URL nor look like an id that this server makes")
            }
            ClientError::OwnClientId => invalid(
                "clientId",
                "is one of this server's own, which no administrator of a tenant registers",
            ),
            ClientError::ClientIdTaken => taken("clientId", None),
            ClientError::BadRedirectUris(refusal) => invalid("redirectUris", refusal.description()),
            ClientError::BadDescription(refusal) => invalid("description", refusal.description()),
            ClientError::BadContacts(refusal) => invalid("contacts", refusal.description()),
            ClientError::BadLogo(refusal) => invalid("logo", refusal.description()),
            ClientError::BadScope(refusal) => invalid("scope", refusal.description()),
            ClientError::BadMethod(refusal) => invalid("secret", refusal.description()),
            ClientError::BadEnd(_) => invalid("expiresAt", &why),
            ClientError::BadSecret => invalid("secret", "must be 16 to 256 visible ASCII characters"),
            ClientError::SecretNotUsed => {
                invalid("secret", "is not used: this client proves itself with a key")
            }
            ClientError::Decided(decided) => invalid("approval", decided.to_string()),
            ClientError::UnknownTenant => invalid("memberTenantId", "there is no such tenant"),
            ClientError::Shared
            | ClientError::Described
            | ClientError::TenantFixed
            | ClientError::RightToManage => SetErrorKind::Forbidden.describe(why),
            ClientError::OverQuota => SetErrorKind::OverQuota.describe(why),
        };
        Self::Refused(refused)
    }
}
