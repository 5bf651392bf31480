//! The one seeded hash, and what is made of it: hashes of words, of n-grams and of all words.

pub(crate) mod hash;
pub(crate) mod ngrams;
pub(crate) mod word_hashes;
pub(crate) mod word_sequence;
