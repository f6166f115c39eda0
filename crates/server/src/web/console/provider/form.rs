//! What stands in the fields, and what of it is a change. A field that was left as it was shown changes nothing, whatever somebody else
//! set meanwhile.

use domain::{error::Refusal, parameters::Parameters, settings::OidcProvider};
use serde_json::Value;

use super::{
    field::{Field, Filled, Kind, Told, UNITS},
    table::FIELDS,
};
use crate::{admin::settings, words::Said};

/// A field with what stands in it.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub field: &'static Field,
    pub filled: Filled,
    /// The value that was shown, in JSON.
    pub was: String,
    pub default: Told,
    pub is_default: bool,
    pub wrong: Option<Said>,
    /// What it shall be from now on.
    pub change: Option<Value>,
}

/// The fields as the settings are.
pub(super) fn lines(current: &OidcProvider) -> Vec<Line> {
    FIELDS.iter().map(|field| line(field, &field.value(current))).collect()
}

/// The fields as they were sent.
pub(super) fn read(sent: &Parameters, current: &OidcProvider) -> Result<Vec<Line>, Refusal> {
    FIELDS.iter().map(|field| read_line(sent, field, &field.value(current))).collect()
}

fn line(field: &'static Field, value: &Value) -> Line {
    let default = field.value(&OidcProvider::default());
    Line {
        field,
        filled: field.filled(value),
        was: value.to_string(),
        is_default: *value == default,
        default: field.told(&default),
        wrong: None,
        change: None,
    }
}

fn read_line(sent: &Parameters, field: &'static Field, current: &Value) -> Result<Line, Refusal> {
    // The form was made with what was shown; without that it is none of ours, and the value stays.
    let Some(was) = sent.one(field.was())? else { return Ok(line(field, current)) };
    let mut filled =
        Filled { text: sent.one(field.name)?.unwrap_or_default().trim().to_owned(), unit: String::new() };
    if matches!(field.kind, Kind::Life | Kind::Retention) {
        let unit = sent.one(field.unit())?.unwrap_or_default();
        let known = UNITS.iter().find(|(name, ..)| *name == unit);
        known.map_or("s", |(name, ..)| *name).clone_into(&mut filled.unit);
    }
    let typed = field.typed(&filled);
    let normal = settings::normal(field.name, &typed);
    let was_shown: Option<Value> = serde_json::from_str(was).ok();
    let is_as_shown = was_shown.is_some() && normal.as_ref().ok() == was_shown.as_ref();
    let is_right = is_as_shown || settings::settable(field.name, &typed).is_ok();
    let shown = line(field, current);
    Ok(Line {
        filled,
        was: was.to_owned(),
        wrong: (!is_right).then(|| field.rule()),
        change: (!is_as_shown && is_right).then_some(typed),
        ..shown
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn changes(form: &str) -> Vec<(&'static str, Value)> {
        let sent = Parameters::parse(form.as_bytes()).unwrap();
        let lines = read(&sent, &OidcProvider::default()).unwrap();
        lines.into_iter().filter_map(|line| Some((line.field.name, line.change?))).collect()
    }

    #[test]
    fn what_is_left_as_it_was_shown_is_no_change_however_it_is_written() {
        let form = "authCodeExpiry=600&authCodeExpiry-unit=s&authCodeExpiry-was=600000&pkce=oauth21&pkce-was=%22oauth21%22";
        assert_eq!(changes(form), []);
        assert_eq!(changes("requireClientRegistration-was=false"), []);
    }

    #[test]
    fn only_what_the_person_changed_is_a_change() {
        // Shown before somebody else made it true: the box was not touched.
        let form = "anonymousClientRegistration-was=false&authCodeExpiry=5&authCodeExpiry-unit=m&authCodeExpiry-was=600000";
        assert_eq!(changes(form), [("authCodeExpiry", json!("5m"))]);
        let form = "requireClientRegistration=true&requireClientRegistration-was=false";
        assert_eq!(changes(form), [("requireClientRegistration", json!(true))]);
    }

    #[test]
    fn a_field_that_cannot_be_so_is_named_and_changes_nothing() {
        let form = "authCodeMaxAttempts=0&authCodeMaxAttempts-was=3";
        let sent = Parameters::parse(form.as_bytes()).unwrap();
        let lines = read(&sent, &OidcProvider::default()).unwrap();
        let wrong: Vec<_> = lines.iter().filter(|line| line.wrong.is_some()).collect();
        assert_eq!(wrong.len(), 1);
        assert!(wrong[0].field.name == "authCodeMaxAttempts" && wrong[0].filled.text == "0");
        assert!(wrong[0].change.is_none());
    }
}
