//! What the store needs of a database, and nothing more.
//!
//! Belongs here: values, rows and the few acts that both backends offer. Does not belong here: what
//! is asked (`store`), how a backend does it (`sqlite`, `postgis`).
//!
//! Both backends understand the same SQL with `$1`, `$2`, … for values, as long as each number is
//! first used after the ones below it. So there is one text of every question.

use std::borrow::Cow;

use remnant_ground::{ObjectKind, Shape};

use crate::error::StoreError;
use crate::geometry_bytes::Bounds;
use crate::layer::Layer;

/// A value on its way into a database or back.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value<'a> {
    Null,
    Whole(i64),
    Decimal(f64),
    Text(Cow<'a, str>),
    Bytes(Cow<'a, [u8]>),
}

impl<'a> Value<'a> {
    pub(crate) fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Text(text.into())
    }

    pub(crate) fn bytes(bytes: impl Into<Cow<'a, [u8]>>) -> Self {
        Self::Bytes(bytes.into())
    }

    /// The value, whoever it was borrowed from.
    pub(crate) fn into_owned(self) -> Value<'static> {
        match self {
            Self::Null => Value::Null,
            Self::Whole(number) => Value::Whole(number),
            Self::Decimal(number) => Value::Decimal(number),
            Self::Text(text) => Value::Text(Cow::Owned(text.into_owned())),
            Self::Bytes(bytes) => Value::Bytes(Cow::Owned(bytes.into_owned())),
        }
    }

    pub(crate) fn optional(text: Option<impl Into<Cow<'a, str>>>) -> Self {
        text.map_or(Self::Null, Self::text)
    }
}

impl From<u64> for Value<'_> {
    /// Counts and positions, which stay far below 2^63.
    fn from(number: u64) -> Self {
        Self::Whole(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

/// A row that a question gave, its columns counted from 0.
pub(crate) enum Row<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a postgres::Row),
}

impl Row<'_> {
    pub(crate) fn text(&self, at: usize) -> Result<&str, StoreError> {
        self.optional_text(at)?.ok_or_else(|| unexpected(at))
    }

    pub(crate) fn optional_text(&self, at: usize) -> Result<Option<&str>, StoreError> {
        match self {
            Self::Sqlite(row) => match row.get_ref(at).map_err(|_| unexpected(at))? {
                rusqlite::types::ValueRef::Text(text) => {
                    std::str::from_utf8(text).map(Some).map_err(|_| unexpected(at))
                }
                rusqlite::types::ValueRef::Null => Ok(None),
                _ => Err(unexpected(at)),
            },
            Self::Postgres(row) => row.try_get(at).map_err(|_| unexpected(at)),
        }
    }

    pub(crate) fn whole(&self, at: usize) -> Result<i64, StoreError> {
        match self {
            Self::Sqlite(row) => row.get(at).map_err(|_| unexpected(at)),
            Self::Postgres(row) => crate::postgis::whole(row, at).ok_or_else(|| unexpected(at)),
        }
    }

    pub(crate) fn decimal(&self, at: usize) -> Result<f64, StoreError> {
        match self {
            Self::Sqlite(row) => row.get(at).map_err(|_| unexpected(at)),
            Self::Postgres(row) => row.try_get(at).map_err(|_| unexpected(at)),
        }
    }

    pub(crate) fn count(&self, at: usize) -> Result<u64, StoreError> {
        u64::try_from(self.whole(at)?).map_err(|_| unexpected(at))
    }

    pub(crate) fn bytes(&self, at: usize) -> Result<&[u8], StoreError> {
        match self {
            Self::Sqlite(row) => row
                .get_ref(at)
                .ok()
                .and_then(|value| value.as_blob().ok())
                .ok_or_else(|| unexpected(at)),
            Self::Postgres(row) => row.try_get(at).map_err(|_| unexpected(at)),
        }
    }

    /// Any value, as it was written.
    pub(crate) fn value(&self, at: usize) -> Result<Value<'static>, StoreError> {
        match self {
            Self::Sqlite(row) => Ok(match row.get_ref(at).map_err(|_| unexpected(at))? {
                rusqlite::types::ValueRef::Null => Value::Null,
                rusqlite::types::ValueRef::Integer(number) => Value::Whole(number),
                rusqlite::types::ValueRef::Real(number) => Value::Decimal(number),
                rusqlite::types::ValueRef::Text(text) => {
                    Value::text(String::from_utf8_lossy(text).into_owned())
                }
                rusqlite::types::ValueRef::Blob(bytes) => Value::bytes(bytes.to_vec()),
            }),
            Self::Postgres(row) => crate::postgis::value(row, at).ok_or_else(|| unexpected(at)),
        }
    }
}

fn unexpected(at: usize) -> StoreError {
    StoreError::damaged(format!("column {} of a row does not hold what it must", at + 1))
}

/// A table that rows are put into.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Target<'a> {
    /// Its name.
    pub(crate) table: &'a str,
    /// The columns that are given, in order.
    pub(crate) columns: &'a [&'a str],
    /// The column that holds a geometry, where there is one: given as the backend's bytes.
    pub(crate) geometry: Option<usize>,
}

/// What gives rows one by one; it ends the question by an error.
pub(crate) type Each<'a> = &'a mut dyn FnMut(&Row<'_>) -> Result<(), StoreError>;

/// A database, one connection to it.
pub(crate) trait Database: Send {
    /// Where it is, for people, without a password.
    fn place(&self) -> &str;

    /// What kind of database it is, for people.
    fn about(&mut self) -> Result<String, StoreError>;

    /// Begins to read several things as of one moment.
    fn begin_reading(&mut self) -> Result<(), StoreError>;

    /// Begins to write, alone, waiting for whoever writes now. `at` is the moment, for what other
    /// programs are told about the last change.
    fn begin_writing(&mut self, at: &str) -> Result<(), StoreError>;

    /// Makes what was written last, whatever happens to the machine.
    fn commit(&mut self) -> Result<(), StoreError>;

    /// Takes back what was written since the beginning; never fails louder than what led here.
    fn roll_back(&mut self);

    /// Does something and says how many rows it touched.
    fn execute(&mut self, sql: &str, values: &[Value<'_>]) -> Result<u64, StoreError>;

    /// Does several things without values.
    fn execute_all(&mut self, sql: &str) -> Result<(), StoreError>;

    /// Asks.
    fn query(&mut self, sql: &str, values: &[Value<'_>], each: Each<'_>) -> Result<(), StoreError>;

    /// Puts rows into a table, given one after the other: each has as many values as the table is
    /// given columns.
    fn insert(&mut self, target: &Target<'_>, rows: &[Value<'_>]) -> Result<(), StoreError>;

    /// Gives the entries about an object of this kind that have one of these subjects: subject, id,
    /// kind of entry, body.
    fn entries_about(
        &mut self,
        kind: ObjectKind,
        subjects: &[&str],
        each: Each<'_>,
    ) -> Result<(), StoreError>;

    /// Closes the tables of a new project to everybody else.
    fn protect(&mut self) -> Result<(), StoreError>;

    /// Shows other programs the table of sources, once it holds one.
    fn publish_sources(&mut self) -> Result<(), StoreError>;

    /// Makes the table of a layer with its index, style and what else the format asks for.
    fn make_layer(&mut self, layer: &Layer) -> Result<(), StoreError>;

    /// Takes the table of a layer away, with all that belongs to it.
    fn drop_layer(&mut self, name: &str) -> Result<(), StoreError>;

    /// The statement list that makes layers, of which a hash tells whether they are up to date.
    fn layer_form(&self) -> String;

    /// The geometry of a shape, as `insert` takes it and `geometry_column` gives it back.
    fn geometry(&self, shape: &Shape) -> Option<Vec<u8>>;

    /// The expression that gives the geometry of a layer back as those bytes.
    fn geometry_column(&self) -> &'static str;

    /// What reads the box of such bytes.
    fn bounds_reader(&self) -> fn(&[u8]) -> Option<Bounds>;

    /// The condition, on the layer's table under the name `f`, that a row's box may meet the one of
    /// the four values from `$first` on: west, south, east, north.
    fn may_meet(&self, layer: &str, first: usize) -> String;

    /// Whether the file or its tables are damaged, each fault in a sentence.
    fn faults(&mut self, layers: &[String]) -> Result<Vec<String>, StoreError>;
}
