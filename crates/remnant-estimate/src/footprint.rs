//! How the items of one strike lie around its place.
//!
//! Belongs here: kernels over the cells of a grid, uniform places blurred by a kernel, and what finds
//! teach about the size of a footprint. A footprint is learnt from where items were *found*.
//!
//! Does not belong here: how many items there are (`strike`), where a strike may be (`strike`), and
//! anything about how a munition gets to the ground.

mod elongated;
mod fault;
mod kernel;
mod scale;
mod uniform;
mod window;

pub use elongated::Elongation;
pub use fault::FootprintFault;
pub use kernel::{CellMasses, Footprint, masses_along};
pub use scale::{
    ScalePosterior, ScalePrior, SearchedDisc, SearchedRectangle, scale_from_finds,
    scale_from_searched_cells,
};
pub use uniform::{BlurredDisc, BlurredRectangle};
pub use window::CellWindow;
