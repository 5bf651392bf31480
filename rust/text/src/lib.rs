//! One normalisation, one word splitter, one seeded hash.
//!
//! Every verb on documents compares text through these functions, so that two stages can
//! never disagree about what a word or a duplicate is.

mod bytes8;
mod foreign;
mod forms;
mod hash;
mod kinds;
mod lines;
mod masks;
mod ngrams;
mod normal_words;
mod normalize;
mod normalizer;
mod places;
mod postings;
pub mod python;
mod segments;
mod sequence;
mod spacy_en;
mod spans;
mod word_hashes;
mod words;

pub use hash::{GOLDEN, PassThrough, below, draw, hash64, hash128, mix};
pub use lines::{Lines, lines};
pub use ngrams::{ngram_hashes, ngrams, slow_ngrams};
pub use normalize::{normalize, slow_normalize};
pub use normalizer::{with_normal, with_normals};
pub use places::word_places;
pub use postings::Postings;
pub use sequence::word_sequence_hash;
pub use spacy_en::SpacyEnglish;
pub use spans::without_spans;
pub use word_hashes::{
    normal_word_hashes_into, slow_text_word_hashes, text_char_hashes, text_word_hashes, word_hashes,
};
pub use words::{Words, slow_words, words};
