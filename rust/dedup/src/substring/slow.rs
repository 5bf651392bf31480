//! The slow twin: every window is compared with every earlier one.

use std::ops::Range;

use crate::substring::removals::whole_characters;

/// For each text the spans of at least `length` bytes that occurred in earlier texts, or before
/// and apart in the same text.
pub(crate) fn repeats(texts: &[&str], length: usize) -> Vec<Vec<Range<usize>>> {
    let spans = |number: usize| {
        let text = texts[number].as_bytes();
        let mut repeated = vec![false; text.len()];
        for start in 0..(text.len() + 1).saturating_sub(length) {
            let window = &text[start..start + length];
            let holds = |text: &[u8]| text.windows(length).any(|other| other == window);
            let earlier = texts[..number].iter().any(|text| holds(text.as_bytes()));
            if earlier || holds(&text[..start]) {
                repeated[start..start + length].fill(true);
            }
        }
        let runs = runs(&repeated).into_iter();
        runs.filter_map(|run| whole_characters(texts[number], run))
            .collect()
    };
    (0..texts.len()).map(spans).collect()
}

/// The runs of true.
fn runs(flags: &[bool]) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for place in (0..flags.len()).filter(|place| flags[*place]) {
        match runs.last_mut() {
            Some(run) if run.end == place => run.end += 1,
            _ => runs.push(place..place + 1),
        }
    }
    runs
}
