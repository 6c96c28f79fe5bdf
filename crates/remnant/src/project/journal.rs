//! The journal, its proof, and making its projections anew.
//!
//! Belongs here: asking the store and printing what it says. Does not belong here: what is proved
//! (`remnant-store`, `remnant-land-release`).

use std::process::ExitCode;

use jiff::civil::Date;
use remnant_land_release::Reading;
use remnant_publish::answer::{Answer, journal as page, store_check};
use remnant_record::AsOf;
use remnant_store::{EntryFilter, Store};
use serde_json::Value;

use crate::clock;
use crate::command::project::{Desk, JournalCommand};
use crate::error::ProgramError;
use crate::print;
use crate::project::area;

/// Who entered what, and when.
pub(crate) fn journal(command: JournalCommand) -> Result<ExitCode, ProgramError> {
    let mut store = command.desk.open()?;
    let filter = EntryFilter {
        subject: command.subject,
        author: command.by,
        from: command.from,
        newest: (command.most > 0).then_some(command.most as u64),
        ..EntryFilter::default()
    };
    let as_of = AsOf::day(clock::today()?);
    print::answer(&entries(&mut store, &filter, as_of)?, as_of, command.json)
}

/// Entries of the journal, the newest first.
pub(super) fn entries(
    store: &mut Store,
    filter: &EntryFilter,
    as_of: AsOf,
) -> Result<Answer, ProgramError> {
    let mut lines = Vec::new();
    store.entries(filter, |entry, _| {
        lines.push(page::EntryLine {
            id: entry.id.to_string(),
            recorded_at: entry.recorded_at.clone(),
            recorded_on: entry.recorded_on,
            author: entry.author.clone(),
            kind: entry.kind.word().to_owned(),
            subject: entry.subject.clone(),
            told: told(&entry.body),
        });
        Ok(())
    })?;
    lines.reverse();
    Ok(page::journal(&lines, as_of))
}

/// The longest part of a body that is shown in a list.
const SHOWN: usize = 300;

/// The body of an entry as a list shows it: the beginning of what it says, with spaces at which a
/// line can end. The entry itself keeps its body word for word.
fn told(body: &str) -> String {
    let words = serde_json::from_str(body).map_or_else(|_| body.to_owned(), |body| words(&body));
    match words.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &words[..end]),
        None => words,
    }
}

fn words(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let said: Vec<String> = fields
                .iter()
                .map(|(name, value)| match value {
                    Value::Object(_) => format!("{name} ({})", words(value)),
                    _ => format!("{name}: {}", words(value)),
                })
                .collect();
            said.join("; ")
        }
        Value::Array(values) => {
            let each = values.iter().map(|value| match value {
                Value::Object(_) => format!("({})", words(value)),
                _ => words(value),
            });
            each.collect::<Vec<_>>().join(", ")
        }
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Proves a project: the chain of the journal, the projections, the identities of every ledger.
pub(crate) fn check(desk: &Desk, json: bool) -> Result<ExitCode, ProgramError> {
    let today = clock::today()?;
    let (answer, all_hold) = proof(&mut desk.open()?, today)?;
    print::answer(&answer, AsOf::day(today), json)?;
    Ok(if all_hold { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What was proved of a project, and whether all of it holds.
pub(super) fn proof(store: &mut Store, today: Date) -> Result<(Answer, bool), ProgramError> {
    let mut lines: Vec<store_check::InvariantLine> = store
        .check()?
        .into_iter()
        .map(|line| store_check::InvariantLine {
            invariant: line.invariant.to_owned(),
            holds: line.holds,
            told: line.told,
        })
        .collect();
    for file in area::files(store, None, today)? {
        let ledger = file.ledger(Reading::Provisional, today);
        for identity in ledger.identities() {
            let sign = if identity.holds() { "=" } else { "is not" };
            lines.push(store_check::InvariantLine {
                invariant: format!("{}: {}", file.area(), identity.name),
                holds: identity.holds(),
                told: format!("{} {sign} {}", identity.left, identity.right),
            });
        }
    }
    let all_hold = lines.iter().all(|line| line.holds);
    Ok((store_check::store_check(&lines, AsOf::day(today)), all_hold))
}

/// Makes everything that follows from the journal anew.
pub(crate) fn rebuild(desk: &Desk) -> Result<ExitCode, ProgramError> {
    let mut store = desk.open()?;
    store.rebuild()?;
    let objects: u64 = store.describe()?.objects.values().sum();
    print::line(&format!("Made anew from the journal: {objects} things on the ground."))
}
