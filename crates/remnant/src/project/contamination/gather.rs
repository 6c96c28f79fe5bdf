//! From what a project holds to what the model takes.
//!
//! Belongs here: strikes, searches, finds and areas near a place, each with the reason where one of them
//! takes no part. Does not belong here: numbers that no data give (the parameters), the model.

use std::collections::BTreeMap;

use remnant_estimate::contamination::{
    Area, Done, Find, FootprintBelief, Inputs, Load, Method, Parameters, SpotFind, Strike,
    SubmunitionType, Task, Unreported,
};
use remnant_estimate::dud_rate::{Moments, Posterior};
use remnant_estimate::strike::Candidates;
use remnant_ground::{Object, ObjectKind, Shape};
use remnant_land_release::Reading;
use remnant_record::{AsOf, Record};
use remnant_store::Store;

use super::plane::{Chosen, Plane};
use crate::error::ProgramError;
use crate::project::residual::Searched;
use crate::project::{area, residual};

/// Strikes this far beyond the grid are gathered: four wide footprints and the error of a place.
const STRIKES_WITHIN_METRES: f64 = 1_500.0;
/// The name of a type of which nothing is known.
const UNKNOWN_TYPE: &str = "a type not known";

/// What was gathered, and what was left out.
pub(super) struct Gathered {
    pub(super) inputs: Inputs,
    pub(super) done: Done,
    /// Things that take no part, each with the reason.
    pub(super) left_out: Vec<String>,
    /// What was read in another way than it was written, and assumptions made for want of a number.
    pub(super) notes: Vec<String>,
    /// What each area is and its outline in WGS 84, in the order of the inputs.
    pub(super) outlines: Vec<(&'static str, geo_types::MultiPolygon<f64>)>,
}

/// The methods, in the order of their parameters.
const METHODS: [(&str, &str); 3] = [
    ("a visual search", "visual"),
    ("a search with detectors", "detector"),
    ("full clearance", "clearance"),
];

/// What a project and the record say of a place.
pub(super) struct Said<'a> {
    pub(super) record: &'a Record,
    pub(super) dud_rates: &'a Posterior,
    pub(super) parameters: &'a Parameters,
    pub(super) as_of: AsOf,
}

/// Gathers everything that speaks of a place.
pub(super) fn gather(
    store: &mut Store,
    said: &Said<'_>,
    place: &Chosen,
    plane: &Plane,
) -> Result<Gathered, ProgramError> {
    let bounds = plane.degrees(STRIKES_WITHIN_METRES)?;
    let files = area::files(store, None, said.as_of.known_by)?;
    let mut objects = |kind: ObjectKind| -> Result<Vec<Object>, ProgramError> {
        let mut found = Vec::new();
        store.objects_in_box(kind, bounds, said.as_of, |stored| {
            found.push(stored.object()?);
            Ok(())
        })?;
        // The order of the inputs is that of the ids, whatever order they were entered in.
        found.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(found)
    };
    let strikes = objects(ObjectKind::Strike)?;
    let evidence = objects(ObjectKind::EvidencePoint)?;
    let mut gathering = Gathering::new(said, plane);
    for strike in &strikes {
        gathering.strike(strike)?;
    }
    let mut linked: BTreeMap<&str, Vec<&Object>> = BTreeMap::new();
    for point in &evidence {
        if point.text("evidence_kind") == Some("submunition_found") {
            let search = point.text("search").unwrap_or_default();
            // What was entered by hand refers to searches as the hand's own, whose ids stand alone.
            let search = search.strip_prefix("by-hand/").unwrap_or(search);
            linked.entry(search).or_default().push(point);
        }
    }
    let searches = objects(ObjectKind::Search)?;
    for search in &searches {
        let id = search.id.as_str();
        let finds = linked.remove(id.strip_prefix("by-hand/").unwrap_or(id));
        gathering.search(search, &finds.unwrap_or_default())?;
    }
    for release in &objects(ObjectKind::Release)? {
        gathering.release(release)?;
    }
    for survey_box in &objects(ObjectKind::SurveyBox)? {
        gathering.survey_box(survey_box)?;
    }
    for file in &files {
        let ledger = file.ledger(Reading::Provisional, said.as_of.known_by);
        for step in residual::released(&ledger, said.as_of.on)? {
            gathering.step(&step)?;
        }
    }
    for point in linked.into_values().flatten() {
        gathering.spot_find(point);
    }
    gathering.area(("place", &place.id, &place.name), &place.shape)?;
    for (kind, word) in [
        (ObjectKind::HazardousArea, "hazardous area"),
        (ObjectKind::Boundary, "administrative unit"),
    ] {
        for object in &objects(kind)? {
            if let Some(Shape::Area(shape)) = object.place.as_ref().map(|place| &place.shape)
                && object.id.as_str() != place.id
            {
                let name = object.text("name").or(object.text("place_name"));
                let id = object.id.as_str();
                gathering.area((word, id, name.unwrap_or(id)), shape)?;
            }
        }
    }
    Ok(gathering.finish())
}

struct Gathering<'a> {
    said: &'a Said<'a>,
    plane: &'a Plane,
    types: Vec<SubmunitionType>,
    strikes: Vec<Strike>,
    tasks: Vec<Task>,
    spot_finds: Vec<SpotFind>,
    areas: Vec<Area>,
    outlines: Vec<(&'static str, geo_types::MultiPolygon<f64>)>,
    left_out: Vec<String>,
    notes: Vec<String>,
}

/// Three nodes that stand for the spread between contexts, which is itself uncertain.
fn context_spreads(spread: Moments) -> Vec<(f64, f64)> {
    let step = 3.0_f64.sqrt() * spread.standard_deviation;
    [(1.0 / 6.0, -step), (2.0 / 3.0, 0.0), (1.0 / 6.0, step)]
        .map(|(weight, off)| (weight, (spread.mean + off).max(0.02)))
        .to_vec()
}

/// Words with everything but letters and digits left out, as names of munitions are compared.
fn bare(words: &str) -> String {
    words.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

impl<'a> Gathering<'a> {
    fn new(said: &'a Said<'a>, plane: &'a Plane) -> Self {
        Self {
            said,
            plane,
            types: Vec::new(),
            strikes: Vec::new(),
            tasks: Vec::new(),
            spot_finds: Vec::new(),
            areas: Vec::new(),
            outlines: Vec::new(),
            left_out: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// The position of a type among the inputs; a type that the dud rates do not know is one of a
    /// family nobody has named.
    fn submunition(&mut self, name: &str) -> usize {
        if let Some(known) = self.types.iter().position(|kind| kind.name == name) {
            return known;
        }
        let rates = self.said.dud_rates;
        let level = rates
            .submunitions
            .get(name)
            .map_or_else(|| rates.new_family.level.clone(), |found| found.level.clone());
        let context_spreads = context_spreads(rates.context_spread);
        self.types.push(SubmunitionType { name: name.to_owned(), level, context_spreads });
        self.types.len() - 1
    }

    /// What a munition named in a strike held.
    fn loads(&mut self, strike: &str, named: Option<&str>) -> Vec<Load> {
        let wanted = named.map(bare).unwrap_or_default();
        let record = self.said.record;
        let found = record.munitions.iter().find(|munition| {
            !wanted.is_empty()
                && (bare(munition.id.as_str()) == wanted
                    || bare(&munition.name) == wanted
                    || bare(&munition.name).starts_with(&wanted) && wanted.len() > 3)
        });
        let known = found.and_then(|m| Some((m.submunition.as_ref()?, m.submunitions_each?)));
        if let Some((submunition, each)) = known {
            let submunition = self.submunition(submunition.as_str());
            #[expect(
                clippy::cast_precision_loss,
                reason = "counts of submunitions stay below 2^53"
            )]
            return vec![Load { submunition, weight: 1.0, each: each as f64 }];
        }
        let why = match named {
            Some(named) => format!("the record has no number of submunitions for `{named}`"),
            None => "no munition is named".to_owned(),
        };
        self.notes.push(format!("strike {strike}: {why}; reckoned with five numbers that span those of all recorded munitions, and with a type not known"));
        let submunition = self.submunition(UNKNOWN_TYPE);
        self.unknown_loads(submunition)
    }

    /// Five equally likely numbers of submunitions, at the tenths of those that the record states.
    fn unknown_loads(&self, submunition: usize) -> Vec<Load> {
        let munitions = self.said.record.munitions.iter();
        let mut counts: Vec<u64> = munitions.filter_map(|m| m.submunitions_each).collect();
        counts.sort_unstable();
        [1, 3, 5, 7, 9]
            .map(|tenth| {
                let at = counts.len() * tenth / 10;
                #[expect(clippy::cast_precision_loss, reason = "counts stay below 2^53")]
                let each = counts.get(at).map_or(100.0, |count| *count as f64);
                Load { submunition, weight: 0.2, each }
            })
            .to_vec()
    }

    fn strike(&mut self, object: &Object) -> Result<(), ProgramError> {
        let id = object.id.to_string();
        if object.text("munition_family") == Some("other") {
            self.left_out.push(format!("strike {id}: not a cluster munition"));
            return Ok(());
        }
        let Some(place) = &object.place else { return Ok(()) };
        let pitch = self.said.parameters.fixed("place-pitch");
        let candidates = match &place.shape {
            Shape::Point { longitude, latitude } => {
                let Some(at) = self.plane.metres(*longitude, *latitude) else { return Ok(()) };
                let error = place.uncertainty_metres.filter(|error| *error > 0.0);
                let error = error.unwrap_or_else(|| {
                    let error = self.said.parameters.fixed("place-error-unstated");
                    self.notes.push(format!(
                        "strike {id}: no error of its place is written; reckoned with {error} m"
                    ));
                    error
                });
                // A coarser lattice than the error would make it look smaller; a far finer one costs.
                Candidates::around_point(at, error, pitch.max(error / 8.0).min(0.75 * error))
            }
            Shape::Area(area) => {
                let cells = self.plane.cells(area)?;
                let listed: Vec<(f64, f64, f64)> = cells
                    .iter()
                    .map(|(cell, share)| {
                        let (e, n) = self.plane.grid.centre(*cell);
                        (e, n, *share)
                    })
                    .collect();
                self.notes.push(format!("strike {id}: may be anywhere in its outline"));
                Candidates::listed(&thinned(listed))
            }
            Shape::Line(_) | Shape::Named(_) => {
                self.left_out.push(format!("strike {id}: its place is not a point or an area"));
                return Ok(());
            }
        };
        let places = match candidates {
            Ok(places) => places,
            Err(fault) => {
                self.left_out.push(format!("strike {id}: {fault}"));
                return Ok(());
            }
        };
        let stated = object.field("quantity").and_then(|value| value.number());
        let (munitions, munitions_deviation) =
            self.said.parameters.munitions(stated.filter(|number| *number > 0.0));
        if stated.is_none() {
            self.notes.push(format!("strike {id}: no number of munitions is recorded"));
        }
        let named = object.text("munition_model").map(str::to_owned);
        let loads = self.loads(&id, named.as_deref());
        self.strikes.push(Strike { id, places, munitions, munitions_deviation, loads });
        Ok(())
    }

    fn area(
        &mut self,
        (kind, id, name): (&'static str, &str, &str),
        shape: &geo_types::MultiPolygon<f64>,
    ) -> Result<(), ProgramError> {
        let cells = self.plane.cells(shape)?;
        let twice = self.areas.iter().any(|area| area.id == id);
        if !cells.is_empty() && !twice {
            self.areas.push(Area { id: id.to_owned(), name: name.to_owned(), cells });
            self.outlines.push((kind, shape.clone()));
        }
        Ok(())
    }

    /// Cells of a searched shape; the share that was worked where fewer square metres were searched
    /// than the outline holds.
    fn searched(
        &self,
        shape: &Shape,
        stated: Option<f64>,
    ) -> Result<Vec<(u32, f64)>, ProgramError> {
        let Shape::Area(area) = shape else { return Ok(Vec::new()) };
        let mut cells = self.plane.cells(area)?;
        let side = self.plane.grid.cell_metres();
        let outline: f64 = cells.iter().map(|(_, share)| share * side * side).sum();
        if let Some(stated) = stated.filter(|stated| *stated > 0.0 && *stated < 0.98 * outline) {
            cells.iter_mut().for_each(|(_, share)| *share *= stated / outline);
        }
        Ok(cells)
    }

    /// Finds that lie within the searched cells, each in its cell; the others lie somewhere there.
    fn finds(
        &mut self,
        id: &str,
        cells: &[(u32, f64)],
        points: &[&Object],
        total: u64,
    ) -> Vec<Find> {
        let mut finds = Vec::new();
        let mut located = 0;
        for point in points {
            let count = count_of(point);
            let cell = self.cell_of(point);
            let searched = cell.filter(|c| cells.binary_search_by_key(c, |(s, _)| *s).is_ok());
            match searched {
                Some(cell) => {
                    located += u64::from(count);
                    finds.push(Find { id: point.id.to_string(), cells: vec![cell], count });
                }
                None => self.spot_find(point),
            }
        }
        let somewhere = u32::try_from(total.saturating_sub(located)).unwrap_or(u32::MAX);
        if somewhere > 0 && !cells.is_empty() {
            let cells = cells.iter().map(|(cell, _)| *cell).collect();
            finds.push(Find { id: id.to_owned(), cells, count: somewhere });
        }
        finds
    }

    fn cell_of(&self, object: &Object) -> Option<u32> {
        let shape = &object.place.as_ref()?.shape;
        let Shape::Point { longitude, latitude } = shape else { return None };
        let (e, n) = self.plane.metres(*longitude, *latitude)?;
        self.plane.grid.cell_at(e, n)
    }

    fn search(&mut self, object: &Object, points: &[&Object]) -> Result<(), ProgramError> {
        let id = object.id.to_string();
        let total = object.field("items_found").and_then(|v| v.whole()).unwrap_or(0);
        let total = u64::try_from(total).unwrap_or(0);
        let kind = object.text("activity_type").unwrap_or_default();
        let method = match (object.text("method").unwrap_or_default(), kind) {
            ("interview", _) | (_, "nts" | "marking" | "qm") => {
                self.left_out.push(format!("search {id}: nobody searched the ground in it"));
                return Ok(());
            }
            (_, "eod_spot_task") => {
                points.iter().for_each(|point| self.spot_find(point));
                if points.is_empty() && total > 0 {
                    self.spot_find(object);
                }
                return Ok(());
            }
            ("visual_surface", _) => 0,
            ("detector" | "dogs" | "mixed", _) => 1,
            ("subsurface" | "manual" | "mechanical", _) | ("", "clearance" | "bac") => 2,
            _ => 1,
        };
        if object.text("status") == Some("planned") {
            self.left_out.push(format!("search {id}: planned, not done"));
            return Ok(());
        }
        let stated = object.field("searched_square_metres").and_then(|v| v.number());
        let shape = object.place.as_ref().map(|place| place.shape.clone());
        let cells = shape.map_or_else(|| Ok(Vec::new()), |shape| self.searched(&shape, stated))?;
        if cells.is_empty() {
            self.left_out.push(format!("search {id}: its outline is not known or lies elsewhere"));
            points.iter().for_each(|point| self.spot_find(point));
            return Ok(());
        }
        let finds = self.finds(&id, &cells, points, total);
        self.tasks.push(Task { id, method, passes: 1, cells, finds });
        Ok(())
    }

    fn release(&mut self, object: &Object) -> Result<(), ProgramError> {
        let id = object.id.to_string();
        let method = match object.text("release_kind") {
            Some("cleared") => 2,
            Some("reduced") if object.text("technical_asset") == Some("yes") => 1,
            _ => {
                self.left_out.push(format!("release {id}: no search of the ground"));
                return Ok(());
            }
        };
        if object.text("search").is_some() {
            self.left_out.push(format!("release {id}: counted with its search"));
            return Ok(());
        }
        let Some(place) = &object.place else { return Ok(()) };
        let stated = object.field("searched_square_metres").and_then(|v| v.number());
        let cells = self.searched(&place.shape, stated)?;
        let total = object.field("items_found").and_then(|v| v.whole()).unwrap_or(0);
        let finds = self.finds(&id, &cells, &[], u64::try_from(total).unwrap_or(0));
        if !cells.is_empty() {
            let id = format!("release {id}");
            self.tasks.push(Task { id, method, passes: 1, cells, finds });
        }
        Ok(())
    }

    /// A step of the ledger that searched land: clearance, and reduction with a technical asset.
    fn step(&mut self, step: &Searched) -> Result<(), ProgramError> {
        let id = format!("step {}", step.work.id);
        let mut cells = self.plane.cells(step.land.shape())?;
        if cells.is_empty() {
            return Ok(());
        }
        if let Some(why) = &step.work.left_out {
            self.left_out.push(format!("{id}: {why}"));
            return Ok(());
        }
        cells.iter_mut().for_each(|(_, share)| *share *= step.share);
        cells.retain(|(_, share)| *share > 0.0);
        // A clearance is often entered as a step and once more as a report or an activity.
        if let Some(other) = self.same_land(&cells) {
            self.left_out.push(format!("{id}: the same land as {other}, counted once"));
            return Ok(());
        }
        let method = match step.work.method.as_str() {
            "visual_surface" => 0,
            "detector" | "dogs" | "mixed" => 1,
            _ => 2,
        };
        if step.work.finds.is_none() {
            self.notes
                .push(format!("{id}: how many items were found is not stated; reckoned with none"));
        }
        let finds = self.finds(&id, &cells, &[], step.work.finds.unwrap_or(0));
        self.tasks.push(Task { id, method, passes: 1, cells, finds });
        Ok(())
    }

    /// A task that covers the same cells, nine tenths of both.
    fn same_land(&self, cells: &[(u32, f64)]) -> Option<&str> {
        let land = |cells: &[(u32, f64)]| cells.iter().map(|(_, share)| share).sum::<f64>();
        let own = land(cells);
        let same = self.tasks.iter().find(|task| {
            let shared: f64 = cells
                .iter()
                .filter_map(|(cell, share)| {
                    let at = task.cells.binary_search_by_key(cell, |(other, _)| *other).ok()?;
                    Some(share.min(task.cells[at].1))
                })
                .sum();
            shared >= 0.9 * own && shared >= 0.9 * land(&task.cells)
        });
        same.map(|task| task.id.as_str())
    }

    fn survey_box(&mut self, object: &Object) -> Result<(), ProgramError> {
        let id = object.id.to_string();
        let result = object.text("result").unwrap_or_default();
        if matches!(result, "cannot_be_searched" | "not_searched") {
            return Ok(());
        }
        let stated = object.field("searched_square_metres").and_then(|v| v.number());
        let stopped = object.text("stop_reason").unwrap_or_default();
        let found = object.field("items_found").and_then(|v| v.whole());
        let found = found.unwrap_or(i64::from(result == "cmr_found"));
        let whole = stopped == "full_coverage" || (stopped.is_empty() && result == "nothing_found");
        if stated.is_none() && !whole {
            if found > 0 {
                self.spot_find(object);
                self.notes.push(format!("box {id}: left before it was searched whole, with no word on how much was; it tells where, not how many"));
            } else {
                self.left_out.push(format!("box {id}: how much of it was searched is not known"));
            }
            return Ok(());
        }
        let Some(place) = &object.place else { return Ok(()) };
        let cells = self.searched(&place.shape, stated)?;
        if cells.is_empty() {
            return Ok(());
        }
        let method = usize::from(object.text("method") != Some("visual_surface"));
        let finds = self.finds(&id, &cells, &[], u64::try_from(found).unwrap_or(0));
        self.tasks.push(Task { id: format!("box {id}"), method, passes: 1, cells, finds });
        Ok(())
    }

    /// A find with no search behind it, at its point or the middle of its area.
    fn spot_find(&mut self, object: &Object) {
        let cell = self.cell_of(object).or_else(|| {
            let Shape::Area(area) = &object.place.as_ref()?.shape else { return None };
            let cells = self.plane.cells(area).ok()?;
            cells.get(cells.len() / 2).map(|(cell, _)| *cell)
        });
        match cell {
            Some(cell) => self.spot_finds.push(SpotFind { id: object.id.to_string(), cell }),
            None => self.left_out.push(format!("find {}: its place is not known here", object.id)),
        }
    }

    fn finish(mut self) -> Gathered {
        let parameters = self.said.parameters;
        let grid = self.plane.grid;
        let square_kilometres =
            f64::from(grid.cells()) * grid.cell_metres() * grid.cell_metres() / 1e6;
        let inside = |strike: &Strike| -> f64 {
            let weights = strike.places.weights().iter().enumerate();
            weights
                .filter(|(place, _)| {
                    let (e, n) = strike.places.place(*place);
                    grid.cell_at(e, n).is_some()
                })
                .map(|(_, weight)| weight)
                .sum()
        };
        let recorded: f64 = self.strikes.iter().map(inside).sum();
        let (per_square_kilometre, log_spread) =
            parameters.unreported_density(recorded, square_kilometres);
        // Strikes that nobody recorded are taken to be like the recorded ones nearby.
        let (loads, (munitions, munitions_deviation)) = if self.strikes.is_empty() {
            let submunition = self.submunition(UNKNOWN_TYPE);
            (self.unknown_loads(submunition), parameters.munitions(None))
        } else {
            let mut weights: BTreeMap<(usize, u64), f64> = BTreeMap::new();
            #[expect(clippy::cast_precision_loss, reason = "few strikes")]
            let share = 1.0 / self.strikes.len() as f64;
            let mut mean = 0.0;
            let mut square = 0.0;
            for strike in &self.strikes {
                for load in &strike.loads {
                    *weights.entry((load.submunition, load.each.to_bits())).or_default() +=
                        share * load.weight;
                }
                mean += share * strike.munitions;
                square += share * (strike.munitions.powi(2) + strike.munitions_deviation.powi(2));
            }
            let loads = weights
                .into_iter()
                .map(|((submunition, each), weight)| Load {
                    submunition,
                    weight,
                    each: f64::from_bits(each),
                })
                .collect();
            (loads, (mean, (square - mean * mean).max(0.0).sqrt()))
        };
        let methods = METHODS
            .iter()
            .map(|(name, row)| Method {
                name: (*name).to_owned(),
                detection: parameters.beta(&format!("detection-{row}")),
                never_found: parameters.fixed(&format!("never-found-{row}")),
            })
            .collect();
        let (median_metres, scale_spread) = parameters.log_normal("footprint-scale");
        let footprint = FootprintBelief {
            median_metres,
            log_spread: scale_spread,
            between_strikes: parameters.fixed("footprint-scale-between-strikes"),
        };
        let found =
            self.tasks.iter().flat_map(|task| &task.finds).map(|find| u64::from(find.count)).sum();
        let done = Done {
            strikes: self.strikes.len(),
            searches: self.tasks.len(),
            found,
            spot_finds: self.spot_finds.len(),
        };
        let inputs = Inputs {
            grid,
            types: self.types,
            methods,
            footprint,
            strikes: self.strikes,
            tasks: self.tasks,
            spot_finds: self.spot_finds,
            unreported: Some(Unreported {
                per_square_kilometre,
                log_spread,
                munitions,
                munitions_deviation,
                loads,
            }),
            areas: self.areas,
        };
        let Self { left_out, notes, outlines, .. } = self;
        Gathered { inputs, done, left_out, notes, outlines }
    }
}

fn count_of(point: &Object) -> u32 {
    let count = point.field("quantity").and_then(|value| value.whole()).unwrap_or(1);
    u32::try_from(count.max(1)).unwrap_or(u32::MAX)
}

/// At most a thousand places, every so many of a longer list.
fn thinned(places: Vec<(f64, f64, f64)>) -> Vec<(f64, f64, f64)> {
    let step = places.len().div_ceil(1_000).max(1);
    places.into_iter().step_by(step).collect()
}
