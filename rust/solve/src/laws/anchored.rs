//! `E + (L0 - E) (1 + x / x0)^-alpha`.

use pulp::Simd;

use crate::dual::Dual;
use crate::law::{Law, Parameters, Place};

#[derive(Clone, Copy)]
pub(crate) struct Anchored {
    /// `L0`.
    pub(crate) anchor: f64,
}

impl Law<3> for Anchored {
    const LINEAR: usize = 1;
    const PREDICTORS: usize = 1;

    #[inline(always)]
    fn loss<S: Simd>(self, x: &Place<S>, p: &Parameters<S, 3>) -> Dual<S, 3> {
        let floor = p.get(0);
        let ln_decay = -(p.get(2) * (-p.ln(1)).plus(x.ln[0]).softplus());
        let decay = ln_decay.exp();
        floor + (-floor).plus(x.x[0].constant(self.anchor)) * decay
    }
}
