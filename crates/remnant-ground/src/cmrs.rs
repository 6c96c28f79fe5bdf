//! Cluster munition remnants survey: boxes on a grid, from evidence points outward.
//!
//! Belongs here: the parameters a programme settles, the grid, the boxes as they were searched,
//! which are next, the confirmed area by a printed rule, sheets and files for the field, and the
//! survey held against later finds. Does not belong here: detection probabilities (the caller's),
//! what is probable (`remnant-estimate`), decisions about land (`remnant-land-release`). Nothing
//! here is an operating procedure.
//!
//! # Source
//! The method as HALO, MAG and NPA agreed it in 2019 and IMAS 08.20/02 (2024) took it up. Neither
//! text was read: every number is a [`Parameter`] that says so.

mod box_id;
mod confirmed;
#[cfg(test)]
mod drawn;
mod fault;
mod feedback;
mod field_file;
mod grid;
mod limit;
mod meaning;
mod next;
mod parameters;
mod plane;
mod region;
mod sheet;
mod survey;
mod survey_box;
#[cfg(test)]
mod tests;

pub use box_id::{BoxId, KilometreSquare};
pub use confirmed::{
    Area, ConfirmationRule, ConfirmedArea, RULE_NAME, RULE_VERSION, confirmed_area,
};
pub use fault::CmrsFault;
pub use feedback::{
    Comparison, EmptyBoxWithFinds, FindOutside, LaterFind, compare_with_later_finds,
};
pub use field_file::FieldFile;
pub use grid::{BoxShape, Grid, MOST_BOXES};
pub use limit::{LimitReason, OpenLimit};
pub use meaning::{BoxResult, Colours, StopReason};
pub use next::{NextBox, NextBoxes, Why, next_boxes};
pub use parameters::{
    BoxOrigin, NeighbourRule, OldEvidencePoints, Parameter, ParameterRow, Parameters, SearchRule,
    StopRule,
};
pub use sheet::{Sheet, SheetBox, SheetPoint, sheets};
pub use survey::{EvidencePoint, Standing, Survey};
pub use survey_box::{OpenedBy, SurveyBox};
