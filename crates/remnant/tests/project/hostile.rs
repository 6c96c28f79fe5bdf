//! Files that mean harm: nothing in them is run, followed, or taken for anything but words.

use std::fs;
use std::io::{Cursor, Write};
use std::time::{Duration, Instant};

use crate::desk::{Desk, point};

/// Cells that something on the way might take for more than words.
const CELLS: [&str; 12] = [
    "=cmd|'/c calc'!A1",
    "+1+1",
    "-2+3",
    "@SUM(A1:A9)",
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "'; DROP TABLE journal; --",
    "../../etc/passwd",
    "{{7*7}} ${HOME} $(id) `id` %s%n",
    "\u{202e}gpj.exe\u{2066}",
    "\u{1b}[2J\u{1b}]0;title\u{7}",
    "a\u{300}\u{200b}b\u{feff}\u{fffd}",
];

/// A file with one hostile note in each row, quoted as CSV is.
fn file() -> String {
    let mut text =
        "id,date_found,latitude,longitude,evidence_kind,how_known,quantity,organisation,\
                    note,place_name\n"
            .to_owned();
    for (number, cell) in (1..).zip(CELLS) {
        let cell = format!("\"{}\"", cell.replace('"', "\"\""));
        text.push_str(&format!("{},{cell},{cell}\n", point(number, 1)));
    }
    text
}

/// Nothing that a terminal would obey.
fn is_plain(printed: &str) -> bool {
    let obeyed = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    !printed.contains(obeyed)
}

#[test]
fn hostile_cells_are_words_in_the_project_on_the_terminal_and_in_each_report() {
    for desk in Desk::each() {
        desk.write("notes.csv", file());
        desk.keep("notes.csv", "hi-2024");
        // Something wrong in each row, so that each cell stands in the findings as well.
        let wrong = file().replace("submunition_found", "=cmd()").replace(",1,HI", ",<b>1</b>,HI");
        desk.write("wrong.csv", wrong);
        let mut words = vec!["read", "hi-2024", "--as", "evidence-points"];
        words.extend(["--report", "f.csv", "--report", "f.xlsx", "--report", "f.html"]);
        let printed = desk.does(&[&words[..], &["--take-in"]].concat());
        assert!(printed.contains("Taken in: 12 new"), "{printed}");
        desk.keep("wrong.csv", "wrong");
        words[1] = "wrong";
        let printed = [printed, desk.does(&words), desk.does(&["journal"])].concat();
        assert!(is_plain(&printed), "{:?}", printed.lines().find(|line| !is_plain(line)));
        assert!(desk.does(&["source", "list"]).contains("notes.csv"));

        let page = fs::read_to_string(desk.path("f.html")).unwrap();
        assert!(page.contains("&lt;b&gt;1") && !page.contains("<b>1"), "a cell is words");
        assert!(!page.contains("<script>alert") && !page.contains("<img src=x"), "no markup");
        let table = fs::read_to_string(desk.path("f.csv")).unwrap();
        let mut reader = csv::Reader::from_reader(table.as_bytes());
        let mut cells = 0;
        for record in reader.records().map(Result::unwrap) {
            for cell in &record {
                assert!(!cell.starts_with(['=', '+', '@', '\t', '\r']), "{cell}");
                assert!(!cell.starts_with('-') || cell.parse::<f64>().is_ok(), "{cell}");
                cells += 1;
            }
        }
        assert!(cells > 24, "{cells} cells");
        let mut book = zip::ZipArchive::new(fs::File::open(desk.path("f.xlsx")).unwrap()).unwrap();
        for at in 0..book.len() {
            let part = std::io::read_to_string(book.by_index(at).unwrap()).unwrap();
            assert!(!part.contains("<f>"), "a workbook holds no formula");
        }
        assert!(desk.journal().len() > 12, "no table was dropped");
        desk.is_sound();
        // Nothing was written but what was asked for.
        let listed = fs::read_dir(desk.path("")).unwrap().count();
        let project = usize::from(desk.backend() == "GeoPackage");
        assert_eq!(listed, 5 + project);
    }
}

#[test]
fn hostile_names_of_sources_files_areas_and_people_are_words() {
    for desk in Desk::each() {
        // What begins with a hyphen is an option to every program.
        let names = CELLS.into_iter().filter(|name| !name.starts_with('-'));
        for (number, name) in (0..).zip(names) {
            let area = desk.says(&["area", "history", name]);
            assert_eq!(area.exit, Some(1), "{name}: {}", area.out);
            assert!(is_plain(&area.error), "{:?}", area.error);
            desk.write("points.csv", crate::desk::file_of([point(number, number)]));
            let kept = desk.says(&crate::desk::keeping("points.csv", name));
            if name.contains('/') {
                assert_eq!(kept.exit, Some(1), "{name}");
            } else {
                assert_eq!((kept.exit, kept.error.as_str()), (Some(0), ""), "{name}");
                let read = desk.says(&["read", name, "--as", "evidence-points", "--take-in"]);
                assert_eq!((read.exit, read.error.as_str()), (Some(0), ""), "{name}");
                assert!(is_plain(&read.out), "{name}");
            }
            let id = format!("id {name}");
            let mut words = crate::desk::entering(&id, "quantity=1");
            words.extend(["--author", name]);
            let entered = desk.says(&words);
            assert!(is_plain(&entered.out) && is_plain(&entered.error), "{name}");
        }
        let printed = [desk.does(&["journal"]), desk.does(&["source", "list"])].concat();
        assert!(is_plain(&printed), "{:?}", printed.lines().find(|line| !is_plain(line)));
        desk.is_sound();
    }
}

#[test]
fn a_cell_of_ten_megabytes_is_refused_or_kept_and_stops_nothing() {
    let desk = Desk::geopackage();
    let rows: String = (1..=3).map(|number| point(number, 1) + ",short\n").collect();
    let long = point(4, 1) + "," + &"x".repeat(10 << 20) + "\n";
    let header =
        "id,date_found,latitude,longitude,evidence_kind,how_known,quantity,organisation,note\n";
    desk.write("long.csv", format!("{header}{rows}{long}"));
    desk.keep("long.csv", "hi-2024");
    let started = Instant::now();
    let read = desk.json(&["read", "hi-2024", "--as", "evidence-points", "--take-in"]);
    assert!(started.elapsed() < Duration::from_secs(30));
    assert_eq!(read["data"]["rows"]["read"], 4);
    assert!(read["data"]["taken_in"]["entered"].as_u64().unwrap() >= 3);
    let told = read["data"].to_string();
    assert!(told.len() < 100_000, "the cell is not told whole: {} bytes", told.len());
    let enormous = "y".repeat(120_000);
    let entered = desk.says(&crate::desk::entering("EP-1", &format!("note={enormous}")));
    assert!(matches!(entered.exit, Some(0 | 1)), "{}", entered.error);
    assert!(desk.does(&["journal"]).len() < 200_000);
    desk.is_sound();
}

/// A workbook as the format has it, with one sheet of this name and these bytes.
fn workbook(sheet_name: &str, sheet: &[u8], repeated: usize) -> Vec<u8> {
    let relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let parts = [
        (
            "[Content_Types].xml",
            r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>"#.to_owned(),
        ),
        (
            "_rels/.rels",
            format!(r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="{relation}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="{relation}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#),
        ),
        (
            "xl/workbook.xml",
            format!(r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="{relation}"><sheets><sheet name="{sheet_name}" sheetId="1" r:id="r1"/></sheets></workbook>"#),
        ),
    ];
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for (name, text) in parts {
        archive.start_file(name, options).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.start_file("xl/worksheets/sheet1.xml", options).unwrap();
    for _ in 0..repeated {
        archive.write_all(sheet).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn rows_of_a_sheet() -> String {
    let cell = |text: &str| format!("<c t=\"inlineStr\"><is><t>{text}</t></is></c>");
    let row = |text: &str| {
        let cells: String = text.split(',').map(cell).collect();
        format!("<row>{cells}</row>")
    };
    let rows: String = crate::desk::points(3).lines().map(row).collect();
    format!(
        r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>"#
    )
}

#[test]
fn the_name_of_a_sheet_is_no_path_and_no_command() {
    let desk = Desk::geopackage();
    for (number, name) in
        (0..).zip(["../../etc/passwd", "&lt;script&gt;", "=cmd()", "'; DROP TABLE"])
    {
        let file = format!("{number}.xlsx");
        desk.write(&file, workbook(name, rows_of_a_sheet().as_bytes(), 1));
        let source = format!("s{number}");
        desk.keep(&file, &source);
        let report = format!("{number}.html");
        let words = ["read", &source, "--as", "evidence-points", "--take-in", "--report", &report];
        let printed = desk.does(&words);
        assert!(printed.contains("Taken in: 3 new"), "{printed}");
        assert!(!fs::read_to_string(desk.path(&report)).unwrap().contains("<script>&"));
    }
    desk.is_sound();
}

#[test]
fn a_file_that_swells_or_refers_to_itself_is_refused() {
    let desk = Desk::geopackage();
    let entities: String = (1..12)
        .map(|level| {
            let before = format!("&e{};", level - 1).repeat(10);
            format!("<!ENTITY e{level} \"{before}\">")
        })
        .collect();
    let kml = |doctype: &str, name: &str| {
        format!(
            r#"<?xml version="1.0"?>{doctype}<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark><name>{name}</name><Point><coordinates>105.9,16.5</coordinates></Point></Placemark></Document></kml>"#
        )
    };
    let laughs = kml(&format!("<!DOCTYPE kml [<!ENTITY e0 \"ha\">{entities}]>"), "&e11;");
    let outside = kml("<!DOCTYPE kml [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>", "&x;");
    let zeros = vec![b' '; 1 << 20];
    let bomb = workbook("rows", &zeros, 60);
    assert!(bomb.len() < 1 << 20, "it is small to look at: {}", bomb.len());
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file("doc.kml", zip::write::SimpleFileOptions::default()).unwrap();
    for _ in 0..60 {
        archive.write_all(&zeros).unwrap();
    }
    let packed = archive.finish().unwrap().into_inner();
    for (name, bytes) in [
        ("laughs.kml", laughs.into_bytes()),
        ("outside.kml", outside.into_bytes()),
        ("bomb.xlsx", bomb),
        ("bomb.kmz", packed),
    ] {
        desk.write(name, bytes);
        desk.keep(name, name);
        let before = desk.journal();
        let started = Instant::now();
        let words = ["read", name, "--as", "evidence-points", "--take-in"];
        let said = desk.says(&words);
        assert!(started.elapsed() < Duration::from_secs(20), "{name}: {:?}", started.elapsed());
        assert!(!said.out.contains("root:"), "{name} reads a file of this machine");
        crate::desk::refused(said, &words);
        assert_eq!(desk.journal(), before, "{name}");
    }
    desk.is_sound();
}
