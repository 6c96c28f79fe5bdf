//! Rows that operators reported, gathered into ledgers: what each says, what became of all of them,
//! and what must hold in whatever order they come.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod gathering;
mod properties;
mod real_files;
mod rows;
mod saying;
