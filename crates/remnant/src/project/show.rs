//! Things on the ground as they were entered.
//!
//! Belongs here: asking the store for one or for those of a kind. Does not belong here: how they are
//! told (`remnant-publish`).

use std::process::ExitCode;

use remnant_ground::{ObjectId, ObjectKind};
use remnant_publish::answer::objects;

use crate::command::project::ShowCommand;
use crate::error::ProgramError;
use crate::print;
use crate::project::as_of;

/// Shows one thing, or lists those of a kind.
pub(crate) fn show(command: &ShowCommand) -> Result<ExitCode, ProgramError> {
    let kind: ObjectKind =
        command.kind.parse().map_err(|_| ProgramError::NoSuchKind(command.kind.clone()))?;
    let as_of = as_of(&command.asked)?;
    let mut store = command.desk.open()?;
    if let Some(id) = &command.id {
        let id = ObjectId::new(id.as_str());
        let Some(object) = store.object(kind, &id, as_of.known_by)? else {
            return Err(ProgramError::NoSuchObject { kind, id });
        };
        return print::answer(&objects::object(&object, as_of), as_of, command.asked.json);
    }
    let (mut listed, mut in_all) = (Vec::new(), 0);
    store.objects(kind, as_of, |stored| {
        in_all += 1;
        if command.most == 0 || listed.len() < command.most {
            listed.push(stored.object()?);
        }
        Ok(())
    })?;
    print::answer(&objects::objects(kind, &listed, in_all, as_of), as_of, command.asked.json)
}
