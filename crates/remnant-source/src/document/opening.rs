//! Opening a file: which format it is, and which of its parts are sheets.
//!
//! Belongs here: the way from bytes, names and companions to a [`Document`]. Does not belong here: the
//! marks of the formats (`format`), and the formats themselves.

use std::io::{Cursor, Read, Seek, SeekFrom};

use super::archive::Archive;
use super::delimited::Delimited;
use super::format::{HEAD_BYTES, Kind, recognise};
use super::json::Json;
use super::shapefile::{LayerFiles, Shapefile};
use super::workbook::Workbook;
use super::xml::{Dialect, Xml};
use super::{
    Bytes, Companion, Content, Document, Format, Member, ReadError, ReadOptions, Remark, Sheet,
    WholeFile, rewind, stem_of,
};

impl Document {
    /// Opens a file; its format is recognised from the bytes, then from the name.
    ///
    /// `name` is the file's name, without its folder. `companions` are the files that belong to it.
    ///
    /// # Errors
    /// [`ReadError`] when nothing of the file can be read. Faults of single rows are told by
    /// [`Rows::next`].
    pub fn open(
        name: &str,
        mut bytes: Box<dyn Bytes>,
        companions: Vec<Companion>,
        options: &ReadOptions,
    ) -> Result<Self, ReadError> {
        let interrupted = |error: std::io::Error| ReadError::Interrupted {
            file: name.to_owned(),
            detail: error.to_string(),
        };
        let length = bytes.seek(SeekFrom::End(0)).map_err(interrupted)?;
        if length > options.limits.bytes {
            return Err(ReadError::OverLimit {
                file: name.to_owned(),
                what: "bytes",
                limit: options.limits.bytes,
            });
        }
        let mut head = Vec::new();
        rewind(name, &mut bytes)?
            .take(HEAD_BYTES as u64)
            .read_to_end(&mut head)
            .map_err(interrupted)?;
        let (kind, why) = recognise(name, &head)?;
        rewind(name, &mut bytes)?;
        match kind {
            Kind::Delimited => Self::open_delimited(name, bytes, why, options),
            Kind::Xls if length > options.limits.bytes_in_memory => Err(ReadError::OverLimit {
                file: name.to_owned(),
                what: "bytes to hold in memory",
                limit: options.limits.bytes_in_memory,
            }),
            Kind::Xls => Self::open_workbook(name, Format::Xls, bytes, why, options),
            Kind::Json => {
                let mut found = Vec::new();
                let json = Json::open(name, bytes, options, &mut found)?;
                let (format, sheets) = (json.format, json.sheets.clone());
                Ok(Self::with(format, sheets, Content::Json(json), why, found, options))
            }
            Kind::Zip => Self::open_archive(name, bytes, options),
            Kind::Shapefile => Self::open_shapefile(name, bytes, companions, why, options),
            Kind::Kml => Self::open_xml(name, Format::Kml, Dialect::Kml, bytes, why, options),
            Kind::Gpx => Self::open_xml(name, Format::Gpx, Dialect::Gpx, bytes, why, options),
            Kind::MaXml => Self::open_xml(name, Format::MaXml, Dialect::MaXml, bytes, why, options),
        }
    }

    fn with(
        format: Format,
        sheets: Vec<Sheet>,
        content: Content,
        why: &str,
        found: Vec<Remark>,
        options: &ReadOptions,
    ) -> Self {
        let mut remarks = vec![Remark::Format { format, why: why.to_owned() }];
        remarks.extend(found);
        Self { format, sheets, remarks, options: options.clone(), content }
    }

    fn open_delimited(
        name: &str,
        bytes: Box<dyn Bytes>,
        why: &str,
        options: &ReadOptions,
    ) -> Result<Self, ReadError> {
        let mut found = Vec::new();
        let sheet = stem_of(name);
        let mut file = WholeFile { name: name.to_owned(), bytes };
        let table = Delimited::open(sheet, &mut file, options, &mut found)?;
        let sheets = vec![Sheet::of_grid(sheet, &table.header)];
        let content = Content::Delimited { file, table };
        Ok(Self::with(Format::Csv, sheets, content, why, found, options))
    }

    fn open_workbook(
        name: &str,
        format: Format,
        bytes: Box<dyn Bytes>,
        why: &str,
        options: &ReadOptions,
    ) -> Result<Self, ReadError> {
        let mut found = Vec::new();
        let workbook = Workbook::open(name, format, bytes, options, &mut found)?;
        let filled = workbook.sheets().iter();
        let sheets = filled.map(|sheet| Sheet::of_grid(&sheet.name, &sheet.header)).collect();
        Ok(Self::with(format, sheets, Content::Workbook(workbook), why, found, options))
    }

    fn open_xml(
        name: &str,
        format: Format,
        dialect: Dialect,
        bytes: Box<dyn Bytes>,
        why: &str,
        options: &ReadOptions,
    ) -> Result<Self, ReadError> {
        let mut found = Vec::new();
        let xml = Xml::open(name, format, dialect, bytes, options, &mut found)?;
        let (format, sheets) = (xml.format(), xml.sheets.clone());
        Ok(Self::with(format, sheets, Content::Xml(xml), why, found, options))
    }

    fn open_shapefile(
        name: &str,
        shp: Box<dyn Bytes>,
        companions: Vec<Companion>,
        why: &str,
        options: &ReadOptions,
    ) -> Result<Self, ReadError> {
        let mut files = LayerFiles { name: name.to_owned(), shp, dbf: None, prj: None, cpg: None };
        for Companion { name, bytes } in companions {
            match extension_of(&name).as_str() {
                "dbf" => files.dbf = Some(bytes),
                "prj" => files.prj = Some(short_text(&name, bytes)?),
                "cpg" => files.cpg = Some(short_text(&name, bytes)?),
                // The index says nothing that the chain of records does not.
                _ => {}
            }
        }
        Self::of_layers(vec![files], why, Vec::new(), options)
    }

    fn of_layers(
        layers: Vec<LayerFiles>,
        why: &str,
        mut found: Vec<Remark>,
        options: &ReadOptions,
    ) -> Result<Self, ReadError> {
        let layers = Shapefile::open(layers, options, &mut found)?;
        let (sheets, content) = (layers.sheets.clone(), Content::Shapefile(layers));
        Ok(Self::with(Format::Shapefile, sheets, content, why, found, options))
    }

    /// Opens the shapefiles of an archive, each a sheet.
    fn open_layers(
        name: &str,
        mut archive: Archive,
        members: &[(usize, String)],
        shapes: Vec<(usize, String)>,
        options: &ReadOptions,
    ) -> Result<Self, ReadError> {
        if shapes.len() > options.limits.sheets {
            return Err(ReadError::OverLimit {
                file: name.to_owned(),
                what: "sheets",
                limit: options.limits.sheets as u64,
            });
        }
        let mut layers = Vec::new();
        let mut found = Vec::new();
        let stem = |name: &str| name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_lowercase();
        for (_, other) in members {
            if !shapes.iter().any(|(_, shape)| stem(shape) == stem(other)) {
                found.push(Remark::LeftOut(format!("the member `{other}` of the archive")));
            }
        }
        for (number, name) in shapes {
            let mut beside = |extension: &str| -> Result<Option<Vec<u8>>, ReadError> {
                let of = |(_, other): &&(usize, String)| {
                    stem(other) == stem(&name) && extension_of(other) == extension
                };
                members.iter().find(of).map(|(number, _)| archive.whole(*number)).transpose()
            };
            let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
            let (dbf, prj, cpg) = (beside("dbf")?, beside("prj")?, beside("cpg")?);
            layers.push(LayerFiles {
                shp: Box::new(Cursor::new(archive.whole(number)?)),
                name,
                dbf: dbf.map(|bytes| Box::new(Cursor::new(bytes)) as Box<dyn Bytes>),
                prj: prj.map(text),
                cpg: cpg.map(text),
            });
        }
        Self::of_layers(layers, "the archive holds shapefiles", found, options)
    }

    /// Opens a zip archive as what its members make of it.
    fn open_archive(
        name: &str,
        bytes: Box<dyn Bytes>,
        options: &ReadOptions,
    ) -> Result<Self, ReadError> {
        let mut archive = Archive::open(name, bytes, &options.limits)?;
        let members = archive.members();
        let has = |wanted: &str| members.iter().any(|(_, member)| member == wanted);
        let not_read = |what, instead| ReadError::NotRead { file: name.to_owned(), what, instead };
        if has("xl/workbook.xml") || has("[Content_Types].xml") && !has("xl/workbook.bin") {
            // Sheets are read as a stream and pictures not at all; texts and styles are held.
            archive.fits_in_memory(|member| {
                !member.starts_with("xl/worksheets/") && !member.starts_with("xl/media/")
            })?;
            let why = "the archive holds a workbook";
            return Self::open_workbook(name, Format::Xlsx, archive.verified()?, why, options);
        }
        if has("xl/workbook.bin") {
            return Err(not_read("a binary workbook (XLSB)", "save it as XLSX"));
        }
        if has("mimetype") && has("content.xml") {
            archive.fits_in_memory(|member| member == "content.xml")?;
            let why = "the archive holds an OpenDocument";
            return Self::open_workbook(name, Format::Ods, archive.verified()?, why, options);
        }
        let ends = |ends: &[&str]| -> Vec<(usize, String)> {
            let of = |member: &str| ends.iter().any(|end| member.to_lowercase().ends_with(end));
            members.iter().filter(|(_, member)| of(member)).cloned().collect()
        };
        if !ends(&[".gdbtable"]).is_empty() {
            return Err(not_read(
                "an ESRI file geodatabase",
                "export its layers as shapefile or GeoPackage",
            ));
        }
        let documents = ends(&[".kml"]);
        if let Some((number, main)) = documents.first() {
            // The first document of the archive is the one that is shown; others are linked from it.
            let bytes = Box::new(Cursor::new(archive.whole(*number)?));
            let why = "the archive holds KML";
            let mut document =
                Self::open_xml(name, Format::Kmz, Dialect::Kml, bytes, why, options)?;
            for (_, other) in members.iter().filter(|(_, other)| other != main) {
                let left_out = Remark::LeftOut(format!("the member `{other}` of the archive"));
                document.remarks.push(left_out);
            }
            return Ok(document);
        }
        let shapes = ends(&[".shp"]);
        if !shapes.is_empty() {
            return Self::open_layers(name, archive, &members, shapes, options);
        }
        let tables = ends(&[".csv", ".tsv", ".tab", ".ssv"]);
        if tables.is_empty() {
            return Err(ReadError::NotRecognised {
                file: name.to_owned(),
                why: "it is a zip archive without a file of a known format".to_owned(),
            });
        }
        Self::open_tables(name, archive, &members, tables, options)
    }

    /// Opens an archive of CSV files, each a sheet.
    fn open_tables(
        name: &str,
        archive: Archive,
        members: &[(usize, String)],
        tables: Vec<(usize, String)>,
        options: &ReadOptions,
    ) -> Result<Self, ReadError> {
        let (mut sheets, mut found, mut opened) = (Vec::new(), Vec::new(), Vec::new());
        if tables.len() > options.limits.sheets {
            return Err(ReadError::OverLimit {
                file: name.to_owned(),
                what: "sheets",
                limit: options.limits.sheets as u64,
            });
        }
        for (_, other) in members.iter().filter(|member| !tables.contains(member)) {
            found.push(Remark::LeftOut(format!("the member `{other}` of the archive")));
        }
        let mut source = Member { archive, number: 0 };
        for (number, member) in tables {
            source.number = number;
            match Delimited::open(stem_of(&member), &mut source, options, &mut found) {
                Ok(table) => {
                    sheets.push(Sheet::of_grid(stem_of(&member), &table.header));
                    opened.push((number, table));
                }
                Err(ReadError::Empty { .. }) => {
                    found.push(Remark::LeftOut(format!("the member `{member}`, which is empty")));
                }
                Err(error) => return Err(error),
            }
        }
        if opened.is_empty() {
            return Err(ReadError::Empty { file: name.to_owned() });
        }
        let content = Content::DelimitedMembers { source, tables: opened };
        let why = "the archive holds tables of text";
        Ok(Self::with(Format::Csv, sheets, content, why, found, options))
    }
}

/// The last extension of a file's name, in small letters.
fn extension_of(name: &str) -> String {
    name.rsplit_once('.').map_or_else(String::new, |(_, extension)| extension.to_lowercase())
}

/// The text of a small companion file.
fn short_text(name: &str, mut bytes: Box<dyn Bytes>) -> Result<String, ReadError> {
    let mut text = Vec::new();
    rewind(name, &mut bytes)?.take(64 << 10).read_to_end(&mut text).map_err(|error| {
        ReadError::Interrupted { file: name.to_owned(), detail: error.to_string() }
    })?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}
