//! What a person is told of a residual: sentences with their numbers, and every assumption.
//!
//! Belongs here: which things are said and in which order, each number by its name, and the list of
//! what they rest on. Does not belong here: words and rounding (`remnant-publish`), and any verdict:
//! there is no sentence for "safe", "clear" or "no risk", and none that releases land.

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::effort::{Detection, Effort};
use super::fade_out::{FadeOut, ScaleBelief};
use super::fault::ResidualFault;
use super::left::{Left, after_search};
use super::prior::ItemsPrior;
use super::sample::{Claim, SampleSize, chance_of_a_pass, sample_size_with_detection};
use super::target::{Needed, detection_needed};

/// One number that an answer rests on.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Assumption {
    /// What the number stands for, in words of the field.
    pub name: String,
    /// Its value, as a person would type it.
    pub value: String,
    /// Its unit; empty for a share or a word.
    pub unit: String,
    /// From where it is.
    pub source: String,
    /// Whether anyone read it at its source. What is not verified is marked wherever it is shown.
    pub verified: bool,
}

/// A quality sample that was drawn from the land after the search.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Inspection {
    /// Units in the lot.
    pub lot: u64,
    /// Units inspected, none of them bad.
    pub sampled: u64,
    /// The confidence that is asked for, 0 to 1.
    pub confidence: f64,
    /// The share of units that is claimed to be clean.
    pub clean: f64,
    /// The chance that the inspection of a bad unit notices it.
    pub detection: Detection,
}

/// All that a residual rests on.
#[derive(Clone, Debug, PartialEq)]
pub struct Support {
    /// What was believed before any search.
    pub prior: ItemsPrior,
    /// Who looked where.
    pub effort: Effort,
    /// Items found by that search and taken away.
    pub finds: u64,
    /// Counts k for which the chance of more than k is told.
    pub more_than: Vec<u64>,
    /// The chance of none left that a national authority asks for, where it does.
    pub target: Option<f64>,
    /// A quality sample, where one was drawn.
    pub inspection: Option<Inspection>,
    /// How far from the middle of a strike people would go, where that is asked.
    pub fade_out: Option<FadeOutAsked>,
}

/// A distance beyond which nobody would search any more.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct FadeOutAsked {
    /// The distance that a policy names, in metres from the middle of a strike.
    pub metres: f64,
    /// Items that one strike left before any search, as expected.
    pub items: f64,
    /// Median of the footprint scale, in metres.
    pub scale_metres: f64,
    /// Standard deviation of its logarithm.
    pub log_spread: f64,
}

/// What holds for every residual, told with each.
pub const ASSUMED: [&str; 5] = [
    "items lie anywhere in the area with the same chance, unless its parts are asked about separately",
    "what was found was taken away, and nothing was added since",
    "every pass of a method, by whichever team, finds with one and the same unknown chance; passes \
     miss independently, apart from what the method can never find",
    "different methods miss independently of each other",
    "work of which only the square metres are known lay anywhere in its land with the same chance",
];

impl Support {
    /// SHA-256 of all numbers of the support, in lower-case hexadecimal digits.
    #[must_use]
    pub fn sha256(&self) -> String {
        // The written form holds every number in full and every name in quotation marks.
        let hash = Sha256::digest(format!("{self:?}").as_bytes());
        hash.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// One thing that is said, with its numbers.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "says")]
pub enum Sentence {
    /// What was believed before any search.
    Before {
        /// The chance that at least one item lay here.
        any: f64,
        /// Items expected.
        expected: f64,
    },
    /// Nobody searched any of it: the answer is the prior.
    NobodySearched,
    /// What was searched, and what was found.
    Searched {
        /// The share of the area that was searched.
        share: f64,
        /// The share of the items in the whole area that such a search is expected to find.
        effective: f64,
        /// Items found.
        finds: u64,
    },
    /// A part that nobody searched, where silence says nothing.
    NobodyLooked {
        /// Its share of the area.
        share: f64,
        /// Items expected there.
        expected: f64,
    },
    /// What is left.
    Now {
        /// The chance that at least one item is left.
        any: f64,
        /// Items expected to be left.
        expected: f64,
        /// The number not exceeded in nine of ten cases.
        upper: u64,
    },
    /// The chance that more than so many are left.
    MoreThan {
        /// So many.
        count: u64,
        /// The chance.
        chance: f64,
    },
    /// The figure that a national authority asks for is reached.
    TargetReached {
        /// The chance of none left that is asked for.
        target: f64,
        /// The chance reached.
        chance: f64,
    },
    /// It is not reached; so much of the items would have to be found.
    TargetNeeds {
        /// The chance of none left that is asked for.
        target: f64,
        /// The chance so far.
        chance: f64,
        /// The effective detection needed, past work included, if nothing more is found.
        effective: f64,
        /// The most that the methods used so far can find.
        ceiling: f64,
    },
    /// The methods used so far cannot reach it, however often they pass.
    TargetOutOfReach {
        /// The chance of none left that is asked for.
        target: f64,
        /// The chance so far.
        chance: f64,
        /// The effective detection needed; none suffices where it is absent.
        effective: Option<f64>,
        /// The most that they can find.
        ceiling: f64,
    },
    /// What a quality sample without a bad unit shows.
    Sampled {
        /// Units in the lot.
        lot: u64,
        /// Units inspected.
        sampled: u64,
        /// Bad units that would just break the claim.
        bad_units: u64,
        /// The clean share claimed.
        clean: f64,
        /// The confidence asked for.
        asked: f64,
        /// The confidence reached.
        reached: f64,
        /// The chance that a lot with that many bad units passes.
        passes: f64,
        /// The chance that a lot with a single bad unit passes.
        one_passes: f64,
    },
    /// What lies beyond a distance from the middle of a strike.
    FadeOut {
        /// The distance that was asked about, in metres.
        metres: f64,
        /// Items that the strike left, as expected.
        items: f64,
        /// Items expected beyond that distance before any search.
        beyond: f64,
        /// The distance beyond which a tenth of an item is expected.
        for_a_tenth: f64,
        /// The distance beyond which a hundredth is expected.
        for_a_hundredth: f64,
    },
    /// How many units the claim would take.
    SampleNeeded {
        /// The sample; absent where even all units would not do.
        needed: Option<SampleSize>,
    },
    /// What the chance of at least one would be if it had been twice as likely before.
    IfTwiceAsLikely {
        /// The chance.
        any: f64,
    },
    /// What it would be if each method found items only with the mean of its lower half.
    IfDetectionIsWorse {
        /// The chance.
        any: f64,
        /// Items expected.
        expected: f64,
    },
    /// The numbers are no decision: people take it, by criteria that a national authority sets.
    PeopleDecide,
}

/// Sentences in the order in which they are told, and the distribution they come from.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// What is said.
    pub sentences: Vec<Sentence>,
    /// The distribution of the number left.
    pub left: Left,
}

/// What is told of a residual.
///
/// # Errors
/// [`ResidualFault`] for whatever of its support cannot be.
pub fn summarise(support: &Support) -> Result<Summary, ResidualFault> {
    let Support { prior, effort, finds, .. } = support;
    let left = after_search(prior, effort, *finds)?;
    let searched = effort.share_searched();
    let mut sentences = vec![Sentence::Before { any: prior.any(), expected: prior.expected() }];
    if searched == 0.0 {
        sentences.push(Sentence::NobodySearched);
    } else {
        sentences.push(Sentence::Searched {
            share: searched,
            effective: left.effective(),
            finds: *finds,
        });
    }
    let (any, expected) = (left.any(), left.mean());
    sentences.push(Sentence::Now { any, expected, upper: left.quantile(0.9) });
    if searched > 0.0 && searched < 1.0 - 1e-6 {
        let there = left.rate_before_search() * (1.0 - searched);
        sentences.push(Sentence::NobodyLooked { share: 1.0 - searched, expected: there });
    }
    for &count in &support.more_than {
        sentences.push(Sentence::MoreThan { count, chance: left.more_than(count) });
    }
    if let Some(target) = support.target {
        sentences.push(against_target(support, &left, target)?);
    }
    if let Some(inspection) = &support.inspection {
        sentences.extend(of_inspection(inspection)?);
    }
    if let Some(asked) = &support.fade_out {
        let FadeOutAsked { metres, items, scale_metres, log_spread } = *asked;
        let strike = FadeOut::new(items, ScaleBelief::log_normal(scale_metres, log_spread)?)?;
        sentences.push(Sentence::FadeOut {
            metres,
            items,
            beyond: strike.beyond(metres),
            for_a_tenth: strike.distance(0.1)?,
            for_a_hundredth: strike.distance(0.01)?,
        });
    }
    sentences.extend(what_would_change(support)?);
    sentences.push(Sentence::PeopleDecide);
    Ok(Summary { sentences, left })
}

fn against_target(support: &Support, left: &Left, target: f64) -> Result<Sentence, ResidualFault> {
    let chance = left.none();
    let needed = detection_needed(&support.prior, support.finds, target)?;
    if chance >= target {
        return Ok(Sentence::TargetReached { target, chance });
    }
    let all = support.effort.methods.iter();
    // Passing over the whole area without end, methods miss only what each of them never finds.
    let ceiling = 1.0 - all.map(|method| method.never_found).product::<f64>();
    let ceiling = if support.effort.methods.is_empty() { 0.0 } else { ceiling };
    Ok(match needed {
        Needed::Effective(effective) if effective < ceiling => {
            Sentence::TargetNeeds { target, chance, effective, ceiling }
        }
        Needed::Effective(effective) => {
            Sentence::TargetOutOfReach { target, chance, effective: Some(effective), ceiling }
        }
        // The first cannot be where the chance is below the target: search only raises it.
        Needed::Nothing | Needed::Unreachable => {
            Sentence::TargetOutOfReach { target, chance, effective: None, ceiling }
        }
    })
}

fn of_inspection(inspection: &Inspection) -> Result<[Sentence; 2], ResidualFault> {
    let Inspection { lot, sampled, confidence, clean, detection } = *inspection;
    let claim = Claim::new(lot, confidence, clean)?;
    let bad_units = claim.bad_units();
    let passes = if bad_units > lot {
        // A claim that no share at all is clean cannot be broken.
        0.0
    } else {
        chance_of_a_pass(lot, bad_units, sampled, &detection)?
    };
    let needed =
        if bad_units > lot { None } else { sample_size_with_detection(&claim, &detection)? };
    Ok([
        Sentence::Sampled {
            lot,
            sampled,
            bad_units,
            clean,
            asked: confidence,
            reached: 1.0 - passes,
            passes,
            one_passes: chance_of_a_pass(lot, 1, sampled, &detection)?,
        },
        Sentence::SampleNeeded { needed },
    ])
}

/// The answer under a less friendly prior and a less friendly detection.
fn what_would_change(support: &Support) -> Result<Vec<Sentence>, ResidualFault> {
    let mut sentences = Vec::new();
    let prior = &support.prior;
    if prior.contaminated() < 1.0 {
        let twice = (2.0 * prior.contaminated()).min(1.0);
        let twice = ItemsPrior::new(twice, prior.shape(), prior.rate())?;
        let left = after_search(&twice, &support.effort, support.finds)?;
        sentences.push(Sentence::IfTwiceAsLikely { any: left.any() });
    }
    let mut worse = support.effort.clone();
    for method in &mut worse.methods {
        method.detection = Detection::Known(lower_half(&method.detection)?);
    }
    if worse != support.effort {
        let left = after_search(prior, &worse, support.finds)?;
        sentences.push(Sentence::IfDetectionIsWorse { any: left.any(), expected: left.mean() });
    }
    Ok(sentences)
}

/// The mean of the lower half of what a detection may be.
fn lower_half(detection: &Detection) -> Result<f64, ResidualFault> {
    if let Detection::Known(value) = detection {
        return Ok(*value);
    }
    let rule = detection.rule(96)?;
    let (mut weight, mut sum) = (0.0, 0.0);
    for (value, share) in rule.nodes.iter().zip(&rule.weights) {
        let taken = share.min(0.5 - weight);
        if taken <= 0.0 {
            break;
        }
        weight += taken;
        sum += taken * value;
    }
    Ok(if weight > 0.0 { sum / weight } else { detection.mean() })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::residual::{Method, Passes, SearchedPart};

    fn support(share: f64, finds: u64) -> Support {
        Support {
            prior: ItemsPrior::new(0.3, 1.2, 0.02).unwrap(),
            effort: Effort {
                methods: vec![Method {
                    name: "detector".to_owned(),
                    detection: Detection::Beta { alpha: 12.0, beta: 3.0 },
                    never_found: 0.03,
                }],
                parts: vec![SearchedPart {
                    share,
                    searched_by: vec![Passes { method: 0, passes: 1 }],
                }],
            },
            finds,
            more_than: vec![5],
            target: Some(0.99),
            inspection: Some(Inspection {
                lot: 1000,
                sampled: 238,
                confidence: 0.95,
                clean: 0.99,
                detection: Detection::Known(1.0),
            }),
            fade_out: Some(FadeOutAsked {
                metres: 100.0,
                items: 60.0,
                scale_metres: 60.0,
                log_spread: 0.35,
            }),
        }
    }

    #[test]
    fn the_part_that_nobody_looked_at_is_told_apart() {
        let summary = summarise(&support(0.6, 0)).unwrap();
        let part = summary.sentences.iter().find_map(|sentence| match sentence {
            Sentence::NobodyLooked { share, expected } => Some((*share, *expected)),
            _ => None,
        });
        let (share, expected) = part.unwrap();
        assert!((share - 0.4).abs() < 1e-12);
        assert!(expected > 0.5 * summary.left.mean() && expected < summary.left.mean());
        assert_eq!(summary.sentences.last(), Some(&Sentence::PeopleDecide));
    }

    #[test]
    fn an_unsearched_area_says_so() {
        let mut nobody = support(0.0, 0);
        nobody.effort = Effort::default();
        let summary = summarise(&nobody).unwrap();
        assert!(summary.sentences.contains(&Sentence::NobodySearched));
        assert!((summary.left.any() - nobody.prior.any()).abs() < 1e-12);
    }

    #[test]
    fn a_method_that_cannot_reach_a_target_is_told_so() {
        let mut asked = support(1.0, 12);
        asked.target = Some(0.9);
        let summary = summarise(&asked).unwrap();
        let out_of_reach = summary.sentences.iter().any(
            |sentence| matches!(sentence, Sentence::TargetOutOfReach { effective: Some(e), .. } if *e > 0.97),
        );
        assert!(out_of_reach, "{:?}", summary.sentences);
    }

    #[test]
    fn a_sample_as_large_as_needed_reaches_the_confidence_asked_for() {
        let summary = summarise(&support(1.0, 0)).unwrap();
        let reached = summary.sentences.iter().find_map(|sentence| match sentence {
            Sentence::Sampled { bad_units, reached, one_passes, .. } => {
                Some((*bad_units, *reached, *one_passes))
            }
            _ => None,
        });
        let (bad_units, reached, one_passes) = reached.unwrap();
        assert_eq!(bad_units, 11);
        assert!((reached - 0.950_570_84).abs() < 1e-6);
        assert!((one_passes - 0.762).abs() < 1e-9);
    }

    #[test]
    fn worse_detection_and_a_likelier_prior_raise_the_chance() {
        let summary = summarise(&support(1.0, 0)).unwrap();
        let mut seen = 0;
        for sentence in &summary.sentences {
            if let Sentence::IfTwiceAsLikely { any } | Sentence::IfDetectionIsWorse { any, .. } =
                sentence
            {
                assert!(*any > summary.left.any());
                seen += 1;
            }
        }
        assert_eq!(seen, 2);
    }
}
