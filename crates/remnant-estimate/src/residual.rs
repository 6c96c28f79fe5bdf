//! What may be left after a search, and what a sample of searched land can show.
//!
//! Belongs here: how many items are left after a clearance or an empty search (`left`), the prior and
//! the effort it rests on (`prior`, `effort`), the search that a target would take (`target`), how far
//! from a strike items are expected (`fade_out`), accept-on-zero samples (`sample`), lines laid across
//! an area (`traverse`), and what of it a person is told (`summary`).
//!
//! Does not belong here: where on a map items are, how a strike is placed, or a decision. Nothing here
//! releases land: these are numbers that can serve as criteria which a national authority sets.

mod beta_rule;
mod effort;
mod fade_out;
mod fault;
mod left;
mod negative_binomial;
mod prior;
mod sample;
mod summary;
mod target;
mod traverse;

pub use beta_rule::beta_rule;
pub use effort::{Detection, Effort, Method, Passes, SearchedPart};
pub use fade_out::{FadeOut, ScaleBelief};
pub use fault::ResidualFault;
pub use left::{Left, SeveralLeft, after_search, after_shared_search};
pub use negative_binomial::NegativeBinomial;
pub use prior::ItemsPrior;
pub use sample::{
    Claim, SampleSize, accept_on_zero, accept_on_zero_closed, chance_of_a_pass,
    chance_of_nothing_bad, sample_size_with_detection,
};
pub use summary::{
    ASSUMED, Assumption, FadeOutAsked, Inspection, Sentence, Summary, Support, summarise,
};
pub use target::{Needed, detection_needed, passes_needed};
pub use traverse::{
    contaminated_given_not_found, disc_detected_by_lines, lines_cross_disc, lines_cross_ellipse,
};
