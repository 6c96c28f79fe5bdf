//! Charts as SVG, drawn on the server: the page, the print and the saved file show one and the same.
//!
//! Belongs here: pure functions from what is to be shown to SVG. Each chart has its own
//! plain input, defined beside it. Does not belong here: choosing, computing or rounding what is shown
//! beyond the digits of a label, HTML around the chart, reading the record.
//!
//! **Rules for all charts.** Nothing is told by colour alone: shape, hatch or words say it too, and red
//! never stands against green. Text is legible on a screen 360 pixels wide. What nobody knows is drawn,
//! and drawn differently from nought. No script, no `style` attribute, no address of another host.

pub mod calibration;
pub mod forest;
pub mod interval;
pub mod survey_sheet;
mod svg;
pub mod timeline;
pub mod waterfall;
pub mod world;
