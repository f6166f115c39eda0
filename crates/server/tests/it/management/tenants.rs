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

    async fn v104_nobody_in_a_tenant_takes_the_id_of_a_client_that_was_anothers(world: World) {
        let (tenant, acme) = world.managed_tenant("acme").await;
        let (_, other) = world.managed_tenant("other").await;
        let (admin, record) = (world.admin_jmap().await, |id: &str| json!({ "clientId": id, "redirectUris": ["https://a.example/cb"] }));
        for (owner, id) in [(&acme, "shop"), (&admin, "house")] {
            let made = owner.create("x:OAuthClient/set", record(id)).await["id"].clone();
            owner.call("x:OAuthClient/set", json!({ "destroy": [made] })).await;
            let error = other.not_created("x:OAuthClient/set", record(id)).await;
            assert_eq!((&error["type"], &error["properties"]), (&json!("primaryKeyViolation"), &json!(["clientId"])), "{id}");
        }
        assert_eq!(acme.not_created("x:OAuthClient/set", record("house")).await["type"], "primaryKeyViolation");
        assert_eq!(acme.create("x:OAuthClient/set", record("shop")).await["memberTenantId"], tenant.as_str());
        admin.create("x:OAuthClient/set", record("house")).await;
    }

    async fn nobody_in_a_tenant_takes_an_id_that_others_use_or_one_of_ours(world: World) {
        let (_, acme) = world.managed_tenant("acme").await;
        let client = world.unregistered_client("mail-app");
        let tokens = client.tokens(&mut world.alice().await).await;
        let record = |id: &str| json!({ "clientId": id, "redirectUris": ["https://evil.example/cb"] });
        for (id, error) in [("mail-app", "primaryKeyViolation"), ("webadmin", "validationFailed"), ("wayleave-cli", "validationFailed")] {
            assert_eq!(acme.not_created("x:OAuthClient/set", record(id)).await["type"], error, "{id}");
        }
        world.userinfo(&tokens.text("access_token")).await.is(200);
        world.sql("UPDATE grants SET revoked_at = $1", [1_i64.into()]).await;
        acme.create("x:OAuthClient/set", record("mail-app")).await;
    }

    async fn a_tenant_of_which_nothing_is_said_can_be_administered(world: World) {
        let admin = world.admin_jmap().await;
        let tenant = admin.create("x:Tenant/set", json!({ "name": "acme" })).await;
        let shown = admin.get("x:Tenant/get", tenant["id"].as_str().expect("an id")).await;
        assert_eq!(shown["roles"], json!({ "@type": "Admin" }));
        let ann = json!({ "name": "ann", "secret": crate::world::PASSWORD, "memberTenantId": tenant["id"], "roles": { "@type": "Admin" } });
        admin.create("x:Account/set", ann).await;
        world.jmap_of("ann", crate::world::PASSWORD).create("x:Account/set", json!({ "name": "bob" })).await;
    }
}
