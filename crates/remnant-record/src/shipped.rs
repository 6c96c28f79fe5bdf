//! The record that ships in the binary.
//!
//! Belongs here: the project's own tables as bytes. Does not belong here: any fact.

use crate::folder::Folder;

/// The project's own record, as one folder named `record`.
#[must_use]
pub fn shipped() -> Folder {
    macro_rules! files {
        ($($file:literal),* $(,)?) => {
            vec![$(($file.to_owned(), include_bytes!(concat!("../../../record/", $file)).to_vec())),*]
        };
    }
    Folder {
        name: "record".to_owned(),
        files: files![
            "sources.csv",
            "incident_sources.csv",
            "legal_sources.csv",
            "munitions.csv",
            "submunitions.csv",
            "dud_rates.csv",
            "stockpiles.csv",
            "outcomes.csv",
            "use_incidents.csv",
            "remnant_accidents.csv",
            "treaty_status.csv",
            "obligations.csv",
            "national_rules.csv",
            "timeline.csv",
            "information_requests.csv",
            "statements.csv",
            "transfers.csv",
            "readings.csv",
            "published_deadlines.csv",
            "clearance_productivity.csv",
        ],
    }
}
