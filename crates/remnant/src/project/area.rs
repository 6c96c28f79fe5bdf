//! Hazardous areas as the journal holds them.
//!
//! Belongs here: gathering the events, reviews and rules of areas for the ledger. Does not belong
//! here: what follows from them (`remnant-land-release`).

use std::collections::{BTreeMap, BTreeSet};
use std::process::ExitCode;

use jiff::civil::Date;
use remnant_ground::coordinate::Position;
use remnant_ground::{ObjectKind, Shape};
use remnant_land_release::{
    AreaFile, AreaFinding, AreaHistory, AreaId, Event, EventId, Find, HazardousAreaLedger,
    NationalRules, Reading, ReviewStep, RuleBook, check_area, check_transfers,
    finds_on_released_land,
};
use remnant_publish::answer::{Answer, area_history, areas};
use remnant_record::AsOf;
use remnant_store::{EntryFilter, EntryKind, Store, StoreError};

use crate::clock;
use crate::command::project::{AreaCommand, Desk};
use crate::error::ProgramError;
use crate::print;
use crate::project::as_of;

/// The setting under which a project keeps its versions of the national rules.
pub(super) const RULES: &str = "national-rules";

/// The national rules of a project, as known by a day.
pub(super) fn rules(store: &mut Store, known_by: Date) -> Result<RuleBook, StoreError> {
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
) -> Result<Vec<AreaFile>, StoreError> {
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
) -> Result<AreaFile, StoreError> {
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
            print::answer(&all(&mut desk.open()?, as_of)?, as_of, asked.json)
        }
        AreaCommand::Questions { id, desk, json } => questions(&desk, id.as_deref(), json),
        AreaCommand::History { id, desk, asked } => {
            let as_of = as_of(&asked)?;
            print::answer(&history(&mut desk.open()?, &id, as_of)?, as_of, asked.json)
        }
    }
}

/// The areas of a project on a day.
pub(super) fn all(store: &mut Store, as_of: AsOf) -> Result<Answer, ProgramError> {
    let states: Vec<areas::AreaLine> = files(store, None, as_of.known_by)?
        .iter()
        .map(|file| {
            let ledger = file.ledger(Reading::Provisional, as_of.known_by);
            areas::AreaLine::of(file, ledger.on(as_of.on))
        })
        .collect();
    Ok(areas::areas(&states, as_of))
}

/// All that happened to one area.
pub(super) fn history(store: &mut Store, id: &str, as_of: AsOf) -> Result<Answer, ProgramError> {
    let id = AreaId::new(id)?;
    let file = file(store, &id, as_of.known_by)?;
    if file.events().is_empty() {
        return Err(ProgramError::NoSuchArea(id.to_string()));
    }
    let history = AreaHistory::of(&file, as_of.known_by)?;
    Ok(area_history::area_history(&history, as_of))
}

/// What the operators should be asked about areas.
fn questions(desk: &Desk, id: Option<&str>, json: bool) -> Result<ExitCode, ProgramError> {
    let today = clock::today()?;
    let mut store = desk.open()?;
    let id = id.map(AreaId::new).transpose()?;
    let files = files(&mut store, None, today)?;
    if let Some(id) = id.as_ref().filter(|id| files.iter().all(|file| file.area() != *id)) {
        return Err(ProgramError::NoSuchArea(id.to_string()));
    }
    let mut found: Vec<AreaFinding> =
        files.iter().flat_map(|file| check_area(file, today)).collect();
    let ledgers: Vec<HazardousAreaLedger> =
        files.iter().map(|file| file.ledger(Reading::Provisional, today)).collect();
    let rules = rules(&mut store, today)?.on(today, today);
    found.extend(check_transfers(&ledgers, rules.sliver.value));
    let finds = finds(&mut store, today)?;
    found.extend(
        finds_on_released_land(&files, &finds)
            .map_err(|fault| ProgramError::NoUnits(fault.to_string()))?,
    );
    found.retain(|finding| id.as_ref().is_none_or(|id| finding.area == *id));
    if json {
        let all = serde_json::to_value(&found).map_err(ProgramError::NotJson)?;
        return print::bytes(format!("{all:#}\n").as_bytes());
    }
    if found.is_empty() {
        return print::line("There is nothing to ask.");
    }
    let told: Vec<String> =
        found.iter().map(|finding| format!("{finding}\n    {}", finding.check.help())).collect();
    print::line(&told.join("\n"))
}

/// Items and accidents that have a position.
pub(super) fn finds(store: &mut Store, known_by: Date) -> Result<Vec<Find>, ProgramError> {
    let rules = rules(store, known_by)?.on(known_by, known_by);
    let mut finds = Vec::new();
    for kind in [ObjectKind::EvidencePoint, ObjectKind::Accident] {
        let mut objects = Vec::new();
        store.objects(kind, AsOf { on: Date::MAX, known_by }, |stored| {
            objects.push(stored.object()?);
            Ok(())
        })?;
        for object in objects {
            let Some(Shape::Point { longitude, latitude }) =
                object.place.as_ref().map(|place| place.shape.clone())
            else {
                continue;
            };
            if !rules.is_direct(&remnant_land_release::Evidence::of_object(&object)?) {
                continue;
            }
            finds.push(Find {
                id: object.id.to_string(),
                position: Position::new(longitude, latitude)?,
                on: object.valid().0,
            });
        }
    }
    Ok(finds)
}
