//! All words of a text as numbers, with the sums that rules compare.

use std::borrow::Cow;
use std::ops::Range;

use assay_schema::WordRule;

use crate::analysis::spacy_tokens::SpacyTokens;
use crate::analysis::word_marks::{LETTERED, LOWER_CASE, MARK_FIRST, SYMBOL, Word};

/// The most words or places for which a thread keeps memory from one text to the next.
pub(crate) const MOST_KEPT: usize = 1 << 20;

/// The words of a text.
#[derive(Debug, Clone, Default)]
pub(crate) struct Words {
    words: Vec<Word>,
    /// Characters of all words.
    pub(crate) characters: usize,
    /// Words with a letter.
    pub(crate) lettered: usize,
    /// Words of datatrove's punctuation alone.
    pub(crate) symbols: usize,
    /// Characters of the words of punctuation alone.
    pub(crate) symbol_characters: usize,
    /// Which stop words occur, in any case: one bit each.
    stop_words: u16,
    /// Which stop words occur in lower case.
    lower_case_stop_words: u16,
}

impl Words {
    /// The number of words.
    pub(crate) fn count(&self) -> usize {
        self.words.len()
    }

    /// The number of different stop words, in any case.
    pub(crate) fn stop_words(&self) -> u32 {
        self.stop_words.count_ones()
    }

    /// The number of different stop words in lower case.
    pub(crate) fn lower_case_stop_words(&self) -> u32 {
        self.lower_case_stop_words.count_ones()
    }

    /// The hash of each word, in order.
    pub(crate) fn hashes(&self) -> impl Iterator<Item = u64> + '_ {
        self.words.iter().map(|word| word.hash)
    }

    /// The words of UAX #29 that begin with a letter or a digit.
    pub(crate) fn begun_by_letter_or_digit(&self) -> Cow<'_, Self> {
        let begins = |word: &&Word| word.marks & MARK_FIRST == 0;
        if self.words.iter().all(|word| begins(&word)) {
            return Cow::Borrowed(self);
        }
        let mut words = Self {
            words: self.words.iter().filter(begins).copied().collect(),
            ..Self::default()
        };
        words.sum_up();
        Cow::Owned(words)
    }

    /// Characters of the words in `range`.
    pub(crate) fn length_of(&self, range: Range<usize>) -> usize {
        let words = self.words[range].iter();
        words.map(|word| word.length as usize).sum()
    }

    /// Forgets the words of the last text and takes in those of `text`.
    pub(crate) fn fill(&mut self, text: &str, rule: WordRule, tokens: &mut SpacyTokens) {
        self.words.clear();
        self.words.shrink_to(MOST_KEPT);
        match rule {
            WordRule::Uax29 => {
                assay_text::words(text)
                    .each_range(|range| self.words.push(Word::of_uax29(text, range)));
            }
            WordRule::SpacyEn => tokens.of(text, |word| self.words.push(word)),
        }
        self.sum_up();
    }

    fn sum_up(&mut self) {
        let words = std::mem::take(&mut self.words);
        let mut sums = Self::default();
        for word in &words {
            let is_symbol = word.marks & SYMBOL != 0;
            let is_lower_case = word.marks & LOWER_CASE != 0;
            sums.characters += word.length as usize;
            sums.lettered += usize::from(word.marks & LETTERED != 0);
            sums.symbols += usize::from(is_symbol);
            sums.symbol_characters += usize::from(is_symbol) * word.length as usize;
            sums.stop_words |= word.stop_word;
            sums.lower_case_stop_words |= u16::from(is_lower_case) * word.stop_word;
        }
        *self = Self { words, ..sums };
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn sums_agree_with_the_texts_of_the_words(text in "(The |and |the |_a |x1 |1 |é |, )*") {
            let mut words = Words::default();
            words.fill(&text, WordRule::Uax29, &mut SpacyTokens::default());
            let texts: Vec<_> = assay_text::words(&text).collect();
            let lettered = |word: &&&str| word.chars().any(char::is_alphabetic);
            let is_word = |stop_word: &str| texts.contains(&stop_word);
            prop_assert_eq!(words.count(), texts.len());
            prop_assert_eq!(words.characters, texts.concat().chars().count());
            prop_assert_eq!(words.lettered, texts.iter().filter(lettered).count());
            let any_case = [is_word("the") || is_word("The"), is_word("and")];
            prop_assert_eq!(words.stop_words(), any_case.map(u32::from).iter().sum::<u32>());
            let lower_case = [is_word("the"), is_word("and")];
            let lower_case = lower_case.map(u32::from).iter().sum::<u32>();
            prop_assert_eq!(words.lower_case_stop_words(), lower_case);
            let begun = texts.iter().filter(|word| !word.starts_with('_')).count();
            prop_assert_eq!(words.begun_by_letter_or_digit().count(), begun);
        }
    }
}
