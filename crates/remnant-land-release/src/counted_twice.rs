//! Land that two areas both hold.
//!
//! Belongs here: the sum over areas beside the area of their union, and which areas overlap. Does
//! not belong here: what to do about it, which is a person's to say.

use geo_types::Coord;
use jiff::civil::Date;
use remnant_ground::boundary::Boundary;
use remnant_record::SquareMetres;
use serde::Serialize;

use crate::balance::BalanceError;
use crate::identity::AreaId;
use crate::ledger::HazardousAreaLedger;
use crate::posting::Change;

/// Land that two areas both hold open at the end of the period.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CountedTwice {
    /// The sum over areas.
    #[serde(rename = "sum_square_metres")]
    pub sum: Change,
    /// The area of their union.
    #[serde(rename = "union_square_metres")]
    pub union: Change,
    /// The areas that overlap, two by two, with the land they share.
    pub pairs: Vec<SharedLand>,
}

impl CountedTwice {
    /// Open land of some areas at the end of a day, by area and by union.
    ///
    /// Land is counted twice where an area covers what areas before it cover already, so that the
    /// sum less the union is whole square metres, and exactly nothing where no areas overlap.
    ///
    /// # Errors
    /// When areas that overlap cannot be laid over each other.
    pub fn of(ledgers: &[HazardousAreaLedger], day: Date) -> Result<Self, BalanceError> {
        let mut sum = Change::ZERO;
        let mut open = Vec::new();
        for ledger in ledgers {
            let (area, state) = (ledger.area(), ledger.on(day));
            sum += state.open().total();
            let boundary = state.remaining_boundary(None).map_err(|fault| {
                let (one, other) = (area.clone(), area.clone());
                BalanceError::Geometry { one, other, fault }
            })?;
            open.extend(boundary.map(|boundary| OpenArea::new(area, boundary)));
        }
        // A sweep from west to east: only areas whose extents meet are laid over each other.
        open.sort_by(|a, b| a.west.total_cmp(&b.west).then_with(|| a.area.cmp(b.area)));
        let (mut twice, mut pairs) = (Change::ZERO, Vec::new());
        for (at, one) in open.iter().enumerate() {
            let mut covered: Option<Boundary> = None;
            for other in open[..at].iter().filter(|other| other.meets(one)) {
                let fault = |fault| BalanceError::Geometry {
                    one: other.area.clone(),
                    other: one.area.clone(),
                    fault,
                };
                let cut = one.boundary.cut(&other.boundary).map_err(fault)?;
                let Some(inside) = cut.inside else { continue };
                pairs.push(SharedLand {
                    one: other.area.clone(),
                    other: one.area.clone(),
                    area: cut.inside_area,
                });
                covered = match covered {
                    None => Some(inside),
                    Some(land) => land.union(&inside).map_err(fault)?.boundary.or(Some(land)),
                };
            }
            if let Some(covered) = covered {
                let cut = one.boundary.cut(&covered).map_err(|fault| BalanceError::Geometry {
                    one: one.area.clone(),
                    other: one.area.clone(),
                    fault,
                })?;
                twice += cut.inside_area.into();
            }
        }
        pairs.sort_by(|a, b| (&a.one, &a.other).cmp(&(&b.one, &b.other)));
        Ok(Self { sum, union: sum - twice, pairs })
    }

    /// The square metres that the sum counts more than once.
    #[must_use]
    pub fn twice(&self) -> Change {
        self.sum - self.union
    }
}

/// Land that two areas share.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SharedLand {
    /// The one area.
    pub one: AreaId,
    /// The other.
    pub other: AreaId,
    /// How much.
    #[serde(rename = "area_square_metres")]
    pub area: SquareMetres,
}

/// The open land of an area, with its extent in degrees.
struct OpenArea<'a> {
    area: &'a AreaId,
    boundary: Boundary,
    west: f64,
    east: f64,
    south: f64,
    north: f64,
}

impl<'a> OpenArea<'a> {
    fn new(area: &'a AreaId, boundary: Boundary) -> Self {
        // Edges are geodesics, which bulge beyond their ends by less than this for areas that a
        // team can work on; an overlap missed by it would be a sliver.
        const BULGE: f64 = 0.01;
        let corners = || boundary.shape().iter().flat_map(|part| part.exterior().coords());
        let least = |of: fn(&Coord<f64>) -> f64| corners().map(of).fold(f64::INFINITY, f64::min);
        let most = |of: fn(&Coord<f64>) -> f64| corners().map(of).fold(f64::NEG_INFINITY, f64::max);
        let (mut west, mut east) = (least(|c| c.x), most(|c| c.x));
        // Over the antimeridian or a pole: longitudes say nothing of where it ends.
        if east - west > 180.0 {
            (west, east) = (-180.0, 180.0);
        }
        let (south, north) = (least(|c| c.y) - BULGE, most(|c| c.y) + BULGE);
        Self { area, boundary, west: west - BULGE, east: east + BULGE, south, north }
    }

    fn meets(&self, other: &Self) -> bool {
        self.west <= other.east
            && other.west <= self.east
            && self.south <= other.north
            && other.south <= self.north
    }
}
