//! The objective and its derivatives: sums over the points.

use pulp::{Simd, WithSimd};

use crate::data::{Data, Space, lanes};
use crate::law::{Law, Parameters};
use crate::linear::Matrix;
use crate::simd_math::Lanes;

/// The objective at one place, with its derivatives by the logarithms of the parameters.
#[derive(Clone, Copy)]
pub(crate) struct Sums<const P: usize> {
    pub(crate) value: f64,
    pub(crate) gradient: [f64; P],
    /// The lower triangle.
    pub(crate) hessian: Matrix<P>,
}

/// Evaluates the objective at the parameters with logarithms `logs`.
pub(crate) struct Evaluate<'a, L, const P: usize> {
    pub(crate) law: L,
    pub(crate) data: &'a Data<'a>,
    pub(crate) logs: &'a [f64; P],
    pub(crate) delta: f64,
}

impl<L: Law<P>, const P: usize> WithSimd for Evaluate<'_, L, P> {
    type Output = Sums<P>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Sums<P> {
        let Self {
            law,
            data,
            logs,
            delta,
        } = self;
        let parameters = Parameters::new(simd, logs);
        let zero = Lanes::splat(simd, 0.0);
        let (one, half) = (zero.constant(1.0), zero.constant(0.5));
        let delta = zero.constant(delta);
        let mut value = zero;
        let mut gradient = [zero; P];
        let mut hessian = [[zero; P]; P];
        for i in 0..data.target.len() / S::F64_LANES {
            let loss = law.loss(&data.points.place(simd, i), &parameters);
            let (fitted, scale, bend) = match data.space {
                Space::Log => (loss.value.ln(), one / loss.value, one),
                Space::Loss => (loss.value, one, zero),
            };
            let residual = lanes(simd, data.target, i) - fitted;
            let weight = lanes(simd, data.weights, i);
            let influence = residual.min(delta).max(-delta);
            let pull = weight * influence;
            let inside = weight.where_at_most(residual.abs(), delta);
            value = value + pull * (residual - half * influence);
            // The derivatives of the residual are those of the loss times the scale; of the
            // logarithm, the second also has the square of the first.
            let inner = -(pull * scale);
            let outer = pull.mul_add(bend, inside) * scale * scale;
            for j in 0..P {
                gradient[j] = inner.mul_add(loss.gradient[j], gradient[j]);
                let weighted = outer * loss.gradient[j];
                for k in 0..=j {
                    let curved = inner.mul_add(loss.hessian[j][k], hessian[j][k]);
                    hessian[j][k] = weighted.mul_add(loss.gradient[k], curved);
                }
            }
        }
        let mut sums = Sums {
            value: value.sum(),
            gradient: [0.0; P],
            hessian: [[0.0; P]; P],
        };
        for j in 0..P {
            sums.gradient[j] = gradient[j].sum();
            for k in 0..=j {
                sums.hessian[j][k] = hessian[j][k].sum();
            }
        }
        sums
    }
}
