//! The balance of a period: text, page, JSON, CSV, and that no number stands bare.

use jiff::civil::date;
use remnant_land_release::{By, Period, ReviewedBalance};
use remnant_publish::answer::{Answer, balance, explain};
use remnant_publish::document::{Block, Document, Line, Piece};
use remnant_publish::figure::FigureId;
use remnant_publish::html;
use remnant_record::AsOf;

use crate::{leads_nowhere_dead, on, printed, village};

const AS_OF: AsOf = AsOf { on: date(2024, 12, 31), known_by: date(2024, 12, 31) };

fn reviewed(by: By) -> ReviewedBalance {
    let period = Period { from: date(2024, 1, 1), to: date(2024, 12, 31) };
    ReviewedBalance::of(&village::files(), period, by, AS_OF.known_by).unwrap()
}

fn answer(by: By) -> Answer {
    balance::balance(&reviewed(by), AS_OF)
}

const DIVISIONS: [By; 4] = [By::Nothing, By::Operator, By::AdministrativeUnit, By::Contamination];

/// The cells of all tables of a document.
fn cells(document: &Document) -> Vec<&Line> {
    fn collect<'a>(blocks: &'a [Block], cells: &mut Vec<&'a Line>) {
        for block in blocks {
            match block {
                Block::Section { blocks, .. } | Block::Details { blocks, .. } => {
                    collect(blocks, cells);
                }
                Block::Table(table) => cells.extend(table.rows.iter().flatten()),
                _ => {}
            }
        }
    }
    let mut all = Vec::new();
    collect(&document.blocks, &mut all);
    all
}

#[test]
fn the_balance_of_a_year_is_told() {
    insta::assert_snapshot!(printed(&answer(By::Nothing)));
}

#[test]
fn the_balance_by_operator_is_told() {
    let told = printed(&answer(By::Operator));
    let groups =
        &told[told.find("By operator").unwrap()..told.find("Land that two areas").unwrap()];
    insta::assert_snapshot!(groups);
}

#[test]
fn no_number_stands_bare_in_a_table_of_the_balance() {
    for by in DIVISIONS {
        let answer = answer(by);
        let units = ["VN-44-01", "VN-44-02"];
        let mut figures = 0;
        for piece in cells(&answer.document).into_iter().flat_map(|line| &line.0) {
            match piece {
                Piece::Figure(figure) => {
                    figures += 1;
                    assert!(!figure.derivation.how.is_empty(), "{}", figure.id);
                }
                Piece::Text(text) => assert!(
                    units.contains(&text.as_str()) || !text.contains(|c: char| c.is_ascii_digit()),
                    "{by:?}: {text}"
                ),
                _ => {}
            }
        }
        assert!(figures > 100, "{by:?}: {figures}");
    }
}

#[test]
fn each_figure_of_the_balance_has_one_id_and_one_number() {
    for by in DIVISIONS {
        let answer = answer(by);
        let mut seen = std::collections::BTreeMap::new();
        for figure in answer.document.figures() {
            let id = figure.id.to_string();
            assert_eq!(id.parse::<FigureId>().as_ref(), Ok(&figure.id), "{id}");
            let first = seen.entry(id.clone()).or_insert(figure.number);
            assert_eq!(*first, figure.number, "{by:?}: {id}");
        }
        let cleared = "balance/2024-01-01/2024-12-31/all/approved/cleared";
        assert!(seen.contains_key(cleared), "{by:?}");
        let provisional = &seen["balance/2024-01-01/2024-12-31/all/provisional/cleared"];
        assert!(*provisional > seen[cleared], "a clearance waits for approval");
    }
}

#[test]
fn the_balance_in_json_holds_both_readings_and_the_identities() {
    let json = answer(By::AdministrativeUnit).project_json(AS_OF);
    let data = &json["data"];
    assert_eq!(data["all_identities_hold"], true);
    assert_eq!(data["divided_by"], "administrative_unit");
    let approved = &data["approved"];
    assert!(approved["total"]["moved"]["cleared"]["cha_square_metres"].as_i64().unwrap() > 9_000);
    assert_eq!(approved["lines"].as_array().unwrap().len(), 2);
    assert!(approved["counted_twice"]["pairs"][0]["area_square_metres"].as_u64().unwrap() > 0);
    let identity = &data["identities"]["approved"][0];
    assert_eq!(identity["holds"], true);
    assert!(identity["left_square_metres"].is_array());
    let figures = json["figures"].as_array().unwrap();
    let both = figures
        .iter()
        .find(|figure| figure["id"] == "balance/2024-01-01/2024-12-31/all/approved/cleared")
        .unwrap();
    let parts = both["derivation"]["figures"].as_array().unwrap();
    assert_eq!(parts[0], "balance/2024-01-01/2024-12-31/all/approved/cleared/sha");
    assert!(both["derivation"]["how"].as_str().unwrap().contains("by approved entries known by"));
}

#[test]
fn the_page_of_a_balance_draws_it_and_links_to_no_page_that_is_not_there() {
    for by in DIVISIONS {
        let answer = answer(by);
        leads_nowhere_dead(&answer, AS_OF);
        let page = html::page(&answer.document, &answer.page, AS_OF);
        assert!(page.contains("id=\"balance-waterfall\""));
        assert!(page.contains("<span class=\"figure\" title=\"The sum of what the steps"));
    }
}

#[test]
fn the_balance_as_one_file_explains_each_of_its_figures_and_links_into_itself() {
    let reviewed = reviewed(By::Operator);
    let file = balance::page(&reviewed, AS_OF);
    let links: Vec<&str> =
        file.split(" href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(links.iter().filter(|link| link.starts_with("#explain-")).count() > 100);
    for link in links {
        let place = link.strip_prefix('#').unwrap_or_else(|| panic!("{link}"));
        assert_eq!(file.matches(&format!(" id=\"{place}\"")).count(), 1, "{link}");
    }
    assert!(!file.contains("<script") && !file.contains("<link"));
}

#[test]
fn what_was_decided_later_does_not_change_what_was_known() {
    let period = Period { from: date(2024, 1, 1), to: date(2024, 12, 31) };
    let before = date(2024, 9, 30);
    let early = ReviewedBalance::of(&village::files(), period, By::Nothing, before).unwrap();
    let told = printed(&balance::balance(&early, AsOf { on: period.to, known_by: before }));
    assert!(told.contains("as known by 2024-09-30"), "{told}");
    let cleared = told.lines().find(|line| line.starts_with("− K cleared")).unwrap();
    let numbers: Vec<&str> = cleared.split_whitespace().skip(3).take(3).collect();
    assert_eq!(numbers, ["0"; 3], "nothing was approved by then: {told}");
}

#[test]
fn the_csv_has_a_row_of_tags_and_a_row_for_each_number() {
    for by in DIVISIONS {
        let mut bytes = Vec::new();
        balance::csv(&reviewed(by), &mut bytes).unwrap();
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        assert_eq!(reader.headers().unwrap().get(7), Some("square_metres"));
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert!(rows[0].iter().all(|tag| tag.starts_with('#')), "{:?}", rows[0]);
        for row in &rows[1..] {
            assert!(row[7].parse::<i128>().is_ok(), "{row:?}");
            assert!(row[8].parse::<FigureId>().is_ok(), "{row:?}");
        }
        let sum = |group: bool, review: &str| -> i128 {
            rows[1..]
                .iter()
                .filter(|row| row[4].is_empty() != group && &row[3] == review)
                .filter(|row| &row[5] == "cleared")
                .map(|row| row[7].parse::<i128>().unwrap())
                .sum()
        };
        if by != By::Nothing {
            assert_eq!(sum(true, "approved"), sum(false, "approved"), "{by:?}");
        }
        assert!(sum(false, "provisional") > sum(false, "approved"));
    }
}

#[test]
fn the_record_sends_whoever_asks_for_a_figure_of_a_project_to_the_project() {
    let record = std::sync::Arc::new(
        remnant_record::Record::read(&[remnant_record::shipped()]).unwrap().record,
    );
    let as_of = on(date(2024, 12, 31));
    let pooled = remnant_publish::pooled(std::sync::Arc::clone(&record), as_of);
    let view = remnant_publish::View { record: &record, as_of, pooled };
    let id = "balance/2024-01-01/2024-12-31/all/approved/cleared";
    let refused = explain::explain(&view, id).unwrap_err();
    assert!(refused.to_string().contains("is of a project"), "{refused}");
    assert!(refused.help().contains("remnant release balance"), "{}", refused.help());
}
