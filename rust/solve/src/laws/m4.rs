//! `(L - E) / (L0 - E) = u` with `u (1 - u)^-gamma = (x / x0)^-alpha`, Alabdulmohsin et al. 2022
//! (arXiv 2209.06640).

use pulp::Simd;

use crate::dual::Dual;
use crate::law::{Law, Parameters, Place};
use crate::simd_math::Lanes;

const MOST_STEPS: usize = 60;
const SETTLED: f64 = 1e-14;

#[derive(Clone, Copy)]
pub(crate) struct M4;

impl Law<5> for M4 {
    const LINEAR: usize = 2;
    const PREDICTORS: usize = 1;

    #[inline(always)]
    fn loss<S: Simd>(self, x: &Place<S>, p: &Parameters<S, 5>) -> Dual<S, 5> {
        let gamma = p.get(4);
        let target = -(p.get(3) * (-p.ln(2)).plus(x.ln[0]));
        let logit = solve(target.value, gamma.value);
        // Each Newton step on dual numbers makes one more derivative exact.
        let mut solution = Dual::constant(logit);
        for _ in 0..2 {
            let gap = gamma * solution.softplus() - (-solution).softplus() - target;
            let risen = solution.sigmoid();
            let slope = gamma * risen + (-risen).plus(logit.constant(1.0));
            solution = solution - gap * slope.recip();
        }
        let u = solution.sigmoid();
        p.get(0) * (-u).plus(logit.constant(1.0)) + p.get(1) * u
    }
}

/// The logit of `u` with `ln u - gamma ln(1 - u) = target`, by Newton's method.
///
/// In the logit the left side rises with a slope between 1 and `gamma` and bends one way only, so
/// that Newton's method goes straight to the solution.
#[inline(always)]
fn solve<S: Simd>(target: Lanes<S>, gamma: Lanes<S>) -> Lanes<S> {
    let zero = target.constant(0.0);
    let mut logit = target.min(zero) + target.max(zero) / gamma;
    for _ in 0..MOST_STEPS {
        let (above, u, rest) = logit.logistic();
        // softplus(-z) = softplus(z) - z
        let gap = gamma * above - (above - logit) - target;
        let slope = gamma.mul_add(u, rest);
        let step = gap / slope;
        logit = logit - step;
        let relative = step.abs() / (logit.abs() + logit.constant(1.0));
        if relative.largest() < SETTLED {
            break;
        }
    }
    logit
}
