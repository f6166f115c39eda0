use domain::{client::Client, directory::Quotas, registration::Policy, secret::Secret};
use server::admin::{
    Means,
    actor::Actor,
    clients::{self, ClientError, Draft, SecretWish, Written},
};
use store::{
    client_search::{Condition, SortBy},
    search::{Filter, Page, Search},
};

use crate::{rfc7592::Owner, world::World};

const CALLBACK: &str = "https://app.example/callback";

async fn make(world: &World, actor: &Actor, id: &str, draft: Draft) -> Result<Written, ClientError> {
    let (app, live) = (world.app(), world.app().live());
    let policy = Policy { settings: &live.settings, issuer: app.config.issuer.url(), bounds: &[] };
    clients::create(Means::of(&app), actor, &policy, id, draft).await
}

async fn change(world: &World, actor: &Actor, before: &Client, draft: Draft) -> Result<Written, ClientError> {
    let (app, live) = (world.app(), world.app().live());
    let policy = Policy { settings: &live.settings, issuer: app.config.issuer.url(), bounds: &[] };
    clients::update(Means::of(&app), actor, &policy, (&before.id, before.version), draft).await
}

fn to(uri: &str) -> Draft {
    Draft::to(vec![uri.to_owned()])
}

both! {
    async fn s11_a_client_under_an_id_that_an_administrator_chose_works(world: World) {
        let made = make(&world, &world.administrator().await, "webadmin", to(CALLBACK)).await.expect("a client");
        assert!(made.secret.is_none() && !made.client.is_confidential());
        let client = world.unregistered_client("webadmin");
        client.tokens(&mut world.alice().await).await.is(200);
        assert!(matches!(make(&world, &Actor::host(), "webadmin", to(CALLBACK)).await, Err(ClientError::ClientIdTaken)));
    }

    async fn what_a_registration_may_not_say_an_administrator_may_not_either(world: World) {
        let bad = make(&world, &Actor::host(), "app", to("https://app.example/cb#fragment")).await;
        assert!(matches!(bad, Err(ClientError::BadRedirectUris(_))));
        let name = Draft { description: Some("a\u{202e}b".to_owned()), ..to(CALLBACK) };
        assert!(matches!(make(&world, &Actor::host(), "app", name).await, Err(ClientError::BadDescription(_))));
        let secret = Draft { secret: SecretWish::Set(Secret::new("short")), ..to(CALLBACK) };
        assert!(matches!(make(&world, &Actor::host(), "app", secret).await, Err(ClientError::BadSecret)));
        assert!(matches!(make(&world, &Actor::host(), "wla_mine", to(CALLBACK)).await, Err(ClientError::ReservedClientId)));
    }

    async fn a_secret_that_was_generated_or_set_is_the_one_that_counts(world: World) {
        let draft = Draft { secret: SecretWish::Generate, ..Draft::to(Vec::new()) };
        let made = make(&world, &Actor::host(), "machine", draft).await.expect("a client");
        let first = made.secret.expect("a secret");
        let token = |secret: String| world.post("/token").basic("machine", &secret).form(&crate::world::Form::of(&[("grant_type", "client_credentials")])).send();
        token(first.expose().to_owned()).await.is(200);
        let set = Draft { secret: SecretWish::Set(Secret::new("a secret of sixteen?")), ..Draft::of(&made.client) };
        assert!(matches!(change(&world, &Actor::host(), &made.client, set).await, Err(ClientError::BadSecret)));
        let set = Draft { secret: SecretWish::Set(Secret::new("a-secret-of-sixteen")), ..Draft::of(&made.client) };
        change(&world, &Actor::host(), &made.client, set).await.expect("a change");
        token("a-secret-of-sixteen".to_owned()).await.is(200);
        token(first.expose().to_owned()).await.refuses("invalid_client");
    }

    async fn s09_a_client_reads_back_what_an_administrator_changed(world: World) {
        let client = world.public_client().await;
        let owner = Owner::of(&world, &client.registration);
        let before = world.client_named(&client.id).await.expect("a client");
        let draft = Draft {
            description: Some("A new name".to_owned()),
            redirect_uris: vec!["https://app.example/other".to_owned()],
            ..Draft::of(&before)
        };
        change(&world, &Actor::host(), &before, draft).await.expect("a change");
        let read = owner.get().await.is(200).json.clone();
        assert_eq!((read["client_name"].as_str(), read["redirect_uris"][0].as_str()), (Some("A new name"), Some("https://app.example/other")));
        assert_eq!(world.alice().await.authorize(&client).await.page().status, 400, "the old address");
        assert!(matches!(change(&world, &Actor::host(), &before, Draft::of(&before)).await, Err(ClientError::Stale)));
    }

    async fn a_shared_client_keeps_the_metadata_that_its_id_follows_from(world: World) {
        world.settings("OidcProvider.anonymousClientRegistration", serde_json::json!(true)).await;
        let answer = world.register(serde_json::json!({ "redirect_uris": ["http://127.0.0.1/cb"] })).await;
        let before = world.client_named(&answer.is(201).text("client_id")).await.expect("a client");
        let draft = Draft { description: Some("Mine".to_owned()), ..Draft::of(&before) };
        assert!(matches!(change(&world, &Actor::host(), &before, draft).await, Err(ClientError::Shared)));
        let ended = Draft { expires_at: Some(before.created_at), ..Draft::of(&before) };
        assert!(change(&world, &Actor::host(), &before, ended).await.is_ok());
    }

    async fn s08_a_client_stops_at_its_expiry(world: World) {
        let client = world.public_client().await;
        let tokens = client.tokens(&mut world.alice().await).await;
        let before = world.client_named(&client.id).await.expect("a client");
        let ended = Draft { expires_at: Some(server::clock::now()), ..Draft::of(&before) };
        change(&world, &Actor::host(), &before, ended).await.expect("a change");
        client.refresh(&tokens.text("refresh_token")).await.refuses("invalid_client");
        assert!(!world.is_active(&tokens.text("access_token")).await);
        assert!(!world.is_active(&tokens.text("refresh_token")).await);
    }

    async fn clients_of_other_tenants_are_not_there_and_count_for_nobody_else(world: World) {
        let quotas = Quotas { max_oauth_clients: Some(1), ..Quotas::default() };
        let (app, acme) = (world.app(), world.tenant("acme", quotas).await);
        let boss = world.administrator_of(&acme).await;
        let foreign = make(&world, &Actor::host(), "foreign", to(CALLBACK)).await.expect("a client").client;
        let own = make(&world, &boss, "own", to(CALLBACK)).await.expect("a client").client;
        assert_eq!(own.member_tenant_id, Some(acme.id));
        assert!(matches!(make(&world, &boss, "second", to(CALLBACK)).await, Err(ClientError::OverQuota)));
        assert_eq!(clients::get(&app.store, &boss, &[foreign.id.clone(), own.id.clone()]).await.expect("clients").len(), 1);
        assert!(matches!(clients::destroy(Means::of(&app), &boss, "foreign").await, Err(ClientError::Unknown)));
        assert!(matches!(change(&world, &boss, &foreign, Draft::of(&foreign)).await, Err(ClientError::Unknown)));
        let text = Filter::Condition(Condition::Text("own".to_owned()));
        for (filter, count) in [(None, 1), (Some(text), 1), (Some(Filter::Condition(Condition::ClientId("foreign".to_owned()))), 0)] {
            let search = Search { tenant: None, filter, sort: SortBy::Id, page: Page::default() };
            assert_eq!(clients::query(&app.store, &boss, search).await.expect("ids").ids.len(), count);
        }
    }
}
