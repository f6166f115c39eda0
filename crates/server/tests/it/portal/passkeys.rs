//! Passkeys: added by what the page asks a device, renamed, removed.

use serde_json::Value;

use super::{alice, an_hour_passes, visit};
use crate::{
    factors::device::Device,
    world::{Browser, PASSWORD, Page, World},
};

/// What the page would hand to the device.
fn options(page: &Page) -> Value {
    let text = page.html.split("data-options=\"").nth(1).and_then(|rest| rest.split('"').next());
    let text = text.expect("options").replace("&#34;", "\"").replace("&quot;", "\"").replace("&#38;", "&");
    serde_json::from_str(&text).expect("JSON")
}

/// A device of the person gets a passkey.
async fn add(world: &World, browser: &mut Browser, name: &str) -> Page {
    let page = browser.get("/account/security").await.page();
    let answer = Device::new(&world.origin()).create(&options(&page));
    browser.press("passkey-add", &[("credential", &answer), ("name", name)]).await.page()
}

async fn passkey(world: &World) -> String {
    world.rows("SELECT id FROM passkeys", []).await[0].text(0).expect("an id")
}

both! {
    async fn a_passkey_is_added_renamed_and_removed(world: World) {
        let mut alice = alice(&world).await;
        add(&world, &mut alice, "an old phone").await.is(200).shows("The passkey is there").shows("an old phone");
        let id = passkey(&world).await;
        let page = alice.press(&format!("rename-{id}"), &[("name", "<b>my</b> phone")]).await.page();
        assert!(!page.is(200).shows("<b>my</b> phone").html.contains("<b>"));
        alice.press(&format!("remove-{id}"), &[]).await.page().is(200).shows("The passkey is gone");
        assert!(world.rows("SELECT id FROM passkeys", []).await.is_empty());
    }

    async fn an_answer_is_good_once_and_for_whom_it_was_asked(world: World) {
        let mut alice = alice(&world).await;
        let page = alice.get("/account/security").await.page();
        let answer = Device::new(&world.origin()).create(&options(&page));
        let sent = alice.submission("passkey-add", &[("credential", &answer), ("name", "a phone")]);
        let sealed = page.button("passkey-add").0.fields.get("passkey").expect("a seal").to_owned();
        world.account("bob", PASSWORD).await;
        let mut bob = visit(&world, "/account/security", "bob", PASSWORD).await;
        bob.get("/account/security").await.page();
        let fields = [("credential", answer.as_str()), ("name", "a phone"), ("passkey", &sealed)];
        bob.press("passkey-add", &fields).await.page().is(422);
        alice.follow(sent.clone()).await.page().is(200);
        alice.follow(sent).await.page().is(422);
        assert_eq!(world.rows("SELECT id FROM passkeys", []).await.len(), 1);
    }

    async fn nobody_changes_the_passkey_of_another(world: World) {
        let mut alice = alice(&world).await;
        add(&world, &mut alice, "a phone").await;
        let id = passkey(&world).await;
        world.account("bob", PASSWORD).await;
        let mut bob = visit(&world, "/account/security", "bob", PASSWORD).await;
        add(&world, &mut bob, "of bob").await.is(200);
        let form = &bob.page().forms.iter().find(|form| form.action.contains("/passkeys/")).expect("a form").fields;
        for action in ["rename", "remove"] {
            let form = form.clone().with("action", action);
            let call = world.post(&format!("/account/security/passkeys/{id}")).form(&form).header("sec-fetch-site", "same-origin");
            assert_eq!(bob.with_cookies(call).send().await.status, 404);
        }
        alice.get("/account/security").await.page().shows("a phone");
    }

    async fn whoever_finds_a_browser_open_is_asked_for_no_passkey(world: World) {
        let mut alice = alice(&world).await;
        let page = alice.get("/account/security").await.page();
        let answer = Device::new(&world.origin()).create(&options(&page));
        let late = alice.submission("passkey-add", &[("credential", &answer), ("name", "a phone")]);
        an_hour_passes(&world).await;
        assert!(!alice.get("/account/security").await.page().html.contains("data-options"));
        alice.follow(late).await.page().shows("User name");
        assert!(world.rows("SELECT id FROM passkeys", []).await.is_empty());
    }
}
