//! Exceptions that the other rules have cut up are put together: step 3.

use std::collections::HashMap;
use std::ops::Range;

use super::exceptions::{Exceptions, hash, listed};
use super::split::split;
use super::{affixes, infixes};
use crate::hashes::hash::PassThrough;

/// The exceptions that the other rules alone would cut up.
pub(super) struct Rejoin {
    /// By the hash of the first token that is cut off, all tokens of each exception.
    cut_up: HashMap<u64, Vec<Vec<String>>, PassThrough>,
}

impl Rejoin {
    pub(super) fn new() -> Self {
        let mut rejoin = Self {
            cut_up: HashMap::default(),
        };
        let texts = listed().map(|parts| parts.concat());
        texts
            .filter(|text| is_cut(text))
            .for_each(|text| rejoin.add(&text));
        rejoin
    }

    fn add(&mut self, text: &str) {
        let mut tokens = Vec::new();
        split(text, None, &mut tokens);
        if let Some(first) = tokens.first() {
            let runs = self.cut_up.entry(hash(first)).or_default();
            runs.push(tokens.iter().map(|token| (*token).to_owned()).collect());
        }
    }

    /// Puts the tokens of `chunk`, which begin at `from`, together to exceptions where the other
    /// rules have cut one up.
    pub(super) fn join<'t>(
        &self,
        exceptions: &Exceptions,
        chunk: &'t str,
        from: usize,
        tokens: &mut Vec<&'t str>,
    ) {
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
            let whole = joined.and_then(|range| {
                let length = length(&cut[range.clone()]);
                Some((range.len(), exceptions.get(&rest[..length])?))
            });
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

fn length(tokens: &[&str]) -> usize {
    tokens.iter().map(|token| token.len()).sum()
}
