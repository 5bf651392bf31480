//! One normalisation, one word splitter, one seeded hash.
//!
//! Every verb on documents compares text through these functions, so that two stages can
//! never disagree about what a word or a duplicate is.

mod hash;
mod ngrams;
mod normalize;
mod postings;
mod words;

pub use hash::{PassThrough, below, draw, hash64, hash128};
pub use ngrams::{ngram_hashes, ngrams, slow_ngrams, word_hashes};
pub use normalize::normalize;
pub use postings::Postings;
pub use words::words;
