//! What is exported, item by item: the documents of a token store or the sequences of a mixture.

pub(crate) mod items;
mod mixture;
pub(crate) mod open;
mod store;
