//! `E + B / (x0 + x^beta)`, Lin et al. 2024 (arXiv 2402.02314).

use pulp::Simd;

use crate::dual::Dual;
use crate::law::{Law, Parameters, Place};

#[derive(Clone, Copy)]
pub(crate) struct Rectified;

impl Law<4> for Rectified {
    const LINEAR: usize = 2;
    const PREDICTORS: usize = 1;

    #[inline(always)]
    fn loss<S: Simd>(self, x: &Place<S>, p: &Parameters<S, 4>) -> Dual<S, 4> {
        let grown = p.get(3).times(x.ln[0]).exp();
        p.get(0) + p.get(1) * (p.get(2) + grown).recip()
    }
}
