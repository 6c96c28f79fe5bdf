//! The cells of a row as a place.
//!
//! Belongs here: which of several ways a row gives its place, what they say together, and what is
//! said of a position in its country and unit. Does not belong here: coordinate texts
//! (`coordinate`), outlines (`outline`).

mod written;

use geo_types::Geometry;

pub(super) use self::written::format_word;
use self::written::{
    fits_pattern, half_place_metres, is_pattern, method_of, plain_degrees, rough_metres,
};
use super::finding::Remark;
use super::known::Gazetteer;
use super::mapping::{CountryExtent, PlacePart};
use super::outline;
use super::rule::Rule;
use crate::boundary::Boundary;
use crate::coordinate::{
    Axis, CoordinateFault, CoordinateFormat, CoordinateReading, Datum, EnteredPosition, Position,
    Repair, RepairKind, RunTogether, suspect,
};
use crate::place::{LocationMethod, Place};
use crate::shape::Shape;

/// Two positions of a row that lie further apart than this beside what they say themselves are
/// told. A place is noted to ten metres or so; below that nobody asks.
const APART_METRES: f64 = 20.0;

/// The place of a row, and what else was learnt of it.
#[derive(Debug, Default)]
pub(super) struct PlaceRead {
    /// The place; `None` where the row gives none.
    pub(super) place: Option<Place>,
    /// The measured outline.
    pub(super) boundary: Option<Boundary>,
    /// The position, where there is one.
    pub(super) position: Option<Position>,
    /// The original coordinate with its position, beside the one given.
    pub(super) compared: Option<Compared>,
    /// Cells that could not be taken, by their part.
    pub(super) kept_back: Vec<PlacePart>,
}

/// An original coordinate beside the position that the file gives.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Compared {
    /// The text.
    pub(super) text: String,
    /// How it is written.
    pub(super) format: CoordinateFormat,
    /// What it was read as.
    pub(super) read: Position,
    /// What the file gives.
    pub(super) given: Position,
    /// Whether they lie further apart than their precision explains.
    pub(super) apart: bool,
}

/// What reading a place rests on.
#[derive(Clone, Copy)]
pub(super) struct PlaceReading<'a> {
    pub(super) coordinates: &'a CoordinateReading,
    pub(super) original: &'a CoordinateReading,
    pub(super) method: LocationMethod,
    pub(super) country: Option<&'a CountryExtent>,
    pub(super) gazetteer: &'a dyn Gazetteer,
    /// Whether outlines are those of districts and the like.
    pub(super) corners_may_be_far_apart: bool,
}

/// The cells of a row that tell its place; a blank one is empty.
pub(super) struct PlaceCells<'a> {
    /// The text of each part.
    pub(super) cell: &'a dyn Fn(PlacePart) -> &'a str,
    /// What the mapping's words for methods stand for.
    pub(super) method_code: &'a dyn Fn(&str) -> Option<String>,
    /// The geometry of the reader.
    pub(super) geometry: Option<&'a Geometry<f64>>,
    /// The unit that the row names, by code or name.
    pub(super) unit: Option<&'a str>,
}

/// Where a remark belongs.
pub(super) type PlaceRemarks = Vec<(Option<PlacePart>, Remark)>;

/// A position with what its text says of it.
struct Found {
    position: Position,
    uncertainty_metres: Option<f64>,
    precision_metres: f64,
    format: CoordinateFormat,
    datum: Datum,
    entered: String,
}

impl Found {
    fn of(entered: EnteredPosition) -> Self {
        Self {
            position: entered.position,
            uncertainty_metres: entered.uncertainty_metres,
            precision_metres: entered.precision_metres,
            format: entered.format,
            datum: entered.datum,
            entered: entered.entered.to_string(),
        }
    }
}

impl PlaceReading<'_> {
    /// Reads the place of a row.
    pub(super) fn read(&self, cells: &PlaceCells<'_>, remarks: &mut PlaceRemarks) -> PlaceRead {
        let mut read = PlaceRead::default();
        let mut found = self.position(cells, remarks, &mut read.kept_back);
        let original = self.original(cells, remarks, &mut read.kept_back);
        let mut uncertainty = found.as_ref().and_then(|found| found.uncertainty_metres);
        let mut entered = found.as_ref().map(|found| found.entered.clone());
        let shape = self.shape(cells, remarks, &mut read);
        if let Some(original) = original {
            if let Some(given) = &found {
                let (apart, metres) = self.compare(given, &original, remarks);
                // The text says at best so much; where the two disagree, the place is either.
                let of_text = original.uncertainty_metres.unwrap_or(original.precision_metres);
                uncertainty = Some(uncertainty.unwrap_or(0.0).max(of_text).max(if apart {
                    metres
                } else {
                    0.0
                }));
                read.compared = Some(Compared {
                    text: original.entered.clone(),
                    format: original.format,
                    read: original.position,
                    given: given.position,
                    apart,
                });
                entered = Some(format!("{} | {}", given.entered, original.entered));
            } else {
                uncertainty = original.uncertainty_metres;
                entered = Some(original.entered.clone());
                found = Some(original);
            }
        }
        if let (Some(found), Some(Shape::Point { longitude, latitude })) = (&found, &shape)
            && let Ok(drawn) = Position::new(*longitude, *latitude)
        {
            let metres = drawn.distance_metres(found.position);
            if metres > APART_METRES + found.precision_metres {
                remarks.push((None, disagree(metres, "the file's own geometry", drawn)));
            }
        }
        let point = |position: Position| Shape::Point {
            longitude: position.longitude(),
            latitude: position.latitude(),
        };
        let place_shape = match (&shape, &found) {
            // A position in cells goes before a point of the reader: its text says how good it is.
            (Some(Shape::Point { .. }) | None, Some(found)) => Some(point(found.position)),
            (Some(shape), _) => Some(shape.clone()),
            (None, None) => None,
        };
        let Some(place_shape) = place_shape else {
            // How good and how got a position is that is not there waits with it.
            read.kept_back.extend([PlacePart::Accuracy, PlacePart::Method]);
            return read;
        };
        read.position = match &place_shape {
            Shape::Point { longitude, latitude } => Position::new(*longitude, *latitude).ok(),
            _ => None,
        };
        let mut place = Place::new(place_shape, LocationMethod::Unknown);
        place.method = self.location_method(cells, remarks, &mut read.kept_back);
        place.uncertainty_metres = self.accuracy(cells, remarks, uncertainty);
        place.entered = entered;
        if let Some(found) = &found {
            place.entered_format = Some(format_word(found.format).to_owned());
            place.entered_datum = Some(found.datum.name().to_owned());
        }
        self.judge(read.position, place.method, found.as_ref(), cells, remarks);
        read.place = Some(place);
        read
    }

    /// The position in cells of its own.
    fn position(
        &self,
        cells: &PlaceCells<'_>,
        remarks: &mut PlaceRemarks,
        kept_back: &mut Vec<PlacePart>,
    ) -> Option<Found> {
        let cell = cells.cell;
        let coordinates = cell(PlacePart::Coordinates);
        let (latitude, longitude) = (cell(PlacePart::Latitude), cell(PlacePart::Longitude));
        let (easting, northing) = (cell(PlacePart::Easting), cell(PlacePart::Northing));
        let (part, result) = if !coordinates.is_empty() {
            (PlacePart::Coordinates, self.coordinates.read(coordinates).map(Found::of))
        } else if !latitude.is_empty() || !longitude.is_empty() {
            (PlacePart::Latitude, self.pair(latitude, longitude))
        } else if !easting.is_empty() || !northing.is_empty() {
            let zone = cell(PlacePart::UtmZone);
            let result = if easting.is_empty() || northing.is_empty() || zone.is_empty() {
                self.coordinates.read_pair(easting, northing)
            } else {
                self.coordinates.read(&format!("{zone} {easting} {northing}"))
            };
            (PlacePart::Easting, result.map(Found::of))
        } else {
            return None;
        };
        match result {
            Ok(found) => Some(found),
            Err(fault) => {
                let swapped = self.swapped(&fault, latitude, longitude);
                remarks.push((Some(part), remark_of(&fault)));
                if let Some(swapped) = swapped {
                    remarks.push((Some(part), swapped));
                }
                kept_back.extend(match part {
                    PlacePart::Latitude => [PlacePart::Latitude, PlacePart::Longitude],
                    PlacePart::Easting => [PlacePart::Easting, PlacePart::Northing],
                    other => [other, other],
                });
                None
            }
        }
    }

    /// Latitude and longitude in two cells. Plain decimal degrees on WGS 84, nearly all there are,
    /// take a short way.
    fn pair(&self, latitude: &str, longitude: &str) -> Result<Found, CoordinateFault> {
        let plain = self.coordinates.datum == Datum::Wgs84
            && matches!(self.coordinates.format, None | Some(CoordinateFormat::DecimalDegrees))
            && self.coordinates.decimal_comma != Some(true);
        if plain
            && let (Some((y, y_decimals)), Some((x, x_decimals))) =
                (plain_degrees(latitude), plain_degrees(longitude))
        {
            if x == 0.0 && y == 0.0 {
                let read = format!("{latitude} | {longitude}");
                return Err(CoordinateFault::BothZero { read });
            }
            let position = Position::new(x, y)?;
            let north = half_place_metres(y_decimals);
            let east = half_place_metres(x_decimals) * y.to_radians().cos();
            let precision_metres = north.hypot(east);
            return Ok(Found {
                position,
                uncertainty_metres: Some(precision_metres),
                precision_metres,
                format: CoordinateFormat::DecimalDegrees,
                datum: Datum::Wgs84,
                entered: format!("{latitude} | {longitude}"),
            });
        }
        // The two columns say which is which, whatever the mapping says of one column with both.
        self.coordinates.read_pair(latitude, longitude).map(Found::of)
    }

    /// Whether numbers that are no position would be one if exchanged.
    fn swapped(&self, fault: &CoordinateFault, latitude: &str, longitude: &str) -> Option<Remark> {
        if !matches!(fault, CoordinateFault::OutOfRange { axis: Axis::Latitude, .. }) {
            return None;
        }
        let (y, x) = (latitude.parse().ok()?, longitude.parse().ok()?);
        let exchanged = Position::new(y, x).ok()?;
        self.country.is_none_or(|country| country.holds(exchanged)).then(|| {
            Remark::new(Rule::AxesSwapped, "latitude and longitude may be exchanged")
                .perhaps(words(exchanged))
        })
    }

    /// The coordinate that the file keeps beside its position.
    fn original(
        &self,
        cells: &PlaceCells<'_>,
        remarks: &mut PlaceRemarks,
        kept_back: &mut Vec<PlacePart>,
    ) -> Option<Found> {
        let text = (cells.cell)(PlacePart::OriginalCoordinates);
        if text.is_empty() {
            return None;
        }
        let declared = (cells.cell)(PlacePart::OriginalFormat);
        let result = if is_pattern(declared) {
            if !fits_pattern(text, declared) {
                remarks.push((
                    Some(PlacePart::OriginalFormat),
                    Remark::new(
                        Rule::FormatAgainstDeclared,
                        format!("`{text}` is not written as `{declared}` says"),
                    ),
                ));
                self.original.read(text)
            } else if declared.contains('.') && !text.contains('.') {
                let reading = CoordinateReading {
                    run_together: RunTogether::ImpliedDecimal,
                    ..self.original.clone()
                };
                reading.read(text)
            } else {
                self.original.read(text)
            }
        } else {
            self.original.read(text)
        };
        match result {
            Ok(entered) => Some(Found::of(entered)),
            Err(fault) => {
                remarks.push((Some(PlacePart::OriginalCoordinates), remark_of(&fault)));
                kept_back.push(PlacePart::OriginalCoordinates);
                None
            }
        }
    }

    /// Whether the two positions of a row lie apart, and how far.
    fn compare(&self, given: &Found, original: &Found, remarks: &mut PlaceRemarks) -> (bool, f64) {
        let explained = given.precision_metres + original.precision_metres + APART_METRES;
        // Nearly all agree: the way along the ellipsoid is measured only for those that may not.
        let rough = rough_metres(given.position, original.position);
        if rough < explained * 0.9 {
            return (false, rough);
        }
        let metres = given.position.distance_metres(original.position);
        let apart = metres > explained;
        if apart {
            let message = format!(
                "the original coordinate `{}` lies {metres:.0} m from the position given",
                original.entered
            );
            remarks.push((
                Some(PlacePart::OriginalCoordinates),
                Remark::new(Rule::PositionsDisagree, message).perhaps(words(original.position)),
            ));
        }
        (apart, metres)
    }

    /// The shape that a geometry gives, from cells or from the reader.
    fn shape(
        &self,
        cells: &PlaceCells<'_>,
        remarks: &mut PlaceRemarks,
        read: &mut PlaceRead,
    ) -> Option<Shape> {
        let cell = cells.cell;
        let (part, geometry) = match (
            cell(PlacePart::WellKnownText),
            cell(PlacePart::Outline),
            cell(PlacePart::Trace),
        ) {
            ("", "", "") => (None, Ok(cells.geometry?.clone())),
            ("", "", trace) => (
                Some(PlacePart::Trace),
                outline::points(trace, self.coordinates)
                    .map(|points| Geometry::LineString(points.into())),
            ),
            ("", shape, _) => (
                Some(PlacePart::Outline),
                outline::points(shape, self.coordinates).map(outline::ring),
            ),
            (text, _, _) => (Some(PlacePart::WellKnownText), outline::well_known_text(text)),
        };
        let geometry = match geometry {
            Ok(geometry) => geometry,
            Err(remark) => {
                remarks.push((part, remark));
                read.kept_back.extend(part);
                return None;
            }
        };
        let mut own = Vec::new();
        let shape = match geometry {
            Geometry::Point(at) => self.point(at.x(), at.y(), &mut own),
            Geometry::LineString(line) => {
                let corners: Vec<(f64, f64)> = line.coords().map(|c| (c.x, c.y)).collect();
                let sound = corners.iter().all(|(x, y)| Position::new(*x, *y).is_ok());
                if sound && corners.len() >= 2 {
                    Some(Shape::Line(corners))
                } else {
                    own.push(outline::not_an_area("line without two positions"));
                    None
                }
            }
            other => {
                outline::area(other, self.corners_may_be_far_apart, &mut own).map(|boundary| {
                    let shape = Shape::Area(boundary.shape().clone());
                    read.boundary = Some(boundary);
                    shape
                })
            }
        };
        if shape.is_none() {
            read.kept_back.extend(part);
        }
        remarks.extend(own.into_iter().map(|remark| (part, remark)));
        shape
    }

    fn point(&self, longitude: f64, latitude: f64, remarks: &mut Vec<Remark>) -> Option<Shape> {
        if longitude == 0.0 && latitude == 0.0 {
            let fault = CoordinateFault::BothZero { read: "0 0".to_owned() };
            remarks.push(remark_of(&fault));
            return None;
        }
        match Position::new(longitude, latitude) {
            Ok(at) => Some(Shape::Point { longitude: at.longitude(), latitude: at.latitude() }),
            Err(fault) => {
                remarks.push(remark_of(&fault));
                None
            }
        }
    }

    /// How the position was got.
    fn location_method(
        &self,
        cells: &PlaceCells<'_>,
        remarks: &mut PlaceRemarks,
        kept_back: &mut Vec<PlacePart>,
    ) -> LocationMethod {
        let safe = (cells.cell)(PlacePart::SafeToRecord);
        if !safe.is_empty() && super::answer::read(safe) == Some(crate::object::Answer::No) {
            remarks.push((
                Some(PlacePart::SafeToRecord),
                Remark::new(
                    Rule::CentroidStandsIn,
                    "it was not safe to record a position: the centre of the community stands in",
                ),
            ));
            return LocationMethod::GazetteerCentroid;
        }
        let word = (cells.cell)(PlacePart::Method);
        if word.is_empty() {
            return self.method;
        }
        let meant = (cells.method_code)(word);
        match method_of(meant.as_deref().unwrap_or(word)) {
            Some(method) => method,
            None => {
                remarks.push((
                    Some(PlacePart::Method),
                    Remark::new(
                        Rule::UnknownMethod,
                        format!("`{word}` is no way of getting a position known here"),
                    ),
                ));
                kept_back.push(PlacePart::Method);
                LocationMethod::Unknown
            }
        }
    }

    /// The radius in which the place lies: the accuracy that the row states, else what the text
    /// says itself.
    fn accuracy(
        &self,
        cells: &PlaceCells<'_>,
        remarks: &mut PlaceRemarks,
        of_text: Option<f64>,
    ) -> Option<f64> {
        let text = (cells.cell)(PlacePart::Accuracy);
        if text.is_empty() {
            return of_text;
        }
        let text = text.trim_end_matches(|c: char| c.is_alphabetic() || c.is_whitespace());
        match text.replace(',', ".").parse::<f64>() {
            Ok(metres) if metres > 0.0 && metres < 2.1e7 => {
                Some(metres.max(of_text.unwrap_or(0.0)))
            }
            Ok(0.0) => {
                remarks.push((
                    Some(PlacePart::Accuracy),
                    Remark::new(Rule::AccuracyZero, "no receiver is exact to nothing"),
                ));
                of_text
            }
            _ => {
                remarks.push((
                    Some(PlacePart::Accuracy),
                    Remark::new(Rule::NumberNotUnderstood, "the accuracy is no number of metres"),
                ));
                of_text
            }
        }
    }

    /// What is said of a position in its country, its unit and beside known centres.
    fn judge(
        &self,
        position: Option<Position>,
        method: LocationMethod,
        found: Option<&Found>,
        cells: &PlaceCells<'_>,
        remarks: &mut PlaceRemarks,
    ) {
        let Some(position) = position else { return };
        // Only metres in a zone can be in the wrong zone: the format decides what is proposed.
        let format = found.map_or(CoordinateFormat::DecimalDegrees, |found| found.format);
        if let Some(country) = self.country
            && let Some(suspicion) = suspect(position, format, |p| country.holds(p))
        {
            remarks.push((
                None,
                Remark::new(
                    Rule::OutOfCountry,
                    format!("{} does not lie in {}", words(position), country.name),
                ),
            ));
            propose(&suspicion.repairs, remarks);
        } else if let Some(unit) = cells.unit
            && self.gazetteer.unit_holds(unit, position) == Some(false)
        {
            remarks.push((
                None,
                Remark::new(
                    Rule::OutOfUnit,
                    format!("{} does not lie in `{unit}`", words(position)),
                ),
            ));
            let holds = |p: Position| self.gazetteer.unit_holds(unit, p) == Some(true);
            if let Some(suspicion) = suspect(position, format, holds) {
                propose(&suspicion.repairs, remarks);
            }
        }
        if method == LocationMethod::Gps
            && let Some(centre) = self.gazetteer.centre_at(position)
        {
            remarks.push((
                None,
                Remark::new(
                    Rule::AtCentroid,
                    format!("the position is the centre of `{centre}`, and the method says gps"),
                )
                .perhaps("gazetteer_centroid"),
            ));
        }
    }
}

/// What would put a position right, as suspicions.
fn propose(repairs: &[Repair], remarks: &mut PlaceRemarks) {
    for repair in repairs {
        let rule = match repair.kind {
            RepairKind::Exchanged => Rule::AxesSwapped,
            RepairKind::OtherHemisphere(_) | RepairKind::OppositeHemispheres => {
                Rule::WrongHemisphere
            }
            RepairKind::OtherZone(_) => Rule::WrongZone,
            RepairKind::OtherNorthing => Rule::WrongHemisphere,
        };
        let remark = Remark::new(rule, repair.kind.message()).perhaps(words(repair.proposed));
        remarks.push((None, remark));
    }
}

fn disagree(metres: f64, what: &str, other: Position) -> Remark {
    Remark::new(
        Rule::PositionsDisagree,
        format!("{what} lies {metres:.0} m from the position in the cells"),
    )
    .perhaps(words(other))
}

/// The remark on a coordinate that is no position.
fn remark_of(fault: &CoordinateFault) -> Remark {
    let rule = match fault {
        CoordinateFault::BothZero { .. } => Rule::ZeroZero,
        CoordinateFault::HalfAPosition { .. } => Rule::HalfAPosition,
        _ => Rule::PositionNotUnderstood,
    };
    Remark::new(rule, format!("{fault}; {}", fault.help()))
}

fn words(position: Position) -> String {
    format!("{:.6} {:.6}", position.latitude(), position.longitude())
}

#[cfg(test)]
mod tests;
