//! Agreement with spaCy on the chunks of `goldens.py`.

use proptest::prelude::*;

use super::*;

#[test]
fn hard_chunks_are_split_as_spacy_splits_them() {
    let mut wrong = Vec::new();
    for golden in include_str!("goldens.txt").lines() {
        let expected: Vec<_> = golden.split('\t').collect();
        let chunk = expected.concat();
        let found = SpacyEnglish::get().tokens(&chunk);
        if found != expected {
            wrong.push(format!("{chunk:?}: {found:?}, expected {expected:?}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn white_space_is_no_token() {
    let tokens = SpacyEnglish::get().tokens(" It's\tten\u{a0}o'clock.\n");
    assert_eq!(tokens, ["It", "'s", "ten", "o'clock", "."]);
}

proptest! {
    #[test]
    fn tokens_are_the_chunk_cut_up(chunk in "[a-cA-C0-2'.:)(/@$%+*^=~—…’é漢-]{0,12}|\\S*") {
        let chunk: String = python::split(&chunk).collect();
        prop_assert_eq!(SpacyEnglish::get().tokens(&chunk).concat(), chunk);
    }
}
