//! Documents in memory: a batch of them, which holds lines of JSON or rows of a table.

pub(crate) mod batch;
pub(crate) mod columns;
pub(crate) mod kept;
pub(crate) mod lines;
pub(crate) mod rows;
