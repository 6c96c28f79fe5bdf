//! Who signs: the chain of reviews between a field report and the national database.
//!
//! Belongs here: a review as a fold of what reviewers did, and who may do what. Does not belong
//! here: the steps of the chain (`review_chain`), accounts and roles (the program), what an entry
//! says (`event`).

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::identity::{EventId, Person};
use crate::review_chain::ReviewChain;

/// What somebody did with one version of an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewStep {
    /// The entry.
    pub event: EventId,
    /// The version of the entry that was looked at.
    pub version: u32,
    /// What was done.
    pub action: ReviewAction,
    /// By whom.
    pub by: Person,
    /// The day it was recorded, which is the day from which it counts.
    pub recorded_on: Date,
    /// A remark; for a rejection the reason stands in the action.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
}

/// The three things a person can do with an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum ReviewAction {
    /// The enterer hands the draft in.
    Submit,
    /// A reviewer passes it on, at the step named.
    Pass {
        /// The step of the chain.
        step: String,
    },
    /// A reviewer returns it, or the enterer withdraws it.
    Reject {
        /// Why; never blank.
        reason: String,
    },
}

/// How far an entry has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ReviewState {
    /// Entered, not handed in.
    Draft,
    /// Handed in; the first reviewer has not looked yet.
    Submitted,
    /// Passed the step named, which is not the last.
    Passed {
        /// The last step that was passed.
        step: String,
    },
    /// Passed the last step: it counts in published totals.
    Approved {
        /// The day from which it counts.
        on: Date,
    },
    /// Returned; a new version of the entry starts again as a draft.
    Rejected {
        /// Why.
        reason: String,
    },
}

impl ReviewState {
    /// Whether the entry counts in published totals.
    #[must_use]
    pub fn is_approved(&self) -> bool {
        matches!(self, Self::Approved { .. })
    }

    /// Whether the entry was returned, so that it counts nowhere.
    #[must_use]
    pub fn is_rejected(&self) -> bool {
        matches!(self, Self::Rejected { .. })
    }
}

impl fmt::Display for ReviewState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Draft => f.write_str("draft"),
            Self::Submitted => f.write_str("submitted"),
            Self::Passed { step } => f.write_str(step),
            Self::Approved { .. } => f.write_str("approved"),
            Self::Rejected { reason } => write!(f, "rejected: {reason}"),
        }
    }
}

/// Why a review step cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize)]
pub enum ReviewError {
    /// The step is about another entry or another version of it.
    #[error(
        "the review step is about version {found_version} of `{found}`, not version {version} of `{event}`"
    )]
    AnotherEntry {
        /// The entry under review.
        event: EventId,
        /// Its version.
        version: u32,
        /// What the step names.
        found: EventId,
        /// The version that the step names.
        found_version: u32,
    },
    /// The step is about an entry that is not on file.
    #[error("version {version} of `{event}` is not on file, so {by} cannot review it")]
    NoSuchEntry {
        /// The entry.
        event: EventId,
        /// The version.
        version: u32,
        /// Who tried.
        by: Person,
    },
    /// The step does not follow from where the entry stands.
    #[error("`{event}` is {state}; it cannot become {asked} now, the next step is {next}")]
    OutOfOrder {
        /// The entry.
        event: EventId,
        /// Where it stands.
        state: String,
        /// What was to be done.
        asked: String,
        /// What can be done.
        next: String,
    },
    /// A step that the chain does not have.
    #[error("the review chain has no step `{step}`; it has {chain}")]
    NoSuchStep {
        /// The step asked for.
        step: String,
        /// The steps there are.
        chain: String,
    },
    /// Somebody reviews an own entry.
    #[error("{person} entered `{event}` and so cannot pass it as {step}")]
    OwnEntry {
        /// The entry.
        event: EventId,
        /// Who entered or submitted it.
        person: Person,
        /// The step.
        step: String,
    },
    /// Somebody takes two steps of one chain.
    #[error("{person} has already passed `{event}` as {earlier} and so cannot pass it as {step}")]
    SamePerson {
        /// The entry.
        event: EventId,
        /// Who.
        person: Person,
        /// The step taken before.
        earlier: String,
        /// The step to be taken.
        step: String,
    },
    /// Somebody other than the enterer submits.
    #[error("{person} did not enter `{event}`; only {entered_by} can submit it")]
    NotTheEnterer {
        /// The entry.
        event: EventId,
        /// Who tried.
        person: Person,
        /// Who entered it.
        entered_by: Person,
    },
    /// A rejection without a reason.
    #[error("`{event}` is to be rejected without a reason")]
    NoReason {
        /// The entry.
        event: EventId,
    },
    /// A step recorded before the one it follows.
    #[error("`{event}` is to be reviewed on {asked}, before its last step on {last}")]
    BackInTime {
        /// The entry.
        event: EventId,
        /// The day of the step.
        asked: Date,
        /// The day of the step before.
        last: Date,
    },
}

impl ReviewError {
    /// What the person can do about it.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::AnotherEntry { .. } => "open the latest version of the entry and review that one",
            Self::NoSuchEntry { .. } => {
                "check the id and version; where copies work apart, take in the other copy's \
                 journal first"
            }
            Self::OutOfOrder { .. } => {
                "take the steps in their order; a rejected entry is corrected and entered as a new \
                 version"
            }
            Self::NoSuchStep { .. } => {
                "use a step of the chain, or change the chain in the national rules"
            }
            Self::OwnEntry { .. } | Self::SamePerson { .. } => {
                "each step is taken by a separate person: ask a colleague who had no part in it"
            }
            Self::NotTheEnterer { .. } => "ask the person who entered it to submit it",
            Self::NoReason { .. } => "say what has to be corrected before it can come back",
            Self::BackInTime { .. } => "check the day of the review step",
        }
    }
}

/// One version of one entry under review.
///
/// ```
/// use jiff::civil::date;
/// use remnant_land_release::{EventId, Person, Review, ReviewAction, ReviewChain, ReviewStep};
///
/// let (event, enterer) = (EventId::new("E-1")?, Person::new("team-4")?);
/// let mut review = Review::of(event.clone(), 1, enterer.clone(), date(2024, 3, 1));
/// let step = |action, by: &str| -> Result<_, Box<dyn std::error::Error>> {
///     let recorded_on = date(2024, 3, 2);
///     Ok(ReviewStep { event: event.clone(), version: 1, action, by: Person::new(by)?, recorded_on, remark: None })
/// };
/// review.take(&ReviewChain::default(), step(ReviewAction::Submit, "team-4")?)?;
/// let own = step(ReviewAction::Pass { step: "verified".into() }, "team-4")?;
/// assert!(review.take(&ReviewChain::default(), own).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Review {
    event: EventId,
    version: u32,
    entered_by: Person,
    entered_on: Date,
    state: ReviewState,
    steps: Vec<ReviewStep>,
}

impl Review {
    /// A draft that nobody has looked at.
    #[must_use]
    pub fn of(event: EventId, version: u32, entered_by: Person, entered_on: Date) -> Self {
        Self {
            event,
            version,
            entered_by,
            entered_on,
            state: ReviewState::Draft,
            steps: Vec::new(),
        }
    }

    /// How far the entry has come.
    #[must_use]
    pub fn state(&self) -> &ReviewState {
        &self.state
    }

    /// What was done, in order.
    #[must_use]
    pub fn steps(&self) -> &[ReviewStep] {
        &self.steps
    }

    /// The step that can be taken next, for a list of what waits for whom.
    #[must_use]
    pub fn next_step<'a>(&self, chain: &'a ReviewChain) -> Option<&'a str> {
        let steps = chain.steps();
        match &self.state {
            ReviewState::Draft => Some("submitted"),
            ReviewState::Submitted => steps.first().map(String::as_str),
            ReviewState::Passed { step } => {
                let at = steps.iter().position(|name| name == step)?;
                steps.get(at + 1).map(String::as_str)
            }
            ReviewState::Approved { .. } | ReviewState::Rejected { .. } => None,
        }
    }

    /// Takes a step, or says why not and leaves the review as it was.
    ///
    /// An approved entry can still be rejected, as when a falsified report comes to light: what was
    /// published on the days before stays what it was, since every step has its day.
    ///
    /// # Errors
    /// When the step is about another entry, out of order, dated before the last step, by the
    /// enterer or by somebody who took an earlier step, or a rejection without a reason.
    pub fn take(&mut self, chain: &ReviewChain, step: ReviewStep) -> Result<(), ReviewError> {
        if (&step.event, step.version) != (&self.event, self.version) {
            return Err(ReviewError::AnotherEntry {
                event: self.event.clone(),
                version: self.version,
                found: step.event,
                found_version: step.version,
            });
        }
        let last = self.steps.last().map_or(self.entered_on, |step| step.recorded_on);
        if step.recorded_on < last {
            let event = self.event.clone();
            return Err(ReviewError::BackInTime { event, asked: step.recorded_on, last });
        }
        let next = self.next_step(chain);
        self.state = match &step.action {
            ReviewAction::Reject { .. } if self.state.is_rejected() => {
                return Err(self.out_of_order("rejected", next));
            }
            ReviewAction::Reject { reason } if reason.trim().is_empty() => {
                return Err(ReviewError::NoReason { event: self.event.clone() });
            }
            ReviewAction::Reject { reason } => ReviewState::Rejected { reason: reason.clone() },
            ReviewAction::Submit if self.state != ReviewState::Draft => {
                return Err(self.out_of_order("submitted", next));
            }
            ReviewAction::Submit if step.by != self.entered_by => {
                return Err(ReviewError::NotTheEnterer {
                    event: self.event.clone(),
                    person: step.by,
                    entered_by: self.entered_by.clone(),
                });
            }
            ReviewAction::Submit => ReviewState::Submitted,
            ReviewAction::Pass { step: name } => {
                if !chain.steps().contains(name) {
                    let chain = chain.steps().join(", ");
                    return Err(ReviewError::NoSuchStep { step: name.clone(), chain });
                }
                if next != Some(name) {
                    return Err(self.out_of_order(name, next));
                }
                self.separate_person(&step.by, name)?;
                if chain.steps().last() == Some(name) {
                    ReviewState::Approved { on: step.recorded_on }
                } else {
                    ReviewState::Passed { step: name.clone() }
                }
            }
        };
        self.steps.push(step);
        Ok(())
    }

    fn out_of_order(&self, asked: &str, next: Option<&str>) -> ReviewError {
        ReviewError::OutOfOrder {
            event: self.event.clone(),
            state: self.state.to_string(),
            asked: asked.to_owned(),
            next: next.unwrap_or("a new version").to_owned(),
        }
    }

    fn separate_person(&self, person: &Person, name: &str) -> Result<(), ReviewError> {
        let (event, step) = (self.event.clone(), name.to_owned());
        if *person == self.entered_by {
            return Err(ReviewError::OwnEntry { event, person: person.clone(), step });
        }
        let earlier = self.steps.iter().find_map(|taken| match &taken.action {
            ReviewAction::Pass { step } if taken.by == *person => Some(step.clone()),
            _ => None,
        });
        match earlier {
            Some(earlier) => {
                Err(ReviewError::SamePerson { event, person: person.clone(), earlier, step })
            }
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use jiff::civil::date;

    use super::*;

    fn event() -> EventId {
        EventId::new("E-1").unwrap()
    }

    fn person(name: &str) -> Person {
        Person::new(name).unwrap()
    }

    fn step(action: ReviewAction, by: &str, day: i8) -> ReviewStep {
        let recorded_on = date(2024, 3, day);
        ReviewStep { event: event(), version: 1, action, by: person(by), recorded_on, remark: None }
    }

    fn pass(name: &str, by: &str, day: i8) -> ReviewStep {
        step(ReviewAction::Pass { step: name.to_owned() }, by, day)
    }

    fn draft() -> Review {
        Review::of(event(), 1, person("ana"), date(2024, 3, 1))
    }

    fn reject(reason: &str, by: &str, day: i8) -> ReviewStep {
        step(ReviewAction::Reject { reason: reason.to_owned() }, by, day)
    }

    #[test]
    fn five_people_bring_an_entry_to_approval() {
        let (chain, mut review) = (ReviewChain::default(), draft());
        let mut seen = vec![review.state().to_string()];
        for taken in [
            step(ReviewAction::Submit, "ana", 1),
            pass("verified", "bo", 2),
            pass("accepted", "chi", 3),
            pass("IM-checked", "dara", 4),
            pass("approved", "eli", 5),
        ] {
            review.take(&chain, taken).unwrap();
            seen.push(review.state().to_string());
        }
        assert_eq!(seen, ["draft", "submitted", "verified", "accepted", "IM-checked", "approved"]);
        assert_eq!(*review.state(), ReviewState::Approved { on: date(2024, 3, 5) });
    }

    #[test]
    fn each_refusal_says_what_is_wrong_and_leaves_the_review_as_it_was() {
        let chain = ReviewChain::default();
        let mut review = draft();
        let mut said = Vec::new();
        let mut refuse = |review: &mut Review, taken: ReviewStep| {
            let before = review.clone();
            let refused = review.take(&chain, taken).unwrap_err();
            assert_eq!(*review, before);
            said.push(format!("{refused}\n  help: {}", refused.help()));
        };
        refuse(&mut review, pass("verified", "bo", 2));
        refuse(&mut review, step(ReviewAction::Submit, "bo", 2));
        refuse(&mut review, ReviewStep { version: 2, ..step(ReviewAction::Submit, "ana", 2) });
        review.take(&chain, step(ReviewAction::Submit, "ana", 2)).unwrap();
        refuse(&mut review, pass("verified", "ana", 2));
        refuse(&mut review, pass("verfied", "bo", 2));
        refuse(&mut review, pass("verified", "bo", 1));
        review.take(&chain, pass("verified", "bo", 3)).unwrap();
        refuse(&mut review, pass("accepted", "bo", 3));
        refuse(&mut review, reject(" ", "chi", 3));
        review.take(&chain, reject("the depth is missing", "chi", 4)).unwrap();
        refuse(&mut review, pass("accepted", "dara", 5));
        insta::assert_snapshot!(said.join("\n"));
    }

    #[test]
    fn any_state_can_be_rejected_even_approval() {
        let chain = ReviewChain::new(vec!["approved".to_owned()]).unwrap();
        let taken = [step(ReviewAction::Submit, "ana", 1), pass("approved", "bo", 2)];
        for first in 0..=taken.len() {
            let mut review = draft();
            for step in &taken[..first] {
                review.take(&chain, step.clone()).unwrap();
            }
            review.take(&chain, reject("copied record", "chi", 3)).unwrap();
            assert!(review.state().is_rejected());
        }
    }
}
