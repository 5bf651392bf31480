//! Words by the rules of spaCy's English tokenizer.
//!
//! # Source
//! spaCy 3.8 (MIT licence): `tokenizer.pyx` for the order of steps, `lang/punctuation.py` and
//! `lang/en/punctuation.py` for affixes and infixes, `lang/tokenizer_exceptions.py` for addresses.
//! Character classes and exceptions are tables that `generate.py` writes from the package; the
//! goldens of the tests come from the package too.
//!
//! # Steps for each chunk between white space
//! 1. Prefixes and suffixes are split off, one of each at a time, until none is left or the rest
//!    is an exception (`affixes.rs`).
//! 2. The rest is an exception (`exceptions.rs`), an address (`address.rs`), or is split at infixes (`infixes.rs`).
//! 3. Exceptions that steps 1 and 2 have cut up are put together (`rejoin.rs`).
//!
//! In step 3 spaCy also looks at tokens with one space between them. It never joins those, but they
//! can keep a shorter exception within a chunk from being joined, as in `B): ((T`, where `:((`
//! across the space keeps `):` apart. That is not reproduced; it was seen in 2 of 64,160 lines of
//! documentation and code.

mod address;
mod affixes;
mod exceptions;
mod infixes;
mod rejoin;
mod split;
#[cfg(test)]
mod tests;

use std::sync::OnceLock;

use crate::python;
use exceptions::Exceptions;
use rejoin::Rejoin;
use split::split;

/// spaCy's English tokenizer.
pub struct SpacyEnglish {
    exceptions: Exceptions,
    rejoin: Rejoin,
}

impl SpacyEnglish {
    /// The tokenizer, built on first use.
    pub fn get() -> &'static Self {
        static TOKENIZER: OnceLock<SpacyEnglish> = OnceLock::new();
        TOKENIZER.get_or_init(|| Self {
            exceptions: Exceptions::new(),
            rejoin: Rejoin::new(),
        })
    }

    /// The tokens of `text` that are not white space.
    #[must_use]
    pub fn tokens<'t>(&self, text: &'t str) -> Vec<&'t str> {
        let mut tokens = Vec::new();
        for chunk in python::split(text) {
            self.split_chunk(chunk, &mut tokens);
        }
        tokens
    }

    /// Appends the tokens of `chunk`, a text without white space, to `tokens`.
    pub fn split_chunk<'t>(&self, chunk: &'t str, tokens: &mut Vec<&'t str>) {
        let from = tokens.len();
        split(chunk, Some(&self.exceptions), tokens);
        self.rejoin.join(&self.exceptions, chunk, from, tokens);
    }
}
