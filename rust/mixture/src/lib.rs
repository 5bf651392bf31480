//! Token stores, and mixtures of them: packing, plans, draws.

mod documents;
mod draws;
mod error;
mod files;
mod mixture_reader;
mod order;
mod packing;
mod permutation;
mod piece_files;
mod plan;
mod quota;
mod reader;
mod shard;
mod supply;
mod tokens;
mod weights;
mod writer;

pub use assay_text::draw;
pub use documents::{Document, Documents};
pub use draws::{Draw, Draws, SourceRow};
pub use error::MixtureError;
pub use mixture_reader::{MIXTURE, MixtureReader, store_folder};
pub use order::Phase;
pub use packing::Piece;
pub use permutation::Permutation;
pub use piece_files::write_pieces;
pub use plan::{MixtureStore, plan};
pub use quota::quotas;
pub use reader::{ShardContent, StoreReader, verify};
pub use shard::decode;
pub use tokens::StoreTokens;
pub use writer::{StoreSettings, StoreWriter};

/// Name of the header file in the folder of a token store.
pub const HEADER: &str = "store.json";
