//! The judge is judged: a model that is right by construction passes, one that is too sure does not; and
//! the contamination model is run over worlds.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;
use crate::score::{CountForecast, DrawForecast, Forecast};
use crate::simulate::{Recorded, Searching, Truth, WorldSettings};

/// Says of a world in which nobody searched what other worlds behind the same records hold: no model can
/// be more right. `sureness` draws everything together towards the mean.
struct OtherWorlds {
    draws: u64,
    sureness: f64,
}

impl Model for OtherWorlds {
    fn name(&self) -> String {
        "other worlds behind the same records".to_owned()
    }

    fn answer(&self, recorded: &Recorded, seed: u64) -> Result<Answer, String> {
        let others: Vec<Truth> = (0..self.draws)
            .map(|n| Truth::before_any_search(recorded, seed ^ (n + 1) << 20).unwrap())
            .collect();
        let forecast = |of: &dyn Fn(&Truth) -> u32| {
            let draws: Vec<u32> = others.iter().map(of).collect();
            if self.sureness == 0.0 {
                return Forecast::Counts(CountForecast::from_draws(&draws).unwrap());
            }
            let mean = draws.iter().map(|d| f64::from(*d)).sum::<f64>() / draws.len() as f64;
            let near = |draw: &u32| mean + (f64::from(*draw) - mean) * (1.0 - self.sureness);
            Forecast::Draws(DrawForecast::new(draws.iter().map(near).collect()).unwrap())
        };
        let cells = (0..recorded.grid.cells() as usize)
            .map(|cell| forecast(&|truth| truth.left_in_cells[cell]))
            .collect();
        let areas = (0..recorded.areas.len())
            .map(|area| forecast(&|truth| truth.left_in_areas[area]))
            .collect();
        let whole = forecast(&|truth| truth.left);
        Ok(Answer { cells, areas, whole, unknowns: Vec::new() })
    }
}

fn without_search() -> WorldSettings {
    let base = WorldSettings::default();
    WorldSettings {
        columns: 10,
        rows: 10,
        cell_metres: 200.0,
        north: 2_000.0,
        strikes: 4,
        searching: Searching { tasks: 0, ..base.searching },
        ..base
    }
}

fn plan(base: WorldSettings, worlds: u64, wrong_worlds: u64) -> Plan {
    Plan { worlds, wrong_worlds, seed: 20, base }
}

#[test]
fn a_model_that_is_right_by_construction_is_found_to_be_right() {
    let model = OtherWorlds { draws: 60, sureness: 0.0 };
    let validation = validate(&model, &plan(without_search(), 48, 0), |_, _, _| true);
    let right = &validation.kinds[0];
    assert_eq!((right.worlds, right.refused.len()), (48, 0));
    for quantity in [Quantity::CellsInQuestion, Quantity::Areas, Quantity::Whole] {
        let result = right.quantity(quantity).unwrap();
        assert!(result.uniformity > 0.001, "{quantity:?}: {}", result.uniformity);
        let nine_tenths = result.at_level(0.9).unwrap();
        let off = (nine_tenths.central.value - 0.9).abs();
        assert!(off < 3.5 * nine_tenths.central.standard_error + 0.03, "{nine_tenths:?}");
        assert!(nine_tenths.promised >= 0.9);
        let ratio = result.expected_over_left.unwrap();
        assert!((0.8..1.25).contains(&ratio), "{quantity:?}: {ratio}");
    }
    assert!(right.any.as_ref().unwrap().area_under_curve.unwrap() > 0.7);
}

#[test]
fn a_model_that_is_too_sure_is_seen() {
    let model = OtherWorlds { draws: 60, sureness: 0.6 };
    let validation = validate(&model, &plan(without_search(), 40, 0), |_, _, _| true);
    let whole = validation.kinds[0].quantity(Quantity::Whole).unwrap();
    assert!(whole.uniformity < 0.01, "{}", whole.uniformity);
    assert!(whole.at_level(0.9).unwrap().held.value < 0.8);
}

#[test]
fn a_run_stops_when_it_is_told_to_and_says_so() {
    let model = OtherWorlds { draws: 10, sureness: 0.0 };
    let mut steps = 0;
    let validation = validate(&model, &plan(without_search(), 40, 8), |_, _, _| {
        steps += 1;
        steps < 2
    });
    assert_eq!((steps, validation.kinds[0].worlds, validation.asked), (2, 16, 40));
    assert!(validation.kinds[1..].iter().all(|kind| kind.worlds == 0));
}

/// A reason is kept and counted, never taken for an answer.
#[test]
fn a_refusal_is_told() {
    struct Silent;
    impl Model for Silent {
        fn name(&self) -> String {
            "silent".to_owned()
        }
        fn answer(&self, _: &Recorded, _: u64) -> Result<Answer, String> {
            Err("no idea".to_owned())
        }
    }
    let validation = validate(&Silent, &plan(without_search(), 3, 0), |_, _, _| true);
    let right = &validation.kinds[0];
    assert_eq!((right.worlds, right.refused.len()), (0, 3));
    assert!(right.quantities.is_empty() && right.any.is_none());
}
