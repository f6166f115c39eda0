//! The overview: what there is, what happened day by day, and what needs attention.

use domain::{
    client::{Client, ClientId, Door, metadata::AuthMethod},
    tally::{Day, IssuedBy, Tally},
};
use serde_json::json;
use server::{admin::journal::seal_now, clock, tallies};
use store::{Batch, clients, tallies::Counted};

use super::{console, holder, visit};
use crate::world::{Browser, PASSWORD, World};

/// Everything counted is written down.
async fn counted(world: &World) -> Vec<Counted> {
    let app = world.app();
    seal_now(&app).await.expect("sealed");
    tallies::write(&app).await.expect("written");
    let today = Day::of(clock::now());
    store::tallies::since(&app.store, None, today.before(1)).await.expect("counts")
}

fn times(counted: &[Counted], what: Tally) -> u64 {
    counted.iter().filter(|counted| counted.what == what).map(|counted| counted.times).sum()
}

async fn overview(world: &World, browser: &mut Browser) -> crate::world::Page {
    counted(world).await;
    browser.get("/admin").await.page()
}

both! {
    async fn what_happens_is_counted_once_each_by_day_and_kind(world: World) {
        let client = world.public_client().await;
        let tokens = client.tokens(&mut world.alice().await).await;
        client.refresh(&tokens.text("refresh_token")).await.is(200);
        world.confidential_client(AuthMethod::ClientSecretBasic).await.client_credentials("").await.is(200);
        world.register(json!({ "redirect_uris": ["https://a.example/cb"] })).await;
        world.browser().sign_in("alice", "wrong").await;
        world.browser().sign_in("alice", "wrong too").await;
        let counted = counted(&world).await;
        for (what, expected) in [
            (Tally::Registered(Door::ApiKey), 2),
            (Tally::SignedIn, 1),
            (Tally::Issued(IssuedBy::AuthorizationCode), 1),
            (Tally::Issued(IssuedBy::RefreshToken), 1),
            (Tally::Issued(IssuedBy::ClientCredentials), 1),
            (Tally::RegistrationRefused(domain::error::ErrorCode::InvalidToken), 1),
            (Tally::Refused(domain::journal::EventKind::SignInRefused), 2),
        ] {
            assert_eq!(times(&counted, what), expected, "{what:?}");
        }
    }

    async fn what_was_counted_outlives_a_restart(world: World) {
        counted(&world).await;
        world.register(json!({ "redirect_uris": ["https://a.example/cb"] })).await;
        world.restart().await;
        assert_eq!(times(&counted(&world).await, Tally::RegistrationRefused(domain::error::ErrorCode::InvalidToken)), 1);
    }

    async fn clients_are_shown_by_state_and_by_the_way_they_came_in(world: World) {
        let client = world.public_client().await;
        world.client_with(AuthMethod::None).await;
        world.enable_client(&client.id, false).await;
        let mut console = console(&world).await;
        let page = overview(&world, &mut console).await;
        page.is(200).shows("2 clients").shows("1 Active, not verified").shows("1 Disabled").shows("0 Expired");
        page.shows("Registered itself with an API key 2").shows("Made by an administrator 0");
    }

    async fn every_chart_has_its_words_and_its_numbers_once_more_in_a_table(world: World) {
        let mut console = console(&world).await;
        let page = overview(&world, &mut console).await;
        for chart in ["registrations", "sign-ins", "tokens"] {
            assert!(page.html.contains(&format!("aria-labelledby=\"{chart}-title {chart}-desc\"")), "{chart}");
        }
        page.shows("Day (UTC)").shows("Signed in Refused");
        assert!(page.html.matches("<path class=\"series-0\" d=\"M").count() >= 2);
        assert!(!page.html.contains("style=") && !page.html.contains("<script"));
    }

    async fn what_ends_soon_and_what_was_refused_asks_for_attention(world: World) {
        let mut console = console(&world).await;
        overview(&world, &mut console).await.shows("Nothing at the moment");
        let client = world.client(json!({ "client_name": "<b>Soon</b> gone", "redirect_uris": ["https://a.example/cb"] })).await;
        let end = clock::now().plus(std::time::Duration::from_hours(72));
        world.sql("UPDATE clients SET expires_at = $1 WHERE client_id = $2", [end.into(), client.id.as_str().into()]).await;
        world.register_with(&world.registration_key().await, json!({ "redirect_uris": ["http://a.example/"] })).await;
        world.browser().sign_in("admin", "wrong").await;
        let page = overview(&world, &mut console).await;
        page.shows("<b>Soon</b> gone").shows("1 A redirect URI breaks a rule").shows("1 Sign-in refused");
        assert!(page.html.contains("/admin/audit?kind=sign-in-refused"));
        page.shows("The latest that smells of attack");
    }

    async fn a_tenant_sees_its_own_numbers_only(world: World) {
        let (_, acme) = world.managed_tenant("acme").await;
        let uris = json!({ "https://a.example/cb": true });
        acme.create("x:OAuthClient/set", json!({ "clientId": "of-acme", "redirectUris": uris })).await;
        world.public_client().await;
        world.browser().sign_in("admin", "wrong").await;
        let mut browser = visit(&world, "/admin", "admin-of-acme", PASSWORD).await;
        let page = overview(&world, &mut browser).await;
        page.is(200).shows("1 client ").shows("Made by an administrator 1").shows("Registered itself with an API key 0");
        page.shows("Nothing at the moment");
    }

    async fn who_may_not_read_the_audit_log_hears_of_no_sign_ins(world: World) {
        let mut clerk = holder(&world, "clerk", &["oauth-client-query", "oauth-client-get"], "/admin").await;
        world.browser().sign_in("admin", "wrong").await;
        let page = overview(&world, &mut clerk).await;
        assert!(page.is(200).shows("Registrations").text.contains("Tokens issued"));
        assert!(!page.text.contains("Sign-in") && !page.html.contains("/admin/audit"));
    }

    async fn many_clients_are_counted_in_the_background_and_the_page_does_not_wait(world: World) {
        let client = world.public_client().await;
        let row = world.client_named(&client.id).await.expect("a client");
        let (app, now) = (world.app(), clock::now());
        for part in 0..9 {
            let mut batch = Batch::new();
            for number in 0..500 {
                let client_id = ClientId::parse(&format!("copy-{part}-{number}")).expect("an id");
                let copy = Client { id: app.chance.id(now), client_id, ..row.clone() };
                batch.extend(clients::insert(&copy, &clients::Management::default()).expect("statements"));
            }
            assert!(app.store.commit(batch).await.expect("clients").is_committed());
        }
        let mut console = console(&world).await;
        app.census.renew(&app.store, clock::now()).await.expect("nothing to do");
        assert!(!console.get("/admin").await.page().is(200).text.contains("4,501 clients"));
        let later = clock::now().plus(std::time::Duration::from_mins(2));
        app.census.renew(&app.store, later).await.expect("counted");
        console.get("/admin").await.page().shows("4,501 clients").shows("Registered itself with an API key 4,501");
    }
}
