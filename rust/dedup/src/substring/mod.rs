//! Text that a corpus holds more than once: every substring of at least a given number of bytes
//! that occurred before is found, and all its occurrences but the first can be cut.
//!
//! This is the `ExactSubstr` of Lee et al. 2022 (arXiv 2107.06499), found without a suffix array.
//! A substring of `length` bytes or more occurred before just when each of its *windows* of
//! `length` bytes did, so it is enough to know which windows repeat an earlier one:
//!
//! 1. `sketch` picks the *anchors* of a text, a function of the windows' content (`anchors`):
//!    equal windows have equal anchors. The windows that share one anchor form a *block*.
//! 2. Anchors are sorted by their hash. An anchor that stands alone has no window that repeats. If
//!    all blocks of an anchor are equal, all their windows repeat the first block's. Windows must
//!    be compared only where an anchor has different blocks, at the ends of repeated text.
//! 3. These windows are read again from the texts, hashed with 128 bits, and sorted.
//! 4. Repeated windows, sorted by place, are joined to spans.
//!
//! Equal 128-bit hashes are taken as equal bytes, as everywhere; nothing else is approximate. All
//! sorting is external (`store::sorter`): memory is bounded by a setting, whatever the corpus. A
//! window that overlaps its only earlier copy does not count as a repeat: one window of "aaaa..."
//! stays.

mod anchors;
pub(crate) mod index;
pub(crate) mod removals;
pub(crate) mod sketch;
#[cfg(test)]
mod slow;
#[cfg(test)]
mod tests;
mod texts;
