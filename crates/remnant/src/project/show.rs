//! Things on the ground as they were entered.
//!
//! Belongs here: asking the store for one or for those of a kind. Does not belong here: how they are
//! told (`remnant-publish`).

use std::process::ExitCode;

use remnant_ground::{ObjectId, ObjectKind};
use remnant_publish::answer::{Answer, objects};
use remnant_record::AsOf;
use remnant_store::Store;

use crate::command::project::ShowCommand;
use crate::error::ProgramError;
use crate::print;
use crate::project::as_of;

/// Shows one thing, or lists those of a kind.
pub(crate) fn show(command: &ShowCommand) -> Result<ExitCode, ProgramError> {
    let as_of = as_of(&command.asked)?;
    let mut store = command.desk.open()?;
    let answer = match &command.id {
        Some(id) => thing(&mut store, &command.kind, id, as_of)?,
        None => things(&mut store, &command.kind, command.most, as_of)?,
    };
    print::answer(&answer, as_of, command.asked.json)
}

fn kind_of(word: &str) -> Result<ObjectKind, ProgramError> {
    word.parse().map_err(|_| ProgramError::NoSuchKind(word.to_owned()))
}

/// One thing as it was entered.
pub(super) fn thing(
    store: &mut Store,
    kind: &str,
    id: &str,
    as_of: AsOf,
) -> Result<Answer, ProgramError> {
    let (kind, id) = (kind_of(kind)?, ObjectId::new(id));
    match store.object(kind, &id, as_of.known_by)? {
        Some(object) => Ok(objects::object(&object, as_of)),
        None => Err(ProgramError::NoSuchObject { kind, id }),
    }
}

/// The things of a kind, of which so many are listed at most; all of them where it is none.
pub(super) fn things(
    store: &mut Store,
    kind: &str,
    most: usize,
    as_of: AsOf,
) -> Result<Answer, ProgramError> {
    let kind = kind_of(kind)?;
    let (mut listed, mut in_all) = (Vec::new(), 0);
    store.objects(kind, as_of, |stored| {
        in_all += 1;
        if most == 0 || listed.len() < most {
            listed.push(stored.object()?);
        }
        Ok(())
    })?;
    Ok(objects::objects(kind, &listed, in_all, as_of))
}
