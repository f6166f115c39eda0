//! Names that could be mistaken for those of others are let in, and people are told. UTS #39, RFC 7591 §5.

use serde_json::json;

use crate::{
    console::console,
    device::television,
    world::{Browser, Client, Form, Page, World},
};

async fn called(world: &World, name: &str) -> Client {
    world.client(json!({ "token_endpoint_auth_method": "none", "client_name": name })).await
}

/// The page that asks `person` about it.
async fn asked_by(person: &mut Browser, client: &Client) -> Page {
    person.authorize(client).await.page().is(200).clone()
}

both! {
    async fn a_name_like_that_of_a_verified_client_is_told(world: World) {
        let verified = called(&world, "Acme Mail").await;
        world.verify_client(&verified.id, true).await;
        let mut alice = world.alice().await;
        for name in ["Acme Mail", "Acme Mаil", "ACME-MAIL", "Acme Rnail"] {
            let page = asked_by(&mut alice, &called(&world, name).await).await;
            page.shows("Its name looks like “Acme Mail”, which belongs to somebody else on this server.");
        }
        for client in [verified, called(&world, "Acme Mail Archive").await] {
            assert!(!asked_by(&mut alice, &client).await.text.contains("Its name looks like"));
        }
    }

    async fn an_administrator_is_told_before_they_vouch_for_it(world: World) {
        let verified = called(&world, "Acme Mail").await;
        world.verify_client(&verified.id, true).await;
        let twin = called(&world, "Acme Mаil").await;
        let mut console = console(&world).await;
        for (client, is_told) in [(&twin, true), (&verified, false)] {
            let rows = world.rows("SELECT id FROM clients WHERE client_id = $1", [client.id.as_str().into()]).await;
            let page = console.get(&format!("/admin/clients/{}", rows[0].text(0).expect("an id"))).await.page();
            assert_eq!(page.is(200).text.contains("Its name looks like “Acme Mail”"), is_told);
        }
    }

    async fn a_well_known_name_in_other_letters_is_told_and_the_name_itself_is_not(world: World) {
        let mut alice = world.alice().await;
        let page = asked_by(&mut alice, &called(&world, "СIaude").await).await;
        page.shows("Its name looks like “Claude” but is spelled with other letters.");
        asked_by(&mut alice, &called(&world, "Bаnk").await).await.shows("Its name mixes letters of different alphabets");
        for name in ["Claude", "Почта", "メールapp"] {
            assert!(!asked_by(&mut alice, &called(&world, name).await).await.text.contains("Its name"), "{name}");
        }
    }

    async fn a_client_that_goes_by_the_name_of_this_server_is_told(world: World) {
        let mut alice = world.alice().await;
        asked_by(&mut alice, &called(&world, "LocaIhost").await).await.shows("Its name looks like “localhost”");
    }

    async fn what_another_tenant_verified_is_not_told(world: World) {
        let (tenant, _) = world.managed_tenant("north").await;
        let verified = called(&world, "Acme Mail").await;
        world.verify_client(&verified.id, true).await;
        world.sql("UPDATE clients SET member_tenant_id = $1 WHERE is_verified", [tenant.into()]).await;
        let mut alice = world.alice().await;
        let page = asked_by(&mut alice, &called(&world, "Acme Mail").await).await;
        assert!(!page.text.contains("Its name looks like"));
    }

    async fn a_device_is_told_in_the_same_way(world: World) {
        let mut tv = television();
        tv["client_name"] = json!("Сlaude");
        let client = world.client(tv).await;
        let asked = client.call("/device_authorization", Form::of(&[("scope", "openid")])).send().await;
        let mut alice = world.alice().await;
        alice.get("/device").await.page();
        let page = alice.press("device-continue", &[("user_code", &asked.is(200).text("user_code"))]).await.page();
        page.is(200).shows("Its name looks like “Claude” but is spelled with other letters.");
    }
}
