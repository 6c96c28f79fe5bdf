//! Where to look or clear next with the days there are.
//!
//! Belongs here: what a task is worth for a team-day (`utility`), what a survey teaches before a
//! decision (`survey_value`), which tasks fit into a number of team-days (`choice`, with the value they
//! add in `coverage`, better exchanges in `exchange`, the queue in `growing` and the bound in `certificate`), why each is on
//! the list (`reasons`), what a search tells of places nearby (`information`), candidates with their sums
//! (`candidate`), the whole proposal (`proposal`), its numbers that no data give (`parameters`), and what has been published of how fast teams work (`productivity`).
//!
//! Does not belong here: where items are likely (the rest of this crate), who lives where
//! (`remnant-ground`), or a decision: a plan proposes, people decide.

mod candidate;
mod certificate;
mod choice;
mod coverage;
mod exchange;
mod fault;
mod growing;
mod information;
mod parameters;
pub mod productivity;
mod proposal;
mod reasons;
mod survey_value;
mod utility;

pub use candidate::{Candidate, CandidateDraws, Effect, Work, draws_of, sums};
pub use certificate::upper_bound;
pub use choice::{CommunityFloor, Guarantee, Plan, Step, Terms, Why, choose};
pub use coverage::{Reach, Task, Tasks};
pub use fault::PlanFault;
pub use information::{doubts, falls};
pub use parameters::{PlanParameter, PlanParameterFault, PlanParameters, SHIPPED};
pub use proposal::{Proposal, Question, Weights, Whole, Worth, propose};
pub use reasons::{Reason, WhyNot, reasons, why_not};
pub use survey_value::{SurveyTerms, SurveyValue, survey_value};
pub use utility::{Draws, TaskUtility, TeamDays, utilities};
