//! The ledger of one hazardous area: its events in the order of their effect.
//!
//! Belongs here: entering an event or refusing it, folding a journal, the state on a day, as known
//! by a day. Does not belong here: what a step does (`effect`), reviews (`area_file`), sums over
//! areas (`balance`).

use jiff::civil::Date;

use crate::area_state::AreaState;
use crate::effect::{Effect, Note, effect};
use crate::error::{Reason, Refusal};
use crate::event::{Event, Step};
use crate::identities::{Identity, Side};
use crate::identity::AreaId;
use crate::national_rules::RuleBook;
use crate::posting::{Change, Columns, Line, Posting};

/// A step that stands in the ledger, with what it did.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The event.
    pub event: Event,
    /// The area after it.
    pub after: AreaState,
    /// What it wrote.
    pub postings: Vec<Posting>,
    /// What a person should know of it.
    pub notes: Vec<Note>,
}

/// What entering an event gave.
#[derive(Clone, Debug, PartialEq)]
pub struct Entered {
    /// The square metres that remained before, in both columns.
    pub before: Columns,
    /// The square metres that remain after it.
    pub after: Columns,
    /// What it wrote.
    pub postings: Vec<Posting>,
    /// What a person should know of it.
    pub notes: Vec<Note>,
}

/// An event of the journal that could not be taken, kept so that nothing is lost.
#[derive(Clone, Debug, PartialEq)]
pub struct SetAside {
    /// The event.
    pub event: Event,
    /// Why it does not stand in the ledger.
    pub refusal: Refusal,
}

/// All that was decided about one area.
///
/// Events are folded in the order of their effect, those of one day as they were recorded. They are
/// entered in the order in which they were recorded: an event that takes effect before others is
/// put between them, and is refused when one of those could then no longer be taken. So the ledger
/// as it was known by a day is a fold of what was recorded by then, and later entries never change
/// it.
///
/// ```
/// use remnant_land_release::{AreaId, Event, HazardousAreaLedger, RuleBook};
///
/// let opened: Event = serde_json::from_str(r#"{
///     "id": "E-1", "version": 1, "area": "HA-017", "effective_on": "2024-03-01",
///     "recorded": {"on": "2024-03-04", "order": 1, "by": "ana"},
///     "organisation": "operator", "team": "survey 2", "why": "two farmers told of a strike",
///     "evidence": [{"id": "EP-1", "kind": "verbal_report", "how_known": "told",
///         "dated": "2024-02", "reliability": "medium", "located": false}],
///     "step": {"kind": "opened", "classification": "SHA", "why_not_direct": "nothing was seen yet",
///         "reported_square_metres": 8500, "extent": {"boundary": {"boundary":
///             [[[[17.0, 45.0], [17.001, 45.0], [17.001, 45.001], [17.0, 45.001], [17.0, 45.0]]]]}}}
/// }"#)?;
/// let mut ledger = HazardousAreaLedger::new(AreaId::new("HA-017")?, RuleBook::default());
/// let entered = ledger.enter(opened)?;
/// assert_eq!(entered.after.suspected.to_string(), "8 762 m2");
/// assert_eq!(ledger.state().words(), "open: SHA");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct HazardousAreaLedger {
    area: AreaId,
    book: RuleBook,
    entries: Vec<Entry>,
    set_aside: Vec<SetAside>,
    empty: AreaState,
}

impl HazardousAreaLedger {
    /// A ledger without an entry.
    #[must_use]
    pub fn new(area: AreaId, book: RuleBook) -> Self {
        Self { area, book, entries: Vec::new(), set_aside: Vec::new(), empty: AreaState::default() }
    }

    /// The ledger that the events of a journal make, in whatever order they come.
    ///
    /// An event that cannot be taken is set aside with its reasons: copies that worked apart may
    /// both have released the same land, and then the one recorded later waits for a person.
    #[must_use]
    pub fn fold(area: AreaId, book: RuleBook, events: impl IntoIterator<Item = Event>) -> Self {
        let mut events: Vec<Event> = events.into_iter().collect();
        events.sort_by(|a, b| a.recorded_order().cmp(&b.recorded_order()));
        let mut ledger = Self::new(area, book);
        for event in events {
            if let Err(refusal) = ledger.enter(event.clone()) {
                ledger.set_aside.push(SetAside { event, refusal });
            }
        }
        ledger
    }

    /// Enters an event, or refuses it with all reasons and leaves the ledger as it was.
    ///
    /// # Errors
    /// When the event is about another area, is in the ledger already or was recorded before an
    /// event that is; when its step cannot be taken from the state of the land, lacks evidence, or
    /// its boundary does not fit what remains; when a later step could no longer be taken.
    pub fn enter(&mut self, event: Event) -> Result<Entered, Refusal> {
        let refuse = |event: &Event, reasons| Refusal {
            area: self.area.clone(),
            event: event.id.clone(),
            step: event.step.kind(),
            reasons,
        };
        if let Some(reason) = self.misplaced(&event) {
            return Err(refuse(&event, vec![reason]));
        }
        let at =
            self.entries.partition_point(|entry| entry.event.effect_order() < event.effect_order());
        let before = self.entry_state(at);
        let rules = self.book.on(event.effective_on, event.recorded.on);
        let taken = match effect(before, &event, &rules) {
            Ok(taken) => taken,
            Err(reasons) => return Err(refuse(&event, reasons)),
        };
        let mut later: Vec<Entry> = Vec::new();
        for entry in &self.entries[at..] {
            let state = later.last().map_or(&taken.after, |entry| &entry.after);
            let rules = self.book.on(entry.event.effective_on, entry.event.recorded.on);
            match effect(state, &entry.event, &rules) {
                Ok(again) => later.push(Entry::of(entry.event.clone(), again)),
                Err(reasons) => {
                    let because: Vec<String> = reasons.iter().map(ToString::to_string).collect();
                    let upset = Reason::UpsetsLaterStep {
                        event: entry.event.id.clone(),
                        step: entry.event.step.kind(),
                        effective_on: entry.event.effective_on,
                        because: because.join("; "),
                    };
                    return Err(refuse(&event, vec![upset]));
                }
            }
        }
        let entered = Entered {
            before: before.open(),
            after: taken.after.open(),
            postings: taken.postings.clone(),
            notes: taken.notes.clone(),
        };
        self.entries.truncate(at);
        self.entries.push(Entry::of(event, taken));
        self.entries.append(&mut later);
        Ok(entered)
    }

    fn misplaced(&self, event: &Event) -> Option<Reason> {
        if event.area != self.area {
            return Some(Reason::AnotherArea(event.area.clone()));
        }
        if let Some(there) = self.entries.iter().find(|entry| entry.event.id == event.id) {
            let (event, version) = (event.id.clone(), there.event.version);
            return Some(Reason::AlreadyEntered { event, version });
        }
        let last = self
            .entries
            .iter()
            .max_by(|a, b| a.event.recorded_order().cmp(&b.event.recorded_order()));
        if let Some(last) = last.filter(|last| last.event.recorded_order() > event.recorded_order())
        {
            return Some(Reason::RecordedOutOfOrder(last.event.id.clone()));
        }
        let opens =
            matches!(event.step, Step::Indicated(_) | Step::Opened(_) | Step::ClearedOutside(_));
        let opened_on = self.state().first_on?;
        (!opens && event.effective_on < opened_on).then_some(Reason::EffectiveBeforeOpening {
            effective_on: event.effective_on,
            opened_on,
        })
    }

    /// The state before the entry at a place.
    pub(crate) fn entry_state(&self, at: usize) -> &AreaState {
        let before = at.checked_sub(1).and_then(|at| self.entries.get(at));
        before.map_or(&self.empty, |entry| &entry.after)
    }

    /// The area.
    #[must_use]
    pub fn area(&self) -> &AreaId {
        &self.area
    }

    /// The rules by which events are judged.
    #[must_use]
    pub fn book(&self) -> &RuleBook {
        &self.book
    }

    /// The steps that stand, in the order of their effect.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The events of the journal that do not stand, as they were recorded.
    #[must_use]
    pub fn set_aside(&self) -> &[SetAside] {
        &self.set_aside
    }

    /// The area after its last step.
    #[must_use]
    pub fn state(&self) -> &AreaState {
        self.entry_state(self.entries.len())
    }

    /// The area at the end of a day.
    #[must_use]
    pub fn on(&self, day: Date) -> &AreaState {
        let until = self.entries.partition_point(|entry| entry.event.effective_on <= day);
        self.entry_state(until)
    }

    /// The ledger as it was known by the end of a day: made of what had been recorded by then.
    #[must_use]
    pub fn known_by(&self, day: Date) -> Self {
        let entered = self.entries.iter().map(|entry| &entry.event);
        let all = entered.chain(self.set_aside.iter().map(|aside| &aside.event));
        let known = all.filter(|event| event.recorded.on <= day).cloned();
        Self::fold(self.area.clone(), self.book.clone(), known)
    }

    /// The sum of a line over all entries, in both columns.
    #[must_use]
    pub fn sum(&self, line: Line) -> Columns {
        let mut sum = Columns::default();
        let postings = self.entries.iter().flat_map(|entry| &entry.postings);
        for posting in postings.filter(|posting| posting.line == line) {
            sum.add_to(posting.classification, posting.amount);
        }
        sum
    }

    /// The identities of the area, each with both sides: the books against the parcels of land.
    ///
    /// # Source
    /// Bookkeeping of land release, identities per area: what came in is what went out and what
    /// remains; conversion moves square metres and makes none; released land counts once in the
    /// stock, however often in outputs.
    #[must_use]
    pub fn identities(&self) -> Vec<Identity> {
        let total = |line: Line| self.sum(line).total();
        let came_in = [Line::Identified, Line::Reopened, Line::Extended, Line::Adjusted];
        let went_out =
            [Line::Cancelled, Line::ReducedWithAsset, Line::ReducedWithoutAsset, Line::Cleared];
        let side = |lines: &[Line]| -> Vec<(&'static str, Change)> {
            lines.iter().map(|line| (line.words(), total(*line))).collect()
        };
        let state = self.state();
        let subject = self.area.to_string();
        let mut right = side(&went_out);
        right.push(("remaining", state.open().total()));
        let mut identities = vec![Identity {
            name: "area: what came in is what went out and what remains",
            subject: subject.clone(),
            left: Side(side(&came_in)),
            right: Side(right),
        }];
        identities.push(Identity {
            name: "area: conversion moves square metres and makes none",
            subject: subject.clone(),
            left: Side(vec![("out of SHA", -self.sum(Line::Converted).suspected)]),
            right: Side(vec![("into CHA", self.sum(Line::Converted).confirmed)]),
        });
        let mut right = side(&went_out);
        right.push(("less reopened", -total(Line::Reopened)));
        identities.push(Identity {
            name: "area: released land counts once in the stock",
            subject,
            left: Side(vec![("released today", state.released_stock())]),
            right: Side(right),
        });
        identities
    }
}

impl Entry {
    fn of(event: Event, effect: Effect) -> Self {
        let Effect { after, postings, notes } = effect;
        Self { event, after, postings, notes }
    }
}
