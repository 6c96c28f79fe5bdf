//! The steps of review, as a programme sets them.
//!
//! Belongs here: their names and order. Does not belong here: who takes them (`review`).

use serde::{Deserialize, Serialize};

/// The steps that an entry passes after it was submitted; the last one approves it.
///
/// # Source
/// The chain is our design on what programmes do: verified by the supervisor, accepted by the
/// database manager, checked by information management, approved by the national centre. How many
/// steps there are is for each programme to say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<String>", into = "Vec<String>")]
pub struct ReviewChain(Vec<String>);

/// A chain without steps, or with a step named twice.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
    /// No step at all: nothing would ever be approved.
    #[error("a review chain needs at least the step that approves")]
    Empty,
    /// A step without a name, or with the name of a state that every chain has.
    #[error("`{0}` cannot be the name of a review step")]
    BadName(String),
    /// The same name twice: nobody could tell which step was taken.
    #[error("the review chain names `{0}` twice")]
    Twice(String),
}

impl ChainError {
    /// What the person can do about it.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::Empty => "name the steps in order; the last one approves",
            Self::BadName(_) => "give each step a name other than draft, submitted and rejected",
            Self::Twice(_) => "give each step of the chain its own name",
        }
    }
}

impl ReviewChain {
    /// A chain of named steps in their order.
    ///
    /// # Errors
    /// When there is no step, or a name is blank, reserved or used twice.
    pub fn new(steps: Vec<String>) -> Result<Self, ChainError> {
        if steps.is_empty() {
            return Err(ChainError::Empty);
        }
        for (at, step) in steps.iter().enumerate() {
            if step.trim().is_empty() || ["draft", "submitted", "rejected"].contains(&&**step) {
                return Err(ChainError::BadName(step.clone()));
            }
            if steps[..at].contains(step) {
                return Err(ChainError::Twice(step.clone()));
            }
        }
        Ok(Self(steps))
    }

    /// The names of the steps, in order.
    #[must_use]
    pub fn steps(&self) -> &[String] {
        &self.0
    }
}

impl Default for ReviewChain {
    /// Verified, accepted, IM-checked, approved.
    fn default() -> Self {
        Self(["verified", "accepted", "IM-checked", "approved"].map(str::to_owned).to_vec())
    }
}

impl TryFrom<Vec<String>> for ReviewChain {
    type Error = ChainError;

    fn try_from(steps: Vec<String>) -> Result<Self, ChainError> {
        Self::new(steps)
    }
}

impl From<ReviewChain> for Vec<String> {
    fn from(chain: ReviewChain) -> Self {
        chain.0
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn a_chain_is_refused_where_it_could_not_work() {
        assert_eq!(ReviewChain::new(vec![]), Err(ChainError::Empty));
        let named = |name: &str| vec![name.to_owned()];
        assert!(matches!(ReviewChain::new(named("draft")), Err(ChainError::BadName(_))));
        let twice = vec!["approved".to_owned(), "approved".to_owned()];
        assert!(matches!(ReviewChain::new(twice), Err(ChainError::Twice(_))));
        let kept = serde_json::to_string(&ReviewChain::default()).unwrap();
        assert_eq!(serde_json::from_str::<ReviewChain>(&kept).unwrap(), ReviewChain::default());
        assert!(serde_json::from_str::<ReviewChain>("[]").is_err());
    }
}
