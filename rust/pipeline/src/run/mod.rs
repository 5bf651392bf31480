//! Runs: carrying out a recipe from its inputs to its manifest, stopping, resuming, estimating.

pub(crate) mod checkpoint;
pub(crate) mod context;
pub(crate) mod estimate;
pub(crate) mod evals;
pub(crate) mod job;
mod overlaps;
pub(crate) mod recipe;
pub(crate) mod resume;
pub(crate) mod session;
pub(crate) mod source;
pub(crate) mod workspace;
