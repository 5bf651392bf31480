//! The tokens of spaCy's English tokenizer, remembered for each chunk between white space.

use std::borrow::Cow;

use assay_text::{SpacyEnglish, hash128, python};
use memchr::memmem;

use crate::analysis::word_marks::{PUNCTUATION, SENTENCE_END, Word};

/// The most chunks that are remembered, and the most words: then all are forgotten. About 8 MiB.
const MOST_CHUNKS: usize = 1 << 16;
const MOST_WORDS: usize = 4 * MOST_CHUNKS;
/// The longest chunk that is remembered, in bytes: longer ones hardly come again.
const LONGEST_CHUNK: usize = 64;
/// spaCy fails on texts with this token; datatrove then removes it wherever it stands.
const UNSPEAKABLE: &str = "IS_ALPHA";

/// The words of the chunks seen last. What is found does not depend on what is remembered.
#[derive(Default)]
pub(crate) struct SpacyTokens {
    /// For each slot one more than a place in `chunks`, or zero; twice as many as chunks.
    slots: Vec<u32>,
    chunks: Vec<Chunk>,
    words: Vec<Word>,
    /// The words of the last chunk that was too long to remember.
    long: Vec<Word>,
}

/// A remembered chunk: equal hashes are taken as equal chunks.
struct Chunk {
    hash: u128,
    from: u32,
    to: u32,
}

impl SpacyTokens {
    /// Calls `each` with the words of `text`.
    pub(crate) fn of(&mut self, text: &str, mut each: impl FnMut(Word)) {
        for (_, chunk) in chunks(&speakable(text)) {
            self.words_of(chunk).iter().for_each(|word| each(*word));
        }
    }

    /// The number of sentences of `line`, which begins and ends with a word.
    ///
    /// After a mark that ends a sentence the next word that is not punctuation begins one.
    pub(crate) fn sentences(&mut self, line: &str) -> usize {
        let mut sentences = 1;
        let mut ended = false;
        for (space, chunk) in chunks(&speakable(line)) {
            // For spaCy white space other than one space is a word, and not punctuation.
            if ended && !matches!(space, "" | " ") {
                sentences += 1;
                ended = false;
            }
            for word in self.words_of(chunk) {
                if word.marks & SENTENCE_END != 0 {
                    ended = true;
                } else if ended && word.marks & PUNCTUATION == 0 {
                    sentences += 1;
                    ended = false;
                }
            }
        }
        sentences
    }

    #[inline]
    fn words_of(&mut self, chunk: &str) -> &[Word] {
        if chunk.len() > LONGEST_CHUNK {
            self.long.clear();
            split(chunk, &mut self.long);
            return &self.long;
        }
        if self.chunks.len() >= MOST_CHUNKS || self.words.len() >= MOST_WORDS {
            *self = Self::default();
        }
        self.slots.resize(2 * MOST_CHUNKS, 0);
        let hash = hash128(chunk.as_bytes());
        let mut slot = hash as usize % (2 * MOST_CHUNKS);
        while self.slots[slot] != 0 {
            let Chunk {
                hash: seen,
                from,
                to,
            } = self.chunks[self.slots[slot] as usize - 1];
            if seen == hash {
                return &self.words[from as usize..to as usize];
            }
            slot = (slot + 1) % (2 * MOST_CHUNKS);
        }
        self.remember(slot, hash, chunk)
    }

    #[cold]
    fn remember(&mut self, slot: usize, hash: u128, chunk: &str) -> &[Word] {
        let from = self.words.len();
        split(chunk, &mut self.words);
        self.chunks.push(Chunk {
            hash,
            from: from as u32,
            to: self.words.len() as u32,
        });
        self.slots[slot] = self.chunks.len() as u32;
        &self.words[from..]
    }
}

fn split(chunk: &str, words: &mut Vec<Word>) {
    let mut tokens = Vec::new();
    SpacyEnglish::get().split_chunk(chunk, &mut tokens);
    words.extend(tokens.into_iter().map(Word::of_spacy));
}

/// The text without what spaCy fails on.
fn speakable(text: &str) -> Cow<'_, str> {
    if memmem::find(text.as_bytes(), UNSPEAKABLE.as_bytes()).is_some()
        && SpacyEnglish::get().tokens(text).contains(&UNSPEAKABLE)
    {
        return text.replace(UNSPEAKABLE, "").into();
    }
    text.into()
}

/// The chunks of `text` between white space, each with the white space before it.
fn chunks(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let start = find(rest, |is_space| !is_space)?;
        let (space, after) = rest.split_at(start);
        let end = find(after, |is_space| is_space).unwrap_or(after.len());
        let chunk;
        (chunk, rest) = after.split_at(end);
        Some((space, chunk))
    })
}

/// The first place in `text` where `wanted` holds of being white space for Python.
#[inline]
fn find(text: &str, wanted: impl Fn(bool) -> bool) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut place = 0;
    while let Some(byte) = bytes.get(place) {
        match BYTES[usize::from(*byte)] {
            Byte::Space if wanted(true) => return Some(place),
            Byte::Part if wanted(false) => return Some(place),
            Byte::Lead => {
                let c = text[place..].chars().next()?;
                if wanted(python::is_space(c)) {
                    return Some(place);
                }
                place += c.len_utf8();
            }
            _ => place += 1,
        }
    }
    None
}

/// What a byte says about white space.
#[derive(Clone, Copy)]
enum Byte {
    Space,
    /// Not white space, or the inside of a character.
    Part,
    /// Begins a character that may be white space.
    Lead,
}

const BYTES: [Byte; 256] = {
    let mut kinds = [Byte::Part; 256];
    let mut byte = 0;
    while byte < 256 {
        kinds[byte] = match byte {
            0x09..=0x0d | 0x1c..=0x20 => Byte::Space,
            0xc2 | 0xe1 | 0xe2 | 0xe3 => Byte::Lead,
            _ => Byte::Part,
        };
        byte += 1;
    }
    kinds
};

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn words(tokens: &mut SpacyTokens, text: &str) -> Vec<Word> {
        let mut words = Vec::new();
        tokens.of(text, |word| words.push(word));
        words
    }

    #[test]
    fn sentences_are_those_of_spacy() {
        let mut tokens = SpacyTokens::default();
        let mut count = |line| tokens.sentences(line);
        assert_eq!(count("One. Two! Three"), 3);
        assert_eq!(count("He said \"No.\" She left."), 2);
        assert_eq!(count("Mr. Smith e.g. is 3.5 km away..."), 1);
        // An ellipsis is no end; a mark alone is.
        assert_eq!(count("Well ... no . Yes ."), 2);
        assert_eq!(count("One.  )"), 2);
        assert_eq!(count("One. )"), 1);
    }

    #[test]
    fn what_spacy_fails_on_is_removed() {
        let mut tokens = SpacyTokens::default();
        let removed = words(&mut tokens, "a b_ c");
        assert_eq!(words(&mut tokens, "a IS_ALPHA b_IS_ALPHA c"), removed);
        assert_eq!(words(&mut tokens, "b_IS_ALPHA").len(), 1);
    }

    proptest! {
        #[test]
        fn chunks_agree_with_python(text in "[ab \t\n\u{1c}\u{85}\u{a0}\u{2003}\u{3000}é漢]*|.*") {
            let split: Vec<_> = python::split(&text).collect();
            let (spaces, parts): (Vec<_>, Vec<_>) = chunks(&text).unzip();
            prop_assert_eq!(&parts, &split);
            prop_assert!(spaces.iter().all(|space| space.chars().all(python::is_space)));
            prop_assert_eq!(
                spaces.concat().len() + parts.concat().len(),
                text.trim_end_matches(python::is_space).len()
            );
        }

        #[test]
        fn nothing_depends_on_what_is_remembered(texts: Vec<String>) {
            let mut tokens = SpacyTokens::default();
            for text in texts.iter().chain(&texts) {
                let fresh = SpacyEnglish::get().tokens(text).into_iter().map(Word::of_spacy);
                prop_assert_eq!(words(&mut tokens, text), fresh.collect::<Vec<_>>());
            }
        }
    }
}
