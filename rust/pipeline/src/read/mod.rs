//! Reading the documents of sources, evaluation sets and other inputs, in blocks, on a thread.

pub(crate) mod evals;
pub(crate) mod input_set;
pub(crate) mod inputs;
pub(crate) mod reading;
pub(crate) mod record_fields;
