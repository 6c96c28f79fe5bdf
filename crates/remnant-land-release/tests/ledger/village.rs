//! A village with one hazardous area, and events that have everything on file.

use geo_types::Coord;
use jiff::civil::{Date, date};
use remnant_ground::boundary::Boundary;
use remnant_land_release::{
    AdjustedStep, AdjustmentCause, AreaFile, AreaId, CancelledStep, Classification, ClearedStep,
    CommunityBriefed, Contamination, Event, EventId, Evidence, EvidenceId, ExtendedStep, Extent,
    HandedOverStep, HazardousAreaLedger, HowKnown, Inspection, ItemFound, MissedItemStep,
    OpenedStep, Organisation, Origin, Part, PeopleAsked, PermanentMarkers, Person, Position,
    ReclassifiedStep, Recorded, ReducedStep, ReopenedStep, ReviewAction, ReviewChain, ReviewStep,
    RuleBook, Step, TechnicalAsset, Worked,
};
use remnant_record::SquareMetres;

/// A corner so many metres east and north of the village.
pub(crate) fn at(east: f64, north: f64) -> Coord<f64> {
    Coord { x: 106.7 + east / 106_600.0, y: 16.8 + north / 110_650.0 }
}

pub(crate) fn position(east: f64, north: f64) -> Position {
    let Coord { x: longitude, y: latitude } = at(east, north);
    Position { longitude, latitude }
}

/// A polygon by its corners, metres east and north of the village.
pub(crate) fn polygon(corners: &[(f64, f64)]) -> Boundary {
    let ring = corners.iter().map(|(east, north)| at(*east, *north)).collect();
    Boundary::from_rings(vec![vec![ring]]).unwrap().boundary
}

/// A rectangle: west, south, east and north edges.
pub(crate) fn field(west: f64, south: f64, east: f64, north: f64) -> Boundary {
    polygon(&[(west, south), (east, south), (east, north), (west, north)])
}

pub(crate) fn area_id(id: &str) -> AreaId {
    AreaId::new(id).unwrap()
}

pub(crate) fn empty() -> HazardousAreaLedger {
    HazardousAreaLedger::new(area_id("HA-017"), RuleBook::default())
}

/// An event of a day in 2024, recorded the day after as the `order`th entry.
pub(crate) fn event(order: u64, effective_on: Date, step: Step) -> Event {
    Event {
        id: EventId::new(format!("E-{order:03}")).unwrap(),
        version: 1,
        area: area_id("HA-017"),
        effective_on,
        recorded: Recorded {
            on: effective_on.tomorrow().unwrap(),
            order,
            by: Person::new("ana").unwrap(),
        },
        organisation: Organisation::new("operator-1").unwrap(),
        team: Some("team 4".to_owned()),
        why: "as the team reported".to_owned(),
        status_word: None,
        evidence: vec![told(), seen()],
        step,
    }
}

pub(crate) fn day(number: u64) -> Date {
    let mut day = date(2024, 1, 1);
    for _ in 0..number {
        day = day.tomorrow().unwrap();
    }
    day
}

/// Indirect evidence.
pub(crate) fn told() -> Evidence {
    Evidence {
        id: EvidenceId::new("EP-1").unwrap(),
        kind: "verbal_report".to_owned(),
        how_known: Some(HowKnown::Told),
        dated: Some("2023-12".parse().unwrap()),
        reliability: Some("medium".to_owned()),
        located: false,
    }
}

/// Direct evidence.
pub(crate) fn seen() -> Evidence {
    Evidence {
        id: EvidenceId::new("EP-2").unwrap(),
        kind: "submunition_found".to_owned(),
        how_known: Some(HowKnown::Seen),
        dated: Some("2024-01-05".parse().unwrap()),
        reliability: Some("high".to_owned()),
        located: true,
    }
}

pub(crate) fn opened(classification: Classification, boundary: Boundary) -> Step {
    Step::Opened(OpenedStep {
        classification,
        extent: Some(Extent::Boundary { boundary, how_drawn: Some("walked".to_owned()) }),
        reported: None,
        contamination: vec![Contamination::ClusterMunitionRemnants],
        administrative_unit: Some("VN-44-01".to_owned()),
        why_not_direct: Some("verbal reports only".to_owned()),
        origin: Origin::Identified,
    })
}

pub(crate) fn suspected_point(uncertainty_metres: Option<f64>) -> Step {
    Step::Opened(OpenedStep {
        classification: Classification::Suspected,
        extent: Some(Extent::Point { position: position(0.0, 0.0), uncertainty_metres }),
        reported: Some(SquareMetres::new(5_000)),
        contamination: vec![Contamination::Unknown],
        administrative_unit: None,
        why_not_direct: Some("verbal reports only".to_owned()),
        origin: Origin::Identified,
    })
}

pub(crate) fn reclassified(part: Part) -> Step {
    Step::Reclassified(ReclassifiedStep {
        part,
        how_drawn: Some("from survey boxes, buffer 25 m".to_owned()),
        contamination: vec![Contamination::ClusterMunitionRemnants],
    })
}

pub(crate) fn extended(classification: Classification, added: Boundary) -> Step {
    let how_drawn = Some("walked".to_owned());
    Step::BoundaryExtended(ExtendedStep { classification, added, how_drawn, reported: None })
}

pub(crate) fn cancelled(part: Part) -> CancelledStep {
    CancelledStep {
        part,
        reported: None,
        asked: vec![PeopleAsked {
            role: "farmers".to_owned(),
            women: 3,
            men: 4,
            girls: 0,
            boys: 1,
        }],
        land_use: Some("rice".to_owned()),
        used_for_years: Some(12.0),
        records_checked: vec!["strike records 1965-1972".to_owned()],
        criteria: vec!["no_evidence_found".to_owned()],
        correction: Some("the strike was plotted in the wrong square".to_owned()),
        count_again: false,
    }
}

pub(crate) fn reduced(part: Part, technical_asset: TechnicalAsset) -> ReducedStep {
    let with = technical_asset == TechnicalAsset::With;
    ReducedStep {
        part,
        reported: None,
        technical_asset,
        asset: with.then(|| "detector team".to_owned()),
        searched: Some(SquareMetres::new(if with { 900 } else { 0 })),
        where_searched: with.then(|| "lanes every 10 m".to_owned()),
        found: Some("nothing".to_owned()),
        worked: Some(Worked { from: date(2024, 1, 1), to: date(2024, 1, 2) }),
        criteria: vec!["searched_without_find".to_owned()],
        count_again: false,
    }
}

pub(crate) fn cleared(part: Part) -> ClearedStep {
    ClearedStep {
        part,
        reported: None,
        depth_cm: Some(20.0),
        method: Some("detector, instrument-aided".to_owned()),
        worked: Some(Worked { from: date(2024, 1, 1), to: date(2024, 1, 2) }),
        items: Some(vec![ItemFound {
            item: "submunition".to_owned(),
            quantity: 3,
            position: Some(position(10.0, 10.0)),
            depth_cm: Some(5.0),
        }]),
        not_worked: Some(Vec::new()),
        completion_report: Some("CR-17".to_owned()),
        count_outside: false,
        count_again: false,
    }
}

pub(crate) fn handed_over(part: Part) -> HandedOverStep {
    HandedOverStep {
        part,
        inspections: vec![Inspection {
            on: date(2024, 1, 3),
            inspected_share: Some(0.1),
            detection_probability: Some(0.9),
            passed: true,
            corrective_action_closed: true,
        }],
        permanent_markers: Some(PermanentMarkers { turning_points: 4, intermediate_points: 2 }),
        monitoring_reports: vec!["MV-1 to MV-3".to_owned()],
        briefed: Some(CommunityBriefed { women: 8, men: 9, girls: 3, boys: 5 }),
        formal_document: Some("HC-17".to_owned()),
        land_user: Some("village".to_owned()),
    }
}

pub(crate) fn missed_item(position: Position) -> Step {
    let item = "submunition".to_owned();
    Step::MissedItem(MissedItemStep { item, position, investigate: None })
}

pub(crate) fn reopened(missed_item: &str, part: Part) -> Step {
    Step::Reopened(ReopenedStep {
        missed_item: EventId::new(missed_item).unwrap(),
        part,
        how_drawn: Some("10 m about the find".to_owned()),
        contamination: Vec::new(),
    })
}

pub(crate) fn adjusted(
    classification: Classification,
    remaining: Option<Boundary>,
    cause: AdjustmentCause,
) -> Step {
    Step::Adjusted(AdjustedStep { classification, remaining, cause })
}

/// What brings version 1 of an entry to approval, on one day.
pub(crate) fn approval(event: &Event, recorded_on: Date) -> Vec<ReviewStep> {
    let step = |action, by: &str| ReviewStep {
        event: event.id.clone(),
        version: event.version,
        action,
        by: Person::new(by).unwrap(),
        recorded_on,
        remark: None,
    };
    let mut steps = vec![step(ReviewAction::Submit, event.recorded.by.as_str())];
    for (name, by) in ReviewChain::default().steps().iter().zip(["bo", "chi", "dara", "eli"]) {
        steps.push(step(ReviewAction::Pass { step: name.clone() }, by));
    }
    steps
}

pub(crate) fn rejection(event: &Event, recorded_on: Date) -> ReviewStep {
    ReviewStep {
        event: event.id.clone(),
        version: event.version,
        action: ReviewAction::Reject { reason: "the boundary is of another area".to_owned() },
        by: Person::new("bo").unwrap(),
        recorded_on,
        remark: None,
    }
}

pub(crate) fn file(events: Vec<Event>, steps: Vec<ReviewStep>) -> AreaFile {
    AreaFile::new(area_id("HA-017"), RuleBook::default(), events, steps)
}
