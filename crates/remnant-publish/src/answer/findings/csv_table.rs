//! The findings as a CSV file, written one by one, so that it can hold any number of them.

use std::io::{self, Write};

use remnant_ground::intake::Finding;

use super::row;
use crate::visible::{not_a_formula, visible};

/// The columns, in order.
const COLUMNS: [&str; 10] = [
    "file",
    "sheet",
    "line",
    "column",
    "weight",
    "rule",
    "value",
    "what_is_wrong",
    "perhaps",
    "what_to_do",
];

/// A CSV file of findings: UTF-8 with a byte order mark, so that spreadsheet programs show every
/// script; rows end in CR LF (RFC 4180).
///
/// Hidden characters are shown as marks ([`visible`]). A cell that a spreadsheet program would take
/// for a formula has an apostrophe before it ([`not_a_formula`]): whoever compares values with the
/// original file takes it off.
pub struct Csv<W: Write> {
    writer: csv::Writer<W>,
}

impl<W: Write> Csv<W> {
    /// Begins a file with its header.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn new(mut out: W) -> io::Result<Self> {
        out.write_all("\u{feff}".as_bytes())?;
        let mut writer = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .quote_style(csv::QuoteStyle::Necessary)
            .from_writer(out);
        writer.write_record(COLUMNS)?;
        Ok(Self { writer })
    }

    /// Writes a finding.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finding(&mut self, finding: &Finding) -> io::Result<()> {
        let cells = std::iter::once(finding.file.to_string()).chain(row(finding));
        for cell in cells {
            self.writer.write_field(not_a_formula(&visible(&cell)).as_ref())?;
        }
        self.writer.write_record(None::<&[u8]>)?;
        Ok(())
    }

    /// What the file is written to, with what was written on so far.
    pub fn written(&self) -> &W {
        self.writer.get_ref()
    }

    /// Ends the file.
    ///
    /// # Errors
    /// When the rest cannot be written.
    pub fn end(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}
