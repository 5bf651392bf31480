//! The slow twin: sets of n-grams, compared one evaluation document at a time.

use std::collections::HashSet;

use assay_text::{normalize, words};

/// The share of each evaluation document's different n-grams that occur in `text`.
#[must_use]
pub fn shares(evals: &[String], text: &str, ngram: usize) -> Vec<f64> {
    let text = split(text);
    let share = |eval: &String| {
        let eval = split(eval);
        let n = ngram.clamp(1, eval.len().max(1));
        let needed: HashSet<&[String]> = eval.windows(n).collect();
        let present = text.windows(n).collect();
        let shared = needed.intersection(&present).count();
        shared as f64 / needed.len().max(1) as f64
    };
    evals.iter().map(share).collect()
}

fn split(text: &str) -> Vec<String> {
    words(&normalize(text)).map(str::to_owned).collect()
}
