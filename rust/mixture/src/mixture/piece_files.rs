//! The pieces of a source's sequences, in two files of a mixture's folder.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use assay_corpus::{CorpusError, sha256_file};
use assay_schema::{MixtureFile, Packing};

use crate::error::MixtureError;
use crate::packing::pack::pack;
use crate::packing::piece::Piece;
use crate::store::files::Files;
use crate::store::reader::StoreReader;

/// Bytes of a piece: first token (64-bit) and tokens (32-bit).
const PIECE: usize = 12;
/// Bytes of the end of a sequence.
const END: usize = 8;

/// Packs a store and writes its pieces and the ends of its sequences into `folder`.
///
/// # Errors
/// [`MixtureError`] when the store is damaged or the system refuses.
pub fn write_pieces(
    packing: Packing,
    store: &StoreReader,
    sequence_tokens: u32,
    folder: &Path,
    name: &str,
) -> Result<(MixtureFile, MixtureFile), MixtureError> {
    let mut pieces = Entries::create(folder, format!("{name}.pieces.bin"))?;
    let mut ends = Entries::create(folder, format!("{name}.sequences.bin"))?;
    pack(packing, store, sequence_tokens, &mut |sequence| {
        for piece in sequence {
            let mut entry = [0; PIECE];
            entry[..8].copy_from_slice(&piece.start.to_le_bytes());
            entry[8..].copy_from_slice(&piece.tokens.to_le_bytes());
            pieces.push(&entry)?;
        }
        ends.push(&pieces.count.to_le_bytes())
    })?;
    Ok((pieces.finish(folder)?, ends.finish(folder)?))
}

/// A file of entries that is being written.
struct Entries {
    file: BufWriter<File>,
    name: String,
    count: u64,
}

impl Entries {
    fn create(folder: &Path, name: String) -> Result<Self, MixtureError> {
        let path = folder.join(&name);
        let file = File::create(&path).map_err(|error| CorpusError::write(&path, error))?;
        Ok(Self {
            file: BufWriter::with_capacity(1 << 18, file),
            name,
            count: 0,
        })
    }

    fn push(&mut self, entry: &[u8]) -> Result<(), MixtureError> {
        self.count += 1;
        let written = self.file.write_all(entry);
        Ok(written.map_err(|error| CorpusError::write(Path::new(&self.name), error))?)
    }

    fn finish(mut self, folder: &Path) -> Result<MixtureFile, MixtureError> {
        let path = folder.join(&self.name);
        let written = self.file.flush();
        written.map_err(|error| CorpusError::write(&path, error))?;
        Ok(MixtureFile {
            sha256: sha256_file(&path)?,
            file: self.name,
            count: self.count,
        })
    }
}

/// The files again, read sequence by sequence.
#[derive(Debug)]
pub(crate) struct PieceFiles {
    files: Files,
    pieces: u64,
}

impl PieceFiles {
    /// Opens the files, whose sizes must be those of the manifest.
    pub(crate) fn open(
        folder: &Path,
        pieces: &MixtureFile,
        ends: &MixtureFile,
    ) -> Result<Self, MixtureError> {
        for (file, width) in [(pieces, PIECE), (ends, END)] {
            let path = folder.join(&file.file);
            let found =
                std::fs::metadata(&path).map_err(|error| CorpusError::read(&path, error))?;
            let expected = file.count.saturating_mul(width as u64);
            if found.len() != expected {
                return Err(MixtureError::Changed {
                    path,
                    found: format!("{} bytes", found.len()),
                    expected: expected.to_string(),
                });
            }
        }
        Ok(Self {
            files: Files::new(vec![folder.join(&pieces.file), folder.join(&ends.file)]),
            pieces: pieces.count,
        })
    }

    /// The pieces of a sequence.
    pub(crate) fn sequence(&self, sequence: u64) -> Result<Vec<Piece>, MixtureError> {
        let end = |sequence: u64| {
            let mut bytes = [0; END];
            self.files.read(1, sequence * END as u64, &mut bytes)?;
            Ok::<_, MixtureError>(u64::from_le_bytes(bytes))
        };
        let start = match sequence {
            0 => 0,
            _ => end(sequence - 1)?,
        };
        let end = end(sequence)?;
        if start >= end || end > self.pieces {
            return Err(MixtureError::Content {
                path: self.files.path(1).to_owned(),
                entry: sequence,
                problem: "ends of sequences out of order",
            });
        }
        let mut bytes = vec![0; (end - start) as usize * PIECE];
        self.files.read(0, start * PIECE as u64, &mut bytes)?;
        Ok(pieces(&bytes).collect())
    }
}

fn pieces(bytes: &[u8]) -> impl Iterator<Item = Piece> + '_ {
    let entries: &[[u8; PIECE]] = bytes.as_chunks().0;
    entries.iter().map(|entry| {
        let (start, tokens) = entry.as_chunks();
        let tokens = tokens.as_chunks().0;
        Piece {
            start: u64::from_le_bytes(start[0]),
            tokens: u32::from_le_bytes(tokens[0]),
        }
    })
}
