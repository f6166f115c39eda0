//! What belongs to another tenant is not there, whichever way it is named.

use serde_json::{Value, json};

use super::{
    cast::{Actor, Cast, id},
    objects::a_name,
    without,
};
use crate::world::World;

/// Names that nothing has.
const NOTHING: &str = "00000000000000000000000vvv";

/// What the administrator of the other tenant is told about each name, with a word for the name.
async fn told(cast: &Cast, calls: impl Fn(&str) -> Value, name: &str) -> String {
    let answer = cast.jmap(Actor::OtherAdministrator).request(calls(name)).await;
    without(&String::from_utf8_lossy(&answer.is(200).body), name)
}

/// An object of each kind that there can be in the tenant.
async fn belongings(cast: &Cast) -> [(&'static str, String); 3] {
    let mut ids = Vec::new();
    for object in ["x:OAuthClient", "x:Account", "x:Role"] {
        ids.push((object, cast.thing(object).await.id));
    }
    ids.try_into().expect("three")
}

both! {
    async fn whatever_refers_to_something_of_another_tenant_refers_to_nothing(world: World) {
        let cast = Cast::assembled(&world).await;
        let role = cast.thing("x:Role").await.id;
        let group = cast.jmap(Actor::Administrator).create("x:Account/set", json!({ "@type": "Group", "name": a_name() })).await;
        let create = |object: &'static str, record: Value| json!([[format!("{object}/set"), { "create": { "n": record } }, "c"]]);
        let of_role = |role: &str| create("x:Role", json!({ "description": "r", "roleIds": { role: true } }));
        let with_role = |role: &str| create("x:Account", json!({ "name": "new", "roles": { "@type": "Custom", "roleIds": { role: true } } }));
        let in_group = |group: &str| create("x:Account", json!({ "name": "new", "memberGroupIds": { group: true } }));
        assert_eq!(told(&cast, of_role, &role).await, told(&cast, of_role, NOTHING).await);
        assert_eq!(told(&cast, with_role, &role).await, told(&cast, with_role, NOTHING).await);
        assert_eq!(told(&cast, in_group, &id(&group)).await, told(&cast, in_group, NOTHING).await);
    }

    async fn several_calls_at_once_tell_no_more_than_one(world: World) {
        let cast = Cast::assembled(&world).await;
        for (object, name) in belongings(&cast).await {
            let calls = |name: &str| json!([
                [format!("{object}/get"), { "ids": [name, NOTHING], "properties": ["id"] }, "0"],
                [format!("{object}/get"), { "#ids": { "resultOf": "0", "name": format!("{object}/get"), "path": "/list/*/id" } }, "1"],
                [format!("{object}/set"), { "update": { name: { "description": "mine" } }, "destroy": [NOTHING] }, "2"],
                [format!("{object}/set"), { "create": {}, "destroy": [name] }, "3"],
            ]);
            let also = "00000000000000000000000vvu";
            assert_eq!(told(&cast, calls, &name).await, told(&cast, calls, also).await, "{object}");
        }
    }

    async fn no_filter_finds_what_belongs_to_another_tenant(world: World) {
        let cast = Cast::assembled(&world).await;
        let (client, account) = (cast.thing("x:OAuthClient").await.id, cast.thing("x:Account").await.id);
        let name = async |object, id: &str, member: &str| cast.jmap(Actor::System).get(object, id).await[member].as_str().expect("a name").to_owned();
        let client = name("x:OAuthClient/get", &client, "clientId").await;
        let account = name("x:Account/get", &account, "name").await;
        let other = cast.jmap(Actor::OtherAdministrator);
        let filters = |name: &str| [json!({ "text": name }), json!({ "operator": "NOT", "conditions": [{ "text": "nobody" }] }), json!({ "memberTenantId": cast.tenant })];
        for filter in filters(&client).into_iter().chain([json!({ "clientId": client })]) {
            assert_eq!(other.find("x:OAuthClient/query", filter.clone()).await, Vec::<String>::new(), "{filter}");
        }
        let own = other.find("x:Account/query", json!({})).await;
        for filter in filters(&account) {
            let found = other.find("x:Account/query", filter.clone()).await;
            assert!(found.iter().all(|id| own.contains(id)), "{filter}");
        }
    }

    async fn v100_an_anchor_of_another_tenant_is_no_anchor(world: World) {
        let cast = Cast::assembled(&world).await;
        for (object, name) in belongings(&cast).await {
            let calls = |name: &str| json!([[format!("{object}/query"), { "anchor": name }, "0"]]);
            assert_eq!(told(&cast, calls, &name).await, told(&cast, calls, NOTHING).await, "{object}");
        }
    }
}
