//! The day from which anyone could know a statement.
//!
//! Belongs here: the one function that derives that day, with the basis that is printed beside it.
//! Does not belong here: choosing statements for a question (`record`).

use std::collections::HashMap;

use jiff::civil::Date;
use serde::Serialize;

use crate::date::PartialDate;
use crate::folder::Row;
use crate::identity::SourceId;
use crate::schema::TableName;
use crate::table::Source;

/// A day, and why it is that day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KnownFrom {
    /// The first day on which the statement was demonstrably public.
    pub day: Date,
    /// What the day rests on.
    pub basis: KnownFromBasis,
}

/// What a known-from day rests on, in the order in which the rules apply.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum KnownFromBasis {
    /// The row names the day itself, and on what it rests.
    Stated(Option<String>),
    /// The act is public by nature: a treaty action, a statute, a vote, an announcement, an
    /// answer or letter that was released.
    Act,
    /// The earliest source was published then; a month or a year means its last day.
    Published(SourceId),
    /// The source was dated before the event that it reports, so the event's day stands.
    Event,
    /// No source shows when it was published: the day on which it was read.
    Accessed(SourceId),
}

impl KnownFromBasis {
    /// The basis in words, as printed beside the day.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Stated(Some(basis)) => format!("stated in the record: {basis}"),
            Self::Stated(None) => "stated in the record".to_owned(),
            Self::Act => "an act that is public by nature".to_owned(),
            Self::Published(source) => format!("publication of {source}"),
            Self::Event => "the event itself, which its source predates".to_owned(),
            Self::Accessed(source) => {
                format!("publication date not seen; {source} was read that day")
            }
        }
    }
}

/// The sources of a record, by id.
pub(crate) type SourceIndex = HashMap<SourceId, Source>;

/// The day from which what a row states in a column was demonstrably public.
///
/// In this order: (1) the row's own `known_from`; (2) for acts that are public by nature, the day
/// of the act; (3) the publication day of the earliest dated source, a month or a year meaning its
/// last day, and never before the event itself; (4) with no dated source, the earliest day on
/// which one was read. A note may draw on any of its row's sources, so it is known from the latest
/// of them, and not before the row. The `known_from` of a request is that of the question, never
/// of its answer, and that of a treaty row makes no act known before its day.
///
/// # Source
/// The project's design, section 3.
pub(crate) fn known_from(row: &Row, column: &str, sources: &SourceIndex) -> KnownFrom {
    let stated = row.date("known_from").map(|day| KnownFrom {
        day: day.last_day(),
        basis: KnownFromBasis::Stated(row.get("known_from_basis").map(str::to_owned)),
    });
    if is_of_the_answer(row, column)
        && let Some(day) = row.date("answer_known_from")
    {
        return KnownFrom { day: day.last_day(), basis: KnownFromBasis::Stated(None) };
    }
    let act = public_act(row, column, sources)
        .map(|act| KnownFrom { day: act.last_day(), basis: KnownFromBasis::Act });
    match (stated, act) {
        (Some(stated), Some(act))
            if row.table == TableName::TreatyStatus && act.day > stated.day =>
        {
            act
        }
        (Some(stated), _) if is_a_remark(row, column) => {
            let by_sources = known_from_sources(row, column, sources);
            if by_sources.day > stated.day { by_sources } else { stated }
        }
        (Some(stated), _) if !is_of_the_answer(row, column) => stated,
        (_, Some(act)) => act,
        _ => known_from_sources(row, column, sources),
    }
}

/// Rules (3) and (4): by the sources, and never before the event.
fn known_from_sources(row: &Row, column: &str, sources: &SourceIndex) -> KnownFrom {
    let cited: Vec<&Source> =
        source_ids(row, column).iter().filter_map(|id| sources.get(id)).collect();
    let by_source = if is_a_remark(row, column) {
        cited.iter().map(|source| source.known_from()).max_by_key(|known| known.day)
    } else {
        let dated = cited.iter().filter(|source| source.published.is_some());
        let earliest = dated.map(|source| source.known_from()).min_by_key(|known| known.day);
        earliest.or_else(|| cited.iter().map(|s| s.known_from()).min_by_key(|known| known.day))
    };
    // Every row has a source that resolves, or the record was refused; the far future keeps a
    // statement without one out of every answer.
    let known =
        by_source.unwrap_or(KnownFrom { day: Date::MAX, basis: KnownFromBasis::Stated(None) });
    match event(row, column) {
        Some(event) if event.first_day() > known.day => {
            KnownFrom { day: event.last_day(), basis: KnownFromBasis::Event }
        }
        _ => known,
    }
}

/// Whether the column is a remark that may draw on any of the row's sources: a note; what is said of
/// waivers by those who wrote of a provision whose text was not read; the end of a provision, which
/// those who wrote when it began did not know.
fn is_a_remark(row: &Row, column: &str) -> bool {
    match (row.table, column) {
        (_, "note") | (TableName::NationalRules, "in_force_to") => true,
        (TableName::NationalRules, "waiver_or_exception") => {
            row.get("evidence") != Some("text read")
        }
        _ => false,
    }
}

/// Whether the column is about the answer to a request and not about the request.
fn is_of_the_answer(row: &Row, column: &str) -> bool {
    row.table == TableName::InformationRequests
        && matches!(column, "answer" | "answer_status" | "answer_date")
}

/// The sources on which a column of a row rests.
pub(crate) fn source_ids(row: &Row, column: &str) -> Vec<SourceId> {
    let columns: &[&str] = match column {
        "answer" | "answer_status" | "answer_date" => &["answer_source_id"],
        "note" => &["source_id", "corroborating_source_ids", "answer_source_id"],
        _ => &["source_id", "corroborating_source_ids"],
    };
    let ids: Vec<String> = columns.iter().flat_map(|column| row.ids(column)).collect();
    let ids = if ids.is_empty() { row.ids("source_id") } else { ids };
    ids.into_iter().map(SourceId::new).collect()
}

/// The day of the act, where what the column states is an act that is public by nature.
fn public_act(row: &Row, column: &str, sources: &SourceIndex) -> Option<PartialDate> {
    match (row.table, column) {
        _ if is_a_remark(row, column) => None,
        (TableName::TreatyStatus, "signed" | "provisional_application_from") => row.date(column),
        // Entry into force follows from the deposit by the treaty's own rule, and the end of a
        // membership from the notice: both can be known from the day of the act.
        (TableName::TreatyStatus, "ratified_or_acceded" | "entry_into_force") => {
            row.date("ratified_or_acceded")
        }
        (TableName::TreatyStatus, "withdrawal_deposited" | "withdrawn_effective") => {
            row.date("withdrawal_deposited")
        }
        // The row itself is known from the first act; what kind of consent it was, from the consent.
        (TableName::TreatyStatus, "") => {
            row.date("signed").or_else(|| row.date("ratified_or_acceded"))
        }
        (TableName::TreatyStatus, _) => {
            row.date("ratified_or_acceded").or_else(|| row.date("signed"))
        }
        // A policy is an internal paper until somebody publishes it; a statute is public.
        (TableName::NationalRules, _) if row.get("provision") != Some("policy") => {
            row.date("in_force_from")
        }
        (TableName::Timeline, _) => {
            let public =
                matches!(row.get("claim_status"), Some("announced" | "decided" | "confirmed"));
            row.date("date").filter(|_| public)
        }
        (TableName::InformationRequests, _) if is_of_the_answer(row, column) => {
            row.date("answer_date").filter(|_| given_in_public(row, sources))
        }
        (TableName::InformationRequests, _) => {
            row.date("date").filter(|_| released_by_those_who_asked(row, sources))
        }
        _ => None,
    }
}

/// Whether an answer is cited to those who gave it, in a release or a transcript, rather than to
/// press that reports it.
fn given_in_public(row: &Row, sources: &SourceIndex) -> bool {
    source_ids(row, "answer").first().and_then(|id| sources.get(id)).is_some_and(|source| {
        matches!(
            source.kind.as_str(),
            "government-transcript"
                | "government-statement"
                | "parliament"
                | "congress"
                | "news-release"
                | "un-press"
        )
    })
}

/// Whether a request is cited to those who made it or to a parliament, rather than to press that
/// reports it: then it was public on its own day.
fn released_by_those_who_asked(row: &Row, sources: &SourceIndex) -> bool {
    source_ids(row, "question_or_demand").first().and_then(|id| sources.get(id)).is_some_and(
        |source| matches!(source.kind.as_str(), "congress" | "parliament" | "ngo-letter"),
    )
}

/// The event that the column reports; nobody can have known it before.
fn event(row: &Row, column: &str) -> Option<PartialDate> {
    match (row.table, column) {
        (TableName::DudRates, _) => row.date("year"),
        (TableName::Stockpiles, _) => row.date("as_of"),
        (TableName::Outcomes, "items_found") => row.date("items_found_as_of"),
        (TableName::Outcomes, "contaminated_area_km2") => row.date("area_as_of"),
        // What is said of a whole range of days cannot be known before its end.
        (TableName::UseIncidents, _) => row.date("date_to").or_else(|| row.date("date_from")),
        (TableName::RemnantAccidents, _) => row.date("date"),
        // What is scheduled is known before it happens.
        (TableName::Timeline, _) if row.get("claim_status") == Some("scheduled") => None,
        (TableName::Timeline, _) => row.date("date"),
        (TableName::InformationRequests, _) if is_of_the_answer(row, column) => {
            row.date("answer_date").or_else(|| row.date("date"))
        }
        (TableName::InformationRequests, _) => row.date("date"),
        _ => None,
    }
}
