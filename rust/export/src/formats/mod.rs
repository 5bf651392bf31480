//! The formats of training engines: one file for each, which says how the format is laid out.
//!
//! All of them write through `out`, and tokens as wide as `dtype` says; `writer` is what they have
//! in common.

pub(crate) mod dtype;
pub(crate) mod mds;
pub(crate) mod megatron;
pub(crate) mod nanotron;
pub(crate) mod olmo;
mod out;
pub(crate) mod table;
pub(crate) mod writer;
