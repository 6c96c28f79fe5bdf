//! Why a raster cannot be summed.
//!
//! Belongs here: faults of rows and of the raster's reference system. Does not belong here: faults
//! of a single area, which are told in its place among the sums.

/// A raster whose rows do not fit its lattice, or whose coordinates are not known here.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ExposureFault {
    /// Values that are no whole rows.
    #[error("{values} values are no whole rows of {columns}")]
    NoWholeRows {
        /// The number of values given.
        values: usize,
        /// Cells in a row.
        columns: u32,
    },
    /// More rows than the lattice has.
    #[error("row {row} was given, and the raster has {rows}")]
    TooManyRows {
        /// The first row too many, counted from 1.
        row: u64,
        /// The rows of the lattice.
        rows: u32,
    },
    /// Rows are missing at the southern end.
    #[error("{given} of {rows} rows were given")]
    RowsMissing {
        /// The rows given.
        given: u32,
        /// The rows of the lattice.
        rows: u32,
    },
    /// The reference system of the raster is not known here.
    #[error("EPSG:{code} is not among the reference systems that areas are laid into")]
    UnknownReferenceSystem {
        /// Its number.
        code: u16,
    },
    /// A corner of an area lies where the projection of the raster cannot be used.
    #[error("{longitude}, {latitude} is too far from the zone of EPSG:{code}")]
    OutsideProjection {
        /// Degrees east.
        longitude: f64,
        /// Degrees north.
        latitude: f64,
        /// The reference system.
        code: u16,
    },
}

impl ExposureFault {
    /// What the person who asked can do.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::NoWholeRows { .. } | Self::TooManyRows { .. } | Self::RowsMissing { .. } => {
                "give each row of the raster once, from north to south"
            }
            Self::UnknownReferenceSystem { .. } => {
                "reproject the raster to EPSG:4326, or to the UTM zone of the place (EPSG:326.. or \
                 327..), with counts summed and not interpolated: `gdalwarp -r sum`"
            }
            Self::OutsideProjection { .. } => {
                "check the coordinates of the area, or take a raster in EPSG:4326"
            }
        }
    }
}
