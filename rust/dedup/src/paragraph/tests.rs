//! The index against the slow twin, and across saving and taking up.

use std::collections::HashSet;

use assay_schema::{Bloom, Passage, PassageNgrams, RepeatedParagraphs};
use assay_text::{normalize, words};
use proptest::prelude::*;

use crate::error::DedupError;
use crate::paragraph::index::ParagraphIndex;
use crate::paragraph::passages::PassageHasher;
use crate::removal::{Removal, cut};

fn settings() -> RepeatedParagraphs {
    RepeatedParagraphs {
        least_words: 0,
        ..RepeatedParagraphs::default()
    }
}

fn small_bloom() -> Option<Bloom> {
    Some(Bloom {
        entries: 100,
        false_positives: 1e-6,
        ..Bloom::default()
    })
}

/// What is left of each text, none for one that was dropped.
fn left(texts: &[&str], settings: &RepeatedParagraphs) -> Vec<Option<String>> {
    let hasher = PassageHasher::new(settings, 7);
    let mut index = ParagraphIndex::new(settings, 7);
    let settle = |text: &&str| match index.settle(&hasher.passages(text)) {
        Removal::Nothing => Some((*text).to_owned()),
        Removal::Spans(spans) => Some(cut(text, &spans)),
        Removal::Document(_) => None,
    };
    texts.iter().map(settle).collect()
}

#[test]
fn the_first_occurrence_stays_and_space_is_kept_in_order() {
    let texts = [
        "a b\n\nc d\n",
        "x\n\nC, D!\n\n\ny\n",
        "y\n\nz\n\na b\n",
        "a b\n\ny",
    ];
    let expected = ["a b\n\nc d\n", "x\n\ny\n", "z\n"].map(|text| Some(text.to_owned()));
    assert_eq!(left(&texts, &settings()), [&expected[..], &[None]].concat());
}

#[test]
fn a_dropped_document_leaves_no_trace() {
    let settings = RepeatedParagraphs {
        most_repeated: 0.5,
        ..settings()
    };
    let texts = [
        "long paragraph one",
        "long paragraph one\n\nnew",
        "new\n\nnew\n\nnew",
    ];
    let expected = [Some(texts[0].to_owned()), None, Some("new".to_owned())];
    assert_eq!(left(&texts, &settings), expected);
}

#[test]
fn short_passages_stay_and_blank_texts_too() {
    let settings = RepeatedParagraphs {
        least_words: 2,
        ..settings()
    };
    let texts = [
        "See also\n\none",
        " \n\n",
        "one\n\nsee also\n\none",
        "see also",
    ];
    let expected = ["See also\n\none", " \n\n", "one\n\none"].map(|text| Some(text.to_owned()));
    assert_eq!(left(&texts, &settings), [&expected[..], &[None]].concat());
}

#[test]
fn a_saved_index_goes_on_where_it_was() {
    let ngrams = Some(PassageNgrams {
        ngram: 2,
        share: 0.5,
    });
    let bloom = small_bloom();
    for settings in [
        settings(),
        RepeatedParagraphs {
            bloom: bloom.clone(),
            ..settings()
        },
        RepeatedParagraphs {
            bloom,
            ngrams,
            ..settings()
        },
    ] {
        let hasher = PassageHasher::new(&settings, 7);
        let mut index = ParagraphIndex::new(&settings, 7);
        index.settle(&hasher.passages("one two\n\nthree four"));
        let mut bytes = Vec::new();
        index.save(&mut bytes).unwrap();
        let mut loaded = ParagraphIndex::load(&settings, 7, &bytes[..]).unwrap();
        assert_eq!(loaded.false_positives(), index.false_positives());
        let next = hasher.passages("five six\n\nthree four");
        assert_eq!(loaded.settle(&next), index.settle(&next));
        for end in 0..bytes.len() {
            let broken = ParagraphIndex::load(&settings, 7, &bytes[..end]);
            assert!(matches!(broken, Err(DedupError::Truncated { .. })));
        }
    }
    let other = RepeatedParagraphs {
        bloom: small_bloom().map(|bloom| Bloom {
            entries: 200,
            ..bloom
        }),
        ..settings()
    };
    let small = RepeatedParagraphs {
        bloom: small_bloom(),
        ..settings()
    };
    let mut bytes = Vec::new();
    ParagraphIndex::new(&small, 7).save(&mut bytes).unwrap();
    let refused = ParagraphIndex::load(&other, 7, &bytes[..]);
    assert!(matches!(refused, Err(DedupError::Filter { .. })));
}

#[test]
fn a_filter_that_is_too_small_says_so() {
    let bloom = Some(Bloom {
        memory: Some(2048),
        ..Bloom::default()
    });
    let settings = RepeatedParagraphs {
        unit: Passage::Line,
        bloom,
        ..settings()
    };
    let text: String = (0..6000).map(|line| format!("line {line}\n")).collect();
    let hasher = PassageHasher::new(&settings, 7);
    let mut index = ParagraphIndex::new(&settings, 7);
    for part in text.as_bytes().chunks(2000) {
        index.settle(&hasher.passages(str::from_utf8(part).unwrap()));
    }
    let rates = index.false_positives().unwrap();
    let measured = rates.wrong as f64 / rates.sampled as f64;
    // The filter fills as it goes: the rate measured on the way is below the last one.
    assert!(rates.sampled > 50 && measured > 0.1, "{rates:?}");
    assert!(
        rates.estimated > measured && rates.estimated < 1.0,
        "{rates:?}"
    );
}

/// The slow twin: sets of words and n-grams, as they stand.
fn slow(texts: &[&str], settings: &RepeatedParagraphs) -> Vec<Vec<String>> {
    let mut seen: HashSet<Vec<String>> = HashSet::new();
    let parts = |passage: &str| -> Vec<Vec<String>> {
        let normal = normalize(passage);
        let words: Vec<String> = words(&normal).map(str::to_owned).collect();
        let n = settings
            .ngrams
            .as_ref()
            .map_or(words.len(), |n| n.ngram as usize);
        words
            .windows(n.min(words.len()).max(1))
            .map(<[String]>::to_vec)
            .collect()
    };
    let share = settings.ngrams.as_ref().map_or(1.0, |ngrams| ngrams.share);
    let repeats = |seen: &HashSet<Vec<String>>, passage: &str| {
        let parts = parts(passage);
        let found = parts.iter().filter(|part| seen.contains(*part)).count();
        found > 0 && found as f64 >= share * parts.len() as f64
    };
    let mut result = Vec::new();
    for text in texts {
        let passages: Vec<&str> = text.split("\n\n").collect();
        let earlier = passages.iter().filter(|passage| repeats(&seen, passage));
        let bytes: usize = earlier.map(|passage| passage.len()).sum();
        let total: usize = passages.iter().map(|passage| passage.len()).sum();
        let mut left = Vec::new();
        if bytes < total && bytes as f64 <= settings.most_repeated * total as f64 {
            for passage in passages {
                if !repeats(&seen, passage) {
                    left.push(passage.to_owned());
                    seen.extend(parts(passage));
                }
            }
        }
        result.push(left);
    }
    result
}

proptest! {
    #[test]
    fn agrees_with_the_slow_twin(
        texts in prop::collection::vec(
            prop::collection::vec("[A-Da-dé]( [a-d]){0,6}", 1..6), 1..12),
        n in prop::option::of(1_u32..4),
        bloom: bool,
        most_repeated in prop::sample::select(vec![0.0, 0.4, 1.0]),
    ) {
        let settings = RepeatedParagraphs {
            most_repeated,
            bloom: small_bloom().filter(|_| bloom || n.is_some()),
            ngrams: n.map(|ngram| PassageNgrams { ngram, share: 0.6 }),
            ..settings()
        };
        let texts: Vec<String> = texts.iter().map(|text| text.join("\n\n")).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let left = left(&texts, &settings).into_iter();
        let left: Vec<String> = left.map(Option::unwrap_or_default).collect();
        let slow: Vec<String> = slow(&texts, &settings).iter().map(|l| l.join("\n\n")).collect();
        prop_assert_eq!(left, slow);
    }
}
