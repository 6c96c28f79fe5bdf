//! What could be worked next: boxes to survey, areas to clear.
//!
//! Belongs here: candidates with their cells, the sums that an estimate has to give for them, and the pace
//! and effect of the work. Does not belong here: which of them are proposed (`proposal`), who lives near
//! them (`remnant-ground`).

use serde::Serialize;

use super::fault::PlanFault;
use super::utility::TeamDays;
use crate::contamination::{Area, Estimate};

/// A place that could be worked as one task.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// Its id, as people know it.
    pub id: String,
    /// Its middle, in metres of the estimate's plane.
    pub middle: (f64, f64),
    /// Its square metres.
    pub square_metres: f64,
    /// Its cells with the share of each that lies inside, rising.
    pub cells: Vec<(u32, f64)>,
    /// People who live near it, where that is known.
    pub people: Option<f64>,
}

/// What the work is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Work {
    /// Technical survey of boxes.
    Survey,
    /// Clearance of areas.
    Clearance,
}

/// How the work is done, and how fast.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Effect {
    /// The share of a candidate's ground that is searched.
    pub coverage: f64,
    /// The chance that an item in searched ground is found, the share that is never found included.
    pub found: f64,
    /// Square metres searched in a team-day, on bad and on good days.
    pub pace: (f64, f64),
}

impl Effect {
    /// The chance that an item anywhere in a candidate is found.
    #[must_use]
    pub fn effective(&self) -> f64 {
        self.coverage * self.found
    }

    /// Team-days for so many square metres of candidate.
    ///
    /// # Errors
    /// [`PlanFault`] where a number is no share or not above zero.
    pub fn team_days(&self, candidate: &Candidate) -> Result<TeamDays, PlanFault> {
        for (name, value) in
            [("the share that is searched", self.coverage), ("the share that is found", self.found)]
        {
            if !(value > 0.0 && value <= 1.0) {
                return Err(PlanFault::NotAShare { name, task: candidate.id.clone(), value });
            }
        }
        TeamDays::of_area(candidate.square_metres * self.coverage, self.pace.0, self.pace.1)
    }
}

/// Joint draws of what lies in each candidate.
#[derive(Clone, Debug, PartialEq)]
pub struct CandidateDraws {
    /// Expected items left, draw after draw, each with one value for each candidate.
    pub items: Vec<f64>,
    /// The same with each item counted once for each person near it; of items alone where nothing is
    /// known of people.
    pub encounters: Vec<f64>,
    /// How many candidates.
    pub candidates: usize,
}

/// The name of the sum of a candidate's items among the areas of an estimate.
const ITEMS: &str = "plan/items/";
/// The name of the sum in which each item counts with the people near it.
const PEOPLE: &str = "plan/people/";

/// The sums that an estimate has to give for candidates, to be put behind its own areas.
///
/// # Shapes and units
/// `near`: people near each cell of the grid, where that is known.
#[must_use]
pub fn sums(candidates: &[Candidate], near: Option<&[f64]>) -> Vec<Area> {
    let area = |name: &str, candidate: &Candidate, cells: Vec<(u32, f64)>| Area {
        id: format!("{name}{}", candidate.id),
        name: candidate.id.clone(),
        cells,
    };
    let mut all: Vec<Area> =
        candidates.iter().map(|one| area(ITEMS, one, one.cells.clone())).collect();
    let Some(near) = near else { return all };
    for candidate in candidates {
        let most = most_people(candidate, near);
        // An area takes shares of cells: people over the most people of any of its cells.
        let cells: Vec<(u32, f64)> = candidate
            .cells
            .iter()
            .map(|(cell, share)| (*cell, share * near[*cell as usize] / most))
            .filter(|(_, share)| *share > 0.0)
            .collect();
        if most > 0.0 && !cells.is_empty() {
            all.push(area(PEOPLE, candidate, cells));
        }
    }
    all
}

fn most_people(candidate: &Candidate, near: &[f64]) -> f64 {
    candidate.cells.iter().map(|(cell, _)| near[*cell as usize]).fold(0.0, f64::max)
}

/// The draws of candidates from an estimate that was asked for their [`sums`].
///
/// # Errors
/// [`PlanFault::NoSuchTask`] where the estimate does not hold a candidate.
pub fn draws_of(
    estimate: &Estimate,
    candidates: &[Candidate],
    near: Option<&[f64]>,
) -> Result<CandidateDraws, PlanFault> {
    let count = estimate.diagnostics.draws;
    let mut items = vec![0.0; count * candidates.len()];
    let mut encounters = vec![0.0; count * candidates.len()];
    let draws = |id: &str| {
        let found = estimate.areas.iter().find(|area| area.id == id);
        found.map(|area| area.draws.as_slice())
    };
    let put = |to: &mut Vec<f64>, number: usize, from: &[f64], by: f64| {
        for (draw, value) in from.iter().enumerate() {
            to[draw * candidates.len() + number] = by * value;
        }
    };
    for (number, candidate) in candidates.iter().enumerate() {
        let own = draws(&format!("{ITEMS}{}", candidate.id))
            .ok_or_else(|| PlanFault::NoSuchTask { task: candidate.id.clone() })?;
        put(&mut items, number, own, 1.0);
        match near {
            None => put(&mut encounters, number, own, 1.0),
            Some(near) => {
                // Where nobody lives near any of its cells there is no such sum, and nothing to count.
                if let Some(weighted) = draws(&format!("{PEOPLE}{}", candidate.id)) {
                    put(&mut encounters, number, weighted, most_people(candidate, near));
                }
            }
        }
    }
    Ok(CandidateDraws { items, encounters, candidates: candidates.len() })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn candidate(id: &str, cells: &[(u32, f64)]) -> Candidate {
        Candidate {
            id: id.to_owned(),
            middle: (0.0, 0.0),
            square_metres: 2_500.0,
            cells: cells.to_vec(),
            people: None,
        }
    }

    #[test]
    fn items_count_with_the_people_near_them() {
        let all = [candidate("a", &[(0, 1.0), (1, 0.5)]), candidate("b", &[(2, 1.0)])];
        let near = [10.0, 40.0, 0.0];
        let asked = sums(&all, Some(&near));
        let ids: Vec<&str> = asked.iter().map(|area| area.id.as_str()).collect();
        assert_eq!(ids, ["plan/items/a", "plan/items/b", "plan/people/a"]);
        assert_eq!(asked[2].cells, [(0, 0.25), (1, 0.5)]);
        assert_eq!(sums(&all, None).len(), 2);
    }

    #[test]
    fn a_box_takes_the_days_of_the_ground_that_is_searched() {
        let effect = Effect { coverage: 0.4, found: 0.8, pace: (500.0, 2_000.0) };
        let days = effect.team_days(&candidate("a", &[(0, 1.0)])).unwrap();
        assert!((days.fewest - 0.5).abs() < 1e-12 && (days.most - 2.0).abs() < 1e-12);
        assert!((effect.effective() - 0.32).abs() < 1e-12);
        let none = Effect { coverage: 0.0, ..effect };
        let fault = none.team_days(&candidate("a", &[(0, 1.0)])).unwrap_err();
        assert!(matches!(fault, PlanFault::NotAShare { .. }));
    }
}
