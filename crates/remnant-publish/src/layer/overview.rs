//! Smaller pictures of a raster, for looking at it from afar.
//!
//! Belongs here: what one cell shows in the place of four. Does not belong here: packing them
//! (`geotiff`).

/// What a cell of an overview shows of the four that it stands for, leaving out those without a
/// value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overview {
    /// Their mean: for amounts in each cell, whose scale of colours then stays the same. Where
    /// there is something, the mean is never nothing.
    Mean,
    /// The largest: for chances and warnings, which must not fade when seen from afar.
    Largest,
}

impl Overview {
    /// One value for up to four.
    fn of(self, values: impl Iterator<Item = f32>) -> f32 {
        let (mut count, mut sum, mut largest) = (0u8, 0.0f64, f32::NAN);
        for value in values.filter(|value| !value.is_nan()) {
            count += 1;
            sum += f64::from(value);
            largest = largest.max(value);
        }
        match self {
            Self::Largest => largest,
            Self::Mean if count == 0 => f32::NAN,
            #[allow(clippy::cast_possible_truncation, reason = "a mean of singles fits one")]
            Self::Mean => (sum / f64::from(count)) as f32,
        }
    }
}

/// Rows of one level, two of which make one of the next.
#[derive(Clone, Debug)]
pub(super) struct Halving {
    overview: Overview,
    waiting: Option<Vec<f32>>,
}

impl Halving {
    pub(super) fn new(overview: Overview) -> Self {
        Self { overview, waiting: None }
    }

    /// Takes the next row; every second one, and the last, completes one of half its width.
    pub(super) fn row(&mut self, row: &[f32], is_last: bool) -> Option<Vec<f32>> {
        match self.waiting.take() {
            Some(above) => Some(self.halved(&above, row)),
            None if is_last => Some(self.halved(row, &[])),
            None => {
                self.waiting = Some(row.to_vec());
                None
            }
        }
    }

    fn halved(&self, above: &[f32], below: &[f32]) -> Vec<f32> {
        let mut below = below.chunks(2);
        above
            .chunks(2)
            .map(|pair| {
                let under = below.next().unwrap_or(&[]);
                self.overview.of(pair.iter().chain(under).copied())
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_cells_become_one_and_gaps_are_left_out() {
        let mut mean = Halving::new(Overview::Mean);
        assert_eq!(mean.row(&[1.0, 2.0, f32::NAN, 8.0, 5.0], false), None);
        let halved = mean.row(&[3.0, 4.0, f32::NAN, 2.0, f32::NAN], false);
        assert_eq!(halved, Some(vec![2.5, 5.0, 5.0]));
        assert_eq!(mean.row(&[1.0, 3.0, 0.0, 0.0, 7.0], true), Some(vec![2.0, 0.0, 7.0]));
        let mut largest = Halving::new(Overview::Largest);
        let row = largest.row(&[0.1, 0.9, f32::NAN, f32::NAN], true);
        assert!(row.is_some_and(|row| row[0] == 0.9 && row[1].is_nan()));
    }
}
