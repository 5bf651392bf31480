//! Classifiers in fastText's own format: `.bin` and `.ftz`, supervised.
//!
//! # Source
//! fastText 0.9 (Joulin et al. 2016, arXiv:1607.01759 and arXiv:1612.03651): file format versions
//! 11 and 12, hashing, and the arithmetic in 32-bit floats are its own, so that probabilities
//! agree with it to about 1e-6. Sums are made in one fixed order on every machine.

mod dictionary;
pub(crate) mod error;
mod matrix;
pub(crate) mod model;
mod output;
mod reader;
mod settings;
#[cfg(test)]
mod tests;
