//! The words that programmes store for the status of an area, and what they mean here.
//!
//! Belongs here: mapping a word to a status while keeping the word. Does not belong here: believing
//! it: the ledger computes the status from events, and a stored word is compared with it
//! (`quality`).

use serde::{Deserialize, Serialize};

use crate::area_state::AreaStatus;

/// What a programme's word can mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StatedStatus {
    /// Land remains.
    Open,
    /// Land remains and nobody can work there.
    Suspended,
    /// No land remains. It says neither how nor that anything was cleared.
    Closed,
    /// No land remains, and it was handed over.
    HandedOver,
}

impl StatedStatus {
    /// Whether an area in this status of the ledger can be called so.
    #[must_use]
    pub fn agrees_with(self, status: AreaStatus) -> bool {
        match self {
            Self::Open => matches!(
                status,
                AreaStatus::Open | AreaStatus::Indication | AreaStatus::UnderInvestigation
            ),
            Self::Suspended => status == AreaStatus::Suspended,
            // "Closed" is said of handed-over areas as well.
            Self::Closed => matches!(
                status,
                AreaStatus::Closed | AreaStatus::NotSubstantiated | AreaStatus::HandedOver
            ),
            Self::HandedOver => status == AreaStatus::HandedOver,
        }
    }
}

/// A programme's word with what it means, where that is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusWord {
    /// The word exactly as it was stored.
    pub original: String,
    /// What it means; absent where nobody has said. It never becomes the nearest known word.
    pub meaning: Option<StatedStatus>,
}

/// Words of programmes, in small letters.
///
/// # Source
/// Minimum Data Requirements of May 2018, whose text says open, closed, handed over and whose
/// diagram says Open, Closed, Suspended, Released; the statuses of Somalia's national catalogue.
const WORDS: &[(&str, StatedStatus)] = &[
    ("open", StatedStatus::Open),
    ("in progress", StatedStatus::Open),
    ("ongoing", StatedStatus::Open),
    ("suspended", StatedStatus::Suspended),
    ("closed", StatedStatus::Closed),
    ("cancelled", StatedStatus::Closed),
    ("released", StatedStatus::HandedOver),
    ("handed over", StatedStatus::HandedOver),
];

impl StatusWord {
    /// Reads a word, whatever its case and the spaces, hyphens and underscores in it.
    ///
    /// ```
    /// use remnant_land_release::{StatedStatus, StatusWord};
    /// let word = StatusWord::read("Handed_Over ");
    /// assert_eq!(word.meaning, Some(StatedStatus::HandedOver));
    /// assert_eq!(word.original, "Handed_Over ");
    /// assert_eq!(StatusWord::read("worked on").meaning, None);
    /// ```
    #[must_use]
    pub fn read(original: &str) -> Self {
        let spaced = original.replace(['_', '-'], " ").to_lowercase();
        let word = spaced.split_whitespace().collect::<Vec<_>>().join(" ");
        let meaning = WORDS.iter().find(|(known, _)| *known == word).map(|(_, meaning)| *meaning);
        Self { original: original.to_owned(), meaning }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closed_is_not_cleared_and_released_means_handed_over() {
        assert!(StatedStatus::Closed.agrees_with(AreaStatus::Closed));
        assert!(!StatedStatus::HandedOver.agrees_with(AreaStatus::Closed));
        assert_eq!(StatusWord::read("RELEASED").meaning, Some(StatedStatus::HandedOver));
        assert!(StatedStatus::Closed.agrees_with(AreaStatus::HandedOver));
        assert_eq!(StatusWord::read("").meaning, None);
    }
}
