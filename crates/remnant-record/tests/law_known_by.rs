//! What became known later never changes what the law could be said to say before.
#![allow(clippy::unwrap_used, reason = "a missing value fails the test")]

use std::sync::LazyLock;

use jiff::ToSpan;
use jiff::civil::{Date, date};
use proptest::prelude::*;
use remnant_record::law::{Definition, TransferQuestion, cluster_munition, decision, transfer};
use remnant_record::{AsOf, Folder, MunitionId, Record, StateCode, shipped};

static SHIPPED: LazyLock<Record> = LazyLock::new(|| Record::read(&[shipped()]).unwrap().record);

/// A row of every table that the answers look into, each known from one day.
fn later_rows(known_from: Date, munition: &str, state: &str) -> Folder {
    let files: [(&str, &str, String); 7] = [
        (
            "statements.csv",
            "id,subject,property,value,value_kind,unit,valid_from,valid_to,speaker,speaker_named,\
             standing,evidence,known_from,source_id,locator,corroborating_source_ids,\
             same_origin_as,acceptance_line,note",
            format!(
                "zz-1,munition {munition},submunitions-per-munition,9,count,,,,A,yes,confirmed,\
                 claim,{known_from},law-ccm-text,,,,,\n\
                 zz-2,transfer us-ukraine-dpicm,decision-status,not decided,text,,2020-01-01,,A,\
                 yes,confirmed,claim,{known_from},law-ccm-text,,,,,"
            ),
        ),
        (
            "treaty_status.csv",
            "treaty,iso3,state,signed,ratified_or_acceded,kind,provisional_application_from,\
             entry_into_force,entry_into_force_basis,withdrawal_deposited,withdrawn_effective,\
             checked_as_of,source_id,corroborating_source_ids,note,known_from",
            format!(
                "CCM,ZZZ,Testland,2009-01-02,2009-03-04,ratification,,2010-08-01,\
                 stated-and-computed,,,2026-11-20,law-ccm-text,,,{known_from}"
            ),
        ),
        (
            "national_rules.csv",
            "rule_id,country_iso3,country,instrument,provision,in_force_from,in_force_to,\
             date_basis,restricts,actor_bound,condition_predicate,predicate_meaning,\
             waiver_or_exception,evidence,source_id,corroborating_source_ids,note,known_from",
            format!(
                "zz-act,{state},A state,An act,section 1,2000-01-01,,test,transfer,anyone,BLOCK,,,\
                 text read,law-ccm-text,,,{known_from}"
            ),
        ),
        (
            "readings.csv",
            "id,key,provisions,reading,effect,held_by,source_id,corroborating_source_ids,note,\
             known_from",
            format!(
                "zz-3,transit,ccm-1-1-b-transfer;ccm-1-1-c,Another reading,caught,,law-ccm-text,,,\
                 {known_from}\n\
                 zz-4,us-waiver-reach,us-dodapprop-since2017,Another,caught,,law-ccm-text,,,\
                 {known_from}"
            ),
        ),
        (
            "dud_rates.csv",
            "id,munition_id,submunition_id,context,place,year,n_tested,n_duds,rate_low_pct,\
             rate_high_pct,rate_point_pct,conditions,claimed_by,source_id,evidence,\
             same_origin_as,note,known_from",
            format!(
                "zz-5,{munition},m42-m46,official claim,A place,2000,,,,,0.5,,A,law-ccm-text,\
                 claim,,,{known_from}"
            ),
        ),
        (
            "timeline.csv",
            "event_id,date,date_precision,event,actors,place_or_forum,claim_status,attribution,\
             source_id,corroborating_source_ids,note,known_from",
            format!(
                "zz-6,2009-01-01,day,A waiver was signed,A,,confirmed,A,law-ccm-text,,,{known_from}"
            ),
        ),
        (
            "obligations.csv",
            "obligation_id,instrument,article,short_title,binds,trigger,deadline_rule,\
             deadline_anchor,deadline_period,extension,summary,interpretation,source_id,known_from",
            format!(
                "zz-7,CCM,1,A duty,state party,,continuous,,,,A summary,\"disputed: transit\",\
                 law-ccm-text,{known_from}"
            ),
        ),
    ];
    let files = files
        .into_iter()
        .map(|(file, header, rows)| (file.to_owned(), format!("{header}\n{rows}\n").into_bytes()))
        .collect();
    Folder { name: "later".to_owned(), files }
}

fn question(munition: &str, state: &str) -> TransferQuestion {
    TransferQuestion {
        exporter: StateCode::new("USA"),
        recipient: StateCode::new("ZZZ"),
        transit: vec![StateCode::new("DEU"), StateCode::new(state), StateCode::new("ZZZ")],
        munition: MunitionId::new(munition),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn nothing_known_later_changes_what_the_law_says(
        known_by in 0i32..6_500, later in 1i32..400, apart in -2_000i32..2_000,
        munition in prop::sample::select(&["m864", "m483a1", "dpicm-155-us", "m999"][..]),
        state in prop::sample::select(&["GBR", "CAN", "LTU", "IND"][..]),
    ) {
        let known_by = date(2008, 12, 1).checked_add(known_by.days()).unwrap();
        let known_from = known_by.checked_add(later.days()).unwrap();
        let as_of = AsOf { on: known_by.checked_add(apart.days()).unwrap(), known_by };
        let more =
            Record::read(&[shipped(), later_rows(known_from, munition, state)]).unwrap().record;
        let question = question(munition, state);
        prop_assert_eq!(transfer(&SHIPPED, &question, as_of), transfer(&more, &question, as_of));
        let transfer = "us-ukraine-dpicm";
        prop_assert_eq!(decision(&SHIPPED, transfer, as_of), decision(&more, transfer, as_of));
        for definition in Definition::ALL {
            let munition = MunitionId::new(munition);
            prop_assert_eq!(
                cluster_munition(&SHIPPED, &munition, definition, as_of),
                cluster_munition(&more, &munition, definition, as_of)
            );
        }
    }
}

/// The rows of the property above do change answers once they are known: it tests something.
#[test]
fn the_same_rows_change_answers_once_they_are_known() {
    let day = date(2023, 6, 30);
    let more = Record::read(&[shipped(), later_rows(day, "m483a1", "GBR")]).unwrap().record;
    let (as_of, question) = (AsOf::day(day), question("m483a1", "GBR"));
    let before = transfer(&SHIPPED, &question, as_of).unwrap();
    let after = transfer(&more, &question, as_of).unwrap();
    for id in [
        "recipient-zzz-ccm-17-2-status",
        "transit-deu-ccm-1-1-b-transfer",
        "exporter-usa-us-sfops-2023-rate",
        "exporter-usa-us-faa-614-a1-recorded",
        "transit-gbr-zz-act",
    ] {
        assert_ne!(before.answer(id), after.answer(id), "{id}");
    }
    let decided = |record| decision(record, "us-ukraine-dpicm", as_of).unwrap();
    assert_ne!(decided(&SHIPPED), decided(&more));
}
