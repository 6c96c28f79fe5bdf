//! Deadlines: computed beside published, agreeing or not.
#![allow(clippy::unwrap_used, reason = "a missing value fails the test")]

use jiff::civil::{Date, date};
use remnant_record::treaty::{Clock, ClockState, Rounding, clocks};
use remnant_record::{AsOf, Folder, Record, StateCode, shipped};

const TODAY: Date = date(2026, 11, 23);

fn record() -> Record {
    Record::read(&[shipped()]).unwrap().record
}

fn clock(record: &Record, state: &str, article: &str, on: Date) -> Clock {
    clocks(record, &StateCode::new(state), AsOf { on, known_by: TODAY })
        .into_iter()
        .find(|clock| clock.article == article)
        .unwrap()
}

/// `record/law.md`, section 4: computed days that agree with published ones.
#[test]
fn computed_deadlines_agree_with_published_ones() {
    let record = record();
    for (state, article, on, day) in [
        ("NGA", "7(1)", date(2023, 8, 1), date(2024, 1, 28)),
        ("SSD", "7(1)", date(2024, 2, 1), date(2024, 7, 30)),
        ("ZAF", "7(1)", date(2015, 11, 1), date(2016, 4, 29)),
        ("STP", "7(1)", date(2020, 7, 1), date(2020, 12, 28)),
        ("MDG", "7(1)", date(2017, 11, 1), date(2018, 4, 30)),
        ("ZAF", "3(2)", date(2020, 1, 1), date(2023, 11, 1)),
        ("SVK", "3(2)", date(2020, 1, 1), date(2024, 1, 1)),
        ("IRQ", "4(1)(a)", date(2020, 1, 1), date(2023, 11, 1)),
    ] {
        let clock = clock(&record, state, article, on);
        assert_eq!(clock.computed, Some(day), "{state} {article}");
        let [published] = clock.published.as_slice() else { panic!("{state} {article}") };
        assert_eq!(published.agrees, Some(true), "{state} {article}");
        assert_eq!(clock.clock_state, ClockState::Running, "{state} {article}");
    }
}

#[test]
fn the_two_published_days_that_do_not_fit_counting_stand_beside_it() {
    let record = record();
    for (state, computed, published) in [
        ("SOM", date(2016, 8, 28), date(2016, 8, 31)),
        ("PSE", date(2015, 12, 28), date(2015, 12, 27)),
    ] {
        let clock = |on| clock(&record, state, "7(1)", on);
        let seen = clock(date(2016, 3, 1));
        assert_eq!(seen.computed, Some(computed));
        assert_eq!(seen.rounding, Rounding::ExactDays);
        assert_eq!(seen.published[0].deadline.day(), Some(published));
        assert_eq!(seen.published[0].agrees, Some(false), "{state}");
        let (first, last) = (computed.min(published), computed.max(published));
        assert_eq!(clock(first).clock_state, ClockState::Running);
        assert_eq!(clock(last).clock_state, ClockState::Open);
        assert_eq!(clock(last.tomorrow().unwrap()).clock_state, ClockState::Passed);
    }
}

#[test]
fn an_extension_is_a_record_of_its_own_and_moves_the_deadline() {
    let clock = clock(&record(), "PER", "3(2)", date(2023, 6, 30));
    assert_eq!(clock.computed, Some(date(2021, 3, 1)));
    let extension = &clock.published[0];
    assert!(extension.extended);
    assert_eq!(extension.deadline.day(), Some(date(2024, 4, 1)));
    assert_eq!(extension.agrees, None, "an extension is not expected to agree");
    assert_eq!(clock.clock_state, ClockState::Running);
}

#[test]
fn an_extension_that_was_not_known_by_the_day_moves_nothing() {
    let as_of = AsOf { on: date(2021, 6, 1), known_by: date(2021, 6, 1) };
    let clocks = clocks(&record(), &StateCode::new("PER"), as_of);
    let stocks = clocks.iter().find(|c| c.article == "3(2)").unwrap();
    assert!(stocks.published.is_empty());
    assert_eq!(stocks.clock_state, ClockState::Passed);
}

#[test]
fn the_yearly_report_is_due_on_the_next_30_april_after_the_first() {
    let record = record();
    let yearly = |on| clock(&record, "NGA", "7(2)", on).computed;
    assert_eq!(yearly(date(2023, 8, 1)), Some(date(2024, 4, 30)));
    assert_eq!(yearly(date(2024, 4, 30)), Some(date(2024, 4, 30)));
    assert_eq!(yearly(date(2024, 5, 1)), Some(date(2025, 4, 30)));
    let vanuatu = clock(&record, "VUT", "7(2)", date(2026, 3, 15)).computed;
    assert_eq!(vanuatu, Some(date(2027, 4, 30)), "not before the first report is due");
}

#[test]
fn no_clock_runs_for_a_state_that_is_not_bound() {
    let record = record();
    for (state, on) in [
        ("USA", date(2023, 6, 30)),
        ("NGA", date(2023, 6, 30)),
        ("AGO", date(2023, 6, 30)),
        ("LTU", date(2025, 3, 6)),
    ] {
        let as_of = AsOf { on, known_by: TODAY };
        assert_eq!(clocks(&record, &StateCode::new(state), as_of), [], "{state}");
    }
}

#[test]
fn clearance_of_later_remnants_has_no_day_until_the_end_of_hostilities_is_recorded() {
    let unrecorded = clock(&record(), "LBN", "4(1)(b)", date(2023, 6, 30));
    assert_eq!(unrecorded.computed, None);
    assert_eq!(unrecorded.clock_state, ClockState::NoDay);
    assert!(unrecorded.missing[0].contains("end of the active hostilities"));

    let header = "id,subject,property,value,value_kind,unit,valid_from,valid_to,speaker,\
                  speaker_named,standing,evidence,known_from,source_id,locator,\
                  corroborating_source_ids,same_origin_as,acceptance_line,note\n";
    let read = |rows: &str| {
        let files = vec![("statements.csv".to_owned(), format!("{header}{rows}").into_bytes())];
        Record::read(&[shipped(), Folder { name: "own".to_owned(), files }]).unwrap().record
    };
    let row = |id, day| {
        format!(
            "{id},state LBN,end-of-active-hostilities,{day},date,,,,A speaker,yes,confirmed,\
             claim,2020-01-01,law-ccm-text,,,,,\n"
        )
    };
    let one = read(&row("zz-1", "2019-05-04"));
    let recorded = clock(&one, "LBN", "4(1)(b)", date(2023, 6, 30));
    assert_eq!(recorded.computed, Some(date(2029, 5, 4)));
    for fact in &recorded.facts {
        assert!(one.statement(fact).is_some(), "{fact}");
    }
    let two = read(&(row("zz-1", "2019-05-04") + &row("zz-2", "2019-06-04")));
    assert_eq!(clock(&two, "LBN", "4(1)(b)", date(2023, 6, 30)).computed, None);
    let leap = read(&row("zz-1", "2016-02-29"));
    let refused = clock(&leap, "LBN", "4(1)(b)", date(2023, 6, 30));
    assert_eq!(refused.computed, None, "29 February and ten years is no day");
    assert!(refused.missing[0].contains("has no day 29"), "{:?}", refused.missing);
}

#[test]
fn clocks_of_a_state_that_may_be_bound_come_without_a_day() {
    let header = "treaty,iso3,state,signed,ratified_or_acceded,kind,provisional_application_from,\
                  entry_into_force,entry_into_force_basis,withdrawal_deposited,\
                  withdrawn_effective,checked_as_of,source_id,corroborating_source_ids,note\n";
    let row = "CCM,ZZZ,Testland,,2012,accession,,,,,,2024-06-01,law-ccm-text,,\n";
    let files = vec![("treaty_status.csv".to_owned(), format!("{header}{row}").into_bytes())];
    let folders = [shipped(), Folder { name: "own".to_owned(), files }];
    let record = Record::read(&folders).unwrap().record;
    let as_of = AsOf { on: date(2014, 1, 1), known_by: TODAY };
    let clocks = clocks(&record, &StateCode::new("ZZZ"), as_of);
    assert_eq!(clocks.len(), 5);
    for clock in clocks {
        assert_eq!((clock.computed, clock.clock_state), (None, ClockState::NoDay));
        assert!(!clock.missing.is_empty());
    }
}
