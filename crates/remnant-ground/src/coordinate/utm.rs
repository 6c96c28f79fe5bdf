//! Zone, easting and northing out of tokens.
//!
//! Belongs here: which number is what, what the letter behind the zone is. Does not belong here:
//! the projection (`grid`).

use super::reading::{AxisOrder, CoordinateReading, Found, Source, UtmLetter};
use super::scan::{Direction, Number, Token, Word};
use super::{Axis, CoordinateFault, CoordinateFormat, CoordinateWarning, UtmZone};

/// Two numbers that may be metres, and the zone if one is named.
pub(super) struct Shape {
    metres: [(Number, Option<Axis>); 2],
    zone: Option<Named>,
    /// Letters that are no part of the zone.
    lettered: bool,
}

/// A zone as it was named.
#[derive(Clone, Copy, PartialEq)]
enum Named {
    Epsg(UtmZone),
    Number { number: u8, behind: Option<Behind> },
}

/// What stands behind the number of a zone.
#[derive(Clone, Copy, PartialEq)]
enum Behind {
    Letter(char),
    Hemisphere { north: bool },
}

impl Shape {
    /// Whether a zone is named.
    pub(super) fn has_zone(&self) -> bool {
        self.zone.is_some()
    }

    /// Whether the numbers can only be metres: six digits or more before the point, no letters.
    pub(super) fn is_bare_metres(&self) -> bool {
        !self.lettered && self.metres.iter().all(|(number, _)| number.whole >= 6)
    }

    /// As [`is_bare_metres`](Self::is_bare_metres), with E and N behind or before the numbers.
    pub(super) fn is_lettered_metres(&self) -> bool {
        self.lettered && self.metres.iter().all(|(number, _)| number.whole >= 6)
    }
}

/// The shape of easting and northing, if the tokens have it.
pub(super) fn shape(parts: [&[Token]; 2]) -> Option<Shape> {
    let mut metres: [Option<(Number, Option<Axis>)>; 2] = [None, None];
    let mut count = 0;
    let mut zone: Option<Named> = None;
    let mut lettered = false;
    let mut axis_before: Option<Axis> = None;
    for part in parts {
        let mut tokens = part.iter().copied().peekable();
        let mut epsg_next = false;
        while let Some(token) = tokens.next() {
            match token {
                Token::Number(number) => {
                    let code = u16::try_from(number.digits).ok();
                    let from_code = code.and_then(UtmZone::from_epsg);
                    let five_digits = number.decimals == 0 && number.whole == 5 && !number.signed;
                    if epsg_next || (five_digits && from_code.is_some() && zone.is_none()) {
                        epsg_next = false;
                        let named = Named::Epsg(from_code?);
                        if zone.is_some_and(|zone| !same_zone(zone, named)) {
                            return None;
                        }
                        zone = Some(named);
                    } else if number.is_plain_whole(2) && zone.is_none() && axis_before.is_none() {
                        let behind = behind(tokens.peek().copied());
                        if behind.is_some() {
                            tokens.next();
                        }
                        zone = Some(Named::Number {
                            number: u8::try_from(number.digits).ok()?,
                            behind,
                        });
                    } else {
                        let mut axis = axis_before.take();
                        if tokens.peek() == Some(&Token::Word(Word::Metres)) {
                            tokens.next();
                        }
                        if axis.is_none()
                            && let Some(Token::Direction { direction, .. }) = tokens.peek()
                        {
                            axis = Some(metric_axis(*direction)?);
                            lettered = true;
                            tokens.next();
                        }
                        if number.negative {
                            return None;
                        }
                        *metres.get_mut(count)? = Some((number, axis));
                        count += 1;
                    }
                }
                Token::Direction { direction, .. } => {
                    axis_before = Some(metric_axis(direction)?);
                    lettered = true;
                }
                Token::Word(Word::Epsg) => epsg_next = true,
                Token::Word(_) | Token::Border => {}
                Token::Letter(_)
                | Token::Label(_)
                | Token::Degrees
                | Token::Minutes
                | Token::Seconds
                | Token::Joint => return None,
            }
        }
    }
    if axis_before.is_some() {
        return None;
    }
    let [Some(first), Some(second)] = metres else { return None };
    // An easting has six digits always; two smaller numbers are degrees.
    if first.0.whole < 6 && second.0.whole < 6 {
        return None;
    }
    Some(Shape { metres: [first, second], zone, lettered })
}

/// East and north count metres; nothing counts south or west.
fn metric_axis(direction: Direction) -> Option<Axis> {
    (!direction.is_negative()).then(|| direction.axis())
}

fn same_zone(one: Named, other: Named) -> bool {
    match (one, other) {
        (Named::Number { number, .. }, Named::Epsg(zone)) => number == zone.number(),
        _ => one == other,
    }
}

fn behind(token: Option<Token>) -> Option<Behind> {
    match token? {
        Token::Letter(letter) => Some(Behind::Letter(letter)),
        Token::Direction { direction: Direction::North, spelt: true } => {
            Some(Behind::Hemisphere { north: true })
        }
        Token::Direction { direction: Direction::South, spelt: true } => {
            Some(Behind::Hemisphere { north: false })
        }
        Token::Direction { direction, spelt: false } => Some(Behind::Letter(match direction {
            Direction::North => 'N',
            Direction::South => 'S',
            Direction::East => 'E',
            Direction::West => 'W',
        })),
        _ => None,
    }
}

/// The position that easting and northing mean.
pub(super) fn read(
    shape: &Shape,
    reading: &CoordinateReading,
    source: Source<'_>,
) -> Result<Found, CoordinateFault> {
    let [first, second] = shape.metres;
    let mut warnings = Vec::new();
    let told_easting_first = match reading.axis_order {
        AxisOrder::LatLon => Some(false),
        AxisOrder::LonLat => Some(true),
        AxisOrder::ByLetters => None,
    };
    let easting_first = match (first.1, second.1) {
        (Some(one), Some(other)) if one == other => {
            return Err(CoordinateFault::SameAxisTwice { read: source.to_string(), axis: one });
        }
        (Some(axis), _) => axis == Axis::Longitude,
        (None, Some(axis)) => axis == Axis::Latitude,
        (None, None) => told_easting_first.unwrap_or(true),
    };
    if told_easting_first.is_some_and(|told| told != easting_first) {
        warnings.push(CoordinateWarning::LettersAgainstOrder);
    }
    let (easting, northing) = if easting_first { (first.0, second.0) } else { (second.0, first.0) };
    let place = easting.last_place().max(northing.last_place());
    let (easting, northing) = (easting.value(), northing.value());
    if !(100_000.0..=900_000.0).contains(&easting) || !(0.0..=10_000_000.0).contains(&northing) {
        return Err(CoordinateFault::UtmOutOfRange { easting, northing });
    }
    let zone = zone(shape, northing, reading, source)?;
    let position = reading.datum.utm_to_wgs84(zone, easting, northing)?;
    if let Some(Named::Number { behind: Some(Behind::Letter(band)), .. }) = shape.zone
        && !matches!(band, 'N' | 'S')
        && !lies_in_band(band, position.latitude())
    {
        return Err(CoordinateFault::BandContradictsNorthing { read: source.to_string(), band });
    }
    if UtmZone::of(position)?.number() != zone.number() {
        warnings.push(CoordinateWarning::OverTheEdgeOfTheZone);
    }
    Ok(Found {
        format: CoordinateFormat::Utm,
        position,
        precision_metres: place * std::f64::consts::FRAC_1_SQRT_2,
        stated_accuracy: None,
        square: None,
        warnings,
    })
}

/// The zone that is named, or that the mapping gives.
fn zone(
    shape: &Shape,
    northing: f64,
    reading: &CoordinateReading,
    source: Source<'_>,
) -> Result<UtmZone, CoordinateFault> {
    let no_such_zone = || CoordinateFault::NoSuchZone { read: source.to_string() };
    let zone = |number, north| UtmZone::new(number, north).map_err(|_| no_such_zone());
    let (number, behind) = match shape.zone {
        None => {
            return reading
                .utm_zone
                .ok_or_else(|| CoordinateFault::UtmWithoutZone { read: source.to_string() });
        }
        Some(Named::Epsg(zone)) => return Ok(zone),
        Some(Named::Number { number, behind }) => (number, behind),
    };
    let told = reading.utm_zone.filter(|told| told.number() == number);
    match behind {
        None => match told {
            Some(told) => Ok(told),
            None => {
                zone(number, true)?;
                Err(CoordinateFault::UtmWithoutHemisphere { read: source.to_string() })
            }
        },
        Some(Behind::Hemisphere { north }) => zone(number, north),
        Some(Behind::Letter('S')) => match (reading.utm_letter, told) {
            (Some(UtmLetter::Hemisphere), _) => zone(number, false),
            (Some(UtmLetter::Band), _) => zone(number, true),
            (None, Some(told)) => Ok(told),
            // The band S has northings of 3540 km to 4430 km; elsewhere S can only be south.
            (None, None) if !(3_500_000.0..=4_500_000.0).contains(&northing) => zone(number, false),
            (None, None) => Err(CoordinateFault::UtmLetterS { read: source.to_string() }),
        },
        // The band N lies north of the equator too.
        Some(Behind::Letter(band @ ('C'..='H' | 'J'..='N' | 'P'..='X'))) => {
            zone(number, band >= 'N')
        }
        Some(Behind::Letter(_)) => Err(no_such_zone()),
    }
}

/// Whether a latitude lies in a band, with 0.1° (11 km) for points at its edge.
fn lies_in_band(band: char, latitude: f64) -> bool {
    const BANDS: &str = "CDEFGHJKLMNPQRSTUVWX";
    let Some(index) = BANDS.find(band) else { return false };
    let south = f64::from(u8::try_from(index).unwrap_or(0)) * 8.0 - 80.0;
    let north = if band == 'X' { 84.0 } else { south + 8.0 };
    (south - 0.1..=north + 0.1).contains(&latitude)
}
