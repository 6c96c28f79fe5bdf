//! The review of what was entered: submit, pass on, return, approve.
//!
//! Belongs here: finding the entry and keeping the step. Does not belong here: who may take which
//! step (`remnant-land-release`).

use std::process::ExitCode;

use remnant_land_release::{
    EventId, Person, Review, ReviewAction, ReviewChain, ReviewState, ReviewStep,
};
use remnant_publish::answer::{Answer, reviews};
use remnant_record::AsOf;
use remnant_store::{NewEntry, Store};

use crate::clock;
use crate::command::project::Desk;
use crate::command::release::ReviewCommand;
use crate::error::ProgramError;
use crate::print;
use crate::project::area;

/// An entry under review, and the chain that it goes through.
struct UnderReview {
    review: Review,
    chain: ReviewChain,
    version: u32,
    entered_by: Person,
}

/// Lists what waits, or takes a step of review.
pub(crate) fn review(command: ReviewCommand) -> Result<ExitCode, ProgramError> {
    match command {
        ReviewCommand::List { desk, json } => list(&desk, json),
        ReviewCommand::Accept { entries, comment, desk } => {
            let act = |found: &UnderReview, by_enterer: bool| {
                if by_enterer && *found.review.state() == ReviewState::Draft {
                    return ReviewAction::Submit;
                }
                let step = found.review.next_step(&found.chain).unwrap_or("approved");
                ReviewAction::Pass { step: step.to_owned() }
            };
            steps(&desk, &entries, comment.as_deref(), act)
        }
        ReviewCommand::Reject { entries, reason, desk } => {
            let act = |_: &UnderReview, _| ReviewAction::Reject { reason: reason.clone() };
            steps(&desk, &entries, None, act)
        }
    }
}

fn list(desk: &Desk, json: bool) -> Result<ExitCode, ProgramError> {
    let as_of = AsOf::day(clock::today()?);
    print::answer(&waiting(&mut desk.open()?, as_of)?, as_of, json)
}

/// What waits for review, as known by a day.
pub(super) fn waiting(store: &mut Store, as_of: AsOf) -> Result<Answer, ProgramError> {
    let mut waiting = Vec::new();
    for file in area::files(store, None, as_of.known_by)? {
        let reviews = file.reviews(as_of.known_by).reviews;
        for event in file.events() {
            let Some(review) = reviews.get(&(event.id.clone(), event.version)) else { continue };
            let rules = file.book().on(event.effective_on, event.recorded.on);
            let next = review.next_step(&rules.review_chain.value).map(str::to_owned);
            waiting.push(reviews::Waiting::of(event, review.state(), next));
        }
    }
    Ok(reviews::reviews(&waiting, as_of))
}

/// The newest version of an entry, with its review.
fn find(store: &mut Store, entry: &EventId) -> Result<UnderReview, ProgramError> {
    let today = clock::today()?;
    for file in area::files(store, None, today)? {
        let newest = file
            .events()
            .iter()
            .filter(|event| event.id == *entry)
            .max_by_key(|event| event.version);
        let Some(event) = newest else { continue };
        let reviews = file.reviews(today).reviews;
        if let Some(review) = reviews.get(&(event.id.clone(), event.version)) {
            let rules = file.book().on(event.effective_on, event.recorded.on);
            return Ok(UnderReview {
                review: review.clone(),
                chain: rules.review_chain.value,
                version: event.version,
                entered_by: event.recorded.by.clone(),
            });
        }
    }
    Err(ProgramError::NoSuchEntry(entry.to_string()))
}

/// Takes a step with each entry, and keeps all of them or none.
fn steps(
    desk: &Desk,
    entries: &[String],
    remark: Option<&str>,
    act: impl Fn(&UnderReview, bool) -> ReviewAction,
) -> Result<ExitCode, ProgramError> {
    let by = Person::new(desk.author()?)?;
    let stamp = desk.stamp()?;
    // From the question to the entry nobody else writes: a step is not taken twice.
    let told = desk.open()?.decide(&stamp, |store| {
        let mut taken = Vec::new();
        let mut told = Vec::new();
        for entry in entries {
            let entry = EventId::new(entry)?;
            let mut found = find(store, &entry)?;
            let step = ReviewStep {
                event: entry.clone(),
                version: found.version,
                action: act(&found, found.entered_by == by),
                by: by.clone(),
                recorded_on: stamp.on(),
                remark: remark.map(str::to_owned),
            };
            found.review.take(&found.chain, step.clone())?;
            taken.push(NewEntry::review_step(entry.as_str(), &step)?);
            told.push(format!("{entry} is now {}.", found.review.state()));
        }
        Ok::<_, ProgramError>((taken, told))
    })?;
    print::line(&told.join("\n"))
}
