//! Arguments with one row for each data set, or one row for all.

use crate::error::{SolveError, expect};

/// Numbers in rows of equal length; a single row stands for every data set.
#[derive(Clone, Copy, Debug)]
pub struct Rows<'a> {
    values: &'a [f64],
    width: usize,
}

impl<'a> Rows<'a> {
    /// Reads `values` as rows of `width` numbers, of which there are `count` or one.
    ///
    /// # Errors
    ///
    /// If there are neither `count` rows nor one.
    pub fn new(
        name: &'static str,
        values: &'a [f64],
        width: usize,
        count: usize,
    ) -> Result<Self, SolveError> {
        if values.len() != width {
            expect(name, values.len(), width * count)?;
        }
        Ok(Self { values, width })
    }

    pub(crate) fn row(&self, i: usize) -> &'a [f64] {
        if self.shared() {
            self.values
        } else {
            &self.values[i * self.width..(i + 1) * self.width]
        }
    }

    pub(crate) fn width(&self) -> usize {
        self.width
    }

    pub(crate) fn shared(&self) -> bool {
        self.values.len() == self.width
    }

    /// Row `i` as an array.
    pub(crate) fn array<const P: usize>(&self, i: usize) -> [f64; P] {
        let row = self.row(i);
        std::array::from_fn(|j| row[j])
    }
}
