//! How indexes are saved: eight bytes that name kind and version, a count, the items.

use std::io::{self, Read, Write};

use crate::error::DedupError;

pub(crate) type Mark = [u8; 8];

/// Writes the beginning of a saved index of `count` items.
pub(crate) fn begin(mark: &Mark, count: u64, out: &mut impl Write) -> io::Result<()> {
    out.write_all(mark)?;
    out.write_all(&count.to_le_bytes())
}

/// A saved index that is being read.
pub(crate) struct Saved<R> {
    input: R,
    read: u64,
}

impl<R: Read> Saved<R> {
    /// Reads the beginning of a saved index, and its count.
    pub(crate) fn open(input: R, mark: &Mark) -> Result<(u64, Self), DedupError> {
        let mut saved = Self { input, read: 0 };
        let found = saved.array()?;
        if found != *mark {
            return Err(DedupError::Kind {
                found,
                expected: *mark,
            });
        }
        Ok((saved.number()?, saved))
    }

    pub(crate) fn number(&mut self) -> Result<u64, DedupError> {
        Ok(u64::from_le_bytes(self.array()?))
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], DedupError> {
        let mut bytes = [0; N];
        self.fill(&mut bytes)?;
        Ok(bytes)
    }

    pub(crate) fn fill(&mut self, bytes: &mut [u8]) -> Result<(), DedupError> {
        match self.input.read_exact(bytes) {
            Ok(()) => {
                self.read += bytes.len() as u64;
                Ok(())
            }
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                Err(DedupError::Truncated { bytes: self.read })
            }
            Err(source) => Err(DedupError::Load { source }),
        }
    }

    /// Checks that nothing follows.
    pub(crate) fn end(mut self) -> Result<(), DedupError> {
        let mut more = [0];
        match self.input.read(&mut more) {
            Ok(0) => Ok(()),
            Ok(_) => Err(DedupError::TooLong { bytes: self.read }),
            Err(source) => Err(DedupError::Load { source }),
        }
    }
}
