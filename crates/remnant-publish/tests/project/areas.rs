//! Areas, the history of one, and what waits for review.

use jiff::civil::date;
use remnant_land_release::{AreaHistory, Reading};
use remnant_publish::answer::{area_history, areas, reviews};

use crate::{leads_nowhere_dead, on, printed, village};

#[test]
fn areas_are_listed_with_their_square_metres() {
    let as_of = on(date(2024, 12, 31));
    let files = village::files();
    let lines: Vec<areas::AreaLine> = files
        .iter()
        .map(|file| {
            let ledger = file.ledger(Reading::Provisional, as_of.known_by);
            areas::AreaLine::of(file, ledger.on(as_of.on))
        })
        .collect();
    let answer = areas::areas(&lines, as_of);
    insta::assert_snapshot!(printed(&answer));
    leads_nowhere_dead(&answer, as_of);
    let json = answer.project_json(as_of);
    assert_eq!(json["data"]["areas"][0]["area"], "HA-017");
    assert!(json["data"]["areas"][0]["open"]["sha_square_metres"].is_number());
    assert_eq!(json["as_of"]["on"], "2024-12-31");
    let figure = &json["figures"][0];
    assert_eq!(figure["id"], "areas/open-sha");
    assert!(figure["derivation"]["how"].as_str().unwrap().contains("summed over the areas"));
}

#[test]
fn a_history_tells_each_transition_and_apart_what_was_not_taken() {
    let as_of = on(date(2024, 12, 31));
    let history = AreaHistory::of(&village::files()[0], as_of.known_by).unwrap();
    let answer = area_history::area_history(&history, as_of);
    insta::assert_snapshot!(printed(&answer));
    leads_nowhere_dead(&answer, as_of);
    let entries = answer.project_json(as_of)["data"]["entries"].as_array().unwrap().len();
    assert_eq!(entries, 7);
}

#[test]
fn a_history_says_what_the_area_was_on_the_day_of_the_question() {
    let known_by = date(2024, 12, 31);
    let history = AreaHistory::of(&village::files()[0], known_by).unwrap();
    let asked = |on| {
        let as_of = remnant_record::AsOf { on, known_by };
        printed(&area_history::area_history(&history, as_of))
    };
    assert!(asked(date(2023, 10, 31)).contains("On 2023-10-31: not on record."));
    let then = asked(date(2024, 2, 10));
    assert!(then.contains("On 2024-02-10: open: SHA, CHA, since 2024-02-01"), "{then}");
    assert!(then.contains("The list holds 3 steps that take effect after that day."), "{then}");
}

#[test]
fn what_waits_is_told_by_the_step_that_comes_next() {
    let as_of = on(date(2024, 12, 31));
    let mut waiting = Vec::new();
    for file in village::files() {
        let all = file.reviews(as_of.known_by).reviews;
        for event in file.events() {
            let review = &all[&(event.id.clone(), event.version)];
            let rules = file.book().on(event.effective_on, event.recorded.on);
            let next = review.next_step(&rules.review_chain.value).map(str::to_owned);
            waiting.push(reviews::Waiting::of(event, review.state(), next));
        }
    }
    let answer = reviews::reviews(&waiting, as_of);
    insta::assert_snapshot!(printed(&answer));
    leads_nowhere_dead(&answer, as_of);
    let json = answer.project_json(as_of);
    assert_eq!(json["data"]["waiting"].as_array().unwrap().len(), 2);
    assert_eq!(json["data"]["returned"][0]["entry"], "HA-017-E7");
}

#[test]
fn a_returned_entry_that_came_back_is_not_told_as_returned() {
    let as_of = on(date(2024, 12, 31));
    let file = &village::files()[0];
    let event = &file.events()[6];
    let rejected = file.reviews(as_of.known_by).reviews[&(event.id.clone(), 1)].state().clone();
    let first = reviews::Waiting::of(event, &rejected, None);
    let again = reviews::Waiting {
        version: 2,
        review: remnant_land_release::ReviewState::Draft,
        next: Some("submitted".to_owned()),
        ..first.clone()
    };
    let told = printed(&reviews::reviews(&[first, again], as_of));
    assert!(told.contains("HA-017-E7,") && told.contains("version 2"), "{told}");
    assert!(!told.contains("Returned"), "{told}");
}
