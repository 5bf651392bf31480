//! Which tokens of a store make each of its sequences: one file for each way of packing.

mod best_fit;
mod capacities;
pub(crate) mod concatenate;
pub(crate) mod pack;
mod pad;
pub(crate) mod piece;
