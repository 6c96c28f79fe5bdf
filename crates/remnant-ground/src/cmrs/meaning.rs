//! What the search of a box gave, and the colour in which an operator prints it.
//!
//! Belongs here: results by meaning, why a search stopped, colours as a mapping from the meaning.
//! Does not belong here: rules that combine results (`survey_box`).

use serde::{Deserialize, Serialize};

/// What the search of a box gave. The meaning is kept, never a colour: operators' colours
/// contradict one another.
///
/// In order of what they say about remnants, the strongest last: where a box was visited more than
/// once, the strongest stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BoxResult {
    /// Not yet searched, or skipped to come back to. Never a negative.
    NotSearched,
    /// Cannot be searched: water, building, owner, slope, security.
    CannotBeSearched,
    /// Part of it was searched and the rest was not. Never a negative.
    PartlySearched,
    /// Searched as the rule says, and nothing found.
    NothingFound,
    /// Other unexploded ordnance found, no cluster munition remnant.
    OtherUxoFound,
    /// Fragments or parts of cluster munitions only.
    FragmentsOnly,
    /// A cluster munition remnant found: submunition, bomblet, or a failed or abandoned munition.
    CmrFound,
}

impl BoxResult {
    /// All results, the weakest first.
    pub const ALL: [Self; 7] = [
        Self::NotSearched,
        Self::CannotBeSearched,
        Self::PartlySearched,
        Self::NothingFound,
        Self::OtherUxoFound,
        Self::FragmentsOnly,
        Self::CmrFound,
    ];

    /// The code of the pick-list `box_result`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NotSearched => "not_searched",
            Self::CannotBeSearched => "cannot_be_searched",
            Self::PartlySearched => "partly_searched",
            Self::NothingFound => "nothing_found",
            Self::OtherUxoFound => "other_uxo_found",
            Self::FragmentsOnly => "fragments_only",
            Self::CmrFound => "cmr_found",
        }
    }

    /// The meaning behind a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|result| result.code() == code)
    }

    /// The meaning as a legend prints it.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::NotSearched => "not searched",
            Self::CannotBeSearched => "cannot be searched",
            Self::PartlySearched => "partly searched",
            Self::NothingFound => "searched, nothing found",
            Self::OtherUxoFound => "other unexploded ordnance found",
            Self::FragmentsOnly => "fragments or parts only",
            Self::CmrFound => "cluster munition remnant found",
        }
    }

    /// Whether the box was searched as the rule says, with whatever result.
    #[must_use]
    pub fn is_searched(self) -> bool {
        self >= Self::NothingFound
    }
}

/// Why the search of a box ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StopReason {
    /// At the first submunition.
    FirstFound,
    /// When several had been found.
    EnoughFound,
    /// All of it was searched.
    FullCoverage,
    /// The time for the box was used.
    TimeUsed,
    /// Something was in the way.
    Obstacle,
}

impl StopReason {
    const ALL: [Self; 5] =
        [Self::FirstFound, Self::EnoughFound, Self::FullCoverage, Self::TimeUsed, Self::Obstacle];

    /// The code of the pick-list `stop_reason`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::FirstFound => "first_found",
            Self::EnoughFound => "enough_found",
            Self::FullCoverage => "full_coverage",
            Self::TimeUsed => "time_used",
            Self::Obstacle => "obstacle",
        }
    }

    /// The reason behind a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == code)
    }
}

/// The colours in which an operator prints the meanings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Colours {
    /// What the mapping is called.
    pub name: String,
    /// Where it is from.
    pub source: String,
    /// Whether someone has read it there. A legend says so where not.
    pub verified: bool,
    /// A colour for each meaning, by name; `hatched` is a pattern without a colour of its own.
    colours: Vec<(BoxResult, String)>,
}

impl Colours {
    /// A mapping of an operator's own.
    ///
    /// Meanings without a colour are printed as `white`, which is what not knowing looks like.
    #[must_use]
    pub fn new(
        name: impl Into<String>,
        source: impl Into<String>,
        verified: bool,
        colours: Vec<(BoxResult, String)>,
    ) -> Self {
        Self { name: name.into(), source: source.into(), verified, colours }
    }

    /// The first of two families of colours that are remembered. Not checked against the joint paper.
    #[must_use]
    pub fn variant_a() -> Self {
        Self::remembered("variant A", "yellow", "blue")
    }

    /// The second of two families of colours that are remembered. It gives blue and yellow the
    /// opposite meanings of the first. Not checked against the joint paper.
    #[must_use]
    pub fn variant_b() -> Self {
        Self::remembered("variant B", "blue", "yellow")
    }

    fn remembered(name: &str, fragments: &str, other_uxo: &str) -> Self {
        let colours = [
            (BoxResult::CmrFound, "red"),
            (BoxResult::FragmentsOnly, fragments),
            (BoxResult::OtherUxoFound, other_uxo),
            (BoxResult::NothingFound, "green"),
            (BoxResult::PartlySearched, "hatched"),
            (BoxResult::CannotBeSearched, "grey"),
            (BoxResult::NotSearched, "white"),
        ];
        let colours = colours.map(|(result, colour)| (result, colour.to_owned())).into();
        Self::new(name, "UNVERIFIED: remembered of operators' maps", false, colours)
    }

    /// The colour of a meaning.
    #[must_use]
    pub fn of(&self, result: BoxResult) -> &str {
        let found = self.colours.iter().find(|(meaning, _)| *meaning == result);
        found.map_or("white", |(_, colour)| colour)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pick_list::{self, Found};

    #[test]
    fn every_code_is_in_the_shipped_pick_lists_and_comes_back() {
        let lists = pick_list::shipped();
        for result in BoxResult::ALL {
            assert_eq!(lists.find("box_result", result.code()), Found::Code(result.code()));
            assert_eq!(BoxResult::from_code(result.code()), Some(result));
        }
        for reason in StopReason::ALL {
            assert_eq!(lists.find("stop_reason", reason.code()), Found::Code(reason.code()));
            assert_eq!(StopReason::from_code(reason.code()), Some(reason));
        }
        let rows = |list: &str| lists.list(list).map_or(0, |rows| rows.len());
        assert_eq!((rows("box_result"), rows("stop_reason")), (7, 5));
    }

    #[test]
    fn the_two_families_of_colours_contradict_each_other_and_say_that_they_are_unverified() {
        let (a, b) = (Colours::variant_a(), Colours::variant_b());
        assert_eq!(a.of(BoxResult::FragmentsOnly), b.of(BoxResult::OtherUxoFound));
        assert_eq!(a.of(BoxResult::CmrFound), "red");
        assert!(!a.verified && !b.verified && a.source.starts_with("UNVERIFIED"));
        let none = Colours::new("ours", "our procedures", true, Vec::new());
        assert_eq!(none.of(BoxResult::NothingFound), "white");
    }
}
