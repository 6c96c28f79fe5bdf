//! Workbooks, made here part by part so that each has one peculiarity.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod reading;

use std::io::{Cursor, Write};

use reading::{open, open_with, read, texts};
use remnant_source::document::{
    CellKind, Format, HeaderChoice, Limits, ReadError, ReadOptions, Remark,
};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A zip archive of some members.
fn archive(members: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in members {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A workbook of one sheet, with style 1 for dates.
fn workbook(properties: &str, sheet: &str) -> Vec<u8> {
    let relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let package = "http://schemas.openxmlformats.org/package/2006";
    archive(&[
        (
            "[Content_Types].xml",
            &format!(
                r#"<Types xmlns="{package}/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>"#
            ),
        ),
        (
            "_rels/.rels",
            &format!(
                r#"<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
            ),
        ),
        (
            "xl/workbook.xml",
            &format!(
                r#"<workbook xmlns="{main}" xmlns:r="{relations}">{properties}<sheets><sheet name="Hazards" sheetId="1" r:id="r1"/></sheets></workbook>"#
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            &format!(
                r#"<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{relations}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="{relations}/styles" Target="styles.xml"/></Relationships>"#
            ),
        ),
        (
            "xl/styles.xml",
            &format!(
                r#"<styleSheet xmlns="{main}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>"#
            ),
        ),
        ("xl/worksheets/sheet1.xml", &format!(r#"<worksheet xmlns="{main}">{sheet}</worksheet>"#)),
    ])
}

fn text_cell(place: &str, text: &str) -> String {
    format!(r#"<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>"#)
}

#[test]
fn cells_keep_their_kind_and_rows_their_number() {
    let header: String =
        [("C3", "id"), ("D3", "seen on"), ("E3", "size"), ("F3", "open"), ("G3", "sum")]
            .iter()
            .map(|(place, text)| text_cell(place, text))
            .collect();
    let sheet = format!(
        r##"<sheetData><row r="3">{header}</row>
        <row r="5"><c r="C5"><v>17</v></c><c r="D5" s="1"><v>45414</v></c><c r="E5"><v>0.10000000000000001</v></c><c r="F5" t="b"><v>1</v></c><c r="G5" t="e"><v>#REF!</v></c></row>
        <row r="6">{}</row></sheetData>"##,
        text_cell("C6", "Xaignabouli ໄຊ")
    );
    let mut document = open("a.xlsx", &workbook("", &sheet)).unwrap();
    assert_eq!(document.format(), Format::Xlsx);
    assert_eq!(document.sheets()[0].name, "Hazards");
    assert_eq!(document.sheets()[0].columns, ["id", "seen on", "size", "open", "sum"]);
    let read = read(&mut document, 0);
    assert_eq!(read.rows.iter().map(|row| row.line).collect::<Vec<_>>(), [5, 6]);
    assert_eq!(
        texts(&read),
        [["17", "2024-05-02", "0.1", "true", "#REF!"], ["Xaignabouli ໄຊ", "", "", "", ""]]
    );
    let kinds: Vec<_> = read.rows[0].cells().map(|cell| cell.kind).collect();
    use CellKind::{Boolean, Date, Error, Number};
    assert_eq!(kinds, [Number, Date, Number, Boolean, Error]);
}

#[test]
fn the_1904_system_counts_from_its_own_day() {
    let sheet = format!(
        r#"<sheetData><row r="1">{}</row><row r="2"><c r="A2" s="1"><v>43952</v></c></row></sheetData>"#,
        text_cell("A1", "on")
    );
    let mut document = open("a.xlsx", &workbook(r#"<workbookPr date1904="1"/>"#, &sheet)).unwrap();
    assert_eq!(texts(&read(&mut document, 0)), [["2024-05-02"]]);
}

#[test]
fn merged_headers_name_all_their_columns_and_cells_beside_the_table_are_told() {
    let sheet = format!(
        r#"<sheetData><row r="1">{}{}</row>
        <row r="2"><c r="A2"><v>1</v></c><c r="B2"><v>2</v></c><c r="C2"><v>3</v></c></row>
        <row r="3"><c r="A3"><v>1</v></c><c r="E3"><v>9</v></c></row>
        </sheetData><mergeCells count="2"><mergeCell ref="B1:C1"/><mergeCell ref="A2:A3"/></mergeCells>"#,
        text_cell("A1", "id"),
        text_cell("B1", "Coordinates"),
    );
    let mut document = open("a.xlsx", &workbook("", &sheet)).unwrap();
    assert_eq!(document.sheets()[0].columns, ["id", "Coordinates", "Coordinates (2)"]);
    let told = |wanted: fn(&Remark) -> bool| document.remarks().iter().any(wanted);
    assert!(told(|remark| matches!(remark, Remark::MergedHeader { columns: 2, .. })));
    assert!(told(|remark| matches!(remark, Remark::MergedCells { areas: 1, .. })));
    let read = read(&mut document, 0);
    assert_eq!(texts(&read), [["1", "2", "3"]]);
    assert_eq!(read.faults[0].line, 3);
}

#[test]
fn a_title_above_the_header_is_suspected_and_the_header_can_be_named() {
    let sheet = format!(
        r#"<sheetData><row r="1">{}</row><row r="3">{}{}</row><row r="4"><c r="A4"><v>1</v></c><c r="B4"><v>2</v></c></row></sheetData>"#,
        text_cell("A1", "Hazards of 2024"),
        text_cell("A3", "id"),
        text_cell("B3", "size"),
    );
    let bytes = workbook("", &sheet);
    let mut document = open("a.xlsx", &bytes).unwrap();
    let suspected =
        |remark: &Remark| matches!(remark, Remark::NarrowHeader { cells: 2, perhaps: 3, .. });
    assert!(document.remarks().iter().any(suspected));
    assert_eq!(read(&mut document, 0).faults.len(), 2);
    let options = ReadOptions { header: HeaderChoice::Line(3), ..ReadOptions::default() };
    let mut document = open_with("a.xlsx", &bytes, &options).unwrap();
    assert_eq!(document.sheets()[0].columns, ["id", "size"]);
    assert_eq!(texts(&read(&mut document, 0)), [["1", "2"]]);
}

#[test]
fn a_cell_far_away_does_not_fill_the_memory() {
    let sheet = format!(
        r#"<sheetData><row r="1">{}</row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>"#,
        text_cell("A1", "id")
    );
    let mut document = open("a.xlsx", &workbook("", &sheet)).unwrap();
    assert_eq!(read(&mut document, 0).faults[0].line, 1_048_576);
}

#[test]
fn archives_that_unpack_to_too_much_are_refused() {
    let blanks = " ".repeat(20 << 20);
    let bomb = archive(&[("xl/workbook.xml", &blanks)]);
    assert!(matches!(open("a.xlsx", &bomb), Err(ReadError::OverLimit { .. })));
    let limits = Limits { unpacked_bytes: 1 << 20, ..Limits::default() };
    let options = ReadOptions { limits, ..ReadOptions::default() };
    assert!(matches!(open_with("a.xlsx", &bomb, &options), Err(ReadError::OverLimit { .. })));
}

#[test]
fn an_archive_that_lies_about_its_sizes_is_refused() {
    let blanks = " ".repeat(300_000);
    let honest = archive(&[("xl/workbook.xml", &blanks)]);
    let size = 300_000u32.to_le_bytes();
    let mut lying = honest.clone();
    let places: Vec<usize> =
        (0..honest.len() - 4).filter(|at| honest[*at..*at + 4] == size).collect();
    assert!(!places.is_empty());
    for at in places {
        lying[at..at + 4].copy_from_slice(&10u32.to_le_bytes());
    }
    assert!(matches!(open("a.xlsx", &lying), Err(ReadError::DamagedArchive { .. })));
}

#[test]
fn what_a_workbook_reader_keeps_in_memory_is_limited() {
    let sheet = format!(r#"<sheetData><row r="1">{}</row></sheetData>"#, text_cell("A1", "id"));
    let limits = Limits { bytes_in_memory: 1000, ..Limits::default() };
    let options = ReadOptions { limits, ..ReadOptions::default() };
    let refused = open_with("a.xlsx", &workbook("", &sheet), &options);
    assert!(matches!(refused, Err(ReadError::OverLimit { limit: 1000, .. })));
}

#[test]
fn a_damaged_workbook_is_refused_and_never_panics() {
    let sheet = format!(
        r#"<sheetData><row r="1">{}</row><row r="2"><c r="A2"><v>1</v></c></row></sheetData>"#,
        text_cell("A1", "id")
    );
    let whole = workbook("", &sheet);
    for end in (0..whole.len()).step_by(37) {
        assert!(open("a.xlsx", &whole[..end]).is_err());
    }
    for at in (0..whole.len()).step_by(11) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x55;
        if let Ok(mut document) = open("a.xlsx", &bytes) {
            read(&mut document, 0);
        }
    }
}

#[test]
fn an_archive_of_tables_is_one_document() {
    let zip = archive(&[
        ("export/hazards.csv", "id,name\n1,a\n"),
        ("export/victims.csv", "PARENT_KEY;age\n1;9\n1;41\n"),
        ("export/photo.jpg", "x"),
        ("__MACOSX/export/._hazards.csv", "x"),
    ]);
    let mut document = open("export.zip", &zip).unwrap();
    let names: Vec<_> = document.sheets().iter().map(|sheet| sheet.name.as_str()).collect();
    assert_eq!(names, ["hazards", "victims"]);
    assert_eq!(texts(&read(&mut document, 1)), [["1", "9"], ["1", "41"]]);
    assert!(document.remarks().iter().any(|remark| remark.to_string().contains("photo.jpg")));
}
