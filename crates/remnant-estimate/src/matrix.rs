//! Small dense symmetric matrices, as many numbers in a row as they need.
//!
//! Belongs here: Cholesky factors and what is read off them. The hierarchy has a latent value for each
//! type and each kind of evidence, so 10 to 40 rows; a general linear-algebra crate would cost more to
//! build than this file and would not promise the same bits everywhere.
//!
//! Does not belong here: sparse or large matrices.

/// Replaces the lower triangle of a symmetric matrix by its Cholesky factor.
///
/// `matrix` holds `size * size` numbers row by row; what is above the diagonal is neither read nor
/// written. `false` when the matrix is not positive definite.
#[must_use]
pub(crate) fn factorise(matrix: &mut [f64], size: usize) -> bool {
    for i in 0..size {
        let (above, row) = matrix.split_at_mut(i * size);
        for j in 0..i {
            let other = &above[j * size..j * size + j + 1];
            let sum: f64 = dot(&row[..j], &other[..j]);
            row[j] = (row[j] - sum) / other[j];
        }
        let remainder = row[i] - dot(&row[..i], &row[..i]);
        // Written so that NaN is refused too.
        if !(remainder > 0.0 && remainder.is_finite()) {
            return false;
        }
        row[i] = libm::sqrt(remainder);
    }
    true
}

/// Sum of products, in the order of the slices.
#[inline]
pub(crate) fn dot(left: &[f64], right: &[f64]) -> f64 {
    let mut sum = 0.0;
    for (a, b) in left.iter().zip(right) {
        sum += a * b;
    }
    sum
}

/// Solves `L y = vector` in place.
pub(crate) fn solve_lower(factor: &[f64], size: usize, vector: &mut [f64]) {
    for i in 0..size {
        let row = &factor[i * size..i * size + i + 1];
        vector[i] = (vector[i] - dot(&row[..i], &vector[..i])) / row[i];
    }
}

/// Solves `Lᵀ y = vector` in place.
fn solve_upper(factor: &[f64], size: usize, vector: &mut [f64]) {
    for i in (0..size).rev() {
        let row = &factor[i * size..i * size + i + 1];
        vector[i] /= row[i];
        let value = vector[i];
        for (entry, coefficient) in vector[..i].iter_mut().zip(row) {
            *entry -= value * coefficient;
        }
    }
}

/// Solves `L Lᵀ y = vector` in place.
pub(crate) fn solve(factor: &[f64], size: usize, vector: &mut [f64]) {
    solve_lower(factor, size, vector);
    solve_upper(factor, size, vector);
}

/// Logarithm of the determinant of the matrix that was factorised.
pub(crate) fn log_determinant(factor: &[f64], size: usize) -> f64 {
    2.0 * (0..size).map(|i| libm::log(factor[i * size + i])).sum::<f64>()
}

/// The diagonal of the inverse, into `diagonal`; `scratch` holds at least `size` numbers.
pub(crate) fn inverse_diagonal(
    factor: &[f64],
    size: usize,
    scratch: &mut [f64],
    diagonal: &mut [f64],
) {
    for column in 0..size {
        // Column of the inverse factor: its entries above the diagonal are zero.
        scratch[column] = 1.0 / factor[column * size + column];
        for i in column + 1..size {
            let row = &factor[i * size..i * size + i + 1];
            scratch[i] = -dot(&row[column..i], &scratch[column..i]) / row[i];
        }
        diagonal[column] = dot(&scratch[column..size], &scratch[column..size]);
    }
}

/// The whole inverse, row by row.
pub(crate) fn inverse(factor: &[f64], size: usize) -> Vec<f64> {
    let mut inverse = vec![0.0; size * size];
    for (i, row) in inverse.chunks_exact_mut(size).enumerate() {
        row[i] = 1.0;
        solve(factor, size, row);
    }
    inverse
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example(size: usize) -> Vec<f64> {
        let mut matrix = vec![0.0; size * size];
        for i in 0..size {
            for j in 0..size {
                matrix[i * size + j] =
                    1.0 / (1.0 + i.abs_diff(j) as f64) + f64::from(u8::from(i == j));
            }
        }
        matrix
    }

    #[test]
    fn the_inverse_times_the_matrix_is_the_identity() {
        for size in [1, 2, 5, 12] {
            let matrix = example(size);
            let mut factor = matrix.clone();
            assert!(factorise(&mut factor, size));
            let inverse = inverse(&factor, size);
            let (mut scratch, mut diagonal) = (vec![0.0; size], vec![0.0; size]);
            inverse_diagonal(&factor, size, &mut scratch, &mut diagonal);
            for i in 0..size {
                assert!((diagonal[i] - inverse[i * size + i]).abs() < 1e-13);
                for j in 0..size {
                    // The matrix is symmetric, so its rows serve as its columns.
                    let product =
                        dot(&inverse[i * size..(i + 1) * size], &matrix[j * size..(j + 1) * size]);
                    let expected = f64::from(u8::from(i == j));
                    assert!((product - expected).abs() < 1e-12, "{size}: {i}, {j}");
                }
            }
        }
    }

    #[test]
    fn the_determinant_of_a_known_matrix_is_found() {
        let mut matrix = vec![4.0, 0.0, 2.0, 5.0];
        assert!(factorise(&mut matrix, 2));
        assert!((log_determinant(&matrix, 2) - libm::log(16.0)).abs() < 1e-14);
    }

    #[test]
    fn an_indefinite_matrix_and_one_that_is_not_a_number_are_refused() {
        assert!(!factorise(&mut [1.0, 0.0, 2.0, 1.0], 2));
        assert!(!factorise(&mut [f64::NAN], 1));
        assert!(!factorise(&mut [f64::INFINITY], 1));
    }
}
