//! What rows say of one another: references, origins, order of dates and of bounds.
//!
//! Belongs here: the rules that need more than one cell. Does not belong here: the rules for a
//! single cell (`folder`).

use std::collections::{HashMap, HashSet};

use crate::date::PartialDate;
use crate::finding::{Finding, Rule};
use crate::folder::{Reading, Row, bad_count, bad_date, bad_decimal, bad_id, bad_state};
use crate::schema::{Kind, Role, SOURCE_TABLES, TableName};
use crate::table::stated_share;

/// Everything that is wrong between the cells and between the rows of a reading.
pub(crate) fn findings(reading: &Reading) -> Vec<Finding> {
    let mut found = duplicate_ids(&reading.rows);
    found.extend(broken_references(reading));
    found.extend(origin_circles(&reading.rows));
    for (place, row) in reading.rows.iter().enumerate() {
        found.extend(contradictions(row));
        // A cell that could not be read is blank here, and is told already: whoever finds that the
        // row lacks it would tell one fault twice.
        let column_missing = reading.with_column_missing.contains(&(row.folder.clone(), row.table));
        if !column_missing && !reading.with_cell_at_fault.contains(&place) {
            found.extend(absences(row));
        }
    }
    found
}

/// Ids are unique in the whole record, whatever the table: a statement is found again by the id of
/// its row, and a reading names duties and national provisions side by side.
fn duplicate_ids(rows: &[Row]) -> Vec<Finding> {
    let mut seen: HashMap<String, &Row> = HashMap::new();
    let mut found = Vec::new();
    for row in rows {
        let Some(id) = row.own_id() else { continue };
        if let Some(first) = seen.get(&id) {
            let message = format!(
                "the id `{id}` is already that of {}/{}:{}",
                first.folder,
                first.table.file(),
                first.line
            );
            let column = match row.table {
                TableName::TreatyStatus => "iso3",
                table => table.columns()[0].name,
            };
            found.push(row.finding(Some(column), Rule::DuplicateId, message));
        } else {
            seen.insert(id, row);
        }
    }
    found
}

fn broken_references(reading: &Reading) -> Vec<Finding> {
    let mut ids: HashSet<(TableName, String)> = reading.lost_ids.clone();
    ids.extend(reading.rows.iter().filter_map(|row| Some((row.table, row.own_id()?))));
    let is_there = |table: &TableName, id: &str| {
        reading.without_ids.contains(table) || ids.contains(&(*table, id.to_owned()))
    };
    let mut found = Vec::new();
    for row in &reading.rows {
        for (column, cell) in row.cells() {
            let (tables, wanted) = match column.kind {
                Kind::Reference(tables) | Kind::References(tables) => {
                    (tables, tables[0].singular())
                }
                _ if is_reference_as_value(row, column.name) => (TableName::ALL, "row"),
                _ => continue,
            };
            let mut told = HashSet::new();
            for id in cell.split(';') {
                if told.insert(id) && !tables.iter().any(|table| is_there(table, id)) {
                    let message = format!("there is no {wanted} with the id `{id}`");
                    found.push(row.finding(Some(column.name), Rule::BrokenReference, message));
                }
            }
        }
    }
    found
}

/// Whether the cell is the value of a general statement that names another row; a state is named
/// by its code and needs no row.
fn is_reference_as_value(row: &Row, column: &str) -> bool {
    row.table == TableName::Statements
        && column == "value"
        && row.get("value_kind") == Some("reference")
        && row.get("value").is_some_and(|value| bad_reference(value).is_none())
        && row.get("value").is_some_and(|value| bad_state(value).is_some())
}

/// What is wrong with a reference to any row, or to a state, seen by itself.
fn bad_reference(value: &str) -> Option<(Rule, String)> {
    bad_state(value)?;
    value.split(';').find_map(bad_id)
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

/// What the cells of a row say against one another.
fn contradictions(row: &Row) -> Vec<Finding> {
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
    match (row.count("n_duds"), row.count("n_tested")) {
        (_, Some(0)) => {
            let message = "a test of 0 submunitions is no test".to_owned();
            say("n_tested", Rule::ImpossibleNumber, message);
        }
        (Some(duds), Some(tested)) if duds > tested => {
            say("n_duds", Rule::DudsAboveTested, format!("{duds} duds among {tested} tested"));
        }
        _ => {}
    }
    if let (Some(published), Some(accessed)) = (row.date("date_published"), row.date("accessed"))
        && published.first_day() > accessed.last_day()
    {
        let message = format!("published {published}, but read {accessed}");
        say("accessed", Rule::ReadBeforePublished, message);
    }
    if let Some((rule, message)) = value_that_is_not_of_its_kind(row) {
        say("value", rule, message);
    }
    found
}

/// What a row lacks, given what its other cells say.
fn absences(row: &Row) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut say =
        |column: &str, rule, message| found.push(row.finding(Some(column), rule, message));
    if let Some(message) = precision_contradiction(row) {
        say("date_precision", Rule::PrecisionContradictsDate, message);
    }
    if let Some(message) = half_a_position(row) {
        say("latitude", Rule::HalfAPosition, message);
    }
    if let Some((column, message)) = says_nothing(row) {
        say(column, Rule::NothingSaid, message);
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
        ("not seen", date) => date.is_none() && row.date("date_to").is_none(),
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

/// The column to look at first, and what is lacking, where a row states nothing at all.
fn says_nothing(row: &Row) -> Option<(&'static str, String)> {
    if row.table == TableName::DudRates {
        let message = match row.count("n_duds") {
            Some(duds) => format!("{duds} duds are counted, but not how many were tested"),
            None => "no rate is stated: `n_duds` with `n_tested`, `rate_low_pct`, \
                     `rate_high_pct` and `rate_point_pct` are blank"
                .to_owned(),
        };
        return stated_share(row).is_none().then_some(("rate_point_pct", message));
    }
    let figures_only = row.table == TableName::ClearanceProductivity;
    let stating: Vec<&'static str> = (row.table.columns().iter())
        .filter(|c| c.role == Role::Content && !(figures_only && c.name == "note"))
        .map(|c| c.name)
        .collect();
    let first = *stating.first()?;
    let blank = stating.iter().all(|column| row.get(column).is_none());
    blank.then(|| (first, format!("all of these are blank: {}", stating.join(", "))))
}

fn value_that_is_not_of_its_kind(row: &Row) -> Option<(Rule, String)> {
    let (kind, value) = (row.get("value_kind")?, row.get("value")?);
    match kind {
        "count" => bad_count(value),
        "share-percent" => bad_decimal(value, 0.0, 100.0),
        "date" => bad_date(value),
        "reference" => bad_reference(value),
        _ => None,
    }
}
