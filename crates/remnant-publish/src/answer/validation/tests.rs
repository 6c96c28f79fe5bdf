#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use remnant_estimate::contamination::Count;
use remnant_estimate::score::{CountForecast, Forecast, NegativeBinomial};
use remnant_estimate::simulate::{Recorded, Searching, WorldSettings};
use remnant_estimate::validate::{Answer, Model, Plan, validate};

use super::*;
use crate::html;

/// Expects the same of every place, whatever is recorded: wrong, quick, and enough for a page.
struct Stubborn;

impl Model for Stubborn {
    fn name(&self) -> String {
        "a model <that expects the same everywhere>".to_owned()
    }

    fn answer(&self, recorded: &Recorded, seed: u64) -> Result<Answer, String> {
        if seed.is_multiple_of(5) {
            return Err("out of sorts".to_owned());
        }
        let forecast = |mean: f64| {
            let component = NegativeBinomial { shape: 1.0, mean };
            CountForecast::mixture(vec![(1.0, component)])
                .map(Forecast::Counts)
                .map_err(|fault| fault.to_string())
        };
        let cells = (0..recorded.grid.cells()).map(|_| forecast(0.2)).collect::<Result<_, _>>()?;
        let areas = recorded
            .areas
            .iter()
            .map(|area| forecast(0.2 * area.cells.len() as f64))
            .collect::<Result<_, _>>()?;
        let whole = forecast(0.2 * f64::from(recorded.grid.cells()))?;
        Ok(Answer { cells, areas, whole, unknowns: Vec::new() })
    }
}

fn found() -> Validation {
    let base = WorldSettings::default();
    let base = WorldSettings {
        columns: 8,
        rows: 8,
        cell_metres: 250.0,
        north: 2_000.0,
        searching: Searching { tasks: 2, ..base.searching },
        ..base
    };
    validate(&Stubborn, &Plan { worlds: 24, wrong_worlds: 4, seed: 3, base }, |_, _, _| true)
}

#[test]
fn a_bad_model_is_told_as_such_on_every_page() {
    let validation = found();
    let count = Count {
        expected: 3.2,
        median: 3,
        interval_50: (1, 5),
        interval_90: (0, 9),
        any: 0.9,
        deviation: 3.0,
    };
    let rows = [
        SensitivityRow { changed: "as believed".to_owned(), left: Ok(count) },
        SensitivityRow {
            changed: "footprints twice as wide".to_owned(),
            left: Err("no".to_owned()),
        },
    ];
    let story = ValidationStory { validation: &validation, sensitivity: &rows, own_tasks: None };
    let missed = story.missed();
    assert!(missed.iter().any(|line| line.starts_with("total")), "{missed:?}");
    assert!(missed.iter().any(|line| line.contains("a reason and no number")), "{missed:?}");
    let page = html::one_file(&story.document(), &[], &Block::References(Vec::new()));
    for word in ["ranks-total", "id=\"coverage\"", "reliability", "sensitivity", "clustered duds"] {
        assert!(page.contains(word), "{word}");
    }
    assert!(page.contains("&lt;that expects") && !page.contains("<that expects"));
    let markdown = story.markdown("remnant estimate validate");
    assert!(markdown.contains("| total |") && !markdown.contains("<svg"));
    assert!(markdown.contains("| as believed | 3 | 1 to 5 | 0 to 9 |"));
    assert_eq!(story.json()["kinds"].as_array().unwrap().len(), 5);
}
