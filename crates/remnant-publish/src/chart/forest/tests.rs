use super::*;

fn row(label: &str, kind: EvidenceKind, used: bool, share: StatedShare) -> Row {
    Row {
        label: label.to_owned(),
        claimant: "a maker".to_owned(),
        kind,
        used,
        share,
        href: "/explain/one".to_owned(),
    }
}

/// An invented submunition: the chart is under test here, not the record.
pub(in super::super) fn example() -> Forest {
    Forest {
        id: "evidence".to_owned(),
        title: "Evidence on the share that did not function".to_owned(),
        description: "Six statements on one submunition and what they give together.".to_owned(),
        groups: vec![Group {
            heading: "Submunition A".to_owned(),
            rows: vec![
                row("Lot acceptance", EvidenceKind::Test, true, StatedShare::Point(0.0235)),
                row(
                    "Count after clearance of 40 strikes in the northern district",
                    EvidenceKind::Field,
                    true,
                    StatedShare::Interval { low: Some(0.1), high: Some(0.14) },
                ),
                row(
                    "Statement to the press",
                    EvidenceKind::Official,
                    false,
                    StatedShare::Interval { low: None, high: Some(0.0235) },
                ),
                row(
                    "Report to parliament",
                    EvidenceKind::Estimate,
                    true,
                    StatedShare::Interval { low: Some(0.05), high: None },
                ),
                row(
                    "Purchase description",
                    EvidenceKind::Requirement,
                    false,
                    StatedShare::Interval { low: None, high: Some(0.01) },
                ),
                row("No failure among 200", EvidenceKind::Test, true, StatedShare::Point(0.0)),
            ],
            pooled: Some(Pooled {
                median: 0.061,
                central_50: (0.041, 0.088),
                central_90: (0.018, 0.16),
                href: Some("/explain/pooled".to_owned()),
            }),
        }],
    }
}

/// Each of the elements by itself, and no name of one used by another.
fn assert_well_formed(drawn: &str) {
    let elements: Vec<&str> = drawn.split_inclusive("</svg>\n").collect();
    assert_eq!(elements.len(), 2, "one group and the key");
    elements.iter().for_each(|element| svg::assert_well_formed(element));
    let mut ids: Vec<&str> =
        drawn.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all);
}

fn ends(share: StatedShare) -> (usize, usize) {
    let mut svg = String::new();
    push_share(&mut svg, &row("a", EvidenceKind::Test, true, share), 10.0);
    (svg.matches("class=\"open-end\"").count(), svg.matches("class=\"marker").count())
}

#[test]
fn an_end_that_was_not_stated_is_drawn_open_and_never_closed() {
    assert_eq!(ends(StatedShare::Interval { low: Some(0.02), high: Some(0.05) }), (0, 2));
    assert_eq!(ends(StatedShare::Interval { low: None, high: Some(0.05) }), (1, 1));
    assert_eq!(ends(StatedShare::Interval { low: Some(0.02), high: None }), (1, 1));
    assert_eq!(ends(StatedShare::Interval { low: None, high: None }), (2, 0));
}

#[test]
fn a_share_of_nought_is_marked_as_off_the_axis() {
    let mut svg = String::new();
    push_share(&mut svg, &row("a", EvidenceKind::Test, true, StatedShare::Point(0.0)), 10.0);
    assert!(svg.contains("off-axis"));
    svg.clear();
    push_share(&mut svg, &row("a", EvidenceKind::Test, true, StatedShare::Point(0.02)), 10.0);
    assert!(!svg.contains("off-axis"));
}

#[test]
fn every_statement_is_drawn_with_its_link_and_its_words() {
    let drawn = forest(&example());
    assert_well_formed(&drawn);
    assert_eq!(drawn.matches("<g class=\"row").count(), 6);
    for words in ["at most 1 %", "at least 5 %", "10 % to 14 %", "2.35 %", "not\u{a0}used"] {
        assert!(drawn.contains(words), "{words}");
    }
    assert!(drawn.contains("href=\"/explain/one\"") && drawn.contains("href=\"/explain/pooled\""));
}

#[test]
fn what_is_left_out_differs_in_shape_and_word_not_only_in_colour() {
    let drawn = forest(&example());
    assert_eq!(drawn.matches("not\u{a0}used</text>").count(), 2, "both rows");
    assert_eq!(drawn.matches("hollow: not used</text>").count(), 1, "and the key");
    assert!(drawn.contains("marker hollow"));
}

#[test]
fn words_of_others_cannot_break_the_drawing() {
    let mut hostile = example();
    hostile.title = "<script>alert(1)</script> & \"more\"".to_owned();
    hostile.groups[0].heading = "a < b & c".to_owned();
    hostile.groups[0].rows[0].label = "</text></svg>".to_owned();
    hostile.groups[0].rows[0].href = "/explain/\"><b>".to_owned();
    let drawn = forest(&hostile);
    assert_well_formed(&drawn);
}

#[test]
fn no_line_of_text_leaves_the_chart() {
    let mut long = example();
    long.groups[0].rows[0].label = "word ".repeat(60);
    long.groups[0].rows[0].claimant = "an office with a long name ".repeat(6);
    let drawn = forest(&long);
    for text in drawn.split("<text ").skip(1) {
        let words = text.split('>').nth(1).and_then(|rest| rest.split('<').next());
        assert!(svg::text_width(words.unwrap_or_default(), 12.0) <= WIDTH - MARGIN);
    }
}

#[test]
fn the_axis_runs_from_left_to_right_and_ends_at_its_edges() {
    let places: Vec<f64> = TICKS.iter().map(|tick| place(*tick)).collect();
    assert!(places.windows(2).all(|pair| pair[1] - pair[0] > 25.0), "{places:?}");
    assert!((place(0.0) - LEFT).abs() < 1e-9 && (place(1.0) - RIGHT).abs() < 1e-9);
}

#[test]
fn the_chart_looks_as_it_did() {
    insta::assert_snapshot!(forest(&example()));
}
