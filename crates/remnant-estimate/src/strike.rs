//! One recorded strike before anybody searched: how many items it left, and where it may have been.
//!
//! Belongs here: the number of items left as a gamma distribution matched by moments, removal before any
//! search, and candidate places. The place of a strike is kept as a question: blurring it into
//! independent cells makes totals too sure.
//!
//! Does not belong here: how items lie about a place (`footprint`), searching (`search`, `update`).

mod candidates;
mod fault;
mod gamma;
mod left;

pub use candidates::{
    Candidates, DEFAULT_POSITION_ERROR_METRES, PointLattice, default_pitch_metres,
};
pub use fault::StrikeFault;
pub use gamma::{CountQuantiles, Gamma};
pub use left::{LeftByStrike, Munitions, ShareMoments, gamma_left, left_by_strike, mixture_left};
