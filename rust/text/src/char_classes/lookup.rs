//! Which classes a character has, and what they say of it in the terms of Python.

use super::table::{DECIMAL, LETTER, PUNCTUATION, RANGES};

const ASCII: [u16; 128] = {
    let mut table = [0; 128];
    let mut row = 0;
    while row < RANGES.len() {
        let (first, last, classes) = RANGES[row];
        let mut code = first;
        while code <= last && code < 128 {
            table[code as usize] = classes;
            code += 1;
        }
        row += 1;
    }
    table
};

/// The classes of `c`, one bit each.
pub(crate) fn classes_of(c: char) -> u16 {
    let code = u32::from(c);
    if let Some(classes) = ASCII.get(code as usize) {
        return *classes;
    }
    let after = RANGES.partition_point(|(first, _, _)| *first <= code);
    match after.checked_sub(1).and_then(|row| RANGES.get(row)) {
        Some((_, last, classes)) if code <= *last => *classes,
        _ => 0,
    }
}

/// Whether `c` is in one of `classes`.
pub(crate) fn is(c: char, classes: u16) -> bool {
    classes_of(c) & classes != 0
}

/// Whether there is a character and it is in one of `classes`.
pub(crate) fn some_is(c: Option<char>, classes: u16) -> bool {
    c.is_some_and(|c| is(c, classes))
}

/// Whether Python's `str.isalpha` holds for `c`.
#[must_use]
pub fn is_letter(c: char) -> bool {
    is(c, LETTER)
}

/// Whether Python's `str.isdecimal` holds for `c`.
#[must_use]
pub fn is_decimal(c: char) -> bool {
    is(c, DECIMAL)
}

/// Whether the Unicode general category of `c` is one of punctuation.
#[must_use]
pub fn is_punctuation(c: char) -> bool {
    is(c, PUNCTUATION)
}
