//! The list of words that are split in a way of their own, or kept whole.

use std::collections::HashMap;

use crate::hashes::hash::{PassThrough, hash64};

/// One exception a line, its tokens separated by tabs.
const TABLE: &str = include_str!("exceptions.txt");

/// The exceptions by the hash of their text: equal hashes are taken as equal texts.
pub(super) struct Exceptions {
    parts: HashMap<u64, Vec<&'static str>, PassThrough>,
    /// The length of the longest exception, in bytes.
    longest: usize,
}

impl Exceptions {
    pub(super) fn new() -> Self {
        let mut exceptions = Self {
            parts: HashMap::default(),
            longest: 0,
        };
        for parts in listed() {
            let text = parts.concat();
            exceptions.longest = exceptions.longest.max(text.len());
            exceptions.parts.insert(hash(&text), parts);
        }
        exceptions
    }

    /// The tokens of `text` when it is an exception.
    pub(super) fn get(&self, text: &str) -> Option<&[&'static str]> {
        if text.len() > self.longest {
            return None;
        }
        self.parts.get(&hash(text)).map(Vec::as_slice)
    }
}

/// The tokens of each exception.
pub(super) fn listed() -> impl Iterator<Item = Vec<&'static str>> {
    TABLE.lines().map(|line| line.split('\t').collect())
}

pub(super) fn hash(text: &str) -> u64 {
    hash64(0, text.as_bytes())
}
