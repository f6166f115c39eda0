//! Accounts, keys, and what is done with them.

use domain::{
    directory::{Account, Role, access::KeyPermissions, permission::Permission},
    secret::Secret,
};
use serde_json::Value;
use server::{
    admin::{self, api_keys::NewApiKey, first_start::ADMIN},
    clock,
};

use super::{Answer, Browser, World};

/// The password of `alice`.
pub(crate) const PASSWORD: &str = "password of alice";

impl World {
    /// A new account with the role User.
    pub(crate) async fn account(&self, name: &str, password: &str) -> Account {
        let app = self.app();
        let password = Secret::new(password);
        let created =
            admin::accounts::create(&app.store, name, Role::User, &password, &app.chance, clock::now());
        created.await.expect("an account")
    }

    /// The account of the first start, which may do everything; its password is [`super::ADMIN_PASSWORD`].
    pub(crate) async fn admin(&self) -> Account {
        admin::accounts::find(&self.app().store, ADMIN).await.expect("admin")
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
        let new = NewApiKey {
            description: "a key of a test".to_owned(),
            permissions: KeyPermissions::Replace(permissions.iter().copied().collect()),
            allowed_ips: Vec::new(),
            expires_at: None,
        };
        self.api_key_with(account, new).await
    }

    pub(crate) async fn api_key_with(&self, account: &Account, new: NewApiKey) -> String {
        let app = self.app();
        let made =
            admin::api_keys::create(&app.store, account, new, &app.hash_key, &app.chance, clock::now());
        let (_, secret) = made.await.expect("a key");
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
        let key =
            self.api_key(&self.admin().await, &[Permission::Authenticate, Permission::TokenIntrospect]).await;
        self.post("/introspect").bearer(&key).form(&super::Form::of(&[("token", token)])).send().await
    }

    /// Whether introspection calls a token active.
    pub(crate) async fn is_active(&self, token: &str) -> bool {
        self.introspect(token).await.is(200).json["active"] == true
    }

    pub(crate) async fn userinfo(&self, access_token: &str) -> Answer {
        self.get("/userinfo").bearer(access_token).send().await
    }
}
