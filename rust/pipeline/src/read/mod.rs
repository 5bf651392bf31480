//! Documents as they come in: the files of an input, read in blocks on a thread of their own.

pub(crate) mod evals;
pub(crate) mod input_set;
pub(crate) mod inputs;
pub(crate) mod reading;
pub(crate) mod record_fields;
