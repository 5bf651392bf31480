//! What a run draws from each store, worked out before anything is drawn.

pub(crate) mod plan;
pub(crate) mod store;
mod supply;
