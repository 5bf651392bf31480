//! Token stores, and mixtures of them: packing, plans, draws.
//!
//! A token store has the tokens of a source's documents (`store`). `packing` cuts it into
//! sequences, `planning` works out what a run draws from each store, and `drawing` says which
//! sequence each step draws. `mixture` reads the result: a finished mixture, sequence by sequence.

mod drawing;
mod error;
mod mixture;
mod packing;
mod planning;
mod store;

pub use assay_text::draw;
pub use drawing::draws::{Draw, Draws, SourceRow};
pub use drawing::order::Phase;
pub use drawing::permutation::Permutation;
pub use drawing::quota::quotas;
pub use error::MixtureError;
pub use mixture::piece_files::write_pieces;
pub use mixture::reader::{MIXTURE, MixtureReader, store_folder};
pub use packing::piece::Piece;
pub use planning::plan::plan;
pub use planning::store::MixtureStore;
pub use store::document_tokens::DocumentTokens;
pub use store::documents::Documents;
pub use store::names::HEADER;
pub use store::numbers::decode;
pub use store::reader::{ShardContent, StoreReader, verify};
pub use store::shard_documents::Document;
pub use store::tokens::StoreTokens;
pub use store::writer::{StoreSettings, StoreWriter};
