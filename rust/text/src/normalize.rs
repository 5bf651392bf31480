//! The one normalisation under which texts are compared.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::normalizer::with_normal;

/// The form of `text` in which case, spacing and punctuation no longer matter.
///
/// NFC, lower case; letters, numbers and combining marks stay; soft hyphens, joiners and byte
/// order marks vanish; each run of anything else (white space, punctuation, symbols) becomes
/// one space; no space at either end. Normalising twice changes nothing.
///
/// ```
/// assert_eq!(assay_text::normalize("  Don't -- PANIC!\n"), "don t panic");
/// ```
#[must_use]
pub fn normalize(text: &str) -> String {
    // It is UTF-8, made of whole characters.
    let copy = |normal: &[u8]| str::from_utf8(normal).ok().map(str::to_owned);
    with_normal(text, copy).unwrap_or_else(|| slow_normalize(text))
}

/// The same as [`normalize`], character by character.
#[must_use]
pub fn slow_normalize(text: &str) -> String {
    let kept = collapse(text.nfc(), text.len());
    kept.to_lowercase().nfc().collect()
}

fn collapse(chars: impl Iterator<Item = char>, capacity: usize) -> String {
    let mut out = String::with_capacity(capacity);
    let mut gap = false;
    for c in chars {
        if c.is_alphanumeric() || is_combining_mark(c) {
            if gap && !out.is_empty() {
                out.push(' ');
            }
            gap = false;
            out.push(c);
        } else if !is_invisible(c) {
            gap = true;
        }
    }
    out
}

/// Characters that stand inside words without being seen.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{200c}' | '\u{200d}' | '\u{2060}' | '\u{feff}'
    )
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Texts of ASCII, of other characters and of characters that join others.
    pub(crate) fn any_text() -> impl Strategy<Value = String> {
        "[ -~\\s]*|.*|([a-zA-Z0-9]{0,20}[ -~é’Σ字カあ\u{301}\u{338}\u{ad}\u{93f}İ]){0,40}"
    }

    #[test]
    fn case_spacing_and_punctuation_do_not_matter() {
        assert_eq!(normalize("Hello,   World!"), normalize("hello\nworld"));
        assert_eq!(normalize("a_b-c"), "a b c");
        assert_eq!(normalize("..."), "");
    }

    #[test]
    fn composed_and_decomposed_are_equal() {
        assert_eq!(normalize("Cafe\u{301}"), normalize("CAFÉ"));
        assert_eq!(normalize("हिन्दी"), "हिन्दी");
    }

    #[test]
    fn invisible_characters_do_not_split_words() {
        assert_eq!(normalize("co\u{ad}operate\u{feff}"), "cooperate");
    }

    proptest! {
        #[test]
        fn is_idempotent(text in "\\PC*|[ -~\\s]*|.*") {
            let once = normalize(&text);
            prop_assert_eq!(normalize(&once), once);
        }

        #[test]
        fn agrees_with_the_slow_twin(text in any_text()) {
            prop_assert_eq!(normalize(&text), slow_normalize(&text));
        }

        #[test]
        fn has_single_inner_spaces_only(text in ".*") {
            let normal = normalize(&text);
            prop_assert_eq!(normal.split_whitespace().collect::<Vec<_>>().join(" "), normal);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]

        #[test]
        fn agrees_with_the_slow_twin_at_every_border_of_blocks(
            part in "[a-zA-Z0-9 ]{0,3}([-., ]|[é’Σ字は\u{301}\u{338}\u{94d}\u{93f}\u{ad}İ]){1,5}[a-z. ]{0,9}",
        ) {
            for filling in ["a", "B ", "c. "] {
                for before in 0..130 {
                    let text = filling.repeat(before) + &part + &filling.repeat(before % 67);
                    prop_assert_eq!(normalize(&text), slow_normalize(&text));
                }
            }
        }
    }
}
