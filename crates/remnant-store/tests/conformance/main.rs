//! One suite that both backends pass.
//!
//! Each test is run on a GeoPackage, and on PostGIS where `REMNANT_TEST_POSTGRES` names a database
//! in which schemas may be made; `tests/postgis/start` starts one.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod answers;
mod backend;
mod copies;
mod entering;
mod properties;
