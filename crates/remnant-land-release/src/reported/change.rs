//! Whether a row still says what was entered of it.
//!
//! Belongs here: comparing the event of a row with the one that stands. Does not belong here: what
//! is done about a difference, which is a person's to say.

use std::collections::BTreeSet;

use remnant_ground::Object;
use serde_json::Value;

use super::ReportedStep;
use super::row::Row;
use crate::event::Event;

/// Fields of a step that are the officer's and not the row's.
const OF_THE_OFFICER: [&str; 2] = ["count_outside", "count_again"];

/// The names of the parts of an entry that the row would say otherwise today; none where it says
/// the same.
///
/// Where a row stands in which file, the programme's word for the status and evidence that came
/// later are no change of what was decided; evidence that the row cites now and the entry does not
/// is one. A field that the ledger does not take, such as a note, cannot change anything here.
pub(super) fn parts_changed(entered: &Event, says: &ReportedStep, object: &Object) -> Vec<String> {
    let mut parts = BTreeSet::new();
    if entered.area != says.area {
        parts.insert("area".to_owned());
    }
    if entered.effective_on != says.effective_on {
        parts.insert("effective_on".to_owned());
    }
    if entered.organisation != says.organisation {
        parts.insert("organisation".to_owned());
    }
    let source = object.id.as_str().split_once('/').map_or("", |(source, _)| source);
    let stands = |reference: &str| {
        let own = format!("{source}/{reference}");
        entered.evidence.iter().any(|evidence| [reference, &own].contains(&evidence.id.as_str()))
    };
    if !Row::new(object).texts("evidence").into_iter().all(stands) {
        parts.insert("evidence".to_owned());
    }
    // A step that cannot be written as JSON was never entered.
    let of = |step| serde_json::to_value(step).unwrap_or(Value::Null);
    let (stands, would) = (of(&entered.step), of(&says.step));
    let names = |value: &Value| -> BTreeSet<String> {
        value.as_object().map(|fields| fields.keys().cloned().collect()).unwrap_or_default()
    };
    for name in names(&stands).union(&names(&would)) {
        if !OF_THE_OFFICER.contains(&name.as_str()) && stands[name] != would[name] {
            parts.insert(name.clone());
        }
    }
    parts.into_iter().collect()
}
