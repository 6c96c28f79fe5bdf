//! The pick-lists of a project: the shipped ones, with its own in place of those of their name.
//!
//! Belongs here: showing and setting them. Does not belong here: what speaks against a table
//! (`remnant_ground::pick_list`).

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use jiff::civil::Date;
use remnant_ground::pick_list::{self, PickLists};
use remnant_store::{NewEntry, Store};

use crate::clock;
use crate::command::project::PickListsCommand;
use crate::error::ProgramError;
use crate::print;

/// The setting under which a project keeps its own lists.
const SETTING: &str = "pick-lists";

/// The lists that a project goes by, as known by a day.
pub(super) fn of(store: &mut Store, known_by: Date) -> Result<PickLists, ProgramError> {
    let own: Option<PickLists> = store.setting(SETTING, known_by)?;
    let shipped = pick_list::shipped();
    Ok(own.map_or_else(|| shipped.clone(), |own| shipped.replaced_by(&own)))
}

/// Shows the lists of a project, or sets lists of its own.
pub(crate) fn pick_lists(command: &PickListsCommand) -> Result<ExitCode, ProgramError> {
    let mut store = command.desk.open()?;
    if let Some(path) = &command.set {
        return set(command, &mut store, path);
    }
    let lists = of(&mut store, clock::today()?)?;
    if command.csv {
        return print::bytes(lists.table().as_bytes());
    }
    let shipped = pick_list::shipped();
    let mut told = Vec::new();
    for name in lists.names() {
        let choices = lists.list(name).unwrap_or_default();
        let own = if Some(&choices) == shipped.list(name).as_ref() { "" } else { " (your own)" };
        told.push(format!("{name}{own}"));
        told.extend(choices.iter().map(|choice| format!("  {}: {}", choice.code, choice.label)));
    }
    told.push("`--csv` prints all of it, sources included, in the form that `--set` reads.".into());
    print::line(&told.join("\n"))
}

fn set(
    command: &PickListsCommand,
    store: &mut Store,
    path: &Path,
) -> Result<ExitCode, ProgramError> {
    let stamp = command.desk.stamp()?;
    let shown = path.display().to_string();
    let bytes = fs::read(path)
        .map_err(|source| ProgramError::Unreadable { path: shown.clone(), source })?;
    let own = PickLists::own(&shown, &bytes)
        .map_err(|faults| ProgramError::NotPickLists { path: shown, faults })?;
    store.append(&stamp, [NewEntry::setting(SETTING, &own)?])?;
    print::line(&format!(
        "From today on these lists are your own: {}. All others are the shipped ones.",
        own.names().join(", ")
    ))
}
