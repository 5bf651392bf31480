//! A Bloom filter that measures how often it is wrong, and can be saved and taken up.

use std::io::{self, Read, Write};

use assay_schema::Bloom;
use assay_text::draw;

use crate::error::DedupError;
use crate::paragraph::bloom::{BLOCK_BYTES, Filter, blocks_for};
use crate::paragraph::sample::Sample;
use crate::store::format::{Mark, Saved, begin};

const MARK: Mark = *b"assayBF1";

/// How often a Bloom filter took something new for seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FalsePositives {
    /// The rate as of now, from the bits that are set.
    pub estimated: f64,
    /// New hashes in a sample that was checked exactly, from the first document on.
    pub sampled: u64,
    /// How many of these the filter took for seen.
    pub wrong: u64,
}

/// A Bloom filter and a check on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CheckedFilter {
    filter: Filter,
    sample: Sample,
}

impl CheckedFilter {
    pub(crate) fn new(settings: &Bloom, seed: u64) -> Self {
        let blocks = match settings.memory {
            Some(memory) => memory / BLOCK_BYTES,
            None => blocks_for(settings.entries, settings.false_positives),
        };
        Self {
            filter: Filter::new(blocks, draw(seed, "paragraphs/bloom", 0)),
            sample: Sample::default(),
        }
    }

    #[inline]
    pub(crate) fn contains(&mut self, hash: u64) -> bool {
        let found = self.filter.contains(hash);
        self.sample.check(hash, found);
        found
    }

    #[inline]
    pub(crate) fn insert(&mut self, hash: u64) {
        self.filter.insert(hash);
        self.sample.insert(hash);
    }

    pub(crate) fn false_positives(&self) -> FalsePositives {
        FalsePositives {
            estimated: self.filter.false_positives(),
            sampled: self.sample.new,
            wrong: self.sample.wrong,
        }
    }

    pub(crate) fn memory_bytes(&self) -> u64 {
        self.filter.memory_bytes() + self.sample.memory_bytes()
    }

    pub(crate) fn save(&self, out: &mut impl Write) -> io::Result<()> {
        begin(&MARK, self.filter.words().count() as u64, out)?;
        let sample = &self.sample;
        let mut seen: Vec<u64> = sample.seen.iter().copied().collect();
        seen.sort_unstable();
        let numbers = [sample.limit, sample.new, sample.wrong, seen.len() as u64];
        for number in numbers.into_iter().chain(seen).chain(self.filter.words()) {
            out.write_all(&number.to_le_bytes())?;
        }
        Ok(())
    }

    /// Takes the place of `self`, which is empty, from what was saved under the same settings.
    pub(crate) fn load(mut self, input: impl Read) -> Result<Self, DedupError> {
        let (found, mut saved) = Saved::open(input, &MARK)?;
        let expected = self.filter.words().count() as u64;
        if found != expected {
            return Err(DedupError::Filter { found, expected });
        }
        self.sample.limit = saved.number()?;
        self.sample.new = saved.number()?;
        self.sample.wrong = saved.number()?;
        for _ in 0..saved.number()? {
            self.sample.seen.insert(saved.number()?);
        }
        for word in self.filter.words_mut() {
            *word = saved.number()?;
        }
        saved.end()?;
        Ok(self)
    }
}
