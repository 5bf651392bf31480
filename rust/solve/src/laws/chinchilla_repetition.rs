//! `E + A N^-alpha + B D_eff^-beta`, Muennighoff et al. 2023 (arXiv 2305.16264).

use pulp::Simd;

use crate::dual::Dual;
use crate::law::{Law, Parameters, Place, ln_effective};

#[derive(Clone, Copy)]
pub(crate) struct ChinchillaRepetition;

impl Law<6> for ChinchillaRepetition {
    const LINEAR: usize = 3;
    const PREDICTORS: usize = 3;

    #[inline(always)]
    fn loss<S: Simd>(self, x: &Place<S>, p: &Parameters<S, 6>) -> Dual<S, 6> {
        let effective = ln_effective(x, 1, 2, p.get(5));
        let by_tokens = (p.ln(2) - p.get(4) * effective).exp();
        p.get(0) + p.power(1, 3, x.ln[0]) + by_tokens
    }
}
