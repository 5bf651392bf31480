//! Counts documents and text of some inputs, and how long the documents are.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::error::PipelineError;
use crate::observer::Observer;
use crate::read::inputs::Inputs;

/// The percentiles that are reported.
const PERCENTILES: [u64; 7] = [1, 5, 25, 50, 75, 95, 99];

/// Lengths are counted by their highest bits only, so that a percentile is at most 1/64 too low.
const BITS: u32 = 7;

/// What some inputs hold.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Stats {
    /// Documents.
    pub documents: u64,
    /// Bytes of their texts.
    pub text_bytes: u64,
    /// Characters.
    pub characters: u64,
    /// Words, by the Unicode rules.
    pub words: u64,
    /// Lines.
    pub lines: u64,
    /// Bytes of the longest text.
    pub longest: u64,
    /// Bytes that this many percent of the texts do not exceed; up to 1/64 too low.
    pub percentiles: BTreeMap<u64, u64>,
    /// Lines and rows that are not valid documents, by reason.
    pub bad: BTreeMap<String, u64>,
}

/// Counts what inputs hold.
///
/// # Errors
/// [`PipelineError`] when a file cannot be read.
pub fn stats(inputs: &Inputs, observer: &dyn Observer) -> Result<Stats, PipelineError> {
    let mut stats = Stats::default();
    let mut lengths = Lengths::default();
    inputs.each(
        observer,
        |batch, index| match batch.record(index) {
            Ok(record) => Ok(Size::of(&record.text)),
            Err(problem) => Err(problem.reason()),
        },
        |_, size| {
            match size {
                Ok(size) => {
                    lengths.add(size.bytes);
                    stats.add(&size);
                }
                Err(reason) => *stats.bad.entry(reason.to_owned()).or_default() += 1,
            }
            Ok(())
        },
    )?;
    let percentiles = PERCENTILES.map(|percent| (percent, lengths.percentile(percent)));
    stats.percentiles = percentiles.into();
    Ok(stats)
}

/// One text, counted.
struct Size {
    bytes: u64,
    characters: u64,
    words: u64,
    lines: u64,
}

impl Size {
    fn of(text: &str) -> Self {
        Self {
            bytes: text.len() as u64,
            characters: text.chars().count() as u64,
            words: assay_text::words(text).count() as u64,
            lines: text.lines().count() as u64,
        }
    }
}

impl Stats {
    fn add(&mut self, size: &Size) {
        self.documents += 1;
        self.text_bytes += size.bytes;
        self.characters += size.characters;
        self.words += size.words;
        self.lines += size.lines;
        self.longest = self.longest.max(size.bytes);
    }
}

/// How many texts are how long, in steps that grow with the length, so that memory does not grow
/// with the number of texts.
#[derive(Default)]
struct Lengths {
    counts: BTreeMap<u64, u64>,
    total: u64,
}

impl Lengths {
    fn add(&mut self, length: u64) {
        let lost = (u64::BITS - length.leading_zeros()).saturating_sub(BITS);
        *self.counts.entry(length >> lost << lost).or_default() += 1;
        self.total += 1;
    }

    /// The least length that this many percent do not exceed; 0 without any length.
    fn percentile(&self, percent: u64) -> u64 {
        let rank = (self.total * percent).div_ceil(100).max(1);
        let mut below = 0;
        for (length, count) in &self.counts {
            below += count;
            if below >= rank {
                return *length;
            }
        }
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_those_of_the_sorted_lengths() {
        for count in [1, 2, 7, 100, 999] {
            let all: Vec<u64> = (0..count)
                .map(|n| assay_text::draw(n, "test", 0) >> 40)
                .collect();
            let mut lengths = Lengths::default();
            all.iter().for_each(|length| lengths.add(*length));
            let mut sorted = all;
            sorted.sort_unstable();
            for percent in PERCENTILES {
                let rank = (count * percent).div_ceil(100).max(1);
                let exact = sorted[usize::try_from(rank).unwrap() - 1];
                let found = lengths.percentile(percent);
                assert!(
                    found <= exact && exact - found <= exact / 64,
                    "{found} {exact}"
                );
            }
        }
        assert_eq!(Lengths::default().percentile(50), 0);
    }
}
