//! Words that are split as a list says, or kept whole.

use std::collections::HashMap;
use std::ops::Range;

use super::{affixes, infixes, split};
use crate::{PassThrough, hash64};

/// One exception a line, its tokens separated by tabs.
const TABLE: &str = include_str!("exceptions.txt");

/// The exceptions by the hash of their text: equal hashes are taken as equal texts.
pub(super) struct Exceptions {
    parts: HashMap<u64, Vec<&'static str>, PassThrough>,
    /// The length of the longest exception, in bytes.
    longest: usize,
    /// By the hash of the first token, the exceptions that the other rules alone would cut up, as
    /// those tokens.
    cut_up: HashMap<u64, Vec<Vec<String>>, PassThrough>,
}

impl Exceptions {
    pub(super) fn new() -> Self {
        let mut exceptions = Self {
            parts: HashMap::default(),
            longest: 0,
            cut_up: HashMap::default(),
        };
        for line in TABLE.lines() {
            let parts: Vec<_> = line.split('\t').collect();
            let text = parts.concat();
            exceptions.longest = exceptions.longest.max(text.len());
            if is_cut(&text) {
                exceptions.add_cut_up(&text);
            }
            exceptions.parts.insert(hash(&text), parts);
        }
        exceptions
    }

    fn add_cut_up(&mut self, text: &str) {
        let mut tokens = Vec::new();
        split(text, None, &mut tokens);
        if let Some(first) = tokens.first() {
            let runs = self.cut_up.entry(hash(first)).or_default();
            runs.push(tokens.iter().map(|token| (*token).to_owned()).collect());
        }
    }

    /// The tokens of `text` when it is an exception.
    pub(super) fn get(&self, text: &str) -> Option<&[&'static str]> {
        if text.len() > self.longest {
            return None;
        }
        self.parts.get(&hash(text)).map(Vec::as_slice)
    }

    /// Puts the tokens of `chunk`, which begin at `from`, together to exceptions where the other
    /// rules have cut one up.
    pub(super) fn join<'t>(&self, chunk: &'t str, from: usize, tokens: &mut Vec<&'t str>) {
        // A single token that is an exception has been found as one.
        if tokens.len() == from + 1 {
            return;
        }
        let mut found = self.find(&tokens[from..]);
        if found.is_empty() {
            return;
        }
        keep_longest(&mut found);
        let cut = tokens.split_off(from);
        let mut rest = chunk;
        let mut place = 0;
        while place < cut.len() {
            let joined = found.iter().find(|range| range.start == place);
            let whole = joined.map(|range| (range.len(), length(&cut[range.clone()])));
            let whole = whole.and_then(|(count, length)| Some((count, self.get(&rest[..length])?)));
            let (count, lengths) = match whole {
                Some((count, parts)) => (count, parts.iter().map(|part| part.len()).collect()),
                None => (1, vec![cut[place].len()]),
            };
            for length in lengths {
                let (token, after) = rest.split_at(length);
                tokens.push(token);
                rest = after;
            }
            place += count;
        }
    }

    /// Every run of tokens that is an exception cut up.
    fn find(&self, tokens: &[&str]) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        for (start, first) in tokens.iter().enumerate() {
            for run in self.cut_up.get(&hash(first)).into_iter().flatten() {
                let end = start + run.len();
                if tokens.get(start..end).is_some_and(|tokens| tokens == run) {
                    found.push(start..end);
                }
            }
        }
        found
    }
}

/// Whether an affix or an infix is found in `text`.
fn is_cut(text: &str) -> bool {
    affixes::has_affix(text) || infixes::has_infix(text)
}

/// Of overlapping runs the longest stays, of equally long ones the first.
fn keep_longest(runs: &mut Vec<Range<usize>>) {
    runs.sort_by_key(|run| (std::cmp::Reverse(run.len()), run.start));
    let mut taken = Vec::new();
    runs.retain(|run| {
        taken.resize(run.end.max(taken.len()), false);
        let free = !taken[run.start] && !taken[run.end - 1];
        taken[run.clone()].fill(true);
        free
    });
}

fn hash(text: &str) -> u64 {
    hash64(0, text.as_bytes())
}

fn length(tokens: &[&str]) -> usize {
    tokens.iter().map(|token| token.len()).sum()
}
