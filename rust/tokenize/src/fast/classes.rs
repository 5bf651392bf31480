//! Which characters are letters, digits and white space, in the regex engine's own tables.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex_syntax::hir::{Class, HirKind};

/// `\p{L}`.
pub(crate) const LETTER: u8 = 1;
/// `\p{N}`.
pub(crate) const NUMBER: u8 = 2;
/// `\s`.
pub(crate) const SPACE: u8 = 4;
/// `[^\s\p{L}\p{N}]`.
pub(crate) const OTHER: u8 = 8;
/// `[\r\n]`.
pub(crate) const NEWLINE: u8 = 16;
/// `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]`: what may begin a capitalised word.
pub(crate) const UPPER: u8 = 32;
/// `[\p{Ll}\p{Lm}\p{Lo}\p{M}]`: what may end one.
pub(crate) const LOWER: u8 = 64;

/// The expression of each class that is looked up; [`OTHER`] is the rest.
const EXPRESSIONS: [(&str, u8); 6] = [
    (r"\p{L}", LETTER),
    (r"\p{N}", NUMBER),
    (r"\s", SPACE),
    (r"[\r\n]", NEWLINE),
    (r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", UPPER),
    (r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]", LOWER),
];

const CHARACTERS: usize = 0x11_0000;
const BLOCK: usize = 256;

/// The classes of all characters, in two stages: equal blocks of 256 are stored once.
pub(crate) struct Classes {
    ascii: [u8; 256],
    blocks: Vec<u16>,
    flags: Vec<u8>,
}

static CLASSES: LazyLock<Classes> = LazyLock::new(Classes::build);

impl Classes {
    /// The one table, made at the first call.
    pub(crate) fn get() -> &'static Self {
        &CLASSES
    }

    fn build() -> Self {
        let mut flat = vec![0_u8; CHARACTERS];
        for (expression, flag) in EXPRESSIONS {
            for (first, last) in ranges(expression) {
                let range = flat.get_mut(first as usize..=last as usize);
                range.into_iter().flatten().for_each(|flags| *flags |= flag);
            }
        }
        for flags in &mut flat {
            if *flags & (LETTER | NUMBER | SPACE) == 0 {
                *flags |= OTHER;
            }
        }
        let mut ascii = [0; 256];
        ascii[..128].copy_from_slice(&flat[..128]);
        let (mut blocks, mut flags, mut seen) = (Vec::new(), Vec::new(), HashMap::new());
        for block in flat.chunks(BLOCK) {
            let place = *seen.entry(block).or_insert_with(|| {
                flags.extend_from_slice(block);
                (flags.len() / BLOCK - 1) as u16
            });
            blocks.push(place);
        }
        Self {
            ascii,
            blocks,
            flags,
        }
    }

    /// The classes of an ASCII byte; none for other bytes.
    #[inline]
    pub(crate) fn of_ascii(&self, byte: u8) -> u8 {
        self.ascii[usize::from(byte)]
    }

    /// The classes of a character.
    #[inline]
    pub(crate) fn of(&self, character: u32) -> u8 {
        let character = character as usize;
        let block = self.blocks.get(character / BLOCK).copied().unwrap_or(0);
        let place = usize::from(block) * BLOCK + character % BLOCK;
        self.flags.get(place).copied().unwrap_or(0)
    }
}

/// The ranges of characters of a class; an expression that is not a class has none.
fn ranges(expression: &str) -> Vec<(u32, u32)> {
    match regex_syntax::parse(expression).map(|hir| hir.into_kind()) {
        Ok(HirKind::Class(Class::Unicode(class))) => class
            .ranges()
            .iter()
            .map(|range| (range.start().into(), range.end().into()))
            .collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use tokenizers::utils::SysRegex;

    use super::*;

    /// The characters that the engine of the tokenizers crate finds by an expression.
    fn found(expression: &str, all: &str) -> Vec<bool> {
        let expression = SysRegex::new(&format!("(?:{expression})+")).unwrap();
        let mut found = vec![false; CHARACTERS];
        for (start, end) in expression.find_iter(all) {
            all[start..end]
                .chars()
                .for_each(|c| found[c as usize] = true);
        }
        found
    }

    #[test]
    fn classes_are_those_of_the_tokenizers_crate() {
        let all: String = ('\0'..=char::MAX).collect();
        let other = (r"[^\s\p{L}\p{N}]", OTHER);
        for (expression, flag) in EXPRESSIONS.into_iter().chain([other]) {
            let found = found(expression, &all);
            for character in '\0'..=char::MAX {
                let flags = Classes::get().of(character as u32);
                assert_eq!(
                    flags & flag != 0,
                    found[character as usize],
                    "{character:?} {expression}"
                );
            }
        }
    }

    #[test]
    fn ascii_has_the_classes_of_its_characters() {
        for byte in 0..=u8::MAX {
            let expected = if byte.is_ascii() {
                Classes::get().of(byte.into())
            } else {
                0
            };
            assert_eq!(Classes::get().of_ascii(byte), expected);
        }
    }
}
