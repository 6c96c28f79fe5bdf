//! Why a layer cannot be written.
//!
//! Belongs here: one variant for each fault, with what to do. Does not belong here: questions of
//! the record that have no answer (`PublishError`).

/// A layer that cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum LayerFault {
    /// A raster of no bands.
    #[error("a raster needs at least one band and at most {most}, and {bands} were asked for")]
    Bands {
        /// The bands asked for.
        bands: usize,
        /// The most there can be.
        most: usize,
    },
    /// More bytes than the format can number.
    #[error("{bytes} bytes of cells are more than a TIFF of 4 GiB can hold")]
    TooLarge {
        /// The bytes before packing.
        bytes: u64,
    },
    /// The zooms cannot be drawn.
    #[error("zooms {least} to {most} cannot be drawn; they run from 0 to {deepest}")]
    Zooms {
        /// The smallest zoom asked for.
        least: u8,
        /// The largest zoom asked for.
        most: u8,
        /// The largest there is.
        deepest: u8,
    },
    /// Values were given for a number of cells that the lattice does not have.
    #[error("{values} values were given for {cells} cells")]
    CellsDiffer {
        /// Values given.
        values: usize,
        /// Cells of the lattice.
        cells: u64,
    },
    /// The lattice reaches over the edge of its zone.
    #[error("the corner of column {column} and row {row} lies outside EPSG:{code}")]
    OutsideZone {
        /// Columns from the west.
        column: u32,
        /// Rows from the north.
        row: u32,
        /// The reference system.
        code: u16,
    },
    /// What takes the bytes failed.
    #[error("the layer could not be written: {0}")]
    NotWritten(#[from] std::io::Error),
}

impl LayerFault {
    /// What the person can do about it.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::Bands { .. } => "choose what the raster is to show",
            Self::TooLarge { .. } => {
                "write fewer bands into one file, larger cells or a smaller place"
            }
            Self::Zooms { .. } => "give the smaller zoom first, and none above the largest",
            Self::CellsDiffer { .. } => "give one value for each cell, row by row from the north",
            Self::OutsideZone { .. } => "lay the cells out in the zone of their place",
            Self::NotWritten(_) => {
                "check that there is room on the disk and that it may be written"
            }
        }
    }
}
