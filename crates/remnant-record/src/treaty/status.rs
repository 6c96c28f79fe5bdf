//! Where a state stands towards a treaty on a day.
//!
//! Belongs here: the seven standings and the trace of each answer. Does not belong here: how many
//! states stand where (`counts`), what the treaty asks of them (`clock`, `law`).

use jiff::civil::Date;
use serde::Serialize;

use super::entry_into_force::{Withdrawal, entry_for, entry_rule, withdrawal_of};
use crate::date::{AsOf, PartialDate};
use crate::identity::{SourceId, StateCode};
use crate::record::{Record, known};
use crate::table::{Participation, Treaty, TreatyAct};

/// Where a state stands towards a treaty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TreatyStanding {
    /// No signature and no consent.
    None,
    /// It signed and did not consent to be bound.
    Signatory,
    /// It consented; the treaty is not yet in force for it.
    ConsentedNotYetInForce,
    /// It consented; the day of entry into force is not computed, for lack of the rule.
    ConsentRecorded,
    /// The treaty is in force for it.
    Bound,
    /// Its notice of withdrawal was received and does not work yet: it is still fully bound.
    Withdrawing,
    /// It was bound and is no longer.
    Former,
    /// A fact is missing; which one is said beside it.
    Unknown,
}

impl TreatyStanding {
    /// The standing in words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::None => "no signature and no consent recorded",
            Self::Signatory => "signatory",
            Self::ConsentedNotYetInForce => "consented, not yet in force",
            Self::ConsentRecorded => "consent recorded",
            Self::Bound => "bound",
            Self::Withdrawing => "bound, withdrawal under way",
            Self::Former => "former party",
            Self::Unknown => "unknown",
        }
    }

    /// Whether the treaty is in force for the state; `None` where that is not known.
    #[must_use]
    pub fn is_bound(self) -> Option<bool> {
        match self {
            Self::Bound | Self::Withdrawing => Some(true),
            Self::ConsentRecorded | Self::Unknown => None,
            Self::None | Self::Signatory | Self::ConsentedNotYetInForce | Self::Former => {
                Some(false)
            }
        }
    }

    /// Whether the state has consented to be bound and not left; `None` where not known.
    #[must_use]
    pub fn has_consented(self) -> Option<bool> {
        match self {
            Self::Bound
            | Self::Withdrawing
            | Self::ConsentRecorded
            | Self::ConsentedNotYetInForce => Some(true),
            Self::None | Self::Signatory | Self::Former => Some(false),
            Self::Unknown => None,
        }
    }
}

/// The day of entry into force as published and as computed, side by side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EntryIntoForce {
    /// The day that a source states.
    pub published: Option<PartialDate>,
    /// The day that follows from the treaty's rule.
    pub computed: Option<Date>,
    /// Whether the two are the same day.
    pub agrees: Option<bool>,
    /// The rule, and how it rounds.
    pub rule: Option<String>,
}

/// What a state did towards a treaty, as far as known by the day asked about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct StatusActs {
    /// Signature.
    pub signed: Option<PartialDate>,
    /// Deposit of its instrument.
    pub deposited: Option<PartialDate>,
    /// By which kind of instrument.
    pub instrument: Option<String>,
    /// From when it applies Article 1 provisionally.
    pub provisional_from: Option<PartialDate>,
    /// Entry into force for it.
    pub in_force: Option<EntryIntoForce>,
    /// Its withdrawal.
    pub withdrawal: Option<Withdrawal>,
}

/// Where a state stands towards a treaty on a day, and on what the answer rests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StateStatus {
    /// The treaty.
    pub treaty: Treaty,
    /// The state.
    pub state: StateCode,
    /// Its name, where the record knew it by the day.
    pub state_name: Option<String>,
    /// The two days of the question.
    pub as_of: AsOf,
    /// Where it stands.
    pub standing: TreatyStanding,
    /// Since when, where an act opened the standing.
    pub since: Option<PartialDate>,
    /// Whether it applies Article 1 provisionally on that day; `None` where that is not known.
    pub provisional_application: Option<bool>,
    /// What it did.
    pub acts: StatusActs,
    /// What the record lacks.
    pub missing: Vec<String>,
    /// The row on which the answer rests, as in `ccm-ltu`.
    pub row: Option<String>,
    /// The statements on which it rests, as in `ccm-ltu#ratified_or_acceded`.
    pub facts: Vec<String>,
    /// Their sources.
    pub sources: Vec<SourceId>,
    /// To which day the row was checked, or the table where the state is not in it. Never later
    /// than the day by which the question lets anything be known.
    pub checked_as_of: Option<Date>,
    /// The answer in a sentence.
    pub words: String,
}

/// The row on a state and a treaty, if any of it was known by the day.
pub(super) fn participation<'a>(
    record: &'a Record,
    treaty: Treaty,
    state: &StateCode,
    as_of: AsOf,
) -> Option<&'a Participation> {
    record
        .participations
        .iter()
        .find(|p| p.treaty == treaty && p.state == *state)
        .filter(|p| is_known(p, as_of.known_by))
}

/// A row may hold acts that became known on different days; one of them suffices.
pub(super) fn is_known(participation: &Participation, known_by: Date) -> bool {
    let acts = [
        &participation.signed,
        &participation.deposited,
        &participation.provisional_from,
        &participation.withdrawal_deposited,
    ];
    participation.cited.is_known_by(known_by)
        || acts.into_iter().flatten().any(|act| act.is_known_by(known_by))
}

/// To which day a treaty's table was checked, as far as its rows were known by a day, and never
/// later than that day.
pub(super) fn table_checked(record: &Record, treaty: Treaty, as_of: AsOf) -> Option<Date> {
    record
        .participations
        .iter()
        .filter(|p| p.treaty == treaty && is_known(p, as_of.known_by))
        .map(|p| p.checked_as_of.last_day().min(as_of.known_by))
        .max()
}

/// Whether a date had come on a day: what its precision leaves open stays open.
fn reached(date: PartialDate, on: Date) -> Option<bool> {
    if date.last_day() <= on {
        Some(true)
    } else if date.first_day() > on {
        Some(false)
    } else {
        None
    }
}

/// Where a state stands towards a treaty on a day.
///
/// Only acts known by `known_by` and dated by `on` count. A state that is not in the table is
/// outside the Convention on Cluster Munitions, whose table is complete, with the day to which it
/// was checked; for the two other treaties the answer is then unknown.
///
/// # Source
/// `record/law.md`, section 3.
#[must_use]
pub fn status(record: &Record, treaty: Treaty, state: &StateCode, as_of: AsOf) -> StateStatus {
    let mut answer = StateStatus {
        treaty,
        state: state.clone(),
        state_name: None,
        as_of,
        standing: TreatyStanding::Unknown,
        since: None,
        provisional_application: Some(false),
        acts: StatusActs::default(),
        missing: Vec::new(),
        row: None,
        facts: Vec::new(),
        sources: Vec::new(),
        checked_as_of: None,
        words: String::new(),
    };
    answer.state_name = known(&record.participations, as_of.known_by)
        .find(|p| p.state == *state)
        .map(|p| p.state_name.clone());
    match participation(record, treaty, state, as_of) {
        Some(row) => answer.of_row(record, row),
        None => answer.of_absence(record),
    }
    answer.words = answer.sentence();
    answer
}

impl StateStatus {
    fn of_absence(&mut self, record: &Record) {
        self.checked_as_of = table_checked(record, self.treaty, self.as_of);
        if self.treaty.table_is_complete() && self.checked_as_of.is_some() {
            self.standing = TreatyStanding::None;
            return;
        }
        self.provisional_application = None;
        self.missing.push(format!(
            "whether {} signed or joined the {}: the record's table is not complete and has no \
             row on it by {}",
            self.name(),
            self.treaty.full_name(),
            self.as_of.known_by
        ));
    }

    fn of_row(&mut self, record: &Record, row: &Participation) {
        self.row = Some(row.cited.id.clone());
        self.state_name = Some(row.state_name.clone());
        self.sources = row.cited.all_sources().cloned().collect();
        self.checked_as_of = Some(row.checked_as_of.last_day().min(self.as_of.known_by));
        self.acts.signed = self.act(row, "signed", &row.signed);
        self.acts.deposited = self.act(row, "ratified_or_acceded", &row.deposited);
        if let Some(deposited) = self.acts.deposited {
            self.acts.instrument = Some(row.instrument.words().to_owned());
            self.acts.in_force = self.entry(row, deposited);
        }
        self.acts.provisional_from =
            self.act(row, "provisional_application_from", &row.provisional_from);
        self.acts.withdrawal = withdrawal_of(record, row, self.as_of);
        for (column, act) in [
            ("withdrawal_deposited", &row.withdrawal_deposited),
            ("withdrawn_effective", &row.withdrawn),
        ] {
            if act.as_ref().is_some_and(|act| act.is_known_by(self.as_of.known_by)) {
                self.facts.push(format!("{}#{column}", row.cited.id));
            }
        }
        if self.facts.is_empty() {
            self.facts.push(format!("{}#kind", row.cited.id));
        }
        (self.standing, self.since) = self.before_withdrawal();
        self.after_withdrawal();
        self.provisional_application = self.provisional();
    }

    /// The date of an act that was known by the day; the statement is noted.
    fn act(
        &mut self,
        row: &Participation,
        column: &str,
        act: &Option<TreatyAct>,
    ) -> Option<PartialDate> {
        let act = act.as_ref().filter(|act| act.is_known_by(self.as_of.known_by))?;
        self.facts.push(format!("{}#{column}", row.cited.id));
        Some(act.date)
    }

    fn entry(&mut self, row: &Participation, deposited: PartialDate) -> Option<EntryIntoForce> {
        let recorded = self.act(row, "entry_into_force", &row.in_force);
        let computed = entry_for(self.treaty, deposited);
        // A day that the record's editors computed by the same rule is no second witness for it.
        let published = recorded.filter(|_| row.in_force_is_stated || computed.is_none());
        if published.is_none() && computed.is_none() {
            return None;
        }
        Some(EntryIntoForce {
            published,
            computed,
            agrees: published.and_then(PartialDate::day).zip(computed).map(|(a, b)| a == b),
            rule: computed.map(|_| {
                let rounding = super::date_arithmetic::Rounding::FirstOfMonth.words();
                format!("{}: {rounding}", entry_rule(deposited))
            }),
        })
    }

    fn before_withdrawal(&mut self) -> (TreatyStanding, Option<PartialDate>) {
        use TreatyStanding::{
            Bound, ConsentRecorded, ConsentedNotYetInForce, None as Outside, Signatory, Unknown,
        };
        let on = self.as_of.on;
        if let Some(deposited) = self.acts.deposited {
            match reached(deposited, on) {
                Some(false) => {}
                None => {
                    self.missing.push(format!("the day of the deposit; {deposited} was seen"));
                    return (Unknown, None);
                }
                Some(true) => {
                    let Some(entry) = &self.acts.in_force else {
                        self.missing.push(format!(
                            "the day on which the {} entered into force for {}: the rule is not \
                             in the record",
                            self.treaty.full_name(),
                            self.name()
                        ));
                        return (ConsentRecorded, Some(deposited));
                    };
                    let days: Vec<PartialDate> = entry
                        .published
                        .into_iter()
                        .chain(entry.computed.map(PartialDate::Day))
                        .collect();
                    let came: Vec<Option<bool>> = days.iter().map(|d| reached(*d, on)).collect();
                    if came.iter().all(|came| *came == Some(true)) {
                        return (Bound, days.first().copied());
                    }
                    if came.iter().all(|came| *came == Some(false)) {
                        return (ConsentedNotYetInForce, Some(deposited));
                    }
                    self.missing.push(
                        "which day of entry into force is right: the published and the computed \
                         one differ or are not precise enough"
                            .to_owned(),
                    );
                    return (Unknown, None);
                }
            }
        }
        match self.acts.signed.map(|signed| (signed, reached(signed, on))) {
            Some((signed, Some(true))) => (Signatory, Some(signed)),
            Some((signed, None)) => {
                self.missing.push(format!("the day of the signature; {signed} was seen"));
                (Unknown, None)
            }
            Some((_, Some(false))) | None => (Outside, None),
        }
    }

    fn after_withdrawal(&mut self) {
        let Some(withdrawal) = self.acts.withdrawal.clone() else { return };
        let on = self.as_of.on;
        if self.standing.has_consented() != Some(true) {
            return;
        }
        let effective = match withdrawal.recorded.map(|day| (day, reached(day, on))) {
            Some((day, Some(true))) => Some(Some(day)),
            Some((_, Some(false))) => Some(None),
            Some((day, None)) => {
                self.missing.push(format!("the day of effect of the withdrawal; {day} was seen"));
                None
            }
            None => match (withdrawal.earliest, withdrawal.in_armed_conflict) {
                (Some(earliest), _) if on < earliest => Some(None),
                (Some(earliest), Some(false)) => Some(Some(PartialDate::Day(earliest))),
                _ => {
                    self.missing.extend(withdrawal.missing.iter().cloned());
                    if withdrawal.in_armed_conflict == Some(true) {
                        self.missing.push("the day on which the armed conflict ended".to_owned());
                    }
                    None
                }
            },
        };
        (self.standing, self.since) = match (effective, reached(withdrawal.received, on)) {
            (Some(Some(day)), _) => (TreatyStanding::Former, Some(day)),
            (Some(None), Some(true)) if self.standing == TreatyStanding::Bound => {
                (TreatyStanding::Withdrawing, Some(withdrawal.received))
            }
            (Some(None), _) => (self.standing, self.since),
            (None, Some(false)) => (self.standing, self.since),
            (None, _) => (TreatyStanding::Unknown, None),
        };
    }

    fn provisional(&mut self) -> Option<bool> {
        let Some(from) = self.acts.provisional_from else {
            // A declaration is possible in the span before entry into force only; a blank cell says
            // that none was seen, not that there is none.
            if self.standing == TreatyStanding::ConsentedNotYetInForce {
                self.missing.push(
                    "whether it declared to apply Article 1 provisionally: none was seen"
                        .to_owned(),
                );
                return None;
            }
            return (self.standing != TreatyStanding::Unknown).then_some(false);
        };
        match self.standing {
            TreatyStanding::ConsentedNotYetInForce => {
                let applies = reached(from, self.as_of.on);
                if applies.is_none() {
                    self.missing.push(format!(
                        "the day from which Article 1 applied provisionally; {from} was seen"
                    ));
                }
                applies
            }
            TreatyStanding::Unknown => None,
            _ => Some(false),
        }
    }

    fn name(&self) -> &str {
        self.state_name.as_deref().unwrap_or(self.state.as_str())
    }

    fn sentence(&self) -> String {
        let mut words = format!(
            "{} and the {} on {}: {}",
            self.name(),
            self.treaty.full_name(),
            self.as_of.on,
            self.standing.words()
        );
        if let Some(since) = self.since {
            words.push_str(&format!(" since {since}"));
        }
        if self.standing == TreatyStanding::ConsentRecorded {
            words.push_str(", day of entry into force not computed");
        }
        if let (TreatyStanding::ConsentedNotYetInForce, Some(entry)) =
            (self.standing, &self.acts.in_force)
            && let Some(day) = entry.published.or(entry.computed.map(PartialDate::Day))
        {
            words.push_str(&format!(", in force from {day}"));
        }
        if self.provisional_application == Some(true) {
            words.push_str(", Article 1 applied provisionally");
        }
        if let Some(checked) = self.checked_as_of {
            let what = if self.row.is_some() { "checked" } else { "not in the table, checked" };
            words.push_str(&format!("; {what} {checked}"));
        }
        words
    }
}
