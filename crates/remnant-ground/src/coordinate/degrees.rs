//! Degrees, with or without minutes and seconds, out of tokens.
//!
//! Belongs here: halves of a position and what their numbers mean. Does not belong here: where one
//! half ends in a text of both (`reading`).

use super::reading::{RunTogether, Source};
use super::scan::{Direction, Number, Token};
use super::{Axis, CoordinateFault, CoordinateFormat, CoordinateWarning};

/// One half as it was written: up to three numbers and a direction.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Written {
    numbers: [Option<Number>; 3],
    count: usize,
    marked: bool,
    direction: Option<Direction>,
    label: Option<Axis>,
}

/// Both halves understood, in degrees on the datum of the text.
pub(super) struct Degrees {
    pub(super) latitude: f64,
    pub(super) longitude: f64,
    /// Last written place of each, in degrees.
    pub(super) last_places: (f64, f64),
    pub(super) format: CoordinateFormat,
}

impl Written {
    /// The half that tokens make.
    ///
    /// # Errors
    /// In a few words why they make none.
    pub(super) fn from_tokens(tokens: &[Token]) -> Result<Self, &'static str> {
        let mut half = Self::default();
        let mut last: Option<Token> = None;
        let mut closed = false;
        for (place, token) in tokens.iter().enumerate() {
            match *token {
                Token::Number(number) => {
                    if closed {
                        return Err("a number follows the direction");
                    }
                    *half
                        .numbers
                        .get_mut(half.count)
                        .ok_or("a half has more than three numbers")? = Some(number);
                    half.count += 1;
                }
                Token::Degrees | Token::Minutes | Token::Seconds => {
                    let place = match *token {
                        Token::Degrees => 1,
                        Token::Minutes => 2,
                        _ => 3,
                    };
                    if half.count != place || !matches!(last, Some(Token::Number(_))) {
                        return Err("degree, minute and second marks are not in order");
                    }
                    half.marked = true;
                }
                Token::Direction { direction, .. } => {
                    if half.direction.replace(direction).is_some() {
                        return Err("a half has two directions");
                    }
                    closed = half.count > 0;
                }
                Token::Label(axis) => {
                    if half.label.replace(axis).is_some() {
                        return Err("a half is labelled twice");
                    }
                    closed = half.count > 0;
                }
                Token::Joint => {
                    if !matches!(last, Some(Token::Number(_))) {
                        return Err("a hyphen or colon joins nothing");
                    }
                }
                // Receivers print `1534.8167,N,10809.1833,E`.
                Token::Border if matches!(tokens.get(place + 1), Some(Token::Direction { .. })) => {
                }
                Token::Border | Token::Letter(_) | Token::Word(_) => {
                    return Err("a letter, word or border stands inside a half");
                }
            }
            last = Some(*token);
        }
        match last {
            Some(Token::Joint) => Err("a hyphen or colon joins nothing"),
            _ if half.count == 0 => Err("a half has no number"),
            _ => Ok(half),
        }
    }

    /// The axis that letters or a label give.
    pub(super) fn axis(&self) -> Option<Axis> {
        self.direction.map(Direction::axis).or(self.label)
    }

    fn only(&self) -> Option<Number> {
        if self.count == 1 { self.numbers.first().copied().flatten() } else { None }
    }

    /// The one number, when its digits are degrees and smaller units run together.
    fn run_together(&self) -> Option<Number> {
        self.only().filter(|number| !self.marked && number.whole >= 4)
    }

    fn is_zero(&self) -> bool {
        self.numbers.iter().flatten().all(|number| number.digits == 0)
    }

    /// A row of nines, or −1 alone: what tables write for "missing".
    fn is_code(&self, limit: f64) -> bool {
        self.direction.is_none()
            && self.only().is_some_and(|number| {
                let magnitude = number.magnitude();
                magnitude > limit && [99.0, 999.0, 9999.0, 99_999.0, 999_999.0].contains(&magnitude)
            })
    }

    #[allow(clippy::float_cmp, reason = "a code is written exactly")]
    fn is_minus_one(&self) -> bool {
        self.direction.is_none() && self.only().is_some_and(|number| number.value() == -1.0)
    }
}

/// What both halves mean.
pub(super) fn understand(
    latitude: &Written,
    longitude: &Written,
    run_together: RunTogether,
    told: Option<CoordinateFormat>,
    source: Source<'_>,
    warnings: &mut Vec<CoordinateWarning>,
) -> Result<Degrees, CoordinateFault> {
    if latitude.is_zero() && longitude.is_zero() {
        return Err(CoordinateFault::BothZero { read: source.to_string() });
    }
    if latitude.is_code(90.0)
        || longitude.is_code(180.0)
        || (latitude.is_minus_one() && longitude.is_minus_one())
    {
        return Err(CoordinateFault::MissingCode { read: source.to_string() });
    }
    let halves = [(latitude, Axis::Latitude), (longitude, Axis::Longitude)];
    let runs = halves.iter().any(|(half, _)| half.run_together().is_some());
    let letters = halves.iter().filter(|(half, _)| half.direction.is_some()).count();
    if runs
        && letters == 0
        && !matches!(
            told,
            Some(CoordinateFormat::DegreesDecimalMinutes | CoordinateFormat::DegreesMinutesSeconds)
        )
        && run_together == RunTogether::UnitsByLength
    {
        return Err(CoordinateFault::BareDigits { read: source.to_string() });
    }
    let units = if runs && run_together == RunTogether::UnitsByLength {
        units_of_run(latitude, longitude, source)?
    } else {
        0
    };
    let mut degrees = [(0.0, 0.0, 0usize); 2];
    for ((half, axis), place) in halves.iter().zip(degrees.iter_mut()) {
        if half.direction.is_none() && (letters == 1 || runs) && !is_signed(half) {
            warnings.push(CoordinateWarning::HemisphereNotWritten(*axis));
        }
        let (split, count) = match (half.only(), run_together) {
            (Some(number), RunTogether::ImpliedDecimal) if number.decimals == 0 && runs => {
                ([Some(implied_decimal(number, *axis, source)?), None, None], 1)
            }
            (Some(number), _) if units > 0 && !half.marked => {
                (units_from_run(number, *axis, units, source, warnings)?, units)
            }
            _ => (half.numbers, half.count),
        };
        let value = in_degrees(&split, count, source)?;
        *place = (signed(value, half, *axis, source)?, last_place(&split, count), count);
    }
    let [(latitude_degrees, latitude_place, _), (longitude_degrees, longitude_place, _)] = degrees;
    in_range(latitude, latitude_degrees, 90.0, Axis::Latitude, source)?;
    in_range(longitude, longitude_degrees, 180.0, Axis::Longitude, source)?;
    Ok(Degrees {
        latitude: latitude_degrees,
        longitude: longitude_degrees,
        last_places: (latitude_place, longitude_place),
        format: match degrees.iter().map(|place| place.2).max() {
            Some(3) => CoordinateFormat::DegreesMinutesSeconds,
            Some(2) => CoordinateFormat::DegreesDecimalMinutes,
            _ => CoordinateFormat::DecimalDegrees,
        },
    })
}

/// How many units the run-together digits hold, 2 or 3, for both halves alike.
///
/// The latitude decides, because its degrees have two digits always: four digits are DDMM, six are
/// DDMMSS. Five digits of longitude alone are DDDMM as well as DMMSS.
fn units_of_run(
    latitude: &Written,
    longitude: &Written,
    source: Source<'_>,
) -> Result<usize, CoordinateFault> {
    let fault = |axis, digits| {
        Err(CoordinateFault::RunTogetherDigits { read: source.to_string(), axis, digits })
    };
    let units = match (latitude.only(), latitude.count) {
        (Some(number), _) if !latitude.marked => match number.whole {
            4 => 2,
            6 => 3,
            digits => return fault(Axis::Latitude, digits),
        },
        // Written apart: as many units as it has numbers.
        (_, count @ 2..=3) => count,
        _ => match longitude.only() {
            Some(number) => return fault(Axis::Longitude, number.whole),
            None => return fault(Axis::Latitude, 0),
        },
    };
    Ok(units)
}

/// Cuts run-together digits from the right: two for each smaller unit.
fn units_from_run(
    number: Number,
    axis: Axis,
    units: usize,
    source: Source<'_>,
    warnings: &mut Vec<CoordinateWarning>,
) -> Result<[Option<Number>; 3], CoordinateFault> {
    let degree_digits = if axis == Axis::Latitude { 2 } else { 3 };
    let full = degree_digits + if units == 2 { 2 } else { 4 };
    let least = if axis == Axis::Latitude { full } else { full - 2 };
    // With decimals the writer counts columns, as receivers do: then no zero is left out.
    let least = if number.decimals > 0 && axis == Axis::Longitude { full - 1 } else { least };
    if number.whole < least || number.whole > full {
        let digits = number.whole;
        return Err(CoordinateFault::RunTogetherDigits { read: source.to_string(), axis, digits });
    }
    if number.whole < full {
        warnings.push(CoordinateWarning::LeadingZeroDropped);
    }
    let whole_digits = number.digits / ten_to(number.decimals);
    let plain =
        |digits: u64| Number { digits, whole: 2, decimals: 0, negative: false, signed: false };
    let last_unit = |digits: u64| Number {
        digits: digits * ten_to(number.decimals) + number.digits % ten_to(number.decimals),
        whole: 2,
        decimals: number.decimals,
        negative: false,
        signed: false,
    };
    Ok(if units == 2 {
        [Some(plain(whole_digits / 100)), Some(last_unit(whole_digits % 100)), None]
    } else {
        [
            Some(plain(whole_digits / 10_000)),
            Some(plain(whole_digits / 100 % 100)),
            Some(last_unit(whole_digits % 100)),
        ]
    })
}

/// Reads digits whose decimal point is understood behind two (latitude) or three (longitude).
fn implied_decimal(
    number: Number,
    axis: Axis,
    source: Source<'_>,
) -> Result<Number, CoordinateFault> {
    let degree_digits = if axis == Axis::Latitude { 2 } else { 3 };
    if number.whole < degree_digits {
        let digits = number.whole;
        return Err(CoordinateFault::RunTogetherDigits { read: source.to_string(), axis, digits });
    }
    Ok(Number { whole: degree_digits, decimals: number.whole - degree_digits, ..number })
}

fn ten_to(exponent: u8) -> u64 {
    10u64.checked_pow(u32::from(exponent)).unwrap_or(u64::MAX)
}

fn in_degrees(
    numbers: &[Option<Number>; 3],
    count: usize,
    source: Source<'_>,
) -> Result<f64, CoordinateFault> {
    let mut seconds = 0.0;
    let names = ["degrees", "minutes", "seconds"];
    for (place, (number, unit)) in numbers.iter().take(count).zip(names).enumerate() {
        let Some(number) = number else { continue };
        let value = number.magnitude();
        if number.decimals > 0 && number.digits % ten_to(number.decimals) != 0 && place + 1 < count
        {
            return Err(CoordinateFault::InnerDecimals { read: source.to_string() });
        }
        if place > 0 && value >= 60.0 {
            return Err(CoordinateFault::SixtyOrMore { read: source.to_string(), unit, value });
        }
        if place > 0 && number.signed {
            return Err(CoordinateFault::NotUnderstood {
                read: source.to_string(),
                why: "minutes or seconds have a sign",
            });
        }
        seconds += value * [3600.0, 60.0, 1.0].get(place).copied().unwrap_or(0.0);
    }
    // One number is not taken over seconds and back, which would cost its last digit.
    match (count, numbers.first().copied().flatten()) {
        (1, Some(number)) => Ok(number.magnitude()),
        _ => Ok(seconds / 3600.0),
    }
}

fn last_place(numbers: &[Option<Number>; 3], count: usize) -> f64 {
    let unit = match count {
        3 => 3600.0,
        2 => 60.0,
        _ => 1.0,
    };
    let last = count.checked_sub(1).and_then(|last| numbers.get(last).copied().flatten());
    last.map_or(1.0, |number| number.last_place() / unit)
}

fn is_signed(half: &Written) -> bool {
    half.numbers.first().copied().flatten().is_some_and(|number| number.signed)
}

fn signed(
    value: f64,
    half: &Written,
    axis: Axis,
    source: Source<'_>,
) -> Result<f64, CoordinateFault> {
    let negative = half.numbers.first().copied().flatten().is_some_and(|number| number.negative);
    match half.direction {
        // A plus before a northern or eastern half says the same as its letter.
        Some(direction) if negative || (is_signed(half) && direction.is_negative()) => {
            Err(CoordinateFault::SignAndLetter { read: source.to_string(), axis })
        }
        Some(direction) if direction.is_negative() => Ok(-value),
        _ if negative => Ok(-value),
        _ => Ok(value),
    }
}

fn in_range(
    half: &Written,
    degrees: f64,
    limit: f64,
    axis: Axis,
    source: Source<'_>,
) -> Result<(), CoordinateFault> {
    if degrees.abs() <= limit {
        return Ok(());
    }
    // Three digits with a letter, as in `560N`: run together with a digit lost, not 560 degrees.
    match half.only() {
        Some(number) if half.direction.is_some() && number.whole == 3 && !half.marked => {
            Err(CoordinateFault::RunTogetherDigits { read: source.to_string(), axis, digits: 3 })
        }
        _ => Err(CoordinateFault::OutOfRange { read: source.to_string(), axis, degrees }),
    }
}
