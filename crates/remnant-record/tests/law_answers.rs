//! Every answer carries its trace, and none says more than it rests on.
#![allow(clippy::unwrap_used, reason = "a missing value fails the test")]

use std::collections::HashSet;

use jiff::civil::{Date, date};
use remnant_record::law::{
    Definition, EvidenceGrade, ProvisionAnswer, TransferLaw, TransferQuestion, Verdict,
    cluster_munition, decision, transfer,
};
use remnant_record::table::Treaty;
use remnant_record::treaty::status;
use remnant_record::{AsOf, Folder, MunitionId, Record, StateCode, shipped};

const TODAY: Date = date(2026, 11, 23);

fn record() -> Record {
    Record::read(&[shipped()]).unwrap().record
}

fn with(file: &str, rows: &str) -> Record {
    let files = vec![(file.to_owned(), rows.as_bytes().to_vec())];
    Record::read(&[shipped(), Folder { name: "own".to_owned(), files }]).unwrap().record
}

fn question(exporter: &str, recipient: &str, transit: &[&str], munition: &str) -> TransferQuestion {
    TransferQuestion {
        exporter: StateCode::new(exporter),
        recipient: StateCode::new(recipient),
        transit: transit.iter().copied().map(StateCode::new).collect(),
        munition: MunitionId::new(munition),
    }
}

fn asked(record: &Record, question: &TransferQuestion, as_of: AsOf) -> TransferLaw {
    transfer(record, question, as_of).unwrap()
}

fn verdict(law: &TransferLaw, id: &str) -> Verdict {
    law.answer(id).unwrap_or_else(|| panic!("no answer {id}")).verdict
}

/// Every state with a national provision in every role, and some without, on days before and
/// after most of the record was public.
fn many_answers(record: &Record) -> Vec<(AsOf, ProvisionAnswer)> {
    let mut states: Vec<&str> =
        record.national_rules.iter().map(|rule| rule.state.as_str()).collect();
    states.extend(["UKR", "RUS", "NGA", "IND", "LTU", "ZZZ"]);
    states.sort_unstable();
    states.dedup();
    let mut answers = Vec::new();
    for (index, state) in states.iter().enumerate() {
        let other = states[(index + 5) % states.len()];
        for munition in ["m483a1", "m864", "m999", "dpicm-155-us", "mk20-rockeye", "no-such"] {
            for day in
                [date(2000, 1, 1), date(2009, 1, 1), date(2012, 6, 1), date(2023, 6, 30), TODAY]
            {
                for known_by in [day, TODAY] {
                    let as_of = AsOf { on: day, known_by };
                    let question = question(state, other, &[other, state, other], munition);
                    let law = asked(record, &question, as_of);
                    answers.extend(law.answers.into_iter().map(|answer| (as_of, answer)));
                }
            }
        }
    }
    answers
}

#[test]
fn no_answer_says_that_conduct_is_lawful_or_unlawful() {
    let record = record();
    let clean = |text: String| {
        assert!(!text.to_lowercase().contains("lawful"), "{text}");
    };
    for (_, answer) in many_answers(&record) {
        clean(format!("{answer:?}"));
    }
    for as_of in [AsOf::day(date(2023, 6, 30)), AsOf::day(TODAY)] {
        clean(format!("{:?}", decision(&record, "us-ukraine-dpicm", as_of)));
        for definition in Definition::ALL {
            let munition = MunitionId::new("m864");
            clean(format!("{:?}", cluster_munition(&record, &munition, definition, as_of)));
        }
        for participation in &record.participations {
            let answer = status(&record, participation.treaty, &participation.state, as_of);
            clean(format!("{answer:?}"));
        }
    }
}

#[test]
fn every_answer_walks_back_to_statements_and_sources_that_were_known_by_the_day() {
    let record = record();
    for (as_of, answer) in many_answers(&record) {
        for fact in &answer.facts {
            let statement = record
                .statement(fact)
                .unwrap_or_else(|| panic!("{}: no statement `{fact}`", answer.id));
            assert!(statement.is_known_by(as_of.known_by), "{} rests on {fact}", answer.id);
        }
        for source in &answer.sources {
            assert!(record.source(source).is_some(), "{} cites {source}", answer.id);
        }
        for reading in &answer.readings {
            let row = record.readings.iter().find(|row| row.cited.id == *reading).unwrap();
            assert!(row.cited.is_known_by(as_of.known_by), "{} reads {reading}", answer.id);
        }
    }
}

#[test]
fn unknown_names_what_is_missing_and_disputed_names_every_outcome() {
    for (as_of, answer) in many_answers(&record()) {
        match answer.verdict {
            Verdict::Unknown => assert!(!answer.missing.is_empty(), "{as_of:?} {answer:?}"),
            Verdict::Disputed => {
                assert!(answer.outcomes.len() >= 2, "{answer:?}");
                let outcomes: HashSet<_> = answer.outcomes.iter().map(|o| o.verdict).collect();
                assert!(outcomes.len() >= 2, "{answer:?}");
                assert!(answer.outcomes.iter().all(|o| !o.readings.is_empty()), "{answer:?}");
            }
            Verdict::Holds => assert!(!answer.facts.is_empty(), "{answer:?}"),
            // What does not hold rests on a fact, or on an absence that is said in words.
            Verdict::DoesNotHold => assert!(
                !answer.facts.is_empty()
                    || answer.words.contains("not in the table")
                    || answer.words.contains("is recorded")
                    || answer.row.starts_with("ccm-"),
                "{answer:?}"
            ),
        }
    }
}

#[test]
fn ids_are_unique_in_an_answer() {
    let record = record();
    let question = question("USA", "UKR", &["DEU", "GBR", "DEU", "USA"], "m483a1");
    let law = asked(&record, &question, AsOf::day(TODAY));
    let ids: HashSet<_> = law.answers.iter().map(|answer| &answer.id).collect();
    assert_eq!(ids.len(), law.answers.len());
}

#[test]
fn a_transfer_by_a_party_falls_under_the_ban_unless_a_permitted_purpose_is_shown() {
    let record = record();
    let by = |recipient| {
        let question = question("DEU", recipient, &[], "m483a1");
        asked(&record, &question, AsOf::day(date(2023, 6, 30)))
    };
    assert_eq!(verdict(&by("UKR"), "exporter-deu-ccm-1-1-b-transfer"), Verdict::Holds);
    assert_eq!(verdict(&by("UKR"), "exporter-deu-de-kwkg-18a-after-exceptions"), Verdict::Holds);
    let to_a_party = by("FRA");
    let ban = to_a_party.answer("exporter-deu-ccm-1-1-b-transfer").unwrap();
    assert_eq!(ban.verdict, Verdict::Unknown);
    assert!(ban.missing.iter().any(|m| m.contains("Articles 3(6) and 3(7)")), "{ban:?}");
    assert_eq!(verdict(&by("UKR"), "exporter-deu-ccm-21-2"), Verdict::Holds);
    assert_eq!(verdict(&to_a_party, "exporter-deu-ccm-21-2"), Verdict::DoesNotHold);
}

#[test]
fn a_state_that_applies_article_1_provisionally_is_reached_by_it_and_not_called_bound() {
    let record = record();
    let question = question("LTU", "UKR", &[], "m483a1");
    let law = asked(&record, &question, AsOf::day(date(2011, 5, 1)));
    assert_eq!(verdict(&law, "exporter-ltu-ccm-17-2-status"), Verdict::DoesNotHold);
    assert_eq!(verdict(&law, "exporter-ltu-ccm-1-1-b-transfer"), Verdict::Holds);
    let former = asked(&record, &question, AsOf::day(date(2025, 3, 6)));
    assert_eq!(verdict(&former, "exporter-ltu-ccm-1-1-b-transfer"), Verdict::DoesNotHold);
}

/// Deposited, not yet in force: whether Article 1 reached it depends on a declaration under
/// Article 18, of which none was seen. Not seen is not "none".
#[test]
fn nigeria_was_not_bound_as_a_state_of_transit_and_might_have_applied_article_1() {
    let record = record();
    let question = question("USA", "UKR", &["NGA"], "m483a1");
    let asked_on = |day| asked(&record, &question, AsOf::day(day));
    let june = asked_on(date(2023, 6, 30));
    assert_eq!(verdict(&june, "transit-nga-ccm-17-2-status"), Verdict::DoesNotHold);
    let transfer = june.answer("transit-nga-ccm-1-1-b-transfer").expect("an answer");
    assert!(transfer.outcomes.iter().all(|outcome| outcome.verdict != Verdict::Holds));
    assert!(transfer.missing.iter().any(|missing| missing.contains("provisionally")));
    let august = asked_on(date(2023, 8, 1));
    let transfer = august.answer("transit-nga-ccm-1-1-b-transfer").expect("an answer");
    assert_eq!(transfer.verdict, Verdict::Disputed);
    assert!(transfer.outcomes.iter().any(|outcome| outcome.verdict == Verdict::Holds));
}

/// Nine submunitions: the five features decide, and the record does not hold them.
#[test]
fn definitions_part_and_each_verdict_names_its_own() {
    let record = record();
    let is = |munition, definition| {
        cluster_munition(&record, &MunitionId::new(munition), definition, AsOf::day(TODAY))
    };
    let nine = is("m999", Definition::Ccm);
    assert_eq!(nine.verdict, Verdict::Unknown);
    assert!(nine.missing.iter().any(|missing| missing.contains("4 kg")), "{nine:?}");
    assert!(nine.words.contains("CCM Article 2(2)"), "{}", nine.words);
    assert_eq!(is("m999", Definition::UsUsage).verdict, Verdict::Holds);
    for definition in Definition::ALL {
        let many = is("m864", definition);
        assert_eq!(many.verdict, Verdict::Holds, "72 are ten or more");
        assert_eq!(many.evidence, EvidenceGrade::Secondary);
        assert!(many.words.contains("on secondary evidence"), "{}", many.words);
        assert_eq!(is("no-such", definition).verdict, Verdict::Unknown);
    }
    assert_eq!(is("m864", Definition::Ccm).missing, ["whether one submunition weighs under 20 kg"]);
    assert!(is("m864", Definition::Canada).missing.is_empty(), "no ceiling in the text seen");
    assert_eq!(is("mk20-rockeye", Definition::Ccm).verdict, Verdict::Unknown, "no count was seen");
    let before = AsOf { on: TODAY, known_by: date(2005, 1, 1) };
    let unknown = cluster_munition(&record, &MunitionId::new("m483a1"), Definition::Ccm, before);
    assert!(unknown.missing[0].contains("definition"), "{unknown:?}");
}

#[test]
fn counts_that_contradict_one_another_decide_nothing() {
    let header = "id,subject,property,value,value_kind,unit,valid_from,valid_to,speaker,\
                  speaker_named,standing,evidence,known_from,source_id,locator,\
                  corroborating_source_ids,same_origin_as,acceptance_line,note\n";
    let row = "zz-1,munition m999,submunitions-per-munition,12,count,submunitions,,,A,yes,\
               reported,claim,2025-12-01,law-ccm-text,,,,,\n";
    let record = with("statements.csv", &format!("{header}{row}"));
    let is = |known_by| {
        let as_of = AsOf { on: TODAY, known_by };
        cluster_munition(&record, &MunitionId::new("m999"), Definition::Ccm, as_of)
    };
    let both = is(TODAY);
    assert_eq!(both.verdict, Verdict::Unknown);
    assert!(both.missing.contains(&"which count of its submunitions is right".to_owned()));
}

#[test]
fn every_shipped_provision_is_coded_or_answered_as_not_coded() {
    let record = record();
    let mut not_coded = Vec::new();
    for rule in &record.national_rules {
        let state = rule.state.as_str();
        let question = question(state, "UKR", &[], "m483a1");
        let law = asked(&record, &question, AsOf::day(TODAY));
        let open = law.answers.iter().find(|answer| {
            answer.row == rule.cited.id
                && answer.missing.iter().any(|missing| missing.contains("not coded"))
        });
        if let Some(open) = open {
            assert_eq!(open.verdict, Verdict::Unknown);
            not_coded.push(rule.cited.id.as_str());
        }
    }
    assert_eq!(not_coded, ["nz-cmpa", "ie-cmapm-6", "za-apm"]);
}

#[test]
fn a_provision_of_somebody_elses_folder_is_unknown_until_it_is_coded() {
    let header = "rule_id,country_iso3,country,instrument,provision,in_force_from,in_force_to,\
                  date_basis,restricts,actor_bound,condition_predicate,predicate_meaning,\
                  waiver_or_exception,evidence,source_id,corroborating_source_ids,note\n";
    let row = "zz-act,UKR,Ukraine,An act,section 1,2020-01-01,,test,transfer,anyone,BLOCK transfer,\
               ,,text read,law-ccm-text,,\n";
    let record = with("national_rules.csv", &format!("{header}{row}"));
    let question = question("USA", "UKR", &[], "m483a1");
    let law = asked(&record, &question, AsOf::day(TODAY));
    let own = law.answer("recipient-ukr-zz-act").unwrap();
    assert_eq!(own.verdict, Verdict::Unknown);
    assert!(own.missing[0].contains("not coded"), "{own:?}");
}

#[test]
fn a_yearly_clause_is_not_stretched_past_its_fiscal_year() {
    let record = record();
    let question = question("USA", "UKR", &[], "m483a1");
    let on = |day| asked(&record, &question, AsOf { on: day, known_by: TODAY });
    let reach = |law: &TransferLaw, rule: &str| {
        law.answer(&format!("exporter-usa-{rule}-reach")).map(|answer| answer.verdict)
    };
    assert_eq!(reach(&on(date(2009, 6, 1)), "us-sfops-fy2009"), Some(Verdict::Holds));
    assert_eq!(reach(&on(date(2009, 6, 1)), "us-sfops-fy2008"), None, "a later year has begun");
    assert_eq!(reach(&on(date(2009, 11, 1)), "us-sfops-fy2009"), Some(Verdict::Unknown));
    assert_eq!(reach(&on(date(2010, 9, 30)), "us-sfops-fy2010"), Some(Verdict::Holds));
    assert_eq!(reach(&on(date(2010, 10, 1)), "us-sfops-fy2010"), Some(Verdict::Unknown));
    assert_eq!(reach(&on(date(2023, 9, 30)), "us-sfops-2023"), Some(Verdict::Holds));
    assert_eq!(reach(&on(date(2023, 10, 1)), "us-sfops-2023"), Some(Verdict::Unknown));
    assert_eq!(reach(&on(date(2023, 9, 30)), "us-dodapprop-since2017"), Some(Verdict::Holds));
    assert_eq!(reach(&on(date(2023, 10, 1)), "us-dodapprop-since2017"), Some(Verdict::Unknown));
    assert_eq!(reach(&on(date(2007, 12, 25)), "us-sfops-fy2008"), None, "not yet enacted");
}

#[test]
fn the_reach_of_a_waiver_is_disputed_only_once_both_readings_were_known() {
    let record = record();
    let question = question("USA", "UKR", &[], "m483a1");
    let reach = |known_by| {
        let as_of = AsOf { on: date(2023, 7, 7), known_by };
        let id = "exporter-usa-us-dodapprop-since2017-waiver-reach";
        asked(&record, &question, as_of).answer(id).unwrap().clone()
    };
    let none = reach(date(2023, 7, 6));
    assert_eq!((none.verdict, none.readings.len()), (Verdict::Unknown, 0));
    let one_side = reach(date(2023, 7, 14));
    assert_eq!(one_side.verdict, Verdict::Unknown, "one reading alone is not picked");
    assert_eq!(one_side.readings, ["us-waiver-reach-1"]);
    let both = reach(date(2024, 1, 1));
    assert_eq!(both.verdict, Verdict::Disputed);
    assert_eq!(both.readings, ["us-waiver-reach-1", "us-waiver-reach-2"]);
}

#[test]
fn a_dispute_that_the_record_names_has_two_sides_though_one_reading_alone_was_known() {
    let record = record();
    let question = question("USA", "UKR", &["DEU"], "m483a1");
    let as_of = AsOf { on: date(2023, 6, 30), known_by: date(2009, 12, 31) };
    let law = asked(&record, &question, as_of);
    let transit = law.answer("transit-deu-ccm-1-1-b-transfer").unwrap();
    assert_eq!(transit.verdict, Verdict::Disputed);
    assert_eq!(transit.readings, ["transit-2"], "what follows from the wording");
    let sides: Vec<_> = transit
        .outcomes
        .iter()
        .map(|outcome| (outcome.readings[0].row.as_deref(), outcome.verdict))
        .collect();
    assert_eq!(sides, [(Some("transit-2"), Verdict::DoesNotHold), (None, Verdict::Holds)]);
}

#[test]
fn british_law_names_movement_and_its_defences_stay_open() {
    let record = record();
    let question = question("USA", "UKR", &["GBR"], "m483a1");
    let law = asked(&record, &question, AsOf::day(date(2023, 6, 30)));
    assert_eq!(verdict(&law, "transit-gbr-gb-cmpa-2"), Verdict::Holds);
    let after = law.answer("transit-gbr-gb-cmpa-2-after-exceptions").unwrap();
    assert_eq!(after.verdict, Verdict::Unknown);
    assert!(after.missing.iter().any(|missing| missing.contains("visiting forces")));
    assert!(after.facts.iter().any(|fact| fact.starts_with("gb-cmpa-8#")), "{:?}", after.facts);
}

#[test]
fn an_empty_record_answers_nothing_with_yes_or_no() {
    let question = question("USA", "UKR", &["DEU"], "m483a1");
    let law = asked(&Record::default(), &question, AsOf::day(TODAY));
    assert!(!law.answers.is_empty());
    for answer in law.answers {
        assert_eq!(answer.verdict, Verdict::Unknown, "{answer:?}");
    }
}

#[test]
fn the_convention_is_in_force_for_a_state_in_the_interval_of_the_answer() {
    let record = record();
    let question = question("LTU", "UKR", &[], "m483a1");
    let law = asked(&record, &question, AsOf::day(date(2024, 10, 1)));
    let ban = law.answer("exporter-ltu-ccm-1-1-b-transfer").unwrap();
    let status = status(&record, Treaty::Ccm, &StateCode::new("LTU"), AsOf::day(TODAY));
    assert_eq!(ban.interval.from, status.acts.in_force.unwrap().published);
    assert_eq!(ban.interval.to, status.acts.withdrawal.unwrap().recorded);
}

/// A record folder with one more statement on the decision.
fn with_decision_status(value: &str, standing: &str, day: &str) -> Record {
    let header = "id,subject,property,value,value_kind,unit,valid_from,valid_to,speaker,\
                  speaker_named,standing,evidence,known_from,source_id,locator,\
                  corroborating_source_ids,same_origin_as,acceptance_line,note";
    let row = format!(
        "own-1,transfer us-ukraine-dpicm,decision-status,{value},text,,{day},,White House \
         (invented),yes,{standing},claim,{day},law-nbc-20230630,,,,,"
    );
    let file = ("statements.csv".to_owned(), format!("{header}\n{row}\n").into_bytes());
    let own = Folder { name: "own".to_owned(), files: vec![file] };
    Record::read(&[shipped(), own]).expect("sound").record
}

#[test]
fn a_later_denial_contradicts_an_announcement_and_reports_alone_decide_nothing() {
    let as_of = AsOf::day(date(2024, 7, 1));
    let denied = with_decision_status("no transfer takes place", "denied", "2024-06-01");
    let contradicted = decision(&denied, "us-ukraine-dpicm", as_of);
    assert_eq!(contradicted.expect("a transfer").decided, Verdict::Disputed);

    // On the day of the report a second one said that nothing was decided; before it nothing was
    // said by those whose decision it is, and that is no answer.
    let record = record();
    let decided = |day| {
        decision(&record, "us-ukraine-dpicm", AsOf::day(day))
            .map(|decision| (decision.decided, decision.missing.is_empty()))
    };
    assert_eq!(decided(date(2023, 6, 30)), Ok((Verdict::DoesNotHold, false)));
    assert_eq!(decided(date(2022, 12, 31)), Ok((Verdict::Unknown, false)));
    assert_eq!(decided(date(2023, 7, 7)), Ok((Verdict::Holds, true)));
}
