//! Encodes text with a Hugging Face tokenizer file.
//!
//! `tokenizer` opens a file and is what other crates use. `fast` is for byte-level BPE; `slow` is
//! the `tokenizers` crate, which reads every file and is the slow twin of the fast path.

mod error;
mod fast;
mod slow;
mod spans;
mod tokenizer;

pub use assay_schema::SpecialTokens;
pub use error::TokenizeError;
pub use tokenizer::Tokenizer;
