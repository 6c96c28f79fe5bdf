//! The geometry of a row: from text or from the reader, checked and measured.
//!
//! Belongs here: well-known text, the point lists of phones, and what is said of an outline. Does
//! not belong here: whether an outline is valid (`boundary`), points (`place`).

use geo_types::{Coord, Geometry, LineString, MultiPolygon, Point, Polygon};

use super::finding::Remark;
use super::rule::Rule;
use crate::boundary::{Boundary, FillRule, GeometryFault, GeometryNote, repair_proposals};
use crate::coordinate::CoordinateReading;

/// Faults of one geometry that are told one by one; of more, their number.
const MOST_FAULTS: usize = 10;

/// So many points of a phone's list are read.
const MOST_POINTS: usize = 100_000;

/// A checked area, or the remarks on why there is none. Corners of a district or a country may be far
/// apart; those of a hazardous area are not.
pub(super) fn area(
    geometry: Geometry<f64>,
    corners_may_be_far_apart: bool,
    remarks: &mut Vec<Remark>,
) -> Option<Boundary> {
    let parts = parts_of(&geometry);
    match Boundary::new(geometry) {
        Ok(checked) => {
            let mut far_apart: Option<(String, usize)> = None;
            for note in &checked.notes {
                match note {
                    GeometryNote::FarApart { .. } => {
                        far_apart.get_or_insert_with(|| (note.to_string(), 0)).1 += 1;
                    }
                    _ => remarks.push(Remark::new(Rule::GeometryNoted, note.to_string())),
                }
            }
            if let Some((first, count)) = far_apart.filter(|_| !corners_may_be_far_apart) {
                let message = match count {
                    1 => first,
                    _ => format!("{count} times corners in a row lie far apart: {first}"),
                };
                remarks.push(Remark::new(Rule::CornersFarApart, message));
            }
            Some(checked.boundary)
        }
        Err(faults) => {
            let repair = parts.and_then(repaired);
            for fault in faults.iter().take(MOST_FAULTS) {
                let message = format!("{fault}; {}", fault.help());
                let remark = Remark::new(Rule::GeometryAtFault, message);
                remarks.push(match &repair {
                    Some(repair) => remark.perhaps(repair.clone()),
                    None => remark,
                });
            }
            if faults.len() > MOST_FAULTS {
                remarks.push(Remark::new(
                    Rule::GeometryAtFault,
                    format!("and {} more faults", faults.len() - MOST_FAULTS),
                ));
            }
            None
        }
    }
}

/// A point where an outline should be.
pub(super) fn not_an_area(kind: &'static str) -> Remark {
    Remark::new(Rule::GeometryAtFault, GeometryFault::NotAnArea { kind }.to_string())
}

fn parts_of(geometry: &Geometry<f64>) -> Option<Vec<Vec<Vec<Coord<f64>>>>> {
    let rings = |polygon: &Polygon<f64>| -> Vec<Vec<Coord<f64>>> {
        std::iter::once(polygon.exterior())
            .chain(polygon.interiors())
            .map(|ring| ring.0.clone())
            .collect()
    };
    match geometry {
        Geometry::Polygon(polygon) => Some(vec![rings(polygon)]),
        Geometry::MultiPolygon(polygons) => Some(polygons.iter().map(rings).collect()),
        _ => None,
    }
}

/// What the lines as drawn could enclose, in words.
fn repaired(parts: Vec<Vec<Vec<Coord<f64>>>>) -> Option<String> {
    let proposals = repair_proposals(parts).ok()?;
    let words: Vec<String> = proposals
        .iter()
        .map(|proposal| {
            let reading = match proposal.rule {
                FillRule::EvenOdd => "counting what is encircled an odd number of times",
                FillRule::NonZero => "counting all that is encircled",
            };
            format!("{} {reading}", proposal.boundary.area())
        })
        .collect();
    Some(words.join(", or "))
}

/// The points that a phone recorded: `lat lon altitude accuracy; lat lon …`, latitude first.
///
/// # Source
/// ODK XForms specification, data types geotrace and geoshape.
pub(super) fn points(text: &str, reading: &CoordinateReading) -> Result<Vec<Coord<f64>>, Remark> {
    let mut points = Vec::new();
    for (index, part) in text.split(';').map(str::trim).filter(|p| !p.is_empty()).enumerate() {
        if index >= MOST_POINTS {
            return Err(Remark::new(
                Rule::GeometryAtFault,
                format!("more than {MOST_POINTS} points"),
            ));
        }
        match reading.read(part) {
            Ok(entered) => points
                .push(Coord { x: entered.position.longitude(), y: entered.position.latitude() }),
            Err(fault) => {
                return Err(Remark::new(
                    Rule::PositionNotUnderstood,
                    format!("point {} of the list: {fault}; {}", index + 1, fault.help()),
                ));
            }
        }
    }
    Ok(points)
}

/// The outline that a phone recorded, as one ring.
pub(super) fn ring(points: Vec<Coord<f64>>) -> Geometry<f64> {
    Geometry::Polygon(Polygon::new(LineString::new(points), Vec::new()))
}

/// A geometry as well-known text, with or without `SRID=4326;` before it.
///
/// # Source
/// OGC 06-103r4, Simple Feature Access part 1, section 7: two dimensions; further numbers of a
/// corner are read and left out.
pub(super) fn well_known_text(text: &str) -> Result<Geometry<f64>, Remark> {
    let fault =
        |why: &str| Remark::new(Rule::GeometryAtFault, format!("no well-known text: {why}"));
    let text = text.trim();
    let upper = text.get(..5).map(str::to_ascii_uppercase);
    let text = match upper.as_deref() {
        Some("SRID=") => match text.split_once(';') {
            Some((srid, rest)) if srid[5..].trim() == "4326" => rest.trim_start(),
            _ => return Err(fault("its reference system is not WGS 84 (4326)")),
        },
        _ => text,
    };
    let open = text.find('(');
    let (word, body) = match open {
        Some(at) => (&text[..at], &text[at..]),
        None if text.to_ascii_uppercase().ends_with("EMPTY") => {
            return Err(fault("the geometry is empty"));
        }
        None => return Err(fault("there is no bracket")),
    };
    let word = word.trim().to_ascii_uppercase();
    let kind = word.split_whitespace().next().unwrap_or_default();
    let tree = Brackets::read(body).ok_or_else(|| fault("brackets or numbers are not sound"))?;
    let geometry = match kind {
        "POINT" => tree.corners().and_then(|c| match c.as_slice() {
            [only] => Some(Geometry::Point(Point(*only))),
            _ => None,
        }),
        "LINESTRING" => tree.corners().map(|c| Geometry::LineString(LineString::new(c))),
        "POLYGON" => tree.polygon().map(Geometry::Polygon),
        "MULTIPOLYGON" => tree
            .members()
            .and_then(|parts| parts.iter().map(Brackets::polygon).collect::<Option<Vec<_>>>())
            .map(|parts| Geometry::MultiPolygon(MultiPolygon::new(parts))),
        _ => return Err(fault("it is of a kind that is not taken")),
    };
    geometry.ok_or_else(|| fault("the brackets do not fit the kind"))
}

/// Brackets within brackets, with rows of numbers in the innermost.
enum Brackets {
    Members(Vec<Brackets>),
    Corners(Vec<Coord<f64>>),
}

impl Brackets {
    /// Deeper than a multipolygon's corners there is nothing.
    const DEEPEST: usize = 4;

    fn read(text: &str) -> Option<Self> {
        let (brackets, rest) = Self::one(text.trim_start(), 1)?;
        rest.trim().is_empty().then_some(brackets)
    }

    fn one(text: &str, depth: usize) -> Option<(Self, &str)> {
        if depth > Self::DEEPEST {
            return None;
        }
        let mut rest = text.strip_prefix('(')?.trim_start();
        if !rest.starts_with('(') {
            let (inner, rest) = rest.split_once(')')?;
            let corners = inner.split(',').map(corner).collect::<Option<Vec<_>>>()?;
            return Some((Self::Corners(corners), rest));
        }
        let mut members = Vec::new();
        loop {
            let (member, after) = Self::one(rest, depth + 1)?;
            members.push(member);
            let after = after.trim_start();
            match after.strip_prefix(',') {
                Some(next) => rest = next.trim_start(),
                None => return Some((Self::Members(members), after.strip_prefix(')')?)),
            }
        }
    }

    fn corners(&self) -> Option<Vec<Coord<f64>>> {
        match self {
            Self::Corners(corners) => Some(corners.clone()),
            Self::Members(_) => None,
        }
    }

    fn members(&self) -> Option<&[Self]> {
        match self {
            Self::Members(members) => Some(members),
            Self::Corners(_) => None,
        }
    }

    fn polygon(&self) -> Option<Polygon<f64>> {
        let mut rings = self
            .members()?
            .iter()
            .map(|ring| ring.corners().map(LineString::new))
            .collect::<Option<Vec<_>>>()?;
        if rings.is_empty() {
            return None;
        }
        let outline = rings.remove(0);
        Some(Polygon::new(outline, rings))
    }
}

fn corner(text: &str) -> Option<Coord<f64>> {
    let mut numbers = text.split_whitespace();
    let (x, y) = (numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?);
    numbers.all(|number| number.parse::<f64>().is_ok()).then_some(Coord { x, y })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn well_known_text_is_read() {
        let Geometry::Point(point) = well_known_text("POINT (-75.5 5.7)").unwrap() else {
            panic!()
        };
        assert_eq!((point.x(), point.y()), (-75.5, 5.7));
        let square = "SRID=4326;POLYGON Z ((0 0 1, 0.01 0 1, 0.01 0.01 1, 0 0.01 1, 0 0 1))";
        let mut remarks = Vec::new();
        let boundary = area(well_known_text(square).unwrap(), false, &mut remarks).unwrap();
        assert!((boundary.area().get() as f64 - 1_230_000.0).abs() < 5_000.0);
        let multi = "MULTIPOLYGON(((0 0,1 0,1 1,0 0)),((5 5,6 5,6 6,5 5),(5.5 5.2,5.7 5.2,5.7 5.4,5.5 5.2)))";
        assert!(
            matches!(well_known_text(multi), Ok(Geometry::MultiPolygon(parts)) if parts.0.len() == 2)
        );
    }

    #[test]
    fn what_is_no_well_known_text_is_told() {
        for text in [
            "",
            "POINT",
            "POINT(1)",
            "POINT(1 x)",
            "POLYGON(0 0, 1 1)",
            "CIRCLE(1 1)",
            "POINT EMPTY",
            "SRID=32648;POINT(1 1)",
            "POLYGON((0 0,1 0,1 1,0 0)",
            "MULTIPOLYGON(((((0 0,1 0,1 1,0 0)))))",
            "SRID=é;POINT(1 1)",
        ] {
            let rule = well_known_text(text).unwrap_err().rule;
            assert_eq!(rule, Rule::GeometryAtFault, "{text}");
        }
    }

    #[test]
    fn a_figure_of_eight_is_not_taken_but_what_it_may_mean_is_shown() {
        let eight = "POLYGON((0 0,0.01 0.01,0.01 0,0 0.01,0 0))";
        let mut remarks = Vec::new();
        assert!(area(well_known_text(eight).unwrap(), false, &mut remarks).is_none());
        assert_eq!(remarks[0].rule, Rule::GeometryAtFault);
        assert!(remarks[0].suggestion.as_ref().unwrap().contains("m2"), "{remarks:?}");
    }

    #[test]
    fn a_phones_list_becomes_a_ring() {
        let reading = CoordinateReading::default();
        let shape = "17.0 103.0 0 5; 17.0 103.01 0 5; 17.01 103.01 0 5; 17.0 103.0 0 5";
        let found = points(shape, &reading).unwrap();
        assert_eq!(found[1], Coord { x: 103.01, y: 17.0 });
        assert!(area(ring(found), false, &mut Vec::new()).is_some());
        assert_eq!(
            points("17.0 103.0; x", &reading).unwrap_err().rule,
            Rule::PositionNotUnderstood
        );
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,40}|(POINT|POLYGON|MULTIPOLYGON)?[(), 0-9.eE-]{0,60}") {
            if let Ok(geometry) = well_known_text(&text) {
                let _area = area(geometry, false, &mut Vec::new());
            }
        }
    }
}
