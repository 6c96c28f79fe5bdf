//! Statements: one sourced sentence each, in one form for all tables.
//!
//! Belongs here: what every row says, cell by cell, so that anything that the record holds can be
//! listed side by side and walked back to its sources. Does not belong here: the types that rules
//! and models work on (`table`), choosing among statements.

use jiff::civil::Date;
use serde::Serialize;

use crate::date::PartialDate;
use crate::folder::Row;
use crate::identity::SourceId;
use crate::known_from::{KnownFrom, SourceIndex, known_from, source_ids};
use crate::schema::{Role, TableName};
use crate::share::StatedShare;
use crate::table::stated_share;

/// One sourced sentence: what is said of which subject, by whom, valid when, known when.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Statement {
    /// Row and property, as in `m864#submunitions_per_munition`.
    pub id: String,
    /// The row's id.
    pub row: String,
    /// The table.
    pub table: TableName,
    /// The folder that the row came from.
    pub folder: String,
    /// The line of the file.
    pub line: u64,
    /// What it is about: the row itself, or the subject that the row names.
    pub subject: String,
    /// Everything that it can be found under: ids of munitions, submunitions and states, places.
    pub about: Vec<String>,
    /// Which property of the subject.
    pub property: String,
    /// What is said of it.
    pub value: Value,
    /// The unit of a count, where the row names one: `states`, `rounds`.
    pub unit: Option<String>,
    /// Valid from.
    pub valid_from: Option<PartialDate>,
    /// Valid until.
    pub valid_to: Option<PartialDate>,
    /// The day from which it was public, and on what that rests.
    pub known_from: KnownFrom,
    /// Its sources; several corroborate one statement.
    pub sources: Vec<SourceId>,
    /// Where in the source.
    pub locator: Option<String>,
    /// Whose statement it is, where the row says so.
    pub speaker: Option<String>,
    /// Reported, announced, decided, confirmed, denied, scheduled.
    pub standing: Option<String>,
    /// What kind of evidence it is, in the words of its table.
    pub evidence: Option<String>,
    /// The statement of the same table that it repeats.
    pub same_origin_as: Option<String>,
}

/// The value of a statement. Open bounds stay open, partial dates keep their precision.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Value {
    /// Words.
    Text(String),
    /// A whole number.
    Count(u64),
    /// A decimal number with its unit.
    Number {
        /// The number.
        number: f64,
        /// Its unit.
        unit: String,
    },
    /// A share.
    Share(StatedShare),
    /// A date.
    Date(PartialDate),
    /// The id of another row.
    Reference(String),
}

impl Value {
    /// The value as a person reads it.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Text(text) | Self::Reference(text) => text.clone(),
            Self::Count(count) => count.to_string(),
            Self::Number { number, unit } => format!("{number} {unit}"),
            Self::Share(share) => share.to_string(),
            Self::Date(date) => date.to_string(),
        }
    }
}

impl Statement {
    /// What is said, as a person reads it, with its unit.
    #[must_use]
    pub fn words(&self) -> String {
        match &self.unit {
            Some(unit) => format!("{} {unit}", self.value.words()),
            None => self.value.words(),
        }
    }

    /// Whether the statement was public by a day.
    #[must_use]
    pub fn is_known_by(&self, day: Date) -> bool {
        self.known_from.day <= day
    }

    /// Whether the statement is about something of this name.
    #[must_use]
    pub fn is_about(&self, subject: &str) -> bool {
        self.row.eq_ignore_ascii_case(subject)
            || self.about.iter().any(|about| about.eq_ignore_ascii_case(subject))
    }
}

/// What a row says: a statement for each cell that states something, and for a failure rate one
/// statement for the cells that state it together. A rate that stands beside that one, such as a
/// bound beside a count, is a statement of its own: nothing that a row says is left out.
pub(crate) fn statements(row: &Row, sources: &SourceIndex) -> Vec<Statement> {
    let mut found = Vec::new();
    let share = stated_share(row);
    let told_by_the_share: &[&str] = match share {
        None => &[],
        Some(StatedShare::Count { .. }) => &["n_duds"],
        Some(StatedShare::Point(_)) => &["rate_point_pct"],
        Some(_) => &["rate_low_pct", "rate_high_pct"],
    };
    if let Some(share) = share {
        found.push(statement(row, "dud-rate", Value::Share(share), sources));
    }
    for (column, cell) in row.cells() {
        if column.role == Role::Content && !told_by_the_share.contains(&column.name) {
            found.push(statement(row, column.name, value(row, column.name, cell), sources));
        }
    }
    found
}

fn statement(row: &Row, column: &str, value: Value, sources: &SourceIndex) -> Statement {
    let property = match row.table {
        TableName::Statements if column == "value" => row.text("property"),
        _ => column.to_owned(),
    };
    let valid_from = match (row.table, column) {
        (TableName::Outcomes, "items_found") => row.date("items_found_as_of"),
        (TableName::Outcomes, "contaminated_area_km2") => row.date("area_as_of"),
        (TableName::TreatyStatus, _) => row.date(column),
        (TableName::InformationRequests, "answer" | "answer_status") => row.date("answer_date"),
        _ => {
            first_date(row, &["valid_from", "in_force_from", "date_from", "date", "as_of", "year"])
        }
    };
    let known = known_from(row, column, sources);
    // The end of a provision is a statement of its own, known later than the provision.
    let end_known = known_from(row, "in_force_to", sources).day <= known.day;
    let valid_to = match row.table {
        TableName::NationalRules if !end_known => None,
        _ => first_date(row, &["valid_to", "in_force_to", "date_to"]),
    };
    Statement {
        id: format!("{}#{property}", row.id()),
        row: row.id(),
        table: row.table,
        folder: row.folder.clone(),
        line: row.line,
        subject: subject(row),
        about: about(row),
        property,
        unit: row.get("unit").filter(|_| matches!(value, Value::Count(_))).map(str::to_owned),
        value,
        valid_from,
        valid_to,
        known_from: known,
        sources: source_ids(row, column),
        locator: row.get("locator").map(str::to_owned),
        speaker: first_text(
            row,
            &["claimed_by", "speaker", "attribution", "attribution_by", "asker"],
        ),
        standing: first_text(row, &["claim_status", "standing"]),
        evidence: row.get("evidence").map(str::to_owned),
        same_origin_as: row.get("same_origin_as").map(str::to_owned),
    }
}

fn value(row: &Row, column: &str, cell: &str) -> Value {
    use crate::schema::Kind;
    if (row.table, column) == (TableName::Statements, "value") {
        return general_value(row, cell);
    }
    let text = || Value::Text(cell.to_owned());
    match row.table.column(column).map(|column| column.kind) {
        Some(Kind::Count) => row.count(column).map_or_else(text, Value::Count),
        Some(Kind::Date) => row.date(column).map_or_else(text, Value::Date),
        Some(Kind::Percent) => row.percent(column).map_or_else(text, |percent| {
            Value::Share(match column {
                "rate_low_pct" => StatedShare::AtLeast(percent),
                "rate_high_pct" => StatedShare::AtMost(percent),
                _ => StatedShare::Point(percent),
            })
        }),
        Some(Kind::Reference(_)) => Value::Reference(cell.to_owned()),
        Some(Kind::Decimal(..)) => row
            .decimal(column)
            .map_or_else(text, |number| Value::Number { number, unit: unit_of(column).to_owned() }),
        _ => text(),
    }
}

/// The unit that a column's name carries.
fn unit_of(column: &str) -> &'static str {
    match column {
        "contaminated_area_km2" | "area_cleared_km2" => "km²",
        "area_cleared_m2" => "m²",
        "team_months" => "team-months",
        _ => "",
    }
}

fn general_value(row: &Row, cell: &str) -> Value {
    let text = || Value::Text(cell.to_owned());
    match row.get("value_kind") {
        Some("count") => cell.parse().map_or_else(|_| text(), Value::Count),
        Some("date") => cell.parse().map_or_else(|_| text(), Value::Date),
        Some("reference") => Value::Reference(cell.to_owned()),
        Some("share-percent") => {
            row.percent("value").map_or_else(text, |share| Value::Share(StatedShare::Point(share)))
        }
        _ => text(),
    }
}

fn subject(row: &Row) -> String {
    match row.table {
        TableName::Statements => row.text("subject"),
        TableName::DudRates => format!("submunition {}", row.text("submunition_id")),
        TableName::Stockpiles => format!("stockpile of {}", row.text("holder_country")),
        TableName::TreatyStatus | TableName::PublishedDeadlines => {
            format!("{} and the {}", row.text("iso3"), row.text("treaty"))
        }
        table => format!("{} {}", table.singular(), row.id()),
    }
}

/// Columns whose cells are names under which somebody may look for the row.
const ABOUT: &[&str] = &[
    "id",
    "munition_id",
    "submunition_id",
    "country_iso3",
    "iso3",
    "state",
    "country",
    "holder_country",
    "place",
    "conflict",
    "supplier_iso3",
    "recipient_iso3",
    "opponent_iso3",
    "treaty",
    "instrument",
    "key",
];

fn about(row: &Row) -> Vec<String> {
    let mut about: Vec<String> =
        ABOUT.iter().filter_map(|column| row.get(column)).map(str::to_owned).collect();
    for column in ["munition_ids", "transit_iso3", "provisions"] {
        about.extend(row.ids(column));
    }
    if let Some(subject) = row.get("subject") {
        about.push(subject.to_owned());
        about.extend(subject.split_once(' ').map(|(_, id)| id.to_owned()));
    }
    about.sort();
    about.dedup();
    about
}

fn first_date(row: &Row, columns: &[&str]) -> Option<PartialDate> {
    columns.iter().find_map(|column| row.date(column))
}

fn first_text(row: &Row, columns: &[&str]) -> Option<String> {
    columns.iter().find_map(|column| row.get(column)).map(str::to_owned)
}
