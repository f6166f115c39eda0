//! What the endpoint reads and which methods it knows. RFC 7591 §3.1; RFC 9110 §15.5.6, §15.5.16.

use http::Method;

use super::{base, clients, open};
use crate::world::World;

both! {
    async fn r13_r73_a_body_that_does_not_say_it_is_json_in_utf_8_is_415(world: World) {
        open(&world).await;
        let body = base().to_string();
        for media_type in [
            "", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=a", "text/plain; a=application/json",
            "application/json;charset=utf-7", "application/json; charset=\"utf-16\"", "application/jsonx", "application/jwt",
        ] {
            let call = world.post("/register").body(media_type, body.clone());
            call.send().await.is(415);
        }
        assert_eq!(clients(&world).await, 0);
    }

    async fn r13_a_body_of_no_type_is_415(world: World) {
        open(&world).await;
        let answer = world.post("/register").send().await;
        assert_eq!((answer.is(415).text("error").as_str(), answer.header("cache-control")), ("invalid_request", Some("no-store")));
    }

    async fn json_may_say_that_it_is_in_utf_8(world: World) {
        open(&world).await;
        let body = base().to_string();
        for media_type in ["application/json", "Application/JSON", "application/json; charset=utf-8", "application/json;charset=\"UTF-8\""] {
            world.post("/register").body(media_type, body.clone()).send().await.is(201);
        }
    }

    async fn r14_other_methods_are_405_and_hear_which_there_are(world: World) {
        open(&world).await;
        for path in ["/register", "/auth/register"] {
            for method in [Method::GET, Method::HEAD, Method::PUT, Method::PATCH, Method::DELETE] {
                let answer = world.call(method.clone(), path).json(&base()).send().await;
                assert_eq!(answer.is(405).header("allow"), Some("POST,OPTIONS"), "{method} {path}");
            }
        }
        assert_eq!(clients(&world).await, 0);
    }
}
