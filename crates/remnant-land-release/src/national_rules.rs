//! What is set nationally: criteria, evidence, reviewers, tolerances, with their dates.
//!
//! Belongs here: the parameters of land release that a national authority decides, each with where
//! its value is from, and the book of their versions. Does not belong here: applying them
//! (`evidence_required`, `ledger`, `quality`).

use std::collections::BTreeSet;

use jiff::civil::Date;
use remnant_record::SquareMetres;
use serde::{Deserialize, Serialize};

use crate::evidence::{Evidence, HowKnown};
use crate::evidence_required::Requirement;
use crate::review_chain::ReviewChain;

/// A value that a national authority sets, and where this value is from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter<T> {
    /// The value.
    pub value: T,
    /// Document, article and edition, or `UNVERIFIED` and what the default follows.
    pub provenance: String,
}

impl<T> Parameter<T> {
    /// A value with where it is from.
    pub fn new(value: T, provenance: impl Into<String>) -> Self {
        Self { value, provenance: provenance.into() }
    }

    /// Whether nobody has yet read the value in a national document.
    #[must_use]
    pub fn is_unverified(&self) -> bool {
        self.provenance.starts_with("UNVERIFIED")
    }
}

/// A kind of evidence that counts as direct.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DirectEvidence {
    /// The code of the kind.
    pub kind: String,
    /// How it must be known; empty where it does not matter.
    #[serde(default)]
    pub how_known: BTreeSet<HowKnown>,
    /// The reliabilities, in the programme's words, of which it must have one; empty where it does
    /// not matter.
    #[serde(default)]
    pub reliability: BTreeSet<String>,
}

impl DirectEvidence {
    fn covers(&self, evidence: &Evidence) -> bool {
        let known = evidence.how_known.is_some_and(|how| self.how_known.contains(&how));
        let relied = evidence.reliability.as_ref().is_some_and(|r| self.reliability.contains(r));
        self.kind == evidence.kind
            && (self.how_known.is_empty() || known)
            && (self.reliability.is_empty() || relied)
    }
}

/// A criterion of all reasonable effort by which land may be cancelled or reduced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Criterion {
    /// The code that a step cites.
    pub code: String,
    /// What a person reads.
    pub label: String,
}

/// The rules of land release in one country from one day.
///
/// What is enough effort, what counts as direct evidence and who signs differ from country to
/// country and from year to year, so they are a value and not code. Each parameter says where it is
/// from; one whose provenance begins with `UNVERIFIED` is to be replaced by the national standard.
///
/// # Source
/// The criteria of all reasonable effort are national: catalogue entry of IMAS 07.10.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NationalRules {
    /// The country, or `default`.
    pub country: String,
    /// The first day on which the rules hold.
    pub valid_from: Date,
    /// The day they were entered, from which steps are judged by them.
    pub recorded_on: Date,
    /// Evidence that counts as direct. Everything else is indirect.
    pub direct_evidence: Parameter<Vec<DirectEvidence>>,
    /// Whether a confirmed hazardous area needs direct evidence with a location.
    pub confirmed_needs_direct_evidence: Parameter<bool>,
    /// The criteria by which land is cancelled.
    pub cancellation_criteria: Parameter<Vec<Criterion>>,
    /// The criteria by which land is reduced.
    pub reduction_criteria: Parameter<Vec<Criterion>>,
    /// Requirements that this country does not make.
    pub waived_requirements: Parameter<BTreeSet<Requirement>>,
    /// The steps of review.
    pub review_chain: Parameter<ReviewChain>,
    /// Land outside an area, or already released, up to which a step is taken without it: the
    /// strips that two drawings of one edge leave between them. It is told, never counted.
    #[serde(rename = "sliver_square_metres")]
    pub sliver: Parameter<SquareMetres>,
    /// The difference between the operator's figure and the boundary's, in per cent of the
    /// boundary's, above which the operator is asked.
    pub reported_difference_percent: Parameter<u32>,
    /// Days between a step's effect and its being recorded above which the check asks.
    pub late_entry_days: Parameter<u32>,
}

impl NationalRules {
    /// The rules that hold where a country has entered none, from the first day of the calendar.
    ///
    /// Everything that differs nationally is marked `UNVERIFIED`.
    #[must_use]
    pub fn unverified_default() -> Self {
        let seen = |kind: &str, how: &[HowKnown]| DirectEvidence {
            kind: kind.to_owned(),
            how_known: how.iter().copied().collect(),
            reliability: BTreeSet::new(),
        };
        let any = |kind: &str| seen(kind, &[]);
        let reliable_record = DirectEvidence {
            kind: "record".to_owned(),
            how_known: BTreeSet::new(),
            reliability: ["high".to_owned()].into(),
        };
        let direct = vec![
            seen("submunition_found", &[HowKnown::Seen, HowKnown::Recorded]),
            seen("container_or_part_found", &[HowKnown::Seen]),
            seen("fuze_or_strip_found", &[HowKnown::Seen]),
            seen("strike_mark", &[HowKnown::Seen]),
            any("detonation"),
            any("accident"),
            any("mine_signs_or_fencing"),
            reliable_record,
        ];
        let criterion =
            |code: &str, label: &str| Criterion { code: code.to_owned(), label: label.to_owned() };
        let example = "UNVERIFIED: an example; replace it by the list of the national standard";
        Self {
            country: "default".to_owned(),
            valid_from: Date::MIN,
            recorded_on: Date::MIN,
            direct_evidence: Parameter::new(
                direct,
                "UNVERIFIED: follows the direct evidence list of the IMSMA wiki (Evidence of \
                 Contamination, 6 October 2016), which says that each programme must adapt it",
            ),
            confirmed_needs_direct_evidence: Parameter::new(
                true,
                "NPA, Land Release; LMAC NMAS 09.10; Minimum Data Requirements of May 2018",
            ),
            cancellation_criteria: Parameter::new(
                vec![
                    criterion("no_evidence_found", "non-technical survey found no evidence"),
                    criterion("used_without_accident", "land in use without accident or find"),
                    criterion("record_was_wrong", "the record named the wrong place"),
                    criterion("duplicate_record", "the land stands in another record"),
                ],
                example,
            ),
            reduction_criteria: Parameter::new(
                vec![
                    criterion("searched_without_find", "technical survey found no evidence"),
                    criterion("outside_fade_out", "beyond the fade-out of the last find"),
                ],
                example,
            ),
            waived_requirements: Parameter::new(
                BTreeSet::new(),
                "nothing is waived unless a national standard says so",
            ),
            review_chain: Parameter::new(
                ReviewChain::default(),
                "UNVERIFIED: follows who signs in Sri Lanka, Syria and Jordan; the number of steps \
                 is national",
            ),
            sliver: Parameter::new(
                SquareMetres::new(10),
                "UNVERIFIED: a strip of ten centimetres along a hundred metres of edge",
            ),
            reported_difference_percent: Parameter::new(
                5,
                "UNVERIFIED: no standard that gives a tolerance was read",
            ),
            late_entry_days: Parameter::new(
                92,
                "UNVERIFIED: a quarter, as programmes report their balance quarterly",
            ),
        }
    }

    /// Whether a piece of evidence counts as direct here. An estimate never does.
    #[must_use]
    pub fn is_direct(&self, evidence: &Evidence) -> bool {
        !evidence.is_estimate()
            && self.direct_evidence.value.iter().any(|direct| direct.covers(evidence))
    }

    /// Whether the operator's figure is further from the boundary's than these rules allow.
    #[must_use]
    pub fn differs(&self, reported: SquareMetres, computed: SquareMetres) -> bool {
        let apart = u128::from(reported.abs_diff(computed).get()) * 100;
        let allowed =
            u128::from(computed.get()) * u128::from(self.reported_difference_percent.value);
        apart > allowed
    }

    /// Name and provenance of every parameter, for a page that shows what the ledger rests on.
    #[must_use]
    pub fn provenance(&self) -> Vec<(&'static str, &str)> {
        vec![
            ("direct evidence", &self.direct_evidence.provenance),
            ("confirmed needs direct evidence", &self.confirmed_needs_direct_evidence.provenance),
            ("cancellation criteria", &self.cancellation_criteria.provenance),
            ("reduction criteria", &self.reduction_criteria.provenance),
            ("waived requirements", &self.waived_requirements.provenance),
            ("review chain", &self.review_chain.provenance),
            ("sliver", &self.sliver.provenance),
            ("reported difference", &self.reported_difference_percent.provenance),
            ("late entry", &self.late_entry_days.provenance),
        ]
    }
}

/// The versions of a country's rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RuleBook(Vec<NationalRules>);

impl Default for RuleBook {
    fn default() -> Self {
        Self(vec![NationalRules::unverified_default()])
    }
}

impl RuleBook {
    /// A book of these versions, in any order, before which the unverified default holds.
    #[must_use]
    pub fn new(mut versions: Vec<NationalRules>) -> Self {
        versions.insert(0, NationalRules::unverified_default());
        Self(versions)
    }

    /// The rules by which a step is judged: of those entered by the day the step was recorded, the
    /// latest that held on the day of its effect; of two from one day, the one entered last.
    ///
    /// Rules that are entered later never change how an earlier entry was judged, so that what was
    /// known by a day stays what it was.
    #[must_use]
    pub fn on(&self, effective_on: Date, recorded_on: Date) -> NationalRules {
        self.0
            .iter()
            .filter(|rules| rules.valid_from <= effective_on && rules.recorded_on <= recorded_on)
            .max_by_key(|rules| (rules.valid_from, rules.recorded_on))
            .cloned()
            .unwrap_or_else(NationalRules::unverified_default)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use jiff::civil::date;

    use super::*;
    use crate::identity::EvidenceId;

    fn evidence(kind: &str, how_known: Option<HowKnown>, reliability: Option<&str>) -> Evidence {
        Evidence {
            id: EvidenceId::new("EP-1").unwrap(),
            kind: kind.to_owned(),
            how_known,
            dated: None,
            reliability: reliability.map(str::to_owned),
            located: true,
        }
    }

    /// A row that cites a shipped criterion must not be refused by the shipped rules, nor the other
    /// way round.
    #[test]
    fn the_shipped_pick_list_has_the_criteria_of_the_default_rules() {
        let rules = NationalRules::unverified_default();
        let lists = remnant_ground::pick_list::shipped();
        let shipped: BTreeSet<&str> = lists
            .list("release_criteria")
            .into_iter()
            .flatten()
            .map(|choice| choice.code.as_str())
            .collect();
        let all = rules.cancellation_criteria.value.iter().chain(&rules.reduction_criteria.value);
        assert_eq!(all.map(|criterion| criterion.code.as_str()).collect::<BTreeSet<_>>(), shipped);
    }

    #[test]
    fn the_line_between_direct_and_indirect_is_drawn_by_the_rules() {
        let rules = NationalRules::unverified_default();
        assert!(rules.is_direct(&evidence("submunition_found", Some(HowKnown::Seen), None)));
        assert!(!rules.is_direct(&evidence("submunition_found", Some(HowKnown::Told), None)));
        assert!(!rules.is_direct(&evidence("submunition_found", None, None)));
        assert!(rules.is_direct(&evidence("record", Some(HowKnown::Recorded), Some("high"))));
        assert!(!rules.is_direct(&evidence("record", Some(HowKnown::Recorded), Some("low"))));
        assert!(!rules.is_direct(&evidence("verbal_report", Some(HowKnown::Told), None)));
    }

    #[test]
    fn an_estimate_is_never_direct_even_where_the_list_says_so() {
        let mut rules = NationalRules::unverified_default();
        rules.direct_evidence.value.push(DirectEvidence {
            kind: "estimate".to_owned(),
            how_known: BTreeSet::new(),
            reliability: BTreeSet::new(),
        });
        assert!(!rules.is_direct(&evidence("estimate", Some(HowKnown::Seen), Some("high"))));
    }

    #[test]
    fn a_step_is_judged_by_the_rules_of_its_day_as_they_were_entered_then() {
        let rules = |country: &str, valid_from, recorded_on| NationalRules {
            country: country.to_owned(),
            valid_from,
            recorded_on,
            ..NationalRules::unverified_default()
        };
        let (first, second) = (date(2020, 1, 1), date(2022, 1, 1));
        let book = RuleBook::new(vec![
            rules("second", second, date(2022, 6, 1)),
            rules("first", first, first),
        ]);
        assert_eq!(book.on(date(2019, 5, 1), date(2023, 1, 1)).country, "default");
        assert_eq!(book.on(date(2021, 5, 1), date(2023, 1, 1)).country, "first");
        assert_eq!(book.on(date(2022, 5, 1), date(2022, 5, 2)).country, "first");
        assert_eq!(book.on(date(2022, 5, 1), date(2022, 6, 2)).country, "second");
        let kept = serde_json::to_string(&book).unwrap();
        assert_eq!(serde_json::from_str::<RuleBook>(&kept).unwrap(), book);
    }

    #[test]
    fn each_parameter_says_where_it_is_from() {
        let rules = NationalRules::unverified_default();
        assert!(rules.provenance().iter().all(|(_, provenance)| !provenance.is_empty()));
        assert!(rules.sliver.is_unverified());
        assert!(!rules.confirmed_needs_direct_evidence.is_unverified());
    }
}
