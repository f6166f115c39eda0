//! `x:Tenant`, and what its administrators see.

use serde_json::json;

use crate::world::World;

both! {
    async fn j19_a_tenant_has_what_its_quotas_allow(world: World) {
        let (tenant, administrator) = world.managed_tenant("acme").await;
        let admin = world.admin_jmap().await;
        admin.update("x:Tenant/set", &tenant, json!({ "quotas/maxOauthClients": 1, "quotas/maxAccounts": 1 })).await;
        let client = |id: &str| json!({ "clientId": id, "redirectUris": ["https://a.example/cb"] });
        administrator.create("x:OAuthClient/set", client("one")).await;
        assert_eq!(administrator.not_created("x:OAuthClient/set", client("two")).await["type"], "overQuota");
        assert_eq!(administrator.not_created("x:Account/set", json!({ "name": "second" })).await["type"], "overQuota");
    }

    async fn a_tenants_clients_are_its_own(world: World) {
        let (tenant, acme) = world.managed_tenant("acme").await;
        let (_, other) = world.managed_tenant("other").await;
        let made = acme.create("x:OAuthClient/set", json!({ "clientId": "app", "redirectUris": ["https://a.example/cb"] })).await;
        assert_eq!(made["memberTenantId"], tenant.as_str());
        let id = made["id"].as_str().expect("an id");
        assert_eq!(other.call("x:OAuthClient/get", json!({ "ids": [id] })).await["notFound"], json!([id]));
        assert_eq!(other.find("x:OAuthClient/query", json!({ "clientId": "app" })).await, Vec::<String>::new());
        assert_eq!(acme.find("x:OAuthClient/query", json!({ "clientId": "app" })).await, [id]);
    }

    async fn there_are_no_tenants_for_those_within_one(world: World) {
        let (tenant, acme) = world.managed_tenant("acme").await;
        assert_eq!(acme.error("x:Tenant/get", json!({ "ids": [tenant] })).await, "forbidden");
        assert_eq!(acme.not_created("x:Tenant/set", json!({ "name": "mine" })).await["type"], "forbidden");
        assert_eq!(acme.error("x:OidcProvider/get", json!({})).await, "forbidden");
    }

    async fn j17_a_state_of_another_tenant_is_none(world: World) {
        let (_, acme) = world.managed_tenant("acme").await;
        let (_, other) = world.managed_tenant("other").await;
        let state = other.call("x:Account/get", json!({ "ids": [] })).await["state"].clone();
        assert_eq!(acme.error("x:Account/changes", json!({ "sinceState": state })).await, "cannotCalculateChanges");
        assert_eq!(acme.error("x:Account/set", json!({ "ifInState": state })).await, "stateMismatch");
        let state = other.call("x:Account/query", json!({})).await["queryState"].clone();
        assert_eq!(acme.error("x:Account/queryChanges", json!({ "sinceQueryState": state })).await, "cannotCalculateChanges");
    }

    async fn changes_elsewhere_are_not_told(world: World) {
        let (_, acme) = world.managed_tenant("acme").await;
        let (_, other) = world.managed_tenant("other").await;
        let state = acme.call("x:Account/get", json!({ "ids": [] })).await["state"].clone();
        other.create("x:Account/set", json!({ "name": "foreign" })).await;
        let changes = acme.call("x:Account/changes", json!({ "sinceState": state })).await;
        assert_eq!((&changes["created"], &changes["newState"]), (&json!([]), &state));
    }
}
