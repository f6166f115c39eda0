//! `wayleave delete`

use serde_json::{Value, json};

use super::{
    ids,
    update::{report, why},
};
use crate::{
    args::Delete,
    failure::Failure,
    remote::{self, Call},
    terminal,
};

pub(crate) fn run(delete: Delete) -> Result<(), Failure> {
    let server = remote::connect(delete.reach)?;
    let object = server.schema.object(&delete.object)?;
    let ids = ids(delete.ids, object)?;
    let mut refused = Vec::new();
    let mut done = 0;
    for some in ids.chunks(server.most_objects) {
        let said = server.call_one(Call::new(&object.wire_name, "set", json!({ "destroy": some })))?;
        let gone = said.get("destroyed").and_then(Value::as_array).cloned().unwrap_or_default();
        for id in some {
            if gone.iter().any(|known| known.as_str() == Some(id)) {
                done += 1;
            } else {
                refused.push(format!("{id}: {}", why(&said, "notDestroyed", id)));
            }
        }
        terminal::progress(&format!("{done} of {} deleted", ids.len()));
    }
    terminal::progress("");
    report("deleted", done, refused)
}
