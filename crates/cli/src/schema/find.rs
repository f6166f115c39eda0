//! Finding what a person named: letter case, hyphens and the prefix of the wire do not matter.

use super::{Field, Object, Schema};
use crate::failure::Failure;

impl Schema {
    /// The object called `name`.
    pub(crate) fn object(&self, name: &str) -> Result<&Object, Failure> {
        let wanted = folded(name);
        self.objects().find(|object| folded(object.name()) == wanted).ok_or_else(|| {
            let names: Vec<_> = self.objects().map(Object::name).collect();
            Failure::unusable(
                name,
                match nearest(name, &names) {
                    Some(near) => format!("is no object of this server; did you mean {near}?"),
                    None => format!("is no object of this server; it has {}", names.join(", ")),
                },
            )
        })
    }
}

impl Object {
    /// The field called `name` and its right name.
    pub(crate) fn field(&self, name: &str) -> Result<(&str, &Field), Failure> {
        let wanted = folded(name);
        let found = self.fields.iter().find(|(known, _)| folded(known) == wanted);
        found
            .map(|(name, field)| (name.as_str(), field))
            .ok_or_else(|| self.unknown(name, &self.field_names()))
    }

    /// The names that a filter may have, and the right one of `name`. Where the server does not say, any name is sent as it is.
    pub(crate) fn filter(&self, name: &str) -> Result<String, Failure> {
        let wanted = folded(name);
        match self.filters.iter().find(|known| folded(known) == wanted) {
            Some(known) => Ok(known.clone()),
            None if self.filters.is_empty() => Ok(name.to_owned()),
            None => Err(self.unknown(name, &self.filters.iter().map(String::as_str).collect::<Vec<_>>())),
        }
    }

    fn field_names(&self) -> Vec<&str> {
        self.fields.keys().map(String::as_str).collect()
    }

    fn unknown(&self, name: &str, known: &[&str]) -> Failure {
        let object = self.name();
        match nearest(name, known) {
            Some(near) => {
                Failure::unusable(name, format!("{object} has no such property; did you mean {near}?"))
            }
            None => {
                Failure::unusable(name, format!("{object} has no such property; it has {}", known.join(", ")))
            }
        }
    }
}

fn folded(name: &str) -> String {
    let name = super::short(name);
    name.chars().filter(|c| !matches!(c, '-' | '_')).flat_map(char::to_lowercase).collect()
}

/// The one of `known` that a slip of the finger turns into `name`.
fn nearest<'k>(name: &str, known: &[&'k str]) -> Option<&'k str> {
    let name = folded(name);
    let close = known.iter().map(|known| (distance(&name, &folded(known)), *known)).min()?;
    (close.0 <= 1 + name.len() / 5).then_some(close.1)
}

/// How many letters must be added, taken away or changed.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (line, c) in from.chars().enumerate() {
        let mut next = vec![line + 1];
        for ((other, before), left_above) in to.iter().zip(row.iter().skip(1)).zip(&row) {
            let beside = next.last().map_or(0, |last| last + 1);
            next.push(beside.min(before + 1).min(left_above + usize::from(*other != c)));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{super::tests::sample, *};

    #[test]
    fn a_name_is_found_however_it_is_spelled() {
        let schema = sample();
        for name in ["App", "app", "x:App", "APP"] {
            assert_eq!(schema.object(name).unwrap().name(), "App");
        }
        assert_eq!(schema.object("App").unwrap().field("ends-at").unwrap().0, "endsAt");
    }

    #[test]
    fn a_slip_is_answered_with_what_was_meant() {
        let schema = sample();
        let why = |failure: Failure| format!("{failure:?}");
        assert!(why(schema.object("Apps").unwrap_err()).contains("did you mean App?"));
        assert!(why(schema.object("Window").unwrap_err()).contains("it has App, Room, Server"));
        let app = schema.object("App").unwrap();
        assert!(why(app.field("colur").unwrap_err()).contains("did you mean colour?"));
        assert!(why(app.filter("nme").unwrap_err()).contains("did you mean name?"));
    }

    #[test]
    fn a_distance_counts_changed_letters() {
        let of = |pair: (&str, &str)| distance(pair.0, pair.1);
        assert_eq!([("", ""), ("a", ""), ("kitten", "sitting"), ("ab", "ba")].map(of), [0, 1, 3, 2]);
    }
}
