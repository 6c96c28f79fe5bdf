//! Scores: whether probabilities meant what they said, once the truth is known.
//!
//! Belongs here: ranks, coverage, and proper scores of counts and probabilities, with the tests that
//! tell bad luck from a bad model. A count is discrete: a 90 % interval of it covers more than its name,
//! and is held to what it promised, not to 0.9; ranks and PIT values are randomised over ties.
//!
//! Does not belong here: making a forecast, or drawing a world to judge it by. The area under the ROC
//! curve is given beside calibration and never alone, since it is blind to it.

mod band;
mod count;
mod coverage;
mod draws;
mod fault;
mod forecast;
mod left_out;
mod probability;
mod rank;

pub use band::{EcdfBand, binomial_p_value};
pub use count::{CountForecast, NegativeBinomial};
pub use coverage::{Coverage, CoverageTally, Mean};
pub use draws::DrawForecast;
pub use fault::ScoreFault;
pub use forecast::{Forecast, Interval};
pub use left_out::{LeftOut, leave_one_out};
pub use probability::{ProbabilityScores, ReliabilityBin};
pub use rank::{rank_among, share_of_rank};
