//! Tokenizer files: encode, count, digest.

mod error;
mod spans;
mod tokenizer;

pub use error::TokenizeError;
pub use tokenizer::Tokenizer;
