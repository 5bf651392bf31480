//! One hash for all words of a text in their order.

use crate::hashes::hash::hash128;
use crate::normal::segments::count_plain_words;
use crate::normal::words::each_word;

/// The hash of the words of `text` in order, if there are `least` or more. `normal` is the normal
/// form of the text, as [`with_normals`](crate::with_normals) makes it.
///
/// The words are hashed with a space between each two. A text without words is hashed as it stands,
/// or all such texts would be the same.
#[must_use]
pub fn word_sequence_hash(text: &str, normal: &[u8], least: usize) -> Option<u128> {
    if normal.is_empty() {
        return (least == 0).then(|| hash128(text.as_bytes()));
    }
    // Where each part between spaces is a word, the words tell the normal form.
    if let Some(words) = count_plain_words(normal) {
        return (words >= least).then(|| hash128(normal));
    }
    // Others may have no space between them, or more than words.
    let (mut words, mut spaced) = (0, Vec::with_capacity(2 * normal.len()));
    each_word(normal, |place| {
        words += 1;
        spaced.extend_from_slice(&normal[place]);
        spaced.push(b' ');
    });
    spaced.pop();
    let bytes = if spaced.is_empty() {
        text.as_bytes()
    } else {
        &spaced
    };
    (words >= least).then(|| hash128(bytes))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::normal::by_blocks::with_normal;
    use crate::normal::definition::slow_normalize;
    use crate::words::slow_words;

    proptest! {
        #[test]
        fn is_equal_just_when_the_words_are(
            a in "[aA字é .カ\u{301}]{0,4}", b in "[aA字é .カ\u{301}]{0,4}", least in 0_usize..4,
        ) {
            let words = |text: &str| -> Vec<String> {
                slow_words(&slow_normalize(text)).map(str::to_owned).collect()
            };
            let (left, right) = (words(&a), words(&b));
            let hash = |text| with_normal(text, |normal| word_sequence_hash(text, normal, least));
            prop_assert_eq!(hash(&a).is_some(), left.len() >= least);
            if hash(&a).is_some() && hash(&b).is_some() {
                let equal = if left.is_empty() { a == b } else { left == right };
                prop_assert_eq!(hash(&a) == hash(&b), equal);
            }
        }
    }
}
