//! Where states stand, how many stand where, and what is not known of it.
#![allow(clippy::unwrap_used, reason = "a missing value fails the test")]

use jiff::civil::{Date, date};
use remnant_record::table::Treaty;
use remnant_record::treaty::{TreatyStanding, counts, entry_into_force, status, withdrawal};
use remnant_record::{AsOf, Folder, PartialDate, Record, StateCode, shipped};

const TODAY: Date = date(2026, 11, 23);

fn record() -> Record {
    Record::read(&[shipped()]).unwrap().record
}

fn with(file: &str, rows: &str) -> Record {
    let file = (file.to_owned(), rows.as_bytes().to_vec());
    Record::read(&[shipped(), Folder { name: "own".to_owned(), files: vec![file] }]).unwrap().record
}

fn treaty_row(cells: &str) -> Record {
    let header = "treaty,iso3,state,signed,ratified_or_acceded,kind,provisional_application_from,\
                  entry_into_force,entry_into_force_basis,withdrawal_deposited,\
                  withdrawn_effective,checked_as_of,source_id,corroborating_source_ids,note\n";
    with("treaty_status.csv", &format!("{header}{cells}\n"))
}

fn statement_rows(rows: &str) -> Record {
    let header = "id,subject,property,value,value_kind,unit,valid_from,valid_to,speaker,\
                  speaker_named,standing,evidence,known_from,source_id,locator,\
                  corroborating_source_ids,same_origin_as,acceptance_line,note\n";
    with("statements.csv", &format!("{header}{rows}\n"))
}

fn of(record: &Record, treaty: Treaty, state: &str, as_of: AsOf) -> TreatyStanding {
    status(record, treaty, &StateCode::new(state), as_of).standing
}

/// `record/law.md`, section 2, row for row.
const GOLDEN: [(Date, usize, usize, usize); 15] = [
    (date(2010, 2, 16), 30, 0, 74),
    (date(2010, 8, 1), 38, 30, 70),
    (date(2011, 8, 25), 61, 52, 48),
    (date(2013, 7, 31), 83, 77, 29),
    (date(2016, 8, 15), 100, 98, 19),
    (date(2018, 8, 1), 103, 102, 17),
    (date(2019, 7, 31), 106, 106, 14),
    (date(2022, 8, 1), 110, 110, 13),
    (date(2023, 6, 30), 111, 110, 12),
    (date(2023, 9, 2), 112, 111, 12),
    (date(2025, 3, 5), 112, 112, 12),
    (date(2025, 3, 6), 111, 111, 12),
    (date(2025, 9, 15), 112, 111, 12),
    (date(2026, 1, 23), 112, 111, 12),
    (date(2026, 3, 1), 112, 112, 12),
];

#[test]
fn every_published_total_is_reproduced_as_known_today_and_as_known_on_its_day() {
    let record = record();
    for (on, deposited, in_force, signed) in GOLDEN {
        for known_by in [TODAY, on] {
            let counts = counts(&record, Treaty::Ccm, AsOf { on, known_by });
            let found =
                (counts.deposited.number, counts.in_force.number, counts.signature_only.number);
            assert_eq!(found, (deposited, in_force, signed), "on {on} as known by {known_by}");
            assert_eq!(counts.open.number, 0, "on {on} as known by {known_by}");
            assert_eq!(counts.deposited.states.len(), deposited);
        }
    }
}

#[test]
fn a_total_for_today_says_to_which_day_it_is_confirmed() {
    let counts = counts(&record(), Treaty::Ccm, AsOf::day(TODAY));
    assert_eq!(counts.deposited.number, 112);
    assert_eq!(counts.last_confirmed, Some(date(2026, 1, 23)));
    assert!(counts.words().ends_with("; last confirmed 2026-01-23"), "{}", counts.words());
}

#[test]
fn nigeria_is_the_difference_between_111_and_110() {
    let record = record();
    let on = |day| of(&record, Treaty::Ccm, "NGA", AsOf::day(day));
    assert_eq!(on(date(2009, 6, 11)), TreatyStanding::None);
    assert_eq!(on(date(2023, 2, 27)), TreatyStanding::Signatory);
    assert_eq!(on(date(2023, 2, 28)), TreatyStanding::ConsentedNotYetInForce);
    assert_eq!(on(date(2023, 7, 31)), TreatyStanding::ConsentedNotYetInForce);
    assert_eq!(on(date(2023, 8, 1)), TreatyStanding::Bound);
    let answer = status(&record, Treaty::Ccm, &StateCode::new("NGA"), AsOf::day(date(2023, 6, 30)));
    let entry = answer.acts.in_force.unwrap();
    assert_eq!(entry.published, Some(PartialDate::Day(date(2023, 8, 1))));
    assert_eq!(entry.computed, Some(date(2023, 8, 1)));
    assert_eq!(entry.agrees, Some(true));
    assert_eq!(answer.row.as_deref(), Some("ccm-nga"));
    assert!(answer.words.contains("in force from 2023-08-01"), "{}", answer.words);
    for fact in &answer.facts {
        assert!(record.statement(fact).is_some(), "{fact}");
    }
}

#[test]
fn lithuania_is_bound_until_its_notice_works_and_the_notice_is_known_six_months_before() {
    let record = record();
    let on = |day| of(&record, Treaty::Ccm, "LTU", AsOf::day(day));
    assert_eq!(on(date(2024, 9, 5)), TreatyStanding::Bound);
    assert_eq!(on(date(2024, 9, 6)), TreatyStanding::Withdrawing);
    assert_eq!(on(date(2025, 3, 5)), TreatyStanding::Withdrawing);
    assert_eq!(on(date(2025, 3, 6)), TreatyStanding::Former);
    let known_before_the_notice = AsOf { on: date(2025, 3, 6), known_by: date(2024, 9, 5) };
    assert_eq!(of(&record, Treaty::Ccm, "LTU", known_before_the_notice), TreatyStanding::Bound);
    let lithuania = StateCode::new("LTU");
    let notice = withdrawal(&record, Treaty::Ccm, &lithuania, AsOf::day(date(2025, 3, 6))).unwrap();
    assert_eq!(notice.earliest, Some(date(2025, 3, 6)));
    assert_eq!(notice.agrees, Some(true));
    assert_eq!(notice.in_armed_conflict, None);
    assert_eq!(notice.missing.len(), 1, "whether it was in an armed conflict is not recorded");
    assert!(withdrawal(&record, Treaty::Ccm, &lithuania, AsOf::day(date(2024, 9, 5))).is_none());
}

const WITHDRAWING: &str = "CCM,ZZZ,Testland,,2012-03-05,accession,,2012-09-01,,2024-01-10,,\
                           2024-06-01,law-ccm-text,,";

#[test]
fn a_withdrawal_without_a_recorded_end_is_unknown_until_the_armed_conflict_is() {
    let record = treaty_row(WITHDRAWING);
    let on = |day| status(&record, Treaty::Ccm, &StateCode::new("ZZZ"), AsOf::day(day));
    assert_eq!(on(date(2024, 7, 9)).standing, TreatyStanding::Withdrawing);
    let after = on(date(2024, 7, 10));
    assert_eq!(after.standing, TreatyStanding::Unknown);
    assert!(after.missing.iter().any(|m| m.contains("armed conflict")), "{after:?}");
}

#[test]
fn a_recorded_peace_or_war_settles_the_withdrawal_as_far_as_it_can() {
    let statement = |value: &str| {
        let header = "id,subject,property,value,value_kind,unit,valid_from,valid_to,speaker,\
                      speaker_named,standing,evidence,known_from,source_id,locator,\
                      corroborating_source_ids,same_origin_as,acceptance_line,note\n";
        format!(
            "{header}zz-1,state ZZZ,in-armed-conflict,{value},text,,2024-01-01,,A speaker,yes,\
             confirmed,claim,2024-07-01,law-ccm-text,,,,,\n"
        )
    };
    let read = |value: &str| {
        let header = "treaty,iso3,state,signed,ratified_or_acceded,kind,\
                      provisional_application_from,entry_into_force,entry_into_force_basis,\
                      withdrawal_deposited,withdrawn_effective,checked_as_of,source_id,\
                      corroborating_source_ids,note\n";
        let files = vec![
            ("treaty_status.csv".to_owned(), format!("{header}{WITHDRAWING}\n").into_bytes()),
            ("statements.csv".to_owned(), statement(value).into_bytes()),
        ];
        Record::read(&[shipped(), Folder { name: "own".to_owned(), files }]).unwrap().record
    };
    let standing = |value| of(&read(value), Treaty::Ccm, "ZZZ", AsOf::day(date(2024, 7, 10)));
    assert_eq!(standing("no"), TreatyStanding::Former);
    assert_eq!(standing("yes"), TreatyStanding::Unknown);
}

#[test]
fn the_conventions_table_is_complete_so_absence_means_outside_with_the_day_it_was_checked() {
    let record = record();
    for (state, row) in
        [("USA", Some("ccm-usa")), ("UKR", Some("ccm-ukr")), ("RUS", Some("ccm-rus"))]
    {
        let state = StateCode::new(state);
        let answer = status(&record, Treaty::Ccm, &state, AsOf::day(date(2023, 6, 30)));
        assert_eq!(answer.standing, TreatyStanding::None);
        assert_eq!(answer.row.as_deref(), row);
        assert_eq!(answer.checked_as_of, Some(date(2023, 6, 30)));
        assert!(answer.words.ends_with("recorded; checked 2023-06-30"), "{}", answer.words);
    }
    let absent = status(&record, Treaty::Ccm, &StateCode::new("IND"), AsOf::day(date(2023, 6, 30)));
    assert_eq!(absent.standing, TreatyStanding::None);
    assert_eq!(absent.checked_as_of, Some(date(2023, 6, 30)), "no later than what was known");
    assert!(absent.words.contains("not in the table"), "{}", absent.words);
    let lithuania = StateCode::new("LTU");
    let checked_in_2025 = status(&record, Treaty::Ccm, &lithuania, AsOf::day(date(2023, 6, 30)));
    assert_eq!(checked_in_2025.checked_as_of, Some(date(2023, 6, 30)));
    let later = status(&record, Treaty::Ccm, &StateCode::new("IND"), AsOf::day(TODAY));
    assert_eq!(later.checked_as_of, Some(date(2026, 1, 23)));
}

#[test]
fn a_state_missing_from_an_incomplete_table_is_unknown() {
    let record = record();
    for treaty in [Treaty::ProtocolV, Treaty::Apmbc] {
        let answer = status(&record, treaty, &StateCode::new("ZZZ"), AsOf::day(TODAY));
        assert_eq!(answer.standing, TreatyStanding::Unknown);
        assert_eq!(answer.missing.len(), 1);
    }
}

#[test]
fn consent_to_protocol_v_is_told_without_a_computed_day() {
    let record = record();
    for (state, day) in
        [("UKR", date(2005, 5, 17)), ("RUS", date(2008, 7, 21)), ("USA", date(2009, 1, 21))]
    {
        let state = StateCode::new(state);
        let answer = status(&record, Treaty::ProtocolV, &state, AsOf::day(date(2023, 6, 30)));
        assert_eq!(answer.standing, TreatyStanding::ConsentRecorded);
        assert_eq!(answer.standing.is_bound(), None);
        assert_eq!(answer.since, Some(PartialDate::Day(day)));
        assert_eq!(answer.acts.in_force, None);
        assert!(answer.missing[0].contains("entered into force"), "{:?}", answer.missing);
    }
}

#[test]
fn provisional_application_lasts_from_the_deposit_to_the_entry_into_force() {
    let record = record();
    for (state, from, bound) in [
        ("BLZ", date(2014, 9, 2), date(2015, 3, 1)),
        ("LTU", date(2011, 3, 24), date(2011, 9, 1)),
        ("NOR", date(2008, 12, 3), date(2010, 8, 1)),
        ("CHE", date(2012, 7, 17), date(2013, 1, 1)),
    ] {
        let applies = |on| {
            let as_of = AsOf { on, known_by: TODAY };
            status(&record, Treaty::Ccm, &StateCode::new(state), as_of).provisional_application
        };
        assert_eq!(applies(from.yesterday().unwrap()), Some(false), "{state}");
        assert_eq!(applies(from), Some(true), "{state}");
        assert_eq!(applies(bound.yesterday().unwrap()), Some(true), "{state}");
        assert_eq!(applies(bound), Some(false), "{state}");
    }
}

#[test]
fn a_month_leaves_its_days_open() {
    let record =
        treaty_row("CCM,ZZZ,Testland,2009-05,2012-03,ratification,,,,,,2024-06-01,law-ccm-text,,");
    let on = |day| {
        status(&record, Treaty::Ccm, &StateCode::new("ZZZ"), AsOf { on: day, known_by: TODAY })
    };
    assert_eq!(on(date(2009, 4, 30)).standing, TreatyStanding::None);
    let open = on(date(2009, 5, 15));
    assert_eq!(open.standing, TreatyStanding::Unknown);
    assert!(open.missing[0].contains("2009-05"), "{open:?}");
    assert_eq!(on(date(2009, 5, 31)).standing, TreatyStanding::Signatory);
    assert_eq!(on(date(2012, 3, 15)).standing, TreatyStanding::Unknown);
    assert_eq!(on(date(2012, 3, 31)).standing, TreatyStanding::ConsentedNotYetInForce);
    assert_eq!(on(date(2012, 9, 1)).standing, TreatyStanding::Bound);
    let counts = counts(&record, Treaty::Ccm, AsOf { on: date(2012, 3, 15), known_by: TODAY });
    assert_eq!(counts.open.states, [StateCode::new("ZZZ")]);
    assert!(counts.words().contains("at least"), "{}", counts.words());
}

#[test]
fn published_and_computed_days_that_differ_leave_the_days_between_unknown() {
    let record = treaty_row(
        "CCM,ZZZ,Testland,,2012-03-05,accession,,2012-10-01,stated-and-computed,,,2024-06-01,\
         law-ccm-text,,",
    );
    let on = |day| status(&record, Treaty::Ccm, &StateCode::new("ZZZ"), AsOf::day(day));
    assert_eq!(on(date(2012, 8, 31)).standing, TreatyStanding::ConsentedNotYetInForce);
    let between = on(date(2012, 9, 15));
    assert_eq!(between.standing, TreatyStanding::Unknown);
    assert_eq!(between.acts.in_force.unwrap().agrees, Some(false));
    assert_eq!(on(date(2012, 10, 1)).standing, TreatyStanding::Bound);
}

#[test]
fn article_17_gives_every_day_of_entry_into_force_in_the_table() {
    let record = record();
    let mut stated = 0;
    for row in record.participations.iter().filter(|p| p.treaty == Treaty::Ccm) {
        let Some(deposited) = &row.deposited else { continue };
        let computed = entry_into_force(Treaty::Ccm, deposited.date.day().unwrap()).unwrap();
        let recorded = row.in_force.as_ref().unwrap().date;
        assert_eq!(recorded, PartialDate::Day(computed), "{}", row.cited.id);
        stated += usize::from(row.in_force_is_stated);
    }
    assert_eq!(stated, 27, "days that were published singly");
}

#[test]
fn those_who_left_the_mine_ban_convention_are_former_by_the_recorded_day() {
    let record = record();
    for (state, day) in
        [("EST", date(2025, 12, 27)), ("LVA", date(2025, 12, 27)), ("FIN", date(2026, 1, 10))]
    {
        assert_eq!(of(&record, Treaty::Apmbc, state, AsOf::day(day)), TreatyStanding::Former);
        let before = AsOf::day(day.yesterday().unwrap());
        assert_eq!(of(&record, Treaty::Apmbc, state, before), TreatyStanding::ConsentRecorded);
    }
}

#[test]
fn an_empty_record_knows_of_nobody() {
    let record = Record::default();
    let answer = status(&record, Treaty::Ccm, &StateCode::new("LTU"), AsOf::day(TODAY));
    assert_eq!(answer.standing, TreatyStanding::Unknown, "an unchecked table shows no absence");
    assert_eq!(counts(&record, Treaty::Ccm, AsOf::day(TODAY)).last_confirmed, None);
}

#[test]
fn contradicting_statements_on_a_conflict_leave_it_unknown() {
    let record = statement_rows(
        "zz-1,state LTU,in-armed-conflict,no,text,,2025-01-01,,A,yes,confirmed,claim,2025-01-01,\
         law-ccm-text,,,,,\n\
         zz-2,state LTU,in-armed-conflict,yes,text,,2025-01-01,,B,yes,confirmed,claim,2025-02-01,\
         law-ccm-text,,,,,",
    );
    let conflict = |known_by| {
        let as_of = AsOf { on: date(2025, 3, 6), known_by };
        withdrawal(&record, Treaty::Ccm, &StateCode::new("LTU"), as_of).unwrap().in_armed_conflict
    };
    assert_eq!(conflict(date(2025, 1, 31)), Some(false));
    assert_eq!(conflict(date(2025, 2, 1)), None);
}
