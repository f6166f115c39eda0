//! What happens to accounts and clients of a tenant is told as the tenant's, whichever way it happens.

use domain::{
    directory::permission::Permission,
    id::Id,
    journal::{EventKind, Sealed},
};
use serde_json::json;

use super::of_kind;
use crate::world::{PASSWORD, World};

fn tenants(found: &[Sealed]) -> Vec<Option<&str>> {
    found.iter().map(|sealed| sealed.event.tenant_id.as_ref().map(Id::as_str)).collect()
}

/// A tenant with somebody called eve in it.
async fn with_eve(world: &World) -> String {
    let (tenant, administrator) = world.managed_tenant("acme").await;
    administrator.create("x:Account/set", json!({ "name": "eve", "secret": PASSWORD })).await;
    tenant
}

both! {
    async fn a_persons_way_from_the_sign_in_to_the_tokens_is_their_tenants(world: World) {
        let tenant = with_eve(&world).await;
        let client = world.public_client().await;
        let mut eve = world.browser();
        eve.sign_in("eve", PASSWORD).await;
        let code = eve.consented(&client).await.code();
        client.exchange(&code).await.is(200);
        client.exchange(&code).await.refuses("invalid_grant");
        eve.authorize(&client).await.page();
        eve.deny().await;
        for kind in [EventKind::SignedIn, EventKind::ConsentGiven, EventKind::ConsentDenied, EventKind::CodeRedeemed, EventKind::CodeReplayed] {
            assert_eq!(tenants(&of_kind(&world, kind).await), [Some(tenant.as_str())], "{kind:?}");
        }
    }

    async fn who_is_refused_is_told_to_their_tenant_and_a_stranger_to_none(world: World) {
        let tenant = with_eve(&world).await;
        for name in ["eve", "nobody"] {
            world.browser().sign_in(name, "a wrong password").await;
        }
        let found = of_kind(&world, EventKind::SignInRefused).await;
        assert_eq!(tenants(&found), [Some(tenant.as_str()), None]);
        let key = world.api_key(&world.account_named("eve").await, &[Permission::Authenticate]).await;
        world.register_with(&key, json!({})).await.refuses("insufficient_scope");
        world.jmap(&key).error("x:Tenant/get", json!({})).await;
        assert!(tenants(&of_kind(&world, EventKind::Forbidden).await).iter().all(|id| *id == Some(tenant.as_str())));
        world.register_with(&format!("{}x", &key[..key.len() - 1]), json!({})).await.refuses("invalid_token");
        assert_eq!(tenants(&of_kind(&world, EventKind::ApiKeyRefused).await), [Some(tenant.as_str())]);
    }

    async fn the_administrator_of_a_tenant_reads_what_its_people_did(world: World) {
        let (_, administrator) = world.managed_tenant("acme").await;
        administrator.create("x:Account/set", json!({ "name": "eve", "secret": PASSWORD })).await;
        let (_, other) = world.managed_tenant("other").await;
        world.browser().sign_in("eve", PASSWORD).await;
        let signed_in = json!({ "kind": "signed-in" });
        assert_eq!(administrator.find("x:AuditEvent/query", signed_in.clone()).await.len(), 1);
        assert_eq!(other.find("x:AuditEvent/query", signed_in).await, Vec::<String>::new());
    }
}
