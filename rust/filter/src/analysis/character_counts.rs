//! How many characters of each kind a text has.

/// Characters by kind; each character is of one kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct CharacterCounts {
    /// Letters, capitals included.
    pub(crate) letters: usize,
    pub(crate) capitals: usize,
    /// Digits and other numbers.
    pub(crate) digits: usize,
    pub(crate) white_space: usize,
    /// All others.
    pub(crate) symbols: usize,
}

/// Texts of fewer bytes are not worth a table of the characters in ASCII.
const FEW: usize = 512;

impl CharacterCounts {
    /// CharacterCounts the characters of `text`.
    pub(crate) fn of(text: &str) -> Self {
        if text.len() < FEW {
            return Self::of_few(text);
        }
        let mut ascii = [0_usize; 128];
        let mut counts = Self::default();
        let mut rest = text;
        while let Some(first) = rest.as_bytes().first() {
            if first.is_ascii() {
                ascii[usize::from(*first)] += 1;
                rest = &rest[1..];
            } else if let Some(character) = rest.chars().next() {
                counts.add(character, 1);
                rest = &rest[character.len_utf8()..];
            }
        }
        for (byte, times) in (0_u8..).zip(ascii) {
            counts.add(char::from(byte), times);
        }
        counts
    }

    /// One character after the other.
    fn of_few(text: &str) -> Self {
        let mut counts = Self::default();
        text.chars().for_each(|character| counts.add(character, 1));
        counts
    }

    /// All characters.
    pub(crate) fn characters(&self) -> usize {
        self.letters + self.digits + self.white_space + self.symbols
    }

    fn add(&mut self, character: char, times: usize) {
        let kind = if character.is_alphabetic() {
            &mut self.letters
        } else if character.is_numeric() {
            &mut self.digits
        } else if character.is_whitespace() {
            &mut self.white_space
        } else {
            &mut self.symbols
        };
        *kind += times;
        if character.is_alphabetic() && character.is_uppercase() {
            self.capitals += times;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_character_is_of_one_kind() {
        let counts = CharacterCounts::of("Aé 1²\u{2003}-🦀\0\n中");
        let expected = CharacterCounts {
            letters: 3,
            capitals: 1,
            digits: 2,
            white_space: 3,
            symbols: 3,
        };
        assert_eq!(counts, expected);
        assert_eq!(counts.characters(), 11);
    }

    proptest! {
        #[test]
        fn agrees_with_the_slow_twin(text in "\\PC*|[ -~\n]*|([ -~]|\\PC){500,600}") {
            prop_assert_eq!(CharacterCounts::of(&text), CharacterCounts::of_few(&text));
            prop_assert_eq!(CharacterCounts::of(&text).characters(), text.chars().count());
        }
    }
}
