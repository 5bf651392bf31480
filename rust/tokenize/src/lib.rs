//! Tokenizer files: encode, count, digest.

mod error;
mod fast;
mod slow;
mod spans;
mod tokenizer;

pub use assay_schema::SpecialTokens;
pub use error::TokenizeError;
pub use tokenizer::Tokenizer;
