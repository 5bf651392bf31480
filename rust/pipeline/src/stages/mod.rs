//! The stages of a recipe, from a block of documents to the files of an output. Documents are
//! filtered in parallel, compared in order, encoded, written and counted.

pub(crate) mod body;
pub(crate) mod counts;
pub(crate) mod decisions;
pub(crate) mod dedupe;
pub(crate) mod encode;
pub(crate) mod fingerprint;
pub(crate) mod multi_pass;
pub(crate) mod ordered;
pub(crate) mod output;
pub(crate) mod parallel;
pub(crate) mod write;
