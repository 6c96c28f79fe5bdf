//! The plane in which a place is estimated.
//!
//! Belongs here: finding the place that is meant, its UTM zone and grid, and carrying shapes of WGS 84
//! onto that grid. Does not belong here: what the shapes mean (`gather`).

use geo_types::{Coord, LineString, MultiPolygon, Polygon};
use remnant_estimate::grid::Grid;
use remnant_ground::coordinate::{Position, UtmZone};
use remnant_ground::coverage::{Coverage, Lattice};
use remnant_ground::{Object, ObjectKind, Shape};
use remnant_record::AsOf;
use remnant_store::Store;

use crate::error::ProgramError;

/// Ground around a place that is estimated with it, so that what lies at its edge is told whole.
const MARGIN_METRES: f64 = 500.0;
/// The most cells of one run in this program: a table of them still opens.
const MOST_CELLS: f64 = 4_000_000.0;
/// The longest straight piece of an outline before it is carried into the plane, in degrees: some
/// hundred metres.
const LONGEST_PIECE_DEGREES: f64 = 0.001;

/// A place that is estimated.
#[derive(Debug)]
pub(super) struct Chosen {
    /// Its id, as cells and totals are told under it.
    pub(super) id: String,
    /// Its name.
    pub(super) name: String,
    /// Its outline, WGS 84.
    pub(super) shape: MultiPolygon<f64>,
}

/// A grid in a zone.
#[derive(Debug)]
pub(super) struct Plane {
    pub(super) zone: UtmZone,
    pub(super) grid: Grid,
    /// The same cells, as areas are laid over them.
    pub(super) lattice: Lattice,
}

/// The place that a person named: a box `west,south,east,north` in degrees, or the id, name or code of
/// a hazardous area or administrative unit of the project.
pub(super) fn choose(store: &mut Store, named: &str, as_of: AsOf) -> Result<Chosen, ProgramError> {
    let numbers: Vec<f64> = named.split(',').filter_map(|n| n.trim().parse().ok()).collect();
    if let [west, south, east, north] = numbers[..] {
        Position::new(west, south)?;
        Position::new(east, north)?;
        if west >= east || south >= north {
            return Err(ProgramError::Argument {
                name: "PLACE",
                given: named.to_owned(),
                form: "west,south,east,north in degrees, with west below east and south below north",
            });
        }
        let ring = [(west, south), (east, south), (east, north), (west, north), (west, south)];
        let shape = MultiPolygon(vec![Polygon::new(LineString::from(ring.to_vec()), Vec::new())]);
        return Ok(Chosen { id: named.to_owned(), name: "the box".to_owned(), shape });
    }
    let mut found: Vec<Chosen> = Vec::new();
    for kind in [ObjectKind::HazardousArea, ObjectKind::Boundary] {
        store.objects(kind, as_of, |stored| {
            let object = stored.object()?;
            if is_called(&object, named)
                && let Some(Shape::Area(shape)) = object.place.as_ref().map(|place| &place.shape)
            {
                let name = object.text("name").or(object.text("place_name"));
                found.push(Chosen {
                    id: object.id.to_string(),
                    name: name.map_or_else(|| object.id.to_string(), str::to_owned),
                    shape: shape.clone(),
                });
            }
            Ok(())
        })?;
    }
    match found.len() {
        0 => Err(ProgramError::NoSuchPlace(named.to_owned())),
        1 => Ok(found.swap_remove(0)),
        _ => {
            let ids = found.into_iter().map(|place| place.id).collect();
            Err(ProgramError::SeveralPlaces { named: named.to_owned(), ids })
        }
    }
}

/// Whether an object has this id, bare or with its source, or this name or code.
fn is_called(object: &Object, named: &str) -> bool {
    let id = object.id.as_str();
    let bare = id.split_once('/').map_or(id, |(_, bare)| bare);
    let texts = ["name", "local_name", "code", "place_name"];
    id == named
        || bare == named
        || texts.iter().filter_map(|f| object.text(f)).any(|t| t.eq_ignore_ascii_case(named))
}

impl Plane {
    /// The grid of a place with its margin, on whole multiples of the side of a cell.
    pub(super) fn around(place: &Chosen, cell_metres: f64) -> Result<Self, ProgramError> {
        let cell_is_usable = cell_metres.is_finite() && (5.0..=1_000.0).contains(&cell_metres);
        if !cell_is_usable {
            return Err(ProgramError::Argument {
                name: "--cell-size",
                given: cell_metres.to_string(),
                form: "metres from 5 to 1000",
            });
        }
        let corners: Vec<Coord<f64>> =
            place.shape.iter().flat_map(|part| part.exterior().coords().copied()).collect();
        let Some(first) = corners.first() else {
            return Err(ProgramError::NoSuchPlace(place.id.clone()));
        };
        let zone = UtmZone::of(Position::new(first.x, first.y)?)?;
        let (mut low, mut high) =
            ((f64::INFINITY, f64::INFINITY), (f64::NEG_INFINITY, f64::NEG_INFINITY));
        for corner in &corners {
            let (e, n) = in_zone(zone, corner.x, corner.y)?;
            low = (low.0.min(e), low.1.min(n));
            high = (high.0.max(e), high.1.max(n));
        }
        let down = |metres: f64| ((metres - MARGIN_METRES) / cell_metres).floor() * cell_metres;
        let up = |metres: f64| ((metres + MARGIN_METRES) / cell_metres).ceil() * cell_metres;
        let (west, north) = (down(low.0), up(high.1));
        let columns = ((up(high.0) - west) / cell_metres).round();
        let rows = ((north - down(low.1)) / cell_metres).round();
        if columns * rows > MOST_CELLS {
            return Err(ProgramError::PlaceTooLarge { cells: columns * rows, most: MOST_CELLS });
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "checked above"
        )]
        let (columns, rows) = (columns as u32, rows as u32);
        let grid = Grid::new(west, north, cell_metres, columns, rows)?;
        let lattice = Lattice::new(west, north, cell_metres, cell_metres, columns, rows)?;
        Ok(Self { zone, grid, lattice })
    }

    /// Easting and northing of a position; none too far from the zone.
    pub(super) fn metres(&self, longitude: f64, latitude: f64) -> Option<(f64, f64)> {
        in_zone(self.zone, longitude, latitude).ok()
    }

    /// An outline in the metres of the plane; none too far from the zone.
    pub(super) fn outline(&self, area: &MultiPolygon<f64>) -> Option<MultiPolygon<f64>> {
        let ring = |line: &LineString<f64>| -> Option<LineString<f64>> {
            let mut carried = Vec::new();
            for edge in line.0.windows(2) {
                let (dx, dy) = (edge[1].x - edge[0].x, edge[1].y - edge[0].y);
                let pieces =
                    (dx.abs().max(dy.abs()) / LONGEST_PIECE_DEGREES).ceil().clamp(1.0, 1e5);
                let mut piece = 0.0;
                while piece < pieces {
                    let share = piece / pieces;
                    let (x, y) = self.metres(edge[0].x + share * dx, edge[0].y + share * dy)?;
                    carried.push(Coord { x, y });
                    piece += 1.0;
                }
            }
            if let Some(first) = carried.first().copied() {
                carried.push(first);
            }
            Some(LineString(carried))
        };
        let parts: Option<Vec<Polygon<f64>>> = area
            .iter()
            .map(|part| {
                let holes: Option<Vec<_>> = part.interiors().iter().map(ring).collect();
                Some(Polygon::new(ring(part.exterior())?, holes?))
            })
            .collect();
        parts.map(MultiPolygon)
    }

    /// The cells that an area of WGS 84 covers, each with its share.
    pub(super) fn cells(&self, area: &MultiPolygon<f64>) -> Result<Vec<(u32, f64)>, ProgramError> {
        let Some(outline) = self.outline(area) else { return Ok(Vec::new()) };
        let covered = Coverage::of(&self.lattice, &outline)?;
        let whole =
            |(cell, share): (u64, f64)| u32::try_from(cell).ok().map(|cell| (cell, share.min(1.0)));
        // Slivers at the edge of a cell are rounding and would only make lists longer.
        Ok(covered.cells().filter_map(whole).filter(|(_, share)| *share > 1e-6).collect())
    }

    /// West, south, east and north ends in degrees of the grid with so many metres around it.
    pub(super) fn degrees(&self, margin: f64) -> Result<[f64; 4], ProgramError> {
        let grid = &self.grid;
        let (west, north) = (grid.west() - margin, grid.north() + margin);
        let east = grid.easting_of_edge(grid.columns()) + margin;
        let south = grid.northing_of_edge(grid.rows()) - margin;
        let mut ends = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
        for (e, n) in [(west, south), (west, north), (east, south), (east, north)] {
            let at = self.zone.position(e.clamp(0.0, 1e6), n.clamp(0.0, 1e7))?;
            ends[0] = ends[0].min(at.longitude());
            ends[1] = ends[1].min(at.latitude());
            ends[2] = ends[2].max(at.longitude());
            ends[3] = ends[3].max(at.latitude());
        }
        Ok(ends)
    }
}

fn in_zone(zone: UtmZone, longitude: f64, latitude: f64) -> Result<(f64, f64), ProgramError> {
    let point = zone.point(Position::new(longitude, latitude)?)?;
    Ok((point.easting, point.northing))
}
