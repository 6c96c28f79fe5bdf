//! Shapefiles, made here byte by byte.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod reading;

use std::io::{Cursor, Write};

use geo_types::{Geometry, Point};
use reading::{open, open_together, read, texts};
use remnant_source::document::{CellKind, Encoding, Format, ReadError, Remark, RowFaultKind};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A `.shp` file of some records' contents.
fn shp(records: &[Vec<u8>]) -> Vec<u8> {
    let length: usize = 100 + records.iter().map(|record| 8 + record.len()).sum::<usize>();
    let mut bytes = vec![0u8; 100];
    bytes[..4].copy_from_slice(&9994u32.to_be_bytes());
    bytes[24..28].copy_from_slice(&((length / 2) as u32).to_be_bytes());
    bytes[28..32].copy_from_slice(&1000u32.to_le_bytes());
    bytes[32..36].copy_from_slice(&1u32.to_le_bytes());
    for (number, record) in records.iter().enumerate() {
        bytes.extend((number as u32 + 1).to_be_bytes());
        bytes.extend(((record.len() / 2) as u32).to_be_bytes());
        bytes.extend(record);
    }
    bytes
}

fn point(x: f64, y: f64) -> Vec<u8> {
    [&1u32.to_le_bytes()[..], &x.to_le_bytes(), &y.to_le_bytes()].concat()
}

fn null() -> Vec<u8> {
    0u32.to_le_bytes().to_vec()
}

/// A `.dbf` file: fields by name, kind and width, and rows of a mark and padded values.
fn dbf(language: u8, fields: &[(&str, u8, u8)], rows: &[(u8, &[&[u8]])]) -> Vec<u8> {
    let header = 32 + fields.len() * 32 + 1;
    let width = 1 + fields.iter().map(|field| usize::from(field.2)).sum::<usize>();
    let mut bytes = vec![0u8; 32];
    bytes[0] = 3;
    bytes[4..8].copy_from_slice(&(rows.len() as u32).to_le_bytes());
    bytes[8..10].copy_from_slice(&(header as u16).to_le_bytes());
    bytes[10..12].copy_from_slice(&(width as u16).to_le_bytes());
    bytes[29] = language;
    for (name, kind, width) in fields {
        let mut field = [0u8; 32];
        field[..name.len()].copy_from_slice(name.as_bytes());
        field[11] = *kind;
        field[16] = *width;
        bytes.extend(field);
    }
    bytes.push(0x0D);
    for (mark, values) in rows {
        bytes.push(*mark);
        for (value, field) in values.iter().zip(fields) {
            let mut padded = value.to_vec();
            padded.resize(usize::from(field.2), b' ');
            bytes.extend(padded);
        }
    }
    bytes.push(0x1A);
    bytes
}

const FIELDS: &[(&str, u8, u8)] =
    &[("NAME", b'C', 9), ("AREA", b'N', 8), ("ON", b'D', 8), ("OPEN", b'L', 1)];

#[test]
fn attributes_keep_their_digits_and_deleted_records_are_left_out() {
    let shapes = shp(&[point(106.5, 14.8), point(1., 1.), null()]);
    let table = dbf(
        0x57,
        FIELDS,
        &[
            (b' ', &[b"S\xE9kong", b"  12.50", b"20240502", b"T"]),
            (b'*', &[b"gone", b"1", b"", b"F"]),
            (b' ', &[b"", b"********", b"00000000", b"?"]),
        ],
    );
    let files: &[(&str, &[u8])] =
        &[("a.shp", &shapes), ("a.dbf", &table), ("a.prj", b"GEOGCS[\"x\"]")];
    let mut document = open_together("a.shp", files).unwrap();
    assert_eq!(document.format(), Format::Shapefile);
    let sheet = &document.sheets()[0];
    assert_eq!(sheet.columns, ["NAME", "AREA", "ON", "OPEN"]);
    assert_eq!((sheet.rows, sheet.crs.as_deref()), (Some(2), Some("GEOGCS[\"x\"]")));
    let read = read(&mut document, 0);
    assert_eq!(texts(&read), [["Sékong", "12.50", "2024-05-02", "true"], ["", "********", "", ""]]);
    assert_eq!(read.rows[0].geometry, Some(Geometry::Point(Point::new(106.5, 14.8))));
    assert_eq!((read.rows[1].line, &read.rows[1].geometry), (3, &None));
    assert_eq!(read.rows[1].cell(1).kind, CellKind::Error);
    assert_eq!(read.rows[0].cell(2).kind, CellKind::Date);
    assert!(document.remarks().iter().any(|remark| remark.to_string().contains("deleted")));
}

#[test]
fn the_encoding_is_that_of_the_code_page_file_or_what_is_seen() {
    let shapes = shp(&[point(1., 1.)]);
    let table = |text: &[u8]| dbf(0, FIELDS, &[(b' ', &[text, b"", b"", b""])]);
    let name_in = |files: &[(&str, &[u8])]| {
        let mut document = open_together("a.shp", files).unwrap();
        let guessed =
            document.remarks().iter().any(|remark| matches!(remark, Remark::EncodingGuess { .. }));
        (read(&mut document, 0).rows[0].cell(0).text.to_owned(), guessed)
    };
    let latin = table(b"pr\xE9s");
    assert_eq!(name_in(&[("a.shp", &shapes), ("a.dbf", &latin)]), ("prés".to_owned(), true));
    let files: &[(&str, &[u8])] = &[("a.shp", &shapes), ("a.dbf", &latin), ("a.cpg", b"1251")];
    assert_eq!(name_in(files), ("prйs".to_owned(), false));
    // Three letters of three bytes fill the field; a fourth was cut by its width.
    let cut = table("ເຊກອງ".as_bytes().get(..8).unwrap());
    assert_eq!(name_in(&[("a.shp", &shapes), ("a.dbf", &cut)]), ("ເຊ".to_owned(), false));
    let wrong: &[(&str, &[u8])] = &[("a.shp", &shapes), ("a.dbf", &latin), ("a.cpg", b"UTF-8")];
    let read = read(&mut open_together("a.shp", wrong).unwrap(), 0);
    assert_eq!(read.faults[0].kind, RowFaultKind::NotInEncoding(Encoding::Utf8));
}

#[test]
fn corrupt_files_are_refused_and_a_corrupt_shape_costs_its_row() {
    let table =
        dbf(0, FIELDS, &[(b' ', &[b"a", b"1", b"", b"T"]), (b' ', &[b"b", b"2", b"", b"T"])]);
    let shapes = shp(&[point(1., 1.), point(2., 2.)]);
    let open_it = |shapes: &[u8], table: &[u8]| {
        open_together("a.shp", &[("a.shp", shapes), ("a.dbf", table)])
    };
    assert!(open_it(&shapes, &table).is_ok());
    let too_long = [shapes.as_slice(), b"more"].concat();
    for (shapes, table) in [
        (too_long.as_slice(), table.as_slice()),
        (&shapes[..shapes.len() - 4], table.as_slice()),
        (&shapes[..50], table.as_slice()),
        (shapes.as_slice(), &table[..40]),
        (shapes.as_slice(), &table[..table.len() - 8]),
    ] {
        assert!(matches!(open_it(shapes, table), Err(ReadError::Broken { .. })));
    }
    let refused = open("a.shp", &shapes);
    assert!(matches!(refused, Err(ReadError::MissingCompanion { extension: "dbf", .. })));
    let bad = shp(&[[&5u32.to_le_bytes()[..], &[0xFF; 60]].concat(), point(2., 2.), point(3., 3.)]);
    let read = read(&mut open_it(&bad, &table).unwrap(), 0);
    assert!(matches!(read.faults[0].kind, RowFaultKind::Geometry(_)));
    assert!(matches!(read.faults[1].kind, RowFaultKind::Unreadable(_)), "no attributes");
    assert_eq!(texts(&read), [["b", "2", "", "true"]]);
}

#[test]
fn an_archive_of_shapefiles_is_one_document() {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for stem in ["one", "two"] {
        let table = dbf(0, FIELDS, &[(b' ', &[stem.as_bytes(), b"1", b"", b"T"])]);
        for (extension, bytes) in
            [("shp", shp(&[point(1., 1.)])), ("DBF", table), ("prj", b"X".to_vec())]
        {
            zip.start_file(format!("x/{stem}.{extension}"), SimpleFileOptions::default()).unwrap();
            zip.write_all(&bytes).unwrap();
        }
    }
    let zip = zip.finish().unwrap().into_inner();
    let mut document = open("layers.zip", &zip).unwrap();
    let names: Vec<_> = document.sheets().iter().map(|sheet| sheet.name.as_str()).collect();
    assert_eq!(names, ["one", "two"]);
    assert_eq!(document.sheets()[1].crs.as_deref(), Some("X"));
    assert_eq!(read(&mut document, 1).rows[0].cell(0).text, "two");
}

#[test]
fn no_change_of_a_byte_makes_the_reader_panic() {
    let table = dbf(0, FIELDS, &[(b' ', &[b"a", b"1", b"", b"T"])]);
    let shapes = shp(&[point(1., 1.)]);
    for at in 0..shapes.len() + table.len() {
        for value in [0x00, 0x7F, 0xFF] {
            let (mut shapes, mut table) = (shapes.clone(), table.clone());
            match at.checked_sub(shapes.len()) {
                None => shapes[at] = value,
                Some(at) => table[at] = value,
            }
            let files: &[(&str, &[u8])] = &[("a.shp", &shapes), ("a.dbf", &table)];
            if let Ok(mut document) = open_together("a.shp", files) {
                for sheet in 0..document.sheets().len() {
                    read(&mut document, sheet);
                }
            }
        }
    }
}
