//! A plan in words: what is proposed for a number of team-days, and why.
//!
//! Belongs here: the words of each sentence, and which numbers are shown how; the plan as files for desks
//! (`table`) and for the field (`field_file`). Does not belong here: choosing (`remnant_estimate::plan`). A
//! plan proposes; people decide.

mod field_file;
mod table;

use geo_types::MultiPolygon;
use remnant_estimate::contamination::{chances, two_digits};
use remnant_estimate::plan::productivity::{Kind, Standing, published, standing};
use remnant_estimate::plan::{
    Candidate, Effect, Guarantee, Proposal, Reason, Terms, Weights, Why, WhyNot, Work, Worth,
};
use remnant_estimate::residual::Assumption;
use remnant_record::AsOf;
use serde_json::{Value, json};

use crate::document::{Block, Document, Line, PanelKind, Table};
use crate::number;

/// What stands in every form of a plan.
pub const PROPOSES: &str = "It proposes; people decide.";
/// Candidates that are not on the list and are told one by one; tables hold all of them.
const NOT_LISTED_SHOWN: usize = 8;
/// Candidates that took no part and are told one by one.
const LEFT_OUT_SHOWN: usize = 8;

/// How people near the candidates were counted.
#[derive(Clone, Debug, PartialEq)]
pub struct PeopleNear {
    /// From what.
    pub source: String,
    /// How near, in metres.
    pub within_metres: f64,
    /// What is not known of them, where something is not.
    pub gap: Option<String>,
}

/// A plan with all that stands around it.
#[derive(Clone, Copy, Debug)]
pub struct PlanStory<'a> {
    /// The place.
    pub place: &'a str,
    /// What the work is.
    pub work: Work,
    /// What is proposed.
    pub proposal: &'a Proposal,
    /// The candidates.
    pub candidates: &'a [Candidate],
    /// Their outlines, WGS 84, in the same order.
    pub outlines: &'a [MultiPolygon<f64>],
    /// The share of each that somebody searched before.
    pub searched: &'a [f64],
    /// Team-days, pins and exclusions.
    pub terms: &'a Terms,
    /// How much counts what.
    pub weights: Weights,
    /// How the work is done.
    pub effect: Effect,
    /// How people were counted, where they were.
    pub people: Option<&'a PeopleNear>,
    /// Each number that was assumed.
    pub assumptions: &'a [Assumption],
    /// What could have been a candidate and took no part, each with the reason.
    pub left_out: &'a [String],
    /// On which estimate it rests, in a sentence.
    pub estimate: &'a str,
    /// The two days.
    pub as_of: AsOf,
}

impl PlanStory<'_> {
    /// One and many of what is planned.
    fn things(&self) -> (&'static str, &'static str) {
        match self.work {
            Work::Survey => ("box", "boxes"),
            Work::Clearance => ("area", "areas"),
        }
    }

    fn counted(&self, count: usize) -> String {
        let (one, many) = self.things();
        format!("{} {}", number::grouped(count as u64), if count == 1 { one } else { many })
    }

    fn worth(&self, id: &str) -> Option<(usize, &Worth)> {
        let at = self.candidates.iter().position(|candidate| candidate.id == id)?;
        Some((at, &self.proposal.worths[at]))
    }

    /// The title of the plan.
    #[must_use]
    pub fn title(&self) -> String {
        match self.work {
            Work::Survey => format!("Boxes to survey next in {}", self.place),
            Work::Clearance => format!("Areas to clear next in {}", self.place),
        }
    }

    /// The plan for people.
    #[must_use]
    pub fn document(&self) -> Document {
        let mut document = Document::new(self.title());
        document.lead = self.lead();
        if !self.proposal.listed.is_empty() {
            document.blocks.push(Block::Table(self.listed()));
            let why = self.proposal.listed.iter().map(|reason| Line::text(self.why(reason)));
            document.blocks.push(section("Why each is on the list", why.collect()));
        }
        document.blocks.push(section("Not on the list", self.not_listed()));
        if !self.left_out.is_empty() {
            let shown = self.left_out.iter().take(LEFT_OUT_SHOWN).map(Line::text);
            let more = self.left_out.len().saturating_sub(LEFT_OUT_SHOWN);
            let rest = (more > 0).then(|| Line::text(format!("… and {more} more.")));
            document.blocks.push(section("Took no part", shown.chain(rest).collect()));
        }
        document.blocks.push(section("How good the list is", self.how_good()));
        document.blocks.push(Block::Table(self.assumed()));
        document.blocks.push(section("Published, to hold the pace against", self.published()));
        document.blocks.push(Block::Panel {
            kind: PanelKind::Unknown,
            heading: "What the plan does not know".to_owned(),
            lines: [
                "Roads, seasons, permits, promises and requests of communities: pin and exclude by them.",
                "Who would be harmed: items with people near them are counted, injuries are not.",
                "Whether the weights are right: change them and look at what stays on the list.",
            ]
            .map(Line::text)
            .to_vec(),
        });
        document.blocks.push(Block::Paragraph(Line::text(format!(
            "{} {PROPOSES} Nothing here releases land.",
            self.estimate
        ))));
        document
    }

    fn lead(&self) -> Vec<Line> {
        let proposal = self.proposal;
        let (listed, all) = (proposal.listed.len(), self.candidates.len());
        let budget = two_digits(self.terms.budget);
        let days = two_digits(proposal.plan.team_days);
        let mut lead = vec![Line::default().strong(PROPOSES)];
        lead.push(Line::text(if listed == 0 {
            format!("None of {} fits into {budget} team-days.", self.counted(all))
        } else {
            format!(
                "For {budget} team-days: {} of {}, which take about {days}.",
                number::grouped(listed as u64),
                self.counted(all)
            )
        }));
        if listed > 0 {
            let worths = || proposal.plan.steps.iter().map(|step| &proposal.worths[step.task]);
            let left: f64 = worths().map(|worth| worth.left.expected).sum();
            let finds: f64 = worths().map(|worth| worth.finds).sum();
            lead.push(Line::text(format!(
                "About {} items may be left in them, of which this work is expected to find {}. In \
                 all {} together about {} may be left.",
                two_digits(left),
                two_digits(finds),
                self.counted(all),
                two_digits(proposal.whole.items)
            )));
        }
        lead.push(Line::text(match self.people {
            Some(people) => format!(
                "People are counted within {} m of each item, from {}.{}",
                two_digits(people.within_metres),
                people.source,
                people.gap.as_ref().map_or_else(String::new, |gap| format!(" {gap}"))
            ),
            None => {
                "Nothing is known here of where people live, so each item counts alike: give a \
                     raster with --population or a list of settlements with --gazetteer."
                    .to_owned()
            }
        }));
        lead
    }

    fn listed(&self) -> Table {
        let (one, _) = self.things();
        let people = if self.people.is_some() { "People near" } else { "People" };
        let columns = ["", one, "Team-days", "Items", "At least one", people, "Doubt settled"];
        let mut table = Table::new(format!("Proposed for {}", self.place), &columns);
        table.columns[1] = capital(one);
        for reason in &self.proposal.listed {
            let Some((at, worth)) = self.worth(&reason.task) else { continue };
            table.row(vec![
                reason.place.to_string().into(),
                reason.task.as_str().into(),
                range(worth.team_days.fewest, worth.team_days.most).into(),
                two_digits(worth.left.expected).into(),
                chances(worth.left.any).into(),
                self.candidates[at]
                    .people
                    .map_or_else(|| "not known".into(), |n| Line::text(two_digits(n))),
                per_cent(worth.bits / self.proposal.whole.doubt).into(),
            ]);
        }
        table
    }

    /// Why a task is on the list.
    fn why(&self, reason: &Reason) -> String {
        let Some((at, worth)) = self.worth(&reason.task) else { return String::new() };
        let mut told = format!(
            "{} {}. About {} items may be left in it ({}). {}",
            reason.task,
            match &reason.why {
                Why::Pinned => "was pinned by whoever asks".to_owned(),
                Why::Floor(community) => format!("is the best for a team-day of {community}"),
                Why::MostForATeamDay =>
                    "adds most for a team-day beside those before it".to_owned(),
                Why::BestAlone => "alone is worth more than any list of the others".to_owned(),
                Why::Exchange => {
                    "came in by an exchange: with it in place of others the list is worth more"
                        .to_owned()
                }
            },
            two_digits(worth.left.expected),
            spread(worth),
            searched(self.searched[at]),
        );
        if let (Some(near), Some(people)) = (self.people, self.candidates[at].people) {
            told.push_str(&if people < 0.5 {
                format!(
                    " Nobody is known to live within {} m of it.",
                    two_digits(near.within_metres)
                )
            } else {
                format!(
                    " Up to {} people live within {} m of a square of it.",
                    two_digits(people),
                    two_digits(near.within_metres)
                )
            });
        }
        told.push_str(&format!(
            " The work takes {} team-days and is expected to find {} items and to settle {} of all \
             doubt where items are.",
            range(worth.team_days.fewest, worth.team_days.most),
            two_digits(worth.finds),
            per_cent(worth.bits / self.proposal.whole.doubt),
        ));
        if reason.alone > 0.0 && reason.shared_with_earlier > 0.05 * reason.alone {
            told.push_str(&format!(
                " {} of what it would give alone comes from those before it already.",
                per_cent(reason.shared_with_earlier / reason.alone)
            ));
        }
        if self.weights.people > 0.0 && worth.utility.among_the_best >= 0.01 {
            told.push_str(&format!(
                " Were all known, it would be among the best {} for people with a chance of {}.",
                self.proposal.listed.len(),
                chances(worth.utility.among_the_best)
            ));
        }
        told
    }

    fn not_listed(&self) -> Vec<Line> {
        let all = &self.proposal.not_listed;
        if all.is_empty() {
            return vec![Line::text("Every candidate is on the list.")];
        }
        let mut lines: Vec<Line> = all
            .iter()
            .filter(|(_, why)| *why == WhyNot::Excluded)
            .map(|(task, _)| Line::text(format!("{task}: excluded by whoever asks.")))
            .collect();
        let gain = |why: &WhyNot| match why {
            WhyNot::NoRoom { gain_for_a_team_day, .. }
            | WhyNot::NotChosen { gain_for_a_team_day } => *gain_for_a_team_day,
            _ => 0.0,
        };
        let mut others: Vec<&(String, WhyNot)> =
            all.iter().filter(|(_, why)| *why != WhyNot::Excluded).collect();
        others.sort_by(|a, b| gain(&b.1).total_cmp(&gain(&a.1)));
        for (task, why) in others.iter().take(NOT_LISTED_SHOWN) {
            lines.push(Line::text(format!("{task}: {}.", why_not_words(why))));
        }
        if others.len() > NOT_LISTED_SHOWN {
            lines.push(Line::text(format!(
                "… and {}, each worth less for a team-day; --csv and --xlsx list all of them.",
                self.counted(others.len() - NOT_LISTED_SHOWN)
            )));
        }
        lines
    }

    fn how_good(&self) -> Vec<Line> {
        let plan = &self.proposal.plan;
        let total = self.weights.people + self.weights.information;
        let share = |weight: f64| per_cent(weight / total);
        let mut lines = vec![Line::text(format!(
            "By weight {} people and {} information. The list gives {} of all there is to gain in the \
             candidates: items with the people near them, and doubt where items are.",
            share(self.weights.people),
            share(self.weights.information),
            per_cent(plan.value)
        ))];
        lines.push(Line::text(format!(
            "No list for as many team-days gives more than {}: this one is shown to reach at least {} \
             of the best there is, pins and exclusions kept.",
            per_cent(plan.upper_bound),
            per_cent(plan.proven_share())
        )));
        lines.push(Line::text(match plan.guarantee {
            Guarantee::ThreesAndGreedy => {
                "Known before any number: such a choice, grown from every three tasks, reaches at \
                 least 63 per cent of the best (Sviridenko 2004)."
            }
            Guarantee::ShareOfTheBest => {
                "Known before any number: such a choice, the better of step by step and of the best \
                 single task, reaches at least 40.5 per cent of the best (Tang and others, arXiv \
                 2008.05391)."
            }
            Guarantee::BoundOnly => {
                "Nothing is known beforehand: floors of communities come before value."
            }
        }));
        lines
    }

    fn assumed(&self) -> Table {
        let columns = &["What", "Value", "From"];
        let mut table = Table::new("Numbers the plan rests on", columns);
        for assumed in self.assumptions {
            let unit = if assumed.unit.is_empty() { "" } else { " " };
            let from = Line::text(&*assumed.source);
            table.row(vec![
                assumed.name.as_str().into(),
                format!("{}{unit}{}", assumed.value, assumed.unit).into(),
                if assumed.verified {
                    from
                } else {
                    Line::default().strong("UNVERIFIED").and(format!(" {}", assumed.source))
                },
            ]);
        }
        table
    }

    fn published(&self) -> Vec<Line> {
        let (slow, fast) = self.effect.pace;
        match self.work {
            Work::Survey => vec![Line::text(
                "No pace of technical survey in square metres for a team-day could be read at a source.",
            )],
            Work::Clearance => published()
                .iter()
                .filter(|figure| figure.kind == Kind::ClearancePace)
                .map(|figure| {
                    Line::text(format!(
                        "{} {}: {} ({}; {}). The pace given here is {}.",
                        range(figure.low, figure.high),
                        figure.unit,
                        figure.context,
                        figure.how,
                        figure.source,
                        match standing(Kind::ClearancePace, (slow * fast).sqrt()) {
                            Standing::NothingPublished | Standing::Usual => "not far from it",
                            Standing::FarBelow => "far below it: ask why, it may well be right",
                            Standing::FarAbove => "far above it: ask why before the plan is used",
                        }
                    ))
                })
                .collect(),
        }
    }

    /// The plan for programs.
    #[must_use]
    pub fn json(&self) -> Value {
        let candidates: Vec<Value> = self
            .candidates
            .iter()
            .zip(&self.proposal.worths)
            .enumerate()
            .map(|(at, (candidate, worth))| {
                json!({
                    "id": candidate.id,
                    "square_metres": candidate.square_metres,
                    "searched_share": self.searched[at],
                    "people_near": candidate.people,
                    "left": worth.left,
                    "finds": worth.finds,
                    "team_days": worth.team_days,
                    "encounters_for_a_team_day": worth.utility,
                    "doubt_settled_bits": worth.bits,
                })
            })
            .collect();
        let not_listed: Vec<Value> = self
            .proposal
            .not_listed
            .iter()
            .map(|(id, why)| json!({ "id": id, "why_not": why }))
            .collect();
        let plan = &self.proposal.plan;
        json!({
            "title": self.title(),
            "note": PROPOSES,
            "as_of": self.as_of,
            "work": self.work,
            "team_days": { "asked": self.terms.budget, "used": plan.team_days },
            "pinned": self.terms.pinned,
            "excluded": self.terms.excluded,
            "weights": self.weights,
            "effect": self.effect,
            "people_within_metres": self.people.map(|people| people.within_metres),
            "people_from": self.people.map(|people| &people.source),
            "listed": self.proposal.listed,
            "not_listed": not_listed,
            "candidates": candidates,
            "whole": self.proposal.whole,
            "value": plan.value,
            "upper_bound": plan.upper_bound,
            "proven_share": plan.proven_share(),
            "guarantee": plan.guarantee,
            "guaranteed_share": plan.guarantee.share(),
            "assumptions": self.assumptions,
            "left_out": self.left_out,
            "estimate": self.estimate,
        })
    }
}

/// Why a candidate is not on the list, in words.
fn why_not_words(why: &WhyNot) -> String {
    match why {
        WhyNot::Excluded => "excluded by whoever asks".to_owned(),
        WhyNot::TooLong { team_days } => {
            format!("takes about {} team-days, more than there are", two_digits(*team_days))
        }
        WhyNot::NothingToAdd => "those on the list leave nothing for it to add".to_owned(),
        WhyNot::NoRoom { team_days, left, .. } => format!(
            "takes about {} team-days, of which {} are left",
            two_digits(*team_days),
            two_digits(*left)
        ),
        WhyNot::NotChosen { .. } => "fits, yet the list is worth more without it".to_owned(),
    }
}

fn section(heading: &str, lines: Vec<Line>) -> Block {
    Block::Section {
        anchor: heading.to_lowercase().replace([' ', ','], "-"),
        heading: heading.to_owned(),
        blocks: vec![Block::List(lines)],
    }
}

/// How many items there may be, with how sure that is.
fn spread(worth: &Worth) -> String {
    let (low, high) = worth.left.interval_90;
    if high == 0 {
        return format!(
            "none with 9 chances in 10 or more, at least one with {}",
            chances(worth.left.any)
        );
    }
    format!(
        "{} to {} with 9 chances in 10, at least one with {}",
        two_digits(low as f64),
        two_digits(high as f64),
        chances(worth.left.any)
    )
}

fn searched(share: f64) -> String {
    if share <= 0.0 {
        "Nobody has searched it.".to_owned()
    } else {
        format!("{} of it was searched before.", per_cent(share))
    }
}

fn per_cent(share: f64) -> String {
    if share.is_finite() {
        format!("{} per cent", two_digits(100.0 * share))
    } else {
        "none".to_owned()
    }
}

fn range(low: f64, high: f64) -> String {
    let (low, high) = (two_digits(low), two_digits(high));
    if low == high { low } else { format!("{low} to {high}") }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}
