//! Gathering the rows of an operator into the ledgers of their areas.
//!
//! Belongs here: the order in which rows are tried, which were entered before, what became of each.
//! Does not belong here: what one row says (`opening`, `release`), keeping the events.

use std::collections::BTreeMap;

use jiff::civil::Date;
use remnant_ground::{Object, ObjectId, ObjectKind, RowOrigin};
use serde::Serialize;

use super::change::parts_changed;
use super::opening::called_closed;
use super::waived::waived;
use super::{Background, Counting, Remark, ReportedStep, Unclear, Waived, opened, released};
use crate::area_file::{AreaFile, Reading};
use crate::balance::BalanceError;
use crate::counted_twice::CountedTwice;
use crate::effect::Note;
use crate::error::Refusal;
use crate::event::{Event, Recorded};
use crate::identity::{AreaId, EventId, Person};
use crate::land::Classification;
use crate::ledger::HazardousAreaLedger;
use crate::national_rules::RuleBook;
use crate::posting::{Change, Columns, Line, Posting};

/// Who enters rows, when, and what is counted that the ledger refuses unless it is told.
#[derive(Clone, Copy, Debug)]
pub struct Entering<'a> {
    /// The day of entry.
    pub on: Date,
    /// Who enters them.
    pub by: &'a Person,
    /// What is counted.
    pub counting: Counting,
}

/// A row that was reported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReportedRow {
    /// A hazardous area or a release.
    pub kind: ObjectKind,
    /// Its id.
    pub id: ObjectId,
    /// Where it stands in a file, where it came from one.
    pub origin: Option<RowOrigin>,
}

/// A row that became an event.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GatheredEvent {
    /// The row.
    pub row: ReportedRow,
    /// The event.
    pub event: Event,
    /// What it wrote.
    pub postings: Vec<Posting>,
    /// What the ledger says of it.
    pub notes: Vec<Note>,
    /// What the reading of the row says of it.
    pub remarks: Vec<Remark>,
    /// What is not on file and need not be, by which rule.
    pub waived: Vec<Waived>,
}

/// A row that says a step which the ledger does not take.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GatheredRefusal {
    /// The row.
    pub row: ReportedRow,
    /// All reasons.
    pub refusal: Refusal,
}

/// A row that says no step.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GatheredUnclear {
    /// The row.
    pub row: ReportedRow,
    /// All reasons.
    pub reasons: Vec<Unclear>,
}

/// An area that its source calls closed and that is open by all that could be entered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StillOpen {
    /// The area.
    pub area: AreaId,
    /// The word of the source.
    pub word: String,
    /// What remains.
    #[serde(rename = "remaining_square_metres")]
    pub remaining: Change,
}

/// What became of the rows: each is in exactly one of the first four lists.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Gathered {
    /// The events, in the order in which they are entered.
    pub entered: Vec<GatheredEvent>,
    /// The rows that the ledger refused, in the order in which they were tried.
    pub refused: Vec<GatheredRefusal>,
    /// The rows that say no step, areas before releases, by id.
    pub unclear: Vec<GatheredUnclear>,
    /// The rows that were entered before and say the same today.
    pub already: Vec<ReportedRow>,
    /// Areas that are called closed and are open.
    pub still_open: Vec<StillOpen>,
    /// The ledgers of all areas, those without a row included, with the events entered.
    #[serde(skip)]
    pub ledgers: Vec<HazardousAreaLedger>,
}

impl Gathered {
    /// How many rows there were.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.entered.len() + self.refused.len() + self.unclear.len() + self.already.len()
    }

    /// What the events write on a line, in both columns.
    #[must_use]
    pub fn sum(&self, line: Line) -> Columns {
        let mut sum = Columns::default();
        let postings = self.entered.iter().flat_map(|entered| &entered.postings);
        for posting in postings.filter(|posting| posting.line == line) {
            sum.add_to(posting.classification, posting.amount);
        }
        sum
    }

    /// Open land at the end of a day that two areas both hold, the events entered. Operators draw
    /// areas over those of others: that is told and not refused.
    ///
    /// # Errors
    /// When areas that overlap cannot be laid over each other.
    pub fn counted_twice(&self, day: Date) -> Result<CountedTwice, BalanceError> {
        CountedTwice::of(&self.ledgers, day)
    }
}

/// Gathers rows on hazardous areas and releases into the ledgers of their areas.
///
/// Areas are opened first, by day and id; releases follow by day of effect and id, so that the order
/// of the rows makes no difference. A release that rests on another one of its day is tried again
/// after that, whatever their ids. Each event is entered into the ledger of its area, which takes
/// it or refuses it by the rules of its day: nothing is waived here. `beside` are other objects of
/// the project: evidence points, accidents and searches, and areas and releases of other sources.
///
/// The name of an event follows from the row, so a row that was gathered before adds nothing. A row
/// that says otherwise today is unclear; where a reviewer returned the entry, it becomes its next
/// version. Rows of other kinds are passed over.
#[must_use]
pub fn gather(
    rows: &[Object],
    beside: &[Object],
    files: &[AreaFile],
    book: &RuleBook,
    entering: Entering<'_>,
) -> Gathered {
    let mut gathering = Gathering::begin(files, book, entering);
    let in_ledger =
        gathering.areas.iter().map(|(area, under_way)| (area, under_way.ledger.state()));
    let background = Background::new(rows.iter().chain(beside), in_ledger);
    let mut areas = read(rows, ObjectKind::HazardousArea, |row| opened(row, &background));
    sort(&mut areas);
    let mut releases =
        read(rows, ObjectKind::Release, |row| released(row, &background, entering.counting));
    sort(&mut releases);
    let closed: BTreeMap<&str, &str> =
        areas.iter().filter_map(|(row, _)| Some((row.id.as_str(), called_closed(row)?))).collect();
    hand_words_on(&closed, &mut releases);
    for (object, says) in areas.into_iter().chain(releases) {
        gathering.row(object, says);
    }
    gathering.try_again();
    gathering.end(&closed)
}

type Read<'a> = (&'a Object, Result<ReportedStep, Vec<Unclear>>);

fn read<'a>(
    rows: &'a [Object],
    kind: ObjectKind,
    read: impl Fn(&Object) -> Result<ReportedStep, Vec<Unclear>>,
) -> Vec<Read<'a>> {
    rows.iter().filter(|row| row.kind == kind).map(|row| (row, read(row))).collect()
}

/// By day of effect and id; rows without a day come last. Two rows of one id, which no project has,
/// stand in the order of their texts.
fn sort(rows: &mut [Read<'_>]) {
    let day = |says: &Result<ReportedStep, Vec<Unclear>>| {
        says.as_ref().map_or(Date::MAX, |says| says.effective_on)
    };
    let text = |object: &Object| serde_json::to_string(object).unwrap_or_default();
    rows.sort_by(|(a, says_a), (b, says_b)| {
        (day(says_a), &a.id)
            .cmp(&(day(says_b), &b.id))
            .then_with(|| if a.id == b.id { text(a).cmp(&text(b)) } else { a.id.cmp(&b.id) })
    });
}

/// The word by which a source calls an area closed is of the state after the last release of it.
fn hand_words_on(closed: &BTreeMap<&str, &str>, releases: &mut [Read<'_>]) {
    let mut last: BTreeMap<AreaId, &mut ReportedStep> = BTreeMap::new();
    for step in releases.iter_mut().filter_map(|(_, says)| says.as_mut().ok()) {
        last.insert(step.area.clone(), step);
    }
    for (area, step) in last {
        step.status_word = closed.get(area.as_str()).map(|word| (*word).to_owned());
    }
}

/// One area as rows are entered into it.
struct UnderWay {
    ledger: HazardousAreaLedger,
    /// The order of the next event of the day.
    next: u64,
}

/// An entry that was made of a row before: its latest version.
struct Before {
    event: Event,
    returned: bool,
}

/// A row that the ledger refused, as it may be tried again.
struct Waiting {
    row: ReportedRow,
    id: EventId,
    version: u32,
    says: ReportedStep,
    refusal: Refusal,
}

struct Gathering<'a> {
    book: &'a RuleBook,
    entering: Entering<'a>,
    areas: BTreeMap<AreaId, UnderWay>,
    before: BTreeMap<EventId, Before>,
    waiting: Vec<Waiting>,
    gathered: Gathered,
}

impl<'a> Gathering<'a> {
    fn begin(files: &[AreaFile], book: &'a RuleBook, entering: Entering<'a>) -> Self {
        let mut areas = BTreeMap::new();
        let mut before: BTreeMap<EventId, Before> = BTreeMap::new();
        for file in files {
            let reviews = file.reviews(entering.on).reviews;
            for event in file.events().iter().filter(|event| event.recorded.on <= entering.on) {
                let later = before.get(&event.id).is_some_and(|b| b.event.version > event.version);
                if later {
                    continue;
                }
                let review = reviews.get(&(event.id.clone(), event.version));
                let returned = review.is_some_and(|review| review.state().is_rejected());
                before.insert(event.id.clone(), Before { event: event.clone(), returned });
            }
            let next =
                file.events().iter().map(|event| event.recorded.order).max().unwrap_or(0) + 1;
            let ledger = file.ledger(Reading::Provisional, entering.on);
            areas.insert(file.area().clone(), UnderWay { ledger, next });
        }
        let (waiting, gathered) = (Vec::new(), Gathered::default());
        Self { book, entering, areas, before, waiting, gathered }
    }

    fn row(&mut self, object: &Object, says: Result<ReportedStep, Vec<Unclear>>) {
        let row =
            ReportedRow { kind: object.kind, id: object.id.clone(), origin: object.origin.clone() };
        let entry = says.and_then(|says| Ok((self.entry_of(object, &says)?, says)));
        match entry {
            Err(reasons) => self.gathered.unclear.push(GatheredUnclear { row, reasons }),
            Ok((None, _)) => self.gathered.already.push(row),
            Ok((Some((id, version)), says)) => self.enter(row, id, version, says),
        }
    }

    /// The name and version under which a row is entered; none where it was entered before.
    fn entry_of(
        &self,
        object: &Object,
        says: &ReportedStep,
    ) -> Result<Option<(EventId, u32)>, Vec<Unclear>> {
        // An area and a release of one source may well bear one number.
        let what = match object.kind {
            ObjectKind::HazardousArea => "area",
            _ => "release",
        };
        let id = EventId::new(format!("{}/reported-{what}", object.id))
            .map_err(|fault| vec![Unclear::NotAnId { field: "id", fault }])?;
        let Some(before) = self.before.get(&id) else { return Ok(Some((id, 1))) };
        let parts = parts_changed(&before.event, says, object);
        let version = before.event.version;
        match (before.returned, parts.is_empty()) {
            (false, true) => Ok(None),
            (false, false) => Err(vec![Unclear::Changed { event: id, parts }]),
            (true, true) => Err(vec![Unclear::ReturnedUnchanged { event: id, version }]),
            (true, false) => Ok(Some((id, version.saturating_add(1)))),
        }
    }

    fn enter(&mut self, row: ReportedRow, id: EventId, version: u32, says: ReportedStep) {
        let area = says.area.clone();
        let opens = row.kind == ObjectKind::HazardousArea;
        let mut is_there = self.areas.contains_key(&area);
        if !opens && !is_there {
            let reasons = vec![Unclear::AreaNotEntered { area }];
            self.gathered.unclear.push(GatheredUnclear { row, reasons });
            return;
        }
        let mut under_way = self.areas.remove(&area).unwrap_or_else(|| UnderWay {
            ledger: HazardousAreaLedger::new(area.clone(), self.book.clone()),
            next: 1,
        });
        let event = Event {
            id: id.clone(),
            version,
            area: area.clone(),
            effective_on: says.effective_on,
            recorded: Recorded {
                on: self.entering.on,
                order: under_way.next,
                by: self.entering.by.clone(),
            },
            organisation: says.organisation.clone(),
            team: None,
            why: says.why.clone(),
            status_word: says.status_word.clone(),
            evidence: says.evidence.clone(),
            step: says.step.clone(),
        };
        match under_way.ledger.enter(event.clone()) {
            Ok(entered) => {
                under_way.next += 1;
                is_there = true;
                let rules = under_way.ledger.book().on(event.effective_on, event.recorded.on);
                let confirmed = |posting: &Posting| {
                    posting.line == Line::Cancelled
                        && posting.classification == Classification::Confirmed
                };
                let waived = waived(&event, &rules, entered.postings.iter().any(confirmed));
                let before = Before { event: event.clone(), returned: false };
                self.before.insert(event.id.clone(), before);
                self.gathered.entered.push(GatheredEvent {
                    row,
                    event,
                    postings: entered.postings,
                    notes: entered.notes,
                    remarks: says.remarks,
                    waived,
                });
            }
            Err(refusal) => self.waiting.push(Waiting { row, id, version, says, refusal }),
        }
        // A new ledger that took nothing is that of no area.
        if is_there {
            self.areas.insert(area, under_way);
        }
    }

    /// Tries what was refused until nothing more is taken: each time something is, or it ends.
    fn try_again(&mut self) {
        loop {
            let taken = self.gathered.entered.len();
            for Waiting { row, id, version, says, .. } in std::mem::take(&mut self.waiting) {
                self.enter(row, id, version, says);
            }
            if self.gathered.entered.len() == taken {
                return;
            }
        }
    }

    fn end(self, closed: &BTreeMap<&str, &str>) -> Gathered {
        let Self { areas, waiting, mut gathered, .. } = self;
        gathered.refused = waiting
            .into_iter()
            .map(|Waiting { row, refusal, .. }| GatheredRefusal { row, refusal })
            .collect();
        // A step that was put before others may have changed what those write.
        for entered in &mut gathered.entered {
            let under_way = areas.get(&entered.event.area);
            let entries = under_way.into_iter().flat_map(|under_way| under_way.ledger.entries());
            if let Some(entry) = entries.rev().find(|entry| entry.event.id == entered.event.id) {
                entered.postings.clone_from(&entry.postings);
                entered.notes.clone_from(&entry.notes);
            }
        }
        gathered.unclear.sort_by(|a, b| (a.row.kind, &a.row.id).cmp(&(b.row.kind, &b.row.id)));
        gathered.still_open = areas
            .iter()
            .filter_map(|(area, under_way)| {
                let word = closed.get(area.as_str())?;
                let state = under_way.ledger.state();
                state.is_open().then(|| StillOpen {
                    area: area.clone(),
                    word: (*word).to_owned(),
                    remaining: state.open().total(),
                })
            })
            .collect();
        gathered.ledgers = areas.into_values().map(|under_way| under_way.ledger).collect();
        gathered
    }
}
