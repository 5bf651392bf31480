//! The word n-grams of a text that occur more than once, for growing `n`.
//!
//! A longer n-gram can only occur twice where the two shorter ones in it do. So only the 2-grams
//! are looked for in the whole text, first in a small table that leaves out most of those that
//! occur once, and each longer `n` at the few places that the last one left.

use std::cell::RefCell;

use crate::analysis::numbering::Numbering;
use crate::analysis::repeat_table::RepeatTable;
use crate::analysis::words::{MOST_KEPT, Words};

thread_local! {
    static GRAMS: RefCell<Grams> = RefCell::default();
}

/// A place in the text, in words, and the class of the n-gram there: equal n-grams have one class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    word: u32,
    class: u32,
}

/// The repeated n-grams of one text.
#[derive(Debug, Default)]
pub(crate) struct Grams {
    n: usize,
    /// Where an n-gram stands that occurs more than once, in order.
    repeated: Vec<Place>,
    /// How often each class occurs.
    counts: Vec<u32>,
    numbering: Numbering,
    pairs: RepeatTable,
    seen: Vec<bool>,
}

/// Odd, so that multiplying by it loses nothing; the digits of pi.
const MIX: u64 = 0x2437_54b5_3b2d_2f53;

/// The keys of the 2-grams, in order.
fn pairs(words: &Words) -> impl Iterator<Item = u64> + '_ {
    let pairs = words.hashes().zip(words.hashes().skip(1));
    pairs.map(|(first, second)| first.wrapping_mul(MIX).rotate_left(32) ^ second)
}

impl Grams {
    /// Calls `work` with the 2-grams of `words`, in memory that the thread keeps.
    pub(crate) fn with<R>(words: &Words, work: impl FnOnce(&mut Self) -> R) -> R {
        GRAMS.with(|grams| {
            let mut grams = grams.borrow_mut();
            grams.fill(words);
            let done = work(&mut grams);
            if words.count() > MOST_KEPT {
                *grams = Self::default();
            }
            done
        })
    }

    fn fill(&mut self, words: &Words) {
        self.n = 2;
        let most = self.pairs.fill(words.count(), pairs(words));
        self.begin(most);
        self.repeated.clear();
        for (word, pair) in (0..).zip(pairs(words)) {
            if self.pairs.may_repeat(pair) {
                let class = self.count(pair);
                self.repeated.push(Place { word, class });
            }
        }
        self.keep_repeated();
    }

    /// Goes on to n-grams that are one word longer.
    pub(crate) fn grow(&mut self) {
        self.n += 1;
        self.begin(self.repeated.len());
        let mut kept = 0;
        for next in 1..self.repeated.len() {
            let (this, next) = (self.repeated[next - 1], self.repeated[next]);
            if this.word + 1 == next.word {
                let class = self.count(u64::from(this.class) << 32 | u64::from(next.class));
                self.repeated[kept] = Place { class, ..this };
                kept += 1;
            }
        }
        self.repeated.truncate(kept);
        self.keep_repeated();
    }

    fn begin(&mut self, places: usize) {
        self.numbering.clear_for(places);
        self.counts.clear();
    }

    fn count(&mut self, key: u64) -> u32 {
        let class = self.numbering.number_of(key);
        if class as usize == self.counts.len() {
            self.counts.push(0);
        }
        self.counts[class as usize] += 1;
        class
    }

    fn keep_repeated(&mut self) {
        let counts = &self.counts;
        self.repeated
            .retain(|place| counts[place.class as usize] > 1);
    }

    /// The words before each n-gram that occurs more than once, and how often it does.
    pub(crate) fn repeated(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        let places = self.repeated.iter();
        places.map(|place| {
            (
                place.word as usize,
                self.counts[place.class as usize] as usize,
            )
        })
    }

    /// The words before each occurrence of the most frequent n-gram, the first of several; empty
    /// when none occurs twice.
    pub(crate) fn top(&self) -> impl Iterator<Item = usize> + '_ {
        let mut top = None;
        let mut most = 0;
        for place in &self.repeated {
            let count = self.counts[place.class as usize];
            if count > most {
                (top, most) = (Some(place.class), count);
            }
        }
        let is_top = move |place: &&Place| Some(place.class) == top;
        let places = self.repeated.iter().filter(is_top);
        places.map(|place| place.word as usize)
    }

    /// The characters of the most frequent n-gram, the first of several, with a space between its
    /// words, times how often it occurs.
    pub(crate) fn spaced_top(&self, words: &Words) -> usize {
        let occurrences = self.top().count().max(1);
        let first = self.top().next().unwrap_or(0);
        let end = first + self.n;
        if end > words.count() {
            return 0;
        }
        (words.length_of(first..end) + self.n - 1) * occurrences
    }

    /// The characters of n-grams that occurred before, when each is looked for after the end of the
    /// last one, and those passed over count as never seen.
    pub(crate) fn greedy_duplicates(&mut self, words: &Words) -> usize {
        self.forget_seen();
        let (mut characters, mut reached) = (0, 0);
        for place in &self.repeated {
            let start = place.word as usize;
            if start >= reached && std::mem::replace(&mut self.seen[place.class as usize], true) {
                reached = start + self.n;
                characters += words.length_of(start..reached);
            }
        }
        characters
    }

    /// The words before each n-gram that occurred before.
    pub(crate) fn duplicates(&mut self) -> impl Iterator<Item = usize> + '_ {
        self.forget_seen();
        let (seen, repeated) = (&mut self.seen, &self.repeated);
        let came_before = |place: &&Place| std::mem::replace(&mut seen[place.class as usize], true);
        let places = repeated.iter().filter(came_before);
        places.map(|place| place.word as usize)
    }

    fn forget_seen(&mut self) {
        self.seen.clear();
        self.seen.resize(self.counts.len(), false);
    }

    /// The characters of words in the `n`-grams at `places`, which are in order; those in two
    /// overlapping n-grams count once.
    pub(crate) fn covered(n: usize, words: &Words, places: impl Iterator<Item = usize>) -> usize {
        let (mut covered, mut reached) = (0, 0);
        for place in places {
            let end = place + n;
            covered += words.length_of(place.max(reached)..end);
            reached = end;
        }
        covered
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use assay_schema::WordRule;
    use proptest::prelude::*;

    use super::*;
    use crate::analysis::spacy_tokens::SpacyTokens;

    fn length(words: &[&str]) -> usize {
        words.iter().map(|word| word.chars().count()).sum()
    }

    /// The first of the most frequent n-grams, and how often it occurs.
    fn slow_top<'w>(words: &'w [&'w str], n: usize) -> Option<(&'w [&'w str], usize)> {
        let count = |gram: &[&str]| words.windows(n).filter(|other| *other == gram).count();
        let most = words.windows(n).map(count).max()?;
        let top = words.windows(n).find(|gram| count(gram) == most)?;
        Some((top, most))
    }

    fn slow_covered(words: &[&str], n: usize, marked: impl Fn(usize) -> bool) -> usize {
        let mut covered = vec![false; words.len()];
        for place in 0..(words.len() + 1).saturating_sub(n) {
            if marked(place) {
                covered[place..place + n].fill(true);
            }
        }
        let words = words.iter().zip(covered).filter(|(_, covered)| *covered);
        words.map(|(word, _)| word.chars().count()).sum()
    }

    fn slow_greedy(words: &[&str], n: usize) -> usize {
        let mut seen = HashSet::new();
        let (mut characters, mut place) = (0, 0);
        while let Some(gram) = words.get(place..place + n) {
            if seen.insert(gram) {
                place += 1;
            } else {
                characters += length(gram);
                place += n;
            }
        }
        characters
    }

    proptest! {
        #[test]
        fn agree_with_the_slow_twins(
            words in prop::collection::vec("[ab]|éé", 0..60), n in 2_usize..11,
        ) {
            let text = words.join(" ");
            let split: Vec<&str> = words.iter().map(String::as_str).collect();
            let mut words = Words::default();
            words.fill(&text, WordRule::Uax29, &mut SpacyTokens::default());
            let top = slow_top(&split, n);
            let top_twice = top.filter(|(_, count)| *count > 1).map(|(gram, _)| gram);
            let is_top = |place: usize| Some(&split[place..place + n]) == top_twice;
            let spaced = top.map_or(0, |(gram, count)| (length(gram) + n - 1) * count);
            let came_before = |place: usize| {
                let gram = &split[place..place + n];
                split[..place + n - 1].windows(n).any(|earlier| earlier == gram)
            };
            Grams::with(&words, |grams| {
                (2..n).for_each(|_| grams.grow());
                prop_assert_eq!(
                    Grams::covered(n, &words, grams.top()), slow_covered(&split, n, is_top)
                );
                prop_assert_eq!(grams.spaced_top(&words), spaced);
                prop_assert_eq!(
                    Grams::covered(n, &words, grams.duplicates()),
                    slow_covered(&split, n, came_before)
                );
                prop_assert_eq!(grams.greedy_duplicates(&words), slow_greedy(&split, n));
                Ok(())
            })?;
        }
    }
}
