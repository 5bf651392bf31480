//! `E + (A N^-alpha + B D^-beta)^k`.

use pulp::Simd;

use crate::dual::Dual;
use crate::law::{Law, Parameters, Place};

#[derive(Clone, Copy)]
pub(crate) struct Coupled;

impl Law<6> for Coupled {
    const LINEAR: usize = 1;
    const PREDICTORS: usize = 2;

    #[inline(always)]
    fn loss<S: Simd>(self, x: &Place<S>, p: &Parameters<S, 6>) -> Dual<S, 6> {
        let both = ln_sum(p.ln_power(1, 3, x.ln[0]), p.ln_power(2, 4, x.ln[1]));
        p.get(0) + (p.get(5) * both).exp()
    }
}

/// `ln(exp(first) + exp(second))`.
#[inline(always)]
pub(crate) fn ln_sum<S: Simd, const P: usize>(first: Dual<S, P>, second: Dual<S, P>) -> Dual<S, P> {
    second + (first - second).softplus()
}
