//! Invented strike rows, as the example of this name writes them.

#![allow(dead_code, reason = "the example uses what this test does not")]

#[path = "../../examples/strike_rows/draw.rs"]
mod draw;
#[path = "../../examples/strike_rows/places.rs"]
mod places;
#[path = "../../examples/strike_rows/position.rs"]
mod position;
#[path = "../../examples/strike_rows/rates.rs"]
mod rates;
#[path = "../../examples/strike_rows/row.rs"]
mod row;
#[path = "../../examples/strike_rows/words.rs"]
mod words;

pub(crate) use row::{HEADER, Rows};
