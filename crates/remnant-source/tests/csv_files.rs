//! CSV as the field sends it: delimiters, encodings, headers, and what is wrong with rows.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod reading;

use std::io::{Cursor, Seek, SeekFrom};

use proptest::prelude::*;
use reading::{Read, open, open_with, read, texts};
use remnant_source::document::{
    CellKind, Document, Encoding, Format, HeaderChoice, Limits, ReadError, ReadOptions, Remark,
    RowFaultKind, TrailingBlanks,
};
use remnant_source::{FaultKind, read_table};

/// A server reads documents in one thread and shows them in another.
#[test]
fn documents_go_from_thread_to_thread() {
    fn goes<T: Send>(_: &T) {}
    let document = open("a.csv", b"id\n1\n").unwrap();
    goes(&document);
}

fn told(document: &Document) -> Vec<String> {
    document.remarks().iter().map(ToString::to_string).collect()
}

#[test]
fn the_delimiter_is_guessed_and_told() {
    for (delimiter, name) in [(",", "commas"), (";", "semicolons"), ("\t", "tabs"), ("|", "bars")] {
        let text = "id,note,place\n1,\"a; b | c\",Pakse\n2,x,Xepon\n".replace(',', delimiter);
        let mut document = open("a.txt", text.as_bytes()).unwrap();
        assert_eq!(document.format(), Format::Csv);
        assert_eq!(document.sheets()[0].columns, ["id", "note", "place"], "{name}");
        assert!(told(&document).iter().any(|remark| remark.contains(name)), "{name}");
        assert_eq!(
            texts(&read(&mut document, 0)),
            [["1", "a; b | c", "Pakse"], ["2", "x", "Xepon"]]
        );
    }
}

#[test]
fn commas_in_prose_do_not_hide_the_semicolon() {
    let text = "id;note\n1;here, there\n2;nowhere\n3;left, right, straight on\n";
    let document = open("a.csv", text.as_bytes()).unwrap();
    assert_eq!(document.sheets()[0].columns, ["id", "note"]);
}

#[test]
fn a_delimiter_that_is_given_is_not_guessed() {
    let options = ReadOptions { delimiter: Some(b';'), ..ReadOptions::default() };
    let document = open_with("a.csv", b"a,b;c\n1,2;3\n", &options).unwrap();
    assert_eq!(document.sheets()[0].columns, ["a,b", "c"]);
    let options = ReadOptions { delimiter: Some(b'"'), ..ReadOptions::default() };
    assert!(matches!(open_with("a.csv", b"a\n1\n", &options), Err(ReadError::Broken { .. })));
}

#[test]
fn every_encoding_gives_the_same_cells() {
    let utf16 = |text: &str, low: bool| -> Vec<u8> {
        let bytes = |unit: u16| if low { unit.to_le_bytes() } else { unit.to_be_bytes() };
        text.encode_utf16().flat_map(bytes).collect()
    };
    let text = "id,note\n1,pr\u{e9}s\n2,b\n";
    for bytes in [
        text.as_bytes().to_vec(),
        [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
        utf16(&format!("\u{FEFF}{text}"), true),
        utf16(&format!("\u{FEFF}{text}"), false),
        utf16(text, true),
        utf16(text, false),
        b"id,note\n1,pr\xE9s\n2,b\n".to_vec(),
    ] {
        let mut document = open("a.csv", &bytes).unwrap();
        assert_eq!(document.sheets()[0].columns, ["id", "note"]);
        assert_eq!(texts(&read(&mut document, 0)), [["1", "pr\u{e9}s"], ["2", "b"]]);
    }
}

#[test]
fn a_guessed_encoding_is_called_a_guess_and_can_be_overruled() {
    let bytes = b"id,note\n1,pr\xE9s\n";
    let document = open("a.csv", bytes).unwrap();
    let guess = |remark: &Remark| {
        matches!(remark, Remark::EncodingGuess { encoding: Encoding::Windows1252, .. })
    };
    assert!(document.remarks().iter().any(guess));
    let options = ReadOptions { encoding: Some(Encoding::Windows1251), ..ReadOptions::default() };
    let mut document = open_with("a.csv", bytes, &options).unwrap();
    assert_eq!(texts(&read(&mut document, 0)), [["1", "pr\u{439}s"]]);
    let options = ReadOptions { encoding: Some(Encoding::Utf8), ..ReadOptions::default() };
    let mut document = open_with("a.csv", b"id,note\n1,pr\xE9s\n2,b\n", &options).unwrap();
    let read = read(&mut document, 0);
    assert_eq!(read.faults[0].line, 2);
    assert_eq!(read.faults[0].kind, RowFaultKind::NotInEncoding(Encoding::Utf8));
    assert_eq!(texts(&read), [["2", "b"]]);
}

#[test]
fn lines_are_right_however_they_end() {
    let text = "id,note\n1,a\n\n\n2,\"two\nlines\"\n3,c,d\n4,e\n";
    for end in ["\n", "\r\n", "\r"] {
        let mut document = open("a.csv", text.replace('\n', end).as_bytes()).unwrap();
        let read = read(&mut document, 0);
        let lines: Vec<u64> = read.rows.iter().map(|row| row.line).collect();
        assert_eq!(lines, [2, 5, 8], "{end:?}");
        let kind = RowFaultKind::CellCount { expected: 2, found: 3 };
        assert_eq!((read.faults[0].line, read.faults[0].kind.clone()), (7, kind));
        assert_eq!(read.faulty[0].cell(2).text, "d", "a row at fault keeps its cells");
    }
}

#[test]
fn trailing_blanks_are_forgiven_only_when_asked() {
    let text = b"a,b,c\n1\n1,2,3,,\n1,2,3,4\n";
    assert_eq!(read(&mut open("a.csv", text).unwrap(), 0).faults.len(), 3);
    let options =
        ReadOptions { trailing_blanks: TrailingBlanks::MayBeMissing, ..ReadOptions::default() };
    let read = read(&mut open_with("a.csv", text, &options).unwrap(), 0);
    assert_eq!(texts(&read), [["1", "", ""], ["1", "2", "3"]]);
    assert_eq!(read.faults.len(), 1);
}

#[test]
fn an_unclosed_quote_and_nul_bytes_are_told() {
    let mut document = open("a.csv", b"id,note\n1,ok\n2,a\0b\n3,\"open\n4,lost\n").unwrap();
    let read = read(&mut document, 0);
    let told: Vec<_> = read.faults.iter().map(|fault| (fault.line, fault.kind.clone())).collect();
    assert_eq!(told, [(3, RowFaultKind::NulByte), (4, RowFaultKind::UnclosedQuote)]);
    assert!(read.faults[1].is_last());
    assert_eq!(texts(&read), [["1", "ok"]]);
}

#[test]
fn headers_are_found_made_unique_or_made_up() {
    let mut document = open("a.csv", b"id,,id\n1,2,3\n").unwrap();
    assert_eq!(document.sheets()[0].columns, ["id", "column_2", "id (2)"]);
    assert_eq!(told(&document).iter().filter(|remark| remark.contains("is called")).count(), 2);
    assert_eq!(read(&mut document, 0).rows[0].cell(1).text, "2");

    let options = ReadOptions { header: HeaderChoice::None, ..ReadOptions::default() };
    let mut document = open_with("a.csv", b"1965-10-01,14.9,106.9\n1965-10-02,15,107\n", &options);
    let document = document.as_mut().unwrap();
    assert_eq!(document.sheets()[0].columns, ["column_1", "column_2", "column_3"]);
    assert_eq!(read(document, 0).rows.len(), 2);

    let options = ReadOptions { header: HeaderChoice::Line(3), ..ReadOptions::default() };
    let mut document = open_with("a.csv", b"A title\n\nid,note\n1,a\n", &options).unwrap();
    assert_eq!(document.sheets()[0].columns, ["id", "note"]);
    assert_eq!(texts(&read(&mut document, 0)), [["1", "a"]]);
    let options = ReadOptions { header: HeaderChoice::Line(9), ..ReadOptions::default() };
    let refused = open_with("a.csv", b"id\n1\n", &options);
    assert!(matches!(refused, Err(ReadError::NoHeader { line: 9, .. })));
}

#[test]
fn hxl_tags_are_tags_and_no_data() {
    let mut document = open("a.csv", b"Name,Killed\n#adm1+name,#affected+killed\nA,3\n").unwrap();
    let tags = document.sheets()[0].tags.clone().unwrap();
    assert_eq!(tags, ["#adm1+name", "#affected+killed"]);
    assert_eq!(document.sheets()[0].columns, ["Name", "Killed"]);
    assert_eq!(texts(&read(&mut document, 0)), [["A", "3"]]);

    let mut document = open("a.csv", b"#adm1,#affected\nA,3\n").unwrap();
    assert_eq!(document.sheets()[0].columns, ["#adm1", "#affected"]);
    assert_eq!(texts(&read(&mut document, 0)), [["A", "3"]]);
}

#[test]
fn limits_stop_a_row_before_it_fills_the_memory() {
    let limits = Limits { row_bytes: 1 << 20, ..Limits::default() };
    let options = ReadOptions { limits, ..ReadOptions::default() };
    let mut bytes = b"id,note\n1,\"open".to_vec();
    bytes.resize(4 << 20, b'x');
    let read_it = read(&mut open_with("a.csv", &bytes, &options).unwrap(), 0);
    assert_eq!(read_it.faults.len(), 1);
    assert_eq!(read_it.faults[0].line, 2);
    assert!(read_it.faults[0].is_last());

    let limits = Limits { cells_per_row: 3, cell_bytes: 4, ..Limits::default() };
    let options = ReadOptions { limits, ..ReadOptions::default() };
    let mut document = open_with("a.csv", b"a,b\n1,12345\n1,2,3,4,5\n1,2\n", &options).unwrap();
    let read = read(&mut document, 0);
    assert_eq!((read.faults.len(), read.rows.len()), (2, 1));
    let limits = Limits { bytes: 4, ..Limits::default() };
    let options = ReadOptions { limits, ..ReadOptions::default() };
    assert!(matches!(
        open_with("a.csv", b"a,b\n1,2\n", &options),
        Err(ReadError::OverLimit { .. })
    ));
}

#[test]
fn a_file_without_a_row_is_refused() {
    for empty in [b"".as_slice(), b"\n\r\n", b"\xEF\xBB\xBF"] {
        assert!(matches!(open("a.csv", empty), Err(ReadError::Empty { .. })), "{empty:?}");
    }
}

fn quoted(cell: &str) -> String {
    format!("\"{}\"", cell.replace('"', "\"\""))
}

proptest! {
    /// What is written between quotes comes back, whatever it is.
    #[test]
    fn cells_come_back_as_written(
        rows in proptest::collection::vec(proptest::collection::vec("[^\0]{0,12}", 3), 1..12),
    ) {
        let mut text = "first,second,third\n".to_owned();
        for row in &rows {
            let line: Vec<String> = row.iter().map(|cell| quoted(cell)).collect();
            text.push_str(&line.join(","));
            text.push('\n');
        }
        let options = ReadOptions { delimiter: Some(b','), ..ReadOptions::default() };
        let mut document = open_with("a.csv", text.as_bytes(), &options).unwrap();
        let Read { rows: back, faults, .. } = read(&mut document, 0);
        prop_assert!(faults.is_empty(), "{:?}", faults);
        // A second row of tags would be HXL; the strategy does not write one by chance often.
        prop_assume!(document.sheets()[0].tags.is_none());
        prop_assert_eq!(back.len(), rows.len());
        for (back, row) in back.iter().zip(&rows) {
            for (column, cell) in row.iter().enumerate() {
                prop_assert_eq!(back.cell(column).text, cell);
                let kind = if cell.is_empty() { CellKind::Blank } else { CellKind::Text };
                prop_assert_eq!(back.cell(column).kind, kind);
            }
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        for name in ["a.csv", "a.json", "a.bin"] {
            if let Ok(mut document) = open(name, &bytes) {
                for sheet in 0..document.sheets().len() {
                    let width = document.sheets()[sheet].columns.len();
                    let read = read(&mut document, sheet);
                    prop_assert!(read.rows.iter().all(|row| row.len() == width));
                }
            }
        }
    }

    /// The rules of quotes and line ends are the same three times: in the cell reader, in the counter of
    /// lines below it, and in the reader of record folders, which has all bytes before it. However few
    /// bytes come at a time, no row is lost and each has its line.
    #[test]
    fn rows_have_the_lines_that_the_reader_of_record_folders_gives(
        text in "[a,\"\n\r]{0,60}",
        piece in 1usize..5,
    ) {
        let options = ReadOptions { delimiter: Some(b','), ..ReadOptions::default() };
        let bytes = Dribble { bytes: Cursor::new(text.clone().into_bytes()), piece };
        let opened = Document::open("a.csv", Box::new(bytes), Vec::new(), &options);
        let (table, faults) = read_table("a.csv", text.as_bytes());
        if let Ok(mut document) = opened {
            let read = read(&mut document, 0);
            let mut lines: Vec<u64> = read.rows.iter().map(|row| row.line).collect();
            lines.extend(read.faults.iter().map(|fault| fault.line));
            lines.sort_unstable();
            let mut expected: Vec<u64> = table.rows.iter().map(|row| row.line).collect();
            expected.extend(faults.iter().map(|fault| fault.line));
            expected.sort_unstable();
            prop_assert_eq!(lines, expected);
            let unclosed = |kind: &FaultKind| *kind == FaultKind::UnclosedQuote;
            prop_assert_eq!(
                read.faults.iter().any(|fault| fault.kind == RowFaultKind::UnclosedQuote),
                faults.iter().any(|fault| unclosed(&fault.kind))
            );
        } else {
            prop_assert!(table.rows.is_empty());
        }
    }
}

/// Bytes that come a few at a time, as from a slow disk.
struct Dribble {
    bytes: Cursor<Vec<u8>>,
    piece: usize,
}

impl std::io::Read for Dribble {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let most = out.len().min(self.piece);
        self.bytes.read(&mut out[..most])
    }
}

impl Seek for Dribble {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.bytes.seek(to)
    }
}
