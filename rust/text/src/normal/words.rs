//! Finding the words of a normal form.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use crate::normal::segments::each_segment;
use crate::words::break_class::BreakClass;

/// Hands the place of each of the [`words`](crate::words) of a normal form to `each`, in order.
#[inline(always)]
pub(crate) fn each_word(normal: &[u8], mut each: impl FnMut(Range<usize>)) {
    each_segment(normal, |place, is_word| {
        if is_word {
            each(place);
        } else {
            each_in_part(normal, place, &mut each);
        }
    });
}

/// The words of a part between spaces.
fn each_in_part(normal: &[u8], part: Range<usize>, each: &mut dyn FnMut(Range<usize>)) {
    let text = str::from_utf8(&normal[part.clone()]).unwrap_or_default();
    let (mut start, mut last) = (part.start, None);
    for (place, c) in text.char_indices() {
        let place = part.start + place;
        let kind = match BreakClass::of(c) {
            BreakClass::Digit => BreakClass::Letter,
            BreakClass::Unknown => return each_by_tables(normal, start..part.end, each),
            kind => kind,
        };
        if place > start && (last != Some(kind) || kind == BreakClass::Alone) {
            each(start..place);
            start = place;
        }
        last = Some(kind);
    }
    each(start..part.end);
}

/// The words from one boundary to another by the tables of Unicode.
#[cold]
fn each_by_tables(normal: &[u8], place: Range<usize>, each: &mut dyn FnMut(Range<usize>)) {
    // The first character may join a space before it.
    let space = place.start > 0 && normal[place.start - 1] == b' ';
    let start = place.start - usize::from(space);
    let text = str::from_utf8(&normal[start..place.end]).unwrap_or_default();
    for (place, word) in text.unicode_word_indices() {
        each(start + place..start + place + word.len());
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::normal::by_blocks::normalize;
    use crate::testing::any_text;
    use crate::words::slow_words;

    fn words(normal: &str) -> Vec<&str> {
        let mut words = Vec::new();
        each_word(normal.as_bytes(), |place| words.push(&normal[place]));
        words
    }

    #[test]
    fn every_common_character_agrees_with_the_slow_twin() {
        let is_common = |c: &char| BreakClass::of(*c) != BreakClass::Unknown;
        for c in (char::MIN..=char::MAX).filter(is_common) {
            let normal = normalize(&format!("x{c}{c}カ{c}あ{c}字я{c} {c}é ا{c}한{c}\u{301}"));
            assert_eq!(
                words(&normal),
                slow_words(&normal).collect::<Vec<_>>(),
                "{c:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn agree_with_the_slow_twin(text in any_text()) {
            let normal = normalize(&text);
            prop_assert_eq!(words(&normal), slow_words(&normal).collect::<Vec<_>>());
        }

        #[test]
        fn agree_where_marks_begin_words(text in "([aя字カあ한] ?[\u{301}\u{93f}\u{ff9e}\u{200d}क¼٣]? ?){0,20}") {
            let normal = normalize(&text);
            prop_assert_eq!(words(&normal), slow_words(&normal).collect::<Vec<_>>());
        }
    }
}
