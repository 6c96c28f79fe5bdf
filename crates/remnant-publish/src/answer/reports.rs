//! Rows that operators reported, gathered into the ledger: what would be or was entered, what not.
//!
//! Belongs here: the counts by reason with the first rows of each, the square metres, the list of
//! rows to send back. Does not belong here: gathering them (`remnant-land-release`).

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use remnant_ground::ObjectKind;
use remnant_land_release::{
    BalanceError, Change, CountedTwice, Gathered, GatheredEvent, Line as LedgerLine, Note,
    OutsideInArea, Reason, ReportedRow,
};
use serde_json::json;

use super::Answer;
use crate::document::{Block, Document, Line, Page, PanelKind, Table};
use crate::number;
use crate::visible::{not_a_formula, visible};

/// Rows of a reason that are named; the CSV file holds them all.
const SHOWN: usize = 3;

/// Rows that were gathered, as a dry run or for good.
#[derive(Clone, Copy, Debug)]
pub struct ReportsStory<'a> {
    /// The short name of the source.
    pub source: &'a str,
    /// What became of its rows.
    pub gathered: &'a Gathered,
    /// Open land that two areas both hold, the events entered; or why that cannot be said.
    pub counted_twice: Result<&'a CountedTwice, &'a BalanceError>,
    /// Land counted outside any area that another area holds; or why that cannot be said.
    pub outside_in_areas: Result<&'a [OutsideInArea], &'a BalanceError>,
    /// Whether the events were entered.
    pub entered: bool,
}

/// What is told of many rows alike.
struct Group {
    rows: BTreeSet<String>,
    first: Vec<String>,
    example: String,
    help: String,
}

/// By kind of row and name of what is told.
#[derive(Default)]
struct Groups(BTreeMap<(ObjectKind, String), Group>);

impl Groups {
    fn add(&mut self, row: &ReportedRow, name: &str, example: &dyn ToString, help: &str) {
        let group = self.0.entry((row.kind, name.to_owned())).or_insert_with(|| Group {
            rows: BTreeSet::new(),
            first: Vec::new(),
            example: example.to_string(),
            help: help.to_owned(),
        });
        let id = row.id.to_string();
        if group.rows.insert(id.clone()) && group.first.len() < SHOWN {
            group.first.push(id);
        }
    }

    /// The most rows first.
    fn in_order(&self) -> Vec<(&(ObjectKind, String), &Group)> {
        let mut groups: Vec<_> = self.0.iter().collect();
        groups.sort_by_key(|((kind, name), group)| {
            (std::cmp::Reverse(group.rows.len()), *kind, name.clone())
        });
        groups
    }
}

/// What keeps rows from being entered, by reason. Evidence that is missing is counted by what is
/// missing: that is what a national rule can waive.
fn reasons(gathered: &Gathered) -> Groups {
    let mut groups = Groups::default();
    for unclear in &gathered.unclear {
        for reason in &unclear.reasons {
            groups.add(&unclear.row, reason.name(), reason, reason.help());
        }
    }
    for refused in &gathered.refused {
        for reason in &refused.refusal.reasons {
            let Reason::MissingEvidence { file } = reason else {
                groups.add(&refused.row, reason.name(), reason, &reason.help());
                continue;
            };
            for missing in file.iter().filter(|on_file| !on_file.met) {
                let requirement = missing.requirement;
                let name = format!("{}: {requirement}", reason.name());
                groups.add(&refused.row, &name, &requirement.words(), requirement.help());
            }
        }
    }
    groups
}

/// What a person should know of rows that are entered.
fn notes(gathered: &Gathered) -> Groups {
    let mut groups = Groups::default();
    for GatheredEvent { row, notes, remarks, .. } in &gathered.entered {
        for note in notes {
            let name = match note {
                Note::LeftOut { .. } => "strips left out",
                Note::ReportedDiffers { .. } => "reported area differs from the boundary",
                Note::NotCounted => "only a point",
            };
            groups.add(row, name, note, "");
        }
        for remark in remarks {
            groups.add(row, remark.name(), remark, "");
        }
    }
    groups
}

/// What is not on file of rows that are entered, with the rule that waives it as help.
fn waived(gathered: &Gathered) -> Groups {
    let mut groups = Groups::default();
    for entered in &gathered.entered {
        for waived in &entered.waived {
            let requirement = waived.requirement;
            groups.add(&entered.row, requirement.words(), &requirement, &waived.provenance);
        }
    }
    groups
}

/// `1 area`, `5 252 areas`.
fn rows(count: usize, one: &str, many: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        _ => format!("{} {many}", number::grouped(count as u64)),
    }
}

fn named(first: &[String], all: usize) -> String {
    let mut named = first.join(", ");
    if all > first.len() {
        named.push_str(&format!(" and {} more", number::grouped((all - first.len()) as u64)));
    }
    named
}

fn spaced(kind: ObjectKind) -> String {
    kind.word().replace('-', " ")
}

/// What would be or was entered, and what not, with the reasons.
#[must_use]
pub fn reports(story: &ReportsStory) -> Answer {
    let gathered = story.gathered;
    let title = format!("Reports of {} and the ledger of land release", story.source);
    let mut document = Document::new(title);
    document.lead = lead(story);
    if !gathered.entered.is_empty() {
        document.blocks.push(Block::Table(square_metres(gathered)));
        document.blocks.push(Block::Table(first_events(gathered)));
    }
    let reasons = reasons(gathered);
    if !reasons.0.is_empty() {
        let mut table = Table::new(
            "Why rows are not entered; a row can have several reasons",
            &["Rows", "Of", "Reason", "For example", "First rows"],
        );
        for ((kind, name), group) in reasons.in_order() {
            table.row(vec![
                number::grouped(group.rows.len() as u64).into(),
                spaced(*kind).into(),
                name.as_str().into(),
                group.example.as_str().into(),
                named(&group.first, group.rows.len()).into(),
            ]);
        }
        document.blocks.push(Block::Table(table));
        let help: BTreeMap<&str, &str> = reasons
            .in_order()
            .iter()
            .map(|((_, name), group)| (name.as_str(), group.help.as_str()))
            .collect();
        let lines = help.iter().map(|(name, help)| Line::text(format!("{name}: {help}")));
        document.blocks.push(Block::Section {
            anchor: "help".to_owned(),
            heading: "What can be done".to_owned(),
            blocks: vec![Block::List(lines.collect())],
        });
    }
    let notes = notes(gathered);
    if !notes.0.is_empty() {
        let mut table = Table::new(
            "What to know of rows that are entered",
            &["Rows", "Of", "What", "For example", "First rows"],
        );
        for ((kind, name), group) in notes.in_order() {
            table.row(vec![
                number::grouped(group.rows.len() as u64).into(),
                spaced(*kind).into(),
                name.as_str().into(),
                group.example.as_str().into(),
                named(&group.first, group.rows.len()).into(),
            ]);
        }
        document.blocks.push(Block::Table(table));
    }
    let waived = waived(gathered);
    if !waived.0.is_empty() {
        let mut table = Table::new(
            "What is not on file of rows that are entered, and by which rule it need not be",
            &["Rows", "Of", "Not on file", "Waived by"],
        );
        for ((kind, name), group) in waived.in_order() {
            table.row(vec![
                number::grouped(group.rows.len() as u64).into(),
                spaced(*kind).into(),
                name.as_str().into(),
                group.help.as_str().into(),
            ]);
        }
        document.blocks.push(Block::Table(table));
    }
    document.blocks.extend(still_open(gathered));
    document.blocks.extend(outside_in_areas(story));
    document.blocks.extend(overlapping(story));
    let data = json!({
        "source": story.source,
        "entered": story.entered,
        "rows": gathered.rows(),
        "gathered": gathered,
        "counted_twice": story.counted_twice.ok(),
        "outside_in_areas": story.outside_in_areas.ok(),
    });
    Answer { page: Page::Areas, document, data }
}

fn lead(story: &ReportsStory) -> Vec<Line> {
    let gathered = story.gathered;
    let all = gathered.rows();
    if all == 0 {
        return vec![Line::text(format!(
            "The project holds no hazardous areas and no releases of {}. `remnant read` takes them \
             in.",
            story.source
        ))];
    }
    let of_kind = |kind| gathered.entered.iter().filter(|event| event.row.kind == kind).count();
    let verb = if story.entered { "Entered" } else { "Would be entered" };
    let mut lead = vec![Line::text(format!(
        "{verb}: {} and {}, of {}, as drafts: provisional until they are approved.",
        rows(of_kind(ObjectKind::HazardousArea), "area", "areas"),
        rows(of_kind(ObjectKind::Release), "release", "releases"),
        rows(all, "row", "rows"),
    ))];
    lead.push(Line::text(format!(
        "Not: {} that the ledger refuses, {} that say no step, {} that were entered before. They \
         stay as they were reported.",
        rows(gathered.refused.len(), "row", "rows"),
        number::grouped(gathered.unclear.len() as u64),
        number::grouped(gathered.already.len() as u64),
    )));
    if !story.entered && !gathered.entered.is_empty() {
        lead.push(Line::text("This was a dry run: nothing was entered. `--enter` enters them."));
    }
    lead
}

fn square_metres(gathered: &Gathered) -> Table {
    let mut table = Table::new("What the steps write, in m²", &["Line", "SHA", "CHA"]);
    for line in LedgerLine::ALL {
        let sum = gathered.sum(line);
        if sum.total() != Change::ZERO {
            table.row(vec![
                line.words().into(),
                number::signed(sum.suspected.get()).into(),
                number::signed(sum.confirmed.get()).into(),
            ]);
        }
    }
    table
}

fn first_events(gathered: &Gathered) -> Table {
    let mut table = Table::new(
        format!("The first of {} steps", number::grouped(gathered.entered.len() as u64)),
        &["Row", "Area", "Effective on", "Step", "m²"],
    );
    let of_kind = |kind| gathered.entered.iter().filter(move |e| e.row.kind == kind).take(SHOWN);
    for entered in of_kind(ObjectKind::HazardousArea).chain(of_kind(ObjectKind::Release)) {
        let written: Change = entered.postings.iter().map(|posting| posting.amount).sum();
        table.row(vec![
            entered.row.id.as_str().into(),
            entered.event.area.as_str().into(),
            entered.event.effective_on.to_string().into(),
            entered.event.step.kind().noun().into(),
            number::signed(written.get()).into(),
        ]);
    }
    table
}

/// Areas that their source calls closed and that are open by all that could be entered.
fn still_open(gathered: &Gathered) -> Option<Block> {
    if gathered.still_open.is_empty() {
        return None;
    }
    let shown = gathered.still_open.iter().take(SHOWN);
    let mut lines: Vec<Line> = shown
        .map(|open| {
            let (area, word) = (&open.area, &open.word);
            Line::text(format!("{area}: called “{word}”, {} remain", open.remaining))
        })
        .collect();
    if gathered.still_open.len() > SHOWN {
        lines.push(Line::text(format!(
            "and {} more",
            number::grouped((gathered.still_open.len() - SHOWN) as u64)
        )));
    }
    let kind = PanelKind::Disputed;
    Some(Block::Panel { kind, heading: "Called closed, and open by the ledger".to_owned(), lines })
}

/// Land that one area's clearance counts outside any area, and that another area holds.
fn outside_in_areas(story: &ReportsStory) -> Option<Block> {
    let heading = "Counted outside any area, and inside another one".to_owned();
    let outside = match story.outside_in_areas {
        Ok(outside) => outside,
        Err(error) => {
            let lines = vec![Line::text(error.to_string()), Line::text(error.help())];
            return Some(Block::Panel { kind: PanelKind::Unknown, heading, lines });
        }
    };
    let mut largest: Vec<&OutsideInArea> = outside.iter().collect();
    largest.sort_by(|a, b| {
        b.square_metres.cmp(&a.square_metres).then((&a.event, &a.area).cmp(&(&b.event, &b.area)))
    });
    let mut lines: Vec<Line> = largest
        .iter()
        .take(SHOWN)
        .map(|held| {
            Line::text(format!(
                "{}: {} of it lie in {}, whose ledger does not know of the work",
                held.event, held.square_metres, held.area
            ))
        })
        .collect();
    if outside.len() > SHOWN {
        lines.push(Line::text(format!(
            "and {} more",
            number::grouped((outside.len() - SHOWN) as u64)
        )));
    }
    let kind = PanelKind::Disputed;
    (!lines.is_empty()).then_some(Block::Panel { kind, heading, lines })
}

/// Open land that two areas both hold. It is counted in both, and refused in none.
fn overlapping(story: &ReportsStory) -> Option<Block> {
    let (kind, heading) = (PanelKind::Disputed, "Open land in two areas".to_owned());
    let twice = match story.counted_twice {
        Ok(twice) => twice,
        Err(error) => {
            let lines = vec![Line::text(error.to_string()), Line::text(error.help())];
            return Some(Block::Panel { kind: PanelKind::Unknown, heading, lines });
        }
    };
    if twice.pairs.is_empty() {
        return None;
    }
    let mut lines = vec![Line::text(format!(
        "{} are counted more than once, in {}: {} summed over the areas, {} on the ground.",
        twice.twice(),
        rows(twice.pairs.len(), "pair of areas", "pairs of areas"),
        twice.sum,
        twice.union,
    ))];
    let mut largest: Vec<_> = twice.pairs.iter().collect();
    largest.sort_by(|a, b| b.area.cmp(&a.area).then((&a.one, &a.other).cmp(&(&b.one, &b.other))));
    lines.extend(
        largest
            .iter()
            .take(SHOWN)
            .map(|pair| Line::text(format!("{} and {} share {}", pair.one, pair.other, pair.area))),
    );
    Some(Block::Panel { kind, heading, lines })
}

/// The columns of the list, in order.
const COLUMNS: [&str; 9] =
    ["kind", "id", "file", "sheet", "line", "outcome", "reason", "what_is_told", "what_to_do"];

/// Writes all rows with what became of each, one line for each reason: to send back to the operator.
/// UTF-8 with a byte order mark, rows end in CR LF (RFC 4180); a cell that a spreadsheet program
/// would take for a formula has an apostrophe before it.
///
/// # Errors
/// When it cannot be written.
pub fn csv<W: Write>(story: &ReportsStory, mut out: W) -> io::Result<()> {
    out.write_all("\u{feff}".as_bytes())?;
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
    writer.write_record(COLUMNS)?;
    let mut write = |row: &ReportedRow, outcome: &str, told: [&str; 3]| {
        let origin = row.origin.as_ref();
        let line = origin.map_or_else(String::new, |origin| origin.line.to_string());
        let place = [
            row.kind.word(),
            row.id.as_str(),
            origin.map_or("", |origin| &origin.file),
            origin.map_or("", |origin| &origin.sheet),
            &line,
            outcome,
        ];
        for cell in place.iter().chain(&told) {
            writer.write_field(not_a_formula(&visible(cell)).as_ref())?;
        }
        writer.write_record(None::<&[u8]>)
    };
    let gathered = story.gathered;
    let entered = if story.entered { "entered" } else { "would be entered" };
    for event in &gathered.entered {
        let notes = event.notes.iter().map(ToString::to_string);
        let told: Vec<String> =
            notes.chain(event.remarks.iter().map(ToString::to_string)).collect();
        write(&event.row, entered, ["", &told.join("; "), ""])?;
    }
    for refused in &gathered.refused {
        for reason in &refused.refusal.reasons {
            let told = [reason.name(), &reason.to_string(), &reason.help()];
            write(&refused.row, "refused", told)?;
        }
    }
    for unclear in &gathered.unclear {
        for reason in &unclear.reasons {
            write(&unclear.row, "unclear", [reason.name(), &reason.to_string(), reason.help()])?;
        }
    }
    for row in &gathered.already {
        write(row, "entered before", ["", "", ""])?;
    }
    writer.flush()
}
