//! Nothing that happens in a tenant shows in another: what its administrator sees is the same before and after.

use serde_json::{Value, json};

use super::cast::{Actor, Cast};
use crate::world::{PASSWORD, World};

/// Everything that somebody can read, as it is told.
async fn everything(cast: &Cast, actor: Actor) -> Vec<Value> {
    let jmap = cast.jmap(actor);
    let mut seen = Vec::new();
    for object in ["x:OAuthClient", "x:Account", "x:Role", "x:AuditEvent", "x:ApiKey"] {
        let calls = json!([
            [format!("{object}/query"), { "calculateTotal": true }, "0"],
            [format!("{object}/get"), { "#ids": { "resultOf": "0", "name": format!("{object}/query"), "path": "/ids" } }, "1"],
        ]);
        seen.push(jmap.calls(calls).await);
    }
    for path in ["/jmap/session", "/api/account"] {
        seen.push(jmap.get_from(path).await.is(200).json.clone());
    }
    seen
}

/// What people and applications of a tenant do all day.
async fn a_day(cast: &mut Cast) {
    let (administrator, system) = (cast.jmap(Actor::Administrator), cast.jmap(Actor::System));
    let client = cast.registered(Actor::Administrator).await;
    client.tokens(cast.end_user()).await;
    cast.world.browser().sign_in("eve", "a wrong password").await;
    let made = administrator.create("x:Account/set", json!({ "name": "adam", "secret": PASSWORD })).await;
    let id = made["id"].as_str().expect("an id").to_owned();
    administrator.update("x:Account/set", &id, json!({ "description": "somebody" })).await;
    administrator
        .create("x:Role/set", json!({ "description": "role", "enabledPermissions": ["authenticate"] }))
        .await;
    system.update("x:Tenant/set", &cast.tenant, json!({ "quotas/maxAccounts": 50 })).await;
    cast.jmap(Actor::EndUser).error("x:Account/get", json!({ "ids": null })).await;
    administrator.call("x:Account/set", json!({ "destroy": [id] })).await;
}

both! {
    async fn v099_what_happens_in_a_tenant_changes_nothing_that_another_sees(world: World) {
        let mut cast = Cast::assembled(&world).await;
        let before = (everything(&cast, Actor::OtherAdministrator).await, everything(&cast, Actor::Administrator).await);
        a_day(&mut cast).await;
        let after = (everything(&cast, Actor::OtherAdministrator).await, everything(&cast, Actor::Administrator).await);
        for (before, after) in before.0.iter().zip(&after.0) {
            assert_eq!(before, after);
        }
        assert_ne!(before.1, after.1, "nothing happened");
    }

    async fn v102_a_stranger_learns_of_no_tenant_from_what_is_open(world: World) {
        let cast = Cast::assembled(&world).await;
        for path in ["/healthz/ready", "/.well-known/openid-configuration", "/jwks.json", "/", "/login"] {
            let answer = world.get(path).send().await;
            let body = String::from_utf8_lossy(&answer.is(200).body).into_owned();
            for secret in ["acme", "admin-of-", cast.tenant.as_str(), cast.public.id.as_str()] {
                assert!(!body.contains(secret), "{path} tells {secret}");
            }
        }
    }

    async fn what_another_tenants_administrator_registers_is_theirs(world: World) {
        let cast = Cast::assembled(&world).await;
        let before = cast.jmap(Actor::Administrator).find("x:OAuthClient/query", json!({})).await;
        let theirs = cast.registered(Actor::OtherAdministrator).await;
        assert_eq!(cast.jmap(Actor::Administrator).find("x:OAuthClient/query", json!({})).await, before);
        assert_eq!(cast.jmap(Actor::OtherAdministrator).find("x:OAuthClient/query", json!({ "clientId": theirs.id })).await.len(), 1);
    }
}
