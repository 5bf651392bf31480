//! The hashes by which whole documents are compared.

use assay_text::{hash128, with_normal};

/// The hash under which documents count as the same: that of the normalised text.
///
/// A text without letters or digits is hashed as it stands, or all of them would be the same.
#[must_use]
pub fn exact_hash(text: &str) -> u128 {
    with_normal(text, |normal| {
        hash128(if normal.is_empty() {
            text.as_bytes()
        } else {
            normal
        })
    })
}

/// The hash under which only documents of the same bytes count as the same.
#[must_use]
pub fn raw_hash(text: &str) -> u128 {
    hash128(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_spacing_and_punctuation_make_no_difference() {
        assert_eq!(exact_hash("Hello, world!"), exact_hash("hello\n\nWORLD"));
        assert_ne!(exact_hash("hello world"), exact_hash("hello word"));
        assert_ne!(exact_hash("+++"), exact_hash("---"));
        assert_ne!(raw_hash("hello world"), raw_hash("hello World"));
    }
}
