//! Weights to whole-token quotas, seeded orders, token store.

mod draws;
mod error;
mod order;
mod permutation;
mod quota;
mod reader;
mod shard;
mod weights;
mod writer;

pub use assay_text::draw;
pub use draws::{Draw, Draws, SourceRow};
pub use error::MixtureError;
pub use order::{Phase, order};
pub use permutation::Permutation;
pub use quota::quotas;
pub use reader::{ShardContent, StoreReader, verify};
pub use writer::{StoreSettings, StoreWriter};

/// Name of the header file in the folder of a token store.
pub const HEADER: &str = "store.json";
