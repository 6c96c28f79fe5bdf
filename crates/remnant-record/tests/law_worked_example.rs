//! The worked example of the law notes, section 8: what could be said on 30 June 2023.
#![allow(clippy::unwrap_used, reason = "a missing value fails the test")]

use jiff::civil::{Date, date};
use remnant_record::law::{
    EvidenceGrade, ProvisionAnswer, TransferLaw, TransferQuestion, Verdict, decision, transfer,
};
use remnant_record::table::{Standing, Treaty};
use remnant_record::treaty::{TreatyStanding, counts, status};
use remnant_record::{AsOf, MunitionId, PartialDate, Record, StateCode, shipped};

const THE_DAY: Date = date(2023, 6, 30);

fn record() -> Record {
    Record::read(&[shipped()]).unwrap().record
}

fn law(record: &Record, munition: &str, as_of: AsOf) -> TransferLaw {
    let question = TransferQuestion {
        exporter: StateCode::new("USA"),
        recipient: StateCode::new("UKR"),
        transit: vec![StateCode::new("DEU")],
        munition: MunitionId::new(munition),
    };
    transfer(record, &question, as_of).unwrap()
}

fn on_the_day(munition: &str) -> TransferLaw {
    law(&record(), munition, AsOf::day(THE_DAY))
}

fn answer<'a>(law: &'a TransferLaw, id: &str) -> &'a ProvisionAnswer {
    law.answer(id).unwrap_or_else(|| {
        let ids: Vec<_> = law.answers.iter().map(|answer| answer.id.as_str()).collect();
        panic!("no answer `{id}` among {ids:#?}")
    })
}

/// Known by 2023-06-30.
#[test]
fn neither_the_united_states_nor_ukraine_nor_russia_had_consented() {
    let law = on_the_day("m483a1");
    for id in ["exporter-usa-ccm-17-2-status", "recipient-ukr-ccm-17-2-status"] {
        let bound = answer(&law, id);
        assert_eq!(bound.verdict, Verdict::DoesNotHold);
        assert!(bound.words.ends_with("no consent recorded; checked 2023-06-30"), "{bound:?}");
    }
    let russia = status(&record(), Treaty::Ccm, &StateCode::new("RUS"), AsOf::day(THE_DAY));
    assert_eq!(russia.standing, TreatyStanding::None);
    for id in [
        "exporter-usa-ccm-1-1-b-transfer",
        "recipient-ukr-ccm-1-1-b-produce",
        "recipient-ukr-ccm-1-1-b-stockpile",
    ] {
        assert_eq!(answer(&law, id).verdict, Verdict::DoesNotHold, "{id}");
    }
}

/// Known by 2023-06-30.
#[test]
fn consent_to_protocol_v_is_a_fact_without_a_computed_day() {
    let law = on_the_day("m483a1");
    for (id, day) in [
        ("exporter-usa-p5-1-1-consent", "2009-01-21"),
        ("recipient-ukr-p5-1-1-consent", "2005-05-17"),
    ] {
        let consent = answer(&law, id);
        assert_eq!(consent.verdict, Verdict::Holds);
        assert!(consent.words.contains(day), "{}", consent.words);
        assert!(consent.missing[0].contains("entered into force"), "{:?}", consent.missing);
        assert_eq!(consent.interval.from, None);
    }
    let russia = status(&record(), Treaty::ProtocolV, &StateCode::new("RUS"), AsOf::day(THE_DAY));
    assert_eq!(russia.since, Some(PartialDate::Day(date(2008, 7, 21))));
}

/// Known by 2023-06-30, for the type that was named only later as well.
#[test]
fn two_yearly_clauses_reach_the_transfer_on_secondary_evidence() {
    for munition in ["m483a1", "dpicm-155-us"] {
        let law = on_the_day(munition);
        let clauses: Vec<_> =
            law.answers.iter().filter(|answer| answer.id.ends_with("-reach")).collect();
        let reach: Vec<_> = clauses.iter().filter(|a| !a.id.contains("waiver")).collect();
        assert_eq!(reach.len(), 2, "earlier years of a series are over");
        for clause in reach {
            assert_eq!(clause.verdict, Verdict::Holds, "{clause:?}");
            assert_eq!(clause.evidence, EvidenceGrade::Secondary);
            assert!(clause.words.starts_with("holds, on secondary evidence"), "{}", clause.words);
            assert!(!clause.interval.basis.contains("2023-07"), "{}", clause.interval.basis);
            let later = clause.sources.iter().any(|source| source.as_str() == "law-us-lieber");
            assert!(!later, "an analysis of the transfer is later than the day");
        }
    }
}

/// Known by 2023-06-30 no figure for the type sent was; by 2023-07-13 there were three.
#[test]
fn a_figure_of_2_35_per_cent_fails_and_the_statement_leaves_its_lower_side_open() {
    let id = "exporter-usa-us-sfops-2023-rate";
    let before = on_the_day("dpicm-155-us");
    assert_eq!(answer(&before, id).verdict, Verdict::Unknown);
    assert!(answer(&before, id).missing[0].contains("none was known by 2023-06-30"));

    let as_of = AsOf { on: THE_DAY, known_by: date(2023, 7, 13) };
    let after = law(&record(), "dpicm-155-us", as_of);
    let rate = answer(&after, id);
    assert_eq!(rate.verdict, Verdict::DoesNotHold);
    assert!(rate.words.contains("relevant"), "{}", rate.words);
    let ceiling = rate.rates.iter().find(|test| test.row == "dr-001").unwrap();
    assert_eq!(ceiling.stated.to_string(), "at most 2.35 %");
    assert_eq!(ceiling.figure_meets, Verdict::DoesNotHold);
    assert_eq!(ceiling.statement_meets, Verdict::Unknown);
}

/// Known by 2023-06-30, and by the day on which a report of one is in the record.
#[test]
fn no_waiver_was_recorded_on_the_day_and_one_was_reported_later() {
    let record = record();
    let id = "exporter-usa-us-faa-614-a1-recorded";
    let before = on_the_day("m483a1");
    assert_eq!(answer(&before, id).verdict, Verdict::DoesNotHold);
    assert_eq!(answer(&before, id).words, "none dated 2023-06-30 or earlier is recorded");

    let later = law(&record, "m483a1", AsOf::day(date(2023, 7, 14)));
    let reported = answer(&later, id);
    assert_eq!(reported.verdict, Verdict::Holds);
    assert_eq!(reported.facts, ["t-2023-07-07d#event"]);
    assert!(reported.words.starts_with("reported, dated 2023-07-07"), "{}", reported.words);
    assert!(reported.missing[0].contains("the written determination"));
    let other_day = law(&record, "m483a1", AsOf { on: THE_DAY, known_by: date(2026, 11, 23) });
    assert_eq!(
        answer(&other_day, id).verdict,
        Verdict::DoesNotHold,
        "the report is of a later day"
    );
    let words = &answer(&other_day, id).words;
    assert!(words.ends_with("one dated 2023-07-07 was reported later"), "{words}");
}

/// Known by 2023-06-30: both readings of both points are in a report of 2010 and notes of 2010.
#[test]
fn passage_through_germany_is_disputed_by_treaty() {
    let law = on_the_day("m483a1");
    assert_eq!(answer(&law, "transit-deu-ccm-17-2-status").verdict, Verdict::Holds);
    for (id, readings) in [
        ("transit-deu-ccm-1-1-b-transfer", vec!["transit-1", "transit-2"]),
        ("transit-deu-ccm-1-1-b-stockpile", vec!["foreign-stocks-1", "foreign-stocks-2"]),
        (
            "transit-deu-ccm-1-1-c",
            vec!["transit-1", "transit-2", "foreign-stocks-1", "foreign-stocks-2"],
        ),
    ] {
        let disputed = answer(&law, id);
        assert_eq!(disputed.verdict, Verdict::Disputed, "{id}");
        assert_eq!(disputed.readings, readings, "{id}");
        assert_eq!(disputed.interval.from, Some(PartialDate::Day(date(2010, 8, 1))));
        for outcome in &disputed.outcomes {
            let caught = outcome.readings.iter().any(|reading| reading.caught);
            let expected = if caught { Verdict::Holds } else { Verdict::DoesNotHold };
            assert_eq!(outcome.verdict, expected, "{id}: {outcome:?}");
        }
    }
    assert_eq!(answer(&law, "transit-deu-ccm-1-1-c").outcomes.len(), 4);
}

/// Known by 2023-06-30; the analysis of whom the ban binds is of 2024-09-25.
#[test]
fn german_law_names_transit_and_storage_with_an_exception_for_what_the_convention_allows() {
    let law_on_the_day = on_the_day("m483a1");
    let names = answer(&law_on_the_day, "transit-deu-de-kwkg-18a");
    assert_eq!(names.verdict, Verdict::Holds);
    assert_eq!(names.evidence, EvidenceGrade::TextRead);
    assert!(names.question.contains("transit") && names.question.contains("storage"));
    let after = answer(&law_on_the_day, "transit-deu-de-kwkg-18a-after-exceptions");
    assert_eq!(after.verdict, Verdict::Disputed);
    for outcome in &after.outcomes {
        let caught = outcome.readings.iter().all(|reading| reading.caught);
        assert_eq!(outcome.verdict, if caught { Verdict::Holds } else { Verdict::Unknown });
    }
    assert_eq!(
        (names.binds, names.enforceable_against),
        (Some(Verdict::Unknown), Some(Verdict::Unknown))
    );
    let later = law(&record(), "m483a1", AsOf { on: THE_DAY, known_by: date(2024, 9, 25) });
    let names = answer(&later, "transit-deu-de-kwkg-18a");
    assert_eq!(
        (names.binds, names.enforceable_against),
        (Some(Verdict::Holds), Some(Verdict::DoesNotHold))
    );
}

/// Known by 2023-06-30.
#[test]
fn nigeria_was_not_yet_bound_and_110_of_111_were() {
    let record = record();
    let nigeria = status(&record, Treaty::Ccm, &StateCode::new("NGA"), AsOf::day(THE_DAY));
    assert_eq!(nigeria.standing, TreatyStanding::ConsentedNotYetInForce);
    let counts = counts(&record, Treaty::Ccm, AsOf::day(THE_DAY));
    let numbers = (counts.deposited.number, counts.in_force.number, counts.signature_only.number);
    assert_eq!(numbers, (111, 110, 12));
}

/// Known by 2023-06-30, 2023-07-07 and 2023-07-13.
#[test]
fn nothing_was_decided_on_the_day() {
    let record = record();
    let on = |day| decision(&record, "us-ukraine-dpicm", AsOf::day(day)).unwrap();
    let that_day = on(THE_DAY);
    assert_eq!(that_day.decided, Verdict::DoesNotHold);
    assert_eq!(that_day.firmest, Some(Standing::Reported));
    let said: Vec<_> = that_day.statements.iter().map(|s| (s.denies, s.speaker_named)).collect();
    assert_eq!(said, [(false, false), (true, false)], "a lean, and a second report of none");
    let announced = on(date(2023, 7, 7));
    assert_eq!(announced.decided, Verdict::Holds);
    assert_eq!(announced.firmest, Some(Standing::Announced));
    assert_eq!(on(date(2023, 7, 13)).firmest, Some(Standing::Confirmed));
    assert_eq!(on(date(2022, 1, 1)).decided, Verdict::Unknown, "nothing was said by then");
    assert!(decision(&record, "no-such-transfer", AsOf::day(THE_DAY)).is_err());
}
