//! Starting points by variable projection over a grid of the nonlinear parameters.
//!
//! On the grid the best linear parameters are known in closed form (Golub and Pereyra 1973, SIAM J.
//! Numer. Anal. 10:413). Residuals are divided by a scale: by the losses, they are close to those
//! of the logarithms.

mod columns;
pub(crate) mod grid;
pub(crate) mod nearest;
mod normal_equations;
pub(crate) mod profile;
