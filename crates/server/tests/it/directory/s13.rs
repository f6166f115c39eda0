//! S13: a client that is bound to a tenant gets tokens only for accounts of that tenant.

use domain::directory::{Account, Quotas, Tenant, access::KeyPermissions, permission::Permission};
use server::admin::account_keys::Draft as NewKey;

use super::member;
use crate::world::{Browser, Client, World};

/// A tenant, somebody of it who is signed in, and a client that was registered with a key of the tenant's administrator.
async fn scene(world: &World) -> (Tenant, Browser, Client) {
    let acme = world.tenant("acme", Quotas::default()).await;
    world.account_of(member("ann", &acme), "password of ann").await;
    let mut ann = world.browser();
    ann.sign_in("ann", "password of ann").await;
    let boss = world.administrator_of(&acme).await;
    let key = key(world, boss.account().expect("an account")).await;
    let metadata = serde_json::json!({ "redirect_uris": ["https://app.example/callback"], "token_endpoint_auth_method": "none" });
    let client = world.client_of(&world.register_with(&key, metadata).await);
    (acme, ann, client)
}

async fn key(world: &World, account: &Account) -> String {
    let only = [Permission::Authenticate, Permission::OauthClientRegistration].into();
    let new = NewKey {
        description: "fleet".to_owned(),
        permissions: KeyPermissions::Replace(only),
        allowed_ips: Vec::new(),
        expires_at: None,
    };
    world.api_key_with(account, new).await
}

async fn bind(world: &World, client: &Client, tenant: &Tenant) {
    let values = [tenant.id.clone().into(), client.id.as_str().into()];
    world
        .sql("UPDATE clients SET member_tenant_id = $1, version = version + 1 WHERE client_id = $2", values)
        .await;
}

both! {
    async fn s13_a_client_that_an_account_of_a_tenant_registered_serves_that_tenant_alone(world: World) {
        let (acme, mut ann, client) = scene(&world).await;
        assert_eq!(world.client_named(&client.id).await.expect("a client").member_tenant_id, Some(acme.id));
        client.tokens(&mut ann).await.is(200);
        let mut alice = world.alice().await;
        alice.authorize(&client).await.page().is(400).shows("not for your account");
    }

    async fn s13_what_others_hold_is_worth_nothing_once_the_client_is_bound(world: World) {
        let acme = world.tenant("acme", Quotas::default()).await;
        let client = world.public_client().await;
        let mut alice = world.alice().await;
        let (tokens, code) = (client.tokens(&mut alice).await, alice.consented(&client).await.code());
        assert!(world.is_active(&tokens.text("access_token")).await);
        bind(&world, &client, &acme).await;
        client.exchange(&code).await.refuses("invalid_grant");
        client.refresh(&tokens.text("refresh_token")).await.refuses("invalid_grant");
        world.userinfo(&tokens.text("access_token")).await.refuses("invalid_token");
        assert!(!world.is_active(&tokens.text("access_token")).await);
        assert!(!world.is_active(&tokens.text("refresh_token")).await);
    }
}
