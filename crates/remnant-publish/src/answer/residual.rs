//! What may be left in an area after it was searched: in plain words, with all that it rests on.
//!
//! Belongs here: the words of each sentence, and which numbers are shown how. Does not belong here:
//! computing any of them (`remnant_estimate::residual`). No sentence calls land "safe", "clear" or
//! without risk, and none releases it.

use jiff::civil::Date;
use remnant_estimate::residual::{ASSUMED, Assumption, Sentence, Summary, Support};
use remnant_record::{AsOf, SquareMetres};
use serde::Serialize;
use serde_json::json;

use super::Answer;
use crate::document::{Block, Document, Line, Page, PanelKind, Table};
use crate::figure::{Derivation, Figure, FigureId, ModelUse};
use crate::number;

/// A search or clearance that took part, or the reason why it did not.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Work {
    /// The id of the entry or search.
    pub id: String,
    /// The method, as it was reckoned with.
    pub method: String,
    /// The day of the work, or of its entry.
    pub on: Option<Date>,
    /// How much of the area it covers.
    pub covers_square_metres: u64,
    /// Items found.
    pub finds: Option<u64>,
    /// Why it was left out, where it was.
    pub left_out: Option<String>,
}

/// What is told of an area.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The area.
    pub area: &'a str,
    /// Its land.
    pub land: SquareMetres,
    /// What the answer rests on.
    pub support: &'a Support,
    /// The answer.
    pub summary: &'a Summary,
    /// Each number that was assumed.
    pub assumptions: &'a [Assumption],
    /// The work that took part, and that did not.
    pub work: &'a [Work],
    /// The two days.
    pub as_of: AsOf,
}

/// The answer.
#[must_use]
pub fn residual(asked: &Asked<'_>) -> Answer {
    let mut document = Document::new(format!("What may be left in {}", asked.area));
    document.lead = vec![
        Line::text(format!(
            "{} has {}. What follows is what the entries and assumptions below make probable.",
            asked.area, asked.land
        )),
        Line::text(
            "Chances are of the model that stands in docs/models/residual-risk.md, with two digits \
             at most.",
        ),
    ];
    let sentences = asked.summary.sentences.iter().map(|sentence| words(asked, sentence)).collect();
    document.blocks.push(Block::List(sentences));
    document.blocks.push(section("work", "Search and clearance", work_table(asked.work)));
    document.blocks.push(section("assumptions", "Numbers assumed", assumptions(asked.assumptions)));
    document.blocks.push(Block::Panel {
        kind: PanelKind::Unknown,
        heading: "Assumed throughout".to_owned(),
        lines: ASSUMED.iter().map(|&assumed| Line::text(assumed)).collect(),
    });
    let data = json!({
        "area": asked.area,
        "land_square_metres": asked.land,
        "prior": asked.support.prior,
        "effort": asked.support.effort,
        "finds": asked.support.finds,
        "inspection": asked.support.inspection,
        "fade_out": asked.support.fade_out,
        "sentences": asked.summary.sentences,
        "detection_after_finds": asked.summary.left.detection(),
        "work": asked.work,
        "assumptions": asked.assumptions,
        "assumed_throughout": ASSUMED,
        "model": { "name": MODEL, "version": VERSION, "inputs": asked.support.sha256() },
    });
    Answer { page: Page::Residual(asked.area.to_owned()), document, data }
}

const MODEL: &str = "residual-risk";
const VERSION: &str = "1";

fn section(anchor: &str, heading: &str, table: Table) -> Block {
    Block::Section {
        anchor: anchor.to_owned(),
        heading: heading.to_owned(),
        blocks: vec![Block::Table(table)],
    }
}

fn work_table(work: &[Work]) -> Table {
    let mut table = Table::new(
        "What is on record of this land",
        &["Entry", "Day", "Method", "m² of the area", "Items found", "Counted"],
    );
    for done in work {
        table.row(vec![
            done.id.as_str().into(),
            done.on.map_or_else(|| "not stated".into(), |on| Line::text(on.to_string())),
            done.method.as_str().into(),
            Line::text(number::grouped(done.covers_square_metres)),
            done.finds.map_or_else(|| "not stated".into(), |n| Line::text(number::grouped(n))),
            done.left_out
                .as_ref()
                .map_or_else(|| "yes".into(), |why| Line::text(format!("no: {why}"))),
        ]);
    }
    table
}

fn assumptions(all: &[Assumption]) -> Table {
    let mut table = Table::new(
        "Each can be given anew on the command line",
        &["What", "Value", "Unit", "From"],
    );
    for assumed in all {
        let from = if assumed.verified {
            Line::text(&*assumed.source)
        } else {
            Line::default().strong("UNVERIFIED").and(format!(" {}", assumed.source))
        };
        table.row(vec![
            assumed.name.as_str().into(),
            assumed.value.as_str().into(),
            assumed.unit.as_str().into(),
            from,
        ]);
    }
    table
}

/// A chance as it is told: two digits at most, and neither none nor all.
fn chance(value: f64) -> String {
    if value < 0.001 {
        "under 0.1\u{a0}%".to_owned()
    } else if value > 0.99 {
        "over 99\u{a0}%".to_owned()
    } else {
        number::percent(value)
    }
}

/// The words of one sentence.
fn words(asked: &Asked<'_>, sentence: &Sentence) -> Line {
    let figure = |name: &str, printed: String, number: f64, unit: &str| {
        Line::default().figure(Figure {
            id: FigureId::Residual { area: asked.area.to_owned(), number: name.to_owned() },
            printed,
            number: Some(number),
            unit: unit.to_owned(),
            interval: None,
            as_of: asked.as_of,
            derivation: Derivation {
                how: "From the prior, the search and the finds below, by a negative binomial over \
                      what the detection of each method may be."
                    .to_owned(),
                model: Some(ModelUse {
                    name: MODEL.to_owned(),
                    version: VERSION.to_owned(),
                    inputs: asked.support.sha256(),
                    diagnostics: vec!["exact: no sampling, no iteration".to_owned()],
                }),
                ..Derivation::default()
            },
        })
    };
    let share = |name: &str, value: f64| figure(name, chance(value), value, "share");
    let items = |name: &str, value: f64| {
        let printed =
            if value < 0.01 { "under 0.01".to_owned() } else { number::two_digits(value) };
        figure(name, printed, value, "items")
    };
    let count =
        |name: &str, value: u64| figure(name, number::grouped(value), value as f64, "items");
    match sentence {
        Sentence::Before { any, expected } => Line::text("Before any search: that at least one item lay here was taken to have a chance of ")
            .then(share("before-any", *any))
            .and("; items expected: ")
            .then(items("before-expected", *expected))
            .and("."),
        Sentence::NobodySearched => Line::text(
            "Nobody has searched any of it. What follows is what was believed before, and no more.",
        ),
        Sentence::Searched { share: searched, effective, finds } => {
            let line = share("searched", *searched)
                .and(" of the area was searched. Such a search is expected to find ")
                .then(share("effective", *effective))
                .and(" of all items in the area. ");
            if *finds == 0 {
                line.and("Nothing was found.")
            } else {
                line.and("Items found and taken away: ").then(count("finds", *finds)).and(".")
            }
        }
        Sentence::NobodyLooked { share: part, expected } => share("unsearched", *part)
            .and(" of the area is land where nobody looked; silence about it says nothing. Items expected there: ")
            .then(items("unsearched-expected", *expected))
            .and("."),
        Sentence::Now { any, expected, upper } => Line::text("Now: that at least one item is left has a chance of ")
            .then(share("any", *any))
            .and("; items expected to be left: ")
            .then(items("expected", *expected))
            .and("; in nine of ten cases no more than ")
            .then(count("upper-90", *upper))
            .and("."),
        Sentence::MoreThan { count: most, chance } => Line::text(format!("That more than {most} are left has a chance of "))
            .then(share(&format!("more-than-{most}"), *chance))
            .and("."),
        Sentence::TargetReached { target, chance } => asked_for(*target)
            .and("That is reached: ")
            .then(share("none", *chance))
            .and(". It is a criterion among others, not a finding about the land."),
        Sentence::TargetNeeds { target, chance, effective, ceiling } => asked_for(*target)
            .and("That is not reached: ")
            .then(share("none", *chance))
            .and(". If nothing more is found, search has to find ")
            .then(share("needed", *effective))
            .and(" of all items, past work included; these methods can find up to ")
            .then(share("ceiling", *ceiling))
            .and("."),
        Sentence::TargetOutOfReach { target, chance, effective, ceiling } => {
            let line = asked_for(*target)
                .and("That is not reached: ")
                .then(share("none", *chance))
                .and(". These methods cannot reach it, however often they pass: they can find ")
                .then(share("ceiling", *ceiling))
                .and(" of all items at most");
            match effective {
                Some(effective) => line.and("; it takes ").then(share("needed", *effective)).and("."),
                None => line.and("."),
            }
        }
        Sentence::Sampled { lot, sampled, bad_units, clean, asked: confidence, reached, passes, one_passes } => {
            Line::text(format!(
                "Quality sample: {sampled} of {lot} units were inspected and none was bad. {bad_units} bad \
                 units would just break the claim that {} of them are clean. A lot with so many passes with a chance of ",
                number::percent(*clean)
            ))
            .then(share("sample-passes", *passes))
            .and("; a lot with a single bad unit with a chance of ")
            .then(share("sample-one-passes", *one_passes))
            .and(". Confidence reached: ")
            .then(share("sample-confidence", *reached))
            .and(format!("; asked for: {}. The sample tests the work; it does not find the last item.", number::percent(*confidence)))
        }
        Sentence::FadeOut { metres, items: left, beyond, for_a_tenth, for_a_hundredth } => {
            Line::text("Of a strike that left ")
                .then(items("fade-out-items", *left))
                .and(format!(
                    " items, beyond {} m from its middle there lay before any search: ",
                    number::two_digits(*metres)
                ))
                .then(items("fade-out-beyond", *beyond))
                .and(format!(
                    ". A tenth of an item is expected beyond {} m, a hundredth beyond {} m. How far to \
                     search is a rule that the national authority sets.",
                    number::two_digits(*for_a_tenth),
                    number::two_digits(*for_a_hundredth)
                ))
        }
        Sentence::SampleNeeded { needed: Some(size) } => Line::text("That claim takes a sample of ")
            .then(figure("sample-size", number::grouped(size.units), size.units as f64, "units"))
            .and(" units."),
        Sentence::SampleNeeded { needed: None } => Line::text(
            "No sample supports that claim, not even all units: the inspection misses too much.",
        ),
        Sentence::IfTwiceAsLikely { any } => Line::text("Had contamination been twice as likely beforehand, the chance of at least one would be ")
            .then(share("any-if-twice-as-likely", *any))
            .and("."),
        Sentence::IfDetectionIsWorse { any, expected } => Line::text("If the methods detect as badly as in the worse half of what is believed of them: ")
            .then(share("any-if-detection-is-worse", *any))
            .and("; items expected: ")
            .then(items("expected-if-detection-is-worse", *expected))
            .and("."),
        Sentence::PeopleDecide => Line::text(
            "These numbers release no land. People decide, by criteria that the national authority sets.",
        ),
    }
}

fn asked_for(target: f64) -> Line {
    Line::text(format!(
        "Asked for: that none is left with a chance of {}. ",
        if target > 0.99 { target.to_string() } else { number::percent(target) }
    ))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use jiff::civil::date;
    use remnant_estimate::residual::{
        Detection, Effort, Inspection, ItemsPrior, Method, summarise,
    };

    use super::*;
    use crate::text;

    fn told(share: f64, finds: u64, target: f64) -> String {
        let support = Support {
            prior: ItemsPrior::new(0.3, 1.2, 0.02).unwrap(),
            effort: Effort::of_one(
                Method {
                    name: "detector".to_owned(),
                    detection: Detection::Beta { alpha: 12.0, beta: 3.0 },
                    never_found: 0.03,
                },
                share,
                1,
            ),
            finds,
            more_than: vec![5],
            target: Some(target),
            inspection: Some(Inspection {
                lot: 1000,
                sampled: 238,
                confidence: 0.95,
                clean: 0.99,
                detection: Detection::Known(0.9),
            }),
            fade_out: None,
        };
        let summary = summarise(&support).unwrap();
        let day = date(2024, 3, 4);
        let answer = residual(&Asked {
            area: "HA-1",
            land: SquareMetres::new(40_000),
            support: &support,
            summary: &summary,
            assumptions: &[Assumption {
                name: "detection of detector".to_owned(),
                value: "Beta(12, 3)".to_owned(),
                unit: "share".to_owned(),
                source: "design default".to_owned(),
                verified: false,
            }],
            work: &[],
            as_of: AsOf { on: day, known_by: day },
        });
        text::text(&answer.document, text::WIDTH)
    }

    #[test]
    fn no_answer_calls_land_safe_or_clear_or_without_risk() {
        for share in [0.0, 0.4, 1.0] {
            for finds in [0, 1, 40] {
                if share == 0.0 && finds > 0 {
                    continue;
                }
                for target in [0.5, 0.9, 0.999] {
                    let told = told(share, finds, target).to_lowercase();
                    let words: Vec<&str> = told.split(|c: char| !c.is_alphabetic()).collect();
                    for never in ["safe", "safety", "clear", "risk-free", "zero"] {
                        assert!(!words.contains(&never), "{never} in {told}");
                    }
                    assert!(!told.contains("no risk"));
                    assert!(told.contains("unverified"));
                }
            }
        }
    }

    #[test]
    fn chances_have_two_digits_and_are_never_none_or_all() {
        assert_eq!(chance(0.0), "under 0.1\u{a0}%");
        assert_eq!(chance(1e-9), "under 0.1\u{a0}%");
        assert_eq!(chance(0.999_9), "over 99\u{a0}%");
        assert_eq!(chance(0.0479), "4.8\u{a0}%");
    }
}
