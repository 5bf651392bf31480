//! What a law is to the engine: one formula.

use pulp::Simd;

use crate::dual::Dual;
use crate::simd_math::Lanes;

/// Most predictors that a law has.
pub(crate) const MOST_PREDICTORS: usize = 3;

/// A law of `P` parameters, all positive; the first [`LINEAR`](Law::LINEAR) enter linearly.
pub(crate) trait Law<const P: usize>: Copy + Send + Sync {
    /// How many parameters are linear.
    const LINEAR: usize;
    /// How many predictors there are.
    const PREDICTORS: usize;

    /// The loss at one place, with its derivatives.
    fn loss<S: Simd>(self, x: &Place<S>, p: &Parameters<S, P>) -> Dual<S, P>;
}

/// The predictors of as many points as there are lanes.
#[derive(Clone, Copy)]
pub(crate) struct Place<S: Simd> {
    /// The predictors.
    pub(crate) x: [Lanes<S>; MOST_PREDICTORS],
    /// Their logarithms.
    pub(crate) ln: [Lanes<S>; MOST_PREDICTORS],
}

/// The parameters, the same in every lane.
#[derive(Clone, Copy)]
pub(crate) struct Parameters<S: Simd, const P: usize> {
    logs: [Lanes<S>; P],
    natural: [Lanes<S>; P],
}

impl<S: Simd, const P: usize> Parameters<S, P> {
    #[inline(always)]
    pub(crate) fn new(simd: S, logs: &[f64; P]) -> Self {
        let mut lanes = [Lanes::splat(simd, 0.0); P];
        let mut natural = lanes;
        for j in 0..P {
            lanes[j] = Lanes::splat(simd, logs[j]);
            natural[j] = lanes[j].exp();
        }
        Self {
            logs: lanes,
            natural,
        }
    }

    /// The logarithm of parameter `j`.
    #[inline(always)]
    pub(crate) fn ln(&self, j: usize) -> Dual<S, P> {
        let mut out = Dual::constant(self.logs[j]);
        out.gradient[j] = self.logs[j].constant(1.0);
        out
    }

    /// Parameter `j`.
    #[inline(always)]
    pub(crate) fn get(&self, j: usize) -> Dual<S, P> {
        let value = self.natural[j];
        let mut out = Dual::constant(value);
        out.gradient[j] = value;
        out.hessian[j][j] = value;
        out
    }

    /// `ln(a x^-alpha)`, given `ln x`.
    #[inline(always)]
    pub(crate) fn ln_power(&self, a: usize, alpha: usize, ln_x: Lanes<S>) -> Dual<S, P> {
        let slope = -(self.natural[alpha] * ln_x);
        let mut out = Dual::constant(self.logs[a] + slope);
        out.gradient[a] = slope.constant(1.0);
        out.gradient[alpha] = slope;
        out.hessian[alpha][alpha] = slope;
        out
    }

    /// `a x^-alpha`, given `ln x`: the exponential of [`ln_power`](Self::ln_power) without the
    /// products that are known to be zero.
    #[inline(always)]
    pub(crate) fn power(&self, a: usize, alpha: usize, ln_x: Lanes<S>) -> Dual<S, P> {
        let slope = -(self.natural[alpha] * ln_x);
        let value = (self.logs[a] + slope).exp();
        let by_alpha = slope * value;
        let mut out = Dual::constant(value);
        out.gradient[a] = value;
        out.gradient[alpha] = by_alpha;
        out.hessian[a][a] = value;
        out.hessian[alpha.max(a)][alpha.min(a)] = by_alpha;
        out.hessian[alpha][alpha] = slope.mul_add(by_alpha, by_alpha);
        out
    }
}

/// Logarithm of the tokens that tokens seen `epochs` times are worth: `ln(x / e)` plus
/// `ln(1 + R (1 - exp(-(e - 1) / R)))`, Muennighoff et al. 2023 (arXiv 2305.16264), equation 5.
#[inline(always)]
pub(crate) fn ln_effective<S: Simd, const P: usize>(
    x: &Place<S>,
    tokens: usize,
    epochs: usize,
    returns: Dual<S, P>,
) -> Dual<S, P> {
    let one = x.x[epochs].constant(1.0);
    let again = (x.x[epochs] - one).max(one.constant(0.0));
    let faded = returns.recip().times(-again).exp_m1();
    let worth = (returns * -faded).plus(one);
    worth.ln().plus(x.ln[tokens] - x.ln[epochs])
}
