//! Smooth surfaces from points: how many there are for each square metre, and how sure that is.
//!
//! Belongs here: the density surface of found points with edge correction and standard error
//! (`surface`), the intensity of strikes each of which is placed with an error of its own (`placed`),
//! and the layers of ever wider cells that make both quick (`layers`).
//!
//! Does not belong here: what a strike leaves or where it may have been instead (`strike`, `footprint`);
//! drawing. A density of finds shows where people looked as much as where items were.

mod fault;
mod layers;
mod placed;
mod surface;

pub use fault::IntensityFault;
pub use placed::{PlacedPoint, intensity_of_placed};
pub use surface::{Surface, SurfaceWithError, density_surface, density_surface_with_error};
