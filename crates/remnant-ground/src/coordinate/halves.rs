//! Where one half of a position ends and the other begins, in a text that holds both.
//!
//! Belongs here: borders, letters, degree signs and counts of numbers that part the halves. Does not
//! belong here: what a half means (`degrees`).

use super::reading::Source;
use super::scan::{Number, Token};
use super::{Axis, CoordinateFault, CoordinateFormat, Half};

/// The tokens without borders at either end.
pub(super) fn trimmed(mut tokens: &[Token]) -> &[Token] {
    while let Some((Token::Border, rest)) = tokens.split_first() {
        tokens = rest;
    }
    while let Some((Token::Border, rest)) = tokens.split_last() {
        tokens = rest;
    }
    tokens
}

/// The two halves of one text.
pub(super) struct Split<'a> {
    pub(super) first: &'a [Token],
    pub(super) second: &'a [Token],
    /// The fourth number of an ODK or Kobo point.
    pub(super) accuracy: Option<Number>,
}

/// Finds where the first half ends.
pub(super) fn split<'a>(
    tokens: &'a [Token],
    told: Option<CoordinateFormat>,
    source: Source<'_>,
) -> Result<Split<'a>, CoordinateFault> {
    let borders = tokens.iter().filter(|token| **token == Token::Border).count();
    let numbers = tokens.iter().filter(|token| matches!(token, Token::Number(_))).count();
    if numbers + borders == tokens.len()
        && let Some(point) = device_point(tokens, borders, numbers, told)
    {
        return Ok(point);
    }
    let place = match borders {
        0 => split_place(tokens, numbers, source)?,
        1 => tokens.iter().position(|token| *token == Token::Border).unwrap_or(0),
        _ if directions(tokens) == 2 => split_place(tokens, numbers, source)?,
        _ => return Err(source.not_understood("it has more than two halves")),
    };
    let (first, second) = tokens.split_at_checked(place).unwrap_or((tokens, &[]));
    let (first, second) = (trimmed(first), trimmed(second));
    if first.is_empty() || second.is_empty() {
        return Err(half_a_position(tokens, source));
    }
    Ok(Split { first, second, accuracy: None })
}

fn directions(tokens: &[Token]) -> usize {
    tokens.iter().filter(|token| matches!(token, Token::Direction { .. })).count()
}

fn half_a_position(tokens: &[Token], source: Source<'_>) -> CoordinateFault {
    if !tokens.iter().any(|token| matches!(token, Token::Number(_))) {
        return source.not_understood("it has no number");
    }
    let axis = tokens.iter().find_map(|token| match token {
        Token::Direction { direction, .. } => Some(direction.axis()),
        Token::Label(axis) => Some(*axis),
        _ => None,
    });
    let missing = match axis {
        Some(Axis::Latitude) => Half::Longitude,
        Some(Axis::Longitude) => Half::Latitude,
        None => Half::Other,
    };
    CoordinateFault::HalfAPosition { read: source.to_string(), missing }
}

/// `lat lon altitude accuracy`, as ODK and Kobo write a point, with spaces or commas between.
///
/// Four bare numbers may also be degrees and minutes twice. They are when the first and third are
/// whole degrees, as a phone does not write them, and minutes below 60 can follow.
fn device_point(
    tokens: &[Token],
    borders: usize,
    numbers: usize,
    told: Option<CoordinateFormat>,
) -> Option<Split<'_>> {
    if !(3..=4).contains(&numbers) || (borders > 0 && borders + 1 != numbers) {
        return None;
    }
    let mut values = tokens.iter().filter_map(|token| match token {
        Token::Number(number) => Some(*number),
        _ => None,
    });
    let (first, second, third, fourth) =
        (values.next()?, values.next()?, values.next()?, values.next());
    if borders == 0 {
        let minutes = |number: Number| !number.signed && number.magnitude() < 60.0;
        let twice_minutes = fourth.is_some_and(minutes)
            && minutes(second)
            && first.decimals == 0
            && third.decimals == 0;
        if twice_minutes && told != Some(CoordinateFormat::DecimalDegrees) {
            return None;
        }
        if numbers == 3 && first.decimals == 0 {
            return None;
        }
    }
    let step = if borders > 0 { 2 } else { 1 };
    Some(Split { first: tokens.get(0..1)?, second: tokens.get(step..=step)?, accuracy: fourth })
}

/// Where the second half begins in a text without a border.
fn split_place(
    tokens: &[Token],
    numbers: usize,
    source: Source<'_>,
) -> Result<usize, CoordinateFault> {
    let places = |wanted: fn(&Token) -> bool| {
        tokens.iter().enumerate().filter(move |(_, token)| wanted(token)).map(|(place, _)| place)
    };
    let mut labels = places(|token| matches!(token, Token::Label(_)));
    if let (Some(0), Some(second)) = (labels.next(), labels.next()) {
        return Ok(second);
    }
    let directions = places(|token| matches!(token, Token::Direction { .. }));
    let (count, first, last) = directions.fold((0, 0, 0), |(count, first, _), place| {
        (count + 1, if count == 0 { place } else { first }, place)
    });
    match (count, first, last) {
        (2, 0, second) => return Ok(second),
        (2, first, _) => return Ok(first + 1),
        (1, first, _) if first > 0 && first + 1 < tokens.len() => return Ok(first + 1),
        (0 | 1, _, _) => {}
        _ => return Err(source.not_understood("it has more than two directions")),
    }
    // No letters that part the halves: degree signs do, or an even count of numbers.
    let mut degree_signs = places(|token| *token == Token::Degrees);
    if let (Some(_), Some(second)) = (degree_signs.next(), degree_signs.next()) {
        return Ok(second.saturating_sub(1));
    }
    // `17 30 N` and `103°15'E` are halves, though their numbers could be parted.
    let degrees_alone = tokens.iter().find_map(|token| match token {
        Token::Number(number) => Some(number.decimals == 0 && number.whole <= 3),
        _ => None,
    });
    let is_half = count == 1 && numbers <= 3 && degrees_alone == Some(true);
    if numbers < 2 || is_half || tokens.contains(&Token::Degrees) {
        return Err(half_a_position(tokens, source));
    }
    if numbers % 2 == 1 {
        return Err(source.not_understood("an odd count of numbers does not make two halves"));
    }
    let place = places(|token| matches!(token, Token::Number(_))).nth(numbers / 2).unwrap_or(0);
    match place.checked_sub(1).and_then(|before| tokens.get(before)) {
        Some(Token::Joint) => Err(source.not_understood("a hyphen or colon joins the two halves")),
        _ => Ok(place),
    }
}
