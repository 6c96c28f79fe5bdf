//! What past use has left elsewhere, as a table.

use remnant_record::table::Outcome;

use super::{cite_row, stated};
use crate::View;
use crate::document::{Line, Table};

/// Outcomes as a table. A count or an area that became known later than its row stays out.
pub(crate) fn table(view: &View, outcomes: &[&Outcome]) -> Table {
    let mut table = Table::new(
        "What past use has left elsewhere",
        &[
            "Place",
            "Conflict",
            "Submunitions used",
            "Items found",
            "Contaminated",
            "Casualties",
            "Cleared",
            "Source",
        ],
    );
    for outcome in outcomes {
        let id = outcome.cited.id.as_str();
        let dated = |line: Line, date: Option<remnant_record::PartialDate>| match date {
            Some(date) if !line.is_blank() => line.and(format!(" ({date})")),
            _ => line,
        };
        let used = if outcome.submunitions_low == outcome.submunitions_high {
            stated(view, id, "submunitions_low")
        } else {
            let ends =
                [stated(view, id, "submunitions_low"), stated(view, id, "submunitions_high")];
            Line::join(ends.into_iter().filter(|line| !line.is_blank()), " to ")
        };
        let years = outcome.years.as_deref().map_or_else(String::new, |y| format!(", {y}"));
        table.row(vec![
            outcome.place.as_str().into(),
            format!("{}{years}", outcome.conflict).into(),
            used,
            dated(stated(view, id, "items_found"), outcome.items_found_as_of),
            dated(stated(view, id, "contaminated_area_km2"), outcome.area_as_of),
            outcome.casualties.as_deref().unwrap_or_default().into(),
            stated(view, id, "area_cleared_km2"),
            cite_row(view, &outcome.cited),
        ]);
    }
    table
}
