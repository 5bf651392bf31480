//! Cutting spans out of a text.

use std::ops::Range;

/// `text` without `spans`, which ascend, do not overlap, and lie on boundaries of characters.
///
/// Nothing else changes: the white space and the punctuation around a span stay.
///
/// ```
/// assert_eq!(assay_text::without_spans("one two, three", &[0..4, 7..9]), "twothree");
/// ```
///
/// # Panics
/// When a span begins before the one before it ends, or not on a boundary of characters, as spans
/// of another text may.
#[must_use]
pub fn without_spans(text: &str, spans: &[Range<usize>]) -> String {
    let mut left = String::with_capacity(text.len());
    let mut reached = 0;
    for span in spans {
        left.push_str(&text[reached..span.start]);
        reached = span.end;
    }
    left.push_str(&text[reached..]);
    left
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nothing_to_take_out_leaves_the_text() {
        assert_eq!(without_spans("Été.", &[]), "Été.");
        assert_eq!(without_spans("", &[]), "");
    }

    #[test]
    fn spans_may_touch_and_reach_both_ends() {
        assert_eq!(without_spans("été, hiver", &[0..2, 2..5, 5..7]), "hiver");
        assert_eq!(without_spans("été", &[0..5, 5..5]), "");
    }

    #[test]
    #[should_panic(expected = "byte index 1 is not a char boundary")]
    fn a_span_of_another_text_is_refused() {
        let _ = without_spans("é", std::slice::from_ref(&(0..1)));
    }

    proptest! {
        #[test]
        fn agrees_with_removing_character_by_character(
            marked in prop::collection::vec((any::<char>(), any::<bool>()), 0..30),
        ) {
            let text: String = marked.iter().map(|(character, _)| character).collect();
            let (mut spans, mut place) = (Vec::new(), 0);
            for (character, goes) in &marked {
                let end = place + character.len_utf8();
                if *goes {
                    spans.push(place..end);
                }
                place = end;
            }
            let kept = marked.iter().filter(|(_, goes)| !goes);
            let expected: String = kept.map(|(character, _)| character).collect();
            prop_assert_eq!(without_spans(&text, &spans), expected);
        }
    }
}
