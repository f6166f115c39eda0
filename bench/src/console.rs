//! What the lists of the console ask for: which clients there are, a page at a time, as one request to the management API.

use serde_json::{Value, json};

use crate::Outcome;
use crate::rows;
use crate::scene::Scene;
use crate::talk::{Cycle, Talk};

pub(crate) const FIRST_PAGE: &str = "console, clients, first page";
pub(crate) const LAST_PAGE: &str = "console, clients, last page";
pub(crate) const BY_CREATION: &str = "console, clients by createdAt, first page";
pub(crate) const BY_CREATION_LAST: &str = "console, clients by createdAt, last page";
pub(crate) const RARE_WORD: &str = "console, clients with a word that one has";
pub(crate) const COMMON_WORD: &str = "console, clients with a word that all have, first page";
pub(crate) const COMMON_WORD_LAST: &str = "console, clients with a word that all have, last page";
pub(crate) const CLIENT_ID: &str = "console, client by clientId";

/// What of the contests is about lists.
pub(crate) const NAMES: &[&str] = &[
    FIRST_PAGE,
    LAST_PAGE,
    BY_CREATION,
    BY_CREATION_LAST,
    RARE_WORD,
    COMMON_WORD,
    COMMON_WORD_LAST,
    CLIENT_ID,
];

/// Who looks at lists at a time. An account may have eight requests under way.
pub(crate) const PEOPLE: usize = 4;

const PAGE: i64 = 50;
/// Different clients that are looked for.
const DIFFERENT: u64 = 256;

/// The connections of one contest over this many loaded clients.
pub(crate) fn talks(name: &str, scene: &Scene, clients: u64) -> Outcome<Vec<Box<dyn Talk>>> {
    let somebody = || (0..DIFFERENT).map(move |salt| rows::scattered(salt) % clients.max(1));
    let questions = match name {
        FIRST_PAGE => vec![json!({ "position": 0 })],
        LAST_PAGE => vec![json!({ "position": -PAGE })],
        BY_CREATION => vec![json!({ "position": 0, "sort": newest_first() })],
        BY_CREATION_LAST => vec![json!({ "position": -PAGE, "sort": newest_first() })],
        RARE_WORD => somebody().map(|number| json!({ "filter": { "text": number.to_string() } })).collect(),
        COMMON_WORD => vec![json!({ "position": 0, "filter": { "text": "app" } })],
        COMMON_WORD_LAST => vec![json!({ "position": -PAGE, "filter": { "text": "app" } })],
        CLIENT_ID => somebody()
            .map(|number| json!({ "filter": { "clientId": rows::client_id(number).as_str() } }))
            .collect(),
        _ => return Err(format!("there is no contest {name}").into()),
    };
    let requests = questions.into_iter().map(|question| request(scene, question)).collect();
    Ok(Cycle::over(PEOPLE, requests, "\"clientId\":\"wlp_"))
}

fn newest_first() -> Value {
    json!([{ "property": "createdAt", "isAscending": false }])
}

/// A page of ids with their total, and what a list shows of each.
fn request(scene: &Scene, mut question: Value) -> Vec<u8> {
    if let Some(members) = question.as_object_mut() {
        members.insert("limit".to_owned(), PAGE.into());
        members.insert("calculateTotal".to_owned(), true.into());
    }
    let body = json!({
        "using": ["urn:ietf:params:jmap:core", "urn:stalwart:jmap"],
        "methodCalls": [
            ["x:OAuthClient/query", question, "q"],
            ["x:OAuthClient/get", {
                "#ids": { "resultOf": "q", "name": "x:OAuthClient/query", "path": "/ids" },
                "properties": ["clientId", "description", "state", "createdAt", "expiresAt"],
            }, "g"],
        ],
    });
    let authorization = format!("Bearer {}", scene.api_key);
    scene.site.post_json("/jmap", &[("authorization", &authorization)], &body.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contests;

    #[test]
    fn every_list_is_a_contest() {
        assert!(NAMES.iter().all(|name| contests::NAMES.contains(name)));
    }
}
