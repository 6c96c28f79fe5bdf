//! What is proposed for a number of team-days, with all that speaks for and against each candidate.
//!
//! Belongs here: putting people and information on one scale, choosing, and the numbers of each candidate.
//! Does not belong here: the choice itself (`choice`), words (`remnant-publish`), a decision.
//!
//! The whole of a scale is what all candidates together hold: encounters, which are items expected times
//! the people near them, and doubt, in bits, whether any item is left in each candidate. A weight says how
//! much of the value stands on each scale. Both are coverage: what two tasks find counts once, doubt that
//! one search takes away another cannot. So the guarantee and the bound of the choice hold for the sum.

use serde::Serialize;

use super::candidate::{Candidate, CandidateDraws, Effect, Work};
use super::choice::{Plan, Terms, choose};
use super::coverage::{Reach, Task, Tasks};
use super::fault::PlanFault;
use super::information::{doubts, falls};
use super::reasons::{Reason, WhyNot, reasons, why_not};
use super::utility::{Draws, TaskUtility, TeamDays, utilities};
use crate::contamination::Count;

/// How many candidates nearest to a searched one, itself among them, are asked what it tells of them.
const TIED: usize = 25;

/// How much of the value stands on each scale; only their ratio counts.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Weights {
    /// Encounters with items, by the people near them.
    pub people: f64,
    /// Doubt taken away.
    pub information: f64,
}

/// What a proposal starts from.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// What the work is.
    pub work: Work,
    /// The candidates; the earlier wins a tie.
    pub candidates: &'a [Candidate],
    /// Items expected in each cell of the grid.
    pub expected: &'a [f64],
    /// People near each cell, where that is known.
    pub near: Option<&'a [f64]>,
    /// Joint draws of what lies in each candidate.
    pub draws: &'a CandidateDraws,
    /// How the work is done.
    pub effect: Effect,
    /// How much counts what.
    pub weights: Weights,
    /// Team-days, pins and exclusions.
    pub terms: &'a Terms,
}

/// The numbers of a candidate, listed or not.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Worth {
    /// Items left in it.
    pub left: Count,
    /// Items that the work is expected to find.
    pub finds: f64,
    /// Team-days that it takes.
    pub team_days: TeamDays,
    /// Encounters that finds of a team-day take away, with their doubt.
    pub utility: TaskUtility,
    /// Bits of doubt that it is expected to take away, here and nearby.
    pub bits: f64,
}

/// What is proposed.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// The list, as it was chosen.
    pub plan: Plan,
    /// What speaks for each task on the list, in its order; values are shares of the whole.
    pub listed: Vec<Reason>,
    /// Why each other candidate is not listed, in the order of the candidates.
    pub not_listed: Vec<(String, WhyNot)>,
    /// The numbers of each candidate, in their order.
    pub worths: Vec<Worth>,
    /// What all candidates together hold.
    pub whole: Whole,
}

/// What all candidates together hold: the whole of each scale.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Whole {
    /// Items expected, each in as many candidates as hold its place.
    pub items: f64,
    /// Bits of doubt whether any item is left in each.
    pub doubt: f64,
}

/// Proposes which candidates to work.
///
/// # Errors
/// [`PlanFault`] where there is no candidate, shapes differ, the weights are none, or the terms cannot be met.
pub fn propose(question: &Question<'_>) -> Result<Proposal, PlanFault> {
    let Question { candidates, draws, effect, terms, .. } = *question;
    if candidates.is_empty() {
        return Err(PlanFault::NoTask);
    }
    for (name, value) in [
        ("the weight of people", question.weights.people),
        ("the weight of information", question.weights.information),
    ] {
        if !(value.is_finite() && value >= 0.0) {
            let task = "the plan".to_owned();
            return Err(PlanFault::NotPositive { name, task, value });
        }
    }
    let sum = question.weights.people + question.weights.information;
    if sum <= 0.0 {
        let task = "the plan".to_owned();
        return Err(PlanFault::NotPositive { name: "the sum of the weights", task, value: sum });
    }
    let items = Draws::new(&draws.items, candidates.len())?;
    let encounters = Draws::new(&draws.encounters, candidates.len())?;
    let days: Vec<TeamDays> =
        candidates.iter().map(|one| effect.team_days(one)).collect::<Result<_, _>>()?;
    let learnt = learnt(candidates, &items, effect.effective())?;
    let doubts = doubts(&items);
    let tasks = tasks(question, &days, &doubts, &learnt, sum)?;
    let plan = choose(&tasks, terms)?;
    let own: Vec<(Task, TeamDays)> = candidates
        .iter()
        .zip(&days)
        .enumerate()
        .map(|(number, (candidate, days))| {
            let reach = Reach { cell: number as u32, effective: effect.effective() };
            let (name, team_days) = (candidate.id.clone(), days.middle());
            (Task { name, team_days, reach: vec![reach] }, *days)
        })
        .collect();
    let people: Vec<f64> = candidates.iter().map(|one| one.people.unwrap_or(0.0)).collect();
    let ones = vec![1.0; candidates.len()];
    let utilities = utilities(&own, &encounters, &ones, &people, plan.steps.len().max(1))?;
    let worths: Vec<Worth> = utilities
        .into_iter()
        .enumerate()
        .map(|(number, utility)| {
            let rates: Vec<f64> = (0..items.draws()).map(|draw| items.of(draw)[number]).collect();
            let mut left = Count::from_rates(&rates);
            // What draws alone would tell with noise is told by what each cell expects.
            left.expected = candidates[number]
                .cells
                .iter()
                .map(|(cell, share)| share * question.expected[*cell as usize])
                .sum();
            Worth {
                left,
                finds: left.expected * effect.effective(),
                team_days: days[number],
                utility,
                bits: learnt[number].iter().map(|(_, bits)| bits).sum(),
            }
        })
        .collect();
    Ok(Proposal {
        listed: reasons(&tasks, &plan),
        not_listed: why_not(&tasks, terms, &plan),
        plan,
        whole: Whole {
            items: worths.iter().map(|worth| worth.left.expected).sum(),
            doubt: doubts.iter().sum(),
        },
        worths,
    })
}

/// For each candidate, of which others its search tells how many bits.
fn learnt(
    candidates: &[Candidate],
    items: &Draws<'_>,
    effective: f64,
) -> Result<Vec<Vec<(usize, f64)>>, PlanFault> {
    let distance = |one: &Candidate, other: &Candidate| {
        let (east, north) = (one.middle.0 - other.middle.0, one.middle.1 - other.middle.1);
        east * east + north * north
    };
    let mut all = Vec::with_capacity(candidates.len());
    for (number, searched) in candidates.iter().enumerate() {
        let mut near: Vec<(f64, usize)> = candidates
            .iter()
            .enumerate()
            .map(|(other, candidate)| (distance(searched, candidate), other))
            .collect();
        let by_distance =
            |a: &(f64, usize), b: &(f64, usize)| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1));
        if near.len() > TIED {
            near.select_nth_unstable_by(TIED - 1, by_distance);
            near.truncate(TIED);
        }
        let mut over: Vec<usize> = near.into_iter().map(|(_, other)| other).collect();
        over.sort_unstable();
        let bits = falls(items, number, effective, &over)?;
        all.push(over.into_iter().zip(bits).collect());
    }
    Ok(all)
}

/// The tasks over cells that count people and, behind these, one for the doubt of each candidate.
fn tasks(
    question: &Question<'_>,
    days: &[TeamDays],
    doubts: &[f64],
    learnt: &[Vec<(usize, f64)>],
    sum_of_weights: f64,
) -> Result<Tasks, PlanFault> {
    let mut cells: Vec<u32> =
        question.candidates.iter().flat_map(|one| &one.cells).map(|(cell, _)| *cell).collect();
    cells.sort_unstable();
    cells.dedup();
    if let Some(&cell) = cells.last().filter(|cell| **cell as usize >= question.expected.len()) {
        let cells = question.expected.len();
        return Err(PlanFault::Cell { task: "a candidate".to_owned(), cell, cells });
    }
    let mut weights: Vec<f64> = cells
        .iter()
        .map(|cell| {
            let cell = *cell as usize;
            question.expected[cell] * question.near.map_or(1.0, |near| near[cell])
        })
        .collect();
    let whole: f64 = weights.iter().sum();
    let scale = |weight: f64, whole: f64| {
        if whole > 0.0 { weight / sum_of_weights / whole } else { 0.0 }
    };
    let people = scale(question.weights.people, whole);
    weights.iter_mut().for_each(|weight| *weight *= people);
    let information = scale(question.weights.information, doubts.iter().sum());
    weights.extend(doubts.iter().map(|doubt| doubt * information));
    let effective = question.effect.effective();
    let tasks = question
        .candidates
        .iter()
        .enumerate()
        .map(|(number, candidate)| {
            let mut reach: Vec<Reach> = candidate
                .cells
                .iter()
                .filter_map(|(cell, share)| {
                    let place = cells.binary_search(cell).ok()?;
                    Some(Reach { cell: place as u32, effective: (share * effective).min(1.0) })
                })
                .collect();
            reach.extend(learnt[number].iter().filter(|(_, bits)| *bits > 0.0).map(
                |(other, bits)| Reach {
                    cell: (cells.len() + other) as u32,
                    effective: (bits / doubts[*other].max(f64::MIN_POSITIVE)).clamp(0.0, 1.0),
                },
            ));
            let (name, team_days) = (candidate.id.clone(), days[number].middle());
            Task { name, team_days, reach }
        })
        .collect();
    Tasks::new(tasks, weights)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::random::Stream;

    /// Six boxes in a row: the first holds most items, the last has most people.
    fn six() -> (Vec<Candidate>, Vec<f64>, Vec<f64>, CandidateDraws) {
        let candidates: Vec<Candidate> = (0..6_u32)
            .map(|n| Candidate {
                id: format!("box-{n}"),
                middle: (50.0 * f64::from(n), 0.0),
                square_metres: 2_500.0,
                cells: vec![(n, 1.0)],
                people: Some(if n == 5 { 400.0 } else { 10.0 }),
            })
            .collect();
        let expected = vec![3.0, 0.4, 0.3, 0.2, 0.2, 0.5];
        let near = vec![10.0, 10.0, 10.0, 10.0, 10.0, 400.0];
        let mut stream = Stream::new(5, 1, 0, 0);
        let mut items = Vec::new();
        for _ in 0..400 {
            items.extend(expected.iter().map(|mean| stream.gamma(1.0, 1.0 / mean)));
        }
        let encounters = items.iter().enumerate().map(|(at, items)| items * near[at % 6]).collect();
        let draws = CandidateDraws { items, encounters, candidates: 6 };
        (candidates, expected, near, draws)
    }

    fn ask(weights: Weights, with_people: bool, terms: &Terms) -> Result<Proposal, PlanFault> {
        let (candidates, expected, near, draws) = six();
        propose(&Question {
            work: Work::Survey,
            candidates: &candidates,
            expected: &expected,
            near: with_people.then_some(near.as_slice()),
            draws: &draws,
            effect: Effect { coverage: 0.4, found: 0.8, pace: (500.0, 2_000.0) },
            weights,
            terms,
        })
    }

    fn first(weights: Weights, with_people: bool) -> String {
        let terms = Terms { budget: 1.0, ..Terms::default() };
        ask(weights, with_people, &terms).unwrap().listed[0].task.clone()
    }

    #[test]
    fn people_items_and_doubt_each_choose_their_own() {
        let people = Weights { people: 1.0, information: 0.0 };
        assert_eq!(first(people, true), "box-5");
        assert_eq!(first(people, false), "box-0");
        // Most is learnt where opinions are split, not where something is almost certain to be.
        let information = Weights { people: 0.0, information: 1.0 };
        assert_ne!(first(information, true), "box-5");
    }

    #[test]
    fn the_value_is_a_share_of_the_whole_and_the_bound_holds() {
        let both = Weights { people: 1.0, information: 1.0 };
        let all = Terms { budget: 1_000.0, ..Terms::default() };
        let proposal = ask(both, true, &all).unwrap();
        assert_eq!(proposal.listed.len(), 6);
        assert!(proposal.plan.value > 0.0 && proposal.plan.value < 1.0);
        assert!(proposal.plan.upper_bound >= proposal.plan.value - 1e-12);
        let some = ask(both, true, &Terms { budget: 2.0, ..Terms::default() }).unwrap();
        assert!(some.plan.value < proposal.plan.value);
        assert_eq!(some.listed.len() + some.not_listed.len(), 6);
        // The weights count by their ratio.
        let twice = Weights { people: 2.0, information: 2.0 };
        let again = ask(twice, true, &Terms { budget: 2.0, ..Terms::default() }).unwrap();
        assert_eq!(again.plan.value.to_bits(), some.plan.value.to_bits());
    }

    #[test]
    fn a_pin_stands_first_and_what_is_excluded_says_so() {
        let terms = Terms {
            budget: 2.0,
            pinned: vec!["box-3".to_owned()],
            excluded: vec!["box-5".to_owned()],
            ..Terms::default()
        };
        let proposal = ask(Weights { people: 1.0, information: 1.0 }, true, &terms).unwrap();
        assert_eq!(proposal.listed[0].task, "box-3");
        assert!(proposal.not_listed.contains(&("box-5".to_owned(), WhyNot::Excluded)));
    }

    #[test]
    fn weights_that_weigh_nothing_are_refused() {
        let terms = Terms { budget: 2.0, ..Terms::default() };
        for weights in [
            Weights { people: 0.0, information: 0.0 },
            Weights { people: -1.0, information: 2.0 },
            Weights { people: f64::NAN, information: 2.0 },
        ] {
            let fault = ask(weights, true, &terms).unwrap_err();
            assert!(matches!(fault, PlanFault::NotPositive { .. }), "{fault}");
        }
    }
}
