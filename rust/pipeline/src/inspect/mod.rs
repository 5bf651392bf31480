//! Ways to look at inputs and finished outputs without changing either.

pub(crate) mod diff;
pub(crate) mod features;
pub(crate) mod report;
pub(crate) mod sample;
pub(crate) mod stats;
pub(crate) mod stored_outputs;
