//! What happens to a document between its block and its shard: judged in parallel, compared in
//! document order, encoded, written and counted.

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
