//! Words by the Unicode text segmentation rules (UAX #29).

use std::ops::Range;

use unicode_segmentation::{UnicodeSegmentation, UnicodeWordIndices};

use crate::bytes8;

/// The words of `text`: UAX #29 segments that hold a letter or a digit, in order.
///
/// ```
/// let words: Vec<_> = assay_text::words("It's 3.5 km, isn't it?").collect();
/// assert_eq!(words, ["It's", "3.5", "km", "isn't", "it"]);
/// ```
#[must_use]
pub fn words(text: &str) -> Words<'_> {
    Words {
        text,
        place: 0,
        general: None,
    }
}

/// The same words as [`words`], by the tables of Unicode for every character.
pub fn slow_words(text: &str) -> impl Iterator<Item = &str> {
    text.unicode_words()
}

/// The words of a text.
///
/// ASCII goes through a table of bytes. From a word that touches another character to the next
/// ASCII white space, where UAX #29 always has a boundary, the general rules take over.
pub struct Words<'a> {
    text: &'a str,
    place: usize,
    /// The words of a part of the text by the general rules, and where it starts.
    general: Option<(usize, UnicodeWordIndices<'a>)>,
}

/// What a byte can be for the rules.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A boundary on both sides.
    Other,
    Letter,
    Digit,
    /// `_`, which joins letters and digits on both sides.
    Underscore,
    /// Joins a letter and a letter: `:`.
    InLetters,
    /// Joins a digit and a digit: `,` and `;`.
    InDigits,
    /// Joins either two letters or two digits: `.` and `'`.
    InBoth,
    /// Part of a character that is not ASCII.
    Wide,
}

const KINDS: [Kind; 256] = {
    let mut kinds = [Kind::Other; 256];
    let mut byte = 0;
    while byte < 256 {
        kinds[byte] = match byte as u8 {
            b'a'..=b'z' | b'A'..=b'Z' => Kind::Letter,
            b'0'..=b'9' => Kind::Digit,
            b'_' => Kind::Underscore,
            b':' => Kind::InLetters,
            b',' | b';' => Kind::InDigits,
            b'.' | b'\'' => Kind::InBoth,
            0x80.. => Kind::Wide,
            _ => Kind::Other,
        };
        byte += 1;
    }
    kinds
};

/// The kind of the byte at `place`; after the end as at a boundary.
#[inline]
fn kind_at(bytes: &[u8], place: usize) -> Kind {
    bytes
        .get(place)
        .map_or(Kind::Other, |byte| KINDS[usize::from(*byte)])
}

impl<'a> Iterator for Words<'a> {
    type Item = &'a str;

    #[inline]
    fn next(&mut self) -> Option<&'a str> {
        self.next_range().map(|range| &self.text[range])
    }
}

impl<'a> Words<'a> {
    /// Where in the text the next word stands, in bytes.
    #[inline]
    pub fn next_range(&mut self) -> Option<Range<usize>> {
        loop {
            if let Some((base, general)) = &mut self.general {
                if let Some((place, word)) = general.next() {
                    let start = *base + place;
                    return Some(start..start + word.len());
                }
                self.general = None;
            }
            let start = self.skip_to_segment()?;
            let Some(end) = end_of_segment(self.text.as_bytes(), start) else {
                self.leave_to_general(start);
                continue;
            };
            self.place = end;
            // Only a segment that begins with an underscore may be without a letter or a digit.
            let bytes = &self.text.as_bytes()[start..end];
            if bytes[0] != b'_' || bytes.iter().any(u8::is_ascii_alphanumeric) {
                return Some(start..end);
            }
        }
    }

    /// The start of the next segment that may be a word.
    #[inline]
    fn skip_to_segment(&self) -> Option<usize> {
        let bytes = self.text.as_bytes().get(self.place..)?;
        let starts = |kind| {
            matches!(
                kind,
                Kind::Letter | Kind::Digit | Kind::Underscore | Kind::Wide
            )
        };
        let skipped = bytes
            .iter()
            .position(|byte| starts(KINDS[usize::from(*byte)]))?;
        Some(self.place + skipped)
    }

    /// Takes the text from the segment at `start` to the next white space by the general rules.
    #[cold]
    fn leave_to_general(&mut self, start: usize) {
        let bytes = self.text.as_bytes();
        let is_space = |byte: &u8| matches!(byte, b' ' | b'\t'..=b'\r');
        let end = bytes[start..].iter().position(is_space);
        let end = end.map_or(bytes.len(), |length| start + length);
        let start = self.back_to_boundary(start);
        self.general = Some((start, self.text[start..end].unicode_word_indices()));
        self.place = end;
    }

    /// A boundary at or before `start`, from where no ASCII word has been taken.
    fn back_to_boundary(&self, start: usize) -> usize {
        let bytes = self.text.as_bytes();
        let is_wide = KINDS[usize::from(bytes[start])] == Kind::Wide;
        // What is not ASCII may stick to the character before it, and spaces to spaces.
        let before = &bytes[self.place..start];
        let stuck = match before.last() {
            Some(b' ') if is_wide => before.iter().rev().take_while(|b| **b == b' ').count(),
            Some(_) if is_wide => 1,
            _ => 0,
        };
        start - stuck
    }
}

/// The end of the segment that begins at `start`; none when it touches a character that is not
/// ASCII.
#[inline]
fn end_of_segment(bytes: &[u8], start: usize) -> Option<usize> {
    let mut place = start;
    loop {
        place = end_of_run(bytes, place);
        let joins = match kind_at(bytes, place) {
            Kind::Wide => return None,
            Kind::InLetters => [Kind::Letter; 2],
            Kind::InDigits => [Kind::Digit; 2],
            Kind::InBoth => [Kind::Letter, Kind::Digit],
            _ => return Some(place),
        };
        let last = kind_at(bytes, place - 1);
        let next = kind_at(bytes, place + 1);
        if !joins.contains(&last) {
            return Some(place);
        } else if next == Kind::Wide {
            return None;
        } else if next != last {
            return Some(place);
        }
        place += 1;
    }
}

/// The end of the run of letters, digits and underscores that begins at `start`.
#[inline]
fn end_of_run(bytes: &[u8], start: usize) -> usize {
    let mut place = start;
    while let Some(eight) = bytes[place..].first_chunk() {
        let parts = bytes8::word_parts(u64::from_le_bytes(*eight));
        let run = parts.trailing_ones() as usize / 8;
        place += run;
        if run < 8 {
            return place;
        }
    }
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    place
        + bytes[place..]
            .iter()
            .take_while(|byte| is_part(byte))
            .count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ideographs_are_words() {
        assert_eq!(
            words("你好 world").collect::<Vec<_>>(),
            ["你", "好", "world"]
        );
    }

    #[test]
    fn joiners_stick_to_what_stands_before_them() {
        for text in ["\t\u{200d}Ⓜ", "a  \u{200d}Ⓜ", "a)\u{200d}Ⓜ", "a.\u{301}b"] {
            let slow: Vec<_> = slow_words(text).collect();
            assert_eq!(words(text).collect::<Vec<_>>(), slow);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_000))]

        #[test]
        fn agree_with_the_slow_twin(
            text in ".*|[ -~]*|[ab1_.,:;' \n-]*\
                |[ab1_.,:;'\" \t\u{b}\u{85}\u{a0}\u{ad}\u{b7}\u{301}\u{5d0}\u{200d}\u{2019}\u{24c2}\
                \u{2028}\u{3042}\u{30a2}\u{661}\u{1f1e6}\u{1f1e7}\u{1f466}]*",
        ) {
            prop_assert_eq!(
                words(&text).collect::<Vec<_>>(), slow_words(&text).collect::<Vec<_>>(),
            );
        }

        #[test]
        fn words_are_the_segments_with_a_letter_or_digit(text in ".*|[ -~]*") {
            let lettered: Vec<_> = text
                .split_word_bounds()
                .filter(|segment| segment.chars().any(char::is_alphanumeric))
                .collect();
            prop_assert_eq!(words(&text).collect::<Vec<_>>(), lettered);
        }
    }
}
