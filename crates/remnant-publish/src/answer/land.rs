//! Square metres of a project as figures.
//!
//! Belongs here: making a figure of a number that a ledger gives, and words that the answers on land
//! share. Does not belong here: choosing what is told (`areas`, `area_history`, `balance`).

use remnant_land_release::Change;
use remnant_record::AsOf;

use crate::document::Line;
use crate::figure::{Derivation, Figure, FigureId};
use crate::number;

/// The unit of figures about land.
pub(super) const SQUARE_METRES: &str = "square metres";

/// Square metres as a figure, printed without the unit, which stands in the heading.
pub(super) fn square_metres(id: FigureId, amount: Change, as_of: AsOf, how: String) -> Figure {
    Figure {
        id,
        printed: number::signed(amount.get()),
        // Land on Earth stays far below 2^53 square metres, so the number is exact.
        number: Some(amount.get() as f64),
        unit: SQUARE_METRES.to_owned(),
        interval: None,
        as_of,
        derivation: Derivation { how, ..Derivation::default() },
    }
}

/// Square metres with their unit, for a sentence.
pub(super) fn with_unit(figure: Figure) -> Line {
    Line::default().figure(figure).and("\u{a0}m²")
}
