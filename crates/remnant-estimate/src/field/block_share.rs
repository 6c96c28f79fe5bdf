//! How strikes lie in blocks and cells: clumped, and not always inside one block.
//!
//! Belongs here: the share of a footprint inside one block, and the chance that a cell of a block is
//! empty. Does not belong here: footprints of recorded strikes, whose places are told apart.

use crate::normal;
use crate::quadrature::gauss_legendre;

use super::block::ItemsPerStrike;

/// Chance that a second item of a strike lies in the same block as the first: the strike's centre
/// anywhere, its items scattered normally with `footprint_scale`. Both lengths in metres.
///
/// ```
/// let share = remnant_estimate::field::share_inside_one_block(75.0, 1000.0);
/// assert!((share - 0.8379).abs() < 1e-4);
/// ```
#[must_use]
pub fn share_inside_one_block(footprint_scale: f64, block_side: f64) -> f64 {
    let sides = block_side / (2.0 * footprint_scale);
    let along =
        libm::erf(sides) + libm::expm1(-sides * sides) / (sides * core::f64::consts::PI.sqrt());
    along * along
}

/// Chance that a cell of a block holds no item before any search, when `strikes` are expected in the
/// block with their centres anywhere.
///
/// Items come in clumps, so this is larger than `exp(−mean items in the cell)`. Lengths in metres;
/// cell and footprint small beside the block.
#[must_use]
pub fn cell_is_empty(
    strikes: f64,
    items: ItemsPerStrike,
    footprint_scale: f64,
    cell_side: f64,
    block_side: f64,
) -> f64 {
    // Beyond six scales from the cell a strike leaves nothing in it.
    let reach = 6.0 * footprint_scale;
    let rule = gauss_legendre(160, -reach, reach);
    let masses: Vec<f64> = rule
        .nodes
        .iter()
        .map(|x| {
            normal::cumulative((x + 0.5 * cell_side) / footprint_scale)
                - normal::cumulative((x - 0.5 * cell_side) / footprint_scale)
        })
        .collect();
    let mut touched = 0.0;
    for (mass, weight) in masses.iter().zip(&rule.weights) {
        let row: f64 = masses
            .iter()
            .zip(&rule.weights)
            .map(|(other, weight)| {
                -weight * libm::expm1(-items.shape * libm::log1p(mass * other / items.rate))
            })
            .sum();
        touched += weight * row;
    }
    libm::exp(-strikes * touched / (block_side * block_side))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_footprint_lies_inside_one_block_and_a_large_one_does_not() {
        assert!(share_inside_one_block(1.0, 1000.0) > 0.99);
        assert!(share_inside_one_block(5000.0, 1000.0) < 0.01);
    }

    #[test]
    fn clumps_leave_more_cells_empty_than_an_even_spread() {
        let items = ItemsPerStrike { shape: 0.8, rate: 0.03 };
        let even = libm::exp(-0.05 * 0.8 / 0.03 / 100.0);
        assert!(cell_is_empty(0.05, items, 75.0, 100.0, 1000.0) > even);
    }
}
