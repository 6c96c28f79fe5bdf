//! Proposals for rings that are not valid as they were drawn.
//!
//! Belongs here: what the lines as drawn could enclose, with the square metres of each reading.
//! Does not belong here: applying one. A person chooses, and the choice is on record.

use geo_types::Coord;
use i_overlay::core::fill_rule::FillRule as Fill;

use super::Boundary;
use super::check::tidy_for_repair;
use super::fault::GeometryFault;
use super::measure::measure_parts;
use super::overlay::{Sliver, filled};
use super::plane::FURTHEST_METRES;

/// How crossing lines are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FillRule {
    /// Ground is inside when one has to step over an odd number of lines to leave it: the two
    /// wings of a figure of eight, and what two overlapping parts do not share.
    EvenOdd,
    /// Ground is inside when the lines go round it: both wings, and overlapping parts as a whole.
    NonZero,
}

/// A valid area that could have been meant.
#[derive(Clone, Debug, PartialEq)]
pub struct RepairProposal {
    /// How the lines were read.
    pub rule: FillRule,
    /// The area.
    pub boundary: Boundary,
    /// What a plain sum over the corners gives for the rings as drawn, where wings of a figure of
    /// eight take each other away: the figure that other programs show.
    pub square_metres_as_drawn: f64,
    /// By how much the proposal differs from that.
    pub difference_square_metres: f64,
    /// What was left out or filled in.
    pub slivers: Vec<Sliver>,
}

/// What rings that are not valid could enclose, by either rule; one proposal when both agree.
///
/// Nothing is applied: the proposals are shown beside the faults, and a person chooses or draws
/// anew.
///
/// # Errors
/// The faults that no rule mends: coordinates that are no positions, too few corners, lines that
/// enclose nothing.
pub fn repair_proposals(
    parts: Vec<Vec<Vec<Coord<f64>>>>,
) -> Result<Vec<RepairProposal>, Vec<GeometryFault>> {
    let parts = tidy_for_repair(parts)?;
    let square_metres_as_drawn = measure_parts(&parts).square_metres;
    let mut proposals: Vec<RepairProposal> = Vec::new();
    for (rule, fill) in [(FillRule::EvenOdd, Fill::EvenOdd), (FillRule::NonZero, Fill::NonZero)] {
        let (found, slivers) = filled(&parts, fill, FURTHEST_METRES)
            .map_err(|metres| vec![GeometryFault::TooLarge { kilometres: metres / 1000.0 }])?;
        let Some(boundary) = Boundary::from_parts(found) else { continue };
        if proposals.iter().any(|earlier| earlier.boundary == boundary) {
            continue;
        }
        let difference_square_metres = boundary.measure().square_metres - square_metres_as_drawn;
        proposals.push(RepairProposal {
            rule,
            boundary,
            square_metres_as_drawn,
            difference_square_metres,
            slivers,
        });
    }
    if proposals.is_empty() { Err(vec![GeometryFault::Empty]) } else { Ok(proposals) }
}
