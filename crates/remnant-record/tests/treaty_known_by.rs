//! What became known later never changes what could be said before.
#![allow(clippy::unwrap_used, reason = "a missing value fails the test")]

use std::sync::LazyLock;

use jiff::ToSpan;
use jiff::civil::{Date, date};
use proptest::prelude::*;
use remnant_record::table::Treaty;
use remnant_record::treaty::{clocks, counts, status, withdrawal};
use remnant_record::{AsOf, Folder, Record, StateCode, shipped};

static SHIPPED: LazyLock<Record> = LazyLock::new(|| Record::read(&[shipped()]).unwrap().record);

const STATES: [&str; 8] = ["LTU", "NGA", "USA", "DEU", "PER", "LBN", "IND", "VUT"];

fn folder(files: &[(&str, &str, String)]) -> Folder {
    let files = files
        .iter()
        .map(|(name, header, row)| ((*name).to_owned(), format!("{header}\n{row}\n").into_bytes()))
        .collect();
    Folder { name: "later".to_owned(), files }
}

/// Rows on a state that was in the record before, on one that was not, and on facts that answers
/// look for, all known from one day.
fn later_rows(state: &str, known_from: Date, value: &str) -> Folder {
    let statements = "id,subject,property,value,value_kind,unit,valid_from,valid_to,speaker,\
                      speaker_named,standing,evidence,known_from,source_id,locator,\
                      corroborating_source_ids,same_origin_as,acceptance_line,note";
    let statement = |id, property, value: &str, kind| {
        format!(
            "{id},state {state},{property},{value},{kind},,2009-01-01,,A speaker,yes,confirmed,\
             claim,{known_from},law-ccm-text,,,,,"
        )
    };
    folder(&[
        (
            "treaty_status.csv",
            "treaty,iso3,state,signed,ratified_or_acceded,kind,provisional_application_from,\
             entry_into_force,entry_into_force_basis,withdrawal_deposited,withdrawn_effective,\
             checked_as_of,source_id,corroborating_source_ids,note,known_from",
            format!(
                "CCM,ZZZ,Testland,2009-01-02,2009-03-04,ratification,2009-03-04,2010-08-01,\
                 stated-and-computed,2012-01-01,2012-07-01,2026-11-20,law-ccm-text,,,{known_from}"
            ),
        ),
        (
            "published_deadlines.csv",
            "id,treaty,iso3,article,deadline,kind,source_id,note,known_from",
            format!("zz-3,CCM,{state},3,2031-01-01,extended,law-ccm-text,,{known_from}"),
        ),
        (
            "statements.csv",
            statements,
            statement("zz-1", "in-armed-conflict", value, "text")
                + "\n"
                + &statement("zz-2", "end-of-active-hostilities", "2011-02-03", "date"),
        ),
    ])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn nothing_known_later_changes_status_counts_or_clocks(
        known_by in 0i32..6_500, later in 1i32..400, apart in -2_000i32..2_000,
        state in prop::sample::select(&STATES[..]), value in prop::sample::select(&["yes", "no"][..]),
    ) {
        let known_by = date(2008, 12, 1).checked_add(known_by.days()).unwrap();
        let known_from = known_by.checked_add(later.days()).unwrap();
        let on = known_by.checked_add(apart.days()).unwrap();
        let as_of = AsOf { on, known_by };
        let more = Record::read(&[shipped(), later_rows(state, known_from, value)]).unwrap().record;
        for treaty in Treaty::ALL {
            prop_assert_eq!(counts(&SHIPPED, treaty, as_of), counts(&more, treaty, as_of));
            for state in [state, "ZZZ"] {
                let state = StateCode::new(state);
                prop_assert_eq!(
                    status(&SHIPPED, treaty, &state, as_of), status(&more, treaty, &state, as_of)
                );
                prop_assert_eq!(
                    withdrawal(&SHIPPED, treaty, &state, as_of),
                    withdrawal(&more, treaty, &state, as_of)
                );
                prop_assert_eq!(clocks(&SHIPPED, &state, as_of), clocks(&more, &state, as_of));
            }
        }
    }
}

/// The rows of the property above do change answers once they are known: it tests something.
#[test]
fn the_same_rows_change_answers_once_they_are_known() {
    let known_from = date(2023, 1, 1);
    let more = Record::read(&[shipped(), later_rows("LBN", known_from, "no")]).unwrap().record;
    let as_of = AsOf::day(known_from);
    assert_ne!(counts(&SHIPPED, Treaty::Ccm, as_of), counts(&more, Treaty::Ccm, as_of));
    let lebanon = StateCode::new("LBN");
    assert_ne!(clocks(&SHIPPED, &lebanon, as_of), clocks(&more, &lebanon, as_of));
}
