//! Sums of many normal kernels over a grid, on layers of ever wider cells.
//!
//! Belongs here: the arithmetic that both surfaces share. Does not belong here: what the points are.
//!
//! A kernel many cells wide needs no fine cells: it is laid on a layer whose nodes are 2, 4, 8 … cells
//! apart, and each layer is carried to the next finer one by a normal kernel of its own. Variances of
//! normal kernels add up, so each point is laid with the variance that its layer still lacks, and every
//! point may have a scale of its own. Nodes `h` apart stand for a kernel of `S·h` that is carried by one
//! of `c·h` up to a share of about `2 exp(−2π² S²c²/(S² + c²))` of its peak (Poisson's summation), and
//! kernels are cut where they fall below a share of their peak. In f64 both are chosen so that the error
//! stays below 1e-9 of the largest value; in f32, where a country has to fit, below 2e-6. The tests hold
//! both against direct sums.
//! The work is cut into bands of
//! rows that do not depend on the number of threads, and within a band each point is added in the order
//! given, so that any number of threads gives the same bits.

use core::ops::{AddAssign, Mul};

use rayon::prelude::*;

use crate::exponential::exp;
use crate::normal;

/// Nodes on either side that carrying a layer to the next finer one reaches.
const REACH: usize = 9;
/// Nodes of a layer beyond the grid on each side: what carrying down reaches.
const MARGIN: usize = 2 * REACH + 2;
/// Rows of a band.
const BAND: usize = 64;
/// Layers in all; a kernel for the last one is thousands of cells wide.
const LAYERS: usize = 12;

/// What a kernel gives a cell of the grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// Its density at the middle of the cell, however narrow it is.
    Middle,
    /// The same, but for kernels narrower than a cell its mean over the cell, so that none of it is
    /// lost between two middles.
    MeanOfNarrow,
}

/// In which numbers sums are kept.
pub(super) trait Value:
    Copy + Default + Send + Sync + Mul<Output = Self> + AddAssign
{
    /// Scale of the kernel that carries a layer to the next finer one, in nodes of the coarser.
    const CARRY: f64;
    /// The least scale of a kernel on a layer, in its nodes.
    const LEAST: f64;
    /// Where kernels are cut, in scales.
    const CUT: f64;
    /// The nearest number of this kind.
    fn near(number: f64) -> Self;
}

impl Value for f64 {
    const CARRY: f64 = 1.3;
    const LEAST: f64 = 1.9;
    const CUT: f64 = 6.5;
    #[inline]
    fn near(number: f64) -> Self {
        number
    }
}

impl Value for f32 {
    const CARRY: f64 = 1.1;
    const LEAST: f64 = 1.6;
    const CUT: f64 = 5.4;
    #[inline]
    fn near(number: f64) -> Self {
        number as Self
    }
}

/// A kernel to be added: its middle in cells from the middle of the first cell, its scale in cells.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Kernel {
    pub(super) column: f64,
    pub(super) row: f64,
    pub(super) scale: f64,
    pub(super) weight: f64,
}

/// The widest scale, in cells, that there is a layer for.
pub(super) fn widest() -> f64 {
    2.0 * least_scale::<f64>(LAYERS - 1)
}

/// Variance in cells that carrying down from a layer to the grid adds.
fn carried<V: Value>(layer: usize) -> f64 {
    let nodes = libm::ldexp(1.0, 2 * (layer as i32 + 1));
    V::CARRY * V::CARRY * (nodes - 4.0) / 3.0
}

/// The least scale in cells that a layer takes.
fn least_scale<V: Value>(layer: usize) -> f64 {
    let apart = libm::ldexp(1.0, layer as i32);
    libm::sqrt(V::LEAST * V::LEAST * apart * apart + carried::<V>(layer))
}

/// The layer of a kernel.
fn layer_of<V: Value>(scale: f64) -> usize {
    (1..LAYERS).take_while(|&layer| scale >= least_scale::<V>(layer)).last().unwrap_or(0)
}

/// The sum of all kernels at the cells of a grid, row by row: a density for each cell, so that a weight
/// of 1 adds 1 to the sum over an endless grid.
///
/// Kernels may lie outside the grid. The caller has checked that all numbers are finite, scales positive
/// and no wider than [`widest`].
pub(super) fn sum<V: Value>(
    columns: usize,
    rows: usize,
    kernels: &[Kernel],
    reading: Reading,
) -> Vec<V> {
    let mut by_layer: Vec<Vec<Kernel>> = vec![Vec::new(); LAYERS];
    for kernel in kernels {
        by_layer[layer_of::<V>(kernel.scale)].push(*kernel);
    }
    let top = by_layer.iter().rposition(|kernels| !kernels.is_empty()).unwrap_or(0);
    let mut coarser: Option<Layer<V>> = None;
    for layer in (0..=top).rev() {
        let mut this = Layer::empty(columns, rows, layer);
        if let Some(coarser) = coarser.take() {
            this.carry_from(&coarser);
        }
        let kernels = core::mem::take(&mut by_layer[layer]);
        this.add(&kernels, layer, if layer == 0 { reading } else { Reading::Middle });
        coarser = Some(this);
    }
    coarser.map_or_else(Vec::new, |grid| grid.values)
}

/// One layer: nodes in rows, with a margin around the grid.
struct Layer<V> {
    margin: usize,
    columns: usize,
    rows: usize,
    values: Vec<V>,
}

impl<V: Value> Layer<V> {
    fn empty(columns: usize, rows: usize, layer: usize) -> Self {
        let margin = if layer == 0 { 0 } else { MARGIN };
        let nodes = |cells: usize| (cells - 1).div_ceil(1 << layer) + 1 + 2 * margin;
        let (columns, rows) = (nodes(columns), nodes(rows));
        Self { margin, columns, rows, values: vec![V::default(); columns * rows] }
    }

    /// Adds kernels, each in the order given.
    fn add(&mut self, kernels: &[Kernel], layer: usize, reading: Reading) {
        if kernels.is_empty() {
            return;
        }
        let apart = libm::ldexp(1.0, layer as i32);
        let margin = self.margin as f64;
        let laid: Vec<Kernel> = kernels
            .iter()
            .map(|kernel| Kernel {
                column: kernel.column / apart + margin,
                row: kernel.row / apart + margin,
                scale: libm::sqrt(kernel.scale * kernel.scale - carried::<V>(layer)) / apart,
                weight: kernel.weight / (apart * apart),
            })
            .collect();
        let bands = self.rows.div_ceil(BAND);
        let mut of_band: Vec<Vec<u32>> = vec![Vec::new(); bands];
        for (number, kernel) in laid.iter().enumerate() {
            let (first, last) = reached::<V>(kernel.row, kernel.scale, self.rows);
            if first < last {
                for band in of_band.iter_mut().take((last - 1) / BAND + 1).skip(first / BAND) {
                    band.push(number as u32);
                }
            }
        }
        let columns = self.columns;
        self.values.par_chunks_mut(BAND * columns).zip(&of_band).enumerate().for_each(
            |(band, (values, numbers))| {
                let start = band * BAND;
                let end = start + values.len() / columns;
                let (mut across, mut down) = (Vec::new(), Vec::new());
                let mut across_values: Vec<V> = Vec::new();
                for &number in numbers {
                    let kernel = &laid[number as usize];
                    let (left, right) = reached::<V>(kernel.column, kernel.scale, columns);
                    let (first, last) = reached::<V>(kernel.row, kernel.scale, end);
                    let first = first.max(start);
                    if left >= right || first >= last {
                        continue;
                    }
                    fill(&mut across, left, right, kernel.column, kernel.scale, reading);
                    fill(&mut down, first, last, kernel.row, kernel.scale, reading);
                    across_values.clear();
                    across_values.extend(across.iter().map(|weight| V::near(*weight)));
                    // The corners of the square around the kernel hold nothing; a narrow one has none.
                    let narrow = kernel.scale < V::LEAST;
                    let far_squared = V::CUT * V::CUT * kernel.scale * kernel.scale;
                    let middle = kernel.column as i64;
                    for (row, share) in (first..last).zip(&down) {
                        let factor = V::near(kernel.weight * share);
                        let off = row as f64 - kernel.row;
                        let (from, to) = if narrow {
                            (left, right)
                        } else {
                            let half = (far_squared - off * off).max(0.0).sqrt() as i64;
                            let from = (middle - half).max(left as i64) as usize;
                            (from, ((middle + half + 2).max(0) as usize).min(right))
                        };
                        if from >= to {
                            continue;
                        }
                        let start_of_row = (row - start) * columns;
                        let along = &mut values[start_of_row + from..start_of_row + to];
                        let weights = &across_values[from - left..to - left];
                        for (value, weight) in along.iter_mut().zip(weights) {
                            *value += factor * *weight;
                        }
                    }
                }
            },
        );
    }

    /// Carries a layer with nodes twice as far apart to this one.
    fn carry_from(&mut self, coarser: &Self) {
        let [even, odd] =
            carry_weights::<V>().map(|all| all.into_iter().map(V::near).collect::<Vec<V>>());
        let columns = self.columns;
        let width = coarser.columns;
        // Node i of this layer lies (i − margin)/2 nodes from the first of the coarser layer.
        let place = |node: usize, margin: usize| {
            let twice = node + 2 * coarser.margin - margin;
            (twice / 2, twice % 2 == 1)
        };
        let margin = self.margin;
        self.values.par_chunks_mut(BAND * columns).enumerate().for_each(|(band, values)| {
            let mut down = vec![V::default(); width];
            let (mut evens, mut odds) = (Vec::new(), Vec::new());
            for (index, along) in values.chunks_exact_mut(columns).enumerate() {
                let (at, is_odd) = place(band * BAND + index, margin);
                let weights: &[V] = if is_odd { &odd } else { &even };
                let first = at + usize::from(is_odd) - REACH;
                down.fill(V::default());
                for (k, weight) in weights.iter().enumerate() {
                    let from = (first + k) * width;
                    for (sum, value) in down.iter_mut().zip(&coarser.values[from..from + width]) {
                        *sum += *weight * *value;
                    }
                }
                // All even nodes, then all odd ones, so that neighbours are summed side by side.
                let (start, start_odd) = place(0, margin);
                debug_assert!(!start_odd, "margins are even");
                let (half_up, half) = (columns.div_ceil(2), columns / 2);
                along_row(&mut evens, half_up, &down[start - REACH..], &even);
                along_row(&mut odds, half, &down[start + 1 - REACH..], &odd);
                for (pair, (even, odd)) in along
                    .chunks_mut(2)
                    .zip(evens.iter().zip(odds.iter().chain(core::iter::once(&V::default()))))
                {
                    pair[0] = *even;
                    if let Some(second) = pair.get_mut(1) {
                        *second = *odd;
                    }
                }
            }
        });
    }
}

/// `count` sums of neighbours with these weights.
fn along_row<V: Value>(sums: &mut Vec<V>, count: usize, values: &[V], weights: &[V]) {
    /// As many as stay in registers while all weights pass.
    const BLOCK: usize = 8;
    sums.clear();
    sums.resize(count, V::default());
    let mut blocks = sums.chunks_exact_mut(BLOCK);
    let mut at = 0;
    for block in &mut blocks {
        let mut held = [V::default(); BLOCK];
        for (k, weight) in weights.iter().enumerate() {
            for (sum, value) in held.iter_mut().zip(&values[at + k..at + k + BLOCK]) {
                *sum += *weight * *value;
            }
        }
        block.copy_from_slice(&held);
        at += BLOCK;
    }
    for (i, sum) in blocks.into_remainder().iter_mut().enumerate() {
        for (weight, value) in weights.iter().zip(&values[at + i..]) {
            *sum += *weight * *value;
        }
    }
}

/// The nodes that a kernel reaches, the end not included.
fn reached<V: Value>(middle: f64, scale: f64, nodes: usize) -> (usize, usize) {
    // A kernel narrower than a node still gives its own node all that it has.
    let far = (V::CUT * scale).max(1.0);
    let first = (middle - far).ceil().max(0.0);
    let end = ((middle + far).floor() + 1.0).clamp(0.0, nodes as f64);
    (first.min(nodes as f64) as usize, end as usize)
}

/// The kernel at nodes `first..end` of one axis.
fn fill(
    weights: &mut Vec<f64>,
    first: usize,
    end: usize,
    middle: f64,
    scale: f64,
    reading: Reading,
) {
    weights.clear();
    if reading == Reading::MeanOfNarrow && scale < 1.0 {
        let below = |node: usize| normal::cumulative((node as f64 - 0.5 - middle) / scale);
        weights.extend((first..end).map(|node| below(node + 1) - below(node)));
        return;
    }
    let inverse = 1.0 / scale;
    let peak = 0.398_942_280_401_432_7 * inverse;
    if scale < 1.6 {
        weights.extend((first..end).map(|node| {
            let z = (node as f64 - middle) * inverse;
            peak * exp(-0.5 * z * z)
        }));
        return;
    }
    // From node to node the kernel changes by a factor that itself changes by a fixed one; over the
    // sixty or so nodes of a kernel the rounding errors of that stay below 1e-12.
    let z = (first as f64 - middle) * inverse;
    let mut value = peak * exp(-0.5 * z * z);
    let mut ratio = exp(-inverse * (z + 0.5 * inverse));
    let change = exp(-inverse * inverse);
    weights.extend((first..end).map(|_| {
        let now = value;
        value *= ratio;
        ratio *= change;
        now
    }));
}

/// Weights of the coarser nodes for a finer node that lies on one, and for one between two.
fn carry_weights<V: Value>() -> [Vec<f64>; 2] {
    let weight = |far: f64| {
        0.398_942_280_401_432_7 / V::CARRY * exp(-0.5 * (far / V::CARRY) * (far / V::CARRY))
    };
    let reach = REACH as f64;
    let even = (0..=2 * REACH).map(|k| weight(k as f64 - reach)).collect();
    // From REACH − 1/2 below to REACH − 1/2 above.
    let odd = (0..2 * REACH).map(|k| weight(k as f64 - reach + 0.5)).collect();
    [even, odd]
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn kernels(count: usize, columns: f64, rows: f64, scales: &[f64]) -> Vec<Kernel> {
        let mut at = 11_u64;
        let mut odd = || {
            at = at.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (at >> 40) as f64 / f64::from(1_u32 << 24)
        };
        (0..count)
            .map(|i| Kernel {
                column: (odd() * 1.2 - 0.1) * columns,
                row: (odd() * 1.2 - 0.1) * rows,
                scale: scales[i % scales.len()] * (1.0 + 0.3 * odd()),
                weight: 0.5 + odd(),
            })
            .collect()
    }

    /// Every kernel at every cell.
    fn directly(columns: usize, rows: usize, kernels: &[Kernel]) -> Vec<f64> {
        let mut values = vec![0.0; columns * rows];
        for kernel in kernels {
            for row in 0..rows {
                for column in 0..columns {
                    let (x, y) = (column as f64 - kernel.column, row as f64 - kernel.row);
                    let variance = kernel.scale * kernel.scale;
                    values[row * columns + column] += kernel.weight
                        * libm::exp(-0.5 * (x * x + y * y) / variance)
                        / (2.0 * core::f64::consts::PI * variance);
                }
            }
        }
        values
    }

    #[test]
    fn layers_give_the_direct_sum_to_a_billionth_of_the_largest_value() {
        let all = [1.3, 3.0, 4.7, 4.9, 9.0, 10.0, 17.0, 19.0, 37.0, 60.0];
        for scales in all.iter().map(core::slice::from_ref).chain([&all[..]]) {
            let kernels = kernels(60, 83.0, 61.0, scales);
            let found: Vec<f64> = sum(83, 61, &kernels, Reading::Middle);
            let expected = directly(83, 61, &kernels);
            let most = expected.iter().copied().fold(0.0, f64::max);
            for (found, expected) in found.iter().zip(&expected) {
                let error = (found - expected).abs() / most;
                assert!(error < 1e-9, "{scales:?}: {error:e}");
            }
        }
    }

    #[test]
    fn seven_digits_are_kept_in_half_the_memory() {
        let kernels = kernels(500, 83.0, 61.0, &[1.3, 4.9, 17.0, 60.0]);
        let found: Vec<f32> = sum(83, 61, &kernels, Reading::Middle);
        let expected = directly(83, 61, &kernels);
        let most = expected.iter().copied().fold(0.0, f64::max);
        for (found, expected) in found.iter().zip(&expected) {
            assert!((f64::from(*found) - expected).abs() < 2e-6 * most);
        }
    }

    #[test]
    fn narrow_kernels_lose_nothing() {
        for scale in [1e-3, 0.05, 0.3, 0.99, 1.5, 2.9, 6.0] {
            let kernel = Kernel { column: 50.31, row: 49.5, scale, weight: 2.0 };
            let total: f64 = sum::<f64>(100, 100, &[kernel], Reading::MeanOfNarrow).iter().sum();
            // A sum of densities is the integral up to 4 exp(−2π² s²): 1e-8 at one cell.
            assert!((total - 2.0).abs() < 4e-8, "{scale}: {total}");
        }
    }

    #[test]
    fn any_number_of_threads_gives_the_same_bits() {
        let kernels = kernels(3_000, 300.0, 290.0, &[0.4, 2.0, 5.0, 12.0, 50.0]);
        let with = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| sum::<f32>(300, 290, &kernels, Reading::MeanOfNarrow))
        };
        let one = with(1);
        for threads in [2, 5, 8] {
            let many = with(threads);
            assert!(one.iter().zip(&many).all(|(a, b)| a.to_bits() == b.to_bits()), "{threads}");
        }
    }

    #[test]
    fn the_smallest_grid_has_a_value() {
        for scale in [0.2, 3.0, 80.0] {
            let kernel = Kernel { column: 0.0, row: 0.0, scale, weight: 1.0 };
            let found = sum::<f64>(1, 1, &[kernel], Reading::Middle)[0];
            let exact = 1.0 / (2.0 * core::f64::consts::PI * scale * scale);
            assert!((found / exact - 1.0).abs() < 1e-8, "{scale}: {found} {exact}");
        }
        assert_eq!(sum::<f64>(3, 2, &[], Reading::Middle), vec![0.0; 6]);
    }
}
