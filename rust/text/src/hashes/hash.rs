//! The one seeded hash, and the random draws made from it.

use std::hash::{BuildHasherDefault, Hasher};

use xxhash_rust::xxh3::{xxh3_64_with_seed, xxh3_128};

/// XXH3 with 64 bits of `bytes` under `seed`.
#[must_use]
#[inline]
pub fn hash64(seed: u64, bytes: &[u8]) -> u64 {
    xxh3_64_with_seed(bytes, seed)
}

/// XXH3 with 128 bits of `bytes`: equal hashes are taken as equal bytes.
#[must_use]
#[inline]
pub fn hash128(bytes: &[u8]) -> u128 {
    xxh3_128(bytes)
}

/// Odd and without pattern: the digits of the golden ratio.
pub const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// Mixes the bits of two numbers: the halves of their product, one upon the other.
///
/// One multiplication, for the hot loops in which [`hash64`] would be a call (Yi, wyhash, 2019).
#[inline(always)]
#[must_use]
pub fn mix(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    product as u64 ^ (product >> 64) as u64
}

/// The random number of `(seed, stage, index)`, uniform on 64 bits.
///
/// There is no other source of randomness: the same three values give the same number on
/// every machine, whatever was drawn before.
#[must_use]
pub fn draw(seed: u64, stage: &str, index: u64) -> u64 {
    hash64(hash64(seed, stage.as_bytes()), &index.to_le_bytes())
}

/// Maps a uniform 64-bit `random` number to `0..n`; zero where `n` is zero.
///
/// The high half of the product is taken (Lemire 2019, arXiv 1805.10941) without the
/// rejection step: the bias is at most `n / 2^64`.
#[must_use]
pub fn below(random: u64, n: u64) -> u64 {
    let product = u128::from(random) * u128::from(n);
    (product >> 64) as u64
}

/// Builds the hasher of tables whose keys are hashes already.
pub type PassThrough = BuildHasherDefault<PassThroughHasher>;

/// Returns the key itself.
#[derive(Default)]
pub struct PassThroughHasher(u64);

impl Hasher for PassThroughHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = hash64(self.0, bytes);
    }

    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn values_never_change() {
        assert_eq!(hash64(0, b""), 0x2d06_8005_38d3_94c2);
        assert_eq!(hash128(b""), 0x99aa_06d3_0147_98d8_6001_c324_468d_497f);
        assert_eq!(draw(7, "order", 3), 7_606_567_269_998_885_338);
    }

    #[test]
    fn draws_differ_by_each_argument() {
        let base = draw(1, "a", 0);
        assert_ne!(base, draw(2, "a", 0));
        assert_ne!(base, draw(1, "b", 0));
        assert_ne!(base, draw(1, "a", 1));
    }

    #[test]
    fn below_is_even() {
        let mut counts = [0_u32; 5];
        for index in 0..50_000 {
            counts[usize::try_from(below(draw(3, "even", index), 5)).unwrap()] += 1;
        }
        // Binomial(50,000, 1/5) has a standard deviation of 89.4: five of them.
        assert!(
            counts.iter().all(|&c| c.abs_diff(10_000) < 447),
            "{counts:?}"
        );
    }

    proptest! {
        #[test]
        fn below_stays_below(random: u64, n in 1_u64..) {
            prop_assert!(below(random, n) < n);
        }
    }
}
