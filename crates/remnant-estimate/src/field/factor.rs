//! A sparse Cholesky factor of a matrix with the pattern of the field's precision.
//!
//! Belongs here: one analysis of the pattern, kept; factors of many matrices with it; solving with the
//! residual checked; drawing; the determinant; the diagonal of the inverse. Does not belong here:
//! what the matrix stands for.
//!
//! The kernels are those of `faer`, on one thread: results must not depend on the number of threads,
//! and the parallel factor has been reported to go wrong in silence. The residual is checked all the same.

use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::cholesky::llt::factor::LltRegularization;
use faer::linalg::matmul::matmul;
use faer::linalg::triangular_solve::{
    solve_lower_triangular_in_place, solve_upper_triangular_in_place,
};
use faer::prelude::{Reborrow, ReborrowMut};
use faer::sparse::linalg::SupernodalThreshold;
use faer::sparse::linalg::cholesky::supernodal::{SupernodalLltRef, SymbolicSupernodalCholesky};
use faer::sparse::linalg::cholesky::{
    CholeskySymbolicParams, LltRef, SymbolicCholesky, SymbolicCholeskyRaw, SymmetricOrdering,
    factorize_symbolic_cholesky,
};
use faer::sparse::{SparseColMatRef, SymbolicSparseColMatRef};
use faer::{Accum, Conj, Mat, MatMut, MatRef, Par, Side};

use super::lattice::Pattern;

/// Larger relative residuals than this are no solution.
const LARGEST_RESIDUAL: f64 = 1e-8;

/// The order of elimination and the shape of the factor: the same for all matrices of one pattern.
#[derive(Debug)]
pub(super) struct Analysis {
    symbolic: SymbolicCholesky<u32>,
    /// For each supernode the one above it in the tree; itself at a root.
    parents: Vec<u32>,
}

/// What a factor leaves to be desired.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum FactorFault {
    /// No room for it.
    NoRoom,
    /// The matrix is not positive definite.
    NotPositive,
    /// Equations were solved with this relative residual.
    Residual(f64),
}

impl Analysis {
    pub(super) fn of(pattern: &Pattern) -> Result<Self, FactorFault> {
        let blocks = pattern.blocks();
        let matrix = SymbolicSparseColMatRef::new_checked(
            blocks,
            blocks,
            &pattern.starts,
            None,
            &pattern.rows,
        );
        let parameters = CholeskySymbolicParams {
            // Below nothing: at nothing itself a matrix without work, of one block, is not forced.
            supernodal_flop_ratio_threshold: SupernodalThreshold(-1.0),
            ..CholeskySymbolicParams::default()
        };
        let symbolic =
            factorize_symbolic_cholesky(matrix, Side::Lower, SymmetricOrdering::Amd, parameters)
                .map_err(|_| FactorFault::NoRoom)?;
        let parents = supernodes(&symbolic).map(tree).unwrap_or_default();
        Ok(Self { symbolic, parents })
    }

    /// Numbers that a factor holds.
    pub(super) fn entries(&self) -> usize {
        self.symbolic.len_val()
    }
}

/// The supernodal shape. It was forced, so it is always there.
fn supernodes(symbolic: &SymbolicCholesky<u32>) -> Option<&SymbolicSupernodalCholesky<u32>> {
    match symbolic.raw() {
        SymbolicCholeskyRaw::Supernodal(supernodal) => Some(supernodal),
        SymbolicCholeskyRaw::Simplicial(_) => None,
    }
}

/// The parent of a supernode holds its first row below the diagonal.
fn tree(supernodal: &SymbolicSupernodalCholesky<u32>) -> Vec<u32> {
    let mut holder = vec![0_u32; supernodal.nrows()];
    for (s, (begin, end)) in
        supernodal.supernode_begin().iter().zip(supernodal.supernode_end()).enumerate()
    {
        holder[*begin as usize..*end as usize].fill(s as u32);
    }
    (0..supernodal.n_supernodes())
        .map(|s| {
            supernodal
                .supernode(s)
                .pattern()
                .iter()
                .min()
                .map_or(s as u32, |row| holder[*row as usize])
        })
        .collect()
}

/// Room for one factor and its work, used again for each matrix.
pub(super) struct Factor<'a> {
    analysis: &'a Analysis,
    pattern: &'a Pattern,
    values: Vec<f64>,
    memory: MemBuffer,
}

impl<'a> Factor<'a> {
    /// Room to solve for up to `right_sides` vectors at a time.
    pub(super) fn room(
        analysis: &'a Analysis,
        pattern: &'a Pattern,
        right_sides: usize,
    ) -> Result<Self, FactorFault> {
        let symbolic = &analysis.symbolic;
        let factorising =
            symbolic.factorize_numeric_llt_scratch::<f64>(Par::Seq, Default::default());
        let solving = symbolic.solve_in_place_scratch::<f64>(right_sides, Par::Seq);
        let memory =
            MemBuffer::try_new(factorising.or(solving)).map_err(|_| FactorFault::NoRoom)?;
        let mut values = Vec::new();
        values.try_reserve_exact(symbolic.len_val()).map_err(|_| FactorFault::NoRoom)?;
        values.resize(symbolic.len_val(), 0.0);
        Ok(Self { analysis, pattern, values, memory })
    }

    /// Factorises the matrix with these entries in the order of the pattern.
    pub(super) fn factorise(&mut self, entries: &[f64]) -> Result<(), FactorFault> {
        let blocks = self.pattern.blocks();
        let matrix = SparseColMatRef::new(
            SymbolicSparseColMatRef::new_checked(
                blocks,
                blocks,
                &self.pattern.starts,
                None,
                &self.pattern.rows,
            ),
            entries,
        );
        self.analysis
            .symbolic
            .factorize_numeric_llt(
                &mut self.values,
                matrix,
                Side::Lower,
                LltRegularization::default(),
                Par::Seq,
                MemStack::new(&mut self.memory),
                Default::default(),
            )
            .map(|_| ())
            .map_err(|_| FactorFault::NotPositive)
    }

    /// Solves for each of the vectors, which stand one after the other in `vectors`, and checks that
    /// `entries`, the matrix that was factorised, times the solution gives them back.
    pub(super) fn solve(
        &mut self,
        entries: &[f64],
        vectors: &mut [f64],
    ) -> Result<(), FactorFault> {
        let blocks = self.pattern.blocks();
        let given = vectors.to_vec();
        let count = vectors.len() / blocks;
        LltRef::new(&self.analysis.symbolic, &self.values).solve_in_place_with_conj(
            Conj::No,
            MatMut::from_column_major_slice_mut(vectors, blocks, count),
            Par::Seq,
            MemStack::new(&mut self.memory),
        );
        let largest = |vector: &[f64]| vector.iter().fold(0.0_f64, |most, x| most.max(x.abs()));
        let size = largest(entries);
        let mut product = vec![0.0; blocks];
        let mut worst = 0.0_f64;
        for (solution, given) in vectors.chunks_exact(blocks).zip(given.chunks_exact(blocks)) {
            self.pattern.multiply(entries, solution, &mut product);
            product.iter_mut().zip(given).for_each(|(product, given)| *product -= given);
            let scale = largest(given) + size * largest(solution);
            // Not a number anywhere must count as a failure, so nothing is compared with `max` alone.
            let residual = if scale > 0.0 { largest(&product) / scale } else { 0.0 };
            let finite = solution.iter().all(|x| x.is_finite());
            worst = if finite { worst.max(residual) } else { f64::INFINITY };
        }
        if worst <= LARGEST_RESIDUAL { Ok(()) } else { Err(FactorFault::Residual(worst)) }
    }

    /// Turns independent standard normal numbers, one for each block, into a draw with the inverse of
    /// the matrix as its covariance.
    pub(super) fn draw(&mut self, vector: &mut [f64]) {
        let blocks = vector.len();
        let Some(supernodal) = supernodes(&self.analysis.symbolic) else { return };
        let Some(permutation) = self.analysis.symbolic.perm() else { return };
        let (forward, _) = permutation.arrays();
        // A block's number goes to the place of the block in the order of elimination.
        let mut ordered: Vec<f64> = forward.iter().map(|block| vector[*block as usize]).collect();
        SupernodalLltRef::new(supernodal, &self.values).l_transpose_solve_with_conj(
            Conj::No,
            MatMut::from_column_major_slice_mut(&mut ordered, blocks, 1),
            Par::Seq,
            MemStack::new(&mut self.memory),
        );
        for (value, block) in ordered.iter().zip(forward) {
            vector[*block as usize] = *value;
        }
    }

    /// Logarithm of the determinant of the matrix.
    pub(super) fn log_determinant(&self) -> f64 {
        let Some(supernodal) = supernodes(&self.analysis.symbolic) else { return f64::NAN };
        let factor = SupernodalLltRef::new(supernodal, &self.values);
        (0..supernodal.n_supernodes())
            .map(|s| {
                let values = factor.supernode(s).val();
                (0..values.ncols()).map(|i| libm::log(values[(i, i)])).sum::<f64>()
            })
            .sum::<f64>()
            * 2.0
    }

    /// The diagonal of the inverse, by Takahashi's recursion on the supernodes.
    ///
    /// From the root of the tree downwards, the inverse on the rows of a supernode follows from the
    /// inverse on the rows of its parent, of which its own rows below the diagonal are a part. Only the
    /// pieces on the way to the current supernode are kept, so little more room is needed than for the factor.
    ///
    /// # Source
    /// K. Takahashi, J. Fagan and M.-S. Chin (1973); Y. E. Campbell and T. A. Davis, *Computing the
    /// sparse inverse subset: an inverse multifrontal approach*, technical report TR-95-021 (1995).
    pub(super) fn inverse_diagonal(&self) -> Vec<f64> {
        let mut diagonal = vec![f64::NAN; self.pattern.blocks()];
        let Some(supernodal) = supernodes(&self.analysis.symbolic) else { return diagonal };
        let Some(permutation) = self.analysis.symbolic.perm() else { return diagonal };
        let (forward, _) = permutation.arrays();
        let factor = SupernodalLltRef::new(supernodal, &self.values);
        let count = supernodal.n_supernodes();
        let parents = &self.analysis.parents;
        let mut children = vec![0_u32; count];
        for (s, parent) in parents.iter().enumerate() {
            if *parent as usize != s {
                children[*parent as usize] += 1;
            }
        }
        let mut fronts: Vec<Option<Mat<f64>>> = (0..count).map(|_| None).collect();
        let mut place = vec![0_u32; supernodal.nrows()];
        for s in (0..count).rev() {
            let node = factor.supernode(s);
            let (own, below) = (node.val().ncols(), node.pattern().len());
            let mut inverse = Mat::<f64>::zeros(own + below, own + below);
            let parent = parents[s] as usize;
            if below > 0 {
                let above = supernodal.supernode(parent);
                let (begin, end) =
                    (supernodal.supernode_begin()[parent], supernodal.supernode_end()[parent]);
                for (i, row) in (begin..end).chain(above.pattern().iter().copied()).enumerate() {
                    place[row as usize] = i as u32;
                }
                if let Some(front) = &fronts[parent] {
                    for (j, column) in node.pattern().iter().enumerate() {
                        let column = front.col(place[*column as usize] as usize);
                        let into = inverse.col_mut(own + j).subrows_mut(own, below);
                        for (value, row) in into.iter_mut().zip(node.pattern()) {
                            *value = column[place[*row as usize] as usize];
                        }
                    }
                }
                children[parent] -= 1;
                if children[parent] == 0 {
                    fronts[parent] = None;
                }
            }
            invert_supernode(node.val(), inverse.as_mut());
            for i in 0..own {
                diagonal[forward[node.start() + i] as usize] = inverse[(i, i)];
            }
            if children[s] > 0 {
                fronts[s] = Some(inverse);
            }
        }
        diagonal
    }
}

/// Fills the first rows and columns of `inverse`, whose last rows and columns hold the inverse on the
/// rows below, from the columns of the factor.
fn invert_supernode(columns: MatRef<'_, f64>, inverse: MatMut<'_, f64>) {
    let own = columns.ncols();
    let below = columns.nrows() - own;
    let (top, bottom) = columns.split_at_row(own);
    // Z' = L_top^-T L_bottom'; then S_12 = -Z' S_22 and S_11 = L_top^-T L_top^-1 - S_12 Z.
    let mut root = Mat::<f64>::identity(own, own);
    solve_lower_triangular_in_place(top, root.as_mut(), Par::Seq);
    let (mut first, mut across, mut down, last) = inverse.split_at_mut(own, own);
    matmul(first.rb_mut(), Accum::Replace, root.transpose(), root.as_ref(), 1.0, Par::Seq);
    if below == 0 {
        return;
    }
    let mut ratio = bottom.transpose().to_owned();
    solve_upper_triangular_in_place(top.transpose(), ratio.as_mut(), Par::Seq);
    matmul(across.rb_mut(), Accum::Replace, ratio.as_ref(), last.rb(), -1.0, Par::Seq);
    matmul(first.rb_mut(), Accum::Add, across.rb(), ratio.transpose(), -1.0, Par::Seq);
    down.copy_from(across.rb().transpose());
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::super::lattice::{Lattice, Spread, log_determinant_of_root};
    use super::*;

    struct Case {
        lattice: Lattice,
        pattern: Pattern,
        analysis: Analysis,
        entries: Vec<f64>,
        spread: Spread,
    }

    fn case(lattice: Lattice) -> Case {
        let pattern = Pattern::of(&lattice);
        let analysis = Analysis::of(&pattern).unwrap();
        let mut entries = Vec::new();
        let spread = Spread { standard_deviation: 1.3, range_kilometres: 6.0 };
        pattern.precision(&lattice, spread, &mut entries);
        Case { lattice, pattern, analysis, entries, spread }
    }

    fn cases() -> [Case; 3] {
        let outline: Vec<bool> = (0..40 * 33).map(|i| (i * i) % 11 != 3 && i % 97 != 0).collect();
        [
            case(Lattice::rectangle(37, 41, 1.0).unwrap()),
            case(Lattice::rectangle(1, 1, 1.0).unwrap()),
            case(Lattice::masked(40, 33, 1.0, &outline).unwrap()),
        ]
    }

    #[test]
    fn the_determinant_agrees_with_the_exact_eigenvalues() {
        let case = case(Lattice::rectangle(60, 45, 1.0).unwrap());
        let mut factor = Factor::room(&case.analysis, &case.pattern, 1).unwrap();
        factor.factorise(&case.entries).unwrap();
        let kappa = case.spread.kappa_squared(&case.lattice);
        let expected = 2.0 * log_determinant_of_root(&case.lattice, kappa)
            + 2700.0 * libm::log(case.spread.scale(&case.lattice));
        assert!((factor.log_determinant() / expected - 1.0).abs() < 1e-12);
    }

    #[test]
    fn the_recursion_gives_the_diagonal_that_solving_gives() {
        for case in cases() {
            let blocks = case.lattice.blocks();
            let mut factor = Factor::room(&case.analysis, &case.pattern, 1).unwrap();
            factor.factorise(&case.entries).unwrap();
            let diagonal = factor.inverse_diagonal();
            for block in (0..blocks).step_by(61) {
                let mut unit = vec![0.0; blocks];
                unit[block] = 1.0;
                factor.solve(&case.entries, &mut unit).unwrap();
                assert!(
                    (diagonal[block] / unit[block] - 1.0).abs() < 1e-9,
                    "block {block} of {blocks}: {} for {}",
                    diagonal[block],
                    unit[block]
                );
            }
            assert!(diagonal.iter().all(|value| *value > 0.0));
        }
    }

    #[test]
    fn draws_have_the_inverse_as_covariance() {
        // L⁻ᵀ is the map from the numbers to the draw, so its product with itself is the inverse.
        let case = case(Lattice::rectangle(6, 5, 1.0).unwrap());
        let mut factor = Factor::room(&case.analysis, &case.pattern, 1).unwrap();
        factor.factorise(&case.entries).unwrap();
        let images: Vec<Vec<f64>> = (0..30)
            .map(|block| {
                let mut unit = vec![0.0; 30];
                unit[block] = 1.0;
                factor.draw(&mut unit);
                unit
            })
            .collect();
        for block in 0..30 {
            let mut unit = vec![0.0; 30];
            unit[block] = 1.0;
            factor.solve(&case.entries, &mut unit).unwrap();
            for (other, expected) in unit.iter().enumerate() {
                let covariance: f64 = images.iter().map(|image| image[block] * image[other]).sum();
                assert!((covariance - expected).abs() < 1e-10);
            }
        }
    }

    #[test]
    fn a_wrong_factor_and_an_indefinite_matrix_are_noticed() {
        let case = case(Lattice::rectangle(9, 9, 1.0).unwrap());
        let mut factor = Factor::room(&case.analysis, &case.pattern, 1).unwrap();
        factor.factorise(&case.entries).unwrap();
        factor.values.iter_mut().for_each(|value| *value *= 1.001);
        let mut vector = vec![1.0; 81];
        assert!(matches!(
            factor.solve(&case.entries, &mut vector),
            Err(FactorFault::Residual(residual)) if residual > LARGEST_RESIDUAL
        ));
        let mut indefinite = case.entries.clone();
        indefinite[0] = -1.0;
        assert_eq!(factor.factorise(&indefinite), Err(FactorFault::NotPositive));
    }
}
