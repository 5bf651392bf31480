//! The members of an object in one pass at the speed of memory.
//!
//! The scan knows strict JSON without control characters and without escapes in keys, in which no
//! wanted key is repeated, nested at most [`DEPTH`] deep. For anything else, valid or not, the
//! result is `None`, and [`super::checked`] decides.

use std::ops::Range;

use memchr::memchr;

use crate::json::string;

const DEPTH: u32 = 32;

/// The values of some keys of an object. The escapes of a string under the first key are not
/// checked, since the caller decodes it.
pub(super) fn members<'a, const N: usize>(
    object: &'a str,
    keys: [&str; N],
) -> Option<[Option<&'a str>; N]> {
    let object = object.trim_end_matches([' ', '\t', '\r', '\n']);
    if has_control(object.as_bytes()) {
        return None;
    }
    let mut scan = Scan {
        bytes: object.as_bytes(),
        at: 0,
        unchecked: keys.first()?.as_bytes(),
    };
    let (mut found, mut twice) = ([None; N], false);
    scan.spaces();
    scan.object(DEPTH, &mut |key, value| {
        for (wanted, slot) in keys.iter().zip(&mut found) {
            if wanted.as_bytes() == key {
                twice |= slot.is_some();
                *slot = object.get(value.clone());
            }
        }
    })?;
    (scan.at == object.len() && !twice).then_some(found)
}

/// Whether there is a control character; without an early end the loop is vectorised.
fn has_control(bytes: &[u8]) -> bool {
    bytes.iter().fold(u8::MAX, |least, &byte| least.min(byte)) < b' '
}

struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
    /// The key of the outermost object whose string is not checked.
    unchecked: &'a [u8],
}

type Member<'m, 'a> = &'m mut dyn FnMut(&'a [u8], Range<usize>);

impl<'a> Scan<'a> {
    fn object(&mut self, depth: u32, member: Member<'_, 'a>) -> Option<()> {
        let inner = depth.checked_sub(1)?;
        self.byte(b'{')?;
        self.spaces();
        if self.byte(b'}').is_some() {
            return Some(());
        }
        loop {
            let key = self.string()?;
            if memchr(b'\\', key).is_some() {
                return None;
            }
            self.spaces();
            self.byte(b':')?;
            self.spaces();
            let start = self.at;
            if depth == DEPTH && key == self.unchecked && self.peek() == Some(b'"') {
                self.string()?;
            } else {
                self.value(inner)?;
            }
            member(key, start..self.at);
            self.spaces();
            if self.byte(b'}').is_some() {
                return Some(());
            }
            self.byte(b',')?;
            self.spaces();
        }
    }

    fn array(&mut self, depth: u32) -> Option<()> {
        let inner = depth.checked_sub(1)?;
        self.byte(b'[')?;
        self.spaces();
        if self.byte(b']').is_some() {
            return Some(());
        }
        loop {
            self.value(inner)?;
            self.spaces();
            if self.byte(b']').is_some() {
                return Some(());
            }
            self.byte(b',')?;
            self.spaces();
        }
    }

    fn value(&mut self, depth: u32) -> Option<()> {
        match self.peek()? {
            b'"' => string::escapes_are_valid(self.string()?).then_some(()),
            b'{' => self.object(depth, &mut |_, _| ()),
            b'[' => self.array(depth),
            b't' => self.word(b"true"),
            b'f' => self.word(b"false"),
            b'n' => self.word(b"null"),
            _ => self.number(),
        }
    }

    /// Between the quotes. A quote ends the string unless an odd number of backslashes precedes it.
    fn string(&mut self) -> Option<&'a [u8]> {
        self.byte(b'"')?;
        let start = self.at;
        loop {
            let quote = self.at + memchr(b'"', self.bytes.get(self.at..)?)?;
            self.at = quote + 1;
            let inside = &self.bytes[start..quote];
            let slashes = inside.iter().rev().take_while(|byte| **byte == b'\\');
            if slashes.count() % 2 == 0 {
                return Some(inside);
            }
        }
    }

    fn number(&mut self) -> Option<()> {
        let _ = self.byte(b'-');
        if self.byte(b'0').is_none() {
            self.digits()?;
        }
        if self.byte(b'.').is_some() {
            self.digits()?;
        }
        if self.byte(b'e').or_else(|| self.byte(b'E')).is_some() {
            let _ = self.byte(b'+').or_else(|| self.byte(b'-'));
            self.digits()?;
        }
        Some(())
    }

    /// One digit or more.
    fn digits(&mut self) -> Option<()> {
        let rest = self.bytes.get(self.at..)?;
        let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.at += count;
        (count > 0).then_some(())
    }

    fn word(&mut self, word: &[u8]) -> Option<()> {
        let found = self.bytes.get(self.at..)?.starts_with(word);
        self.at += word.len();
        found.then_some(())
    }

    /// White space other than spaces is a control character, which is not seen here.
    fn spaces(&mut self) {
        while self.peek() == Some(b' ') {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn byte(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }
}
