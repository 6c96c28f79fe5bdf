//! Rows that operators reported, into the ledger of land release.
//!
//! Belongs here: gathering the objects of a source, entering the events at once, the list to send
//! back. Does not belong here: what a row says, and whether it can be entered
//! (`remnant-land-release`).

use std::io::BufWriter;
use std::process::ExitCode;

use jiff::civil::Date;
use remnant_ground::{Object, ObjectKind};
use remnant_land_release::{Counting, Entering, Gathered, Person, gather};
use remnant_publish::answer::reports::{self, ReportsStory};
use remnant_record::AsOf;
use remnant_store::{NewEntry, Stamp, Store};

use crate::command::release::FromReports;
use crate::error::ProgramError;
use crate::print;
use crate::project::area;
use crate::project::new_file::NewFile;

/// Tells what of a source's rows would be entered and what not; enters it where the person says so.
pub(super) fn from_reports(asked: &FromReports) -> Result<ExitCode, ProgramError> {
    let stamp = asked.desk.stamp()?;
    let mut store = asked.desk.open()?;
    // Begun before anything is entered, so that one that cannot be written is told in time.
    let report = asked.report.as_deref().map(NewFile::at).transpose()?;
    let enter = asked.enter && !asked.dry_run;
    let gathered = if enter {
        // What is gathered still stands when it is entered: nobody else writes in between.
        store.decide(&stamp, |store| {
            let gathered = gathered(store, asked, &stamp)?;
            let events = gathered.entered.iter().map(|entered| &entered.event);
            let entries: Result<Vec<NewEntry>, _> =
                events.map(|event| NewEntry::release_event(event.area.as_str(), event)).collect();
            Ok::<_, ProgramError>((entries?, gathered))
        })?
    } else {
        gathered(&mut store, asked, &stamp)?
    };
    let counted_twice = gathered.counted_twice(stamp.on());
    let outside = gathered.outside_in_areas(stamp.on());
    let story = ReportsStory {
        source: &asked.source,
        gathered: &gathered,
        counted_twice: counted_twice.as_ref(),
        outside_in_areas: outside.as_deref(),
        entered: enter,
    };
    if let (Some(mut report), Some(path)) = (report, &asked.report) {
        reports::csv(&story, BufWriter::new(report.file())).map_err(|source| {
            ProgramError::Unwritable { path: path.display().to_string(), source }
        })?;
        report.keep()?;
    }
    print::answer(&reports::reports(&story), AsOf::day(stamp.on()), asked.json)
}

/// What a source's rows come to, beside what the ledgers hold.
fn gathered(
    store: &mut Store,
    asked: &FromReports,
    stamp: &Stamp,
) -> Result<Gathered, ProgramError> {
    let by = Person::new(stamp.author())?;
    let objects = Objects::of(store, &asked.source, stamp.on())?;
    let files = area::files(store, None, stamp.on())?;
    let book = area::rules(store, stamp.on())?;
    let counting = Counting { outside: asked.count_outside, again: asked.count_again };
    let entering = Entering { on: stamp.on(), by: &by, counting };
    Ok(gather(&objects.rows, &objects.beside, &files, &book, entering))
}

/// Objects of a project: the rows of one source, and what stands beside them.
struct Objects {
    rows: Vec<Object>,
    beside: Vec<Object>,
}

impl Objects {
    /// As known by a day. A row whose own day lies ahead is a row all the same.
    fn of(store: &mut Store, source: &str, known_by: Date) -> Result<Self, ProgramError> {
        let view = AsOf { on: Date::MAX, known_by };
        let mut objects = Self { rows: Vec::new(), beside: Vec::new() };
        let gathered = [ObjectKind::HazardousArea, ObjectKind::Release];
        let looked_up = [ObjectKind::EvidencePoint, ObjectKind::Accident, ObjectKind::Search];
        for kind in gathered.into_iter().chain(looked_up) {
            store.objects(kind, view, |stored| {
                let of_source = stored.id.split_once('/').is_some_and(|(name, _)| name == source);
                let list = if of_source && gathered.contains(&kind) {
                    &mut objects.rows
                } else {
                    &mut objects.beside
                };
                list.push(stored.object()?);
                Ok(())
            })?;
        }
        Ok(objects)
    }
}
