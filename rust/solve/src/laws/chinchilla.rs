//! `E + A N^-alpha + B D^-beta`, Hoffmann et al. 2022 (arXiv 2203.15556), equation 2.

use pulp::Simd;

use crate::dual::Dual;
use crate::law::{Law, Parameters, Place};

#[derive(Clone, Copy)]
pub(crate) struct Chinchilla;

impl Law<5> for Chinchilla {
    const LINEAR: usize = 3;
    const PREDICTORS: usize = 2;

    #[inline(always)]
    fn loss<S: Simd>(self, x: &Place<S>, p: &Parameters<S, 5>) -> Dual<S, 5> {
        p.get(0) + p.power(1, 3, x.ln[0]) + p.power(2, 4, x.ln[1])
    }
}
