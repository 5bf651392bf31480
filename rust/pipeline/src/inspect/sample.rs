//! A random sample of the documents of some inputs, each as likely as any other.

use std::collections::BinaryHeap;

use assay_corpus::{Format, Kept, encode};

use crate::error::PipelineError;
use crate::observer::Observer;
use crate::read::inputs::{DocumentPlace, Inputs};

/// Names the random draws, so that no other stage draws the same numbers.
const STAGE: &str = "sample";

/// Documents that were drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// As JSON Lines, in the order of the inputs.
    pub lines: Vec<u8>,
    /// How many there were to draw from.
    pub documents: u64,
    /// Lines and rows that are not valid documents.
    pub bad: u64,
}

/// Draws `count` documents, or all where there are fewer, in one pass. What is drawn depends on
/// the seed and on the order of the documents. The documents drawn are in memory.
///
/// # Errors
/// [`PipelineError`] when a file cannot be read.
pub fn sample(
    inputs: &Inputs,
    count: usize,
    seed: u64,
    observer: &dyn Observer,
) -> Result<Sample, PipelineError> {
    let mut lowest = Lowest::new(count);
    let (mut documents, mut bad) = (0, 0);
    inputs.each(
        observer,
        |batch, index| batch.record(index).is_ok(),
        |place, good| {
            if !good {
                bad += 1;
                return Ok(());
            }
            let number = documents;
            documents += 1;
            lowest.offer(assay_text::draw(seed, STAGE, number), number, || {
                line(place)
            })
        },
    )?;
    Ok(Sample {
        lines: lowest.into_items().concat(),
        documents,
        bad,
    })
}

fn line(place: &DocumentPlace<'_>) -> Result<Vec<u8>, PipelineError> {
    let kept = Kept {
        index: place.index,
        text: None,
    };
    Ok(encode(place.batch, &[kept], Format::Jsonl)?.into_bytes())
}

/// The items with the lowest draws so far: a uniform sample, whatever the number of items.
pub(crate) struct Lowest<T> {
    count: usize,
    items: BinaryHeap<(u64, u64, T)>,
}

impl<T: Ord> Lowest<T> {
    pub(crate) fn new(count: usize) -> Self {
        let items = BinaryHeap::new();
        Self { count, items }
    }

    /// Makes and keeps an item if its draw is among the lowest.
    pub(crate) fn offer<E>(
        &mut self,
        draw: u64,
        number: u64,
        make: impl FnOnce() -> Result<T, E>,
    ) -> Result<(), E> {
        let full = self.items.len() == self.count;
        if full && self.items.peek().is_none_or(|highest| highest.0 <= draw) {
            return Ok(());
        }
        self.items.push((draw, number, make()?));
        if full {
            self.items.pop();
        }
        Ok(())
    }

    /// The items in the order of their numbers.
    pub(crate) fn into_items(self) -> Vec<T> {
        let mut items = self.items.into_vec();
        items.sort_by_key(|(_, number, _)| *number);
        items.into_iter().map(|(.., item)| item).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    #[test]
    fn every_item_is_as_likely_as_any_other() {
        let mut drawn = [0_u32; 20];
        for seed in 0..4000 {
            let mut lowest = Lowest::new(5);
            for number in 0..20 {
                let draw = assay_text::draw(seed, STAGE, number);
                let offered = lowest.offer(draw, number, || Ok::<_, Infallible>(number));
                offered.unwrap();
            }
            let items = lowest.into_items();
            assert!(items.len() == 5 && items.is_sorted());
            for item in items {
                drawn[usize::try_from(item).unwrap()] += 1;
            }
        }
        // A quarter of 4,000, give or take five standard deviations of 27.
        assert!(
            drawn.iter().all(|count| count.abs_diff(1000) < 137),
            "{drawn:?}"
        );
    }
}
