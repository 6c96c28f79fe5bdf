//! Recognising the format of a file by its bytes, then by its name.
//!
//! Belongs here: the formats, and the marks by which they are told apart. Does not belong here:
//! reading them.

use std::fmt;

use super::ReadError;

/// A format from which rows are read, or that is recognised and read elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// Text with a delimiter between cells; one file, or several in a zip archive.
    Csv,
    /// An Excel workbook since 2007.
    Xlsx,
    /// An Excel workbook before 2007.
    Xls,
    /// An OpenDocument workbook.
    Ods,
    /// GeoJSON, also one feature on each line.
    GeoJson,
    /// ESRI shapefile with its companions; also in a zip archive.
    Shapefile,
    /// Keyhole Markup Language.
    Kml,
    /// KML in a zip archive.
    Kmz,
    /// GPS exchange format.
    Gpx,
    /// Submissions of an ODK or KoboToolbox form as JSON.
    OdkJson,
    /// JSON: objects or arrays in an array, or one object on each line.
    Json,
    /// maXML, in which IMSMA NG exchanges field reports.
    MaXml,
    /// GeoPackage. Recognised here and opened by the store, since it is a database.
    GeoPackage,
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Csv => "CSV",
            Self::Xlsx => "XLSX",
            Self::Xls => "XLS",
            Self::Ods => "ODS",
            Self::GeoJson => "GeoJSON",
            Self::Shapefile => "shapefile",
            Self::Kml => "KML",
            Self::Kmz => "KMZ",
            Self::Gpx => "GPX",
            Self::OdkJson => "ODK or Kobo JSON",
            Self::Json => "JSON",
            Self::MaXml => "maXML",
            Self::GeoPackage => "GeoPackage",
        })
    }
}

/// What the first bytes say. Archives and JSON are told apart further when they are opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Delimited,
    Zip,
    Xls,
    Shapefile,
    Json,
    Kml,
    Gpx,
    MaXml,
}

/// Bytes of the start of a file that are looked at.
pub(crate) const HEAD_BYTES: usize = 8 << 10;

/// Formats that are recognised and refused: their first bytes, what they are, what to do.
const REFUSED: [(&[u8], &str, &str); 8] = [
    (b"%PDF", "a PDF document", "ask for the table behind it, or type its rows into a CSV file"),
    (b"\x89PNG", "a picture", "ask for the table behind it"),
    (b"\xFF\xD8\xFF", "a picture", "ask for the table behind it"),
    (b"GIF8", "a picture", "ask for the table behind it"),
    (b"\x1F\x8B", "a gzip archive", "unpack it and read the file in it"),
    (b"Rar!", "a RAR archive", "unpack it and read the file in it"),
    (b"7z\xBC\xAF", "a 7-Zip archive", "unpack it and read the file in it"),
    (b"\0\x01\0\0Standard", "an Access database", "export its tables as CSV"),
];

/// Recognises a file by its first bytes; also says by what.
pub(crate) fn recognise(file: &str, head: &[u8]) -> Result<(Kind, &'static str), ReadError> {
    let lower = file.to_lowercase();
    let not_read = |what, instead| ReadError::NotRead { file: file.to_owned(), what, instead };
    if head.is_empty() {
        return Err(ReadError::Empty { file: file.to_owned() });
    }
    for (mark, what, instead) in REFUSED {
        if head.starts_with(mark) {
            return Err(not_read(what, instead));
        }
    }
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return Ok((Kind::Zip, "it begins as a zip archive"));
    }
    if head.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        return Ok((Kind::Xls, "it begins as an Office file of before 2007"));
    }
    if head.starts_with(b"SQLite format 3\0") {
        let application = head.get(68..72).unwrap_or_default();
        if application == b"GPKG" || application == b"GP10" || application == b"GP11" {
            let format = Format::GeoPackage;
            return Err(ReadError::OpenedElsewhere { file: file.to_owned(), format });
        }
        return Err(not_read("an SQLite database", "export its tables as CSV or GeoPackage"));
    }
    if head.starts_with(&[0, 0, 0x27, 0x0A]) {
        if lower.ends_with(".shx") {
            return Err(not_read("the index of a shapefile", "give the .shp file"));
        }
        return Ok((Kind::Shapefile, "it begins with the file code of a shapefile"));
    }
    if lower.ends_with(".dbf") {
        return Err(not_read("the table of a shapefile", "give the .shp file with its companions"));
    }
    let text = plain_head(head);
    let start = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
    if start.starts_with('<')
        && start[1..].starts_with(|c: char| c.is_alphabetic() || "!?".contains(c))
    {
        return recognise_markup(file, start);
    }
    let table_name =
        [".csv", ".tsv", ".tab", ".ssv", ".psv"].iter().any(|end| lower.ends_with(end));
    if lower.ends_with(".json") || lower.ends_with(".geojson") || lower.ends_with(".ndjson") {
        return Ok((Kind::Json, "its name ends as that of JSON"));
    }
    if start.starts_with(['{', '[']) && !table_name {
        return Ok((Kind::Json, "it begins with a brace or bracket"));
    }
    let control = text.chars().filter(|c| c.is_control() && !"\t\n\r\u{1b}\u{c}".contains(*c));
    if control.count() * 10 > text.chars().count() && !table_name {
        return Err(ReadError::NotRecognised {
            file: file.to_owned(),
            why: "its bytes are no text, and no known mark stands at its start".to_owned(),
        });
    }
    Ok((Kind::Delimited, if table_name { "its name, and it is text" } else { "it is plain text" }))
}

fn recognise_markup(file: &str, start: &str) -> Result<(Kind, &'static str), ReadError> {
    let not_read = |what, instead| ReadError::NotRead { file: file.to_owned(), what, instead };
    let root = root_element(start);
    let is_html =
        start[..start.floor_char_boundary(200)].to_lowercase().starts_with("<!doctype html")
            || ["html", "head", "body", "table", "div", "meta", "style"]
                .iter()
                .any(|name| root.eq_ignore_ascii_case(name));
    if is_html {
        return Err(not_read(
            "a web page",
            "open it in a spreadsheet program and save it as XLSX or CSV",
        ));
    }
    match root {
        "kml" => Ok((Kind::Kml, "its root element is `kml`")),
        "gpx" => Ok((Kind::Gpx, "its root element is `gpx`")),
        "TrainingCenterDatabase" => {
            Err(not_read("a Garmin training file", "export its track as GPX"))
        }
        name if name.eq_ignore_ascii_case("maXML")
            || name.starts_with("MineAction")
            || name == "FieldReport" =>
        {
            Ok((Kind::MaXml, "its root element is one of maXML"))
        }
        _ if file.to_lowercase().ends_with(".kml") => Ok((Kind::Kml, "its name ends with .kml")),
        _ if file.to_lowercase().ends_with(".gpx") => Ok((Kind::Gpx, "its name ends with .gpx")),
        root => Err(ReadError::NotRecognised {
            file: file.to_owned(),
            why: format!("it is XML, and its root element is `{root}`"),
        }),
    }
}

/// The local name of the first element, as far as it stands in the first bytes.
fn root_element(text: &str) -> &str {
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            rest = comment.find("-->").map_or("", |end| &comment[end..]);
        } else if rest.starts_with(|c: char| c.is_alphabetic() || c == '_') {
            let end = rest.find(|c: char| c.is_whitespace() || "/>".contains(c));
            let name = &rest[..end.unwrap_or(rest.len())];
            return name.rsplit(':').next().unwrap_or(name);
        }
    }
    ""
}

/// The first bytes as text, good enough to look for marks in ASCII.
fn plain_head(head: &[u8]) -> String {
    let utf16 = head.starts_with(b"\xFF\xFE") || head.starts_with(b"\xFE\xFF");
    let zeros = head.iter().filter(|byte| **byte == 0).count();
    if utf16 || (head.len() >= 4 && zeros * 3 >= head.len()) {
        return head.iter().filter(|b| b.is_ascii() && **b != 0).map(|b| char::from(*b)).collect();
    }
    String::from_utf8_lossy(head).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(file: &str, head: &[u8]) -> Option<Kind> {
        recognise(file, head).ok().map(|(kind, _)| kind)
    }

    #[test]
    fn bytes_count_before_the_name() {
        assert_eq!(kind("a.csv", b"PK\x03\x04rest"), Some(Kind::Zip));
        assert_eq!(kind("a.txt", b" {\"a\":1}"), Some(Kind::Json));
        assert_eq!(kind("a.csv", b"[id],name\n"), Some(Kind::Delimited));
        assert_eq!(
            kind("a.xml", b"<?xml version=\"1.0\"?>\n<!-- <gpx> --><k:kml>"),
            Some(Kind::Kml)
        );
        assert_eq!(kind("a", b"<5 cm,b\n1,2\n"), Some(Kind::Delimited));
        assert_eq!(kind("a.xml", b"<MineActionFieldReport/>"), Some(Kind::MaXml));
        assert_eq!(kind("a.csv", b"\xFF\xFEi\0d\0,\0"), Some(Kind::Delimited));
    }

    #[test]
    fn what_is_not_read_is_named_with_what_to_do() {
        for head in [
            b"<html><table>".as_slice(),
            b"\n<!DOCTYPE html PUBLIC>",
            b"%PDF-1.4",
            b"SQLite format 3\0",
            b"<TrainingCenterDatabase>",
        ] {
            let error = recognise("a.csv", head).err();
            assert!(matches!(&error, Some(ReadError::NotRead { .. })), "{error:?}");
        }
        let mut package = b"SQLite format 3\0".to_vec();
        package.resize(68, 0);
        package.extend_from_slice(b"GPKG");
        let format = Format::GeoPackage;
        let elsewhere = ReadError::OpenedElsewhere { file: "a.db".to_owned(), format };
        assert_eq!(recognise("a.db", &package), Err(elsewhere));
        assert_eq!(kind("a.xml", b"<feed/>"), None);
        assert_eq!(kind("a.bin", &[1, 2, 3, 4, 5, 6, 0, 1]), None);
        assert_eq!(recognise("a", b""), Err(ReadError::Empty { file: "a".to_owned() }));
    }
}
