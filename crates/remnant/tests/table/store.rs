//! Tables of the page on the store.

use remnant_ground::ObjectKind;
use remnant_store::{EntryId, EntryKind, StoreError};

use super::{code, markdown};

pub(crate) fn all() -> Vec<(&'static str, String)> {
    vec![("entries", entries()), ("errors", errors())]
}

fn entries() -> String {
    let row = |kind: &EntryKind| {
        let what = match kind {
            EntryKind::SourceAdded => "a file was kept, with its publisher and licence",
            EntryKind::FileTakenIn => {
                "rows of a kept file were taken in: mapping, counts, version of the program"
            }
            EntryKind::ObjectEntered => "a thing on the ground, all of it",
            EntryKind::ObjectRevised => "some fields of a thing were changed",
            EntryKind::ObjectWithdrawn => "a thing was withdrawn, with a reason",
            EntryKind::ReleaseEvent => "a step of land release",
            EntryKind::ReviewStep => "a step of review",
            EntryKind::StatementAdded => "a statement of the record",
            EntryKind::Setting => "a setting of the project, such as national rules or parameters",
            EntryKind::EstimateKept => {
                "an estimate, with its model, its seed and the hash of its inputs"
            }
            EntryKind::ConflictResolved => {
                "two changes that did not know of each other were settled"
            }
        };
        vec![code(kind.word()), what.to_owned()]
    };
    markdown(&["Kind", "What it records"], EntryKind::ALL.iter().map(row))
}

/// One of each error, with the places for values named.
fn every_error() -> Vec<StoreError> {
    let place = || "PROJECT".to_owned();
    let told = || "…".to_owned();
    let id = || "ID".to_owned();
    let field = || "FIELD".to_owned();
    let entry: EntryId = "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap();
    let kind = ObjectKind::Accident;
    let day = "1960-01-01".parse().unwrap();
    vec![
        StoreError::Missing { place: place() },
        StoreError::AlreadyThere { place: place() },
        StoreError::CannotOpen { place: place(), told: told() },
        StoreError::NotAGeoPackage { place: place() },
        StoreError::NotAProject { place: place() },
        StoreError::Newer { place: place(), found: 2, known: 1 },
        StoreError::MigrationDiffers { place: place(), version: 1 },
        StoreError::ReadOnly { place: place() },
        StoreError::DiskFull { place: place() },
        StoreError::Damaged { told: told() },
        StoreError::Locked { place: place() },
        StoreError::Unreachable { place: place(), told: told() },
        StoreError::NoPostgis { place: place(), told: told() },
        StoreError::Database { told: told() },
        StoreError::NoAuthor,
        StoreError::DaysApart { at: "MOMENT".to_owned(), on: day },
        StoreError::BeforeIds { day },
        StoreError::PersonalField { kind, id: id(), field: field() },
        StoreError::NotFinite { kind, id: id(), at: field() },
        StoreError::NoSuchObject { kind, id: id() },
        StoreError::Body { entry, told: told() },
        StoreError::NotJson { told: told() },
        StoreError::NotAnEntry { line: 3, told: told() },
        StoreError::Forged { entry, origin: "COPY".to_owned() },
        StoreError::Differs { entry },
        StoreError::NulCharacter { what: "a name".to_owned(), subject: "strike".to_owned() },
        StoreError::NoKey { kind, id: id() },
        StoreError::WrongKey { kind, id: id(), field: field() },
        StoreError::FileUnderKey { name: "NAME".to_owned(), key: "KEY".to_owned() },
        StoreError::CannotSeal(told()),
        StoreError::NoSuchFile { hash: "HASH".to_owned() },
        StoreError::FileUnreadable { name: "NAME".to_owned(), told: told() },
    ]
}

/// Does nothing but fail to compile when there is a new error: it belongs in the list above.
fn is_listed(error: &StoreError) {
    match error {
        StoreError::Missing { .. }
        | StoreError::AlreadyThere { .. }
        | StoreError::CannotOpen { .. }
        | StoreError::NotAGeoPackage { .. }
        | StoreError::NotAProject { .. }
        | StoreError::Newer { .. }
        | StoreError::MigrationDiffers { .. }
        | StoreError::ReadOnly { .. }
        | StoreError::DiskFull { .. }
        | StoreError::Damaged { .. }
        | StoreError::Locked { .. }
        | StoreError::Unreachable { .. }
        | StoreError::NoPostgis { .. }
        | StoreError::Database { .. }
        | StoreError::NoAuthor
        | StoreError::DaysApart { .. }
        | StoreError::BeforeIds { .. }
        | StoreError::PersonalField { .. }
        | StoreError::NotFinite { .. }
        | StoreError::NulCharacter { .. }
        | StoreError::NoSuchObject { .. }
        | StoreError::Body { .. }
        | StoreError::NotJson { .. }
        | StoreError::NotAnEntry { .. }
        | StoreError::Forged { .. }
        | StoreError::Differs { .. }
        | StoreError::NoKey { .. }
        | StoreError::WrongKey { .. }
        | StoreError::FileUnderKey { .. }
        | StoreError::CannotSeal(_)
        | StoreError::NoSuchFile { .. }
        | StoreError::FileUnreadable { .. } => {}
    }
}

fn errors() -> String {
    let row = |error: StoreError| {
        is_listed(&error);
        let message = error.to_string().replace("01890a5d-ac96-774b-bcce-b302099a8057", "ENTRY");
        vec![message, error.help().to_owned()]
    };
    markdown(&["Message", "What to do"], every_error().into_iter().map(row))
}
