//! The slow twin: sets of n-grams, compared one item at a time.

use std::collections::HashSet;

use assay_schema::Decontaminate;
use assay_text::{normalize, words};

/// The share of each item's different n-grams that occur in `text`; zero for items too short.
#[must_use]
pub fn shares(items: &[String], text: &str, settings: &Decontaminate) -> Vec<f64> {
    let text = split(text);
    let share = |item: &String| {
        let item = split(item);
        let Some(n) = length(&item, settings) else {
            return 0.0;
        };
        let needed: HashSet<&[String]> = item.windows(n).collect();
        let present = text.windows(n).collect();
        let shared = needed.intersection(&present).count();
        shared as f64 / needed.len() as f64
    };
    items.iter().map(share).collect()
}

/// For each word of `text`: the word, and whether it is in an n-gram of an item whose share is
/// above the threshold.
#[must_use]
pub fn shared_words(items: &[String], text: &str, settings: &Decontaminate) -> Vec<(String, bool)> {
    let mut marked: Vec<_> = split(text).into_iter().map(|word| (word, false)).collect();
    for (item, share) in items.iter().zip(shares(items, text, settings)) {
        let item = split(item);
        let Some(n) = length(&item, settings).filter(|_| share > settings.threshold) else {
            continue;
        };
        for start in 0..(marked.len() + 1).saturating_sub(n) {
            let here = &mut marked[start..start + n];
            let same = |window: &[String]| window.iter().zip(&*here).all(|(a, (b, _))| a == b);
            if item.windows(n).any(same) {
                here.iter_mut().for_each(|(_, shared)| *shared = true);
            }
        }
    }
    marked
}

/// Words per n-gram of an item; none when it is too short to be looked for.
fn length(item: &[String], settings: &Decontaminate) -> Option<usize> {
    let n = settings.ngram as usize;
    let least = n.min(settings.min_item_words as usize);
    (item.len() >= least).then_some(n.min(item.len()))
}

fn split(text: &str) -> Vec<String> {
    words(&normalize(text)).map(str::to_owned).collect()
}
