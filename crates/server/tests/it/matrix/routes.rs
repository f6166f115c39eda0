//! Every route and every method of it, by everybody.

use std::collections::BTreeSet;

use domain::id::Id;
use http::Method;
use serde_json::json;
use server::admin::journal::seal_now;
use store::journal::{self, Filter, Page};

use super::{
    Outcome,
    cast::{ACTORS, Actor, Cast, id},
    objects::a_name,
    table::{Kind, Line, Subject, lines},
    told,
};
use crate::{
    device::Device,
    world::{Answer, Form, World},
};

/// The routes that the running server counts requests of: all it has.
async fn routes(world: &World) -> BTreeSet<String> {
    let metrics = world.get("/metrics").bearer(&world.admin_key().await).send().await;
    let text = String::from_utf8_lossy(&metrics.is(200).body).into_owned();
    let named = text.split("route=\"").skip(1).filter_map(|after| after.split('"').next());
    named.filter(|route| *route != "unmatched").map(str::to_owned).collect()
}

/// Whether the route answers this method with anything but that it has none.
async fn has(world: &World, method: &Method, route: &str) -> bool {
    let target = route.replace(['{', '}'], "");
    world.call(method.clone(), &target).send().await.status != 405
}

impl Subject {
    async fn made(cast: &mut Cast, kind: Kind) -> Self {
        match kind {
            Kind::Nothing => Self::default(),
            Kind::Registration => {
                let client = cast.registered(Actor::Administrator).await;
                let proof = client.registration["registration_access_token"].as_str().expect("a token");
                Self { proof: proof.to_owned(), id: client.id, body: client.registration }
            }
            Kind::Client => {
                let client = cast.registered(Actor::Administrator).await;
                let row = cast.world.client_named(&client.id).await.expect("a client");
                Self { id: row.id.to_string(), ..Self::default() }
            }
            Kind::Account => Self::named(&cast.end_user_id),
            Kind::Tenant => Self::named(&cast.tenant),
            Kind::Group => {
                let group = json!({ "@type": "Group", "name": a_name() });
                Self::named(&id(&cast.jmap(Actor::Administrator).create("x:Account/set", group).await))
            }
            Kind::Role => {
                let role = json!({ "description": "A role" });
                Self::named(&id(&cast.jmap(Actor::Administrator).create("x:Role/set", role).await))
            }
            Kind::Key => {
                let key = json!({ "description": "A key" });
                Self::named(&id(&cast.jmap(Actor::EndUser).create("x:ApiKey/set", key).await))
            }
            Kind::AccessToken | Kind::RefreshToken => {
                let member = if kind == Kind::AccessToken { "access_token" } else { "refresh_token" };
                let client = cast.confidential.clone();
                Self { id: client.tokens(cast.end_user()).await.text(member), ..Self::default() }
            }
            Kind::Interaction => {
                let client = cast.public.clone();
                let page = cast.end_user().authorize(&client).await.page();
                let token =
                    |button: &str| page.button(button).0.fields.get("csrf").expect("a token").to_owned();
                let action = &page.button("consent-allow").0.action;
                let id = action.split('/').nth(2).expect("an id").to_owned();
                let body =
                    json!({ "consent": token("consent-allow"), "account": token("consent-other-account") });
                Self { id, body, ..Self::default() }
            }
            Kind::Policy => {
                cast.world.sql("DELETE FROM registration_policies", []).await;
                let policy = json!({ "description": a_name(), "door": "api-key" });
                let set = "x:RegistrationPolicy/set";
                Self::named(&id(&cast.jmap(Actor::Administrator).create(set, policy).await))
            }
            Kind::InitialAccessToken => {
                let token = json!({ "description": a_name() });
                let set = "x:InitialAccessToken/set";
                Self::named(&id(&cast.jmap(Actor::Administrator).create(set, token).await))
            }
            Kind::Device => {
                let device = Device::of(&cast.public.clone(), Form::default()).await;
                let page = device.shown_to(cast.end_user()).await;
                let form = page.button("device-deny").0;
                let id = form.action.rsplit('/').next().expect("an id").to_owned();
                let proof = form.fields.get("csrf").expect("a token").to_owned();
                Self { id, proof, body: json!(device.user_code) }
            }
            Kind::SigningKey => {
                let keys = store::signing_keys::all(&cast.world.app().store).await.expect("keys");
                Self { id: keys[0].id.clone(), ..Self::default() }
            }
            Kind::Event => {
                let app = cast.world.app();
                seal_now(&app).await.expect("sealed");
                let filter = Filter { tenant_id: Id::parse(&cast.tenant), ..Filter::default() };
                let newest = Page { after: None, offset: 0, limit: 1 };
                let found = journal::query(&app.store, &filter, newest).await.expect("an event");
                Self { id: found[0].event.id.to_string(), ..Self::default() }
            }
            Kind::Schema => {
                let answer = cast.by(Actor::System, cast.world.get("/api/schema")).send().await;
                let location = answer.header("location").expect("a location");
                Self { id: location.rsplit('/').next().expect("a hash").to_owned(), ..Self::default() }
            }
        }
    }

    fn named(id: &str) -> Self {
        Self { id: id.to_owned(), ..Self::default() }
    }

    /// One that does not exist, with a name that looks the same.
    fn absent(&self) -> Self {
        let (start, end) = self.id.split_at(self.id.len().saturating_sub(6));
        let end: String = end.chars().rev().collect();
        Self { id: format!("{start}{end}"), ..self.clone() }
    }
}

async fn send(cast: &Cast, line: &Line, actor: Actor, subject: &Subject) -> Answer {
    let call = (line.call)(cast, actor, line.route, subject);
    call.by_method(&line.method).send().await
}

/// What becomes of the request; and whoever may not hears nothing that they would not hear of what does not exist.
async fn outcome(cast: &mut Cast, line: &Line, actor: Actor) -> Outcome {
    let subject = Subject::made(cast, line.subject).await;
    let absent = subject.absent();
    let of_absent = send(cast, line, actor, &absent).await;
    let answer = send(cast, line, actor, &subject).await;
    let body = String::from_utf8_lossy(&answer.body);
    let is_done = matches!(answer.status, 200..400) && body.contains(line.proof);
    let is_done = if line.route == "/revoke" { !cast.world.is_active(&subject.id).await } else { is_done };
    if is_done {
        return Outcome::Done;
    }
    let place = format!("{} {} by {actor:?}", line.method, line.route);
    if line.subject != Kind::Nothing && !line.is_told {
        assert_eq!(told(&answer, &subject.id), told(&of_absent, &absent.id), "{place} tells more");
    }
    match answer.status {
        401 | 403 => Outcome::Refused,
        _ if line.subject != Kind::Nothing && !line.is_told => Outcome::Absent,
        _ => Outcome::Senseless,
    }
}

both! {
    async fn every_route_and_method_that_there_is_has_a_line_in_the_table(world: World) {
        let methods = [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];
        let declared: BTreeSet<_> = lines().iter().map(|line| format!("{} {}", line.method, line.route)).collect();
        let mut there = BTreeSet::new();
        for route in routes(&world).await {
            for method in &methods {
                if has(&world, method, &route).await {
                    there.insert(format!("{method} {route}"));
                }
            }
        }
        assert_eq!(there, declared, "what is there, and what is declared");
    }

    async fn every_route_answers_everybody_as_its_line_says(world: World) {
        let mut cast = Cast::assembled(&world).await;
        let mut wrong = Vec::new();
        for line in lines() {
            let mut found = String::new();
            for actor in ACTORS {
                found.push(outcome(&mut cast, &line, actor).await.letter());
            }
            if found != line.expected {
                wrong.push(format!("{} {} is {found} and not {}", line.method, line.route, line.expected));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
