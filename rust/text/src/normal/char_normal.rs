//! What becomes of single characters in the normal form of a text.

use std::sync::LazyLock;

use unicode_normalization::char::{canonical_combining_class, is_combining_mark};
use unicode_normalization::{IsNormalized, is_nfc_quick};

use crate::normal::definition::is_invisible;

/// What becomes of a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CharNormal {
    /// A space.
    Gap,
    /// This letter, digit or mark, which has as many bytes in UTF-8 as the character.
    Kept(char),
    /// A mark that stays as it is, unless there is another mark beside it.
    Mark,
    /// What becomes of it depends on the characters around it.
    Unknown,
}

/// The forms of the characters up to `LAST`.
pub(crate) struct CharNormals(&'static [u16]);

const LAST: u32 = 0xffff;

// The characters with these codes are not letters, so that no form is one of them.
const GAP: u16 = 0;
const MARK: u16 = 1;
const UNKNOWN: u16 = 2;

static TABLE: LazyLock<Vec<u16>> = LazyLock::new(|| (0..=LAST).map(entry).collect());

impl CharNormals {
    /// The table, which the first text that needs it pays for.
    pub(crate) fn table() -> Self {
        Self(&TABLE)
    }

    #[inline(always)]
    pub(crate) fn of(&self, c: char) -> CharNormal {
        match self.0.get(c as usize) {
            Some(&GAP) => CharNormal::Gap,
            Some(&MARK) => CharNormal::Mark,
            Some(&UNKNOWN) => CharNormal::Unknown,
            Some(&letter) => {
                char::from_u32(letter.into()).map_or(CharNormal::Unknown, CharNormal::Kept)
            }
            // Emoji and other pictures.
            None if matches!(c, '🌀'..='\u{1faff}') => CharNormal::Gap,
            None => CharNormal::Unknown,
        }
    }
}

fn entry(code: u32) -> u16 {
    char::from_u32(code).and_then(form).unwrap_or(UNKNOWN)
}

/// The entry for a character; none where its normal form depends on other characters.
fn form(c: char) -> Option<u16> {
    if !is_composed(c) || is_invisible(c) {
        return None;
    }
    if !(c.is_alphanumeric() || is_combining_mark(c)) {
        return Some(GAP);
    }
    if canonical_combining_class(c) != 0 {
        return Some(MARK);
    }
    let mut lower = c.to_lowercase();
    let letter = lower.next().filter(|letter| is_composed(*letter))?;
    // At the end of a word it is another letter.
    let depends = c == 'Σ' || lower.next().is_some();
    let stays = letter.len_utf8() == c.len_utf8() && !depends;
    u16::try_from(u32::from(letter)).ok().filter(|_| stays)
}

/// Whether it is its own normal form C and never composes with the character before it.
fn is_composed(c: char) -> bool {
    is_nfc_quick(std::iter::once(c)) == IsNormalized::Yes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normal::definition::slow_normalize;

    /// What a text of characters whose forms are known becomes.
    fn by_forms(text: &str) -> String {
        let forms = CharNormals::table();
        let form = |c| match forms.of(c) {
            CharNormal::Gap => ' ',
            CharNormal::Kept(letter) => letter,
            CharNormal::Mark => c,
            CharNormal::Unknown => panic!("{c:?}"),
        };
        let text: String = text.chars().map(form).collect();
        text.split(' ')
            .filter(|word| !word.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn every_known_character_agrees_with_the_slow_twin() {
        let forms = CharNormals::table();
        let is_known = |c: &char| forms.of(*c) != CharNormal::Unknown;
        for c in (char::MIN..=char::MAX).filter(is_known) {
            let twice = if forms.of(c) == CharNormal::Mark {
                "x"
            } else {
                ""
            };
            for other in ['x', 'Я', '’', '\u{93f}', '가'] {
                let text = format!("{other}{c}{twice}{c}{other} {c}{other}{c}");
                assert_eq!(by_forms(&text), slow_normalize(&text), "{c:?} {other:?}");
            }
        }
    }

    #[test]
    fn usual_characters_are_known() {
        let forms = CharNormals::table();
        let usual = "éÑß’“—…€\u{a0}žőЖйЁωΆ字。，カあ한اللغةनमस्ते्ไทยאב🌍";
        assert!(usual.chars().all(|c| forms.of(c) != CharNormal::Unknown));
    }
}
