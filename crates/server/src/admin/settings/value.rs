//! What a value may look like where somebody types it.

use std::time::Duration;

use serde_json::Value;

/// A list of strings, or a set as the management API has it.
pub(super) fn read_list(value: &Value) -> Result<Vec<String>, &'static str> {
    let items: Vec<&Value> = match value {
        Value::Array(items) => items.iter().collect(),
        Value::Object(set) => {
            let names =
                set.iter().filter(|(_, member)| **member == Value::Bool(true)).map(|(name, _)| name.clone());
            return Ok(names.collect());
        }
        _ => return Err("must be a list of strings"),
    };
    items.iter().map(|item| item.as_str().map(str::to_owned).ok_or("must be a list of strings")).collect()
}

/// A whole number of milliseconds above zero, or a number with `ms`, `s`, `m`, `h` or `d`.
pub fn read_duration(value: &Value) -> Result<Duration, &'static str> {
    const CENTURY: u64 = 100 * 365 * 86_400_000;
    const WHY: &str =
        "must be a number of milliseconds above 0, or text such as \"90s\", \"10m\", \"1h\" or \"30d\"";
    let millis = match value {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => {
            let unit_at = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
            let (number, unit) = text.split_at(unit_at);
            let factor = match unit {
                "ms" => Some(1),
                "s" => Some(1_000),
                "m" => Some(60_000),
                "h" => Some(3_600_000),
                "d" => Some(86_400_000),
                _ => None,
            };
            number.parse::<u64>().ok().zip(factor).and_then(|(number, factor)| number.checked_mul(factor))
        }
        _ => None,
    };
    millis.filter(|millis| (1..=CENTURY).contains(millis)).map(Duration::from_millis).ok_or(WHY)
}

/// As [`read_duration`], but nothing is for ever, and everything else a day or more.
pub(super) fn read_retention(value: &Value) -> Result<Duration, &'static str> {
    const DAY: Duration = Duration::from_hours(24);
    match value.as_u64() {
        Some(0) => Ok(Duration::ZERO),
        _ => read_duration(value).and_then(|retention| {
            if retention < DAY { Err("must be 0, or a day or more") } else { Ok(retention) }
        }),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn durations_are_milliseconds_or_text_with_a_unit() {
        assert_eq!(read_duration(&json!(1500)), Ok(Duration::from_millis(1500)));
        assert_eq!(read_duration(&json!("10m")), Ok(Duration::from_mins(10)));
        for bad in [json!(0), json!(-1), json!("10"), json!("1 h"), json!("1w"), json!(1.5), json!(u64::MAX)]
        {
            assert!(read_duration(&bad).is_err(), "{bad}");
        }
    }
}
