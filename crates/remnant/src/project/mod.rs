//! Carrying out commands on a project: open the store, call the stages, keep what they gave.
//!
//! Belongs here: one short function for each command. Does not belong here: deciding anything.

mod area;
mod cmrs;
mod contamination;
mod copies;
mod gazetteer;
mod ground;
mod intake;
mod journal;
mod kept_file;
mod key;
mod ledger_land;
pub(crate) mod map;
mod new_file;
mod opened;
pub(crate) mod pages;
mod pick_lists;
mod polygon;
mod progress;
mod record;
mod release;
mod reports;
mod residual;
mod review;
mod show;
mod step;

pub(crate) use self::{
    area::area, cmrs::cmrs, contamination::contamination, contamination::explain_estimate,
    contamination::plan, copies::bundle, ground::enter, intake::read, journal::*,
    kept_file::source, key::key, pick_lists::pick_lists,
};
pub(crate) use self::{
    record::add as add_to_record, record::folder as record_folder, release::release,
    review::review, show::show,
};

use std::path::Path;
use std::process::ExitCode;

use jiff::civil::Date;
use remnant_record::AsOf;
use remnant_store::{Stamp, Store};

use crate::clock;
use crate::command::Asked;
use crate::command::project::Desk;
use crate::error::ProgramError;
use crate::print;

impl Desk {
    /// The project, open.
    pub(crate) fn open(&self) -> Result<Store, ProgramError> {
        Ok(ledger_land::open(&self.project)?)
    }

    /// Who enters something, now.
    pub(crate) fn stamp(&self) -> Result<Stamp, ProgramError> {
        clock::stamp(self.author.as_deref())
    }

    /// Who works here.
    pub(crate) fn author(&self) -> Result<&str, ProgramError> {
        self.author.as_deref().ok_or(ProgramError::NoAuthor)
    }
}

/// The two days of a question; today where the person named none.
pub(crate) fn as_of(asked: &Asked) -> Result<AsOf, ProgramError> {
    let today: Date = clock::today()?;
    Ok(AsOf { on: asked.on.unwrap_or(today), known_by: asked.known_by.unwrap_or(today) })
}

/// Makes a new project.
///
/// # Errors
/// When something is there already, nobody is named, or it cannot be written.
pub(crate) fn init(place: &str, author: Option<&str>) -> Result<ExitCode, ProgramError> {
    Store::create(place, &clock::stamp(author)?)?;
    print::line(&format!(
        "Made {}. QGIS opens it as it is; entries are made with remnant.",
        shown(place)
    ))
}

/// A project's name without the folders that lead to it; of a database, its own name.
fn shown(place: &str) -> String {
    let name = Path::new(place).file_name().map_or(place.into(), |name| name.to_string_lossy());
    name.split('?').next().unwrap_or_default().to_owned()
}
