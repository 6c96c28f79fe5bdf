//! The confirmed area: from boxes to polygons by a rule that is printed with them.
//!
//! Belongs here: the rule, its steps, and what it gives. Does not belong here: where its limit is
//! not established (`limit`), whether the area becomes a hazardous area in the record, and hand
//! edits: those are a later boundary, beside which the computed one is kept.

use std::collections::{BTreeMap, BTreeSet};

use geo_types::MultiPolygon;
use remnant_record::SquareMetres;
use serde::{Deserialize, Serialize};

use crate::object::ObjectId;

use super::box_id::BoxId;
use super::fault::CmrsFault;
use super::grid::Grid;
use super::limit::{OpenLimit, open_limits};
use super::meaning::BoxResult;
use super::parameters::Parameters;
use super::plane::{cut_to_land, polygon_to_wgs84, whole_square_metres};
use super::region::{Block, Region, Rings};
use super::survey::{EvidencePoint, Survey};

/// The choices of the rule that are no parameters of the survey.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfirmationRule {
    /// Whether holes are filled, whatever lies in them.
    pub fill_holes: bool,
    /// Whether boxes that were searched whole and found empty are taken out again at the end. A box
    /// of which a share was searched never is.
    pub take_out_whole_empty_boxes: bool,
}

/// The name of the rule, as it is printed on a map.
pub const RULE_NAME: &str = "positive boxes joined, square buffer";
/// The version of the rule: the same version gives the same areas.
pub const RULE_VERSION: u32 = 1;

/// What the rule gave, with all that it was made from.
///
/// In JSON: names as here, areas of the outline as in GeoJSON's coordinates.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ConfirmedArea {
    /// [`RULE_NAME`].
    pub rule_name: &'static str,
    /// [`RULE_VERSION`].
    pub rule_version: u32,
    /// The choices.
    pub rule: ConfirmationRule,
    /// The parameters.
    pub parameters: Parameters,
    /// The grid.
    pub grid: Grid,
    /// The boxes it was made from, as they stood.
    pub inputs: Vec<(BoxId, BoxResult)>,
    /// The areas, apart from one another, from the south-west.
    pub areas: Vec<Area>,
    /// Evidence points that lie in none of the areas.
    pub evidence_outside: Vec<ObjectId>,
}

/// One confirmed area.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Area {
    /// Its outline, WGS 84, cut where the zone's land ends. Sides on which two areas touch may
    /// overlap by up to 0.4 mm to 60° of latitude: their vertices stand at different places.
    #[serde(serialize_with = "crate::shape::rings::serialize")]
    pub outline: MultiPolygon<f64>,
    /// Its area on the ellipsoid.
    pub square_metres: SquareMetres,
    /// Its area on the grid, before anything was cut off at the limit of the zone.
    pub grid_square_metres: SquareMetres,
    /// The positive boxes it was made from.
    pub positive: Vec<BoxId>,
    /// Boxes between positive ones that were skipped or not searched through, and belong to it.
    pub bridged: Vec<BoxId>,
    /// How many boxes lie in it, wholly or in part, by what stands of them.
    pub boxes: BTreeMap<BoxResult, usize>,
    /// Evidence points in it.
    pub evidence_points: Vec<ObjectId>,
    /// Pieces of direct evidence: remnants found in its boxes, and direct evidence points in it that
    /// lie in no box with a find.
    pub direct_evidence: u64,
    /// Whether that is as much as the parameters ask for. Without it the area is not confirmed.
    pub enough_evidence: bool,
    /// Whether a part was cut off because it lies in another zone's land.
    pub cut_at_zone_limit: bool,
    /// Where its limit is not established: never to be read as clean beyond.
    pub open_limits: Vec<OpenLimit>,
}

impl Area {
    /// How many of its boxes were searched and nothing found.
    #[must_use]
    pub fn negative(&self) -> usize {
        self.boxes.get(&BoxResult::NothingFound).copied().unwrap_or(0)
    }

    /// How many of its boxes nobody searched through: blank, partly searched, or not to be searched.
    #[must_use]
    pub fn unsearched(&self) -> usize {
        self.boxes.iter().filter(|(result, _)| !result.is_searched()).map(|(_, count)| count).sum()
    }
}

impl ConfirmedArea {
    /// The rule in words, step by step, as it is printed on the map.
    #[must_use]
    pub fn rule_in_words(&self) -> String {
        let settled = &self.parameters;
        let positive = match settled.fragments_count_as_found.value {
            true => "remnants or fragments",
            false => "remnants",
        };
        let neighbours = settled.neighbour_rule.value.steps().len();
        let skip = settled.skip_boxes.value;
        let buffer = settled.cha_buffer_metres.value;
        let mut words = format!(
            "{} (version {}): boxes of {} m with {positive} found, joined across {neighbours} \
             neighbours and over at most {skip} unsearched boxes in line, widened by {buffer} m east, \
             west, north and south (square corners)",
            self.rule_name,
            self.rule_version,
            self.grid.box_size_metres(),
        );
        if self.rule.fill_holes {
            words.push_str("; holes filled");
        }
        if self.rule.take_out_whole_empty_boxes {
            words.push_str("; boxes searched whole and found empty taken out");
        }
        let unverified = settled.unverified();
        if !unverified.is_empty() {
            words.push_str("; UNVERIFIED: ");
            words.push_str(&unverified.join(", "));
        }
        words
    }

    /// The sum of the areas on the ellipsoid: they share no ground.
    #[must_use]
    pub fn square_metres(&self) -> SquareMetres {
        let sum = self.areas.iter().map(|area| area.square_metres.get()).sum();
        SquareMetres::new(sum)
    }
}

/// The confirmed areas of a survey.
///
/// 1. Positive boxes: a remnant found, or fragments where the parameters count them.
/// 2. Joined when they touch under the neighbour rule, or when, in one of its directions, at most
///    `skip_boxes` boxes lie between, none of them searched without a find; those between belong
///    to the area.
/// 3. The union, widened by `cha_buffer_metres` with **square** corners on the UTM plane: each box
///    grows by so much on its four sides. At a corner this takes in up to 1.41 times the distance,
///    never less than the round buffer. What then shares ground is one area. Holes are filled
///    if the rule says so.
/// 4. Boxes searched whole and found empty are taken out, only if the rule says so.
/// 5. Where the outline meets land that was not searched through, an [`OpenLimit`] says so.
/// 6. Inputs, rule, version and parameters are kept in the result.
/// 7. Area, boxes by result and evidence are counted for each.
///
/// The answer does not depend on the order of records.
///
/// # Errors
/// Every fault of the parameters, and `BoxSizeDiffers` where the grid has other boxes.
pub fn confirmed_area(
    survey: &Survey,
    evidence_points: &[EvidencePoint],
    parameters: &Parameters,
    rule: ConfirmationRule,
) -> Result<ConfirmedArea, Vec<CmrsFault>> {
    survey.check(parameters)?;
    let grid = survey.grid();
    let mut clusters = clusters(survey, parameters);
    for cluster in &mut clusters {
        cluster.region = cluster.boxes_widened(parameters.cha_buffer_metres.value);
        if rule.fill_holes {
            cluster.region = cluster.region.filled();
        }
    }
    let mut clusters = merged(clusters, rule.fill_holes);
    if rule.take_out_whole_empty_boxes {
        let empty: Vec<Block> = survey
            .boxes()
            .filter(|(_, standing)| standing.whole_and_empty)
            .map(|(id, _)| block(id, 0))
            .collect();
        let empty = Region::of(&empty);
        for cluster in &mut clusters {
            cluster.region = cluster.region.without(&empty);
        }
    }

    let mut points: Vec<(Option<BoxId>, &EvidencePoint)> =
        evidence_points.iter().map(|point| (grid.box_at(point.position).ok(), point)).collect();
    points.sort_by(|a, b| a.1.id.cmp(&b.1.id));
    let mut inside = BTreeSet::new();
    let areas: Vec<Area> = clusters
        .iter()
        .map(|cluster| {
            let area = measured(cluster, survey, &points, parameters);
            inside.extend(area.evidence_points.iter().cloned());
            area
        })
        .collect();
    let evidence_outside =
        points.iter().map(|(_, point)| point.id.clone()).filter(|id| !inside.contains(id));
    Ok(ConfirmedArea {
        rule_name: RULE_NAME,
        rule_version: RULE_VERSION,
        rule,
        parameters: parameters.clone(),
        grid,
        inputs: survey.boxes().map(|(id, standing)| (id, standing.result)).collect(),
        evidence_outside: evidence_outside.collect(),
        areas,
    })
}

/// Boxes that are one area, and the land they make.
#[derive(Default)]
struct Cluster {
    positive: BTreeSet<BoxId>,
    bridged: BTreeSet<BoxId>,
    region: Region,
}

impl Cluster {
    fn boxes_widened(&self, by_metres: u32) -> Region {
        let by = i64::from(by_metres);
        let blocks: Vec<Block> =
            self.positive.iter().chain(&self.bridged).map(|id| block(*id, by)).collect();
        Region::of(&blocks)
    }
}

/// The land of a box, widened.
pub(super) fn block(id: BoxId, by: i64) -> Block {
    let ((west, south), size) = (id.south_west(), i64::from(id.size_metres()));
    Block { west: west - by, south: south - by, east: west + size + by, north: south + size + by }
}

/// Positive boxes joined under the neighbour rule, bridging at most `skip_boxes`.
fn clusters(survey: &Survey, parameters: &Parameters) -> Vec<Cluster> {
    let fragments_count = parameters.fragments_count_as_found.value;
    let reach = i64::from(parameters.skip_boxes.value) + 1;
    let steps = parameters.neighbour_rule.value.steps();
    let mut left: BTreeSet<BoxId> = survey
        .boxes()
        .map(|(id, _)| id)
        .filter(|id| survey.is_positive(*id, fragments_count))
        .collect();
    let mut clusters = Vec::new();
    while let Some(first) = left.pop_first() {
        let mut cluster = Cluster::default();
        let mut frontier = vec![first];
        while let Some(id) = frontier.pop() {
            cluster.positive.insert(id);
            for (east, north) in steps {
                for away in 1..=reach {
                    let other = id.step(east * away, north * away);
                    if survey.is_positive(other, fragments_count) {
                        if left.remove(&other) {
                            frontier.push(other);
                        }
                        let between = (1..away).map(|n| id.step(east * n, north * n));
                        cluster.bridged.extend(between);
                        break;
                    }
                    // A box that was searched without a find is no bridge.
                    let result = survey.result(other);
                    if matches!(result, BoxResult::NothingFound | BoxResult::OtherUxoFound) {
                        break;
                    }
                }
            }
        }
        clusters.push(cluster);
    }
    clusters
}

/// Clusters of which none shares ground with another.
fn merged(mut clusters: Vec<Cluster>, fill_holes: bool) -> Vec<Cluster> {
    loop {
        clusters.sort_by_key(|cluster| cluster.region.extent().map(|extent| extent.west));
        let extents: Vec<Option<Block>> = clusters.iter().map(|c| c.region.extent()).collect();
        let mut group: Vec<usize> = (0..clusters.len()).collect();
        let mut joined = false;
        for (at, extent) in extents.iter().enumerate() {
            let Some(extent) = extent else { continue };
            for (other, beside) in extents.iter().enumerate().skip(at + 1) {
                let Some(beside) = beside else { continue };
                if beside.west >= extent.east {
                    break;
                }
                let level = beside.south < extent.north && extent.south < beside.north;
                let (a, b) = (root(&group, at), root(&group, other));
                if level && a != b && clusters[at].region.overlaps(&clusters[other].region) {
                    group[a.max(b)] = a.min(b);
                    joined = true;
                }
            }
        }
        if !joined {
            clusters.sort_by_key(|cluster| cluster.positive.first().copied());
            return clusters;
        }
        let mut together: BTreeMap<usize, (Cluster, Vec<Block>)> = BTreeMap::new();
        for (at, cluster) in clusters.into_iter().enumerate() {
            let (whole, blocks) = together.entry(root(&group, at)).or_default();
            blocks.extend(cluster.region.blocks());
            whole.positive.extend(cluster.positive);
            whole.bridged.extend(cluster.bridged);
        }
        let union = |(cluster, blocks): (Cluster, Vec<Block>)| Cluster {
            region: Region::of(&blocks),
            ..cluster
        };
        clusters = together.into_values().map(union).collect();
        if fill_holes {
            for cluster in &mut clusters {
                cluster.region = cluster.region.filled();
            }
        }
    }
}

/// The first member of the group that a cluster belongs to.
fn root(group: &[usize], mut at: usize) -> usize {
    while group[at] != at {
        at = group[at];
    }
    at
}

/// An area as it is given: on the ellipsoid, with its counts and its open limits.
fn measured(
    cluster: &Cluster,
    survey: &Survey,
    points: &[(Option<BoxId>, &EvidencePoint)],
    parameters: &Parameters,
) -> Area {
    let grid = survey.grid();
    let outlines: Vec<Rings> = cluster.region.outlines();
    let mut outline = MultiPolygon(Vec::new());
    let mut cut_at_zone_limit = false;
    for rings in &outlines {
        if let Some(polygon) = polygon_to_wgs84(grid.zone(), rings) {
            let (land, cut) = cut_to_land(grid.zone(), polygon);
            outline.0.extend(land.0);
            cut_at_zone_limit |= cut;
        }
    }
    let within: BTreeSet<BoxId> = boxes_in(&cluster.region, grid);
    let mut boxes = BTreeMap::new();
    for id in &within {
        *boxes.entry(survey.result(*id)).or_insert(0) += 1;
    }
    let in_area = |id: &BoxId, point: &EvidencePoint| {
        within.contains(id) && grid.lies_in(point.position, &cluster.region)
    };
    let inside: Vec<(BoxId, &EvidencePoint)> = points
        .iter()
        .filter_map(|(id, point)| id.filter(|id| in_area(id, point)).map(|id| (id, *point)))
        .collect();
    let found: u64 = cluster
        .positive
        .iter()
        .filter_map(|id| survey.standing(*id))
        .fold(0, |sum, standing| sum.saturating_add(standing.items_found));
    let pointed = inside
        .iter()
        .filter(|(id, point)| point.direct && survey.result(*id) != BoxResult::CmrFound)
        .count() as u64;
    let direct_evidence = found.saturating_add(pointed);
    Area {
        square_metres: whole_square_metres(&outline),
        grid_square_metres: SquareMetres::new(cluster.region.square_metres()),
        open_limits: open_limits(&outlines, &outline, survey),
        positive: cluster.positive.iter().copied().collect(),
        bridged: cluster.bridged.iter().copied().collect(),
        boxes,
        evidence_points: inside.iter().map(|(_, point)| point.id.clone()).collect(),
        direct_evidence,
        enough_evidence: direct_evidence >= u64::from(parameters.minimum_evidence.value),
        cut_at_zone_limit,
        outline,
    }
}

/// The boxes of a grid that share ground with a region, as far as they have land in the zone.
fn boxes_in(region: &Region, grid: Grid) -> BTreeSet<BoxId> {
    let size = i64::from(grid.box_size_metres());
    let mut boxes = BTreeSet::new();
    for block in region.blocks() {
        let first = grid.holding((block.west, block.south));
        let (east, north) = first.south_west();
        for row in 0..=(block.north - 1 - north) / size {
            for column in 0..=(block.east - 1 - east) / size {
                boxes.insert(first.step(column, row));
            }
        }
    }
    boxes.retain(|id| grid.has(*id));
    boxes
}
