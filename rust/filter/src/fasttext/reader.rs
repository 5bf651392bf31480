//! Reading the little-endian values of a model file.

use std::io::Read;

use super::error::ModelError;

/// Reads values, and never sets memory aside for more than the file can still hold.
#[derive(Debug)]
pub(super) struct Reader<R> {
    input: R,
    left: u64,
}

impl<R: Read> Reader<R> {
    /// A reader of `input`, which holds `bytes` bytes.
    pub(super) fn new(input: R, bytes: u64) -> Self {
        Self { input, left: bytes }
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], ModelError> {
        let mut bytes = [0; N];
        self.input.read_exact(&mut bytes)?;
        self.left = self.left.saturating_sub(N as u64);
        Ok(bytes)
    }

    pub(super) fn u8(&mut self) -> Result<u8, ModelError> {
        self.array().map(u8::from_le_bytes)
    }

    pub(super) fn i32(&mut self) -> Result<i32, ModelError> {
        self.array().map(i32::from_le_bytes)
    }

    pub(super) fn i64(&mut self) -> Result<i64, ModelError> {
        self.array().map(i64::from_le_bytes)
    }

    pub(super) fn f64(&mut self) -> Result<f64, ModelError> {
        self.array().map(f64::from_le_bytes)
    }

    /// A flag.
    pub(super) fn bool(&mut self, what: &'static str) -> Result<bool, ModelError> {
        match self.u8()? {
            0 => Ok(false),
            1 => Ok(true),
            other => Err(ModelError::invalid(what, other, "0 or 1")),
        }
    }

    /// A count of things of which each takes at least `bytes_each` of what is left of the file.
    pub(super) fn count(
        &self,
        what: &'static str,
        count: i64,
        bytes_each: u64,
    ) -> Result<usize, ModelError> {
        let fits = u64::try_from(count).ok().filter(|count| {
            count
                .checked_mul(bytes_each)
                .is_some_and(|all| all <= self.left)
        });
        fits.and_then(|count| usize::try_from(count).ok())
            .ok_or_else(|| {
                let expected = format!("a count that fits in the {} bytes left", self.left);
                ModelError::invalid(what, count, expected)
            })
    }

    /// Bytes up to a zero, which is not among them.
    pub(super) fn text(&mut self, output: &mut Vec<u8>) -> Result<(), ModelError> {
        loop {
            match self.u8()? {
                0 => return Ok(()),
                byte => output.push(byte),
            }
        }
    }

    pub(super) fn bytes(&mut self, count: usize) -> Result<Vec<u8>, ModelError> {
        let mut bytes = vec![0; count];
        self.input.read_exact(&mut bytes)?;
        self.left = self.left.saturating_sub(count as u64);
        Ok(bytes)
    }

    /// Finite numbers; the caller has checked by [`Reader::count`] that the file holds them.
    pub(super) fn floats(&mut self, count: usize) -> Result<Vec<f32>, ModelError> {
        const AT_ONCE: usize = 16 << 10;
        let mut floats = Vec::with_capacity(count);
        while floats.len() < count {
            let bytes = self.bytes(AT_ONCE.min(count - floats.len()) * 4)?;
            let (words, _) = bytes.as_chunks::<4>();
            floats.extend(words.iter().copied().map(f32::from_le_bytes));
        }
        match floats.iter().find(|value| !value.is_finite()) {
            Some(value) => Err(ModelError::invalid("a weight", value, "a finite number")),
            None => Ok(floats),
        }
    }

    /// Fails unless everything was read.
    pub(super) fn end(&mut self) -> Result<(), ModelError> {
        match self.input.read(&mut [0])? {
            0 => Ok(()),
            _ => Err(ModelError::invalid(
                "the end",
                "followed by more data",
                "the end of the file",
            )),
        }
    }
}
