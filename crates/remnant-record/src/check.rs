//! What rows say of one another: references, origins, order of dates and of bounds.
//!
//! Belongs here: the rules that need more than one cell. Does not belong here: the rules for a
//! single cell (`folder`).

use std::collections::{HashMap, HashSet};

use crate::date::PartialDate;
use crate::finding::{Finding, Rule};
use crate::folder::{Reading, Row, bad_count, bad_decimal};
use crate::schema::{Kind, SOURCE_TABLES, TableName};

/// Everything that is wrong between the cells and between the rows of a reading.
pub(crate) fn findings(reading: &Reading) -> Vec<Finding> {
    let mut found = duplicate_ids(&reading.rows);
    found.extend(broken_references(reading));
    found.extend(origin_circles(&reading.rows));
    for row in &reading.rows {
        found.extend(within_a_row(row));
    }
    found
}

/// Ids are unique among the rows that a reference can mean: the three source tables together,
/// each other table by itself.
fn duplicate_ids(rows: &[Row]) -> Vec<Finding> {
    let mut seen: HashMap<(TableName, String), &Row> = HashMap::new();
    let mut found = Vec::new();
    for row in rows {
        let space = if SOURCE_TABLES.contains(&row.table) { TableName::Sources } else { row.table };
        let id = row.id();
        if let Some(first) = seen.get(&(space, id.clone())) {
            let message = format!(
                "the id `{id}` is already that of {}/{}:{}",
                first.folder,
                first.table.file(),
                first.line
            );
            found.push(row.finding(None, Rule::DuplicateId, message));
        } else {
            seen.insert((space, id), row);
        }
    }
    found
}

fn broken_references(reading: &Reading) -> Vec<Finding> {
    let mut ids: HashMap<TableName, HashSet<String>> = HashMap::new();
    for row in &reading.rows {
        ids.entry(row.table).or_default().insert(row.id());
    }
    let at_fault: HashSet<&str> = reading.ids_at_fault.iter().map(String::as_str).collect();
    let mut found = Vec::new();
    for row in &reading.rows {
        for (column, cell) in row.cells() {
            let (Kind::Reference(tables) | Kind::References(tables)) = column.kind else {
                continue;
            };
            for id in cell.split(';') {
                let there = tables.iter().any(|t| ids.get(t).is_some_and(|set| set.contains(id)));
                if !there && !at_fault.contains(id) {
                    let wanted = tables[0].singular();
                    let message = format!("there is no {wanted} with the id `{id}`");
                    found.push(row.finding(Some(column.name), Rule::BrokenReference, message));
                }
            }
        }
    }
    found
}

/// Each row from which following `same_origin_as` comes back to the row itself.
fn origin_circles(rows: &[Row]) -> Vec<Finding> {
    let origins: HashMap<(TableName, String), String> = rows
        .iter()
        .filter_map(|row| Some(((row.table, row.id()), row.get("same_origin_as")?.to_owned())))
        .collect();
    let mut found = Vec::new();
    for row in rows {
        let start = row.id();
        let mut at = start.clone();
        for _ in 0..=origins.len() {
            let Some(next) = origins.get(&(row.table, at.clone())) else { break };
            if *next == start {
                let message = format!("`{start}` has the same origin as itself");
                found.push(row.finding(Some("same_origin_as"), Rule::SameOriginCircle, message));
                break;
            }
            at.clone_from(next);
        }
    }
    found
}

/// Pairs of columns of which the first may not be after, or above, the second.
const DATES_IN_ORDER: &[(&str, &str)] = &[
    ("date_from", "date_to"),
    ("in_force_from", "in_force_to"),
    ("valid_from", "valid_to"),
    ("signed", "ratified_or_acceded"),
    ("ratified_or_acceded", "entry_into_force"),
    ("withdrawal_deposited", "withdrawn_effective"),
    ("date", "answer_date"),
];
const BOUNDS_IN_ORDER: &[(&str, &str)] = &[
    ("rate_low_pct", "rate_high_pct"),
    ("submunitions_low", "submunitions_high"),
    ("munitions_low", "munitions_high"),
];

fn within_a_row(row: &Row) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut say =
        |column: &str, rule, message| found.push(row.finding(Some(column), rule, message));
    for (first, second) in DATES_IN_ORDER {
        if let (Some(from), Some(to)) = (row.date(first), row.date(second))
            && from.first_day() > to.last_day()
        {
            let message = format!("`{first}` is {from}, after `{second}`, which is {to}");
            say(second, Rule::DatesReversed, message);
        }
    }
    for (low, high) in BOUNDS_IN_ORDER {
        if let (Some(l), Some(h)) = (row.decimal(low), row.decimal(high))
            && l > h
        {
            say(high, Rule::LowAboveHigh, format!("`{low}` is {l}, above `{high}`, which is {h}"));
        }
    }
    if let (Some(duds), Some(tested)) = (row.count("n_duds"), row.count("n_tested"))
        && duds > tested
    {
        say("n_duds", Rule::DudsAboveTested, format!("{duds} duds among {tested} tested"));
    }
    if let Some(message) = precision_contradiction(row) {
        say("date_precision", Rule::PrecisionContradictsDate, message);
    }
    if let Some(message) = half_a_position(row) {
        say("latitude", Rule::HalfAPosition, message);
    }
    if let (Some(published), Some(accessed)) = (row.date("date_published"), row.date("accessed"))
        && published.first_day() > accessed.last_day()
    {
        let message = format!("published {published}, but read {accessed}");
        say("accessed", Rule::ReadBeforePublished, message);
    }
    if says_nothing(row) {
        say("note", Rule::NothingSaid, "the row states no value and has no note".to_owned());
    }
    if let Some((rule, message)) = value_that_is_not_of_its_kind(row) {
        say("value", rule, message);
    }
    if SOURCE_TABLES.contains(&row.table) && row.date("date_published").is_none() {
        let message = format!("the day on which `{}` was published was not seen", row.id());
        say("date_published", Rule::PublicationNotSeen, message);
    }
    found
}

fn precision_contradiction(row: &Row) -> Option<String> {
    let precision = row.get("date_precision")?;
    let date = row.date("date_from").or_else(|| row.date("date"));
    let agrees = match (precision, date) {
        ("not seen", date) => date.is_none(),
        ("reported", date) => date.is_some(),
        ("range", date) => {
            // One end may be a whole month or year, which is a range by itself.
            date.is_some_and(|d| row.date("date_to").is_some() || d.day().is_none())
        }
        (stated, Some(date)) => stated == date.precision(),
        (_, None) => false,
    };
    let written = date.map_or_else(|| "blank".to_owned(), |d: PartialDate| d.to_string());
    (!agrees).then(|| format!("the precision is `{precision}`, but the date is {written}"))
}

fn half_a_position(row: &Row) -> Option<String> {
    let parts = ["latitude", "longitude", "location_basis", "location_uncertainty_m"];
    let given: Vec<_> = parts.into_iter().filter(|part| row.get(part).is_some()).collect();
    (!given.is_empty() && given.len() < parts.len())
        .then(|| format!("of a position there is only: {}", given.join(", ")))
}

fn says_nothing(row: &Row) -> bool {
    let values: &[&str] = match row.table {
        TableName::DudRates => &["n_duds", "rate_low_pct", "rate_high_pct", "rate_point_pct"],
        TableName::Stockpiles => &["quantity_munitions", "quantity_submunitions", "note"],
        TableName::ClearanceProductivity => &["items_found", "area_cleared_m2", "team_months"],
        _ => return false,
    };
    values.iter().all(|column| row.get(column).is_none())
}

fn value_that_is_not_of_its_kind(row: &Row) -> Option<(Rule, String)> {
    let (kind, value) = (row.get("value_kind")?, row.get("value")?);
    match kind {
        "count" => bad_count(value),
        "share-percent" => bad_decimal(value, 0.0, 100.0),
        "date" => {
            value.parse::<PartialDate>().err().map(|error| (Rule::BadDate, error.to_string()))
        }
        _ => None,
    }
}
