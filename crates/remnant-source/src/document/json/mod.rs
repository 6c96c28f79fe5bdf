//! JSON: GeoJSON, arrays of objects, submissions of ODK and Kobo, arrays of arrays.
//!
//! Belongs here: finding out which of them a file is, and its sheets and columns. Does not belong
//! here: the walk through one record (`record`), geometry (`geometry`), rows (`rows`).
//!
//! A file is read as a stream, once to learn its columns and once for each sheet's rows, so that its
//! length does not matter. What the grammar of JSON refuses, is refused at the first reading.

mod geometry;
mod record;
mod rows;
mod stream;

use std::io::BufReader;

use struson::reader::{JsonReader, ValueType};

pub(crate) use self::record::{PARENT_KEY, PARENT_ROW};
use self::record::{Shape, walk};
use self::rows::{ListRows, RecordRows};
use self::stream::{Envelope, Failure, Records, json_reader};
use super::header::{Below, Edges, Header, unique};
use super::{Bytes, Format, ReadError, ReadOptions, Remark, Rows, Sheet};

/// An open JSON file.
pub(crate) struct Json {
    file: String,
    bytes: Box<dyn Bytes>,
    envelope: Envelope,
    content: Content,
    pub(crate) format: Format,
    pub(crate) sheets: Vec<Sheet>,
}

enum Content {
    /// Features: properties and a geometry.
    Features(Shape),
    /// Objects, whose arrays of objects are sheets of their own.
    Objects(Shape),
    /// Arrays of cells.
    Lists(Header),
}

/// Members of an object around the records by which programs wrap what they answer.
const WRAPPERS: [&str; 3] = ["results", "value", "data"];

/// Names by which a submission of an ODK or Kobo form is known.
const SUBMISSION_MARKS: [&str; 7] = [
    "_xform_id_string",
    "formhub/uuid",
    "meta/instanceID",
    "meta.instanceID",
    "__id",
    "_submission_time",
    "__system.submissionDate",
];

impl Json {
    pub(crate) fn open(
        file: &str,
        mut bytes: Box<dyn Bytes>,
        options: &ReadOptions,
        remarks: &mut Vec<Remark>,
    ) -> Result<Self, ReadError> {
        let look = Look::at(file, &mut bytes, options)?;
        if look.kind == Looked::Topology {
            return Err(ReadError::NotRead {
                file: file.to_owned(),
                what: "TopoJSON",
                instead: "export the layer as GeoJSON",
            });
        }
        let limits = &options.limits;
        let features = look.kind == Looked::Features;
        let sheet_name = match &look.envelope {
            Envelope::Member(name) if !features => name.clone(),
            _ => super::stem_of(file).to_owned(),
        };
        if look.kind == Looked::Lists {
            let envelope = look.envelope.clone();
            let mut records = Records::new(rewound(file, &mut bytes)?, envelope.clone(), limits);
            records
                .pass_over_all()
                .map_err(|failure| records.told(failure).refusal(file, Format::Json, limits))?;
            drop(records);
            let records = Records::new(rewound(file, &mut bytes)?, envelope, limits);
            let mut rows = ListRows::new(records, limits);
            let choice = options.header;
            let header =
                Header::find(&sheet_name, &mut rows, choice, Format::Json, limits, remarks)?;
            let header = header.ok_or_else(|| ReadError::Empty { file: file.to_owned() })?;
            let sheets = vec![Sheet::of_grid(&sheet_name, &header)];
            return Ok(Self {
                file: file.to_owned(),
                bytes,
                envelope: look.envelope,
                content: Content::Lists(header),
                format: Format::Json,
                sheets,
            });
        }
        let mut shape = Shape::new(&sheet_name, limits);
        let mut records = Records::new(rewound(file, &mut bytes)?, look.envelope.clone(), limits);
        let outcome = (|| {
            while records.next_record()? {
                let reader = records.reader()?;
                if features {
                    geometry::walk_feature(reader, &mut shape)?;
                } else {
                    walk(reader, &mut shape)?;
                }
            }
            Ok(())
        })();
        let format = match features {
            true => Format::GeoJson,
            false if SUBMISSION_MARKS.iter().any(|mark| shape.has_column(mark)) => Format::OdkJson,
            false => Format::Json,
        };
        outcome.map_err(|failure: Failure| records.told(failure).refusal(file, format, limits))?;
        for name in records.passed_over() {
            remarks.push(Remark::LeftOut(format!("the member `{name}` beside the records")));
        }
        shape.close(features);
        let crs = records.crs().map(str::to_owned);
        let sheets = shape
            .sheets()
            .iter()
            .map(|sheet| Sheet {
                name: sheet.name.clone(),
                columns: unique(&sheet.name, sheet.columns.clone(), remarks),
                parent: sheet.parent,
                crs: crs.clone().filter(|_| features),
                tags: None,
                rows: Some(sheet.rows),
            })
            .collect();
        Ok(Self {
            file: file.to_owned(),
            bytes,
            envelope: look.envelope,
            content: if features { Content::Features(shape) } else { Content::Objects(shape) },
            format,
            sheets,
        })
    }

    pub(crate) fn rows(
        &mut self,
        sheet: usize,
        options: &ReadOptions,
    ) -> Result<Box<dyn Rows + Send + '_>, ReadError> {
        let limits = &options.limits;
        let bytes = rewound(&self.file, &mut self.bytes)?;
        let records = Records::new(bytes, self.envelope.clone(), limits);
        Ok(match &self.content {
            Content::Lists(header) => Box::new(Below {
                rows: ListRows::new(records, limits),
                header: header.clone(),
                edges: Edges::Written,
                trailing: options.trailing_blanks,
            }),
            Content::Features(shape) => {
                Box::new(RecordRows::new(records, shape, sheet, true, limits))
            }
            Content::Objects(shape) => {
                Box::new(RecordRows::new(records, shape, sheet, false, limits))
            }
        })
    }
}

/// The bytes from their start, in blocks.
fn rewound<'a>(
    file: &str,
    bytes: &'a mut Box<dyn Bytes>,
) -> Result<BufReader<&'a mut Box<dyn Bytes>>, ReadError> {
    Ok(BufReader::with_capacity(64 << 10, super::rewind(file, bytes)?))
}

/// What a first look at the outermost members shows.
struct Look {
    envelope: Envelope,
    kind: Looked,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Looked {
    Features,
    Objects,
    Lists,
    Topology,
}

impl Look {
    fn at(
        file: &str,
        bytes: &mut Box<dyn Bytes>,
        options: &ReadOptions,
    ) -> Result<Self, ReadError> {
        let limits = &options.limits;
        let (mut reader, meter) =
            json_reader(rewound(file, bytes)?, true, limits).map_err(|error| {
                ReadError::Interrupted { file: file.to_owned(), detail: error.to_string() }
            })?;
        // The whole file may pass under one mark here: only members' names and types are kept, and a
        // single string is bounded when the records are read.
        let look = (|| {
            let outermost = reader.peek()?;
            let found = |envelope, kind| Ok(Self { envelope, kind });
            match outermost {
                ValueType::Array => {
                    reader.begin_array()?;
                    let kind = if !reader.has_next()? {
                        Looked::Objects
                    } else {
                        match reader.peek()? {
                            ValueType::Array => Looked::Lists,
                            ValueType::Object => Self::object(&mut reader, &meter)?.1,
                            _ => Looked::Objects,
                        }
                    };
                    found(Envelope::Array, kind)
                }
                ValueType::Object => {
                    let (wrapper, kind) = Self::object(&mut reader, &meter)?;
                    let envelope = wrapper.map_or(Envelope::Itself, Envelope::Member);
                    found(envelope, kind)
                }
                _ => found(Envelope::Itself, Looked::Objects),
            }
        })();
        look.map_err(|failure: Failure| failure.with(&meter).refusal(file, Format::Json, limits))
    }

    /// The member that holds the records, if there is one, and what the object is.
    fn object<R: JsonReader>(
        reader: &mut R,
        meter: &super::metered::Meter,
    ) -> Result<(Option<String>, Looked), Failure> {
        reader.begin_object()?;
        let mut wrapper = None;
        while reader.has_next()? {
            meter.mark();
            let name = reader.next_name_owned()?;
            match reader.peek()? {
                ValueType::String if name == "type" => {
                    let geojson = match reader.next_str()? {
                        "FeatureCollection" => {
                            Some((Some("features".to_owned()), Looked::Features))
                        }
                        "Feature" | "Point" | "MultiPoint" | "LineString" | "MultiLineString"
                        | "Polygon" | "MultiPolygon" | "GeometryCollection" => {
                            Some((None, Looked::Features))
                        }
                        "Topology" => Some((None, Looked::Topology)),
                        _ => None,
                    };
                    if let Some(found) = geojson {
                        return Ok(found);
                    }
                }
                ValueType::Array if wrapper.is_none() && WRAPPERS.contains(&name.as_str()) => {
                    reader.begin_array()?;
                    let of_objects = reader.has_next()? && reader.peek()? == ValueType::Object;
                    while reader.has_next()? {
                        meter.mark();
                        reader.skip_value()?;
                    }
                    reader.end_array()?;
                    if of_objects {
                        wrapper = Some(name);
                    }
                }
                _ => skip(reader, meter)?,
            }
        }
        reader.end_object()?;
        // What follows the outermost object is seen when the records are read.
        Ok((wrapper, Looked::Objects))
    }
}

/// Passes over a value; an array element by element, so that its length is no record's length.
fn skip<R: JsonReader>(reader: &mut R, meter: &super::metered::Meter) -> Result<(), Failure> {
    if reader.peek()? == ValueType::Array {
        reader.begin_array()?;
        while reader.has_next()? {
            meter.mark();
            reader.skip_value()?;
        }
        reader.end_array()?;
    } else {
        reader.skip_value()?;
    }
    Ok(())
}
