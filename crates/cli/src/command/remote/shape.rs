//! Objects as tables: which properties, below which headings.

use serde_json::Value;

use crate::{args::Shape, failure::Failure, remote::listing::id, schema::Object, terminal, value::shown};

/// The right names of the properties that were asked for; none if nothing was.
pub(super) fn properties(shape: &Shape, object: &Object) -> Result<Option<Vec<String>>, Failure> {
    if shape.fields.is_empty() {
        return Ok(None);
    }
    let right = |name: &String| match name.as_str() {
        "id" => Ok("id".to_owned()),
        name => object.field(name).map(|(name, _)| name.to_owned()),
    };
    shape.fields.iter().map(right).collect::<Result<_, _>>().map(Some)
}

/// What a list shows: what was asked for, or the id and the columns of the schema.
pub(super) fn columns(asked: Option<&Vec<String>>, object: &Object) -> Vec<String> {
    let of_list = || object.columns.iter().filter(|name| *name != "id").cloned();
    asked.cloned().unwrap_or_else(|| std::iter::once("id".to_owned()).chain(of_list()).collect())
}

/// One line for each object.
pub(super) fn say_list(columns: &[String], list: &[Value], object: &Object) -> Result<(), Failure> {
    let heading: Vec<_> = columns.iter().map(|name| title(name)).collect();
    let rows: Vec<Vec<_>> =
        list.iter().map(|each| columns.iter().map(|name| cell(each, name, object)).collect()).collect();
    terminal::say_rows(&heading, &rows)
}

/// One line for each property of one object.
pub(super) fn say_one(one: &Value, object: &Object) -> Result<(), Failure> {
    let members = one.as_object().into_iter().flatten().filter(|(name, _)| *name != "id");
    let mut rows = vec![vec!["id".to_owned(), id(one).to_owned()]];
    rows.extend(members.map(|(name, _)| vec![name.clone(), cell(one, name, object)]));
    terminal::say_rows(&["PROPERTY".to_owned(), "VALUE".to_owned()], &rows)
}

/// `clientId` is headed `CLIENT ID`.
fn title(name: &str) -> String {
    let mut title = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !title.is_empty() {
            title.push(' ');
        }
        title.extend(c.to_uppercase());
    }
    title
}

fn cell(object: &Value, name: &str, kind: &Object) -> String {
    let field = kind.fields.get(name).map(|field| &field.kind);
    object.get(name).map(|value| shown(field, value)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_the_words_of_the_name() {
        assert_eq!(["id", "clientId", "createdAt"].map(title), ["ID", "CLIENT ID", "CREATED AT"]);
    }
}
