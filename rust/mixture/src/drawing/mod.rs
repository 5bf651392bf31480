//! Which sequence of which source each step of a run draws.
//!
//! `weights` turns weights into whole numbers, `quota` divides tokens by them, and `order` divides
//! the steps of a run. `permutation` shuffles the sequences of a source, and `draws` puts order and
//! permutations together.

pub(crate) mod draws;
pub(crate) mod order;
pub(crate) mod permutation;
pub(crate) mod quota;
pub(crate) mod weights;
