//! White space, lines and classes of characters as Python has them, for rules that reproduce
//! Python programs.

mod bytes8;

pub use crate::char_classes::lookup::{is_decimal, is_letter, is_punctuation};

/// Whether `c` is white space for `str.isspace`, `str.strip` and `str.split`.
#[must_use]
#[inline]
pub fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}

/// `str.strip`.
#[must_use]
#[inline]
pub fn strip(text: &str) -> &str {
    let is_plain = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_graphic);
    let bytes = text.as_bytes();
    if is_plain(bytes.first()) && is_plain(bytes.last()) {
        return text;
    }
    text.trim_matches(is_space)
}

/// `str.split` without arguments.
pub fn split(text: &str) -> impl Iterator<Item = &str> {
    text.split(is_space).filter(|part| !part.is_empty())
}

/// `str.splitlines`.
#[must_use]
pub fn split_lines(text: &str) -> SplitLines<'_> {
    SplitLines { rest: text }
}

/// The lines of a text, without their ends.
pub struct SplitLines<'a> {
    rest: &'a str,
}

impl<'a> Iterator for SplitLines<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        if self.rest.is_empty() {
            return None;
        }
        let bytes = self.rest.as_bytes();
        let mut from = 0;
        while let Some(at) = may_end(bytes, from) {
            if let Some(length) = end_of_line(&bytes[at..]) {
                let line = &self.rest[..at];
                self.rest = &self.rest[at + length..];
                return Some(line);
            }
            from = at + 1;
        }
        Some(std::mem::take(&mut self.rest))
    }
}

/// The first byte from `from` on that ends a line, or may begin a character that does.
#[inline]
fn may_end(bytes: &[u8], from: usize) -> Option<usize> {
    let mut from = from;
    while let Some(eight) = bytes[from..].first_chunk() {
        if !bytes8::is_printable(u64::from_le_bytes(*eight)) {
            break;
        }
        from += eight.len();
    }
    let ends = |byte: &u8| matches!(byte, 0x0a..=0x0d | 0x1c..=0x1e | 0xc2 | 0xe2);
    Some(from + bytes[from..].iter().position(ends)?)
}

/// The length of the line end that `bytes` begin with.
fn end_of_line(bytes: &[u8]) -> Option<usize> {
    match bytes {
        [b'\r', b'\n', ..] => Some(2),
        [0x0a..=0x0d | 0x1c..=0x1e, ..] => Some(1),
        // U+0085, U+2028 and U+2029.
        [0xc2, 0x85, ..] => Some(2),
        [0xe2, 0x80, 0xa8 | 0xa9, ..] => Some(3),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn slow_split_lines(text: &str) -> Vec<String> {
        let text = text.replace("\r\n", "\n");
        let ends = [
            '\n', '\r', '\u{b}', '\u{c}', '\u{1c}', '\u{1d}', '\u{1e}', '\u{85}', '\u{2028}',
            '\u{2029}',
        ];
        let mut lines: Vec<_> = text.split(ends).map(str::to_owned).collect();
        if lines.last().is_some_and(String::is_empty) {
            lines.pop();
        }
        lines
    }

    #[test]
    fn white_space_is_pythons() {
        assert_eq!(strip(" \u{1f}a\u{a0}"), "a");
        assert_eq!(split("a\u{1c} b").collect::<Vec<_>>(), ["a", "b"]);
        assert!(!is_space('\u{200b}'));
    }

    proptest! {
        #[test]
        fn lines_agree_with_the_slow_twin(
            text in "([ab\r\n\u{b}\u{c}\u{1c}-\u{1f}\u{85}\u{a0}\u{2027}-\u{202a}]|\r\n)*",
        ) {
            prop_assert_eq!(split_lines(&text).collect::<Vec<_>>(), slow_split_lines(&text));
        }
    }
}
