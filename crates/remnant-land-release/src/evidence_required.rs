//! The evidence that must be on file at each step.
//!
//! Belongs here: each requirement by name, and what of it an event has. Does not belong here: which
//! evidence is direct, which criteria there are (`national_rules`), whether the land is in the
//! right state (`ledger`).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::event::{Event, Step};
use crate::evidence::Evidence;
use crate::land::{Classification, Contamination, Part};
use crate::national_rules::{Criterion, NationalRules};
use crate::step::{
    CancelledStep, ClearedStep, Extent, HandedOverStep, OpenedStep, ReducedStep, TechnicalAsset,
};

macro_rules! requirements {
    ($($(#[$doc:meta])* $name:ident, $words:literal, $help:literal;)*) => {
        /// Something that must be on file before a step can be taken.
        ///
        /// # Source
        /// Lebanon NMAS 09.10 and NPA for confirmed areas; the criteria fields of IMSMA; IMAS 08.30
        /// for hand-over; the rest is our design.
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        #[serde(rename_all = "snake_case")]
        pub enum Requirement { $($(#[$doc])* $name,)* }

        impl Requirement {
            /// All requirements, in the order in which they are documented.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// What must be on file, in the field's words.
            #[must_use]
            pub fn words(self) -> &'static str {
                match self { $(Self::$name => $words,)* }
            }

            /// What the person can do where it is missing.
            #[must_use]
            pub fn help(self) -> &'static str {
                match self { $(Self::$name => $help,)* }
            }
        }
    };
}

requirements! {
    /// SHA.
    DatedReliableSource, "a source with date and reliability",
        "cite at least one record of evidence with its date and how far it can be relied on";
    /// SHA.
    WhyNotDirect, "why the evidence is not direct yet",
        "say what keeps it from being a CHA, such as `verbal reports only`";
    /// SHA.
    BoundaryOrUncertainPoint, "a boundary, or a point with its uncertainty",
        "draw the boundary, or give the point with the radius in metres within which the area lies";
    /// CHA.
    DirectEvidenceWithLocation, "direct evidence with a location",
        "cite an evidence point, accident or reliable record that the national list counts as \
         direct and that has a position; until then it is a SHA";
    /// CHA.
    ConfirmedBoundary, "a boundary", "draw the boundary: a CHA is never a point";
    /// CHA.
    HowDrawn, "how the boundary was drawn",
        "say whether it was walked, drawn from survey boxes and by which rule, or from a map";
    /// CHA.
    ContaminationType, "the type of contamination", "name at least one type other than unknown";
    /// Cancel.
    PeopleAsked, "who was asked: number, sex and role",
        "enter each group of people who were asked, with women, men, girls, boys and their role";
    /// Cancel.
    LandUse, "what the land is used for", "enter the use of the land";
    /// Cancel.
    LandUsedFor, "for how long the land has been used so", "enter the years of use";
    /// Cancel.
    RecordsChecked, "which records were checked", "list the records that were looked through";
    /// Cancel and reduce.
    CriterionMet, "the criterion that was met", "cite at least one criterion of the national list";
    /// Cancel of confirmed land.
    CorrectionReason, "what was wrong with the record of the CHA",
        "confirmed land is cancelled only to correct a bad record: say what was wrong with it";
    /// Reduce.
    AreaSearched, "how many square metres were searched",
        "enter the square metres that were searched; 0 where no technical asset worked";
    /// Reduce with a technical asset.
    AssetAndWhere, "which asset searched, and where",
        "enter the asset and where it searched, or say `without technical asset`";
    /// Reduce.
    SearchResult, "what the search found", "enter what was found, `nothing` included";
    /// Clear.
    ClearedBoundary, "the boundary of the cleared land",
        "give the boundary, or say that all that remains was cleared";
    /// Clear.
    Depth, "the depth of clearance", "enter the depth in centimetres, above 0";
    /// Clear.
    Method, "the method of clearance", "enter the method";
    /// Clear.
    WorkDates, "the first and last day of work", "enter both days";
    /// Clear.
    ItemsWithPositions, "the items found, each with its position",
        "list the items with their positions; an empty list says that nothing was found";
    /// Clear.
    AreasNotWorked, "the areas not worked, each with the reason",
        "list them with their reasons; an empty list says that all was worked";
    /// Clear.
    CompletionReport, "the completion report", "enter its number or id";
    /// Hand over.
    InspectionsPassed, "an inspection that was passed",
        "enter the inspection of the finished land and its result";
    /// Hand over.
    CorrectiveActionClosed, "corrective action closed",
        "close what the inspections asked for, and enter it";
    /// Hand over.
    PermanentMarkers, "permanent markers at turning and intermediate points",
        "record the markers; intermediate points may be 0 where no corners are far apart";
    /// Hand over.
    MonitoringReports, "monitoring reports, collated", "list the monitoring reports";
    /// Hand over.
    CommunityBriefed, "the community briefed: men, women and children",
        "enter how many women, men, girls and boys were briefed";
    /// Hand over.
    FormalDocument, "the formal document on residual risk and liability",
        "enter its number or id";
}

impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())
    }
}

/// A requirement, and what of it is on file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OnFile {
    /// What is required.
    pub requirement: Requirement,
    /// Whether it is met.
    pub met: bool,
    /// What there is, in words; empty where there is nothing.
    pub on_file: Vec<String>,
}

/// What the event's step requires and what of it is on file, all of it, met or not.
///
/// `confirmed_land` says whether the step touches confirmed land, for which cancelling needs more.
/// An estimate that is cited counts for nothing here.
///
/// ```
/// # use remnant_land_release::{Event, NationalRules, required};
/// # let event: Event = serde_json::from_str(r#"{"id": "E-1", "version": 1, "area": "HA-1",
/// #   "effective_on": "2024-03-01", "recorded": {"on": "2024-03-02", "order": 1, "by": "ana"},
/// #   "organisation": "operator", "why": "village survey",
/// #   "step": {"kind": "opened", "classification": "SHA"}}"#)?;
/// // An event that opens a SHA and says nothing but that.
/// let missing = required(&event, &NationalRules::unverified_default(), false);
/// assert_eq!(missing.iter().filter(|on_file| !on_file.met).count(), 3);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[must_use]
pub fn required(event: &Event, rules: &NationalRules, confirmed_land: bool) -> Vec<OnFile> {
    let mut file = File { evidence: &event.evidence, rules, list: Vec::new() };
    match &event.step {
        Step::Opened(step) => match step.classification {
            Classification::Suspected => file.suspected(step),
            Classification::Confirmed => {
                let (drawn, how) = match &step.extent {
                    Some(Extent::Boundary { how_drawn, .. }) => (true, how_drawn.as_deref()),
                    Some(Extent::Point { .. }) | None => (false, None),
                };
                file.confirmed(drawn, how, &step.contamination, false);
            }
        },
        Step::Reclassified(step) => {
            file.confirmed(true, step.how_drawn.as_deref(), &step.contamination, false);
        }
        Step::Reopened(step) => {
            file.confirmed(true, step.how_drawn.as_deref(), &step.contamination, true);
        }
        Step::BoundaryExtended(step) => match step.classification {
            Classification::Suspected => file.dated_source(),
            Classification::Confirmed => {
                file.confirmed(true, step.how_drawn.as_deref(), &[], true);
            }
        },
        Step::Cancelled(step) => file.cancelled(step, confirmed_land),
        Step::Reduced(step) => file.reduced(step),
        Step::Cleared(step) => file.cleared(step),
        Step::ClearedOutside(step) => {
            file.depth(step.depth_cm);
            file.text(Requirement::Method, step.method.as_deref());
        }
        Step::HandedOver(step) => file.handed_over(step),
        Step::Indicated(_)
        | Step::ClosedNotSubstantiated
        | Step::Suspended { .. }
        | Step::Resumed
        | Step::MissedItem(_)
        | Step::InvestigationClosed(_)
        | Step::Adjusted(_)
        | Step::Merged { .. }
        | Step::Split { .. } => {}
    }
    file.list.retain(|on_file| !rules.waived_requirements.value.contains(&on_file.requirement));
    file.list
}

/// The criteria that a step cites and the national list does not have.
#[must_use]
pub fn unknown_criteria<'a>(step: &'a Step, rules: &NationalRules) -> Vec<&'a str> {
    let (cited, list): (&[String], &[Criterion]) = match step {
        Step::Cancelled(step) => (&step.criteria, &rules.cancellation_criteria.value),
        Step::Reduced(step) => (&step.criteria, &rules.reduction_criteria.value),
        _ => return Vec::new(),
    };
    cited
        .iter()
        .map(String::as_str)
        .filter(|code| !list.iter().any(|criterion| criterion.code == *code))
        .collect()
}

/// The list as it is drawn up.
struct File<'a> {
    evidence: &'a [Evidence],
    rules: &'a NationalRules,
    list: Vec<OnFile>,
}

impl File<'_> {
    fn note(&mut self, requirement: Requirement, met: bool, on_file: Vec<String>) {
        self.list.push(OnFile { requirement, met, on_file });
    }

    fn text(&mut self, requirement: Requirement, text: Option<&str>) {
        let text = text.map(str::trim).filter(|text| !text.is_empty());
        self.note(requirement, text.is_some(), text.map(str::to_owned).into_iter().collect());
    }

    fn texts(&mut self, requirement: Requirement, texts: &[String]) {
        let texts: Vec<String> =
            texts.iter().filter(|text| !text.trim().is_empty()).cloned().collect();
        self.note(requirement, !texts.is_empty(), texts);
    }

    fn dated_source(&mut self) {
        let sources: Vec<&Evidence> =
            self.evidence.iter().filter(|evidence| !evidence.is_estimate()).collect();
        let met = sources.iter().any(|source| {
            let relied = source.reliability.as_deref().is_some_and(|word| !word.trim().is_empty());
            source.dated.is_some() && relied
        });
        let on_file = sources
            .iter()
            .map(|source| {
                let dated = source.dated.map_or("no date".to_owned(), |date| date.to_string());
                let relied = source.reliability.as_deref().unwrap_or("not stated");
                format!("{} ({}, {dated}, reliability {relied})", source.id, source.kind)
            })
            .collect();
        self.note(Requirement::DatedReliableSource, met, on_file);
    }

    fn suspected(&mut self, step: &OpenedStep) {
        self.dated_source();
        self.text(Requirement::WhyNotDirect, step.why_not_direct.as_deref());
        let (met, on_file) = match &step.extent {
            Some(Extent::Boundary { .. }) => (true, vec!["a boundary".to_owned()]),
            Some(Extent::Point { uncertainty_metres: Some(radius), .. }) => {
                let sound = radius.is_finite() && *radius > 0.0;
                (sound, vec![format!("a point within {radius} m")])
            }
            Some(Extent::Point { uncertainty_metres: None, .. }) => {
                (false, vec!["a point without uncertainty".to_owned()])
            }
            None => (false, Vec::new()),
        };
        self.note(Requirement::BoundaryOrUncertainPoint, met, on_file);
    }

    /// `named_before` says that the area's contamination was named when it was confirmed first.
    fn confirmed(
        &mut self,
        drawn: bool,
        how_drawn: Option<&str>,
        contamination: &[Contamination],
        named_before: bool,
    ) {
        if self.rules.confirmed_needs_direct_evidence.value {
            let describe = |evidence: &Evidence| {
                let directness = if self.rules.is_direct(evidence) { "direct" } else { "indirect" };
                let located = if evidence.located { "located" } else { "no location" };
                format!("{} ({}, {directness}, {located})", evidence.id, evidence.kind)
            };
            let met = self
                .evidence
                .iter()
                .any(|evidence| evidence.located && self.rules.is_direct(evidence));
            let on_file = self.evidence.iter().map(describe).collect();
            self.note(Requirement::DirectEvidenceWithLocation, met, on_file);
        }
        let boundary = if drawn { vec!["a boundary".to_owned()] } else { Vec::new() };
        self.note(Requirement::ConfirmedBoundary, drawn, boundary);
        self.text(Requirement::HowDrawn, how_drawn);
        if !named_before || !contamination.is_empty() {
            let named = contamination.iter().any(|kind| *kind != Contamination::Unknown);
            let on_file = contamination.iter().map(|kind| kind.code().to_owned()).collect();
            self.note(Requirement::ContaminationType, named, on_file);
        }
    }

    fn cancelled(&mut self, step: &CancelledStep, confirmed_land: bool) {
        let met = !step.asked.is_empty()
            && step.asked.iter().all(|group| group.number() > 0 && !group.role.trim().is_empty());
        let on_file = step
            .asked
            .iter()
            .map(|group| {
                format!(
                    "{}: {} women, {} men, {} girls, {} boys",
                    group.role, group.women, group.men, group.girls, group.boys
                )
            })
            .collect();
        self.note(Requirement::PeopleAsked, met, on_file);
        self.text(Requirement::LandUse, step.land_use.as_deref());
        let years = step.used_for_years.filter(|years| years.is_finite() && *years >= 0.0);
        let on_file = years.map(|years| format!("{years} years")).into_iter().collect();
        self.note(Requirement::LandUsedFor, years.is_some(), on_file);
        self.texts(Requirement::RecordsChecked, &step.records_checked);
        self.texts(Requirement::CriterionMet, &step.criteria);
        if confirmed_land {
            self.text(Requirement::CorrectionReason, step.correction.as_deref());
        }
    }

    fn reduced(&mut self, step: &ReducedStep) {
        let with = step.technical_asset == TechnicalAsset::With;
        let met = step.searched.is_some_and(|searched| !with || !searched.is_zero());
        let on_file = step.searched.map(|searched| searched.to_string()).into_iter().collect();
        self.note(Requirement::AreaSearched, met, on_file);
        if with {
            let said: Vec<String> = [&step.asset, &step.where_searched]
                .into_iter()
                .flatten()
                .filter(|text| !text.trim().is_empty())
                .cloned()
                .collect();
            self.note(Requirement::AssetAndWhere, said.len() == 2, said);
        }
        self.text(Requirement::SearchResult, step.found.as_deref());
        self.texts(Requirement::CriterionMet, &step.criteria);
    }

    fn depth(&mut self, depth_cm: Option<f64>) {
        let met = depth_cm.is_some_and(|depth| depth.is_finite() && depth > 0.0);
        let on_file = depth_cm.map(|depth| format!("{depth} cm")).into_iter().collect();
        self.note(Requirement::Depth, met, on_file);
    }

    fn cleared(&mut self, step: &ClearedStep) {
        let boundary = match &step.part {
            Part::All => "all that remains",
            Part::Boundary(_) => "a boundary",
        };
        self.note(Requirement::ClearedBoundary, true, vec![boundary.to_owned()]);
        self.depth(step.depth_cm);
        self.text(Requirement::Method, step.method.as_deref());
        let on_file = step.worked.map(|worked| format!("{} to {}", worked.from, worked.to));
        self.note(Requirement::WorkDates, step.worked.is_some(), on_file.into_iter().collect());
        let placed = step.items.as_ref().map(|items| {
            let placed = items.iter().filter(|item| item.position.is_some()).count();
            (items.len(), placed)
        });
        let met = placed.is_some_and(|(all, placed)| all == placed);
        let on_file =
            placed.map(|(all, placed)| format!("{all} entries of items, {placed} with a position"));
        self.note(Requirement::ItemsWithPositions, met, on_file.into_iter().collect());
        let reasoned = step.not_worked.as_ref().map(|areas| {
            let reasoned = areas.iter().filter(|area| !area.reason.trim().is_empty()).count();
            (areas.len(), reasoned)
        });
        let met = reasoned.is_some_and(|(all, reasoned)| all == reasoned);
        let on_file = reasoned
            .map(|(all, reasoned)| format!("{all} areas not worked, {reasoned} with a reason"));
        self.note(Requirement::AreasNotWorked, met, on_file.into_iter().collect());
        self.text(Requirement::CompletionReport, step.completion_report.as_deref());
    }

    fn handed_over(&mut self, step: &HandedOverStep) {
        let on_file = step
            .inspections
            .iter()
            .map(|inspection| {
                let result = if inspection.passed { "passed" } else { "not passed" };
                format!("{}: {result}", inspection.on)
            })
            .collect();
        // A failed inspection with a passed one after it is the normal course; the last one counts.
        let last = step.inspections.iter().max_by_key(|inspection| inspection.on);
        let passed = last.is_some_and(|inspection| inspection.passed);
        self.note(Requirement::InspectionsPassed, passed, on_file);
        let open = step
            .inspections
            .iter()
            .filter(|inspection| !inspection.corrective_action_closed)
            .count();
        let on_file = if open > 0 { vec![format!("{open} still open")] } else { Vec::new() };
        let closed = open == 0 && !step.inspections.is_empty();
        self.note(Requirement::CorrectiveActionClosed, closed, on_file);
        let markers = step.permanent_markers;
        let on_file = markers.map(|markers| {
            format!(
                "{} at turning points, {} at intermediate points",
                markers.turning_points, markers.intermediate_points
            )
        });
        // No area has a boundary with fewer than three corners.
        let met = markers.is_some_and(|markers| markers.turning_points >= 3);
        self.note(Requirement::PermanentMarkers, met, on_file.into_iter().collect());
        self.texts(Requirement::MonitoringReports, &step.monitoring_reports);
        let briefed = step.briefed;
        let met = briefed.is_some_and(|briefed| {
            briefed.women > 0 && briefed.men > 0 && (briefed.girls > 0 || briefed.boys > 0)
        });
        let on_file = briefed.map(|briefed| {
            format!(
                "{} women, {} men, {} girls, {} boys",
                briefed.women, briefed.men, briefed.girls, briefed.boys
            )
        });
        self.note(Requirement::CommunityBriefed, met, on_file.into_iter().collect());
        self.text(Requirement::FormalDocument, step.formal_document.as_deref());
    }
}
