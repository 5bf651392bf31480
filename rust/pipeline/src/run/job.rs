//! A job: a recipe with its paths resolved, its tokenizer and filters open, ready to run.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use assay_corpus::{AtomicDir, CorpusError, Fields, blake3_file};
use assay_filter::Chain;
use assay_mixture::{MixtureError, StoreSettings, StoreWriter};
use assay_schema::{Documents, FilterSpec, Recipe, SourceInput, TokenizerReport};
use assay_tokenize::Tokenizer;

use crate::error::PipelineError;
use crate::manifest::recipe_sha256;
use crate::read::input_set::{self, InputSet, Role};
use crate::stages::multi_pass::passes;
use crate::stages::output::Output;
use crate::stages::write::SourceWriter;

/// Everything a run needs to know before it reads a document.
pub(crate) struct Job<'a> {
    pub(crate) recipe: &'a Recipe,
    pub(crate) recipe_sha256: String,
    pub(crate) output: PathBuf,
    pub(crate) fields: Fields,
    pub(crate) tokenizer: Option<Tokenizer>,
    pub(crate) tokenizer_report: Option<TokenizerReport>,
    /// Evaluation sets, then sources, each in the recipe's order.
    pub(crate) sets: Vec<InputSet>,
    /// The filters of each source.
    pub(crate) chains: Vec<Arc<Chain>>,
    /// The files that filters read, as the recipe names them, with their digests.
    pub(crate) filter_files: BTreeMap<String, String>,
}

impl<'a> Job<'a> {
    /// Checks a recipe and opens what it names; relative paths start from `base`.
    pub(crate) fn resolve(recipe: &'a Recipe, base: &Path) -> Result<Self, PipelineError> {
        recipe.validate("recipe").map_err(PipelineError::Recipe)?;
        let tokenizer_path = recipe.tokenizer.as_ref();
        let opened = tokenizer_path.map(|path| open_tokenizer(recipe, &base.join(path)));
        let (tokenizer, tokenizer_report) = opened.transpose()?.unzip();
        let mut sets = input_set::eval_sets(recipe, base)?;
        sets.extend(input_set::sources(recipe, base)?);
        check_standard_input(recipe, &sets)?;
        Ok(Self {
            recipe,
            recipe_sha256: recipe_sha256(recipe),
            output: base.join(&recipe.output),
            fields: input_set::fields(recipe),
            tokenizer_report,
            tokenizer,
            sets,
            chains: chains(recipe, base)?,
            filter_files: filter_files(recipe, base)?,
        })
    }

    /// Begins the token store of a source or evaluation set in its folder, when the recipe has a
    /// tokenizer. Those of evaluation sets also hold the bytes that each token covers.
    pub(crate) fn store_writer(
        &self,
        folder: &Path,
        set: &InputSet,
    ) -> Result<Option<(&Tokenizer, StoreWriter)>, MixtureError> {
        let (Some(tokenizer), Some(report)) = (&self.tokenizer, &self.tokenizer_report) else {
            return Ok(None);
        };
        let settings = StoreSettings {
            name: set.name.clone(),
            tokenizer_sha256: report.sha256.clone(),
            vocab_size: report.vocab_size,
            separator_id: report.separator_id,
            bytes: set.role == Role::Eval,
        };
        Ok(Some((tokenizer, StoreWriter::create(folder, settings)?)))
    }

    /// Creates the folder of a source that begins.
    pub(crate) fn create_writer(&self, set: &InputSet) -> Result<SourceWriter, PipelineError> {
        let folder = AtomicDir::create(&self.output.join(&set.name))?;
        self.writer(set, folder, Output::default())
    }

    /// Goes on after `output` in the folder that an earlier run left; none if a file is missing.
    pub(crate) fn resume_writer(
        &self,
        set: &InputSet,
        output: Output,
    ) -> Result<Option<SourceWriter>, PipelineError> {
        let Some(folder) = AtomicDir::take_up(&self.output.join(&set.name)) else {
            return Ok(None);
        };
        if !output.clear_others(folder.path())? {
            return Ok(None);
        }
        self.writer(set, folder, output).map(Some)
    }

    fn writer(
        &self,
        set: &InputSet,
        folder: AtomicDir,
        output: Output,
    ) -> Result<SourceWriter, PipelineError> {
        let store = self.store_writer(folder.path(), set)?;
        let store = store.map(|(_, store)| store);
        let writes_documents = self.recipe.documents.is_some();
        Ok(SourceWriter::new(folder, store, writes_documents, output))
    }

    /// Bytes of texts at which shards end.
    pub(crate) fn shard_bytes(&self) -> u64 {
        let documents = self.recipe.documents.as_ref();
        let mib = documents.map_or(Documents::default().shard_mib, |settings| {
            settings.shard_mib
        });
        mib.saturating_mul(1 << 20)
    }

    /// Size on disk of all files to read.
    pub(crate) fn input_bytes(&self) -> u64 {
        self.sets.iter().map(InputSet::bytes).sum()
    }
}

fn open_tokenizer(
    recipe: &Recipe,
    path: &Path,
) -> Result<(Tokenizer, TokenizerReport), PipelineError> {
    let tokenizer = Tokenizer::open_with(path, recipe.special_tokens)?;
    let Some(separator_id) = tokenizer.token_id(&recipe.separator) else {
        return Err(PipelineError::Separator {
            separator: recipe.separator.clone(),
            tokenizer: path.to_owned(),
        });
    };
    let report = TokenizerReport {
        sha256: tokenizer.sha256().to_owned(),
        vocab_size: tokenizer.vocab_size(),
        separator_id,
    };
    Ok((tokenizer, report))
}

/// The filters of each source, their files opened; sources with the same filters share them, for a
/// model can be large.
pub(crate) fn chains(recipe: &Recipe, base: &Path) -> Result<Vec<Arc<Chain>>, PipelineError> {
    let mut chains: Vec<Arc<Chain>> = Vec::with_capacity(recipe.sources.len());
    for source in &recipe.sources {
        let same = |other: &SourceInput| other.filters == source.filters;
        let place = recipe.sources.iter().position(same);
        let chain = match place.and_then(|place| chains.get(place)) {
            Some(chain) => Arc::clone(chain),
            None => Arc::new(chain(source, base)?),
        };
        chains.push(chain);
    }
    Ok(chains)
}

fn chain(source: &SourceInput, base: &Path) -> Result<Chain, PipelineError> {
    let mut filters = source.filters.clone();
    for file in filters.iter_mut().flat_map(FilterSpec::files_mut) {
        *file = base.join(&*file).to_string_lossy().into_owned();
    }
    Ok(Chain::new(&filters)?)
}

/// The digests of the files that filters read, by the paths in the recipe.
fn filter_files(recipe: &Recipe, base: &Path) -> Result<BTreeMap<String, String>, CorpusError> {
    let all = recipe.sources.iter().flat_map(|source| &source.filters);
    let mut filters: Vec<_> = all.cloned().collect();
    let mut digests = BTreeMap::new();
    for file in filters.iter_mut().flat_map(FilterSpec::files_mut) {
        // Sources often share a model, which can be large.
        if !digests.contains_key(file) {
            let found = blake3_file(&base.join(&*file))?;
            digests.insert(file.clone(), found.blake3);
        }
    }
    Ok(digests)
}

/// Standard input is gone after it was read once, by an evaluation set or in one pass of a source.
fn check_standard_input(recipe: &Recipe, sets: &[InputSet]) -> Result<(), PipelineError> {
    let reads = |set: &InputSet| match set.role {
        Role::Eval => set.standard_inputs(),
        Role::Source => set.standard_inputs() * passes(recipe),
    };
    match sets.iter().map(reads).sum() {
        0 | 1 => Ok(()),
        times => Err(PipelineError::StandardInput { times }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_with_the_same_filters_share_them() {
        let source = |name: &str, rule: &str| {
            format!("[[source]]\nname = \"{name}\"\npath = \"a\"\nfilters = [\"{rule}\"]\n")
        };
        let sources = [("a", "c4"), ("b", "fineweb"), ("c", "c4")];
        let sources = sources.map(|(name, rule)| source(name, rule)).concat();
        let head = "schema_version = 1\noutput = \"o\"\ndecisions = true\n";
        let recipe = Recipe::from_toml(&format!("{head}{sources}"), "recipe").unwrap();
        let chains = chains(&recipe, Path::new("")).unwrap();
        assert!(Arc::ptr_eq(&chains[0], &chains[2]));
        assert_eq!(chains[1].stages(), ["filter:fineweb"]);
    }
}
