//! Hazardous areas as the journal holds them.
//!
//! Belongs here: gathering the events, reviews and rules of areas for the ledger. Does not belong
//! here: what follows from them (`remnant-land-release`).

use std::collections::{BTreeMap, BTreeSet};
use std::process::ExitCode;

use jiff::civil::Date;
use remnant_land_release::{
    AreaFile, AreaHistory, AreaId, Event, EventId, NationalRules, Reading, ReviewStep, RuleBook,
};
use remnant_publish::answer::{area_history, areas};
use remnant_store::{EntryFilter, EntryKind, Store};

use crate::command::project::AreaCommand;
use crate::error::ProgramError;
use crate::print;
use crate::project::as_of;

/// The setting under which a project keeps its versions of the national rules.
pub(super) const RULES: &str = "national-rules";

/// The national rules of a project, as known by a day.
pub(super) fn rules(store: &mut Store, known_by: Date) -> Result<RuleBook, ProgramError> {
    let filter = EntryFilter {
        kind: Some(EntryKind::Setting),
        subject: Some(RULES.to_owned()),
        known_by: Some(known_by),
        ..EntryFilter::default()
    };
    let mut versions: Vec<NationalRules> = Vec::new();
    store.entries(&filter, |entry, _| {
        versions.push(entry.says()?);
        Ok(())
    })?;
    Ok(RuleBook::new(versions))
}

/// All areas of a project with everything that happened to them, as known by a day; only those
/// named, where any are.
pub(super) fn files(
    store: &mut Store,
    named: Option<&AreaId>,
    known_by: Date,
) -> Result<Vec<AreaFile>, ProgramError> {
    let book = rules(store, known_by)?;
    let mut events: BTreeMap<AreaId, Vec<Event>> = BTreeMap::new();
    let mut taken: BTreeSet<(EventId, u32)> = BTreeSet::new();
    let filter = EntryFilter {
        kind: Some(EntryKind::ReleaseEvent),
        subject: named.map(ToString::to_string),
        known_by: Some(known_by),
        ..EntryFilter::default()
    };
    store.entries(&filter, |entry, known_from| {
        let mut event: Event = entry.says()?;
        // Two copies may have given one name to two events; the copy's mark keeps them apart.
        if !taken.insert((event.id.clone(), event.version))
            && let Ok(id) = EventId::new(format!("{}~{:.4}", event.id, entry.origin.simple()))
        {
            event.id = id;
        }
        event.recorded.on = event.recorded.on.max(known_from);
        events.entry(event.area.clone()).or_default().push(event);
        Ok(())
    })?;
    let mut reviews: BTreeMap<EventId, Vec<ReviewStep>> = BTreeMap::new();
    let filter = EntryFilter {
        kind: Some(EntryKind::ReviewStep),
        known_by: Some(known_by),
        ..EntryFilter::default()
    };
    store.entries(&filter, |entry, known_from| {
        let mut step: ReviewStep = entry.says()?;
        step.recorded_on = step.recorded_on.max(known_from);
        reviews.entry(step.event.clone()).or_default().push(step);
        Ok(())
    })?;
    Ok(events
        .into_iter()
        .map(|(area, events)| {
            let ids: BTreeSet<EventId> = events.iter().map(|event| event.id.clone()).collect();
            let steps: Vec<ReviewStep> =
                ids.iter().filter_map(|id| reviews.get(id)).flatten().cloned().collect();
            AreaFile::new(area, book.clone(), events, steps)
        })
        .collect())
}

/// One area with everything that happened to it; an empty file where nothing did.
pub(super) fn file(
    store: &mut Store,
    area: &AreaId,
    known_by: Date,
) -> Result<AreaFile, ProgramError> {
    match files(store, Some(area), known_by)?.pop() {
        Some(file) => Ok(file),
        None => Ok(AreaFile::new(area.clone(), rules(store, known_by)?, [], [])),
    }
}

/// Lists areas, or tells all that happened to one.
pub(crate) fn area(command: AreaCommand) -> Result<ExitCode, ProgramError> {
    match command {
        AreaCommand::List { desk, asked } => {
            let as_of = as_of(&asked)?;
            let files = files(&mut desk.open()?, None, as_of.known_by)?;
            let states: Vec<areas::AreaLine> = files
                .iter()
                .map(|file| {
                    let ledger = file.ledger(Reading::Provisional, as_of.known_by);
                    areas::AreaLine::of(file, ledger.on(as_of.on))
                })
                .collect();
            print::answer(&areas::areas(&states, as_of), as_of, asked.json)
        }
        AreaCommand::History { id, desk, asked } => {
            let as_of = as_of(&asked)?;
            let id = AreaId::new(id)?;
            let file = file(&mut desk.open()?, &id, as_of.known_by)?;
            if file.events().is_empty() {
                return Err(ProgramError::NoSuchArea(id.to_string()));
            }
            let history = AreaHistory::of(&file, as_of.known_by)?;
            print::answer(&area_history::area_history(&history, as_of), as_of, asked.json)
        }
    }
}
