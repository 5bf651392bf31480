//! What is made of token stores: mixtures of them, and exports to training engines.

pub(crate) mod export;
pub(crate) mod mix;
