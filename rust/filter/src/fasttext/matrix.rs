//! Matrices of weights, as they are or quantised.

use std::io::Read;

use super::error::ModelError;
use super::reader::Reader;

/// Centroids of one part of a vector: a code is a byte.
const CENTROIDS: usize = 256;

/// Weights in rows.
#[derive(Debug)]
pub(super) enum Matrix {
    Dense { columns: usize, weights: Vec<f32> },
    Quantised(Quantised),
}

/// Rows as codes of a product quantiser (Jégou et al. 2011), each with an optional norm.
#[derive(Debug)]
pub(super) struct Quantised {
    rows: usize,
    columns: usize,
    /// Per row one code for each part.
    codes: Vec<u8>,
    parts: Quantiser,
    /// Per row the code of its norm.
    norms: Option<(Vec<u8>, Quantiser)>,
}

/// Centroids of the parts of a vector.
#[derive(Debug)]
struct Quantiser {
    /// How many parts, and the length of each; the last may be shorter.
    parts: usize,
    part_length: usize,
    /// Part by part, 256 centroids each.
    centroids: Vec<f32>,
}

impl Matrix {
    /// Reads a matrix of `columns` columns.
    pub(super) fn read(
        reader: &mut Reader<impl Read>,
        quantised: bool,
        columns: usize,
    ) -> Result<Self, ModelError> {
        if quantised {
            return Quantised::read(reader, columns).map(Self::Quantised);
        }
        let rows = shape(reader, columns, columns as u64 * 4)?;
        let weights = reader.floats(rows * columns)?;
        Ok(Self::Dense { columns, weights })
    }

    pub(super) fn rows(&self) -> usize {
        match self {
            Self::Dense { columns, weights } => weights.len() / columns,
            Self::Quantised(matrix) => matrix.rows,
        }
    }

    /// Adds a row to `sum`.
    pub(super) fn add_row(&self, row: usize, sum: &mut [f32]) {
        match self {
            Self::Dense { columns, weights } => {
                let row = &weights[row * columns..][..*columns];
                sum.iter_mut()
                    .zip(row)
                    .for_each(|(sum, weight)| *sum += weight);
            }
            Self::Quantised(matrix) => {
                let norm = matrix.norm(row);
                let weights = matrix.weights(row);
                sum.iter_mut()
                    .zip(weights)
                    .for_each(|(sum, weight)| *sum += norm * weight);
            }
        }
    }

    /// The inner product of a row and `vector`, summed from the left on every machine.
    pub(super) fn dot_row(&self, row: usize, vector: &[f32]) -> f32 {
        match self {
            Self::Dense { columns, weights } => {
                let row = &weights[row * columns..][..*columns];
                row.iter()
                    .zip(vector)
                    .map(|(weight, value)| weight * value)
                    .sum()
            }
            Self::Quantised(matrix) => {
                let weights = matrix.weights(row);
                let sum: f32 = weights
                    .zip(vector)
                    .map(|(weight, value)| weight * value)
                    .sum();
                sum * matrix.norm(row)
            }
        }
    }
}

impl Quantised {
    fn read(reader: &mut Reader<impl Read>, columns: usize) -> Result<Self, ModelError> {
        let has_norms = reader.bool("whether norms are quantised")?;
        let rows = shape(reader, columns, 1)?;
        let written = i64::from(reader.i32()?);
        let count = reader.count("the number of codes", written, 1)?;
        let codes = reader.bytes(count)?;
        let parts = Quantiser::read(reader, columns)?;
        if rows.checked_mul(parts.parts) != Some(codes.len()) {
            let expected = format!("{} for each of {rows} rows", parts.parts);
            return Err(ModelError::invalid(
                "the number of codes",
                codes.len(),
                expected,
            ));
        }
        let norms = if has_norms {
            Some((reader.bytes(rows)?, Quantiser::read(reader, 1)?))
        } else {
            None
        };
        Ok(Self {
            rows,
            columns,
            codes,
            parts,
            norms,
        })
    }

    fn norm(&self, row: usize) -> f32 {
        let norm = self.norms.as_ref();
        norm.map_or(1.0, |(codes, quantiser)| {
            quantiser.centroids[usize::from(codes[row])]
        })
    }

    /// The weights of a row, before its norm is multiplied in.
    fn weights(&self, row: usize) -> impl Iterator<Item = f32> {
        let codes = &self.codes[row * self.parts.parts..][..self.parts.parts];
        let centroids = codes
            .iter()
            .enumerate()
            .map(|(part, code)| self.parts.centroid(part, *code, self.columns));
        centroids.flatten().copied()
    }
}

impl Quantiser {
    fn read(reader: &mut Reader<impl Read>, columns: usize) -> Result<Self, ModelError> {
        let found = [reader.i32()?, reader.i32()?, reader.i32()?, reader.i32()?];
        let numbers = found.map(|number| usize::try_from(number).unwrap_or(0));
        let [dimension, parts, part_length, last_length] = numbers;
        let fits = dimension == columns
            && (1..=columns).contains(&part_length)
            && parts == columns.div_ceil(part_length)
            && last_length == columns - (parts - 1) * part_length;
        if !fits {
            let found = format!("{found:?}");
            let expected = format!("{columns} columns, parts that make them up");
            return Err(ModelError::invalid(
                "the shape of a quantiser",
                found,
                expected,
            ));
        }
        let expected = (columns * CENTROIDS) as i64;
        let count = reader.count("the number of centroids", expected, 4)?;
        Ok(Self {
            parts,
            part_length,
            centroids: reader.floats(count)?,
        })
    }

    /// The centroid of this code for one part of a vector of `columns`.
    fn centroid(&self, part: usize, code: u8, columns: usize) -> &[f32] {
        let before = part * self.part_length;
        let length = self.part_length.min(columns - before);
        &self.centroids[before * CENTROIDS + usize::from(code) * length..][..length]
    }
}

/// Reads the number of rows, which take `row_bytes` each, and the number of columns.
fn shape(
    reader: &mut Reader<impl Read>,
    columns: usize,
    row_bytes: u64,
) -> Result<usize, ModelError> {
    let (rows, found) = (reader.i64()?, reader.i64()?);
    if found != columns as i64 {
        return Err(ModelError::invalid("the number of columns", found, columns));
    }
    reader.count("the number of rows", rows, row_bytes)
}
