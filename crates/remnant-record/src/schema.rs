//! The tables of a record folder: which columns they have and what a cell may hold.
//!
//! Belongs here: the form of the data, as data. Does not belong here: reading a file against it
//! (`folder`), what a row means (`table`).

use std::fmt;

use serde::{Serialize, Serializer};

macro_rules! tables {
    ($($(#[$doc:meta])* $name:ident, $file:literal, $singular:literal, $columns:expr;)*) => {
        /// A table of the record.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum TableName { $($(#[$doc])* $name,)* }

        impl TableName {
            /// All tables.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The name of the table's file.
            #[must_use]
            pub fn file(self) -> &'static str {
                match self { $(Self::$name => $file,)* }
            }

            /// What one row of the table is called.
            #[must_use]
            pub fn singular(self) -> &'static str {
                match self { $(Self::$name => $singular,)* }
            }

            /// The columns, in the order of the file.
            #[must_use]
            pub fn columns(self) -> &'static [Column] {
                match self {
                    $(Self::$name => {
                        const COLUMNS: &[Column] = $columns;
                        COLUMNS
                    })*
                }
            }
        }
    };
}

impl TableName {
    /// The table kept in a file of this name.
    #[must_use]
    pub fn of_file(file: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|table| table.file() == file)
    }

    /// The column of this name.
    #[must_use]
    pub fn column(self, name: &str) -> Option<&'static Column> {
        self.columns().iter().find(|column| column.name == name)
    }
}

impl fmt::Display for TableName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.file().trim_end_matches(".csv"))
    }
}

impl Serialize for TableName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// What a cell of a column may hold.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// The row's own id: lower-case letters, digits, hyphens.
    Id,
    /// Any text.
    Text,
    /// Ids of rows of these tables, split by `;`.
    References(&'static [TableName]),
    /// The id of one row of these tables.
    Reference(&'static [TableName]),
    /// A date as precise as it was seen.
    Date,
    /// A whole number, not negative.
    Count,
    /// A share in per cent.
    Percent,
    /// A decimal number from the first bound to the second.
    Decimal(f64, f64),
    /// An ISO 3166-1 alpha-3 code.
    State,
    /// Several such codes, split by `;`.
    States,
    /// One of these words.
    Word(&'static [&'static str]),
}

/// What a cell does in a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It is something that the row states.
    Content,
    /// It says who, when, where or on what authority.
    Context,
}

/// One column of a table.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// The name in the header.
    pub name: &'static str,
    /// What its cells may hold.
    pub kind: Kind,
    /// Whether its cells may not be blank.
    pub required: bool,
    /// Whether the file may lack the column.
    pub optional: bool,
    /// What its cells do in a statement.
    pub role: Role,
}

impl Column {
    const fn new(name: &'static str, kind: Kind) -> Self {
        Self { name, kind, required: false, optional: false, role: Role::Context }
    }

    const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    const fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    const fn states(mut self) -> Self {
        self.role = Role::Content;
        self
    }
}

const fn id(name: &'static str) -> Column {
    Column::new(name, Kind::Id).required()
}
const fn text(name: &'static str) -> Column {
    Column::new(name, Kind::Text)
}
const fn date(name: &'static str) -> Column {
    Column::new(name, Kind::Date)
}
const fn count(name: &'static str) -> Column {
    Column::new(name, Kind::Count)
}
const fn percent(name: &'static str) -> Column {
    Column::new(name, Kind::Percent)
}
const fn decimal(name: &'static str, low: f64, high: f64) -> Column {
    Column::new(name, Kind::Decimal(low, high))
}
const fn state(name: &'static str) -> Column {
    Column::new(name, Kind::State)
}
const fn word(name: &'static str, words: &'static [&'static str]) -> Column {
    Column::new(name, Kind::Word(words))
}
const fn sources(name: &'static str) -> Column {
    Column::new(name, Kind::References(SOURCE_TABLES))
}
const fn munition(name: &'static str) -> Column {
    Column::new(name, Kind::Reference(&[TableName::Munitions]))
}
const fn submunition(name: &'static str) -> Column {
    Column::new(name, Kind::Reference(&[TableName::Submunitions]))
}

/// The three tables of sources; an id is looked for in all of them.
pub const SOURCE_TABLES: &[TableName] =
    &[TableName::Sources, TableName::IncidentSources, TableName::LegalSources];

const YES_NO_UNKNOWN: &[&str] = &["yes", "no", "unknown"];
const STANDINGS: &[&str] =
    &["reported", "announced", "decided", "confirmed", "denied", "scheduled"];
const DATE_PRECISIONS: &[&str] = &["day", "month", "year", "range", "reported", "not seen"];
const TREATIES: &[&str] = &["CCM", "CCW-P5", "APMBC"];
const KNOWN_FROM: Column = date("known_from").optional();
const KNOWN_FROM_BASIS: Column = text("known_from_basis").optional();
/// No square kilometre figure can pass the land surface of the Earth, some 149 million.
const AREA_KM2: (f64, f64) = (0.0, 149_000_000.0);
const AREA_M2: (f64, f64) = (0.0, 149.0e12);

const fn source_columns(publisher: &'static str) -> [Column; 8] {
    [
        id("source_id"),
        text("title").required(),
        text(publisher).required(),
        date("date_published"),
        text("url"),
        text("kind").required(),
        date("accessed").required(),
        text("note"),
    ]
}

tables! {
    /// Sources on munitions, dud rates, stockpiles and outcomes.
    Sources, "sources.csv", "source", &source_columns("author_publisher");
    /// Sources on use incidents and accidents.
    IncidentSources, "incident_sources.csv", "source",
        &source_columns("author_publisher");
    /// Sources on law, decisions and requests.
    LegalSources, "legal_sources.csv", "source", &source_columns("publisher");
    /// Types of cluster munition.
    Munitions, "munitions.csv", "munition", &[
        id("id"),
        text("name").required().states(),
        text("kind").required().states(),
        text("calibre_or_family").states(),
        text("producer_country").states(),
        submunition("submunition_id").states(),
        count("submunitions_per_munition").states(),
        word("self_destruct", YES_NO_UNKNOWN).required().states(),
        sources("source_id").required(),
        text("note").states(),
        KNOWN_FROM,
        KNOWN_FROM_BASIS,
    ];
    /// Types of submunition.
    Submunitions, "submunitions.csv", "submunition", &[
        id("id"),
        text("name").required().states(),
        text("hazard_class").required().states(),
        word("self_destruct", YES_NO_UNKNOWN).required().states(),
        sources("source_id").required(),
        text("note").states(),
        text("design_family").optional(),
        KNOWN_FROM,
        KNOWN_FROM_BASIS,
    ];
    /// Statements about failure rates.
    DudRates, "dud_rates.csv", "dud-rate statement", &[
        id("id"),
        munition("munition_id"),
        submunition("submunition_id").required(),
        word("context", &[
            "lot acceptance test", "operational test", "official claim", "manufacturer claim",
            "combat field clearance", "ngo estimate",
        ]).required(),
        text("place").required(),
        date("year"),
        count("n_tested").states(),
        count("n_duds").states(),
        percent("rate_low_pct").states(),
        percent("rate_high_pct").states(),
        percent("rate_point_pct").states(),
        text("conditions").states(),
        text("claimed_by").required(),
        sources("source_id").required(),
        word("evidence", &["claim", "estimate", "reported result", "requirement"]).required(),
        Column::new("same_origin_as", Kind::Reference(&[TableName::DudRates])),
        text("note").states(),
        KNOWN_FROM,
        KNOWN_FROM_BASIS,
    ];
    /// Published holdings and transfers.
    Stockpiles, "stockpiles.csv", "stockpile statement", &[
        id("id"),
        text("holder_country").required(),
        munition("munition_id"),
        count("quantity_munitions").states(),
        count("quantity_submunitions").states(),
        date("as_of"),
        sources("source_id").required(),
        text("note").states(),
        KNOWN_FROM,
        KNOWN_FROM_BASIS,
    ];
    /// What past use has left, by conflict, place or world total.
    Outcomes, "outcomes.csv", "outcome", &[
        id("id"),
        text("place").required(),
        text("conflict").required(),
        text("years"),
        text("munitions_used").states(),
        count("submunitions_low").states(),
        count("submunitions_high").states(),
        count("items_found").states(),
        date("items_found_as_of"),
        decimal("contaminated_area_km2", AREA_KM2.0, AREA_KM2.1).states(),
        date("area_as_of"),
        text("casualties").states(),
        decimal("area_cleared_km2", AREA_KM2.0, AREA_KM2.1).states(),
        sources("source_id").required(),
        text("note").states(),
        KNOWN_FROM,
        KNOWN_FROM_BASIS,
    ];
    /// Documented uses.
    UseIncidents, "use_incidents.csv", "use incident", &[
        id("id"),
        text("conflict").required(),
        state("country_iso3").required(),
        text("place").required().states(),
        text("admin1"),
        decimal("latitude", -90.0, 90.0),
        decimal("longitude", -180.0, 180.0),
        text("location_basis"),
        decimal("location_uncertainty_m", 1.0, 1_000_000.0),
        date("date_from"),
        date("date_to"),
        word("date_precision", DATE_PRECISIONS).required(),
        munition("munition_id").states(),
        submunition("submunition_id").states(),
        count("munitions_low").states(),
        count("munitions_high").states(),
        word("remnants_reported", YES_NO_UNKNOWN).required().states(),
        text("attributed_to").states(),
        text("attribution_by"),
        count("casualties_killed").states(),
        count("casualties_injured").states(),
        sources("source_id").required(),
        text("note").states(),
        KNOWN_FROM,
        KNOWN_FROM_BASIS,
    ];
    /// Accidents with remnants.
    RemnantAccidents, "remnant_accidents.csv", "accident", &[
        id("id"),
        state("country_iso3").required(),
        text("place").required().states(),
        text("admin1"),
        decimal("latitude", -90.0, 90.0),
        decimal("longitude", -180.0, 180.0),
        text("location_basis"),
        decimal("location_uncertainty_m", 1.0, 1_000_000.0),
        date("date"),
        word("date_precision", DATE_PRECISIONS).required(),
        count("killed").states(),
        count("injured").states(),
        text("activity").states(),
        text("device_as_reported").states(),
        sources("source_id").required(),
        text("note").states(),
        KNOWN_FROM,
        KNOWN_FROM_BASIS,
    ];
    /// One state and one treaty.
    TreatyStatus, "treaty_status.csv", "treaty participation", &[
        word("treaty", TREATIES).required(),
        state("iso3").required(),
        text("state").required(),
        date("signed").states(),
        date("ratified_or_acceded").states(),
        word("kind", &[
            "ratification", "accession", "acceptance", "approval", "succession",
            "consent-to-be-bound", "signature-only", "not-joined",
        ]).required().states(),
        date("provisional_application_from").states(),
        date("entry_into_force").states(),
        word("entry_into_force_basis", &["stated-and-computed", "computed-art17"]),
        date("withdrawal_deposited").states(),
        date("withdrawn_effective").states(),
        date("checked_as_of").required(),
        sources("source_id").required(),
        sources("corroborating_source_ids"),
        text("note").states(),
        KNOWN_FROM,
        KNOWN_FROM_BASIS,
    ];
    /// Duties of the treaties.
    Obligations, "obligations.csv", "obligation", &[
        id("obligation_id"),
        word("instrument", TREATIES).required(),
        text("article").required(),
        text("short_title").required().states(),
        text("binds").required(),
        text("trigger"),
        text("deadline_rule").required().states(),
        text("deadline_anchor"),
        text("deadline_period"),
        text("extension").states(),
        text("summary").required().states(),
        text("interpretation").required().states(),
        sources("source_id").required(),
        KNOWN_FROM,
        KNOWN_FROM_BASIS,
    ];
    /// Provisions of national law and policy.
    NationalRules, "national_rules.csv", "national provision", &[
        id("rule_id"),
        state("country_iso3").required(),
        text("country").required(),
        text("instrument").required(),
        text("provision").required(),
        date("in_force_from"),
        date("in_force_to").states(),
        text("date_basis").required(),
        text("restricts").required().states(),
        text("actor_bound").required().states(),
        text("condition_predicate").required().states(),
        text("predicate_meaning").states(),
        text("waiver_or_exception").states(),
        word("evidence", &[
            "text read", "partly read", "contents read", "title and date read", "secondary",
        ]).required(),
        sources("source_id").required(),
        sources("corroborating_source_ids"),
        text("note").states(),
        KNOWN_FROM,
        KNOWN_FROM_BASIS,
    ];
    /// Events.
    Timeline, "timeline.csv", "event", &[
        id("event_id"),
        date("date").required(),
        word("date_precision", DATE_PRECISIONS).required(),
        text("event").required().states(),
        text("actors").required(),
        text("place_or_forum"),
        word("claim_status", STANDINGS).required(),
        text("attribution").required(),
        sources("source_id").required(),
        sources("corroborating_source_ids"),
        text("note").states(),
        KNOWN_FROM,
        KNOWN_FROM_BASIS,
    ];
    /// Questions and demands, with what came of them.
    InformationRequests, "information_requests.csv", "request", &[
        id("request_id"),
        date("date"),
        text("asker").required(),
        text("asked").required(),
        text("channel").required(),
        word("kind", &["policy request", "information request", "legal point"]).required(),
        text("question_or_demand").required().states(),
        text("answer_status").required().states(),
        date("answer_date"),
        text("answer").states(),
        sources("answer_source_id"),
        sources("source_id").required(),
        text("note").states(),
        KNOWN_FROM,
        KNOWN_FROM_BASIS,
        date("answer_known_from").optional(),
    ];
    /// Statements that fit no other table.
    Statements, "statements.csv", "statement", &[
        id("id"),
        text("subject").required(),
        text("property").required(),
        text("value").required().states(),
        word("value_kind", &["text", "count", "share-percent", "date", "reference"]).required(),
        text("unit"),
        date("valid_from"),
        date("valid_to"),
        text("speaker").required(),
        word("speaker_named", &["yes", "no"]).required(),
        word("standing", STANDINGS).required(),
        word("evidence", &["measured", "reported result", "estimate", "claim", "requirement"]),
        date("known_from"),
        sources("source_id").required(),
        text("locator"),
        sources("corroborating_source_ids"),
        Column::new("same_origin_as", Kind::Reference(&[TableName::Statements])),
        text("acceptance_line"),
        text("note").states(),
        KNOWN_FROM_BASIS,
    ];
    /// Transfers that a brief can be asked about.
    Transfers, "transfers.csv", "transfer", &[
        id("id"),
        text("title").required().states(),
        state("supplier_iso3").required(),
        state("recipient_iso3").required(),
        state("opponent_iso3"),
        Column::new("transit_iso3", Kind::States),
        Column::new("munition_ids", Kind::References(&[TableName::Munitions])).required(),
        date("asked_on").required(),
        text("question").required(),
        sources("source_id").required(),
        text("note").states(),
        KNOWN_FROM,
        KNOWN_FROM_BASIS,
    ];
    /// Readings of disputed provisions.
    Readings, "readings.csv", "reading of a disputed provision", &[
        id("id"),
        text("key").required(),
        Column::new(
            "provisions",
            Kind::References(&[TableName::Obligations, TableName::NationalRules]),
        ).required(),
        text("reading").required().states(),
        word("effect", &["caught", "not-caught"]).required().states(),
        text("held_by").states(),
        sources("source_id").required(),
        sources("corroborating_source_ids"),
        text("note").states(),
        KNOWN_FROM,
        KNOWN_FROM_BASIS,
    ];
    /// Deadlines as somebody published them.
    PublishedDeadlines, "published_deadlines.csv", "published deadline", &[
        id("id"),
        word("treaty", TREATIES).required(),
        state("iso3").required(),
        text("article").required(),
        date("deadline").required().states(),
        word("kind", &["initial", "extended"]).required(),
        sources("source_id").required(),
        text("note").states(),
        KNOWN_FROM,
        KNOWN_FROM_BASIS,
    ];
    /// What clearing has taken elsewhere.
    ClearanceProductivity, "clearance_productivity.csv", "clearance figure", &[
        id("id"),
        text("place").required(),
        text("period"),
        count("items_found").states(),
        text("items_qualifier"),
        decimal("area_cleared_m2", AREA_M2.0, AREA_M2.1).states(),
        text("area_qualifier"),
        decimal("team_months", 0.0, 10_000_000.0).states(),
        sources("source_id").required(),
        text("note").states(),
        KNOWN_FROM,
        KNOWN_FROM_BASIS,
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_has_sources_for_what_it_states() {
        for table in TableName::ALL {
            let states = table.columns().iter().any(|c| c.role == Role::Content);
            assert_eq!(
                states,
                table.column("source_id").is_some_and(|c| {
                    matches!(c.kind, Kind::References(tables) if tables == SOURCE_TABLES)
                }),
                "{table}"
            );
        }
    }

    #[test]
    fn a_file_name_leads_to_its_table_and_back() {
        for table in TableName::ALL {
            assert_eq!(TableName::of_file(table.file()), Some(*table));
        }
        assert_eq!(TableName::of_file("README.md"), None);
    }
}
