//! The manifest of a mixture: what a run draws from which token stores.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::check::Check;
use crate::error::SchemaError;
use crate::mixture::recipe::{MixtureRecipe, Packing};
use crate::store::TokenDtype;

/// Passes over a source above which it is flagged: from the fifth on, repeated text is worth
/// clearly less than new text (Muennighoff et al. 2023, arXiv 2305.16264).
pub const MANY_EPOCHS: u32 = 4;

/// The record of a mixture, `mixture.json` in its folder, which is finished once it is there.
///
/// With the stores it names, it says which token every step of a run reads: the draws are a
/// function of its seed, phases and sources.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Mixture {
    /// Version of this format; 1.
    pub schema_version: u32,
    /// Version of assay that wrote the mixture.
    pub assay_version: String,
    /// The recipe, with every default and name filled in.
    pub recipe: MixtureRecipe,
    /// SHA-256 of the recipe as canonical JSON with an empty `output`, hexadecimal.
    pub recipe_sha256: String,
    /// SHA-256 of the tokenizer file of every store, hexadecimal.
    pub tokenizer_sha256: String,
    /// Size of the tokenizer's vocabulary.
    pub vocab_size: u64,
    /// The token after each document; also the padding.
    pub separator_id: u32,
    /// Narrowest width that holds the vocabulary.
    pub dtype: TokenDtype,
    /// How documents became sequences.
    pub packing: Packing,
    /// Seed of the draws.
    pub seed: u64,
    /// Tokens of a sequence.
    pub sequence_tokens: u32,
    /// Sequences of the run.
    pub sequences: u64,
    /// The phases of the run, in order.
    pub phases: Vec<MixturePhase>,
    /// The sources, in the recipe's order.
    pub sources: Vec<MixtureSource>,
}

/// A stretch of a run with the same weights.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MixturePhase {
    /// Sequences drawn in it.
    pub sequences: u64,
    /// How often each source is drawn, in parts of 2^52 and in the order of the sources: the
    /// recipe's weights, divided by the tokens without padding of the source's mean sequence.
    /// Whole numbers, so that every reader of JSON has them exactly.
    pub weights: Vec<u64>,
}

/// What a run draws from one source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MixtureSource {
    /// Name of the source.
    pub name: String,
    /// Folder of its token store, relative to the mixture's folder.
    pub store: String,
    /// SHA-256 of the store's header `store.json`, hexadecimal.
    pub store_sha256: String,
    /// Tokens of the store, separators included.
    pub store_tokens: u64,
    /// Sequences that the store makes.
    pub available: u64,
    /// Share of the store's sequences that is not padding; six decimals.
    pub fill: f64,
    /// Different sequences drawn, if the run goes on for long enough.
    pub unique: u64,
    /// Tokens without padding of the unique sequences.
    pub unique_tokens: u64,
    /// Tokens planned: the source's share of the recipe's tokens, by largest remainder.
    pub quota_tokens: u64,
    /// Sequences drawn.
    pub sequences: u64,
    /// Tokens drawn, without padding.
    pub tokens: u64,
    /// Whole passes over the unique sequences: each drew all unique tokens.
    pub whole_epochs: u64,
    /// Tokens drawn after the last whole pass, without padding.
    pub last_epoch_tokens: u64,
    /// Passes over the unique sequences, the last one perhaps in part; six decimals.
    pub epochs: f64,
    /// Whether the source is passed over more than four times.
    pub many_epochs: bool,
    /// Packed by best fit or padded: the file of the pieces, 12 bytes each: first token in the
    /// store (little-endian 64-bit) and number of tokens (32-bit).
    pub pieces: Option<MixtureFile>,
    /// The file of the sequences, 8 bytes each: pieces up to the sequence's end (64-bit).
    pub piece_ends: Option<MixtureFile>,
}

/// A file in the folder of a mixture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MixtureFile {
    /// Name of the file in the folder of the mixture.
    pub file: String,
    /// Entries in it.
    pub count: u64,
    /// SHA-256, hexadecimal.
    pub sha256: String,
}

impl Mixture {
    /// Checks the version, the recipe and that numbers fit each other; `origin` names the file in
    /// errors.
    ///
    /// # Errors
    /// [`SchemaError`] naming the key that is wrong.
    pub fn validate(&self, origin: &str) -> Result<(), SchemaError> {
        let check = Check { origin };
        check.version(self.schema_version)?;
        self.recipe.validate(origin)?;
        check.at_least_one("sequence_tokens", self.sequence_tokens.into())?;
        if self.dtype != TokenDtype::for_vocabulary(self.vocab_size) {
            let expected = "the narrowest width that holds the vocabulary";
            return Err(check.fail("dtype", format!("{:?}", self.dtype), expected));
        }
        if u64::from(self.separator_id) >= self.vocab_size {
            return Err(check.fail(
                "separator_id",
                self.separator_id,
                "a token of the vocabulary",
            ));
        }
        self.validate_counts(&check)?;
        for source in &self.sources {
            check.name("sources.name", &source.name)?;
            let named = source.pieces.is_some() && source.piece_ends.is_some();
            if named != (self.packing != Packing::Concatenate) {
                let key = format!("{:?}: pieces", source.name);
                let found = if named { "there" } else { "missing" };
                return Err(check.fail(&key, found, "files, unless documents are concatenated"));
            }
        }
        Ok(())
    }

    fn validate_counts(&self, check: &Check<'_>) -> Result<(), SchemaError> {
        let planned: u64 = self.phases.iter().map(|phase| phase.sequences).sum();
        let drawn: u64 = self.sources.iter().map(|source| source.sequences).sum();
        for (key, sum) in [("phases", planned), ("sources", drawn)] {
            if sum != self.sequences {
                let found = format!("{sum} sequences in all");
                return Err(check.fail(key, found, &self.sequences.to_string()));
            }
        }
        for phase in &self.phases {
            if phase.weights.len() != self.sources.len() {
                let found = format!("{} weights", phase.weights.len());
                return Err(check.fail("phases", found, "one for each source"));
            }
        }
        Ok(())
    }
}
