//! The ledger as a programme uses it: one area's whole life, each refusal, the balance, and what
//! must hold whatever is entered.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod balance;
mod life;
mod properties;
mod refusals;
mod village;
