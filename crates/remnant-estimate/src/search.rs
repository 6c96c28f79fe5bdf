//! What a search does to what lies there: the chance that an item was found.
//!
//! Belongs here: effort of tasks in a cell, chances of detection and their priors, passes, search without a
//! map, boxes left at the first find.
//!
//! Does not belong here: what the finds say about a strike (`update`), or a decision about land. Cleared land
//! reaches the models only as search effort.

mod detection;
mod effort;
mod fault;
mod jacobi;
mod shared;
mod stopped;

pub use detection::{DetectionPrior, detection_of_passes, share_by_random_search};
pub use effort::{TaskInCell, effort_in_cell};
pub use fault::SearchFault;
pub use jacobi::beta_nodes;
pub use shared::{
    SharedTask, SharedTotals, UncertainDetection, with_shared_detection, with_uncertain_detection,
};
pub use stopped::{AtLeastOne, stopped_without_effort};
