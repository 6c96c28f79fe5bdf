//! Values on their way to PostgreSQL and back.
//!
//! Belongs here: the forms of values in statements, in COPY and in answers. Does not belong here:
//! what is asked.

use std::error::Error;

use jiff::ToSpan;
use jiff::civil::Date;
use postgres::Row;
use postgres::types::private::BytesMut;
use postgres::types::{FromSql, IsNull, ToSql, Type};

use crate::database::Value;
use crate::geometry_bytes::WGS_84;

type Boxed = Box<dyn Error + Sync + Send>;

impl ToSql for Value<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Boxed> {
        match self {
            Value::Null => Ok(IsNull::Yes),
            Value::Whole(number) if *ty == Type::INT4 => i32::try_from(*number)?.to_sql(ty, out),
            Value::Whole(number) => number.to_sql(ty, out),
            Value::Decimal(number) => number.to_sql(ty, out),
            Value::Text(text) => text.as_ref().to_sql(ty, out),
            Value::Bytes(bytes) => bytes.as_ref().to_sql(ty, out),
        }
    }

    fn accepts(_ty: &Type) -> bool {
        true
    }

    postgres::types::to_sql_checked!();
}

/// A day as the server counts it: from the first of January 2000.
struct Day(i32);

impl<'a> FromSql<'a> for Day {
    fn from_sql(_ty: &Type, raw: &'a [u8]) -> Result<Self, Boxed> {
        Ok(Self(i32::from_be_bytes(raw.try_into()?)))
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::DATE
    }
}

/// A whole number of whatever width.
pub(crate) fn whole(row: &Row, at: usize) -> Option<i64> {
    match *row.columns().get(at)?.type_() {
        Type::INT2 => row.try_get::<_, i16>(at).ok().map(i64::from),
        Type::INT4 => row.try_get::<_, i32>(at).ok().map(i64::from),
        _ => row.try_get(at).ok(),
    }
}

/// Any value, as it was written.
pub(crate) fn value(row: &Row, at: usize) -> Option<Value<'static>> {
    let given = match *row.columns().get(at)?.type_() {
        Type::INT2 | Type::INT4 => whole(row, at).map(Value::Whole),
        Type::INT8 => row.try_get::<_, Option<i64>>(at).ok()?.map(Value::Whole),
        Type::FLOAT8 => row.try_get::<_, Option<f64>>(at).ok()?.map(Value::Decimal),
        Type::BYTEA => row.try_get::<_, Option<Vec<u8>>>(at).ok()?.map(Value::bytes),
        Type::DATE => {
            let day = row.try_get::<_, Option<Day>>(at).ok()?;
            let date = |Day(days)| Date::constant(2000, 1, 1).checked_add(days.days()).ok();
            day.and_then(date).map(|date| Value::text(date.to_string()))
        }
        _ => row.try_get::<_, Option<String>>(at).ok()?.map(Value::text),
    };
    Some(given.unwrap_or(Value::Null))
}

/// A row in the text form of COPY, with its line end.
pub(super) fn copy_line(row: &[Value<'_>], geometry: Option<usize>, line: &mut Vec<u8>) {
    for (at, value) in row.iter().enumerate() {
        if at > 0 {
            line.push(b'\t');
        }
        match value {
            Value::Null => line.extend(b"\\N"),
            Value::Whole(number) => line.extend(number.to_string().bytes()),
            Value::Decimal(number) => line.extend(number.to_string().bytes()),
            Value::Text(text) => escape(text, line),
            Value::Bytes(bytes) if geometry == Some(at) => extended(bytes, line),
            Value::Bytes(bytes) => {
                line.extend(b"\\\\x");
                hexadecimal(bytes, line);
            }
        }
    }
    line.push(b'\n');
}

fn escape(text: &str, line: &mut Vec<u8>) {
    for byte in text.bytes() {
        match byte {
            b'\\' => line.extend(b"\\\\"),
            b'\t' => line.extend(b"\\t"),
            b'\n' => line.extend(b"\\n"),
            b'\r' => line.extend(b"\\r"),
            other => line.push(other),
        }
    }
}

/// Well-known binary as PostGIS extends it: with the number of its reference system.
fn extended(bytes: &[u8], line: &mut Vec<u8>) {
    let (head, rest) = bytes.split_at(bytes.len().min(5));
    let mut head = head.to_vec();
    if let Some(flags) = head.get_mut(4) {
        *flags |= 0x20;
    }
    hexadecimal(&head, line);
    hexadecimal(&WGS_84.to_le_bytes(), line);
    hexadecimal(rest, line);
}

fn hexadecimal(bytes: &[u8], line: &mut Vec<u8>) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for byte in bytes {
        line.push(DIGITS[usize::from(byte >> 4)]);
        line.push(DIGITS[usize::from(byte & 15)]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_copy_has_no_byte_that_ends_it_early() {
        let row = [
            Value::text("a\tb\\c\nd\r"),
            Value::Null,
            Value::Whole(-3),
            Value::Decimal(1.5),
            Value::bytes(vec![0, 255]),
        ];
        let mut line = Vec::new();
        copy_line(&row, None, &mut line);
        assert_eq!(String::from_utf8_lossy(&line), "a\\tb\\\\c\\nd\\r\t\\N\t-3\t1.5\t\\\\x00ff\n");
    }
}
