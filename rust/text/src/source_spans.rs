//! Finding the words of a normal form again in the text that it was made from.

use std::ops::Range;

use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation;

use crate::normal::by_blocks::normalize;
use crate::words::words;

/// Turns ranges of words into ranges of bytes.
///
/// The words are numbered as [`text_word_hashes`](crate::text_word_hashes) has them. The ranges,
/// which are not empty, ascend and do not overlap. The bytes go from the first character of a
/// range's first word to the last one of its last word.
///
/// ```
/// let text = "Don't -- PANIC!";
/// assert_eq!(assay_text::word_places(text, &[0..1, 1..3]), [0..3, 4..14]);
/// ```
#[must_use]
pub fn word_places(text: &str, ranges: &[Range<usize>]) -> Vec<Range<usize>> {
    let ends = ranges.iter().flat_map(|range| [range.start, range.end - 1]);
    let wanted: Vec<usize> = ends.collect();
    let mut finder = Finder::new(text, &wanted);
    if finder.scan().is_none() {
        finder = Finder::new(text, &wanted);
        finder.island(&normalize(text), 0..text.len());
    }
    let pairs = finder.found.chunks_exact(2);
    pairs.map(|pair| pair[0].start..pair[1].end).collect()
}

/// Finds the places of single words.
struct Finder<'a> {
    text: &'a str,
    /// Numbers of words, ascending.
    wanted: &'a [usize],
    /// The places of the first of them.
    found: Vec<Range<usize>>,
    /// Words met so far.
    met: usize,
}

impl<'a> Finder<'a> {
    fn new(text: &'a str, wanted: &'a [usize]) -> Self {
        Self {
            text,
            wanted,
            found: Vec::with_capacity(wanted.len()),
            met: 0,
        }
    }

    /// The next wanted word, if it was met.
    fn next_met(&self) -> Option<usize> {
        let next = self.wanted.get(self.found.len()).copied();
        next.filter(|word| *word < self.met)
    }

    fn done(&self) -> bool {
        self.found.len() == self.wanted.len()
    }

    /// Goes through the text up to the last wanted word, island by island: letters, digits and
    /// characters outside of ASCII, between two other characters. None when words join what stands
    /// before their island, and the text must be normalised as a whole.
    fn scan(&mut self) -> Option<()> {
        let inside = |byte: &u8| !byte.is_ascii() || byte.is_ascii_alphanumeric();
        let mut start = 0;
        while start < self.text.len() && !self.done() {
            let rest = self.text.as_bytes()[start..].iter();
            let end = start + rest.take_while(|byte| inside(byte)).count();
            let island = &self.text[start..end];
            if island.is_ascii() {
                self.word(start..end);
            } else {
                let normal = normalize(island);
                if normal.split(' ').any(|word| word.starts_with(joins_before)) {
                    return None;
                }
                self.island(&normal, start..end);
            }
            // What is not inside is one byte long.
            start = end + 1;
        }
        Some(())
    }

    /// An ASCII word, if it is one.
    fn word(&mut self, place: Range<usize>) {
        if place.is_empty() {
            return;
        }
        self.met += 1;
        while self.next_met().is_some() {
            self.found.push(place.clone());
        }
    }

    fn island(&mut self, normal: &str, place: Range<usize>) {
        let before = self.met;
        self.met += words(normal).count();
        if self.next_met().is_none() {
            return;
        }
        let places = island_places(&self.text[place.clone()], normal);
        while let Some(word) = self.next_met() {
            let inside = &places[word - before];
            self.found
                .push(place.start + inside.start..place.start + inside.end);
        }
    }
}

/// Characters that join the one before them, by NFC or by UAX #29 (rule WB4).
fn joins_before(c: char) -> bool {
    is_combining_mark(c) || matches!(c, '\u{ff9e}' | '\u{ff9f}')
}

/// The place in `island` of each word of its normal form.
fn island_places(island: &str, normal: &str) -> Vec<Range<usize>> {
    let origin = Origin::new(island, letters(normal));
    let (mut end, mut before) = (0, 0);
    let place = |word: &str| {
        // A combining letter after a space is one word with it.
        let word = word.trim_start();
        let start = end + normal[end..].find(word).unwrap_or_default();
        before += letters(&normal[end..start]);
        let place = origin.of(before..before + word.len());
        before += word.len();
        end = start + word.len();
        place
    };
    words(normal).map(place).collect()
}

/// Bytes that are not spaces.
fn letters(normal: &str) -> usize {
    normal.bytes().filter(|byte| *byte != b' ').count()
}

/// Where the letters of a normal form come from.
struct Origin {
    /// For each grapheme cluster the number of letters up to its end, and its place.
    clusters: Vec<(usize, Range<usize>)>,
    whole: Range<usize>,
}

impl Origin {
    /// Normalises each grapheme cluster of `text` alone. Where that does not add up to the
    /// `expected` letters (a mark that composes across a soft hyphen), every letter is said to
    /// come from the whole.
    fn new(text: &str, expected: usize) -> Self {
        let mut clusters = Vec::new();
        let mut end = 0;
        for (place, cluster) in text.grapheme_indices(true) {
            let added = letters(&normalize(cluster));
            if added > 0 {
                end += added;
                clusters.push((end, place..place + cluster.len()));
            }
        }
        if end != expected {
            clusters.clear();
        }
        Self {
            clusters,
            whole: 0..text.len(),
        }
    }

    fn of(&self, letters: Range<usize>) -> Range<usize> {
        let holding = |letter: usize| {
            let place = self.clusters.partition_point(|(end, _)| *end <= letter);
            let cluster = self.clusters.get(place);
            cluster.map_or(&self.whole, |(_, place)| place)
        };
        holding(letters.start).start..holding(letters.end - 1).end
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::hashes::word_hashes::slow_text_word_hashes;
    use crate::normal::definition::slow_normalize;
    use crate::testing::any_text;

    fn places(text: &str) -> Vec<Range<usize>> {
        let count = slow_text_word_hashes(text, 0).len();
        let each: Vec<_> = (0..count).map(|word| word..word + 1).collect();
        word_places(text, &each)
    }

    fn standing(text: &str) -> Vec<&str> {
        places(text).into_iter().map(|place| &text[place]).collect()
    }

    #[test]
    fn every_character_that_joins_a_space_is_known() {
        let inside = |c: &char| c.is_alphanumeric() || is_combining_mark(*c);
        for c in (char::MIN..=char::MAX).filter(inside) {
            let normal = slow_normalize(&format!("{c}b"));
            let after_a_space = format!("a {normal}");
            if !normal.starts_with(joins_before) {
                let alone = std::iter::once("a").chain(words(&normal));
                assert!(words(&after_a_space).eq(alone), "{c:?}");
            }
        }
    }

    #[test]
    fn words_stand_where_they_stood() {
        assert_eq!(standing("(Two_words)"), ["Two", "words"]);
        assert_eq!(standing("l’Été — 3\u{a0}km"), ["l", "Été", "3", "km"]);
        let japanese = ["日", "本", "カタカナ", "ガ", "の\u{3099}", "犬"];
        assert_eq!(standing("日本・カタカナ ガの\u{3099}犬"), japanese);
        assert_eq!(standing("हिन्दी, ΟΔΟΣ"), ["हिन्दी", "ΟΔΟΣ"]);
        assert_eq!(standing("(cafe\u{301}!)"), ["cafe\u{301}"]);
        assert_eq!(standing("a =\u{1e008} b"), ["a", "=\u{1e008}", "b"]);
    }

    #[test]
    fn a_word_that_cannot_be_traced_takes_its_island() {
        assert_eq!(
            standing("x,a’co\u{ad}\u{301}p y"),
            ["x", "a’co\u{ad}\u{301}p", "a’co\u{ad}\u{301}p", "y"]
        );
    }

    #[test]
    fn ranges_go_from_first_to_last_word() {
        let text = "one «two three» vier — fünf";
        let places = word_places(text, &[0..1, 1..3, 3..5]);
        let texts: Vec<_> = places.into_iter().map(|place| &text[place]).collect();
        assert_eq!(texts, ["one", "two three", "vier — fünf"]);
    }

    proptest! {
        #[test]
        fn every_word_has_a_place(text in any_text()) {
            let places = places(&text);
            prop_assert_eq!(places.len(), slow_text_word_hashes(&text, 0).len());
            prop_assert!(places.is_sorted_by_key(|place| place.start));
        }

        #[test]
        fn a_place_holds_its_word(text in "([a-zA-Z0-9 .éÉßΣ’ガの語=-]|e\u{301}|हिन्दी)*") {
            let mut end = 0;
            for (place, hash) in places(&text).into_iter().zip(slow_text_word_hashes(&text, 3)) {
                prop_assert!(end <= place.start && place.start < place.end);
                end = place.end;
                prop_assert_eq!(slow_text_word_hashes(&text[place], 3), [hash]);
            }
        }
    }
}
