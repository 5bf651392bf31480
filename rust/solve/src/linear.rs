//! Linear equations and eigenvalues of small dense matrices.

/// A square matrix.
pub(crate) type Matrix<const P: usize> = [[f64; P]; P];

const SWEEPS: usize = 30;

/// Solves `(matrix + ridge I) x = right` if that matrix is positive definite; only the lower
/// triangle is read.
pub(crate) fn solve_definite<const P: usize>(
    matrix: &Matrix<P>,
    ridge: f64,
    right: &[f64; P],
) -> Option<[f64; P]> {
    let (mut factor, mut x) = (*matrix, *right);
    for i in 0..P {
        factor[i][i] += ridge;
    }
    for i in 0..P {
        for j in 0..=i {
            let mut sum = factor[i][j];
            for k in 0..j {
                sum -= factor[i][k] * factor[j][k];
            }
            if i == j {
                if sum.is_nan() || sum <= f64::EPSILON * matrix[i][i].abs() {
                    return None;
                }
                // The diagonal holds the reciprocal.
                factor[i][i] = 1.0 / sum.sqrt();
            } else {
                factor[i][j] = sum * factor[j][j];
            }
        }
    }
    for i in 0..P {
        for k in 0..i {
            x[i] -= factor[i][k] * x[k];
        }
        x[i] *= factor[i][i];
    }
    for i in (0..P).rev() {
        for k in i + 1..P {
            x[i] -= factor[k][i] * x[k];
        }
        x[i] *= factor[i][i];
    }
    Some(x)
}

/// Eigenvalues and eigenvectors (columns) of a symmetric matrix, by Jacobi's rotations; only the
/// lower triangle is read.
pub(crate) fn eigen<const P: usize>(matrix: &Matrix<P>) -> ([f64; P], Matrix<P>) {
    let mut a = *matrix;
    let mut vectors = [[0.0; P]; P];
    for i in 0..P {
        vectors[i][i] = 1.0;
        for j in 0..i {
            a[j][i] = a[i][j];
        }
    }
    for _ in 0..SWEEPS {
        let mut rotated = false;
        for p in 0..P {
            for q in p + 1..P {
                if a[p][q].abs() > f64::EPSILON * (a[p][p] * a[q][q]).abs().sqrt() {
                    rotate(&mut a, &mut vectors, p, q);
                    rotated = true;
                }
            }
        }
        if !rotated {
            break;
        }
    }
    (std::array::from_fn(|i| a[i][i]), vectors)
}

/// Makes `a[p][q]` zero.
fn rotate<const P: usize>(a: &mut Matrix<P>, vectors: &mut Matrix<P>, p: usize, q: usize) {
    let cotangent = (a[q][q] - a[p][p]) / (2.0 * a[p][q]);
    let tangent = cotangent.signum() / (cotangent.abs() + cotangent.hypot(1.0));
    let cosine = 1.0 / tangent.hypot(1.0);
    let sine = tangent * cosine;
    for row in a.iter_mut().chain(vectors.iter_mut()) {
        (row[p], row[q]) = (
            cosine * row[p] - sine * row[q],
            sine * row[p] + cosine * row[q],
        );
    }
    for k in 0..P {
        (a[p][k], a[q][k]) = (
            cosine * a[p][k] - sine * a[q][k],
            sine * a[p][k] + cosine * a[q][k],
        );
    }
}

/// The product of two vectors.
pub(crate) fn dot<const P: usize>(a: &[f64; P], b: &[f64; P]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
