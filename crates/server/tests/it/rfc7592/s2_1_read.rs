//! What an owner reads. RFC 7592 §2.1, §3; OpenID Connect Registration §4.

use domain::client::metadata::AuthMethod;
use http::Method;

use super::Owner;
use crate::world::World;

both! {
    async fn a_read_is_200_json_that_nobody_may_keep_and_says_what_registration_said(world: World) {
        let client = world.confidential_client(AuthMethod::PrivateKeyJwt).await;
        let answer = Owner::of(&world, &client.registration).get().await;
        assert_eq!(answer.is(200).json, client.registration);
        assert_eq!(answer.header("content-type"), Some("application/json"));
        assert_eq!((answer.header("cache-control"), answer.header("pragma")), (Some("no-store"), Some("no-cache")));
    }

    async fn a_client_that_lost_its_secret_reads_it_again(world: World) {
        for method in [AuthMethod::ClientSecretBasic, AuthMethod::ClientSecretPost] {
            let client = world.confidential_client(method).await;
            let mut owner = Owner::of(&world, &client.registration);
            for _ in 0..2 {
                assert_eq!(Some(owner.get().await.is(200).text("client_secret")), client.secret);
                owner.put(&super::replacement(&client.registration)).await.is(200);
            }
        }
    }

    async fn a_read_changes_nothing_however_often(world: World) {
        let client = world.public_client().await;
        let owner = Owner::of(&world, &client.registration);
        let read = owner.get().await;
        assert_eq!(owner.get().await.json, read.json);
        assert_eq!(owner.call(Method::HEAD).send().await.is(200).body.len(), 0);
    }

    async fn a_registration_is_there_after_a_restart_and_under_the_other_name(world: World) {
        let client = world.confidential_client(AuthMethod::ClientSecretBasic).await;
        let mut owner = Owner::of(&world, &client.registration);
        world.restart().await;
        owner.uri = owner.uri.replace("/register/", "/auth/register/");
        assert_eq!(owner.get().await.is(200).json, client.registration);
    }
}
