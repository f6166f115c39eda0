//! Signing keys in the console: listed, rotated, revoked after a question.

use super::{alice, console, holder};
use crate::world::World;

both! {
    async fn new_keys_are_published_and_the_old_ones_sign_on(world: World) {
        let mut console = console(&world).await;
        let page = console.get("/admin/signing-keys").await.page();
        page.is(200).shows("ES256").shows("RS256").shows("Signs").shows("signs 10 minutes later");
        console.press("keys-rotate", &[]).await.page().is(200).shows("New keys are published").shows("Published, signs soon");
        let published = world.get("/jwks.json").send().await.json["keys"].as_array().expect("keys").len();
        assert_eq!(published, 4);
    }

    async fn revoking_asks_first_and_the_key_is_gone_from_the_key_set(world: World) {
        let mut console = console(&world).await;
        let kid = store::signing_keys::all(&world.app().store).await.expect("keys")[0].id.clone();
        let published = async || String::from_utf8(world.get("/jwks.json").send().await.body.to_vec()).expect("text");
        console.get(&format!("/admin/signing-keys/{kid}/revoke")).await.page().is(200).shows(&kid);
        assert!(published().await.contains(&kid));
        let forged = console.submission("revoke-confirm", &[("csrf", "x")]).send().await;
        assert!(forged.status == 403 && published().await.contains(&kid));
        // The console's own token was signed with it: what comes next is a new sign-in.
        console.press("revoke-confirm", &[]).await.page();
        assert!(!published().await.contains(&kid));
    }

    async fn who_may_look_only_looks(world: World) {
        let mut viewer = holder(&world, "viewer", &["oidc-provider-get"], "/admin/signing-keys").await;
        assert!(!viewer.page().is(200).has_button("keys-rotate"));
        let kid = store::signing_keys::all(&world.app().store).await.expect("keys")[0].id.clone();
        viewer.get(&format!("/admin/signing-keys/{kid}/revoke")).await.page().is(403);
        let mut alice = alice(&world).await;
        alice.get("/admin/signing-keys").await.page().is(403);
    }

    async fn a_key_that_is_not_there_is_no_page(world: World) {
        let mut console = console(&world).await;
        console.get("/admin/signing-keys/nothing/revoke").await.page().is(404);
    }
}
