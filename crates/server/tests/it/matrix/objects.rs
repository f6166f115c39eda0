//! Every object of the management API and every method of it, by everybody with an account, about something of one tenant.

use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicU32, Ordering},
};

use serde_json::{Value, json};

use super::{
    Outcome,
    cast::{Actor, Cast, PEOPLE, id},
    without,
};
use crate::world::World;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    Get,
    Query,
    Changes,
    QueryChanges,
    Create,
    Update,
    Destroy,
}

const VERBS: [Verb; 7] =
    [Verb::Get, Verb::Query, Verb::Changes, Verb::QueryChanges, Verb::Create, Verb::Update, Verb::Destroy];

/// For each verb a letter for each of `PEOPLE`: the end user whose tenant (and keys) it is, its administrator, its viewer, the
/// administrator of another tenant, the administrator of everything.
const LINES: [(&str, [&str; 7]); 12] = [
    ("x:OAuthClient", ["x++-+", "x++-+", "x++-+", "x++-+", "x+xx+", "x+x-+", "x+x-+"]),
    ("x:Account", ["x++-+", "x++-+", "x++-+", "x++-+", "x+xx+", "x+x-+", "x+x-+"]),
    ("x:Role", ["x++-+", "x++-+", "x++-+", "x++-+", "x+xx+", "x+x-+", "x+x-+"]),
    ("x:RegistrationPolicy", ["x++-+", "x++-+", "x++-+", "x++-+", "x+xx+", "x+x-+", "x+x-+"]),
    ("x:InitialAccessToken", ["x++-+", "x++-+", "x++-+", "x++-+", "x+xx+", "x+x-+", "x+x-+"]),
    ("x:Tenant", ["xxxx+", "xxxx+", "xxxx+", "xxxx+", "xxxx+", "xxxx+", "xxxx+"]),
    ("x:AuditEvent", ["x++-+", "x++-+", "x!!!!", "x!!!!", "xxxxx", "xxxxx", "xxxxx"]),
    ("x:OidcProvider", ["xxxx+", "!!!!!", "xxxx+", "!!!!!", "!!!!!", "xxxx+", "!!!!!"]),
    ("x:AccountPassword", ["+-x-x", "!!!!!", "+-x-!", "!!!!!", "!---!", "+---x", "!---!"]),
    ("x:AccountSettings", ["+-x-x", "!!!!!", "+-x-!", "!!!!!", "!---!", "+---x", "!---!"]),
    ("x:ApiKey", ["+---+", "+---+", "+---+", "+---+", "+---+", "+---+", "+---+"]),
    ("x:AppPassword", ["+-x-+", "+-x-+", "+-x-+", "+-x-+", "+---+", "+---+", "+---+"]),
];

/// Something there is, or is not.
#[derive(Clone, Debug)]
pub(super) struct Thing {
    pub(super) id: String,
    /// The tenant that it belongs to.
    tenant: String,
    /// The account whose it is, of what everybody has their own of.
    account: Option<String>,
}

impl Thing {
    /// What is told of it, with words for its names.
    fn masked(&self, text: &str) -> String {
        let text = without(text, self.account.as_deref().unwrap_or_default());
        without(&without(&text, &self.id), &self.tenant)
    }
}

pub(super) fn a_name() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    format!("thing-{}", COUNT.fetch_add(1, Ordering::Relaxed))
}

fn is_personal(object: &str) -> bool {
    matches!(object, "x:AccountPassword" | "x:AccountSettings" | "x:ApiKey" | "x:AppPassword")
}

fn is_singleton(object: &str) -> bool {
    matches!(object, "x:AccountPassword" | "x:AccountSettings" | "x:OidcProvider")
}

/// The least that an object of this kind has.
fn record(object: &str, tenant: &str) -> Value {
    let name = a_name();
    match object {
        "x:OAuthClient" => {
            json!({ "clientId": name, "redirectUris": ["https://app.example/callback"], "memberTenantId": tenant })
        }
        "x:Account" => json!({ "name": name, "memberTenantId": tenant }),
        "x:Role" => {
            json!({ "description": name, "enabledPermissions": ["authenticate"], "memberTenantId": tenant })
        }
        "x:RegistrationPolicy" => {
            json!({ "description": name, "door": "api-key", "memberTenantId": tenant })
        }
        "x:InitialAccessToken" => json!({ "description": name, "memberTenantId": tenant }),
        "x:Tenant" => json!({ "name": name }),
        _ => json!({ "description": name }),
    }
}

fn patch(object: &str) -> Value {
    match object {
        "x:Tenant" => json!({ "name": a_name() }),
        "x:OidcProvider" => json!({ "authCodeMaxAttempts": 4 }),
        "x:AccountPassword" => {
            json!({ "currentSecret": crate::world::PASSWORD, "secret": crate::world::PASSWORD })
        }
        _ => json!({ "description": "something else" }),
    }
}

impl Cast {
    /// Something of the tenant, and of its end user if it is somebody's own.
    pub(super) async fn thing(&self, object: &'static str) -> Thing {
        let thing = |id| Thing {
            id,
            tenant: self.tenant.clone(),
            account: is_personal(object).then(|| self.end_user_id.clone()),
        };
        if is_singleton(object) {
            return thing("singleton".to_owned());
        }
        let creator = self.jmap(if is_personal(object) { Actor::EndUser } else { Actor::System });
        if object == "x:AuditEvent" {
            creator.create("x:Account/set", record("x:Account", &self.tenant)).await;
            let events = self.jmap(Actor::Administrator).find("x:AuditEvent/query", json!({})).await;
            return thing(events.first().expect("an event").clone());
        }
        let mut record = record(object, &self.tenant);
        if object == "x:RegistrationPolicy" {
            // There is one for each door; this one is for another than those that are asked for.
            self.world.sql("DELETE FROM registration_policies", []).await;
            record["door"] = "anonymous".into();
        }
        let set =
            creator.request(json!([[format!("{object}/set"), { "create": { "n": record } }, "c"]])).await;
        thing(id(&set.json["methodResponses"][0][1]["created"]["n"]))
    }
}

/// What there is not, with names that look like those of what there is.
fn nothing(object: &str) -> Thing {
    let id = if is_singleton(object) { "singleton" } else { "00000000000000000000000vvv" };
    Thing {
        id: id.to_owned(),
        tenant: "00000000000000000000000uuu".to_owned(),
        account: is_personal(object).then(|| "00000000000000000000000ttt".to_owned()),
    }
}

struct Question<'a> {
    object: &'static str,
    verb: Verb,
    actor: Actor,
    cast: &'a Cast,
}

impl Question<'_> {
    /// The answer, as it comes: name and arguments.
    async fn ask(&self, thing: &Thing, since: &str) -> Value {
        let object = self.object;
        let (method, mut arguments) = match self.verb {
            Verb::Get => ("get", json!({ "ids": [thing.id] })),
            Verb::Query => ("query", json!({ "calculateTotal": true })),
            Verb::Changes => ("changes", json!({ "sinceState": since })),
            Verb::QueryChanges => ("queryChanges", json!({ "sinceQueryState": since })),
            Verb::Create => ("set", json!({ "create": { "n": self.record(thing) } })),
            Verb::Update => ("set", json!({ "update": { &thing.id: patch(object) } })),
            Verb::Destroy => ("set", json!({ "destroy": [thing.id] })),
        };
        if let Some(account) = &thing.account {
            arguments["accountId"] = account.as_str().into();
        }
        let calls = json!([[format!("{object}/{method}"), arguments, "c"]]);
        self.cast.jmap(self.actor).calls(calls).await[0].clone()
    }

    /// Of the tenant: it is named by those who are of none or of another, and filled in for those who are of it.
    fn record(&self, thing: &Thing) -> Value {
        let mut record = record(self.object, &thing.tenant);
        if !matches!(self.actor, Actor::OtherAdministrator | Actor::System) {
            record.as_object_mut().expect("an object").remove("memberTenantId");
        }
        record
    }

    /// Where `/changes` and `/queryChanges` begin; something that is no state for those who are told none.
    async fn state(&self) -> String {
        let (method, member) = match self.verb {
            Verb::QueryChanges => ("query", "queryState"),
            _ => ("get", "state"),
        };
        let mut arguments = if method == "get" { json!({ "ids": [] }) } else { json!({}) };
        if is_personal(self.object) {
            arguments["accountId"] = self.cast.end_user_id.as_str().into();
        }
        let calls = json!([[format!("{}/{method}", self.object), arguments, "c"]]);
        let answer = self.cast.jmap(self.actor).calls(calls).await;
        answer[0][1][member].as_str().unwrap_or("none").to_owned()
    }

    /// What becomes of it. Whoever may not is told exactly what they are told of what is not there for anybody.
    async fn outcome(&self) -> Outcome {
        let nothing = nothing(self.object);
        let since = self.state().await;
        let before = self.ask(&nothing, &since).await;
        let thing = self.cast.thing(self.object).await;
        let answer = self.ask(&thing, &since).await;
        let told = |thing: &Thing, answer: &Value| thing.masked(&answer.to_string());
        let outcome = self.read(&thing, &answer);
        // Within the tenant it is no secret that something changed.
        if outcome == Outcome::Absent || outcome != Outcome::Done && self.actor == Actor::OtherAdministrator {
            let (here, there) = (told(&thing, &answer), told(&nothing, &before));
            assert_eq!(here, there, "{:?} {} tells {:?} more", self.verb, self.object, self.actor);
        }
        outcome
    }

    fn read(&self, thing: &Thing, answer: &Value) -> Outcome {
        let arguments = &answer[1];
        let fault = match self.verb {
            Verb::Create => &arguments["notCreated"]["n"],
            Verb::Update => &arguments["notUpdated"][&thing.id],
            Verb::Destroy => &arguments["notDestroyed"][&thing.id],
            Verb::Get | Verb::Query | Verb::Changes | Verb::QueryChanges => &Value::Null,
        };
        let fault = if answer[0] == "error" { arguments } else { fault };
        match fault["type"].as_str() {
            Some("forbidden") => return Outcome::Refused,
            Some("notFound" | "accountNotFound" | "invalidForeignKey") => return Outcome::Absent,
            Some("unknownMethod" | "singleton" | "cannotCalculateChanges") => return Outcome::Senseless,
            Some(other) => panic!("{other}: {answer} to {:?} {} by {:?}", self.verb, self.object, self.actor),
            None => {}
        }
        let is_there = match self.verb {
            Verb::Get => arguments["list"][0]["id"] == thing.id.as_str(),
            Verb::Create => arguments["created"]["n"].is_object(),
            Verb::Update => arguments["updated"].get(&thing.id).is_some(),
            Verb::Destroy => arguments["destroyed"] == json!([thing.id]),
            Verb::Query | Verb::Changes | Verb::QueryChanges => {
                is_singleton(self.object) || arguments.to_string().contains(&thing.id)
            }
        };
        if is_there { Outcome::Done } else { Outcome::Absent }
    }
}

both! {
    async fn every_object_has_a_line_in_the_table(world: World) {
        let key = world.admin_key().await;
        let answer = world.get("/api/schema").bearer(&key).send().await;
        let schema = world.get(answer.header("location").expect("a location")).bearer(&key).send().await;
        let objects = schema.is(200).json["objects"].as_object().expect("objects");
        let there: BTreeSet<_> = objects.keys().map(String::as_str).collect();
        // Passkeys are their owner's and nobody else's: the tests of `factors` ask who sees them.
        let declared: BTreeSet<_> = LINES.iter().map(|(object, _)| *object).chain(["x:Passkey"]).collect();
        assert_eq!(there, declared);
    }

    async fn every_method_of_every_object_answers_everybody_as_its_line_says(world: World) {
        let cast = Cast::assembled(&world).await;
        let mut wrong = Vec::new();
        for (object, expected) in LINES {
            for (verb, expected) in VERBS.into_iter().zip(expected) {
                let mut found = String::new();
                for actor in PEOPLE {
                    found.push(Question { object, verb, actor, cast: &cast }.outcome().await.letter());
                }
                if found != expected {
                    wrong.push(format!("{verb:?} {object} is {found} and not {expected}"));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
