//! An area divided by which of several others cover it.
//!
//! Belongs here: the pieces of an area that lie in the same of the others, with their square metres.
//! Does not belong here: what the others are.

use remnant_record::SquareMetres;

use super::{Boundary, OverlayError};

/// A piece of an area.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The numbers of the others that cover it, in rising order; none where no other does.
    pub covered_by: Vec<usize>,
    /// Its square metres; those of all pieces add up to those of the area.
    pub area: SquareMetres,
}

/// The pieces of an area, one for each set of others that covers land of it.
///
/// # Errors
/// When the boundaries lie too far apart to be laid over each other.
pub fn pieces(area: &Boundary, others: &[Boundary]) -> Result<Vec<Piece>, OverlayError> {
    let mut pieces = vec![(Vec::new(), area.clone(), area.area())];
    for (number, other) in others.iter().enumerate() {
        let mut divided = Vec::with_capacity(pieces.len() + 1);
        for (covered_by, land, counts) in pieces {
            let cut = land.cut(other)?;
            let (Some(inside), outside) = (cut.inside, cut.outside) else {
                divided.push((covered_by, land, counts));
                continue;
            };
            let mut covered: Vec<usize> = covered_by.clone();
            covered.push(number);
            // What the piece counts is divided, so that rounding neither adds nor loses a metre.
            let stays =
                outside.as_ref().map_or(SquareMetres::ZERO, |_| cut.outside_area.min(counts));
            let taken = counts.checked_sub(stays).unwrap_or(SquareMetres::ZERO);
            divided.push((covered, inside, taken));
            if let Some(outside) = outside {
                divided.push((covered_by, outside, stays));
            }
        }
        pieces = divided;
    }
    Ok(pieces.into_iter().map(|(covered_by, _, area)| Piece { covered_by, area }).collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use geo_types::{Geometry, Rect, coord};

    use super::*;

    fn field(west: f64, east: f64) -> Boundary {
        let corners = Rect::new(coord! { x: west, y: 45.0 }, coord! { x: east, y: 45.001 });
        Boundary::new(Geometry::Rect(corners)).unwrap().boundary
    }

    #[test]
    fn land_searched_twice_is_a_piece_of_its_own() {
        let area = field(17.0, 17.004);
        let others = [field(17.0, 17.002), field(17.001, 17.003)];
        let mut found = pieces(&area, &others).unwrap();
        found.sort_by(|one, other| one.covered_by.cmp(&other.covered_by));
        let covers: Vec<&[usize]> = found.iter().map(|piece| piece.covered_by.as_slice()).collect();
        let expected: [&[usize]; 4] = [&[], &[0], &[0, 1], &[1]];
        assert_eq!(covers, expected);
        let quarter = area.area().get() as f64 / 4.0;
        for piece in &found {
            assert!((piece.area.get() as f64 - quarter).abs() <= 2.0, "{piece:?}");
        }
        let sum: u64 = found.iter().map(|piece| piece.area.get()).sum();
        assert_eq!(sum, area.area().get());
    }

    #[test]
    fn what_does_not_touch_divides_nothing() {
        let area = field(17.0, 17.004);
        let found = pieces(&area, &[field(18.0, 18.1)]).unwrap();
        assert_eq!(found, [Piece { covered_by: Vec::new(), area: area.area() }]);
    }
}
