//! Our three types as PostgreSQL writes them.

use std::error::Error;

use bytes::BytesMut;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use crate::db::Value;

type Failure = Box<dyn Error + Sync + Send>;

/// Whether `value` can be sent where the server wants a `wanted`.
pub(super) fn fits(value: &Value, wanted: &Type) -> bool {
    match value {
        Value::Null => true,
        Value::Text(_) => is_text(wanted),
        Value::Bool(_) => *wanted == Type::BOOL,
        Value::Int(number) => match *wanted {
            Type::INT8 => true,
            Type::INT4 => i32::try_from(*number).is_ok(),
            Type::INT2 => i16::try_from(*number).is_ok(),
            _ => false,
        },
    }
}

fn is_text(wanted: &Type) -> bool {
    [Type::TEXT, Type::VARCHAR, Type::NAME, Type::BPCHAR, Type::UNKNOWN].contains(wanted)
}

impl ToSql for Value {
    fn to_sql(&self, wanted: &Type, out: &mut BytesMut) -> Result<IsNull, Failure> {
        if !fits(self, wanted) {
            return Err(format!("{} does not fit into {wanted}", self.kind()).into());
        }
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Text(text) => text.to_sql(wanted, out),
            Self::Bool(truth) => truth.to_sql(wanted, out),
            Self::Int(number) => match *wanted {
                Type::INT4 => i32::try_from(*number)?.to_sql(wanted, out),
                Type::INT2 => i16::try_from(*number)?.to_sql(wanted, out),
                _ => number.to_sql(wanted, out),
            },
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

impl<'a> FromSql<'a> for Value {
    fn from_sql(found: &Type, raw: &'a [u8]) -> Result<Self, Failure> {
        match *found {
            Type::INT8 => i64::from_sql(found, raw).map(Self::Int),
            Type::INT4 => i32::from_sql(found, raw).map(|number| Self::Int(number.into())),
            Type::INT2 => i16::from_sql(found, raw).map(|number| Self::Int(number.into())),
            Type::BOOL => bool::from_sql(found, raw).map(Self::Bool),
            _ if is_text(found) => String::from_sql(found, raw).map(Self::Text),
            _ => Err(format!("it is of the type {found}").into()),
        }
    }

    fn from_sql_null(_: &Type) -> Result<Self, Failure> {
        Ok(Self::Null)
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}
