//! How many people, or how much of anything counted, an area holds.
//!
//! Belongs here: sums of a raster of counts over areas, by the exact share of each cell, the people
//! of settlements within an area, and the land near a place. Does not belong here: reading a raster (`remnant-source`),
//! the shares themselves (`coverage`), who would be harmed and how likely (`remnant-estimate`).
//!
//! A cell of counts is taken to be even: an area that covers a third of it holds a third of its
//! people. How much of an area lies where the raster says nothing is told beside each sum, since a
//! gap is not an absence of people.
//!
//! ```
//! use geo_types::{MultiPolygon, polygon};
//! use remnant_ground::coverage::Lattice;
//! use remnant_ground::exposure::Exposure;
//!
//! let lattice = Lattice::new(0.0, 200.0, 100.0, 100.0, 2, 2)?;
//! let area = polygon![(x: 50.0, y: 0.0), (x: 200.0, y: 0.0), (x: 200.0, y: 200.0), (x: 50.0, y: 200.0)];
//! let mut exposure = Exposure::of(lattice, &[MultiPolygon::from(area)]);
//! exposure.add_rows(&[8.0, 3.0])?; // the northern row
//! exposure.add_rows(&[6.0, f64::NAN])?; // the southern row, with a gap
//! let sums = exposure.finish()?;
//! let sum = sums[0].as_ref().expect("a square crosses nothing");
//! assert_eq!((sum.sum, sum.cells_with_value, sum.cells_without_value), (10.0, 2.0, 1.0));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod fault;
mod near;
mod raster_plane;
mod settlements;
mod sums;

pub use fault::ExposureFault;
pub use near::{disc, settlements_near};
pub use raster_plane::RasterPlane;
pub use settlements::{PeopleInSettlements, Settlement, people_in_settlements};
pub use sums::{CountedOver, Exposure};
