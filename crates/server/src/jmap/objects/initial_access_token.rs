//! `x:InitialAccessToken`: what lets others register, with its ledger, over `admin::initial_access_tokens`.

use domain::{
    directory::permission::Permission,
    id::Id,
    journal::ObjectKind,
    registration::initial_access_token::{InitialAccessToken as Token, TokenState},
    secret::Secret,
    time::Timestamp,
};
use jmap::{error::MethodError, json::Object, set_error::SetErrorKind};
use serde_json::{Value, json};
use store::{
    initial_access_tokens::{Condition, SortBy, Use},
    search::Comparison::Equal,
};

use super::{
    bounds_types,
    found::{self, comparison, everything, means, opt_id},
};
use crate::{
    admin::initial_access_tokens::{self, Change, Draft, TokenError},
    clock,
    jmap::{
        object::{
            ActError, Choice, Description, Kind, List, Made, Multiplicity, Permissions, Property, Record,
            Scene, Section, Type, Wanted,
            fault::{invalid, linked},
            value::{MASK, moment, opt_moment, read_moment},
        },
        query::{Clause, Found, Question},
    },
};

pub struct InitialAccessToken;

/// A token as it is at one moment.
pub struct Row {
    token: Token,
    ledger: Vec<Use>,
    now: Timestamp,
}

/// So many clients of the ledger are shown with a token; the console shows all.
const SHOWN: u32 = 100;

static STATE: Choice = Choice {
    name: "InitialAccessTokenState",
    names: || {
        vec![
            ("active", "Clients may be registered with it"),
            ("spent", "As many clients as it is for were registered with it"),
            ("expired", "Its time is over"),
            ("revoked", "It was revoked"),
        ]
    },
    parse: |text| state(text).map(TokenState::as_str),
};

static DESCRIPTION: Description = Description {
    name: "InitialAccessToken",
    meaning: "Tokens with which others register so many clients within bounds",
    multiplicity: Multiplicity::Many,
    journal: Some(ObjectKind::InitialAccessToken),
    is_personal: false,
    permissions: Permissions {
        get: Permission::InitialAccessTokenGet,
        query: Some(Permission::InitialAccessTokenQuery),
        create: Some(Permission::InitialAccessTokenCreate),
        update: Some(Permission::InitialAccessTokenUpdate),
        destroy: Some(Permission::InitialAccessTokenDestroy),
    },
    permission_prefix: "sysInitialAccessToken",
    properties: &[
        Property::new("description", Type::text(Token::MAX_DESCRIPTION), "What it is for; refusals name it")
            .sort(),
        Property::new("secret", Type::Secret { min: 1, max: 256 }, "Shown once, when it is minted")
            .optional()
            .server_set(),
        Property::new("memberTenantId", Type::Reference("Tenant"), "Its clients belong to this tenant")
            .optional()
            .immutable()
            .filter(),
        Property::new(
            "maxUses",
            Type::count(1, Token::MAX_USES as i64),
            "So many clients may be registered with it",
        )
        .or(|| json!(1)),
        Property::new("uses", Type::count(0, Token::MAX_USES as i64), "So many were").server_set().volatile(),
        Property::new("expiresAt", Type::Moment, "When it stops working").optional().filter(),
        Property::new("isRevoked", Type::Boolean, "Whether it was taken back, which is for good")
            .or(|| json!(false)),
        bounds_types::HOSTS.immutable(),
        bounds_types::SCHEMES.immutable(),
        bounds_types::GRANTS.immutable(),
        bounds_types::SCOPES.immutable(),
        bounds_types::METHODS.immutable(),
        bounds_types::LIFE.immutable(),
        Property::new("createdAt", Type::Moment, "When it was minted").server_set().filter(),
        Property::new(
            "mintedBy",
            Type::Reference("Account"),
            "The account that minted it; without that, or its key, it is worth nothing",
        )
        .optional()
        .server_set()
        .filter(),
        Property::new("state", Type::Choice(&STATE), "What has become of it")
            .server_set()
            .filter()
            .volatile(),
        Property::new("clients", Type::Json, "The newest clients that were registered with it")
            .server_set()
            .volatile(),
    ],
    text: &["description"],
    list: List {
        section: Section::Management,
        title: "Initial Access Tokens",
        singular: "initial access token",
        plural: "initial access tokens",
        columns: &["description", "state", "uses", "maxUses", "expiresAt"],
        label: "description",
    },
};

fn state(text: &str) -> Option<TokenState> {
    TokenState::ALL.into_iter().find(|state| state.as_str() == text)
}

impl Kind for InitialAccessToken {
    type Row = Row;

    const DESCRIPTION: &'static Description = &DESCRIPTION;

    fn json(Row { token, ledger, now }: &Row) -> Object {
        let clients = ledger.iter().map(|one| {
            json!({
                "clientId": one.client_id,
                "id": one.client_row.as_ref().map(Id::as_str),
                "registeredAt": moment(one.registered_at),
            })
        });
        let members = [
            ("id", json!(token.id.as_str())),
            ("description", json!(token.description)),
            ("secret", json!(MASK)),
            ("memberTenantId", json!(token.member_tenant_id.as_ref().map(Id::as_str))),
            ("maxUses", json!(token.max_uses)),
            ("uses", json!(token.uses)),
            ("expiresAt", opt_moment(token.expires_at)),
            ("isRevoked", json!(token.revoked_at.is_some())),
            ("createdAt", moment(token.created_at)),
            ("mintedBy", json!(token.minted_by.as_ref().map(Id::as_str))),
            ("state", json!(token.state(*now).as_str())),
            ("clients", clients.collect::<Value>()),
        ];
        let bounds = bounds_types::json(&token.bounds);
        members.into_iter().chain(bounds).map(|(name, value)| (name.to_owned(), value)).collect()
    }

    async fn load(scene: Scene<'_>, wanted: Wanted<'_>) -> Result<Vec<Row>, ActError> {
        let store = &scene.app.store;
        let all = async |most| initial_access_tokens::query(store, scene.actor, everything(most)).await;
        let ids = found::ids(wanted, all).await?;
        let now = clock::now();
        let mut rows = Vec::with_capacity(ids.len());
        for token in initial_access_tokens::get(store, scene.actor, &ids).await? {
            let ledger = match token.uses {
                0 => Vec::new(),
                _ => initial_access_tokens::ledger(store, &token, None, SHOWN).await?,
            };
            rows.push(Row { token, ledger, now });
        }
        Ok(rows)
    }

    async fn create(scene: Scene<'_>, record: Record) -> Result<Made, ActError> {
        if record.flag("isRevoked") {
            return Err(invalid("isRevoked", "cannot be true of a token that is minted").into());
        }
        let draft = Draft {
            description: record.text("description"),
            member_tenant_id: opt_id(&record, "memberTenantId"),
            max_uses: max_uses(&record),
            expires_at: record.moment("expiresAt"),
            bounds: bounds_types::read(&record)?,
        };
        let (token, secret) = initial_access_tokens::create(means(scene), scene.actor, draft).await?;
        Ok(Made { id: token.id.to_string(), secret: Some(secret) })
    }

    async fn update(
        scene: Scene<'_>,
        Row { token, .. }: Row,
        record: Record,
    ) -> Result<Option<Secret>, ActError> {
        let change = Change {
            description: record.text("description"),
            max_uses: max_uses(&record),
            expires_at: record.moment("expiresAt"),
            is_revoked: record.flag("isRevoked"),
        };
        initial_access_tokens::update(means(scene), scene.actor, (&token.id, token.version), change).await?;
        Ok(None)
    }

    async fn destroy(scene: Scene<'_>, Row { token, .. }: Row) -> Result<(), ActError> {
        let destroyed = initial_access_tokens::destroy(means(scene), scene.actor, &token.id).await;
        destroyed.map_err(|error| match error {
            TokenError::Linked(by) => linked(&token.id, &by).into(),
            error => error.into(),
        })
    }

    async fn query(scene: Scene<'_>, question: &Question<'_>) -> Result<Found, MethodError> {
        let now = clock::now();
        let search = found::search(
            question,
            |clause| condition(clause, now),
            |name| (name == "description").then_some(SortBy::Description),
        )?;
        found::found(initial_access_tokens::query(&scene.app.store, scene.actor, search).await)
    }
}

fn max_uses(record: &Record) -> u32 {
    record.value("maxUses").as_u64().and_then(|number| u32::try_from(number).ok()).unwrap_or(0)
}

fn condition(clause: &Clause, now: Timestamp) -> Option<Condition> {
    match clause {
        Clause::Words(words) => Some(Condition::Text(found::text(words))),
        Clause::Is("memberTenantId", id) => Some(Condition::MemberTenantId(Some(Id::parse(id.as_str()?)?))),
        Clause::Is("mintedBy", id) => Some(Condition::MintedBy(Id::parse(id.as_str()?)?)),
        Clause::Is("state", text) => Some(Condition::State(state(text.as_str()?)?, now)),
        Clause::Is("createdAt", at) => Some(Condition::CreatedAt(Equal, read_moment(at)?)),
        Clause::Is("expiresAt", at) => Some(Condition::ExpiresAt(Equal, read_moment(at)?)),
        Clause::Compare("createdAt", how, at) => {
            Some(Condition::CreatedAt(comparison(*how), found::moment(*at)))
        }
        Clause::Compare("expiresAt", how, at) => {
            Some(Condition::ExpiresAt(comparison(*how), found::moment(*at)))
        }
        Clause::Is(..) | Clause::Compare(..) => None,
    }
}

impl From<TokenError> for ActError {
    fn from(error: TokenError) -> Self {
        let why = error.to_string();
        let refused = match error {
            TokenError::Forbidden(forbidden) => return forbidden.into(),
            TokenError::Store(error) => return error.into(),
            TokenError::Stale => return Self::Stale,
            TokenError::Unknown => SetErrorKind::NotFound.into(),
            TokenError::BadDescription => invalid("description", "must be 1 to 256 characters on one line"),
            TokenError::BadMaxUses => invalid("maxUses", "must be 1 to 1000000"),
            TokenError::BadBounds(error) => bounds_types::refused(error),
            TokenError::UnknownTenant => invalid("memberTenantId", "there is no such tenant"),
            TokenError::StaysRevoked => {
                invalid("isRevoked", "a token that was revoked stays revoked; mint another one")
            }
            TokenError::TenantFixed | TokenError::Linked(_) => SetErrorKind::Forbidden.describe(why),
        };
        Self::Refused(refused)
    }
}
