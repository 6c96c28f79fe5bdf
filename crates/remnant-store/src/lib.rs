//! Where it is kept.
//!
//! Belongs here: the journal, its projections, and all SQL, for a GeoPackage and for PostGIS. Does
//! not belong here: pages, HTTP, rules of mine action.
//!
//! Everything that is entered is an [`Entry`] of one append-only journal. What people query, the
//! layers of the GeoPackage among them, follows from the journal and can be made anew from it.

mod bundle;
mod canonical;
mod chain;
mod check;
mod database;
mod entry;
mod error;
mod foreign_geopackage;
mod geometry_bytes;
mod layer;
mod ledger_land;
mod migration;
mod new_entry;
mod personal;
mod postgis;
mod projection;
mod ready;
mod sqlite;
mod store;
mod style;

pub use bundle::{Holding, Received, read_bundle, write_bundle_line};
pub use chain::EntryHash;
pub use check::CheckLine;
pub use entry::{Entry, EntryId, EntryKind, Stamp};
pub use error::StoreError;
pub use foreign_geopackage::{ForeignFault, ForeignGeoPackage, ForeignRow};
pub use ledger_land::{AreaLand, ReleasedLand, RemainingLand};
pub use new_entry::{NewEntry, PlaceChange, Revision, SourceDocument, TakenIn, TakenInRow};
pub use personal::{PersonalKey, PersonalValue};
pub use projection::{Conflict, Write};
pub use sqlite::{FileClass, FileColumn, FileLayer, FileRow, FileValue, LayerFile};
pub use store::{
    Appended, Change, Description, EntryFilter, Found, KeptFile, LandOfAreas, StaleLand, Store,
    StoredObject,
};
