//! maXML: the field reports that IMSMA NG exchanges.
//!
//! Belongs here: which elements are reports, and of what type. Does not belong here: what a field of
//! a report means.
//!
//! Read at its source: the pages "MineActionFieldReport" and "FieldReportInfo Artifact" of the IMSMA
//! wiki of the Geneva International Centre for Humanitarian Demining, and its MARS instructions. They
//! say that reports stand as `FieldReport` under the root `MineActionFieldReport` after a
//! `DocumentHeader`; that each has a `FieldReportInfo`, whose attributes are `reportGUID` (the version
//! of the form), `reportID` and `fieldReportGUID` (the report), and one item: `Accident`, `Hazard`,
//! `HazardReduction`, `Location`, `MREActivity`, `QAActivity`, `Victim` or `VictimAssistance`, perhaps
//! with attachments; and that other ("auxiliary") data stands directly under the root.
//!
//! Not read at a source: the schema itself, the inside of the items, and how their points and
//! polygons are written. So nothing here depends on those: every element of a report becomes a column
//! by its path, or a child sheet where it repeats, and places stay the cells that they are. No row has
//! a geometry.

use super::Role;
use super::element::Element;

pub(super) fn role(depth: usize, name: &str) -> Role {
    match (depth, name) {
        (_, "FieldReport") => Role::Record,
        (0, _) => Role::Around,
        (_, "DocumentHeader") => Role::LeftOut(true),
        _ => Role::Record,
    }
}

/// The type of a report: the name of its item.
pub(super) fn kind(report: &Element) -> String {
    let item = report.children.iter().find(|child| {
        child.name != "FieldReportInfo" && !child.name.eq_ignore_ascii_case("attachment")
    });
    match item {
        Some(item) if report.name == "FieldReport" => item.name.clone(),
        _ => report.name.clone(),
    }
}
