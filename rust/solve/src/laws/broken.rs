//! `E + A x^-alpha (1 + (x / x1)^(1/f))^(-(alpha2 - alpha) f)`, Caballero et al. 2023 (arXiv
//! 2210.14891) with one break.

use pulp::Simd;

use crate::dual::Dual;
use crate::law::{Law, Parameters, Place};

#[derive(Clone, Copy)]
pub(crate) struct Broken;

impl Law<6> for Broken {
    const LINEAR: usize = 2;
    const PREDICTORS: usize = 1;

    #[inline(always)]
    fn loss<S: Simd>(self, x: &Place<S>, p: &Parameters<S, 6>) -> Dual<S, 6> {
        let (change, width) = (p.get(3) - p.get(2), p.get(5));
        let beyond = (-p.ln(4)).plus(x.ln[0]) * width.recip();
        let bend = change * width * beyond.softplus();
        p.get(0) + (p.ln_power(1, 2, x.ln[0]) - bend).exp()
    }
}
