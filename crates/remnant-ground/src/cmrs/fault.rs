//! What is wrong with a survey's parameters, grid, ids or boxes.
//!
//! Belongs here: each fault with the values at fault and what to do about it. Does not belong here:
//! finding them (the modules that read and check).

use remnant_record::SquareMetres;

use crate::coordinate::{CoordinateFault, UtmZone};
use crate::object::{ObjectId, ObjectKind};

use super::box_id::BoxId;
use super::meaning::BoxResult;

/// One thing that is wrong with what a survey is made from.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum CmrsFault {
    /// A parameter with a value that cannot be.
    #[error("parameter `{name}` is {value}: {why}")]
    Parameter {
        /// The parameter.
        name: &'static str,
        /// Its value as it was given.
        value: String,
        /// What it must be.
        why: &'static str,
    },
    /// A parameter in another unit than the one it is used in.
    #[error("parameter `{name}` is given in `{unit}`, but is used in `{expected}`")]
    Unit {
        /// The parameter.
        name: &'static str,
        /// The unit as it was given.
        unit: String,
        /// The unit it is used in.
        expected: &'static str,
    },
    /// A parameter that does not say where its value is from.
    #[error("parameter `{name}` names no source")]
    NoSource {
        /// The parameter.
        name: &'static str,
    },
    /// The grid was laid with other boxes than the parameters say.
    #[error("the grid has boxes of {grid} m, the parameters say {parameters} m")]
    BoxSizeDiffers {
        /// Metres, of the grid.
        grid: u32,
        /// Metres, of the parameters.
        parameters: u32,
    },
    /// A text that is no box id.
    #[error("`{0}` is not the id of a box, such as 48QVE5123-50-r07c13")]
    BadBoxId(String),
    /// A text that names no kilometre square.
    #[error("`{0}` is not the name of a kilometre square, such as 48QVE5123")]
    BadSquare(String),
    /// A text that is no grid.
    #[error("`{0}` is not the name of a grid, such as 48N-50")]
    BadGrid(String),
    /// A position that lies in the grid of another zone.
    #[error("longitude {longitude}, latitude {latitude} lies in zone {}, not in {}", words(*.its), words(*.grid))]
    OtherZone {
        /// Degrees east.
        longitude: f64,
        /// Degrees north.
        latitude: f64,
        /// The zone it lies in.
        its: UtmZone,
        /// The zone of the grid.
        grid: UtmZone,
    },
    /// A position that has no UTM coordinates, or is no position.
    #[error("{0}")]
    Coordinate(#[from] CoordinateFault),
    /// More boxes than can be laid out at once.
    #[error("the area would take {boxes} boxes; at most {most} are laid out at once")]
    TooManyBoxes {
        /// How many it would take.
        boxes: u64,
        /// How many there may be.
        most: u64,
    },
    /// An object that is not a box.
    #[error("`{id}` is {}, not a survey box", kind.one())]
    NotABox {
        /// Its id.
        id: ObjectId,
        /// What it is.
        kind: ObjectKind,
    },
    /// A field of a box that cannot be read.
    #[error("`{id}`: `{value}` cannot be read as {field}")]
    Field {
        /// The box.
        id: ObjectId,
        /// The field.
        field: &'static str,
        /// What is there; blank where nothing is.
        value: String,
    },
    /// A box of another grid than the one surveyed.
    #[error("`{id}` is a box of another grid than {grid}")]
    OtherGrid {
        /// The box.
        id: BoxId,
        /// The grid's name.
        grid: String,
    },
    /// More searched than the box holds.
    #[error("box {id}: {searched} are said to be searched, but the box has {whole}")]
    MoreThanTheBox {
        /// The box.
        id: BoxId,
        /// Said to be searched.
        searched: SquareMetres,
        /// The box's own size on the grid.
        whole: SquareMetres,
    },
    /// A result that contradicts what else is said of the box.
    #[error("box {id}: result `{}` contradicts {with}", .result.code())]
    Contradiction {
        /// The box.
        id: BoxId,
        /// The result as recorded.
        result: BoxResult,
        /// What it contradicts, in words.
        with: String,
    },
    /// A chance of finding that is no probability.
    #[error("a detection probability of {0} is not between 0 and 1")]
    DetectionProbability(f64),
}

/// `48 north`.
fn words(zone: UtmZone) -> String {
    format!("{} {}", zone.number(), if zone.is_north() { "north" } else { "south" })
}

impl CmrsFault {
    /// What can be done about it.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::Parameter { .. } => "correct the value in the project's survey parameters",
            Self::Unit { .. } => "convert the value to the unit it is used in, or correct the unit",
            Self::NoSource { .. } => {
                "name the document and its edition, or write `UNVERIFIED` and what the value follows"
            }
            Self::BoxSizeDiffers { .. } => {
                "lay a new grid with the new box size; boxes of two sizes are two surveys"
            }
            Self::BadBoxId(_) => "copy the id from the sheet: square, box size, row, column",
            Self::BadGrid(_) => "write zone, hemisphere and box size, as in 48N-50",
            Self::BadSquare(_) => "write zone, band, two letters and two digits each way",
            Self::OtherZone { .. } => "lay a second grid in that zone: a box never spans two zones",
            Self::Coordinate(fault) => fault.help(),
            Self::TooManyBoxes { .. } => "take a smaller area, or survey it in several parts",
            Self::NotABox { .. } => "give boxes only",
            Self::Field { .. } => "correct the cell in the box's record",
            Self::OtherGrid { .. } => "survey each grid by itself, or correct the id",
            Self::MoreThanTheBox { .. } => {
                "count each square metre once, however often it was passed over"
            }
            Self::Contradiction { .. } => "ask the team which of the two is right",
            Self::DetectionProbability(_) => "give a share between 0 and 1",
        }
    }
}
