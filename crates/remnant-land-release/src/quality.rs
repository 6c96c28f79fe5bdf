//! Checks of what is on file about areas: questions to the operator, not refusals.
//!
//! Belongs here: each check by name, with its help, and its findings. Does not belong here: checks
//! of rows and coordinates (`remnant-ground`), refusing a step (`ledger`).

use std::fmt;

use jiff::civil::Date;
use serde::{Serialize, Serializer};

use crate::area_file::{AreaFile, Reading};
use crate::area_state::AreaStatus;
use crate::error::Reason;
use crate::event::{Event, Step};
use crate::evidence_required::{Requirement, required};
use crate::identity::{AreaId, EventId};
use crate::ledger::{Entry, HazardousAreaLedger};
use crate::posting::Change;
use crate::sampling::inspection_pass_probability;
use crate::state::LandState;
use crate::status_word::StatusWord;
use crate::step::{HandedOverStep, NotWorked};

macro_rules! checks {
    ($($(#[doc = $about:literal])+ $name:ident, $printed:literal, $help:literal;)*) => {
        /// A check of areas. The printed name of a retired check is never used again.
        ///
        /// # Source
        /// The checks that the minimum data of mine action makes possible, those about areas; the
        /// rest is our design.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Check { $($(#[doc = $about])+ $name,)* }

        impl Check {
            /// All checks, in the order in which they are documented.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The name that is printed beside a finding.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => $printed,)* }
            }

            /// What it looks for.
            #[must_use]
            pub fn about(self) -> &'static str {
                match self { $(Self::$name => concat!($($about),+).trim_ascii(),)* }
            }

            /// What the person can do about it.
            #[must_use]
            pub fn help(self) -> &'static str {
                match self { $(Self::$name => $help,)* }
            }
        }
    };
}

checks! {
    /// A CHA without a link to direct evidence.
    ConfirmedWithoutDirectEvidence, "cha-without-direct-evidence",
        "link the evidence on which the area was confirmed, or correct it to a SHA";
    /// A closed area without a land-release product or a reason.
    ClosedWithoutProduct, "closed-without-product",
        "enter the cancellation, reduction or clearance by which it was closed, or the correction";
    /// More land released than the area has.
    ReleasedMoreThanArea, "released-more-than-area",
        "compare the boundaries of the release and the area on the map";
    /// Cleared land without a depth.
    ClearedWithoutDepth, "cleared-without-depth", "ask the operator for the depth of clearance";
    /// The operator's figure far from the boundary's.
    ReportedDiffers, "reported-area-differs",
        "ask the operator which of the two is right: the figure or the boundary";
    /// Work that ended before it began.
    EndBeforeStart, "end-before-start", "exchange the two days, or look them up again";
    /// Effect before the last day of work.
    EffectBeforeEndOfWork, "effect-before-end-of-work",
        "land is released when work has ended: correct one of the two days";
    /// Recorded long after its effect.
    RecordedLate, "recorded-late",
        "check that the day of effect is right; reports of earlier periods stay as they were";
    /// The programme's word for the status contradicts the ledger.
    StatusWordDiffers, "status-word-differs",
        "find out what the programme means; the ledger follows its events and not the word";
    /// A word for the status that nobody has explained.
    StatusWordUnknown, "status-word-unknown", "ask the programme what the word means";
    /// An entry that could not be taken.
    SetAside, "set-aside",
        "read why; correct the entry and enter it as a new version, or reject it";
    /// A passed inspection that could hardly have failed.
    WeakInspection, "weak-inspection",
        "show the chance of passing with items left beside the result, or inspect a larger share";
    /// A passed inspection without its power.
    InspectionPowerUnknown, "inspection-power-unknown",
        "enter the share that was inspected and the probability of detection";
    /// Land handed over while its clearance waits for approval.
    HandedOverBeforeApproval, "handed-over-before-approval",
        "let the clearance be approved before the hand-over is";
    /// Land that nobody worked and that counts as cleared, since nobody drew it.
    NotWorkedCountsAsCleared, "not-worked-counts-as-cleared",
        "draw the land that was not worked, so that it stays open";
    /// More searched than reduced.
    SearchedMoreThanReduced, "searched-more-than-reduced",
        "ask the operator whether the figure is of a larger task, or the boundary too small";
    /// Land that one record gave up and no other took over, or the other way round.
    TransferNotMatched, "transfer-not-matched",
        "enter what is missing on the other side: the area opened from it, or the adjustment";
    /// Something found on land that had been released, and not entered as a missed item.
    FindOnReleasedLand, "find-on-released-land",
        "enter it with `remnant release missed-item`, so that the land is investigated";
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Check {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// One thing that a check found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct AreaFinding {
    /// The area.
    pub area: AreaId,
    /// The entry, where one is at fault.
    pub event: Option<EventId>,
    /// The check.
    pub check: Check,
    /// What is there, in a sentence.
    pub message: String,
}

impl fmt::Display for AreaFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.area)?;
        if let Some(event) = &self.event {
            write!(f, " {event}")?;
        }
        write!(f, ": {} [{}]", self.message, self.check)
    }
}

/// Everything that the checks find about an area, as it was known by the end of a day.
///
/// Entries that were rejected are not asked about again. Those that could not be taken are looked
/// at like the others, so that an operator gets all questions at once.
#[must_use]
pub fn check_area(file: &AreaFile, known_by: Date) -> Vec<AreaFinding> {
    let ledger = file.ledger(Reading::Provisional, known_by);
    let mut findings = Findings { area: file.area(), list: Vec::new() };
    let standing = ledger.entries().iter().map(|entry| &entry.event);
    for event in standing.chain(ledger.set_aside().iter().map(|aside| &aside.event)) {
        findings.event(event, file);
    }
    for entry in ledger.entries() {
        let id = &entry.event.id;
        for note in &entry.notes {
            if matches!(note, crate::effect::Note::ReportedDiffers { .. }) {
                findings.add(Some(id), Check::ReportedDiffers, note.to_string());
            }
        }
        findings.worked_land(entry, &ledger);
        if let Some(word) = &entry.event.status_word {
            findings.status_word(id, word, entry.after.status());
        }
    }
    for aside in ledger.set_aside() {
        let reasons: Vec<String> = aside.refusal.reasons.iter().map(ToString::to_string).collect();
        findings.add(Some(&aside.event.id), Check::SetAside, reasons.join("; "));
        for reason in &aside.refusal.reasons {
            if let Reason::MoreThanRemains { .. } = reason {
                let check = Check::ReleasedMoreThanArea;
                findings.add(Some(&aside.event.id), check, reason.to_string());
            }
        }
    }
    findings.closed_without_product(&ledger);
    findings.handed_over_before_approval(file, &ledger, known_by);
    findings.list.sort();
    findings.list.dedup();
    findings.list
}

struct Findings<'a> {
    area: &'a AreaId,
    list: Vec<AreaFinding>,
}

impl Findings<'_> {
    fn add(&mut self, event: Option<&EventId>, check: Check, message: String) {
        let (area, event) = (self.area.clone(), event.cloned());
        self.list.push(AreaFinding { area, event, check, message });
    }

    fn event(&mut self, event: &Event, file: &AreaFile) {
        let id = Some(&event.id);
        let rules = file.book().on(event.effective_on, event.recorded.on);
        // The requirements as they are everywhere: a country that waives one is still asked.
        let mut everywhere = rules.clone();
        everywhere.waived_requirements.value.clear();
        everywhere.confirmed_needs_direct_evidence.value = true;
        for on_file in required(event, &everywhere, false).iter().filter(|on_file| !on_file.met) {
            match on_file.requirement {
                Requirement::DirectEvidenceWithLocation => {
                    let message = "confirmed without a link to direct evidence with a location";
                    self.add(id, Check::ConfirmedWithoutDirectEvidence, message.to_owned());
                }
                Requirement::Depth => {
                    let message = "cleared without a depth".to_owned();
                    self.add(id, Check::ClearedWithoutDepth, message);
                }
                _ => {}
            }
        }
        let worked = match &event.step {
            Step::Reduced(step) => step.worked,
            Step::Cleared(step) => step.worked,
            _ => None,
        };
        if let Some(worked) = worked {
            let (from, to, effect) = (worked.from, worked.to, event.effective_on);
            if to < from {
                let message = format!("work ended on {to}, before it began on {from}");
                self.add(id, Check::EndBeforeStart, message);
            }
            if effect < to {
                let message = format!("released on {effect}, while work went on until {to}");
                self.add(id, Check::EffectBeforeEndOfWork, message);
            }
        }
        if let Ok(late) = event.effective_on.until(event.recorded.on) {
            let days = late.get_days();
            if i64::from(days) > i64::from(rules.late_entry_days.value) {
                let message = format!("recorded {days} days after its effect");
                self.add(id, Check::RecordedLate, message);
            }
        }
        if let Step::HandedOver(step) = &event.step {
            self.inspections(&event.id, step);
        }
    }

    fn worked_land(&mut self, entry: &Entry, ledger: &HazardousAreaLedger) {
        let id = Some(&entry.event.id);
        let counted: Change = entry.postings.iter().map(|posting| posting.amount).sum();
        match &entry.event.step {
            Step::Cleared(step) => {
                let drawn_nowhere = |area: &&NotWorked| area.boundary.is_none();
                let areas = step.not_worked.iter().flatten().filter(drawn_nowhere);
                let left: Change = areas.map(|area| Change::from(area.area)).sum();
                if left > Change::ZERO {
                    let message = format!("{left} of {counted} counted were not worked");
                    self.add(id, Check::NotWorkedCountsAsCleared, message);
                }
            }
            Step::Reduced(step) => {
                let rules = ledger.book().on(entry.event.effective_on, entry.event.recorded.on);
                let searched = step.searched.unwrap_or_default();
                let area = counted.area().unwrap_or_default();
                if searched > area && rules.differs(searched, area) {
                    let message = format!("{searched} searched in {area} of reduced land");
                    self.add(id, Check::SearchedMoreThanReduced, message);
                }
            }
            _ => {}
        }
    }

    fn inspections(&mut self, event: &EventId, step: &HandedOverStep) {
        /// Items left for which the power is told, as in the field's worked example.
        const LEFT: u32 = 5;
        for inspection in step.inspections.iter().filter(|inspection| inspection.passed) {
            let power = inspection.inspected_share.zip(inspection.detection_probability);
            let passes =
                power.and_then(|(share, found)| inspection_pass_probability(share, found, LEFT));
            match passes {
                None => {
                    let message = format!(
                        "the inspection of {} passed, and nobody can say what it could have found",
                        inspection.on
                    );
                    self.add(Some(event), Check::InspectionPowerUnknown, message);
                }
                Some(passes) if passes > 0.5 => {
                    let message = format!(
                        "the inspection of {} passed; with {LEFT} items left it would still have \
                         passed {:.0} % of the time",
                        inspection.on,
                        passes * 100.0
                    );
                    self.add(Some(event), Check::WeakInspection, message);
                }
                Some(_) => {}
            }
        }
    }

    fn status_word(&mut self, event: &EventId, word: &str, status: AreaStatus) {
        match StatusWord::read(word).meaning {
            None => {
                let message = format!("the programme calls the area `{word}`");
                self.add(Some(event), Check::StatusWordUnknown, message);
            }
            Some(meaning) if !meaning.agrees_with(status) => {
                let message =
                    format!("the programme calls the area `{word}`, by its events it is {status}");
                self.add(Some(event), Check::StatusWordDiffers, message);
            }
            Some(_) => {}
        }
    }

    fn closed_without_product(&mut self, ledger: &HazardousAreaLedger) {
        // In the ledger land closes by a step only; it is a word in a file that closes without.
        let state = ledger.state();
        let last = ledger.entries().last();
        let word = last.and_then(|entry| entry.event.status_word.as_deref());
        let closed = word.is_some_and(|word| {
            StatusWord::read(word)
                .meaning
                .is_some_and(|meaning| meaning.agrees_with(AreaStatus::HandedOver))
        });
        if closed && state.is_open() && state.released.is_empty() {
            let message = format!(
                "called `{}` without a product of land release or a reason",
                word.unwrap_or_default()
            );
            self.add(last.map(|entry| &entry.event.id), Check::ClosedWithoutProduct, message);
        }
    }

    fn handed_over_before_approval(
        &mut self,
        file: &AreaFile,
        ledger: &HazardousAreaLedger,
        known_by: Date,
    ) {
        let reviews = file.reviews(known_by).reviews;
        let approved = |id: &EventId| {
            reviews.iter().any(|((event, _), review)| event == id && review.state().is_approved())
        };
        for part in &ledger.state().released {
            let Some(handed_over_by) = &part.handed_over_by else { continue };
            if approved(handed_over_by) && !approved(&part.released_by) {
                let message = format!(
                    "land {} by `{}` is handed over, and its clearance was not approved",
                    LandState::Cleared,
                    part.released_by
                );
                self.add(Some(handed_over_by), Check::HandedOverBeforeApproval, message);
            }
        }
    }
}
