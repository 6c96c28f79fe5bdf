//! Tables of the page on the survey in boxes.

use remnant_ground::cmrs::{BoxResult, LimitReason, Parameters};

use super::{code, markdown};

pub(crate) fn all() -> Vec<(&'static str, String)> {
    vec![("parameters", parameters()), ("results", results()), ("open-limits", open_limits())]
}

fn parameters() -> String {
    let row = |row: remnant_ground::cmrs::ParameterRow| {
        assert!(row.verified != row.source.starts_with("UNVERIFIED"), "{row:?}");
        vec![code(row.name), row.value, row.unit, row.source]
    };
    let rows = Parameters::default().rows().into_iter().map(row);
    markdown(&["Parameter", "Default", "Unit", "Where it is from"], rows)
}

fn results() -> String {
    let row = |result: BoxResult| vec![code(result.code()), result.words().to_owned()];
    markdown(&["`--result`", "What it means"], BoxResult::ALL.map(row))
}

fn open_limits() -> String {
    let reasons = [
        LimitReason::NotSearched,
        LimitReason::PartlySearched,
        LimitReason::CannotBeSearched,
        LimitReason::FragmentsFound,
        LimitReason::CmrFound,
        LimitReason::ZoneLimit,
    ];
    let row = |reason: LimitReason| {
        // A new reason belongs in the list above.
        match reason {
            LimitReason::NotSearched
            | LimitReason::PartlySearched
            | LimitReason::CannotBeSearched
            | LimitReason::FragmentsFound
            | LimitReason::CmrFound
            | LimitReason::ZoneLimit => {}
        }
        let name = serde_json::to_value(reason).unwrap();
        vec![code(name.as_str().unwrap()), reason.words().to_owned()]
    };
    markdown(&["In JSON", "As it is printed"], reasons.map(row))
}
