//! The printable letter that byte-level vocabularies write for each byte.

/// The letters of the bytes 0 to 255, as GPT-2's vocabulary chose them: a printable byte of
/// Latin-1 is itself, the others are numbered from U+0100 on.
pub(crate) fn letters() -> [char; 256] {
    let mut letters = ['\0'; 256];
    let mut others = (0x100..).filter_map(char::from_u32);
    for (byte, letter) in (0..=u8::MAX).zip(&mut letters) {
        *letter = match byte {
            b'!'..=b'~' | 0xA1..=0xAC | 0xAE..=0xFF => char::from(byte),
            _ => others.next().unwrap_or_default(),
        };
    }
    letters
}

/// Whether a byte occurs in any UTF-8 text.
pub(crate) fn in_utf8(byte: u8) -> bool {
    !matches!(byte, 0xC0 | 0xC1 | 0xF5..=0xFF)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use tokenizers::pre_tokenizers::byte_level::ByteLevel;

    use super::*;

    #[test]
    fn letters_are_those_of_the_tokenizers_crate() {
        let ours: HashSet<char> = letters().into_iter().collect();
        assert_eq!(ours, ByteLevel::alphabet().into_iter().collect());
        assert_eq!(letters()[usize::from(b' ')], 'Ġ');
        assert_eq!(letters()[usize::from(b'\n')], 'Ċ');
        assert_eq!(letters()[0xAD], 'Ń');
    }

    #[test]
    fn bytes_of_utf8_are_those_that_characters_have() {
        let mut seen = [false; 256];
        for character in '\0'..=char::MAX {
            for byte in character.encode_utf8(&mut [0; 4]).bytes() {
                seen[usize::from(byte)] = true;
            }
        }
        assert!((0..=u8::MAX).all(|byte| seen[usize::from(byte)] == in_utf8(byte)));
    }
}
