//! `E + A x^-alpha`.

use pulp::Simd;

use crate::dual::Dual;
use crate::law::{Law, Parameters, Place};

#[derive(Clone, Copy)]
pub(crate) struct Power;

impl Law<3> for Power {
    const LINEAR: usize = 2;
    const PREDICTORS: usize = 1;

    #[inline(always)]
    fn loss<S: Simd>(self, x: &Place<S>, p: &Parameters<S, 3>) -> Dual<S, 3> {
        p.get(0) + p.power(1, 2, x.ln[0])
    }
}
