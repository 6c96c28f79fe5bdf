//! Steps of land release, and the balance.
//!
//! Belongs here: making an event of what the person said, asking the ledger, keeping it. Does not
//! belong here: whether it can be taken (`remnant-land-release`).

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use clap::Args;
use jiff::civil::Date;
use remnant_ground::{ObjectId, ObjectKind};
use remnant_land_release::{
    AreaFile, AreaId, Entered, Event, EventId, Evidence, NationalRules, Organisation, Period,
    Person, Reading, Recorded, ReviewedBalance, Step as LedgerStep, transition_table,
};
use remnant_publish::answer::balance;
use remnant_record::AsOf;
use remnant_store::{NewEntry, Stamp, Store};

use crate::clock;
use crate::command::project::Desk;
use crate::command::release::{Balance, By, ReleaseCommand, Step};
use crate::error::ProgramError;
use crate::print;
use crate::project::new_file::NewFile;
use crate::project::step::Fields;
use crate::project::{area, as_of, reports};

/// Carries out a command of land release.
pub(crate) fn release(command: ReleaseCommand) -> Result<ExitCode, ProgramError> {
    match command {
        ReleaseCommand::Indicate(step) => take(step),
        ReleaseCommand::NotSubstantiated(step) => take_as(step, "closed_not_substantiated"),
        ReleaseCommand::Open(step) => take(step),
        ReleaseCommand::Confirm(step) => take(step),
        ReleaseCommand::Extend(step) => take(step),
        ReleaseCommand::Cancel(step) => take(step),
        ReleaseCommand::Reduce(step) => take(step),
        ReleaseCommand::Clear(step) => take(step),
        ReleaseCommand::ClearOutside(step) => take(step),
        ReleaseCommand::Suspend(step) => take(step),
        ReleaseCommand::Resume(step) => take(step),
        ReleaseCommand::MissedItem(step) => take(step),
        ReleaseCommand::CloseInvestigation(step) => take(step),
        ReleaseCommand::Reopen(step) => take(step),
        ReleaseCommand::HandOver(step) => take(step),
        ReleaseCommand::Adjust(step) => take(step),
        ReleaseCommand::Merge(step) => take(step),
        ReleaseCommand::Split(step) => take(step),
        ReleaseCommand::FromReports(asked) => reports::from_reports(&asked),
        ReleaseCommand::Balance(asked) => balance_of(&asked),
        ReleaseCommand::Rules { set, json, desk } => rules(&desk, set, json),
        ReleaseCommand::States => print::bytes(transition_table().as_bytes()),
    }
}

fn take<F: Fields>(given: Step<F>) -> Result<ExitCode, ProgramError> {
    take_as(given, F::KIND)
}

/// Takes a step: what was said becomes an event, the ledger takes or refuses it, and it is kept.
///
/// From the question to the entry nobody else writes: of two people who release the same land at
/// once, the second is told.
fn take_as<F: Fields + Args>(given: Step<F>, kind: &str) -> Result<ExitCode, ProgramError> {
    let stamp = given.desk.stamp()?;
    let mut store = given.desk.open()?;
    let dry_run = given.dry_run;
    let told = if dry_run {
        decide(&mut store, &stamp, given, kind)?.1
    } else {
        store.decide(&stamp, |store| {
            let (event, told) = decide(store, &stamp, given, kind)?;
            let entry = NewEntry::release_event(event.area.as_str(), &event)?;
            Ok::<_, ProgramError>((vec![entry], told))
        })?
    };
    let begins = if dry_run { "Would be entered:" } else { "Entered:" };
    print::line(&format!("{begins} {told}"))
}

/// The event that a step makes, where the ledger takes it, and what is told of it.
fn decide<F: Fields + Args>(
    store: &mut Store,
    stamp: &Stamp,
    given: Step<F>,
    kind: &str,
) -> Result<(Event, String), ProgramError> {
    let area = AreaId::new(given.area)?;
    let file = area::file(store, &area, stamp.on())?;
    let event = Event {
        id: next_id(&file, given.effective_on, kind)?,
        version: 1,
        area,
        effective_on: given.effective_on,
        recorded: Recorded {
            on: stamp.on(),
            order: file.events().iter().map(|event| event.recorded.order).max().unwrap_or(0) + 1,
            by: Person::new(stamp.author())?,
        },
        organisation: Organisation::new(given.organisation)?,
        team: given.team,
        why: given.why,
        status_word: given.status_word,
        evidence: cited(store, &given.evidence, stamp.on())?,
        step: given.fields.step(kind)?,
    };
    let mut ledger = file.ledger(Reading::Provisional, stamp.on());
    let open_before = ledger.state().open().total();
    let entered = ledger.enter(event.clone())?;
    let state = ledger.state();
    let mut told = vec![format!(
        "{}, entered by {} as a draft: provisional until it is approved.",
        event.id, event.recorded.by
    )];
    told.push(format!("{} is {}.", event.area, state.words()));
    told.push(format!("Open before {open_before}, now {}.", state.open().total()));
    told.extend(notes(&entered));
    told.extend(other_side(&event));
    Ok((event, told.join("\n")))
}

/// What has to be entered for the records that take land over, so that none leaves the balance.
fn other_side(event: &Event) -> Vec<String> {
    let area = &event.area;
    match &event.step {
        LedgerStep::Merged { into } => vec![format!(
            "Next: `remnant release adjust {into} --cause merged-from --other {area}` with all that \
             {into} holds then."
        )],
        LedgerStep::Split { into } => into
            .iter()
            .map(|new| format!("Next: `remnant release open {new} --from-area {area}`."))
            .collect(),
        _ => Vec::new(),
    }
}

/// What a person should know of a step that was taken.
fn notes(entered: &Entered) -> Vec<String> {
    entered.notes.iter().map(|note| format!("Note: {note}.")).collect()
}

/// A name for the next event of an area that a person can read and type: `HA-017/2024-05-03-cleared`.
fn next_id(file: &AreaFile, on: Date, kind: &str) -> Result<EventId, ProgramError> {
    let name = format!("{}/{on}-{}", file.area(), kind.replace('_', "-"));
    let taken = |id: &str| file.events().iter().any(|event| event.id.as_str() == id);
    let mut id = name.clone();
    let mut number = 1;
    while taken(&id) {
        number += 1;
        id = format!("{name}-{number}");
    }
    Ok(EventId::new(id)?)
}

/// The evidence that a step cites, as the project holds it on that day.
fn cited(store: &mut Store, ids: &[String], known_by: Date) -> Result<Vec<Evidence>, ProgramError> {
    let mut found = Vec::new();
    let mut missing = Vec::new();
    for id in ids {
        let kinds = [ObjectKind::EvidencePoint, ObjectKind::Accident];
        let mut evidence = None;
        for kind in kinds {
            if let Some(object) = store.object(kind, &ObjectId::new(id.as_str()), known_by)? {
                evidence = Some(object);
                break;
            }
        }
        let Some(object) = evidence else {
            missing.push(id.clone());
            continue;
        };
        found.push(Evidence::of_object(&object)?);
    }
    if missing.is_empty() { Ok(found) } else { Err(ProgramError::NoSuchEvidence(missing)) }
}

fn balance_of(asked: &Balance) -> Result<ExitCode, ProgramError> {
    let as_of = as_of(&asked.asked)?;
    let files = area::files(&mut asked.desk.open()?, None, as_of.known_by)?;
    let by = match asked.by {
        By::Nothing => remnant_land_release::By::Nothing,
        By::Operator => remnant_land_release::By::Operator,
        By::Admin => remnant_land_release::By::AdministrativeUnit,
        By::Type => remnant_land_release::By::Contamination,
    };
    let balance = balanced(&files, Period { from: asked.from, to: asked.to }, by, as_of)?;
    if let Some(path) = &asked.output {
        write_balance(path, &balance, as_of)?;
    }
    print::answer(&balance::balance(&balance, as_of), as_of, asked.asked.json)
}

/// The balance of a period. The day of the question ends it where it comes first: later effects
/// are not counted.
pub(super) fn balanced(
    files: &[AreaFile],
    period: Period,
    by: remnant_land_release::By,
    as_of: AsOf,
) -> Result<ReviewedBalance, ProgramError> {
    let period = Period { from: period.from, to: period.to.min(as_of.on) };
    Ok(ReviewedBalance::of(files, period, by, as_of.known_by)?)
}

/// The balance as a file: a table or a page.
fn write_balance(path: &Path, of: &ReviewedBalance, as_of: AsOf) -> Result<(), ProgramError> {
    let unwritable = |source| ProgramError::Unwritable { path: path.display().to_string(), source };
    let mut file = NewFile::at(path)?;
    match path.extension().and_then(|ending| ending.to_str()) {
        Some("csv") => balance::csv(of, file.file()).map_err(unwritable)?,
        Some("html") => {
            file.file().write_all(balance::page(of, as_of).as_bytes()).map_err(unwritable)?;
        }
        _ => {
            return Err(ProgramError::Argument {
                name: "--output",
                given: path.display().to_string(),
                form: "a file that ends in .csv or .html",
            });
        }
    }
    file.keep()
}

/// Shows the national rules of today, or sets them.
fn rules(
    desk: &Desk,
    set: Option<std::path::PathBuf>,
    json: bool,
) -> Result<ExitCode, ProgramError> {
    let today = clock::today()?;
    let mut store = desk.open()?;
    let Some(path) = set else {
        let rules = area::rules(&mut store, today)?.on(today, today);
        if json {
            let rules = serde_json::to_value(&rules).map_err(ProgramError::NotJson)?;
            return print::bytes(format!("{rules:#}\n").as_bytes());
        }
        let mut told = vec![format!("National rules of {} on {today}", rules.country)];
        told.extend(rules.provenance().iter().map(|(name, from)| format!("  {name}: {from}")));
        told.push("`--json` prints the values, in the form that `--set` reads.".to_owned());
        return print::line(&told.join("\n"));
    };
    let shown = path.display().to_string();
    let text = fs::read_to_string(&path)
        .map_err(|source| ProgramError::Unreadable { path: shown.clone(), source })?;
    let mut rules: NationalRules = serde_json::from_str(&text)
        .map_err(|fault| ProgramError::NotRules { path: shown, told: fault.to_string() })?;
    let stamp = desk.stamp()?;
    rules.recorded_on = stamp.on();
    store.append(&stamp, [NewEntry::setting(area::RULES, &rules)?])?;
    print::line(&format!(
        "Rules of {} hold for steps of {} and later that are recorded from today on.",
        rules.country, rules.valid_from
    ))
}
