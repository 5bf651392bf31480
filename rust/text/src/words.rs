//! Words by the Unicode text segmentation rules (UAX #29).

use unicode_segmentation::UnicodeSegmentation;

/// The words of `text`: UAX #29 segments that hold a letter or a digit, in order.
///
/// ```
/// let words: Vec<_> = assay_text::words("It's 3.5 km, isn't it?").collect();
/// assert_eq!(words, ["It's", "3.5", "km", "isn't", "it"]);
/// ```
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    text.unicode_words()
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

    proptest! {
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
