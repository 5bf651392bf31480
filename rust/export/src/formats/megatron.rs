//! Megatron: all tokens in one .bin, and where each item is in its .idx.
//!
//! `tokens.bin` holds the bare tokens. `tokens.idx` begins with `MMIDIDX`, two zero bytes, the version 1
//! (u64), a code for the width of tokens (u8), the number of sequences and that of the ends of
//! documents (u64 each). Then come the length of each sequence in tokens (i32), its start in bytes
//! (i64) and, from zero on, how many sequences precede each end of a document (i64). Here every
//! item is one sequence and one document.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use assay_corpus::CorpusError;
use assay_schema::{ExportDtype, ExportFile};

use crate::error::ExportError;
use crate::formats::dtype::append;
use crate::formats::out::Out;
use crate::formats::writer::Writer;

const MAGIC: &[u8] = b"MMIDIDX\0\0";

pub(crate) struct Megatron {
    folder: PathBuf,
    dtype: ExportDtype,
    tokens: Out,
    lengths: Lengths,
    bytes: Vec<u8>,
}

impl Megatron {
    pub(crate) fn create(folder: &Path, dtype: ExportDtype) -> Result<Self, ExportError> {
        Ok(Self {
            folder: folder.to_owned(),
            dtype,
            tokens: Out::create(folder, "tokens.bin")?,
            lengths: Lengths::create(folder)?,
            bytes: Vec::new(),
        })
    }

    fn write_index(&mut self) -> Result<ExportFile, ExportError> {
        let mut index = Out::create(&self.folder, "tokens.idx")?;
        index.put(MAGIC)?;
        index.put(&1_u64.to_le_bytes())?;
        index.put(&[code(self.dtype)])?;
        let count = self.lengths.count;
        index.put(&count.to_le_bytes())?;
        index.put(&(count + 1).to_le_bytes())?;
        self.lengths
            .for_each(|length| index.put(&length.to_le_bytes()))?;
        let (mut start, width) = (0_u64, self.dtype.bytes() as u64);
        self.lengths.for_each(|length| {
            index.put(&start.to_le_bytes())?;
            start += u64::from(length) * width;
            Ok(())
        })?;
        for document in 0..=count {
            index.put(&document.to_le_bytes())?;
        }
        index.finish()
    }
}

impl Writer for Megatron {
    fn push(&mut self, item: &[u32]) -> Result<(), ExportError> {
        self.bytes.clear();
        append(&mut self.bytes, item, self.dtype);
        self.tokens.put(&self.bytes)?;
        // Items are shorter than half of what this holds.
        self.lengths.push(item.len() as u32)
    }

    fn finish(mut self: Box<Self>) -> Result<Vec<ExportFile>, ExportError> {
        let index = self.write_index()?;
        Ok(vec![self.tokens.finish()?, index])
    }
}

/// Megatron's number for the width of a token.
fn code(dtype: ExportDtype) -> u8 {
    match dtype {
        ExportDtype::Uint16 => 8,
        ExportDtype::Int32 | ExportDtype::Uint32 => 4,
    }
}

/// The lengths of all items, in a nameless file: there may be more than memory holds, and the index
/// needs their number first and each of them twice.
struct Lengths {
    folder: PathBuf,
    file: BufWriter<File>,
    count: u64,
}

impl Lengths {
    fn create(folder: &Path) -> Result<Self, ExportError> {
        let file = tempfile::tempfile_in(folder);
        Ok(Self {
            folder: folder.to_owned(),
            file: BufWriter::new(file.map_err(|error| CorpusError::write(folder, error))?),
            count: 0,
        })
    }

    fn push(&mut self, length: u32) -> Result<(), ExportError> {
        let written = self.file.write_all(&length.to_le_bytes());
        written.map_err(|error| CorpusError::write(&self.folder, error))?;
        self.count += 1;
        Ok(())
    }

    /// Hands out all lengths in order.
    fn for_each(
        &mut self,
        mut each: impl FnMut(u32) -> Result<(), ExportError>,
    ) -> Result<(), ExportError> {
        let refused = |error| CorpusError::write(&self.folder, error);
        self.file.seek(SeekFrom::Start(0)).map_err(refused)?;
        let mut file = BufReader::new(self.file.get_ref());
        for _ in 0..self.count {
            let mut length = [0; 4];
            file.read_exact(&mut length).map_err(refused)?;
            each(u32::from_le_bytes(length))?;
        }
        Ok(())
    }
}
