//! `wayleave query`

use serde_json::Value;

use super::shape;
use crate::{
    args::Query,
    failure::Failure,
    remote::{
        self, conditions,
        listing::{self, Wanted},
    },
    terminal,
    value::Typed,
};

pub(crate) fn run(query: Query) -> Result<(), Failure> {
    let server = remote::connect(query.reach)?;
    let object = server.schema.object(&query.object)?;
    if object.is_singleton {
        return Err(Failure::unusable(object.name(), "exists once; wayleave get shows it"));
    }
    let typed = Typed { schema: &server.schema, now: remote::now() };
    let filter = conditions::filter(&query.conditions, object, &typed)?;
    let sort =
        query.sort.iter().map(|name| conditions::comparator(name, object)).collect::<Result<Vec<_>, _>>()?;
    let asked = shape::properties(&query.shape, object)?;
    let columns = if query.ids { vec!["id".to_owned()] } else { shape::columns(asked.as_ref(), object) };
    let wanted = Wanted {
        query: conditions::query(filter.as_ref(), &sort),
        limit: (!query.all).then_some(query.limit),
        properties: if query.shape.json { asked } else { Some(columns.clone()) },
    };
    let found = listing::find(&server, object, &wanted)?;
    if query.ids {
        let ids: Vec<_> = found.list.iter().map(|each| terminal::harmless(listing::id(each))).collect();
        if !ids.is_empty() {
            terminal::say(&ids.join("\n"))?;
        }
    } else if query.shape.json {
        terminal::say_json(&Value::Array(found.list))?;
    } else {
        shape::say_list(&columns, &found.list, object)?;
    }
    if found.has_more {
        let limit = query.limit;
        terminal::note(&format!("--limit: these are the first {limit}; there are more, which --all shows"));
    }
    Ok(())
}
