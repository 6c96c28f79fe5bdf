//! Why no fractions can be told.
//!
//! Belongs here: one variant for each fault, with what to do. Does not belong here: faults of
//! geometry as an area on the ground (`boundary`).

/// A lattice that cannot be laid out, or an area whose cells cannot be told.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum CoverageFault {
    /// A corner or the side of a cell is not a usable number.
    #[error(
        "cells of {cell_width} by {cell_height} from {west} in the west and {north} in the north \
         cannot be laid out"
    )]
    UnusableNumber {
        /// Western edge.
        west: f64,
        /// Northern edge.
        north: f64,
        /// Width of a cell.
        cell_width: f64,
        /// Height of a cell.
        cell_height: f64,
    },
    /// There is no cell, or a side is too long to number fractions of a cell along it.
    #[error("{columns} columns and {rows} rows are no cell at all or too many")]
    Size {
        /// Columns asked for.
        columns: u32,
        /// Rows asked for.
        rows: u32,
    },
    /// A coordinate is no number, or too far away to be told in cells.
    #[error("the corner {x}, {y} is no place")]
    NotFinite {
        /// The first coordinate.
        x: f64,
        /// The second coordinate.
        y: f64,
    },
    /// Rings cross, or parts lie over each other.
    #[error(
        "rings cross or parts overlap in column {column} of row {row}: {fraction} of the cell would \
         be covered"
    )]
    RingsCross {
        /// The row, counted from the north.
        row: u32,
        /// The column, counted from the west.
        column: u32,
        /// What was found.
        fraction: f64,
    },
}

impl CoverageFault {
    /// What the person who asked can do.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::UnusableNumber { .. } => {
                "give finite corners, and cells whose sides are longer than 0"
            }
            Self::Size { .. } => "choose larger cells or a smaller place",
            Self::NotFinite { .. } => "check the coordinates of the area",
            Self::RingsCross { .. } => {
                "mend the area in the program that it comes from; entering it in a project names \
                 the crossing and proposes a repair"
            }
        }
    }
}
