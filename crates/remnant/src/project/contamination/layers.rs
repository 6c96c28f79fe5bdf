//! An estimate as files: a table, a raster, a map archive.
//!
//! Belongs here: which numbers of a square go into which file, and opening the files. Does not belong
//! here: the formats (`remnant_publish::layer`), the numbers (`remnant_estimate::contamination`).

use std::fs;
use std::path::Path;

use remnant_estimate::contamination::{CellEstimate, Estimate, Looked};
use remnant_ground::exposure::RasterPlane;
use remnant_publish::layer::{
    ArchiveHead, Band, CellSquares, CellValues, GeoTiff, LayerHead, Overview, TileSet,
};

use super::plane::Plane;
use crate::error::ProgramError;

/// The words under which an estimate's squares are listed.
const COLUMNS: &str = "cell,easting,northing,longitude,latitude,expected_items,median_items,\
    items_05,items_25,items_75,items_95,probability_any,looked,searched_share,on_search_share\n";
/// The zooms of a map archive: a district on a screen, to a single square of 25 m.
const ZOOMS: std::ops::RangeInclusive<u8> = 8..=15;

/// One number of a square, for maps: its name, what it means with its unit, how squares are put together, and
/// where it is found.
type Attribute = (&'static str, &'static str, Overview, fn(&CellEstimate) -> f64);

/// What maps show of each square.
const ATTRIBUTES: [Attribute; 5] = [
    ("expected_items", "expected items in a square", Overview::Mean, |cell| cell.left.expected),
    (
        "items_95",
        "items of which nine chances in ten and a half are below",
        Overview::Largest,
        |cell| {
            #[expect(clippy::cast_precision_loss, reason = "items stay far below 2^53")]
            let items = cell.left.interval_90.1 as f64;
            items
        },
    ),
    ("probability_any", "probability of at least one item", Overview::Largest, |cell| {
        cell.left.any
    }),
    ("searched_share", "share of the square that was searched", Overview::Mean, |cell| {
        cell.searched
    }),
    (
        "looked",
        "0 nobody looked, 1 searched and nothing found, 2 found",
        Overview::Largest,
        |cell| match cell.looked {
            Looked::Nobody => 0.0,
            Looked::NothingFound => 1.0,
            Looked::Found => 2.0,
        },
    ),
];

fn unwritable(path: &Path) -> impl Fn(std::io::Error) -> ProgramError + '_ {
    |source| ProgramError::Unwritable { path: path.display().to_string(), source }
}

/// Writes the squares as a table.
pub(super) fn write_table(
    path: &Path,
    plane: &Plane,
    found: &Estimate,
) -> Result<(), ProgramError> {
    let mut out = COLUMNS.to_owned();
    for cell in &found.cells {
        let (easting, northing) = plane.grid.centre(cell.cell);
        let at = plane.zone.position(easting, northing)?;
        let left = &cell.left;
        let looked = serde_json::to_value(cell.looked).map_err(ProgramError::NotJson)?;
        out.push_str(&format!(
            "{},{easting},{northing},{:.6},{:.6},{:.6},{},{},{},{},{},{:.6},{},{:.4},{:.4}\n",
            cell.cell,
            at.longitude(),
            at.latitude(),
            left.expected,
            left.median,
            left.interval_90.0,
            left.interval_50.0,
            left.interval_50.1,
            left.interval_90.1,
            left.any,
            looked.as_str().unwrap_or_default(),
            cell.searched,
            cell.on_search,
        ));
    }
    fs::write(path, out).map_err(unwritable(path))
}

/// Model, seed and inputs, as they stand in each file.
pub(super) fn provenance(found: &Estimate) -> Vec<(String, String)> {
    [
        ("model", format!("{} {}", found.model, found.version)),
        ("seed", found.settings.seed.to_string()),
        ("inputs_sha256", found.inputs_sha256.clone()),
        ("note", "an estimate; nothing in it releases land".to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .to_vec()
}

/// Writes the squares as a cloud-optimised GeoTIFF, one band for each number.
pub(super) fn write_raster(
    path: &Path,
    plane: &Plane,
    found: &Estimate,
) -> Result<(), ProgramError> {
    let raster = GeoTiff {
        plane: RasterPlane::Utm(plane.zone),
        lattice: plane.lattice,
        bands: ATTRIBUTES
            .iter()
            .map(|(_, means, overview, _)| Band { name: (*means).to_owned(), overview: *overview })
            .collect(),
        notes: provenance(found),
    };
    let mut file = fs::File::create(path).map_err(unwritable(path))?;
    raster.write(&mut file, |band, row, values| {
        let start = plane.grid.cell(0, row) as usize;
        for (value, cell) in values.iter_mut().zip(&found.cells[start..]) {
            #[expect(clippy::cast_possible_truncation, reason = "rasters hold single precision")]
            let told = (ATTRIBUTES[band].3)(cell) as f32;
            *value = told;
        }
    })?;
    Ok(())
}

/// Writes the squares as an archive of map tiles.
pub(super) fn write_tiles(
    path: &Path,
    plane: &Plane,
    place: &str,
    found: &Estimate,
) -> Result<(), ProgramError> {
    let all: Vec<Vec<f64>> =
        ATTRIBUTES.iter().map(|(_, _, _, of)| found.cells.iter().map(of).collect()).collect();
    let values = ATTRIBUTES
        .iter()
        .zip(&all)
        .map(|((name, ..), values)| {
            let values = match *name {
                "expected_items" => CellValues::Sum(values),
                _ => CellValues::Largest(values),
            };
            ((*name).to_owned(), values)
        })
        .collect();
    let mut set = TileSet::new(ZOOMS)?;
    let squares =
        CellSquares { plane: RasterPlane::Utm(plane.zone), lattice: plane.lattice, values };
    squares.add_to(&mut set, "estimate")?;
    let told: Vec<String> =
        provenance(found).into_iter().map(|(name, value)| format!("{name} {value}")).collect();
    let head = ArchiveHead {
        name: format!("What may be left in {place}"),
        description: told.join("; "),
        attribution: String::new(),
        extent: plane.degrees(0.0)?,
        layers: vec![LayerHead {
            name: "estimate".to_owned(),
            description: "Squares of the estimate".to_owned(),
            fields: ATTRIBUTES
                .iter()
                .map(|(name, means, ..)| ((*name).to_owned(), (*means).to_owned()))
                .collect(),
        }],
    };
    let mut file = fs::File::create(path).map_err(unwritable(path))?;
    set.archive()?.write(&head, &mut file)?;
    Ok(())
}
