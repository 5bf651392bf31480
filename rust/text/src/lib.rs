//! What a word and an equal text are: one normalisation, one word splitter, one seeded hash.
//!
//! Every verb on documents compares text through these functions, so that two stages can
//! never disagree about what a word or a duplicate is.

mod blocks;
mod char_classes;
mod cut;
mod hashes;
mod lines;
mod normal;
mod postings;
pub mod python;
mod source_spans;
mod spacy_en;
#[cfg(test)]
mod testing;
mod words;

pub use cut::without_spans;
pub use hashes::hash::{GOLDEN, PassThrough, below, draw, hash64, hash128, mix};
pub use hashes::ngrams::{ngram_hashes, ngrams, slow_ngrams};
pub use hashes::word_hashes::{
    normal_word_hashes_into, slow_text_word_hashes, text_char_hashes, text_word_hashes, word_hashes,
};
pub use hashes::word_sequence::word_sequence_hash;
pub use lines::{Lines, lines};
pub use normal::by_blocks::{normalize, with_normal, with_normals};
pub use normal::definition::slow_normalize;
pub use postings::Postings;
pub use source_spans::word_places;
pub use spacy_en::SpacyEnglish;
pub use words::{Words, slow_words, words};
