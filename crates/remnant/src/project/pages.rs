//! The pages of a project.
//!
//! Belongs here: opening the project for a page and asking it. Does not belong here: addresses
//! (`web`), what is told (`remnant-publish`).

use remnant_ground::ObjectKind;
use remnant_land_release::{By, Period};
use remnant_publish::answer::{Answer, balance, explain, project};
use remnant_publish::figure::{AreaFigure, FigureId};
use remnant_record::AsOf;
use remnant_store::{EntryFilter, Store};

use crate::error::ProgramError;
use crate::project::map::{self, LandKept};
use crate::project::{area, journal, ledger_land, release, review, show};

/// How many things of a kind, or entries of the journal, a page lists; the command line lists all.
const LISTED: usize = 1000;

/// What a page asks of a project.
pub(crate) enum Question<'a> {
    /// What it holds.
    Project,
    /// Where all of it is.
    Map,
    /// Its hazardous areas.
    Areas,
    /// All that happened to one of them.
    Area(&'a str),
    /// The balance of a period.
    Balance(Period, By),
    /// What waits for review.
    Reviews,
    /// The newest entries.
    Journal,
    /// Whether it holds what it must.
    Check,
    /// The things of a kind.
    Objects(&'a str),
    /// One thing: its kind and id.
    Object(&'a str, &'a str),
    /// Why a figure is what it is.
    Explain(FigureId),
}

/// The answer to a question. The project is opened for each anew, so that every page tells what
/// others have entered by then.
///
/// # Errors
/// When there is no such thing, or the project cannot be read.
pub(crate) fn answer(
    place: &str,
    land: &LandKept,
    question: &Question,
    as_of: AsOf,
) -> Result<Answer, ProgramError> {
    let store = &mut ledger_land::open(place)?;
    match question {
        Question::Project => holds(store, place, as_of),
        Question::Map => {
            let extent = map::extent(store, land, as_of)?;
            Ok(project::map(extent, &things(store, as_of)?, as_of))
        }
        Question::Areas => area::all(store, as_of),
        Question::Area(id) => area::history(store, id, as_of),
        Question::Balance(period, by) => balance_of(store, *period, *by, as_of),
        Question::Reviews => review::waiting(store, as_of),
        Question::Journal => {
            let filter = EntryFilter {
                known_by: Some(as_of.known_by),
                newest: Some(LISTED as u64),
                ..EntryFilter::default()
            };
            journal::entries(store, &filter, as_of)
        }
        Question::Check => Ok(journal::proof(store, as_of.known_by)?.0),
        Question::Objects(kind) => show::things(store, kind, LISTED, as_of),
        Question::Object(kind, id) => show::thing(store, kind, id, as_of),
        Question::Explain(id) => {
            let holding = match id {
                FigureId::Area(AreaFigure::Step { area, .. }) => area::history(store, area, as_of)?,
                FigureId::Balance(figure) => {
                    let period = Period { from: figure.from, to: figure.to };
                    balance_of(store, period, figure.by, as_of)?
                }
                _ => area::all(store, as_of)?,
            };
            explain::explain_of_project(&holding, id)
                .ok_or_else(|| remnant_publish::PublishError::NoSuchFigure(id.to_string()).into())
        }
    }
}

/// Opens the project once, and brings its layers up to date.
///
/// # Errors
/// When it cannot be opened.
pub(crate) fn can_be_opened(place: &str) -> Result<(), ProgramError> {
    ledger_land::open(place)?;
    Ok(())
}

fn balance_of(
    store: &mut Store,
    period: Period,
    by: By,
    as_of: AsOf,
) -> Result<Answer, ProgramError> {
    let files = area::files(store, None, as_of.known_by)?;
    Ok(balance::balance(&release::balanced(&files, period, by, as_of)?, as_of))
}

/// How many things of each kind there are.
fn things(store: &mut Store, as_of: AsOf) -> Result<Vec<(ObjectKind, u64)>, ProgramError> {
    let count = |kind| Ok((kind, store.count(kind, as_of)?));
    ObjectKind::ALL.into_iter().map(count).collect()
}

fn holds(store: &mut Store, place: &str, as_of: AsOf) -> Result<Answer, ProgramError> {
    let things = things(store, as_of)?;
    let files = area::files(store, None, as_of.known_by)?;
    let reviews = review::waiting(store, as_of)?;
    let days = store.describe()?.days;
    let day = |text: String| text.parse().ok();
    let holds = project::Holds {
        name: super::shown(place),
        things,
        areas: files.len() as u64,
        waiting: reviews.data["waiting"].as_array().map_or(0, Vec::len) as u64,
        entered: days.and_then(|(first, last)| day(first).zip(day(last))),
    };
    Ok(project::project(&holds, as_of))
}
