//! The features of a text that an expression may name.

use assay_schema::WordRule;

use crate::analysis::character_counts::CharacterCounts;
use crate::analysis::lines_and_paragraphs::paragraphs;
use crate::analysis::view::View;
use crate::thresholds::share;

/// Computes one feature.
type Feature = fn(&View<'_>) -> f64;

/// Every feature: its name and its value. Words are UAX #29 words; lines are those that are not
/// blank; the five ratios are of characters, that of capitals of letters.
const FEATURES: [(&str, Feature); 13] = [
    ("alphabetic_ratio", |view| {
        ratio(view, |counts| counts.letters)
    }),
    ("alphabetic_word_ratio", |view| {
        let words = view.words(WordRule::Uax29);
        share(words.lettered, words.count())
    }),
    ("capital_ratio", |view| {
        share(view.counts().capitals, view.counts().letters)
    }),
    ("characters", |view| view.counts().characters() as f64),
    ("digit_ratio", |view| ratio(view, |counts| counts.digits)),
    ("lines", |view| view.lines().count() as f64),
    ("mean_line_length", |view| {
        let lines = view.lines().duplicates;
        share(lines.characters, lines.count)
    }),
    ("mean_word_length", |view| {
        let words = view.words(WordRule::Uax29);
        share(words.characters, words.count())
    }),
    ("paragraphs", |view| paragraphs(view.text()).count() as f64),
    ("repeated_line_ratio", |view| {
        let lines = view.lines().duplicates;
        share(lines.duplicates, lines.count)
    }),
    ("symbol_ratio", |view| ratio(view, |counts| counts.symbols)),
    ("white_space_ratio", |view| {
        ratio(view, |counts| counts.white_space)
    }),
    ("words", |view| view.words(WordRule::Uax29).count() as f64),
];

/// The share of some kind of characters among all.
fn ratio(view: &View<'_>, kind: fn(&CharacterCounts) -> usize) -> f64 {
    let counts = view.counts();
    share(kind(counts), counts.characters())
}

/// The names of all features, in order.
pub(crate) const NAMES: [&str; FEATURES.len()] = {
    let mut names = [""; FEATURES.len()];
    let mut place = 0;
    while place < names.len() {
        names[place] = FEATURES[place].0;
        place += 1;
    }
    names
};

/// The feature at `place` in [`NAMES`].
pub(crate) fn value(place: usize, view: &View<'_>) -> f64 {
    FEATURES
        .get(place)
        .map_or(f64::NAN, |(_, feature)| feature(view))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;

    #[test]
    fn every_feature_of_a_small_text() {
        assert!(NAMES.is_sorted());
        let view = View::new(&Document::of_text("Ab 12\n\nAb 12\n- c"));
        let values: Vec<_> = (0..NAMES.len()).map(|place| value(place, &view)).collect();
        let expected = [
            5.0 / 16.0,
            3.0 / 5.0,
            2.0 / 5.0,
            16.0,
            4.0 / 16.0,
            3.0,
            13.0 / 3.0,
            9.0 / 5.0,
            2.0,
            1.0 / 3.0,
            1.0 / 16.0,
            6.0 / 16.0,
            5.0,
        ];
        assert_eq!(values, expected);
        let empty = View::new(&Document::of_text(""));
        assert!((0..NAMES.len()).all(|place| value(place, &empty) == 0.0));
    }
}
