//! Accounts, keys, and what is done with them.

use domain::directory::{Account, KeyKind, access::KeyPermissions, permission::Permission};
use serde_json::Value;
use server::admin::{
    Means,
    account_keys::{self, Draft as NewKey},
    accounts::Draft,
    actor::Actor,
    first_start::ADMIN,
};

use super::{Answer, Browser, World};

/// The password of `alice`.
pub(crate) const PASSWORD: &str = "password of alice";

impl World {
    /// A new account with the role User.
    pub(crate) async fn account(&self, name: &str, password: &str) -> Account {
        self.account_of(Draft::named(name), password).await
    }

    /// The account of the first start, which may do everything; its password is [`super::ADMIN_PASSWORD`].
    pub(crate) async fn admin(&self) -> Account {
        self.account_named(ADMIN).await
    }

    /// A browser in which the new account `alice` is signed in.
    pub(crate) async fn alice(&self) -> Browser {
        self.account("alice", PASSWORD).await;
        let mut browser = self.browser();
        browser.sign_in("alice", PASSWORD).await;
        browser
    }

    /// A new key of `account` that holds exactly these permissions.
    pub(crate) async fn api_key(&self, account: &Account, permissions: &[Permission]) -> String {
        let new = NewKey {
            description: "a key of a test".to_owned(),
            permissions: KeyPermissions::Replace(permissions.iter().copied().collect()),
            allowed_ips: Vec::new(),
            expires_at: None,
        };
        self.api_key_with(account, new).await
    }

    pub(crate) async fn api_key_with(&self, account: &Account, new: NewKey) -> String {
        let app = self.app();
        let means = Means::of(&app);
        let made = account_keys::create(means, &Actor::host(), KeyKind::ApiKey, &account.id, new).await;
        let (_, secret) = made.expect("a key");
        secret.expose().to_owned()
    }

    /// The key that the mission recommends: it may register clients and nothing more.
    pub(crate) async fn registration_key(&self) -> String {
        let permissions = [Permission::Authenticate, Permission::OauthClientRegistration];
        self.api_key(&self.admin().await, &permissions).await
    }

    /// Registers without a credential.
    pub(crate) async fn register(&self, metadata: Value) -> Answer {
        self.post("/register").json(&metadata).send().await
    }

    pub(crate) async fn register_with(&self, credential: &str, metadata: Value) -> Answer {
        self.post("/register").bearer(credential).json(&metadata).send().await
    }

    /// What introspection says of a token to somebody who may ask about any.
    pub(crate) async fn introspect(&self, token: &str) -> Answer {
        let permissions = [Permission::Authenticate, Permission::TokenIntrospect];
        let new = async || self.api_key(&self.admin().await, &permissions).await;
        let key = self.0.introspector.get_or_init(new).await;
        self.post("/introspect").bearer(key).form(&super::Form::of(&[("token", token)])).send().await
    }

    /// Whether introspection calls a token active.
    pub(crate) async fn is_active(&self, token: &str) -> bool {
        self.introspect(token).await.is(200).json["active"] == true
    }

    pub(crate) async fn userinfo(&self, access_token: &str) -> Answer {
        self.get("/userinfo").bearer(access_token).send().await
    }
}
