//! The records of a JSON file, one after the other.
//!
//! Belongs here: the grammar's reader and its limits, and what stands around the records. Does not
//! belong here: what is in a record.

use std::io::{self, Cursor, Read};
use std::sync::Arc;

use struson::reader::{JsonReader, JsonStreamReader, ReaderError, ReaderSettings, ValueType};
use struson::writer::{JsonStreamWriter, JsonWriter};

use crate::document::metered::{Meter, Metered};
use crate::document::{Format, Limits, ReadError, RowFault, RowFaultKind};

/// Where the records stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Envelope {
    /// Each outermost value is a record; of several, each begins on a line of its own.
    Itself,
    /// The elements of the outermost array.
    Array,
    /// The elements of an array that is a member of the outermost object.
    Member(String),
}

type Source<R> = Metered<io::Chain<Cursor<Vec<u8>>, R>>;

/// The reader of the grammar over the bytes, less a byte order mark.
pub(super) type GrammarReader<R> = JsonStreamReader<Source<R>>;

/// Opens the grammar's reader.
pub(super) fn json_reader<R: Read>(
    mut bytes: R,
    several: bool,
    limits: &Limits,
) -> io::Result<(GrammarReader<R>, Arc<Meter>)> {
    let mut head = Vec::with_capacity(3);
    bytes.by_ref().take(3).read_to_end(&mut head)?;
    if head == b"\xEF\xBB\xBF" {
        head.clear();
    }
    let (metered, meter) = Metered::new(Cursor::new(head).chain(bytes), limits.row_bytes);
    let settings = ReaderSettings {
        allow_comments: false,
        allow_trailing_comma: false,
        allow_multiple_top_level: several,
        track_path: false,
        max_nesting_depth: Some(limits.depth),
        // Digits are kept as text, so that the size of a number is of no concern here.
        restrict_number_values: false,
    };
    Ok((JsonStreamReader::new_custom(metered, settings), meter))
}

/// Why a record, or the file from here on, cannot be read.
#[derive(Debug)]
pub(super) enum Failure {
    /// The grammar is broken: line from 1, and what is wrong.
    Grammar(Option<u64>, String),
    /// One record is longer than allowed.
    TooLong,
    /// There are more columns or sheets than allowed.
    TooMany(&'static str, u64),
    /// The bytes did not come.
    Interrupted(String),
}

impl From<ReaderError> for Failure {
    fn from(error: ReaderError) -> Self {
        match error {
            ReaderError::SyntaxError(error) => Self::Grammar(
                error.location.line_pos.map(|place| place.line + 1),
                error.kind.to_string(),
            ),
            ReaderError::IoError { error, .. } if error.kind() == io::ErrorKind::InvalidData => {
                Self::Grammar(None, error.to_string())
            }
            ReaderError::IoError { error, .. } => Self::Interrupted(error.to_string()),
            other => Self::Grammar(None, other.to_string()),
        }
    }
}

impl Failure {
    /// The failure, known to be one of length where the meter stopped the stream.
    pub(super) fn with(self, meter: &Meter) -> Self {
        if meter.stopped() { Self::TooLong } else { self }
    }

    /// As the reason why a file is not opened.
    pub(super) fn refusal(self, file: &str, format: Format, limits: &Limits) -> ReadError {
        let file = file.to_owned();
        match self {
            Self::Grammar(line, detail) => ReadError::Broken { file, format, line, detail },
            Self::TooLong => {
                ReadError::OverLimit { file, what: "bytes in one record", limit: limits.row_bytes }
            }
            Self::TooMany(what, limit) => ReadError::OverLimit { file, what, limit },
            Self::Interrupted(detail) => ReadError::Interrupted { file, detail },
        }
    }

    /// As the fault that ends the reading of rows.
    pub(super) fn last_fault(self, line: u64, limits: &Limits) -> RowFault {
        let kind = match self {
            Self::TooLong => RowFaultKind::OverLimit {
                what: "bytes in one record",
                limit: limits.row_bytes,
                last: true,
            },
            Self::TooMany(what, limit) => RowFaultKind::OverLimit { what, limit, last: true },
            Self::Grammar(Some(at), detail) => {
                RowFaultKind::Broken(format!("{detail} (line {at} of the file)"))
            }
            Self::Grammar(None, detail) | Self::Interrupted(detail) => RowFaultKind::Broken(detail),
        };
        RowFault::new(line, kind)
    }
}

/// The records of a file.
pub(super) struct Records<R: Read> {
    reader: Option<GrammarReader<R>>,
    not_opened: Option<String>,
    pub(super) meter: Arc<Meter>,
    envelope: Envelope,
    state: State,
    passed_over: Vec<String>,
    crs: Option<String>,
    /// The number of records begun.
    pub(super) count: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Before,
    Among { after_line: Option<u64> },
    Ended,
}

impl<R: Read> Records<R> {
    pub(super) fn new(bytes: R, envelope: Envelope, limits: &Limits) -> Self {
        let opened = json_reader(bytes, envelope == Envelope::Itself, limits);
        let (reader, meter, not_opened) = match opened {
            Ok((reader, meter)) => (Some(reader), meter, None),
            Err(error) => (None, Arc::default(), Some(error.to_string())),
        };
        Self {
            reader,
            not_opened,
            meter,
            envelope,
            state: State::Before,
            passed_over: Vec::new(),
            crs: None,
            count: 0,
        }
    }

    /// The reader, which stands before a record after [`Records::next_record`] has given true.
    pub(super) fn reader(&mut self) -> Result<&mut GrammarReader<R>, Failure> {
        let why = &self.not_opened;
        self.reader.as_mut().ok_or_else(|| Failure::Interrupted(why.clone().unwrap_or_default()))
    }

    /// Goes to the next record. The one before must have been read to its end.
    pub(super) fn next_record(&mut self) -> Result<bool, Failure> {
        if self.state == State::Ended {
            return Ok(false);
        }
        self.meter.mark();
        let more = match self.envelope.clone() {
            Envelope::Itself => self.next_outermost()?,
            Envelope::Array => {
                let first = self.state == State::Before;
                let reader = self.reader()?;
                if first {
                    reader.begin_array()?;
                }
                let more = reader.has_next()?;
                if !more {
                    reader.end_array()?;
                }
                more
            }
            Envelope::Member(name) => self.next_in_member(&name)?,
        };
        if more {
            self.count += 1;
            if self.state == State::Before {
                self.state = State::Among { after_line: None };
            }
        } else {
            self.state = State::Ended;
            if let Some(reader) = self.reader.take() {
                reader.consume_trailing_whitespace()?;
            }
        }
        Ok(more)
    }

    fn next_outermost(&mut self) -> Result<bool, Failure> {
        let state = self.state;
        let reader = self.reader()?;
        if state == State::Before {
            let line = line_of(reader);
            self.state = State::Among { after_line: line };
            return Ok(true);
        }
        let ended_on = line_of(reader);
        if !reader.has_next()? {
            return Ok(false);
        }
        // `has_next` has passed the blanks up to the next value.
        let begins_on = line_of(reader);
        if begins_on == ended_on {
            let detail = "something follows the value on its line";
            return Err(Failure::Grammar(begins_on, detail.to_owned()));
        }
        Ok(true)
    }

    fn next_in_member(&mut self, wanted: &str) -> Result<bool, Failure> {
        let first = self.state == State::Before;
        let meter = Arc::clone(&self.meter);
        let (mut passed_over, mut crs) = (Vec::new(), None);
        let mut met = !first;
        let reader = self.reader()?;
        let more = 'more: {
            if first {
                reader.begin_object()?;
            } else {
                if reader.has_next()? {
                    break 'more true;
                }
                reader.end_array()?;
            }
            while reader.has_next()? {
                meter.mark();
                let name = reader.next_name_owned()?;
                if name == wanted && reader.peek()? == ValueType::Array {
                    if met {
                        let detail = format!("the member `{name}` is written more than once");
                        return Err(Failure::Grammar(line_of(reader), detail));
                    }
                    met = true;
                    reader.begin_array()?;
                    if reader.has_next()? {
                        break 'more true;
                    }
                    reader.end_array()?;
                } else if name == "crs" {
                    crs = Some(as_written(reader)?);
                } else {
                    super::skip(reader, &meter)?;
                    if !matches!(name.as_str(), "type" | "bbox") {
                        passed_over.push(name);
                    }
                }
            }
            reader.end_object()?;
            false
        };
        self.passed_over.append(&mut passed_over);
        self.crs = crs.or(self.crs.take());
        Ok(more)
    }

    /// Reads to the end, so that a break of the grammar shows.
    pub(super) fn pass_over_all(&mut self) -> Result<(), Failure> {
        while self.next_record()? {
            self.reader()?.skip_value()?;
        }
        Ok(())
    }

    /// The members beside the records that were not read.
    pub(super) fn passed_over(&self) -> &[String] {
        &self.passed_over
    }

    /// The member `crs` as written, with blanks between its tokens left out.
    pub(super) fn crs(&self) -> Option<&str> {
        self.crs.as_deref()
    }

    /// A failure of this stream, known for one of length where it is.
    pub(super) fn told(&self, failure: Failure) -> Failure {
        failure.with(&self.meter)
    }
}

/// The line on which the reader stands, from 1.
fn line_of<R: JsonReader>(reader: &R) -> Option<u64> {
    reader.current_position(false).line_pos.map(|place| place.line + 1)
}

/// The next value as JSON text, its numbers with their digits as written.
pub(super) fn as_written<R: JsonReader>(reader: &mut R) -> Result<String, Failure> {
    let mut text = Vec::new();
    let mut writer = JsonStreamWriter::new(&mut text);
    copied(reader.transfer_to(&mut writer))?;
    finished(writer.finish_document().map(drop), text)
}

/// The elements left of an array that the reader has begun, as JSON text; ends the array.
pub(super) fn rest_of_array<R: JsonReader>(reader: &mut R) -> Result<String, Failure> {
    let mut text = Vec::new();
    let mut writer = JsonStreamWriter::new(&mut text);
    let internal = |error: io::Error| Failure::Grammar(None, error.to_string());
    writer.begin_array().map_err(internal)?;
    while reader.has_next()? {
        copied(reader.transfer_to(&mut writer))?;
    }
    reader.end_array()?;
    writer.end_array().map_err(internal)?;
    finished(writer.finish_document().map(drop), text)
}

fn copied(result: Result<(), struson::reader::TransferError>) -> Result<(), Failure> {
    match result {
        Ok(()) => Ok(()),
        Err(struson::reader::TransferError::ReaderError(error)) => Err(error.into()),
        Err(other) => Err(Failure::Grammar(None, other.to_string())),
    }
}

fn finished(result: io::Result<()>, text: Vec<u8>) -> Result<String, Failure> {
    result.map_err(|error| Failure::Grammar(None, error.to_string()))?;
    String::from_utf8(text).map_err(|error| Failure::Grammar(None, error.to_string()))
}
