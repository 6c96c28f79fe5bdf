//! Why there is no surface.
//!
//! Belongs here: one variant for each fault, with the values at fault. Does not belong here: printing.

/// Why there is no surface: a reason, not a picture.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum IntensityFault {
    /// The scale of the kernel is no usable number.
    #[error("a scale of {scale} m cannot smooth anything")]
    Scale {
        /// The scale in metres.
        scale: f64,
    },
    /// The scale is so wide that the surface would be one value.
    #[error("a scale of {scale} m is more than {most} m, the most for cells of this size")]
    TooWide {
        /// The scale in metres.
        scale: f64,
        /// The widest that is reckoned on such cells.
        most: f64,
    },
    /// A point is no usable position.
    #[error("point {point} lies at {easting} m east, {northing} m north, which is no position")]
    Position {
        /// The number of the point, from 0.
        point: usize,
        /// Its easting.
        easting: f64,
        /// Its northing.
        northing: f64,
    },
    /// A weight is negative or no number.
    #[error("point {point} has the weight {weight}")]
    Weight {
        /// The number of the point, from 0.
        point: usize,
        /// Its weight.
        weight: f64,
    },
}

impl IntensityFault {
    /// What the person who asked can do, in one sentence.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::Scale { .. } => "give a scale of more than 0 m",
            Self::TooWide { .. } => "choose a narrower scale or larger cells",
            Self::Position { .. } => "leave the point out, or correct its coordinates",
            Self::Weight { .. } => "give each point a weight of zero or more",
        }
    }
}
