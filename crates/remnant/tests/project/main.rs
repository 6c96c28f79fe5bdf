//! A project as people work with it: each test drives the program itself.
//!
//! Belongs here: what only shows when whole commands meet a file, a database, a full disk, another
//! process or a kill. Does not belong here: what each answer looks like (`printed_project`), what
//! the store promises its callers (`remnant-store`).

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod copies;
mod desk;
mod faults;
mod hostile;
mod importing;
mod killed;
mod later_finds;
mod layers;
mod ledger_layers;
mod pages;
mod personal;
mod records;
mod side_by_side;
mod size;
mod strike_rows;
mod units;
mod words;
