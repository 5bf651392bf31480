//! The commands that show what is in inputs and finished outputs, and change neither.

pub(crate) mod diff;
pub(crate) mod features;
pub(crate) mod report;
pub(crate) mod sample;
pub(crate) mod stats;
pub(crate) mod stored_outputs;
