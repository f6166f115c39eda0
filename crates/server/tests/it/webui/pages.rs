//! Every page: it is there, everybody can use it, and it asks nobody else for anything.

use serde_json::Value;
use server::web::frame::Place;

use super::browser;
use crate::world::World;

both! {
    async fn every_page_is_there_and_fit_for_everybody(world: World) {
        browser(&world, "fill.mjs", &[]).await;
        let walk = browser(&world, "walk.mjs", &[]).await;
        let pages = without_fault(&walk);
        for place in Place::ALL {
            assert!(pages.iter().any(|page| page["path"] == place.path()), "{place:?} is nowhere");
        }
        let flow = browser(&world, "flow.mjs", &[]).await;
        assert!(without_fault(&flow).len() > 20, "from signing in to signing in again");
    }
}

fn without_fault(walk: &Value) -> &[Value] {
    let pages = walk["pages"].as_array().expect("pages");
    let faults: Vec<_> = pages.iter().filter(|page| page["faults"] != Value::Array(Vec::new())).collect();
    assert!(faults.is_empty(), "{faults:#?}");
    pages
}
