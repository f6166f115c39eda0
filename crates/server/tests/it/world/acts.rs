//! What administrators do, as the operator of the host would.

use domain::{client::Client, directory::Account, secret::Secret};
use server::{
    admin::{Means, accounts, accounts::Draft, actor::Actor, clients, clients::ClientError},
    app::App,
    client_uses,
};

use super::World;

impl World {
    /// A new account.
    pub(crate) async fn account_of(&self, draft: Draft, password: &str) -> Account {
        let app = self.app();
        let password = Secret::new(password);
        let made = accounts::create(Means::of(&app), &Actor::host(), draft, Some(&password)).await;
        made.expect("an account").account
    }

    pub(crate) async fn account_named(&self, name: &str) -> Account {
        named(&self.app(), name).await
    }

    pub(crate) async fn enable_account(&self, name: &str, is_enabled: bool) {
        let (app, id) = (self.app(), self.account_named(name).await.id);
        let done = accounts::set_enabled(Means::of(&app), &Actor::host(), &id, is_enabled).await;
        done.expect("an account");
    }

    pub(crate) async fn set_password(&self, name: &str, password: &str) {
        let (app, id) = (self.app(), self.account_named(name).await.id);
        let done = accounts::set_password(Means::of(&app), &Actor::host(), &id, &Secret::new(password)).await;
        done.expect("an account");
    }

    pub(crate) async fn client_named(&self, client_id: &str) -> Result<Client, ClientError> {
        clients::find(&self.app().store, &Actor::host(), client_id).await
    }

    /// What the server remembers of the use of clients stands in the store when this returns.
    pub(crate) async fn tell_uses(&self) {
        client_uses::tell(&self.app()).await.expect("told");
    }

    pub(crate) async fn verify_client(&self, client_id: &str, is_verified: bool) {
        let app = self.app();
        let done = clients::set_verified(Means::of(&app), &Actor::host(), client_id, is_verified).await;
        done.expect("a client");
    }

    pub(crate) async fn enable_client(&self, client_id: &str, is_enabled: bool) {
        let app = self.app();
        let done = clients::set_enabled(Means::of(&app), &Actor::host(), client_id, is_enabled).await;
        done.expect("a client");
    }

    /// Disables the client unless it is gone.
    pub(crate) async fn try_disable_client(&self, client_id: &str) {
        let app = self.app();
        match clients::set_enabled(Means::of(&app), &Actor::host(), client_id, false).await {
            Ok(()) | Err(ClientError::Unknown) => {}
            Err(error) => panic!("{error}"),
        }
    }

    pub(crate) async fn delete_client(&self, client_id: &str) {
        let app = self.app();
        clients::destroy(Means::of(&app), &Actor::host(), client_id).await.expect("a client");
    }
}

async fn named(app: &App, name: &str) -> Account {
    accounts::find(&app.store, &Actor::host(), name).await.expect("an account")
}
