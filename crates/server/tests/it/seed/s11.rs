//! With `requireClientRegistration` true the console and the portal stop unless `webadmin` is registered, and registering it brings both
//! back at once.

use serde_json::{Value, json};

use crate::world::{ADMIN_PASSWORD, PASSWORD, World};

const REASON: &str = "The console has to be registered first";

fn webadmin(world: &World) -> Value {
    let callbacks = ["admin", "account"].map(|part| format!("{}/{part}/oauth/callback", world.issuer()));
    let uris = json!({ &callbacks[0]: true, &callbacks[1]: true });
    json!({ "clientId": "webadmin", "description": "WebUI", "redirectUris": uris })
}

both! {
    async fn nobody_without_the_override_gets_in_until_webadmin_is_registered(world: World) {
        let mut alice = world.alice().await;
        alice.get("/account").await.page().shows("wants access");
        alice.allow().await.page().is(200).shows("Profile");
        world.settings("OidcProvider.requireClientRegistration", json!(true)).await;
        for path in ["/account", "/admin"] {
            alice.get(path).await.page().is(400).shows(REASON);
        }
        world.admin_jmap().await.create("x:OAuthClient/set", webadmin(&world)).await;
        alice.get("/account").await.page().is(200).shows("wants access");
        alice.allow().await.page().is(200).shows("Profile");
        alice.get("/admin").await.page().is(403);
    }

    async fn who_has_the_override_gets_in_regardless(world: World) {
        world.settings("OidcProvider.requireClientRegistration", json!(true)).await;
        let mut admin = world.browser();
        admin.sign_in("admin", ADMIN_PASSWORD).await.page();
        admin.get("/admin").await.page().is(200).shows("wants access");
        admin.allow().await.page().is(200).shows("Overview");
    }

    async fn deleting_webadmin_locks_the_console_at_once(world: World) {
        world.settings("OidcProvider.requireClientRegistration", json!(true)).await;
        let jmap = world.admin_jmap().await;
        let made = jmap.create("x:OAuthClient/set", webadmin(&world)).await;
        world.account("bob", PASSWORD).await;
        let mut bob = world.browser();
        bob.get("/account").await.page();
        bob.sign_in("bob", PASSWORD).await.page();
        bob.allow().await.page().is(200).shows("Profile");
        jmap.call("x:OAuthClient/set", json!({ "destroy": [made["id"]] })).await;
        bob.get("/account").await.page().is(400);
    }
}
