//! A row as it came back, read column by column.

use domain::id::Id;
use domain::time::Timestamp;

use super::Value;
use crate::error::StoreError;

/// One row of an answer. Columns are counted from 0 in the order of the SELECT.
///
/// A column that is missing or of another type is [`StoreError::Corrupt`]: never a default, never a panic.
#[derive(Clone, Debug)]
pub struct Row {
    columns: Vec<Value>,
}

impl Row {
    pub(super) const fn new(columns: Vec<Value>) -> Self {
        Self { columns }
    }

    pub fn text(&self, column: usize) -> Result<String, StoreError> {
        self.text_ref(column).map(str::to_owned)
    }

    pub fn opt_text(&self, column: usize) -> Result<Option<String>, StoreError> {
        Ok(self.opt_text_ref(column)?.map(str::to_owned))
    }

    /// As [`Row::text`], for those who only look.
    pub fn text_ref(&self, column: usize) -> Result<&str, StoreError> {
        self.opt_text_ref(column)?.ok_or_else(|| unexpected(column, "null"))
    }

    /// As [`Row::opt_text`], for those who only look.
    pub fn opt_text_ref(&self, column: usize) -> Result<Option<&str>, StoreError> {
        match self.value(column)? {
            Value::Text(text) => Ok(Some(text)),
            Value::Null => Ok(None),
            other @ (Value::Int(_) | Value::Bool(_)) => Err(unexpected(column, other.kind())),
        }
    }

    pub fn int(&self, column: usize) -> Result<i64, StoreError> {
        self.opt_int(column)?.ok_or_else(|| unexpected(column, "null"))
    }

    pub fn opt_int(&self, column: usize) -> Result<Option<i64>, StoreError> {
        match self.value(column)? {
            Value::Int(number) => Ok(Some(*number)),
            Value::Null => Ok(None),
            other @ (Value::Text(_) | Value::Bool(_)) => Err(unexpected(column, other.kind())),
        }
    }

    /// SQLite keeps a BOOLEAN as 0 or 1; both spellings are the same answer.
    pub fn bool(&self, column: usize) -> Result<bool, StoreError> {
        match self.value(column)? {
            Value::Bool(truth) => Ok(*truth),
            Value::Int(0) => Ok(false),
            Value::Int(1) => Ok(true),
            other @ (Value::Text(_) | Value::Int(_) | Value::Null) => Err(unexpected(column, other.kind())),
        }
    }

    /// A moment, stored as milliseconds since 1970.
    pub fn timestamp(&self, column: usize) -> Result<Timestamp, StoreError> {
        self.int(column).map(Timestamp::from_millis)
    }

    pub fn opt_timestamp(&self, column: usize) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.opt_int(column)?.map(Timestamp::from_millis))
    }

    pub fn id(&self, column: usize) -> Result<Id, StoreError> {
        self.opt_id(column)?.ok_or_else(|| unexpected(column, "null"))
    }

    pub fn opt_id(&self, column: usize) -> Result<Option<Id>, StoreError> {
        self.opt_text_ref(column)?
            .map(|text| Id::parse(text).ok_or_else(|| unexpected(column, "text that is no id")))
            .transpose()
    }

    pub(crate) fn value(&self, column: usize) -> Result<&Value, StoreError> {
        self.columns.get(column).ok_or_else(|| unexpected(column, "missing"))
    }
}

fn unexpected(column: usize, found: &str) -> StoreError {
    StoreError::corrupt(format!("column {column} is {found}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> Row {
        Row::new(vec![
            Value::from("a"),
            Value::from(1_i64),
            Value::from(true),
            Value::Null,
            Value::from(2_i64),
        ])
    }

    #[test]
    fn columns_read_back_as_what_they_are() -> Result<(), StoreError> {
        assert_eq!(row().text(0)?, "a");
        assert_eq!(row().int(1)?, 1);
        assert!(row().bool(1)? && row().bool(2)?);
        assert_eq!(row().opt_text(3)?, None);
        assert_eq!(row().opt_timestamp(1)?, Some(Timestamp::from_millis(1)));
        Ok(())
    }

    #[test]
    fn a_column_of_another_type_is_corrupt() {
        let corrupt = |found: Result<(), StoreError>| matches!(found, Err(StoreError::Corrupt { .. }));
        assert!(corrupt(row().text(1).map(drop)));
        assert!(corrupt(row().int(0).map(drop)));
        assert!(corrupt(row().int(3).map(drop)));
        assert!(corrupt(row().bool(4).map(drop)));
        assert!(corrupt(row().id(0).map(drop)));
        assert!(corrupt(row().opt_text(5).map(drop)));
    }
}
