//! The `.dbf` file: attributes of fixed width.
//!
//! Belongs here: fields as text with their kind. Does not belong here: memo files, which shapefiles
//! do not have.
//!
//! # Source
//! The layout of dBase III and IV tables, and the code page marks of FoxPro and ESRI.

use std::io::{BufReader, Read, Seek};

use crate::document::encoding::{LetterCounts, Seen};
use crate::document::{CellKind, Encoding, Remark, RowFaultKind, SourceRow};

/// What the table says of itself.
#[derive(Clone, Debug)]
pub(super) struct Attributes {
    pub(super) records: u64,
    pub(super) deleted: u64,
    pub(super) header_bytes: u64,
    pub(super) record_bytes: usize,
    encoding: Encoding,
    fields: Vec<Field>,
}

#[derive(Clone, Debug)]
struct Field {
    name: String,
    kind: u8,
    from: usize,
    to: usize,
}

/// Whether a record is marked as deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Kept,
    Deleted,
}

impl Attributes {
    /// Reads the header, counts deleted records and settles the encoding: the one that is said, else
    /// that of the code page mark, else what the text itself shows.
    pub(super) fn open<R: Read + Seek>(
        name: &str,
        mut source: BufReader<R>,
        said: Option<Encoding>,
        remarks: &mut Vec<Remark>,
    ) -> Result<Self, String> {
        let end = |_| "the .dbf file ends within its header".to_owned();
        let mut head = [0u8; 32];
        source.read_exact(&mut head).map_err(end)?;
        let records = u64::from(u32::from_le_bytes([head[4], head[5], head[6], head[7]]));
        let header_bytes = u64::from(u16::from_le_bytes([head[8], head[9]]));
        let record_bytes = usize::from(u16::from_le_bytes([head[10], head[11]]));
        let described = usize::try_from(header_bytes.saturating_sub(32)).unwrap_or(0);
        let mut descriptions = vec![0u8; described];
        source.read_exact(&mut descriptions).map_err(end)?;
        let mut fields = Vec::new();
        let mut from = 1;
        for description in descriptions.chunks_exact(32) {
            if description[0] == 0x0D {
                break;
            }
            let name = description[..11].split(|byte| *byte == 0).next().unwrap_or_default();
            let kind = description[11];
            let mut width = usize::from(description[16]);
            if kind == b'C' {
                // Wide text keeps the high byte of its width where numbers keep their decimals.
                width += usize::from(description[17]) << 8;
            }
            let name = String::from_utf8_lossy(name).into_owned();
            fields.push(Field { name, kind, from, to: from + width });
            from += width;
        }
        if fields.is_empty() || from > record_bytes {
            return Err("the .dbf file's fields do not fit its records".to_owned());
        }
        let mut table = Self {
            records,
            deleted: 0,
            header_bytes,
            record_bytes,
            encoding: Encoding::Utf8,
            fields,
        };
        let seen = table.look_through(&mut source)?;
        let marked = match head[29] {
            0x03 | 0x57 => Some(Encoding::Windows1252),
            0xC9 => Some(Encoding::Windows1251),
            0x7E => Some(Encoding::Windows1256),
            _ => None,
        };
        // A mark is what the program's machine was set to; that the text is UTF-8 is seen.
        let marked = marked.filter(|_| !seen.is_utf8_beyond_ascii);
        table.encoding = match (said, marked) {
            (Some(encoding), _) | (None, Some(encoding)) => encoding,
            (None, None) => {
                if let Some(why) = seen.letters.why {
                    let (sheet, encoding) = (name.to_owned(), seen.letters.encoding);
                    remarks.push(Remark::EncodingGuess { sheet, encoding, why });
                }
                seen.letters.encoding
            }
        };
        if table.fields.iter().any(|field| matches!(field.kind, b'M' | b'G' | b'P')) {
            remarks.push(Remark::LeftOut(format!("the memo fields of `{name}`")));
        }
        Ok(table)
    }

    /// Reads all records once: counts those deleted, and the letters above ASCII.
    fn look_through<R: Read>(&mut self, source: &mut R) -> Result<Looked, String> {
        let mut record = vec![0u8; self.record_bytes];
        let mut letters = LetterCounts::default();
        let (mut utf8, mut beyond_ascii) = (true, false);
        for number in 1..=self.records {
            source.read_exact(&mut record).map_err(|_| {
                format!(
                    "the .dbf file says that it has {} records and ends in {number}",
                    self.records
                )
            })?;
            self.deleted += u64::from(record[0] == b'*');
            for field in self.fields.iter().filter(|field| field.kind == b'C') {
                let text = trimmed(&record[field.from..field.to]);
                if !text.is_ascii() {
                    beyond_ascii = true;
                    letters.count(text);
                    utf8 &= without_cut_character(text).is_some();
                }
            }
        }
        let letters = if utf8 {
            Seen { encoding: Encoding::Utf8, why: None, guess: false, length: 0 }
        } else {
            let (encoding, why) = letters.guess();
            Seen { encoding, why: Some(why), guess: true, length: 0 }
        };
        Ok(Looked { is_utf8_beyond_ascii: utf8 && beyond_ascii, letters })
    }

    /// The names of the fields.
    pub(super) fn columns(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|field| field.name.as_str())
    }

    /// Adds the cells of a record to a row.
    pub(super) fn read(&self, record: &[u8], row: &mut SourceRow) -> Result<Mark, RowFaultKind> {
        let mut fault = None;
        for field in &self.fields {
            let bytes = record.get(field.from..field.to).unwrap_or_default();
            match field.kind {
                b'N' | b'F' => number(bytes, row),
                b'D' => date(bytes, row),
                b'L' => match bytes.first() {
                    Some(b'T' | b't' | b'Y' | b'y') => row.push("true", CellKind::Boolean),
                    Some(b'F' | b'f' | b'N' | b'n') => row.push("false", CellKind::Boolean),
                    _ => row.push("", CellKind::Blank),
                },
                b'I' | b'+' => match <[u8; 4]>::try_from(bytes) {
                    Ok(bytes) => {
                        row.push(&i32::from_le_bytes(bytes).to_string(), CellKind::Number);
                    }
                    Err(_) => row.push("", CellKind::Blank),
                },
                b'O' => match <[u8; 8]>::try_from(bytes) {
                    Ok(bytes) => {
                        row.push(&f64::from_le_bytes(bytes).to_string(), CellKind::Number);
                    }
                    Err(_) => row.push("", CellKind::Blank),
                },
                b'M' | b'G' | b'P' => row.push("", CellKind::Blank),
                _ => self.text(bytes, row, &mut fault),
            }
        }
        match fault {
            Some(kind) => Err(kind),
            None if record.first() == Some(&b'*') => Ok(Mark::Deleted),
            None => Ok(Mark::Kept),
        }
    }

    fn text(&self, bytes: &[u8], row: &mut SourceRow, fault: &mut Option<RowFaultKind>) {
        let text = trimmed(bytes);
        if self.encoding == Encoding::Utf8
            && let Some(text) = without_cut_character(text)
        {
            row.push(text, CellKind::Text);
            return;
        }
        let (text, all_well) = self.encoding.decode(text);
        row.push(&text, CellKind::Text);
        if !all_well {
            fault.get_or_insert(RowFaultKind::NotInEncoding(self.encoding));
        }
    }
}

struct Looked {
    is_utf8_beyond_ascii: bool,
    letters: Seen,
}

/// A field without the blanks and zeros that fill it up.
fn trimmed(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().rposition(|byte| !matches!(byte, b' ' | 0)).map_or(0, |last| last + 1);
    &bytes[..end]
}

/// UTF-8 text, of which the width of the field may have cut the last character: that piece is no
/// character, and is left out.
fn without_cut_character(bytes: &[u8]) -> Option<&str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(text),
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&bytes[..error.valid_up_to()]).ok()
        }
        Err(_) => None,
    }
}

/// A number with its digits as written; stars, which stand for one too large for its field, are an
/// error.
fn number(bytes: &[u8], row: &mut SourceRow) {
    let text = String::from_utf8_lossy(trimmed(bytes));
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\0');
    let kind = if text.starts_with('*') { CellKind::Error } else { CellKind::Number };
    row.push(text, kind);
}

/// A date, which the file has as eight digits; anything else stays text.
fn date(bytes: &[u8], row: &mut SourceRow) {
    let text = String::from_utf8_lossy(trimmed(bytes));
    let text = text.trim();
    if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        if text == "00000000" {
            row.push("", CellKind::Blank);
        } else {
            let iso = format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..]);
            row.push(&iso, CellKind::Date);
        }
    } else {
        row.push(text, CellKind::Text);
    }
}
