//! Land that two areas both hold.
//!
//! Belongs here: the sum over areas beside the area of their union, and which areas overlap. Does
//! not belong here: what to do about it, which is a person's to say.

use std::collections::BTreeMap;

use jiff::civil::Date;
use remnant_ground::boundary::{Boundary, SharedGround, overlaps, union_of};
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
    /// Land is counted twice where an area covers what areas before it in the list cover already,
    /// so that the sum less the union is whole square metres, and exactly nothing where no areas
    /// overlap.
    ///
    /// # Errors
    /// When areas that overlap cannot be laid over each other.
    pub fn of(ledgers: &[HazardousAreaLedger], day: Date) -> Result<Self, BalanceError> {
        let mut sum = Change::ZERO;
        let (mut areas, mut boundaries) = (Vec::new(), Vec::new());
        for ledger in ledgers {
            let (area, state) = (ledger.area(), ledger.on(day));
            sum += state.open().total();
            let open = state.remaining_boundary(None);
            let open =
                open.map_err(|fault| BalanceError::Geometry { area: area.clone(), fault })?;
            if let Some(boundary) = open {
                areas.push(area);
                boundaries.push(boundary);
            }
        }
        let shared = overlaps(&boundaries).map_err(BalanceError::Overlaps)?;
        let mut before: BTreeMap<usize, Vec<Boundary>> = BTreeMap::new();
        let mut pairs = Vec::new();
        for SharedGround { first, second, .. } in shared {
            before.entry(second).or_default().push(boundaries[first].clone());
            let cut = boundaries[second].cut(&boundaries[first]);
            let area = cut.map_err(BalanceError::Overlaps)?.inside_area;
            let (one, other) = (areas[first].clone(), areas[second].clone());
            pairs.push(SharedLand { one, other, area });
        }
        let mut twice = Change::ZERO;
        for (index, before) in before {
            let before = union_of(&before).map_err(BalanceError::Overlaps)?.boundary;
            if let Some(before) = before {
                let cut = boundaries[index].cut(&before).map_err(BalanceError::Overlaps)?;
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
