//! `E + A N^-alpha + B D^-alpha`, Gadre et al. 2024 (arXiv 2403.08540).

use pulp::Simd;

use crate::dual::Dual;
use crate::law::{Law, Parameters, Place};

#[derive(Clone, Copy)]
pub(crate) struct Tied;

impl Law<4> for Tied {
    const LINEAR: usize = 3;
    const PREDICTORS: usize = 2;

    #[inline(always)]
    fn loss<S: Simd>(self, x: &Place<S>, p: &Parameters<S, 4>) -> Dual<S, 4> {
        p.get(0) + p.power(1, 3, x.ln[0]) + p.power(2, 3, x.ln[1])
    }
}
