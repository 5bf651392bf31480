//! Which sequence of which source each step of a run draws.
//!
//! `weights` makes whole numbers of weights, `quota` divides tokens by them and `order` the steps
//! of a run; `permutation` shuffles the sequences of a source, and `draws` puts both together.

pub(crate) mod draws;
pub(crate) mod order;
pub(crate) mod permutation;
pub(crate) mod quota;
pub(crate) mod weights;
