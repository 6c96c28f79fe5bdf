//! What other rows say about a row: its evidence, its search, whether its area is there.
//!
//! Belongs here: looking up what a row refers to, and evidence as the project holds it. Does not
//! belong here: what a row says itself (`opening`, `release`).

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use remnant_ground::{LocationMethod, Object, ObjectId, ObjectKind, Shape};

use super::Unclear;
use crate::area_state::AreaState;
use crate::evidence::{Evidence, HowKnown};
use crate::identity::{AreaId, EvidenceId, IdentityError};

/// What is known beside the rows that are gathered.
#[derive(Clone, Debug, Default)]
pub struct Background {
    evidence: BTreeMap<String, Evidence>,
    /// By area: evidence points and accidents that name it.
    evidence_of: BTreeMap<String, BTreeSet<String>>,
    searches: BTreeMap<String, Object>,
    areas: BTreeSet<String>,
    released: BTreeSet<String>,
    closed: BTreeSet<String>,
}

impl Background {
    /// What objects of any kind say, beside areas that are in the ledger already, each in its state.
    ///
    /// Evidence whose id cannot be one is left out: who cites it is told that it is not there.
    pub fn new<'a>(
        objects: impl IntoIterator<Item = &'a Object>,
        in_ledger: impl IntoIterator<Item = (&'a AreaId, &'a AreaState)>,
    ) -> Self {
        let mut background = Self::default();
        for (area, state) in in_ledger {
            background.areas.insert(area.as_str().to_owned());
            if !state.released.is_empty() {
                background.released.insert(area.as_str().to_owned());
            }
            if !state.is_open() {
                background.closed.insert(area.as_str().to_owned());
            }
        }
        let mut named = Vec::new();
        for object in objects {
            let id = object.id.as_str().to_owned();
            match object.kind {
                ObjectKind::EvidencePoint | ObjectKind::Accident => {
                    let Ok(evidence) = Evidence::of_object(object) else { continue };
                    if let Some(area) = object.text("hazardous_area") {
                        named.push((object.id.clone(), area.to_owned(), true));
                    }
                    background.evidence.insert(id, evidence);
                }
                ObjectKind::Search => {
                    background.searches.insert(id, object.clone());
                }
                ObjectKind::HazardousArea => {
                    background.areas.insert(id);
                }
                ObjectKind::Release => {
                    if let Some(area) = object.text("hazardous_area") {
                        named.push((object.id.clone(), area.to_owned(), false));
                    }
                }
                _ => {}
            }
        }
        // References are looked up when all areas are known.
        for (id, reference, is_evidence) in named {
            let Some(area) = background.area(&id, &reference).map(str::to_owned) else { continue };
            if is_evidence {
                background.evidence_of.entry(area).or_default().insert(id.as_str().to_owned());
            } else {
                background.released.insert(area);
            }
        }
        background
    }

    /// The area that a row refers to: by the reference as it stands, else as an id of the row's own
    /// source. Intake takes a reference with a slash to name its source, which one to `VN/44/1`
    /// does not.
    #[must_use]
    pub fn area(&self, row: &ObjectId, reference: &str) -> Option<&str> {
        find(row, reference, |id| self.areas.get(id).map(String::as_str))
    }

    /// The search that a row refers to.
    #[must_use]
    pub fn search(&self, row: &ObjectId, reference: &str) -> Option<&Object> {
        find(row, reference, |id| self.searches.get(id))
    }

    /// Whether land of an area was released, by a row or in the ledger.
    #[must_use]
    pub fn has_release(&self, area: &ObjectId) -> bool {
        self.released.contains(area.as_str())
    }

    /// Whether an area is in the ledger, and no land of it remains.
    #[must_use]
    pub fn is_closed(&self, area: &ObjectId) -> bool {
        self.closed.contains(area.as_str())
    }

    /// The evidence that an area rests on: what its row cites, and what names the area and is not
    /// known to be later than the day.
    ///
    /// # Errors
    /// When the row cites evidence that is not there.
    pub fn evidence_of(
        &self,
        area: &ObjectId,
        cited: &[&str],
        by: Option<Date>,
    ) -> Result<Vec<Evidence>, Unclear> {
        let mut found = BTreeMap::new();
        let mut missing = Vec::new();
        for reference in cited {
            match find(area, reference, |id| self.evidence.get_key_value(id)) {
                Some((id, evidence)) => {
                    found.insert(id, evidence);
                }
                None => missing.push((*reference).to_owned()),
            }
        }
        for id in self.evidence_of.get(area.as_str()).into_iter().flatten() {
            let Some((id, evidence)) = self.evidence.get_key_value(id) else { continue };
            let later = evidence.dated.zip(by).is_some_and(|(dated, by)| dated.first_day() > by);
            if !later {
                found.insert(id, evidence);
            }
        }
        if missing.is_empty() {
            Ok(found.into_values().cloned().collect())
        } else {
            Err(Unclear::NoSuchEvidence(missing))
        }
    }
}

/// Looks a reference up as it stands, then as an id of the row's own source.
fn find<T>(row: &ObjectId, reference: &str, look_up: impl Fn(&str) -> Option<T>) -> Option<T> {
    look_up(reference).or_else(|| {
        let (source, _) = row.as_str().split_once('/')?;
        look_up(&format!("{source}/{reference}"))
    })
}

impl Evidence {
    /// An evidence point or accident as a step cites it: what is known of it now.
    ///
    /// It is located where it has a position; the centre of a settlement is none.
    ///
    /// # Errors
    /// When the id of the object cannot be one of evidence.
    pub fn of_object(object: &Object) -> Result<Self, IdentityError> {
        let located = object.place.as_ref().is_some_and(|place| {
            !matches!(place.shape, Shape::Named(_))
                && !matches!(
                    place.method,
                    LocationMethod::GazetteerCentroid | LocationMethod::Described
                )
        });
        let kind = match object.kind {
            ObjectKind::Accident => "accident",
            _ => object.text("evidence_kind").unwrap_or("other"),
        };
        Ok(Self {
            id: EvidenceId::new(object.id.as_str())?,
            kind: kind.to_owned(),
            how_known: match object.text("how_known") {
                Some("seen") => Some(HowKnown::Seen),
                Some("told") => Some(HowKnown::Told),
                Some("recorded") => Some(HowKnown::Recorded),
                _ => None,
            },
            dated: object.valid().0,
            reliability: object.text("reliability").map(str::to_owned),
            located,
        })
    }
}
