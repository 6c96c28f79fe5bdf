//! Polygons in files that a person names on the command line.
//!
//! Belongs here: reading all polygons of a GeoJSON or KML file as one boundary, with its faults.
//! Does not belong here: what the boundary is for.

use std::fs::File;
use std::path::Path;

use geo_types::{Geometry, MultiPolygon};
use remnant_ground::boundary::Boundary;
use remnant_source::document::{Document, ReadOptions, SourceRow};
use serde_json::{Value, json};

use crate::error::ProgramError;

/// The boundary that all polygons of a file make together.
///
/// # Errors
/// When the file cannot be read, holds no polygon, or the polygons are no boundary: all faults.
pub(crate) fn read(path: &Path) -> Result<Boundary, ProgramError> {
    let shown = path.display().to_string();
    let unreadable = |source| ProgramError::Unreadable { path: shown.clone(), source };
    let bytes = File::open(path).map_err(unreadable)?;
    let mut document =
        Document::open(&shown, Box::new(bytes), Vec::new(), &ReadOptions::default())?;
    let mut parts = Vec::new();
    for sheet in 0..document.sheets().len() {
        let mut rows = document.rows(sheet)?;
        let mut row = SourceRow::default();
        while rows.next(&mut row)? {
            collect(row.geometry.take(), &mut parts);
        }
    }
    if parts.is_empty() {
        return Err(ProgramError::NoPolygon(shown));
    }
    match Boundary::new(Geometry::MultiPolygon(MultiPolygon(parts))) {
        Ok(checked) => Ok(checked.boundary),
        Err(faults) => Err(ProgramError::NotABoundary { path: shown, faults }),
    }
}

fn collect(geometry: Option<Geometry<f64>>, parts: &mut Vec<geo_types::Polygon<f64>>) {
    match geometry {
        Some(Geometry::Polygon(polygon)) => parts.push(polygon),
        Some(Geometry::MultiPolygon(polygons)) => parts.extend(polygons),
        Some(Geometry::GeometryCollection(all)) => {
            all.into_iter().for_each(|one| collect(Some(one), parts));
        }
        _ => {}
    }
}

/// A boundary as the journal writes it: the coordinates of a GeoJSON multipolygon.
pub(crate) fn coordinates(boundary: &Boundary) -> Value {
    let ring = |line: &geo_types::LineString<f64>| -> Value {
        line.coords().map(|corner| json!([corner.x, corner.y])).collect::<Vec<_>>().into()
    };
    boundary
        .shape()
        .iter()
        .map(|part| {
            std::iter::once(part.exterior()).chain(part.interiors()).map(ring).collect::<Vec<_>>()
        })
        .collect::<Vec<_>>()
        .into()
}
