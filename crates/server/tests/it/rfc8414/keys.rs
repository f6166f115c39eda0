//! The published keys. RFC 7517 §4, §5.

use std::collections::BTreeSet;

use crate::world::World;

both! {
    async fn l04_only_public_members_of_asymmetric_keys_are_published(world: World) {
        let answer = world.get("/jwks.json").send().await;
        for key in answer.is(200).json["keys"].as_array().expect("keys") {
            let members: BTreeSet<_> = key.as_object().expect("an object").keys().map(String::as_str).collect();
            let of_kind = match key["kty"].as_str() {
                Some("RSA") => vec!["n", "e"],
                Some("EC") => vec!["crv", "x", "y"],
                other => panic!("{other:?}"),
            };
            assert_eq!(members, of_kind.into_iter().chain(["kty", "kid", "use", "alg"]).collect());
            assert_eq!(key["use"], "sig");
        }
    }

    async fn l04_every_kid_is_one_keys_and_there_is_a_key_for_es256_and_rs256(world: World) {
        let keys = world.get("/jwks.json").send().await.json["keys"].as_array().cloned().expect("keys");
        let kids: BTreeSet<_> = keys.iter().map(|key| key["kid"].as_str().expect("a kid").to_owned()).collect();
        assert_eq!(kids.len(), keys.len());
        let algorithms: BTreeSet<_> = keys.iter().filter_map(|key| key["alg"].as_str()).collect();
        assert_eq!(algorithms, BTreeSet::from(["ES256", "RS256"]));
    }

    async fn l04_the_same_keys_are_the_same_bytes_after_a_restart(world: World) {
        let before = world.get("/jwks.json").send().await;
        world.restart().await;
        let after = world.get("/auth/jwks.json").send().await;
        assert_eq!((before.is(200).body.clone(), before.header("etag")), (after.is(200).body.clone(), after.header("etag")));
        assert_eq!(before.header("cache-control"), Some("public, max-age=300"));
    }
}
