//! What a command-line tool that speaks this vocabulary does, request by request.

use serde_json::json;

use crate::world::{USING, World};

both! {
    async fn a_query_and_a_get_come_in_one_request_and_are_two_responses(world: World) {
        let jmap = world.admin_jmap().await;
        jmap.create("x:OAuthClient/set", json!({ "clientId": "an-example", "redirectUris": ["https://a.example/cb"] })).await;
        let body = r##"{"using":["urn:ietf:params:jmap:core","urn:stalwart:jmap"],"methodCalls":[
            ["x:OAuthClient/query",{"filter":{"text":"example"},"limit":500,"calculateTotal":true},"q"],
            ["x:OAuthClient/get",{"#ids":{"resultOf":"q","name":"x:OAuthClient/query","path":"/ids"},"properties":["id","clientId"]},"g"]]}"##;
        let answer = jmap.send(&serde_json::from_str(body).expect("JSON")).await;
        let responses = answer.is(200).json["methodResponses"].as_array().expect("responses").clone();
        assert_eq!(responses.len(), 2);
        assert_eq!((&responses[0][1]["total"], &responses[1][1]["list"][0]["clientId"]), (&json!(1), &json!("an-example")));
    }

    async fn update_wants_the_id_among_what_was_updated(world: World) {
        let jmap = world.admin_jmap().await;
        let body = r#"[["x:OidcProvider/set",{"update":{"singleton":{"requireClientRegistration":true}}},"c0"]]"#;
        let responses = jmap.calls(serde_json::from_str(body).expect("JSON")).await;
        assert!(responses[0][1]["updated"].as_object().is_some_and(|updated| updated.contains_key("singleton")));
        assert!(responses[0][1].get("notUpdated").is_none(), "members that are empty are left out");
    }

    async fn only_the_path_of_the_api_url_is_used(world: World) {
        let key = world.admin_key().await;
        let session = world.get("/jmap/session").bearer(&key).send().await;
        let path = url::Url::parse(&session.text("apiUrl")).expect("a URL").path().to_owned();
        let body = json!({ "using": USING, "methodCalls": [["x:ApiKey/get", { "ids": null }, "0"]] });
        let answer = world.post(&path).bearer(&key).json(&body).send().await;
        assert_eq!(answer.is(200).json["methodResponses"][0][1]["list"].as_array().map(Vec::len), Some(1));
    }
}
