//! The sequences of a mixture, as a run draws them.

use std::path::Path;

use assay_corpus::{CorpusError, sha256_file};
use assay_mixture::{Draws, MIXTURE, MixtureReader};
use assay_schema::{ExportSource, Mixture};

use crate::error::ExportError;
use crate::input::items::Items;

/// The sequences of a mixture in the order in which a run draws them. Their tokens are read out of
/// order, so digests are not compared on the way.
pub(super) struct MixtureSequences {
    source: ExportSource,
    reader: MixtureReader,
    draws: Draws,
    sequence: Vec<u32>,
}

impl MixtureSequences {
    /// Opens the mixture in `folder` and its stores.
    pub(super) fn open(folder: &Path) -> Result<Self, ExportError> {
        let reader = MixtureReader::open(folder)?;
        Ok(Self {
            source: described(folder, reader.header())?,
            draws: reader.draws(),
            reader,
            sequence: Vec::new(),
        })
    }
}

impl Items for MixtureSequences {
    fn source(&self) -> &ExportSource {
        &self.source
    }

    fn bytes(&self) -> u64 {
        let header = self.reader.header();
        let tokens = header.sequences * u64::from(header.sequence_tokens);
        tokens * header.dtype.bytes() as u64
    }

    fn advance(&mut self) -> Result<Option<&[u32]>, ExportError> {
        let Some(draw) = self.draws.next() else {
            return Ok(None);
        };
        self.reader.read(&draw, &mut self.sequence)?;
        Ok(Some(&self.sequence))
    }
}

fn described(folder: &Path, header: &Mixture) -> Result<ExportSource, ExportError> {
    let manifest = folder.join(MIXTURE);
    // The path may end in dots, which are no name.
    let whole = folder
        .canonicalize()
        .map_err(|error| CorpusError::read(folder, error))?;
    let name = whole.file_name().unwrap_or_default();
    Ok(ExportSource {
        name: name.to_string_lossy().into_owned(),
        sha256: sha256_file(&manifest)?,
        sequence_tokens: Some(header.sequence_tokens.into()),
        tokenizer_sha256: header.tokenizer_sha256.clone(),
        vocab_size: header.vocab_size,
        separator_id: header.separator_id,
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use assay_mixture::{
        HEADER, MixtureStore, StoreReader, StoreSettings, StoreTokens, StoreWriter, plan,
        write_pieces,
    };
    use assay_schema::{MixtureRecipe, Packing, SCHEMA_VERSION, TokenDtype};

    use super::*;

    const SEQUENCE: u32 = 8;

    fn write_store(folder: &Path) {
        fs::create_dir(folder).unwrap();
        let settings = StoreSettings {
            name: "books".to_owned(),
            tokenizer_sha256: "ab".repeat(32),
            vocab_size: 256,
            separator_id: 0,
            bytes: false,
        };
        let mut writer = StoreWriter::create(folder, settings).unwrap();
        for document in 0..50_u32 {
            let tokens: Vec<_> = (1..=document % 13 + 1).map(|t| t + 4 * document).collect();
            writer.push(&tokens, 0, None).unwrap();
        }
        writer.finish().unwrap();
    }

    /// Writes the mixture of the store beside it that draws each sequence about twice.
    fn write_mixture(folder: &Path, packing: &str) {
        fs::create_dir(folder).unwrap();
        let recipe = format!(
            "schema_version = 1\noutput = 'm'\nsequence_tokens = {SEQUENCE}\ntokens = 800\n\
             packing = '{packing}'\n[[source]]\nstore = '../store'\nweight = 1.0\n"
        );
        let recipe = MixtureRecipe::from_toml(&recipe, "recipe").unwrap();
        let store = folder.with_file_name("store");
        let reader = StoreReader::open(&store).unwrap();
        let stores = [MixtureStore {
            name: "books".to_owned(),
            path: "../store".to_owned(),
            sha256: sha256_file(&store.join(HEADER)).unwrap(),
            reader,
        }];
        let (phases, mut sources) = plan(&recipe, &stores).unwrap();
        if recipe.packing != Packing::Concatenate {
            let reader = &stores[0].reader;
            let (pieces, ends) =
                write_pieces(recipe.packing, reader, SEQUENCE, folder, "books").unwrap();
            (sources[0].pieces, sources[0].piece_ends) = (Some(pieces), Some(ends));
        }
        let header = Mixture {
            schema_version: SCHEMA_VERSION,
            assay_version: "0".to_owned(),
            recipe_sha256: "cd".repeat(32),
            tokenizer_sha256: "ab".repeat(32),
            vocab_size: 256,
            separator_id: 0,
            dtype: TokenDtype::Uint16,
            packing: recipe.packing,
            seed: recipe.seed,
            sequence_tokens: SEQUENCE,
            sequences: phases.iter().map(|phase| phase.sequences).sum(),
            phases,
            sources,
            recipe,
        };
        fs::write(folder.join(MIXTURE), header.to_json()).unwrap();
    }

    fn all(items: &mut dyn Items) -> Result<Vec<Vec<u32>>, ExportError> {
        let mut found = Vec::new();
        while let Some(item) = items.advance()? {
            found.push(item.to_vec());
        }
        Ok(found)
    }

    #[test]
    fn sequences_are_those_that_a_run_draws() {
        for packing in ["concatenate", "best-fit", "pad"] {
            let parent = tempfile::tempdir().unwrap();
            let store = parent.path().join("store");
            let mixture = parent.path().join("mixture");
            write_store(&store);
            write_mixture(&mixture, packing);
            let mut items = MixtureSequences::open(&mixture).unwrap();
            let source = items.source();
            assert_eq!(
                (source.name.as_str(), source.sequence_tokens),
                ("mixture", Some(8))
            );
            assert_eq!(items.bytes(), 1600);

            let (reader, tokens) = (
                MixtureReader::open(&mixture).unwrap(),
                StoreTokens::open(&store).unwrap(),
            );
            let drawn = reader.draws().map(|draw| {
                let mut sequence = Vec::new();
                for piece in reader.pieces(&draw).unwrap() {
                    let count = piece.tokens.into();
                    tokens.read(piece.start, count, &mut sequence).unwrap();
                }
                sequence.resize(SEQUENCE as usize, 0);
                sequence
            });
            assert_eq!(all(&mut items).unwrap(), drawn.collect::<Vec<_>>());
        }
    }
}
