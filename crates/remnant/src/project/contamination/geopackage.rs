//! An estimate as layers of a GeoPackage of its own.
//!
//! Belongs here: which numbers go into which layer, and how squares are coloured. Does not belong here: the format
//! (`remnant_store::LayerFile`), the numbers (`remnant_estimate::contamination`).
//!
//! Not a layer of the project: its layers follow from the journal and can be made anew from it, which an estimate
//! cannot. Names and units are those of the CSV table.

use std::path::Path;

use geo_types::{MultiPolygon, polygon};
use remnant_estimate::contamination::{CellEstimate, Count, Estimate, Looked};
use remnant_ground::Shape;
use remnant_record::AsOf;
use remnant_store::{FileClass, FileColumn, FileLayer, FileRow, FileValue, LayerFile};

use super::gather::Gathered;
use super::layers::provenance;
use super::plane::Plane;
use crate::error::ProgramError;

/// The numbers of items, as squares and areas have them.
const ITEMS: [(&str, FileColumn); 7] = [
    ("expected_items", FileColumn::Decimal),
    ("median_items", FileColumn::Whole),
    ("items_05", FileColumn::Whole),
    ("items_25", FileColumn::Whole),
    ("items_75", FileColumn::Whole),
    ("items_95", FileColumn::Whole),
    ("probability_any", FileColumn::Decimal),
];

/// Upper ends of the classes of the chance of at least one item, with what a person reads.
const BANDS: [(f64, &str); 4] = [
    (0.001, "under 1 in 1000"),
    (0.01, "1 in 1000 to 1 in 100"),
    (0.1, "1 in 100 to 1 in 10"),
    (f64::INFINITY, "1 in 10 or more"),
];

/// What came of looking, and the colours of its bands from the least chance to the greatest. Where nobody looked
/// is drawn in strokes of grey to black, so that it never looks like "nothing there".
const LOOKED: [(Looked, &str, [&str; 4], bool); 3] = [
    (Looked::Nobody, "nobody looked", ["#d9d9d9", "#a6a6a6", "#6b6b6b", "#2b2b2b"], true),
    (
        Looked::NothingFound,
        "searched, nothing found",
        ["#cfe8f7", "#8cc8ea", "#3a97d1", "#0072b2"],
        false,
    ),
    (Looked::Found, "something found", ["#f7d9c4", "#eda77a", "#d55e00", "#8a3d00"], false),
];

/// Writes squares, areas and what the estimate is into a new file.
pub(super) fn write(
    path: &Path,
    plane: &Plane,
    gathered: &Gathered,
    found: &Estimate,
    as_of: AsOf,
) -> Result<(), ProgramError> {
    let mut squares = Vec::with_capacity(found.cells.len());
    for cell in &found.cells {
        squares.push(square(plane, cell)?);
    }
    let told: Vec<String> =
        provenance(found).into_iter().map(|(name, value)| format!("{name} {value}")).collect();
    let about = format!("Numbers of items left; {}", told.join("; "));
    let at = format!("{}T00:00:00.000Z", as_of.known_by);
    let mut file = LayerFile::create(&path.display().to_string(), &at)?;
    file.add(
        &FileLayer {
            name: "estimate_square",
            title: "Squares of the estimate".to_owned(),
            description: about.clone(),
            columns: [("square", FileColumn::Whole)]
                .into_iter()
                .chain(ITEMS)
                .chain([
                    ("looked", FileColumn::Text),
                    ("searched_share", FileColumn::Decimal),
                    ("on_search_share", FileColumn::Decimal),
                    ("shown_as", FileColumn::Text),
                ])
                .collect(),
            has_areas: true,
            classes: Some(("shown_as", classes())),
        },
        squares,
    )?;
    file.add(
        &FileLayer {
            name: "estimate_area",
            title: "Totals of the estimate".to_owned(),
            description: format!(
                "{about}. Totals come from joint draws, not from sums over squares."
            ),
            columns: [
                ("id", FileColumn::Text),
                ("name", FileColumn::Text),
                ("kind", FileColumn::Text),
            ]
            .into_iter()
            .chain(ITEMS)
            .chain([("searched_share", FileColumn::Decimal)])
            .collect(),
            has_areas: true,
            classes: None,
        },
        areas(gathered, found),
    )?;
    let facts = provenance(found).into_iter().chain([
        ("on".to_owned(), as_of.on.to_string()),
        ("known_by".to_owned(), as_of.known_by.to_string()),
    ]);
    file.add(
        &FileLayer {
            name: "estimate_about",
            title: "What the estimate is".to_owned(),
            description: "Model, seed, inputs and days of the estimate".to_owned(),
            columns: vec![("what", FileColumn::Text), ("value", FileColumn::Text)],
            has_areas: false,
            classes: None,
        },
        facts.map(|(name, value)| FileRow {
            shape: None,
            values: vec![FileValue::Text(name), FileValue::Text(value)],
        }),
    )?;
    Ok(file.finish()?)
}

fn items(left: &Count) -> Vec<FileValue> {
    let whole = |count: u64| FileValue::Whole(i64::try_from(count).unwrap_or(i64::MAX));
    vec![
        FileValue::Decimal(left.expected),
        whole(left.median),
        whole(left.interval_90.0),
        whole(left.interval_50.0),
        whole(left.interval_50.1),
        whole(left.interval_90.1),
        FileValue::Decimal(left.any),
    ]
}

fn square(plane: &Plane, cell: &CellEstimate) -> Result<FileRow, ProgramError> {
    let (e, n) = plane.grid.centre(cell.cell);
    let half = 0.5 * plane.grid.cell_metres();
    let corner = |east: f64, north: f64| -> Result<(f64, f64), ProgramError> {
        let at = plane.zone.position(e + east * half, n + north * half)?;
        Ok((at.longitude(), at.latitude()))
    };
    let (sw, se) = (corner(-1.0, -1.0)?, corner(1.0, -1.0)?);
    let (ne, nw) = (corner(1.0, 1.0)?, corner(-1.0, 1.0)?);
    let ring = polygon![
        (x: sw.0, y: sw.1), (x: se.0, y: se.1), (x: ne.0, y: ne.1), (x: nw.0, y: nw.1)
    ];
    let band = BANDS.iter().position(|(end, _)| cell.left.any < *end).unwrap_or(BANDS.len() - 1);
    let looked = LOOKED.iter().find(|(looked, ..)| *looked == cell.looked);
    let word = looked.map_or("", |(_, word, ..)| *word);
    let looked = serde_json::to_value(cell.looked).map_err(ProgramError::NotJson)?;
    let mut values = vec![FileValue::Whole(i64::from(cell.cell))];
    values.extend(items(&cell.left));
    values.extend([
        FileValue::Text(looked.as_str().unwrap_or_default().to_owned()),
        FileValue::Decimal(cell.searched),
        FileValue::Decimal(cell.on_search),
        FileValue::Text(format!("{word}: {}", BANDS[band].1)),
    ]);
    Ok(FileRow { shape: Some(Shape::Area(MultiPolygon::from(ring))), values })
}

fn areas(gathered: &Gathered, found: &Estimate) -> Vec<FileRow> {
    let rows = found.areas.iter().zip(&gathered.outlines);
    rows.map(|(area, (kind, outline))| {
        let text = |text: &str| FileValue::Text(text.to_owned());
        let mut values = vec![text(&area.id), text(&area.name), text(kind)];
        values.extend(items(&area.left));
        values.push(FileValue::Decimal(area.searched));
        FileRow { shape: Some(Shape::Area(outline.clone())), values }
    })
    .collect()
}

fn classes() -> Vec<FileClass> {
    let mut all = Vec::new();
    for (_, word, colours, hatched) in LOOKED {
        for ((_, band), fill) in BANDS.iter().zip(colours) {
            let value = format!("{word}: {band}");
            all.push(FileClass {
                label: format!("{value} that any item is left"),
                value,
                fill: fill.to_owned(),
                hatched,
            });
        }
    }
    all
}
