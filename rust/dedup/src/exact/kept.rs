//! The texts of a source that stay, so that it can be said how many of them another source has too.

use std::cmp::Ordering;
use std::io::{self, Read, Write};

use crate::error::DedupError;
use crate::store::format::{Mark, Saved, begin};

const MARK: Mark = *b"assayKT1";

/// The upper and the lower half of a hash, and the bytes of the text.
type Text = [u64; 3];

/// The hashes of the documents of one source that stay, no two of which are the same, with the
/// sizes of their texts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeptTexts {
    texts: Vec<Text>,
}

/// What two sources share.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Shared {
    /// Texts that both have.
    pub documents: u64,
    /// Their bytes in each source.
    pub text_bytes: [u64; 2],
}

impl KeptTexts {
    /// Most bytes of memory for each text: the list is there twice while it grows.
    pub const BYTES_PER_DOCUMENT: u64 = 3 * size_of::<Text>() as u64;

    /// Adds a text by its hash, and its size.
    pub fn push(&mut self, hash: u128, bytes: u64) {
        self.texts.push([(hash >> 64) as u64, hash as u64, bytes]);
    }

    /// Puts the texts in the order of their hashes, by which sources are compared.
    pub fn sort(&mut self) {
        self.texts.sort_unstable();
    }

    /// What two sources share, both of them sorted.
    #[must_use]
    pub fn shared(&self, other: &Self) -> Shared {
        let mut shared = Shared::default();
        let (mut ours, mut theirs) = (self.texts.iter(), other.texts.iter());
        let (mut one, mut two) = (ours.next(), theirs.next());
        while let (Some(first), Some(second)) = (one, two) {
            let order = first[..2].cmp(&second[..2]);
            if order == Ordering::Equal {
                shared.documents += 1;
                shared.text_bytes[0] += first[2];
                shared.text_bytes[1] += second[2];
            }
            if order != Ordering::Greater {
                one = ours.next();
            }
            if order != Ordering::Less {
                two = theirs.next();
            }
        }
        shared
    }

    /// Writes the list as it is.
    ///
    /// # Errors
    /// The errors of `out`.
    pub fn save(&self, out: &mut impl Write) -> io::Result<()> {
        begin(&MARK, self.texts.len() as u64, out)?;
        let mut numbers = self.texts.iter().flatten();
        numbers.try_for_each(|number| out.write_all(&number.to_le_bytes()))
    }

    /// The list written by [`KeptTexts::save`].
    ///
    /// # Errors
    /// [`DedupError::Kind`], [`DedupError::Truncated`] and [`DedupError::TooLong`] for bytes that
    /// are not such a list, [`DedupError::Load`] when they cannot be read.
    pub fn load(input: impl Read) -> Result<Self, DedupError> {
        let (count, mut saved) = Saved::open(input, &MARK)?;
        let mut texts = Vec::new();
        for _ in 0..count {
            texts.push([saved.number()?, saved.number()?, saved.number()?]);
        }
        saved.end()?;
        Ok(Self { texts })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn kept(texts: &BTreeMap<u128, u64>) -> KeptTexts {
        let mut kept = KeptTexts::default();
        // Not in their order.
        for (hash, bytes) in texts.iter().rev() {
            kept.push(*hash, *bytes);
        }
        kept.sort();
        kept
    }

    fn saved(kept: &KeptTexts) -> Vec<u8> {
        let mut bytes = Vec::new();
        kept.save(&mut bytes).unwrap();
        bytes
    }

    #[test]
    fn damaged_bytes_are_refused() {
        let bytes = saved(&kept(&BTreeMap::from([(7, 70)])));
        let refuse = |bytes: &[u8]| KeptTexts::load(bytes).unwrap_err();
        assert!(matches!(refuse(b"nonsense"), DedupError::Kind { .. }));
        for cut in 8..bytes.len() {
            assert!(matches!(
                refuse(&bytes[..cut]),
                DedupError::Truncated { .. }
            ));
        }
        let longer = [bytes, vec![0]].concat();
        assert!(matches!(refuse(&longer), DedupError::TooLong { bytes: 40 }));
    }

    proptest! {
        #[test]
        fn agrees_with_maps_and_survives_saving(
            ours: BTreeMap<u8, u16>,
            theirs: BTreeMap<u8, u16>,
        ) {
            let wide = |texts: BTreeMap<u8, u16>| -> BTreeMap<u128, u64> {
                let wide = |(hash, bytes)| (u128::from(hash) << 62, u64::from(bytes));
                texts.into_iter().map(wide).collect()
            };
            let (ours, theirs) = (wide(ours), wide(theirs));
            let both: Vec<_> = ours.keys().filter(|hash| theirs.contains_key(hash)).collect();
            let bytes = |texts: &BTreeMap<u128, u64>| both.iter().map(|hash| texts[*hash]).sum();
            let expected = Shared {
                documents: both.len() as u64,
                text_bytes: [bytes(&ours), bytes(&theirs)],
            };
            let again = KeptTexts::load(&saved(&kept(&ours))[..]).unwrap();
            prop_assert_eq!(&again, &kept(&ours));
            prop_assert_eq!(again.shared(&kept(&theirs)), expected);
        }
    }
}
