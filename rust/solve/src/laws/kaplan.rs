//! `E + (A N^-alpha + B / D)^k`, Kaplan et al. 2020 (arXiv 2001.08361), equation 1.5, plus a floor.

use pulp::Simd;

use crate::dual::Dual;
use crate::law::{Law, Parameters, Place};
use crate::laws::coupled::ln_sum;

#[derive(Clone, Copy)]
pub(crate) struct Kaplan;

impl Law<5> for Kaplan {
    const LINEAR: usize = 1;
    const PREDICTORS: usize = 2;

    #[inline(always)]
    fn loss<S: Simd>(self, x: &Place<S>, p: &Parameters<S, 5>) -> Dual<S, 5> {
        let both = ln_sum(p.ln_power(1, 3, x.ln[0]), p.ln(2).plus(-x.ln[1]));
        p.get(0) + (p.get(4) * both).exp()
    }
}
