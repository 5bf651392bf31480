//! `E + A x_eff^-alpha`, effective tokens as in Muennighoff et al. 2023 (arXiv 2305.16264).

use pulp::Simd;

use crate::dual::Dual;
use crate::law::{Law, Parameters, Place, ln_effective};

#[derive(Clone, Copy)]
pub(crate) struct Repetition;

impl Law<4> for Repetition {
    const LINEAR: usize = 2;
    const PREDICTORS: usize = 2;

    #[inline(always)]
    fn loss<S: Simd>(self, x: &Place<S>, p: &Parameters<S, 4>) -> Dual<S, 4> {
        let effective = ln_effective(x, 0, 1, p.get(3));
        p.get(0) + (p.ln(1) - p.get(2) * effective).exp()
    }
}
