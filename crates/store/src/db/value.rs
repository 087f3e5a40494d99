//! Values on their way into a statement and out of a row, for both engines.

use std::error::Error;
use std::fmt;

use bytes::{BufMut, BytesMut};
use customary_model::id::{AddressId, ApplicationKeyId, CustomerId, FieldId, FlowId, StoreId};
use customary_model::position::SortValue;
use customary_model::schema::CustomValues;
use customary_model::time::Timestamp;
use customary_model::version::KeyVersions;
use rusqlite::types::{ToSqlOutput, ValueRef};
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};
use uuid::Uuid;

use crate::error::StoreError;

/// 2000-01-01T00:00:00Z, from which PostgreSQL counts, in microseconds since 1970.
const POSTGRES_EPOCH_MICROS: i64 = 946_684_800_000_000;

/// The version byte in front of PostgreSQL's binary `jsonb`.
const JSONB_VERSION: u8 = 1;

/// A value bound to a statement. It prints as its type alone: drivers log what they are given, and
/// passwords' hashes and signing keys are given too.
#[derive(Clone, Copy, PartialEq)]
pub enum Param<'a> {
    /// No value, of any type.
    Null,
    /// UUID / BLOB.
    Uuid(Uuid),
    /// TEXT.
    Text(&'a str),
    /// BIGINT / INTEGER.
    Integer(i64),
    /// DOUBLE PRECISION / REAL.
    Number(f64),
    /// BOOLEAN / INTEGER.
    Boolean(bool),
    /// JSONB / TEXT.
    Json(&'a str),
    /// TIMESTAMPTZ / INTEGER microseconds.
    Time(Timestamp),
}

impl fmt::Debug for Param<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Null => "Null",
            Self::Uuid(_) => "Uuid",
            Self::Text(_) => "Text",
            Self::Integer(_) => "Integer",
            Self::Number(_) => "Number",
            Self::Boolean(_) => "Boolean",
            Self::Json(_) => "Json",
            Self::Time(_) => "Time",
        })
    }
}

macro_rules! param_from {
    ($($from:ty => |$value:ident| $param:expr;)+) => {$(
        impl<'a> From<$from> for Param<'a> {
            fn from($value: $from) -> Self {
                $param
            }
        }
    )+};
}

param_from! {
    Uuid => |id| Param::Uuid(id);
    StoreId => |id| Param::Uuid(id.uuid());
    FlowId => |id| Param::Uuid(id.uuid());
    FieldId => |id| Param::Uuid(id.uuid());
    CustomerId => |id| Param::Uuid(id.uuid());
    AddressId => |id| Param::Uuid(id.uuid());
    ApplicationKeyId => |id| Param::Uuid(id.uuid());
    &'a str => |text| Param::Text(text);
    &'a String => |text| Param::Text(text);
    i64 => |number| Param::Integer(number);
    u32 => |number| Param::Integer(i64::from(number));
    bool => |value| Param::Boolean(value);
    Timestamp => |time| Param::Time(time);
}

impl<'a, T: Into<Param<'a>>> From<Option<T>> for Param<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Param::Null, Into::into)
    }
}

impl rusqlite::ToSql for Param<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Uuid(id) => ValueRef::Blob(id.as_bytes()),
            Self::Text(text) | Self::Json(text) => ValueRef::Text(text.as_bytes()),
            Self::Integer(number) => ValueRef::Integer(*number),
            Self::Number(number) => ValueRef::Real(*number),
            Self::Boolean(value) => ValueRef::Integer(i64::from(*value)),
            Self::Time(time) => ValueRef::Integer(time.micros()),
        }))
    }
}

impl ToSql for Param<'_> {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match (self, ty) {
            (Self::Null, _) => return Ok(IsNull::Yes),
            (Self::Uuid(id), &Type::UUID) => out.put_slice(id.as_bytes()),
            (Self::Text(text), &Type::TEXT | &Type::VARCHAR) => out.put_slice(text.as_bytes()),
            (Self::Integer(number), &Type::INT8) => out.put_i64(*number),
            (Self::Number(number), &Type::FLOAT8) => out.put_f64(*number),
            (Self::Boolean(value), &Type::BOOL) => out.put_u8(u8::from(*value)),
            (Self::Json(text), &Type::JSONB) => {
                out.put_u8(JSONB_VERSION);
                out.put_slice(text.as_bytes());
            }
            (Self::Time(time), &Type::TIMESTAMPTZ) => {
                out.put_i64(time.micros().saturating_sub(POSTGRES_EPOCH_MICROS));
            }
            (value, ty) => return Err(format!("{value:?} is bound where {ty} is expected").into()),
        }
        Ok(IsNull::No)
    }

    /// Whether the value fits is only known once there is one.
    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// A row of a result.
pub struct Row<'a> {
    source: Source<'a>,
    statement: &'a str,
    /// How many columns stand before those that are counted from 0.
    first: usize,
}

#[derive(Clone, Copy)]
pub(super) enum Source<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a tokio_postgres::Row),
}

impl<'a> Row<'a> {
    pub(super) fn new(source: Source<'a>, statement: &'a str) -> Self {
        Self {
            source,
            statement,
            first: 0,
        }
    }

    /// The same row without its first columns.
    pub(crate) fn behind(&self, columns: usize) -> Self {
        Self {
            first: self.first + columns,
            ..*self
        }
    }

    /// The value of a column, counted from 0.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when the column holds something else.
    pub fn get<T: FromColumn>(&self, column: usize) -> Result<T, StoreError> {
        let value = match self.source {
            Source::Sqlite(row) => row
                .get_ref(self.first + column)
                .ok()
                .and_then(T::from_sqlite),
            Source::Postgres(row) => row
                .try_get::<_, Option<Raw<'_>>>(self.first + column)
                .ok()
                .and_then(T::from_postgres),
        };
        value.ok_or_else(|| self.corrupt(column))
    }

    /// The value of a column as a type that is made from it, such as an id.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when the column holds something else.
    pub fn id<T: From<Uuid>>(&self, column: usize) -> Result<T, StoreError> {
        self.get::<Uuid>(column).map(T::from)
    }

    /// The value of a text column, read by `parse`.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when it cannot be read.
    pub fn parsed<T>(
        &self,
        column: usize,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, StoreError> {
        let text = match self.source {
            Source::Sqlite(row) => match row.get_ref(self.first + column) {
                Ok(ValueRef::Text(bytes)) => text(bytes),
                _ => None,
            },
            Source::Postgres(row) => {
                let raw: Option<Option<Raw<'_>>> = row.try_get(self.first + column).ok();
                raw.flatten().and_then(|Raw(raw)| text(raw))
            }
        };
        text.and_then(parse).ok_or_else(|| self.corrupt(column))
    }

    /// The value of a column that a list is sorted by, of whatever type. No list is sorted by integers, so
    /// those of SQLite are times.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when lists are not sorted by such values.
    pub(crate) fn sort_value(&self, column: usize) -> Result<Option<SortValue>, StoreError> {
        let column_type = match self.source {
            Source::Sqlite(row) => match row.get_ref(self.first + column) {
                Ok(ValueRef::Null) => return Ok(None),
                Ok(ValueRef::Text(_)) => Type::TEXT,
                Ok(ValueRef::Real(_)) => Type::FLOAT8,
                Ok(ValueRef::Integer(_)) => Type::TIMESTAMPTZ,
                Ok(ValueRef::Blob(_)) => Type::UUID,
                Err(_) => return Err(self.corrupt(column)),
            },
            Source::Postgres(row) => row.columns()[self.first + column].type_().clone(),
        };
        Ok(match column_type {
            Type::TEXT => self.get::<Option<String>>(column)?.map(SortValue::Text),
            Type::FLOAT8 => self.get::<Option<f64>>(column)?.map(SortValue::Number),
            Type::TIMESTAMPTZ => {
                let time: Option<Timestamp> = self.get(column)?;
                time.map(|time| SortValue::Micros(time.micros()))
            }
            Type::UUID => self.get::<Option<Uuid>>(column)?.map(SortValue::Id),
            _ => return Err(self.corrupt(column)),
        })
    }

    fn corrupt(&self, column: usize) -> StoreError {
        StoreError::Corrupt {
            statement: self.statement.chars().take(80).collect(),
            column: self.first + column,
        }
    }
}

/// The binary form of any PostgreSQL value.
pub struct Raw<'a>(&'a [u8]);

impl<'a> FromSql<'a> for Raw<'a> {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(raw))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

/// A type that a column can hold, in either engine.
pub trait FromColumn: Sized {
    /// From SQLite's value.
    fn from_sqlite(value: ValueRef<'_>) -> Option<Self>;
    /// From PostgreSQL's binary form; `None` stands for NULL.
    fn from_postgres(value: Option<Raw<'_>>) -> Option<Self>;
}

/// A JSON document, as text.
pub struct JsonText(pub String);

macro_rules! column {
    ($type:ty, $sqlite:pat => $from_sqlite:expr, |$raw:ident| $from_postgres:expr) => {
        impl FromColumn for $type {
            fn from_sqlite(value: ValueRef<'_>) -> Option<Self> {
                match value {
                    $sqlite => $from_sqlite,
                    _ => None,
                }
            }

            fn from_postgres(value: Option<Raw<'_>>) -> Option<Self> {
                let Raw($raw) = value?;
                $from_postgres
            }
        }
    };
}

fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}

fn jsonb(bytes: &[u8]) -> Option<&str> {
    bytes.strip_prefix(&[JSONB_VERSION]).and_then(text)
}

fn integer(bytes: &[u8]) -> Option<i64> {
    bytes.try_into().ok().map(i64::from_be_bytes)
}

column!(Uuid, ValueRef::Blob(bytes) => Uuid::from_slice(bytes).ok(), |raw| Uuid::from_slice(raw).ok());
column!(String, ValueRef::Text(bytes) => text(bytes).map(Self::from), |raw| text(raw).map(Self::from));
column!(i64, ValueRef::Integer(number) => Some(number), |raw| integer(raw));
column!(f64, ValueRef::Real(number) => Some(number), |raw| raw.try_into().ok().map(f64::from_be_bytes));
column!(bool, ValueRef::Integer(number) => Some(number != 0), |raw| raw.first().map(|byte| *byte != 0));
column!(
    Timestamp,
    ValueRef::Integer(micros) => Some(Timestamp::from_micros(micros)),
    |raw| integer(raw).map(|micros| Timestamp::from_micros(micros.saturating_add(POSTGRES_EPOCH_MICROS)))
);

/// A type that is read from a JSON document.
macro_rules! document {
    ($type:ty, $read:expr) => {
        column!($type, ValueRef::Text(bytes) => text(bytes).and_then($read), |raw| jsonb(raw).and_then($read));
    };
}

document!(JsonText, |text| Some(Self(text.to_owned())));
document!(CustomValues, |text| Self::from_stored(text).ok());
document!(KeyVersions, |text| Self::from_stored(text).ok());

impl<T: FromColumn> FromColumn for Option<T> {
    fn from_sqlite(value: ValueRef<'_>) -> Option<Self> {
        if value == ValueRef::Null {
            Some(None)
        } else {
            T::from_sqlite(value).map(Some)
        }
    }

    fn from_postgres(value: Option<Raw<'_>>) -> Option<Self> {
        if value.is_none() {
            Some(None)
        } else {
            T::from_postgres(value).map(Some)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_does_not_print_itself() {
        let params = [Param::Text("secret"), Param::Json("secret"), Param::Null];
        assert_eq!(format!("{params:?}"), "[Text, Json, Null]");
    }
}
