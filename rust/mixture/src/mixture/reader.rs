//! A finished mixture, read sequence by sequence.

use std::fs;
use std::path::{Path, PathBuf};

use assay_corpus::{CorpusError, sha256_file};
use assay_schema::{Mixture, MixtureSource, Packing};

use crate::drawing::draws::{Draw, Draws, SourceRow};
use crate::drawing::order::phases_of;
use crate::error::MixtureError;
use crate::mixture::piece_files::PieceFiles;
use crate::packing::concatenate;
use crate::packing::piece::Piece;
use crate::store::names::HEADER;
use crate::store::tokens::StoreTokens;

/// Name of the manifest in the folder of a mixture.
pub const MIXTURE: &str = "mixture.json";

/// A finished mixture and its stores.
#[derive(Debug)]
pub struct MixtureReader {
    header: Mixture,
    draws: Draws,
    sources: Vec<Source>,
}

/// A store with its pieces, unless documents are concatenated.
#[derive(Debug)]
struct Source {
    tokens: StoreTokens,
    pieces: Option<PieceFiles>,
}

impl MixtureReader {
    /// Opens the mixture in `folder` and its stores: the headers of the stores must be those it
    /// was made from, and all files as long as announced.
    ///
    /// # Errors
    /// [`MixtureError::Header`] for a wrong manifest, [`MixtureError::Changed`] for another store
    /// or file, and those of [`StoreTokens::open`].
    pub fn open(folder: &Path) -> Result<Self, MixtureError> {
        let path = folder.join(MIXTURE);
        let text = fs::read_to_string(&path).map_err(|error| CorpusError::read(&path, error))?;
        let header = Mixture::from_json(&text, &path.display().to_string())?;
        let open = |source| Source::open(folder, &header, source);
        let sources = header.sources.iter().map(open);
        Ok(Self {
            sources: sources.collect::<Result<_, _>>()?,
            draws: draws_of(&header)?,
            header,
        })
    }

    /// The manifest.
    #[must_use]
    pub fn header(&self) -> &Mixture {
        &self.header
    }

    /// The draws of the run, from its start.
    #[must_use]
    pub fn draws(&self) -> Draws {
        self.draws.clone()
    }

    /// The pieces of a drawn sequence: without padding, and of concatenated documents one span.
    ///
    /// # Errors
    /// [`MixtureError`] when the files are damaged or the system refuses.
    pub fn pieces(&self, draw: &Draw) -> Result<Vec<Piece>, MixtureError> {
        match &self.sources[draw.source as usize].pieces {
            Some(files) => files.sequence(draw.sequence),
            None => Ok(vec![concatenate::span(
                draw.sequence,
                self.header.sequence_tokens,
            )]),
        }
    }

    /// Puts the tokens of a drawn sequence into `into`: exactly as many as a sequence has, padded
    /// with the separator.
    ///
    /// # Errors
    /// [`MixtureError`] when the files are damaged or the system refuses.
    pub fn read(&self, draw: &Draw, into: &mut Vec<u32>) -> Result<(), MixtureError> {
        into.clear();
        let tokens = &self.sources[draw.source as usize].tokens;
        let mut room = self.header.sequence_tokens;
        for piece in self.pieces(draw)? {
            room = room
                .checked_sub(piece.tokens)
                .ok_or(MixtureError::Overfull {
                    name: self.header.sources[draw.source as usize].name.clone(),
                    sequence: draw.sequence,
                })?;
            tokens.read(piece.start, piece.tokens.into(), into)?;
        }
        into.resize(
            self.header.sequence_tokens as usize,
            self.header.separator_id,
        );
        Ok(())
    }
}

impl Source {
    fn open(folder: &Path, header: &Mixture, source: &MixtureSource) -> Result<Self, MixtureError> {
        let store = store_folder(folder, source);
        let path = store.join(HEADER);
        let found = sha256_file(&path)?;
        if found != source.store_sha256 {
            return Err(MixtureError::Changed {
                path,
                found: format!("sha256 {found}"),
                expected: source.store_sha256.clone(),
            });
        }
        let pieces = match (&source.pieces, &source.piece_ends) {
            (Some(pieces), Some(ends)) if header.packing != Packing::Concatenate => {
                Some(PieceFiles::open(folder, pieces, ends)?)
            }
            _ => None,
        };
        Ok(Self {
            tokens: StoreTokens::open(&store)?,
            pieces,
        })
    }
}

/// The folder of a source's store, for a mixture in `folder`.
#[must_use]
pub fn store_folder(folder: &Path, source: &MixtureSource) -> PathBuf {
    folder.join(&source.store)
}

/// The draws that a manifest describes.
fn draws_of(mixture: &Mixture) -> Result<Draws, MixtureError> {
    let row = |source: &MixtureSource| SourceRow {
        name: source.name.clone(),
        available: source.available,
        unique: source.unique,
    };
    let rows: Vec<SourceRow> = mixture.sources.iter().map(row).collect();
    Draws::new(mixture.seed, &rows, &phases_of(&mixture.phases))
}
