//! What a programme settles before it surveys: box size, rules, distances.
//!
//! Belongs here: each parameter with its value, unit and source, and whether they fit together.
//! Does not belong here: the rules' effect (`next`, `confirmed`).
//!
//! # Source
//! The names follow the cluster munition remnants survey as HALO, MAG and NPA agreed it in 2019 and
//! IMAS 08.20/02 (2024) took it up. **No default was read at either**: each says `UNVERIFIED` and is
//! there to be replaced by the programme's own standing procedures.

use serde::{Deserialize, Serialize};

use super::fault::CmrsFault;

/// One settled value and what it rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter<T> {
    /// The value.
    pub value: T,
    /// Its unit; empty for a rule or a plain count.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub unit: String,
    /// The document and edition it was taken from, or what a default follows.
    pub source: String,
    /// Whether someone has read it there.
    pub verified: bool,
}

/// Where the lines of the grid run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BoxOrigin {
    /// Along the UTM grid, so that teams share boxes.
    UtmAligned,
    /// So that the first evidence point is in the middle of its box.
    EvidencePointCentred,
}

/// Which boxes touch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NeighbourRule {
    /// Those that share a side.
    Four,
    /// Those that share a side or a corner.
    Eight,
}

impl NeighbourRule {
    /// The steps to the neighbours, in boxes east and north: from the north clockwise.
    #[must_use]
    pub fn steps(self) -> &'static [(i64, i64)] {
        match self {
            Self::Four => &[(0, 1), (1, 0), (0, -1), (-1, 0)],
            Self::Eight => &[(0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1), (-1, 0), (-1, 1)],
        }
    }
}

/// How much of a box is searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SearchRule {
    /// So many minutes.
    MinutesPerBox(u32),
    /// At least this share of its area, in per cent.
    MinimumCoveragePercent(u32),
    /// Along lanes.
    Lanes,
}

/// When the search of a box ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StopRule {
    /// At the first submunition.
    FirstFound,
    /// At this many.
    FirstSeveral(u32),
    /// When all of it is searched.
    FullCoverage,
}

/// What is done with evidence points of earlier years.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OldEvidencePoints {
    /// Gone to again: items are carried about.
    ReVerify,
    /// Taken as they are.
    Accept,
}

/// All that a programme settles. In JSON one object, with `value`, `unit`, `source` and `verified`
/// under each name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// Side of a planning square, in metres: whole kilometres.
    pub planning_square_metres: Parameter<u32>,
    /// Side of a box, in metres.
    pub box_size_metres: Parameter<u32>,
    /// Where the lines of the grid run.
    pub box_origin: Parameter<BoxOrigin>,
    /// Which boxes a positive one opens, and which positive ones are one area.
    pub neighbour_rule: Parameter<NeighbourRule>,
    /// How many boxes a team jumps over after a positive one, to come back to.
    pub skip_boxes: Parameter<u32>,
    /// How much of a box is searched.
    pub search_rule: Parameter<SearchRule>,
    /// When the search of a box ends.
    pub stop_rule: Parameter<StopRule>,
    /// How far clearance goes on past the last item found, in metres.
    pub fade_out_metres: Parameter<u32>,
    /// How far the confirmed area reaches past its boxes, in metres.
    pub cha_buffer_metres: Parameter<u32>,
    /// How many pieces of direct evidence an area needs before it is confirmed.
    pub minimum_evidence: Parameter<u32>,
    /// What is done with old evidence points.
    pub old_evidence_points: Parameter<OldEvidencePoints>,
    /// Whether a box with fragments only counts as positive.
    pub fragments_count_as_found: Parameter<bool>,
}

/// One parameter as it is printed beside a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParameterRow {
    /// Its name.
    pub name: &'static str,
    /// Its value.
    pub value: String,
    /// Its unit.
    pub unit: String,
    /// Where it is from.
    pub source: String,
    /// Whether it was read there.
    pub verified: bool,
}

const METRES: &str = "m";
const BOXES: &str = "boxes";
const PIECES: &str = "pieces of direct evidence";
const NO_UNIT: &str = "";

fn unverified<T>(value: T, unit: &str, follows: &str) -> Parameter<T> {
    Parameter {
        value,
        unit: unit.to_owned(),
        source: format!("UNVERIFIED: {follows}"),
        verified: false,
    }
}

impl Default for Parameters {
    /// Values remembered as usual, none of them read at a source: each says so.
    fn default() -> Self {
        Self {
            planning_square_metres: unverified(
                1000,
                METRES,
                "1 km squares are remembered as usual",
            ),
            box_size_metres: unverified(
                50,
                METRES,
                "50 m is remembered as usual, 25 m and 100 m as also used",
            ),
            box_origin: unverified(BoxOrigin::UtmAligned, NO_UNIT, "so that teams share boxes"),
            neighbour_rule: unverified(
                NeighbourRule::Eight,
                NO_UNIT,
                "both are remembered; the one that opens more boxes is taken",
            ),
            skip_boxes: unverified(
                0,
                BOXES,
                "0, 1 and 2 are remembered; none is skipped unless a programme says so",
            ),
            search_rule: unverified(
                SearchRule::MinimumCoveragePercent(50),
                NO_UNIT,
                "25 to 50 % is commonly quoted; the upper end is taken",
            ),
            stop_rule: unverified(
                StopRule::FirstFound,
                NO_UNIT,
                "remembered as the first of three",
            ),
            fade_out_metres: unverified(50, METRES, "commonly quoted; nations set other distances"),
            cha_buffer_metres: unverified(
                0,
                METRES,
                "0, 25 and 50 m are remembered; nothing is added unless a programme says so",
            ),
            minimum_evidence: unverified(1, PIECES, "one direct item is remembered; national"),
            old_evidence_points: unverified(
                OldEvidencePoints::ReVerify,
                NO_UNIT,
                "scrap collectors and villagers carry items about",
            ),
            fragments_count_as_found: unverified(
                false,
                NO_UNIT,
                "fragments alone are shown apart unless a programme counts them",
            ),
        }
    }
}

/// Calls a macro-like closure on each parameter: the one list of names, units and fields.
macro_rules! each {
    ($parameters:expr, $visit:ident) => {
        $visit!($parameters, planning_square_metres, METRES);
        $visit!($parameters, box_size_metres, METRES);
        $visit!($parameters, box_origin, NO_UNIT);
        $visit!($parameters, neighbour_rule, NO_UNIT);
        $visit!($parameters, skip_boxes, BOXES);
        $visit!($parameters, search_rule, NO_UNIT);
        $visit!($parameters, stop_rule, NO_UNIT);
        $visit!($parameters, fade_out_metres, METRES);
        $visit!($parameters, cha_buffer_metres, METRES);
        $visit!($parameters, minimum_evidence, PIECES);
        $visit!($parameters, old_evidence_points, NO_UNIT);
        $visit!($parameters, fragments_count_as_found, NO_UNIT);
    };
}

impl Parameters {
    /// The parameters as they are printed beside a result, in the order of the record.
    #[must_use]
    pub fn rows(&self) -> Vec<ParameterRow> {
        let mut rows = Vec::new();
        macro_rules! row {
            ($parameters:expr, $name:ident, $unit:expr) => {
                rows.push(ParameterRow {
                    name: stringify!($name),
                    value: written(&$parameters.$name.value),
                    unit: $parameters.$name.unit.clone(),
                    source: $parameters.$name.source.clone(),
                    verified: $parameters.$name.verified,
                });
            };
        }
        each!(self, row);
        rows
    }

    /// All that is wrong with the values, at once; nothing where they can be used.
    #[must_use]
    pub fn faults(&self) -> Vec<CmrsFault> {
        let mut faults = Vec::new();
        macro_rules! stated {
            ($parameters:expr, $name:ident, $expected:expr) => {
                let parameter = &$parameters.$name;
                if parameter.unit != $expected {
                    faults.push(CmrsFault::Unit {
                        name: stringify!($name),
                        unit: parameter.unit.clone(),
                        expected: $expected,
                    });
                }
                if parameter.source.trim().is_empty() {
                    faults.push(CmrsFault::NoSource { name: stringify!($name) });
                }
            };
        }
        each!(self, stated);
        let mut refuse = |wrong: bool, name: &'static str, value: String, why: &'static str| {
            if wrong {
                faults.push(CmrsFault::Parameter { name, value, why });
            }
        };
        let square = self.planning_square_metres.value;
        refuse(
            square == 0 || !square.is_multiple_of(1000) || square > 10_000,
            "planning_square_metres",
            square.to_string(),
            "it must be whole kilometres, 1000 to 10000, to fall on the lines of the map",
        );
        let size = self.box_size_metres.value;
        let aligned = self.box_origin.value == BoxOrigin::UtmAligned;
        refuse(
            !(BOX_SIZES).contains(&size),
            "box_size_metres",
            size.to_string(),
            "it must be 5 to 1000 m",
        );
        refuse(
            size != 0 && aligned && 1000 % size != 0,
            "box_size_metres",
            size.to_string(),
            "along the UTM grid it must divide 1000 m, so that no box spans two squares of the map",
        );
        refuse(
            BOX_SIZES.contains(&size) && square / size > MOST_BOXES_A_SIDE,
            "planning_square_metres",
            square.to_string(),
            "it must have at most 200 boxes a side: more cannot be printed on a sheet",
        );
        let skip = self.skip_boxes.value;
        refuse(skip > 10, "skip_boxes", skip.to_string(), "it must be 0 to 10");
        match self.search_rule.value {
            SearchRule::MinutesPerBox(minutes) => refuse(
                minutes == 0,
                "search_rule",
                minutes.to_string(),
                "a box that is searched takes at least a minute",
            ),
            SearchRule::MinimumCoveragePercent(percent) => refuse(
                percent == 0 || percent > 100,
                "search_rule",
                percent.to_string(),
                "a coverage must be 1 to 100 per cent",
            ),
            SearchRule::Lanes => {}
        }
        if let StopRule::FirstSeveral(items) = self.stop_rule.value {
            refuse(items == 0, "stop_rule", items.to_string(), "at least one item must be found");
        }
        let fade_out = self.fade_out_metres.value;
        refuse(
            fade_out > 10_000,
            "fade_out_metres",
            fade_out.to_string(),
            "it must be 0 to 10000 m",
        );
        let buffer = self.cha_buffer_metres.value;
        refuse(buffer > 1000, "cha_buffer_metres", buffer.to_string(), "it must be 0 to 1000 m");
        let evidence = self.minimum_evidence.value;
        refuse(
            evidence == 0,
            "minimum_evidence",
            evidence.to_string(),
            "an area is confirmed by direct evidence, at least one piece of it",
        );
        faults
    }

    /// The parameters that nobody has read at a source, by name: what a map has to admit.
    #[must_use]
    pub fn unverified(&self) -> Vec<&'static str> {
        self.rows().into_iter().filter(|row| !row.verified).map(|row| row.name).collect()
    }
}

/// The box sizes that are possible, in metres.
pub(super) const BOX_SIZES: std::ops::RangeInclusive<u32> = 5..=1000;

/// The most boxes along a side of a planning square.
const MOST_BOXES_A_SIDE: u32 = 200;

/// A value as it stands in the project's JSON, without quotation marks.
fn written<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default().replace(['"', '{', '}'], "").replace(':', " ")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn every_default_can_be_used_and_says_that_it_is_unverified() {
        let defaults = Parameters::default();
        assert_eq!(defaults.faults(), vec![]);
        for row in defaults.rows() {
            assert!(!row.verified && row.source.starts_with("UNVERIFIED: "), "{}", row.name);
        }
        assert_eq!(defaults.unverified().len(), 12);
    }

    #[test]
    fn parameters_come_back_from_the_project_as_they_were() {
        let mut own = Parameters::default();
        own.stop_rule.value = StopRule::FirstSeveral(3);
        own.box_size_metres = Parameter {
            value: 25,
            unit: "m".to_owned(),
            source: "national survey standard, edition 2, article 4".to_owned(),
            verified: true,
        };
        let json = serde_json::to_string(&own).unwrap();
        assert_eq!(serde_json::from_str::<Parameters>(&json).unwrap(), own);
        assert!(json.contains(r#""box_size_metres":{"value":25,"unit":"m""#), "{json}");
        let row = own.rows().into_iter().find(|row| row.name == "stop_rule").unwrap();
        assert_eq!(row.value, "first_several 3");
    }

    #[test]
    fn all_that_is_wrong_is_said_at_once() {
        let mut own = Parameters::default();
        own.box_size_metres.value = 30;
        own.planning_square_metres.value = 1500;
        own.fade_out_metres.unit = "feet".to_owned();
        own.minimum_evidence.value = 0;
        own.search_rule.value = SearchRule::MinimumCoveragePercent(140);
        own.skip_boxes.source = " ".to_owned();
        let faults = own.faults();
        assert_eq!(faults.len(), 6, "{faults:?}");
        let printed: Vec<String> = faults.iter().map(ToString::to_string).collect();
        assert!(printed.contains(
            &"parameter `fade_out_metres` is given in `feet`, but is used in `m`".to_owned()
        ));
        assert!(faults.iter().all(|fault| !fault.help().is_empty()));
    }
}
