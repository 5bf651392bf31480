//! Common characters that can be normalised and split into words without regard to others.

/// Which plain characters make one word.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Not part of a word.
    Gap,
    /// Letters and digits of alphabets: one word with their like.
    Letter,
    /// Katakana: one word with their like.
    Katakana,
    /// Ideographs and hiragana: each is a word.
    Alone,
}

use Kind::{Alone, Gap, Katakana, Letter};

/// The kind of `c` and its lower case; none for a character that is not plain.
///
/// Every plain character is its own composed form, has one character in lower case, and never
/// joins another plain one.
fn plain(c: char) -> Option<(Kind, char)> {
    Some(match c {
        '0'..='9' | 'a'..='z' | 'A'..='Z' => (Letter, c.to_ascii_lowercase()),
        '\0'..='\x7f' => (Gap, c),
        // Letters, digits and the soft hyphen among the symbols of Latin-1.
        'ª' | '\u{ad}' | '²' | '³' | 'µ' | '¹' | 'º' | '¼'..='¾' => return None,
        '\u{a0}'..='¿' | '×' | '÷' => (Gap, c),
        'À'..='Þ' | 'А'..='Я' => (Letter, shift(c, 0x20)),
        'Ѐ'..='Џ' => (Letter, shift(c, 0x50)),
        'ß'..='ÿ' | 'а'..='џ' => (Letter, c),
        // Two characters in lower case.
        'İ' => return None,
        '\u{100}'..='\u{17f}' => (Letter, c.to_lowercase().next().unwrap_or(c)),
        // Capital sigma has two forms in lower case.
        'Σ' => return None,
        'Α'..='Ρ' | 'Τ'..='Ϋ' => (Letter, shift(c, 0x20)),
        'ά'..='ώ' => (Letter, c),
        // Arabic letters, Hangul syllables.
        'ء'..='غ' | 'ف'..='ي' | 'ٱ'..='ۓ' | '가'..='힣' => (Letter, c),
        // Spaces, general punctuation, currencies, arrows, mathematics, boxes, shapes, emoji.
        '\u{2002}'..='\u{200b}' | '‐'..='‧' | '‰'..='⁞' | '₠'..='₿' => (Gap, c),
        '←'..='⋿' | '─'..='❵' | '🌀'..='\u{1faff}' => (Gap, c),
        // CJK and fullwidth punctuation.
        '\u{3000}'..='。' | '《'..='】' | '！'..='／' | '：'..='＠' => (Gap, c),
        'ァ'..='ヺ' | 'ー' => (Katakana, c),
        'ぁ'..='ゖ' | '一'..='鿿' => (Alone, c),
        _ => return None,
    })
}

fn shift(c: char, by: u32) -> char {
    char::from_u32(u32::from(c) + by).unwrap_or(c)
}

/// Puts the normal form of `text` into `normal` if every character is plain; false if not.
pub(crate) fn normalize(text: &str, normal: &mut String) -> bool {
    normal.clear();
    let mut gap = false;
    for c in text.chars() {
        let Some((kind, lower)) = plain(c) else {
            return false;
        };
        if kind != Gap {
            if gap && !normal.is_empty() {
                normal.push(' ');
            }
            normal.push(lower);
        }
        gap = kind == Gap;
    }
    true
}

/// Hands each word of a normal form of plain characters to `each`.
pub(crate) fn each_word(normal: &str, mut each: impl FnMut(&str)) {
    for word in normal.split(' ').filter(|word| !word.is_empty()) {
        let (mut start, mut before) = (0, None);
        for (place, c) in word.char_indices() {
            let kind = plain(c).map(|(kind, _)| kind);
            if place > start && (kind != before || kind == Some(Alone)) {
                each(&word[start..place]);
                start = place;
            }
            before = kind;
        }
        each(&word[start..]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{slow_normalize, words};

    #[test]
    fn every_plain_character_agrees_with_the_slow_twin() {
        for c in (char::MIN..=char::MAX).filter(|c| plain(*c).is_some()) {
            for neighbour in ['x', 'я', 'ñ', 'カ', 'あ', '字', '’'] {
                let text = format!("{neighbour}{c}{c}{neighbour} {c}{neighbour}{c}");
                let (mut normal, mut found) = (String::new(), Vec::new());
                assert!(normalize(&text, &mut normal));
                assert_eq!(normal, slow_normalize(&text), "{c:?}");
                each_word(&normal, |word| found.push(word.to_owned()));
                assert_eq!(found, words(&normal).collect::<Vec<_>>(), "{c:?}");
            }
        }
    }
}
