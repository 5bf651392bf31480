//! Fits of scaling laws, many data sets at once.
//!
//! The objective is the sum of Huber's loss over residuals of the (log) loss; the unknowns are the
//! logarithms of the parameters. Every law is one formula, written once ([`LAWS`]): exact
//! gradients and Hessians follow from arithmetic on numbers that carry their derivatives. The same
//! method, readable in a minute, is `python/assay/fitting/point/slow.py`.

#![allow(
    clippy::needless_range_loop,
    reason = "matrices read best with their indices"
)]

mod batch;
mod broadcast;
mod data;
mod dual;
mod error;
mod law;
mod laws;
mod linear;
mod newton;
mod objective;
mod parallel;
mod simd_dispatch;
mod simd_math;
mod starts;
#[cfg(test)]
mod tests;

pub use batch::{Batch, Solved, minimise};
pub use broadcast::Rows;
pub use data::Space;
pub use error::SolveError;
pub use laws::LAWS;
pub use simd_dispatch::Arch;
pub use starts::grid::Grid;
pub use starts::nearest::nearest;
pub use starts::profile::profile;
