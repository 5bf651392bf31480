//! Shares of a whole.

/// `part / whole`; zero where the whole is empty.
pub(crate) fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 {
        0.0
    } else {
        part as f64 / whole as f64
    }
}
