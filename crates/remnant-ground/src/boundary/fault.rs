//! What can be wrong with the geometry of a boundary, and what is only worth knowing.
//!
//! Belongs here: the faults and notes with the places they are at, and what the person can do.
//! Does not belong here: finding them (`check`).

use std::fmt;

use geo_types::Coord;

use super::check::{MOST_CORNERS, MOST_PLACES};

/// A ring of a boundary: part and ring counted from 0 in the order of the file, ring 0 of each
/// part its exterior.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RingAt {
    /// The part.
    pub part: usize,
    /// The ring in the part: 0 is the exterior, the others are holes.
    pub ring: usize,
}

/// Counted from 1, as people count: `the outline of part 1`, `hole 2 of part 1`.
impl fmt::Display for RingAt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.ring {
            0 => write!(f, "the outline of part {}", self.part + 1),
            hole => write!(f, "hole {hole} of part {}", self.part + 1),
        }
    }
}

/// Positions as `latitude longitude` to 7 decimals (1 cm), as many as a line takes.
struct Places<'a>(&'a [Coord<f64>], usize);

impl fmt::Display for Places<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 3;
        for (index, place) in self.0.iter().take(SHOWN).enumerate() {
            let between = if index == 0 { "" } else { "; " };
            write!(f, "{between}{:.7} {:.7}", place.y, place.x)?;
        }
        match self.1.saturating_sub(self.0.len().min(SHOWN)) {
            0 => Ok(()),
            more => write!(f, " and {more} more"),
        }
    }
}

/// Why a geometry is not a boundary. Areas are in square metres, positions in degrees (x is the
/// longitude); where many places are at fault the first 100 are kept and all are counted.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum GeometryFault {
    /// A point, a line or a mixture.
    #[error("the geometry is a {kind}, not a polygon")]
    NotAnArea {
        /// What it is.
        kind: &'static str,
    },
    /// No ring, or only empty ones.
    #[error("the geometry is empty")]
    Empty,
    /// More corners than are taken.
    #[error("the geometry has {corners} corners; at most {MOST_CORNERS} are taken")]
    TooManyCorners {
        /// How many it has.
        corners: usize,
    },
    /// A coordinate that is no number.
    #[error("corner {} of {ring} has a coordinate that is not a number", corner + 1)]
    NotFinite {
        /// The ring.
        ring: RingAt,
        /// The corner, counted from 0.
        corner: usize,
    },
    /// A latitude beyond the poles or a longitude beyond 180°.
    #[error(
        "corner {} of {ring} is at latitude {}, longitude {}: out of range",
        corner + 1, at.y, at.x
    )]
    OutOfRange {
        /// The ring.
        ring: RingAt,
        /// The corner, counted from 0.
        corner: usize,
        /// The coordinates as they were given.
        at: Coord<f64>,
    },
    /// Fewer than three different corners.
    #[error("{ring} has {corners} different corners; an area has at least 3")]
    TooFewCorners {
        /// The ring.
        ring: RingAt,
        /// How many are different.
        corners: usize,
    },
    /// An outline that encloses less than half a square metre, or a hole that encloses nothing.
    #[error("{ring} encloses {square_metres:.3} m2, which is nothing")]
    ZeroArea {
        /// The ring.
        ring: RingAt,
        /// What it encloses.
        square_metres: f64,
    },
    /// The outline goes out to a corner and back on the same line.
    #[error("{ring} runs out and back on one line at {}", Places(at, *places))]
    Spike {
        /// The ring.
        ring: RingAt,
        /// The corners at the points of the spikes.
        at: Vec<Coord<f64>>,
        /// How many there are.
        places: usize,
    },
    /// A ring crosses itself.
    #[error("{ring} crosses itself at {}", Places(at, *places))]
    CrossesItself {
        /// The ring.
        ring: RingAt,
        /// Where.
        at: Vec<Coord<f64>>,
        /// How many crossings there are.
        places: usize,
    },
    /// A ring touches itself, or runs twice along one line, without crossing.
    #[error("{ring} touches itself at {}", Places(at, *places))]
    TouchesItself {
        /// The ring.
        ring: RingAt,
        /// Where.
        at: Vec<Coord<f64>>,
        /// How many places there are.
        places: usize,
    },
    /// Two rings cross.
    #[error("{first} and {second} cross at {}", Places(at, *places))]
    RingsCross {
        /// The one ring.
        first: RingAt,
        /// The other ring.
        second: RingAt,
        /// Where.
        at: Vec<Coord<f64>>,
        /// How many crossings there are.
        places: usize,
    },
    /// Two rings run along one line.
    #[error("{first} and {second} run along one line at {}", Places(at, *places))]
    RingsShareEdge {
        /// The one ring.
        first: RingAt,
        /// The other ring.
        second: RingAt,
        /// A corner on each shared stretch.
        at: Vec<Coord<f64>>,
        /// How many stretches there are.
        places: usize,
    },
    /// Two parts cover the same ground.
    #[error("parts {} and {} overlap by {square_metres:.1} m2", first + 1, second + 1)]
    PartsOverlap {
        /// The one part, counted from 0.
        first: usize,
        /// The other part.
        second: usize,
        /// The ground both cover.
        square_metres: f64,
    },
    /// A hole reaches out of its outline, or into another hole.
    #[error("{hole} lies with {square_metres:.1} m2 outside its outline or in another hole")]
    HoleOutside {
        /// The hole.
        hole: RingAt,
        /// How much of it is not taken out of the part.
        square_metres: f64,
    },
    /// Larger than a boundary can be.
    #[error(
        "a corner lies {kilometres:.0} km from the middle; a boundary reaches at most 3 000 km"
    )]
    TooLarge {
        /// The distance.
        kilometres: f64,
    },
    /// So tangled that the crossings cannot be searched in reasonable time.
    #[error(
        "the rings are too tangled to be checked: {corners} corners lie beside and above each other"
    )]
    TooTangled {
        /// The number of corners.
        corners: usize,
    },
}

impl GeometryFault {
    /// What the person can do about it.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::NotAnArea { .. } => {
                "give a polygon; a point or a line is an evidence point or a search track"
            }
            Self::Empty => "ask the operator for the outline; an area without one stays a point",
            Self::TooManyCorners { .. } => {
                "split the area, or simplify the outline where it was drawn"
            }
            Self::NotFinite { .. } => "enter the coordinates of the corner again",
            Self::OutOfRange { .. } => {
                "look whether latitude and longitude are exchanged, or metres were given as degrees"
            }
            Self::TooFewCorners { .. } => "add the corners that are missing, or report a point",
            Self::ZeroArea { .. } => "look whether the corners are on one line or were rounded",
            Self::Spike { .. } => "take the corner out, or correct the digits of its coordinates",
            Self::CrossesItself { .. } | Self::RingsCross { .. } => {
                "put the corners into the order in which one walks round the area; the repair \
                 proposal shows what the lines as drawn would enclose"
            }
            Self::TouchesItself { .. } => {
                "split the area there, or draw what is enclosed as a hole; the repair proposal does so"
            }
            Self::RingsShareEdge { .. } => {
                "join the two, which changes no square metre; the repair proposal does so"
            }
            Self::PartsOverlap { .. } => {
                "join the parts, so that the ground they share is counted once; the repair proposal does so"
            }
            Self::HoleOutside { .. } => "draw the hole inside the outline, or take it out",
            Self::TooLarge { .. } => {
                "look whether a corner has a wrong sign or swapped digits; split what is really so large"
            }
            Self::TooTangled { .. } => "draw the area again: its lines cross nearly everywhere",
        }
    }
}

/// Something about a geometry that refuses nothing but that a person should know.
#[derive(Clone, Debug, PartialEq)]
pub enum GeometryNote {
    /// The last corner of a ring was not the first one; the ring was closed.
    Closed {
        /// The ring.
        ring: RingAt,
    },
    /// Corners that repeated the one before were left out.
    RepeatedCorners {
        /// The ring.
        ring: RingAt,
        /// How many were left out.
        left_out: usize,
    },
    /// The corners were given clockwise (a hole's: counter-clockwise) and are kept the other way.
    Reversed {
        /// The ring.
        ring: RingAt,
    },
    /// A part without any ring was left out.
    EmptyPart {
        /// The part, counted from 0.
        part: usize,
    },
    /// Two corners in a row more than 5 km apart: a symptom of swapped digits.
    FarApart {
        /// The ring.
        ring: RingAt,
        /// The one corner.
        from: Coord<f64>,
        /// The next corner.
        to: Coord<f64>,
        /// The distance.
        metres: f64,
    },
    /// Lines cross, but so little that it is rounding: less than 0.02 m2 per km of outline.
    CrossesWithinRounding {
        /// How many crossings there are.
        places: usize,
        /// What they enclose.
        square_metres: f64,
    },
    /// Only the first 100 notes of one kind are kept.
    More {
        /// How many more there are.
        count: usize,
    },
}

impl fmt::Display for GeometryNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closed { ring } => write!(f, "{ring} was not closed; it was closed"),
            Self::RepeatedCorners { ring, left_out } => {
                write!(f, "{ring} repeats {left_out} corners; they were left out")
            }
            Self::Reversed { ring } => write!(f, "the corners of {ring} are kept in reverse order"),
            Self::EmptyPart { part } => write!(f, "part {} is empty; it was left out", part + 1),
            Self::FarApart { ring, from, to, metres } => write!(
                f,
                "two corners of {ring} in a row are {:.1} km apart: {:.7} {:.7} and {:.7} {:.7}",
                metres / 1000.0,
                from.y,
                from.x,
                to.y,
                to.x
            ),
            Self::CrossesWithinRounding { places, square_metres } => {
                write!(f, "lines cross at {places} places, by {square_metres:.4} m2: rounding")
            }
            Self::More { count } => {
                write!(f, "and {count} more (the first {MOST_PLACES} are shown)")
            }
        }
    }
}
