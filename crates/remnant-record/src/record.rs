//! The record: all rows of all folders, and what of it was known by a day.
//!
//! Belongs here: reading folders into a record, or refusing them with all findings, and the
//! look-ups that questions start from. Does not belong here: the questions' answers.

use std::collections::HashMap;

use jiff::civil::Date;

use crate::check;
use crate::finding::Finding;
use crate::folder::{Folder, Reading, Row};
use crate::identity::{MunitionId, SourceId, StateCode, SubmunitionId};
use crate::known_from::SourceIndex;
use crate::schema::{SOURCE_TABLES, TableName};
use crate::statement::{Statement, statements};
use crate::table::{
    Cite, ClearanceFigure, DisputedReading, DudRate, Event, GeneralStatement, Munition,
    NationalRule, Obligation, Outcome, Participation, PublishedDeadline, RemnantAccident, Request,
    Source, Stockpile, Submunition, Transfer, UseIncident,
};

/// The public record, from one or more folders.
#[derive(Clone, Debug, Default)]
pub struct Record {
    rows: Vec<Row>,
    sources: SourceIndex,
    statements: Vec<Statement>,
    statement_places: HashMap<String, usize>,
    /// Types of cluster munition.
    pub munitions: Vec<Munition>,
    /// Types of submunition.
    pub submunitions: Vec<Submunition>,
    /// Statements about failure rates.
    pub dud_rates: Vec<DudRate>,
    /// Holdings and transfers.
    pub stockpiles: Vec<Stockpile>,
    /// What past use has left.
    pub outcomes: Vec<Outcome>,
    /// Documented uses.
    pub use_incidents: Vec<UseIncident>,
    /// Accidents with remnants.
    pub accidents: Vec<RemnantAccident>,
    /// States and treaties.
    pub participations: Vec<Participation>,
    /// Duties of the treaties.
    pub obligations: Vec<Obligation>,
    /// National law and policy.
    pub national_rules: Vec<NationalRule>,
    /// Events.
    pub events: Vec<Event>,
    /// Questions and demands.
    pub requests: Vec<Request>,
    /// Statements that fit no other table.
    pub general: Vec<GeneralStatement>,
    /// Transfers that a brief can be asked about.
    pub transfers: Vec<Transfer>,
    /// Readings of disputed provisions.
    pub readings: Vec<DisputedReading>,
    /// Deadlines as published.
    pub deadlines: Vec<PublishedDeadline>,
    /// What clearing has taken.
    pub clearance: Vec<ClearanceFigure>,
}

/// A record that was read, with the remarks that refuse nothing.
#[derive(Clone, Debug)]
pub struct Read {
    /// The record.
    pub record: Record,
    /// Remarks, such as sources whose publication day was not seen.
    pub notes: Vec<Finding>,
}

impl Record {
    /// Reads folders into one record.
    ///
    /// # Errors
    /// All findings of the folders, in the order of folder, file and line, when any of them is an
    /// error: a record is read whole or not at all.
    pub fn read(folders: &[Folder]) -> Result<Read, Vec<Finding>> {
        let mut reading = Reading::of(folders);
        let between = check::findings(&reading);
        reading.findings.extend(between);
        let order = |name: &str| folders.iter().position(|folder| folder.name == name);
        reading.findings.sort_by_cached_key(|f| (order(&f.folder), f.clone()));
        if reading.findings.iter().any(Finding::is_error) {
            return Err(reading.findings);
        }
        Ok(Read { record: Self::of_rows(reading.rows), notes: reading.findings })
    }

    fn of_rows(rows: Vec<Row>) -> Self {
        let mut record = Self::default();
        let is_source = |row: &&Row| SOURCE_TABLES.contains(&row.table);
        record.sources = rows
            .iter()
            .filter(is_source)
            .filter_map(Source::of)
            .map(|source| (source.id.clone(), source))
            .collect();
        for row in &rows {
            record.take(row);
        }
        let ids = record.statements.iter().map(|statement| statement.id.clone());
        record.statement_places = ids.zip(0..).collect();
        record.rows = rows;
        record
    }

    fn take(&mut self, row: &Row) {
        let s = &self.sources;
        match row.table {
            TableName::Sources | TableName::IncidentSources | TableName::LegalSources => {}
            TableName::Munitions => self.munitions.push(Munition::of(row, s)),
            TableName::Submunitions => self.submunitions.push(Submunition::of(row, s)),
            TableName::DudRates => self.dud_rates.extend(DudRate::of(row, s)),
            TableName::Stockpiles => self.stockpiles.push(Stockpile::of(row, s)),
            TableName::Outcomes => self.outcomes.push(Outcome::of(row, s)),
            TableName::UseIncidents => self.use_incidents.push(UseIncident::of(row, s)),
            TableName::RemnantAccidents => self.accidents.push(RemnantAccident::of(row, s)),
            TableName::TreatyStatus => self.participations.extend(Participation::of(row, s)),
            TableName::Obligations => self.obligations.extend(Obligation::of(row, s)),
            TableName::NationalRules => self.national_rules.push(NationalRule::of(row, s)),
            TableName::Timeline => self.events.extend(Event::of(row, s)),
            TableName::InformationRequests => self.requests.push(Request::of(row, s)),
            TableName::Statements => self.general.push(GeneralStatement::of(row, s)),
            TableName::Transfers => self.transfers.extend(Transfer::of(row, s)),
            TableName::Readings => self.readings.push(DisputedReading::of(row, s)),
            TableName::PublishedDeadlines => self.deadlines.extend(PublishedDeadline::of(row, s)),
            TableName::ClearanceProductivity => self.clearance.push(ClearanceFigure::of(row, s)),
        }
        self.statements.extend(statements(row, s));
    }

    /// All rows as they were read, in the order of the folders and files.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// All statements, whenever they became known.
    #[must_use]
    pub fn statements(&self) -> &[Statement] {
        &self.statements
    }

    /// The statement of this id.
    #[must_use]
    pub fn statement(&self, id: &str) -> Option<&Statement> {
        self.statement_places.get(id).map(|&place| &self.statements[place])
    }

    /// Statements about a subject that were known by a day: all of them, side by side.
    pub fn history<'a>(
        &'a self,
        subject: &'a str,
        known_by: Date,
    ) -> impl Iterator<Item = &'a Statement> {
        self.statements
            .iter()
            .filter(move |statement| statement.is_known_by(known_by) && statement.is_about(subject))
    }

    /// The source of this id.
    #[must_use]
    pub fn source(&self, id: &SourceId) -> Option<&Source> {
        self.sources.get(id)
    }

    /// All sources, by id.
    #[must_use]
    pub fn sources(&self) -> Vec<&Source> {
        let mut sources: Vec<&Source> = self.sources.values().collect();
        sources.sort_by(|a, b| a.id.cmp(&b.id));
        sources
    }

    /// The munition of this id, if it was known by a day.
    #[must_use]
    pub fn munition(&self, id: &MunitionId, known_by: Date) -> Option<&Munition> {
        known(&self.munitions, known_by).find(|munition| munition.id == *id)
    }

    /// The submunition of this id. Types are named in other rows, so the row itself answers
    /// whatever the day; what it says is for [`Cited::is_known_by`](crate::table::Cited).
    #[must_use]
    pub fn submunition(&self, id: &SubmunitionId) -> Option<&Submunition> {
        self.submunitions.iter().find(|submunition| submunition.id == *id)
    }

    /// The transfer of this id.
    #[must_use]
    pub fn transfer(&self, id: &str) -> Option<&Transfer> {
        self.transfers.iter().find(|transfer| transfer.cited.id == id)
    }

    /// The name of a state, as the record writes it.
    #[must_use]
    pub fn state_name(&self, state: &StateCode) -> Option<&str> {
        self.participations
            .iter()
            .find(|participation| participation.state == *state)
            .map(|participation| participation.state_name.as_str())
    }

    /// The state whose code or name in the record this is, whatever its case.
    #[must_use]
    pub fn state_named(&self, name: &str) -> Option<StateCode> {
        self.participations
            .iter()
            .find(|p| {
                p.state.as_str().eq_ignore_ascii_case(name)
                    || p.state_name.to_lowercase() == name.to_lowercase()
            })
            .map(|p| p.state.clone())
    }

    /// How many rows each table has.
    #[must_use]
    pub fn row_counts(&self) -> Vec<(TableName, usize)> {
        let mut counts: HashMap<TableName, usize> = HashMap::new();
        for row in &self.rows {
            *counts.entry(row.table).or_default() += 1;
        }
        TableName::ALL.iter().filter_map(|t| Some((*t, *counts.get(t)?))).collect()
    }
}

/// The rows that were known by a day.
pub fn known<T: Cite>(rows: &[T], known_by: Date) -> impl Iterator<Item = &T> {
    rows.iter().filter(move |row| row.cited().is_known_by(known_by))
}
