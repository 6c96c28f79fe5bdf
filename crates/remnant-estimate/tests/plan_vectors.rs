//! Agreement of plans and of the value of a survey with an independent program.
//!
//! The cases are in `test-vectors.json` with their tolerances.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use remnant_estimate::plan::{Plan, Reach, SurveyTerms, Task, Tasks, Terms, choose, survey_value};
use remnant_estimate::residual::ItemsPrior;
use serde_json::Value;

fn case(id: &str) -> Value {
    let all: Value = serde_json::from_str(include_str!("test-vectors.json")).unwrap();
    all["cases"].as_array().unwrap().iter().find(|case| case["id"] == id).unwrap().clone()
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

fn close(found: f64, expected: &Value, what: &str) {
    let expected = number(expected);
    assert!(
        (found - expected).abs() <= 1e-9 * expected.abs().max(1.0),
        "{what}: found {found}, expected {expected}"
    );
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(number).collect()
}

fn tasks(inputs: &Value) -> Tasks {
    let costs = numbers(&inputs["cost"]);
    let rows = inputs["q"].as_array().unwrap().iter().zip(costs).enumerate();
    let tasks = rows
        .map(|(i, (row, team_days))| {
            let cells = numbers(row).into_iter().zip(0_u32..);
            let reached = cells.filter(|(effective, _)| *effective > 0.0);
            let reach = reached.map(|(effective, cell)| Reach { cell, effective }).collect();
            Task { name: format!("{i}"), team_days, reach }
        })
        .collect();
    Tasks::new(tasks, numbers(&inputs["w"])).unwrap()
}

fn chosen(expected: &Value) -> Vec<usize> {
    expected["chosen"].as_array().unwrap().iter().map(|i| i.as_u64().unwrap() as usize).collect()
}

/// The greedy choice and its comparison, and that the list is as good as the best there is.
fn agrees(plan: &Plan, greedy: &Value, exact: &Value) {
    let order = greedy["order"].as_array().unwrap();
    assert_eq!(plan.greedy_order.len(), order.len());
    for ((task, rate), expected) in plan.greedy_order.iter().zip(order) {
        assert_eq!(*task as u64, expected[0].as_u64().unwrap());
        close(*rate, &expected[1], "gain for a team-day");
    }
    close(plan.greedy_value, &greedy["greedy_value"], "greedy");
    close(plan.best_single_value, &greedy["best_single_value"], "best single");
    close(plan.value, &exact["value"], "value");
    assert_eq!(plan.chosen(), chosen(exact));
    assert!(plan.upper_bound >= plan.value - 1e-9);
}

#[test]
fn survey_squares_under_three_budgets() {
    let case = case("plan");
    let tasks = tasks(&case["inputs"]);
    let expected = &case["expected"];
    for (i, budget) in numbers(&case["inputs"]["budgets"]).into_iter().enumerate() {
        let plan = choose(&tasks, &Terms { budget, ..Terms::default() }).unwrap();
        agrees(&plan, &expected["greedy"][i], &expected["exact"][i]);
    }
}

#[test]
fn the_best_single_task_keeps_greed_from_a_trap() {
    let case = case("plan-trap");
    let tasks = tasks(&case["inputs"]);
    let budget = number(&case["inputs"]["budget"]);
    let plan = choose(&tasks, &Terms { budget, ..Terms::default() }).unwrap();
    agrees(&plan, &case["expected"]["greedy"], &case["expected"]["exact"]);
}

#[test]
fn a_gap_is_shown_and_an_exchange_closes_it() {
    let case = case("plan-gap");
    let tasks = tasks(&case["inputs"]);
    let budget = number(&case["inputs"]["budget"]);
    let plan = choose(&tasks, &Terms { budget, ..Terms::default() }).unwrap();
    agrees(&plan, &case["expected"]["greedy"], &case["expected"]["exact"]);
    close(plan.upper_bound, &case["expected"]["upper_bound"], "bound");
}

#[test]
fn the_value_of_a_survey_before_clearance() {
    let case = case("evsi");
    let at = |name: &str| number(&case["inputs"][name]);
    let prior = ItemsPrior::new(at("pi"), at("a"), at("b")).unwrap();
    let terms = SurveyTerms {
        survey_detection: at("q_survey"),
        clearance_detection: at("q_clear"),
        value_of_an_item: at("value_per_item"),
        clearance_team_days: at("cost_clear"),
        survey_team_days: at("cost_survey"),
    };
    let value = survey_value(&prior, &terms).unwrap();
    let expected = &case["expected"];
    close(value.now, &expected["value_now"], "now");
    close(value.with_survey, &expected["value_with_survey"], "with the survey");
    close(value.gain, &expected["evsi"], "gain");
    close(value.net, &expected["net"], "net");
    let first = expected["clear_if_finds_at_least"].as_u64();
    assert_eq!(value.clear_from_finds, first);
}
