//! A recipe with its paths resolved and its tokenizer open.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use assay_corpus::{CorpusError, Fields, blake3_file, list_inputs};
use assay_filter::Chain;
use assay_mixture::{MixtureError, StoreSettings, StoreWriter};
use assay_schema::{Documents, FilterSpec, Recipe, SourceInput, TokenizerReport};
use assay_tokenize::Tokenizer;

use crate::error::PipelineError;
use crate::manifest::recipe_sha256;
use crate::stages::multi_pass::passes;

/// The path that stands for standard input.
pub(crate) const STANDARD_INPUT: &str = "-";

/// Everything a run needs to know before it reads a document.
pub(crate) struct Job<'a> {
    pub(crate) recipe: &'a Recipe,
    pub(crate) recipe_sha256: String,
    pub(crate) output: PathBuf,
    pub(crate) fields: Fields,
    pub(crate) tokenizer: Option<Tokenizer>,
    pub(crate) tokenizer_report: Option<TokenizerReport>,
    /// Evaluation sets, then sources, each in the recipe's order.
    pub(crate) units: Vec<Unit>,
    /// The filters of each source.
    pub(crate) chains: Vec<Arc<Chain>>,
    /// The files that filters read, as the recipe names them, with their digests.
    pub(crate) filter_files: BTreeMap<String, String>,
}

/// One source or evaluation set.
pub(crate) struct Unit {
    pub(crate) name: String,
    pub(crate) role: Role,
    /// Its place among the evaluation sets or among the sources.
    pub(crate) place: usize,
    pub(crate) paths: Vec<String>,
    pub(crate) files: Vec<InputFile>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Eval,
    Source,
}

/// A file to read.
pub(crate) struct InputFile {
    pub(crate) path: PathBuf,
    /// The path as the recipe leads to it: the same wherever the recipe is.
    pub(crate) shown: String,
    pub(crate) bytes: u64,
}

impl<'a> Job<'a> {
    pub(crate) fn resolve(recipe: &'a Recipe, base: &Path) -> Result<Self, PipelineError> {
        recipe.validate("recipe").map_err(PipelineError::Recipe)?;
        let opened = recipe.tokenizer.as_ref();
        let opened = opened.map(|path| open_tokenizer(recipe, &base.join(path)));
        let (tokenizer, tokenizer_report) = opened.transpose()?.unzip();
        let units = units(recipe, base)?;
        check_standard_input(recipe, &units)?;
        Ok(Self {
            recipe,
            recipe_sha256: recipe_sha256(recipe),
            output: base.join(&recipe.output),
            fields: fields(recipe),
            tokenizer_report,
            tokenizer,
            units,
            chains: chains(recipe, base)?,
            filter_files: filter_files(recipe, base)?,
        })
    }

    /// Begins the token store of a unit in its folder, where tokens are written; evaluation sets
    /// keep the bytes that each token covers.
    pub(crate) fn store_writer(
        &self,
        folder: &Path,
        unit: &Unit,
    ) -> Result<Option<(&Tokenizer, StoreWriter)>, MixtureError> {
        let (Some(tokenizer), Some(report)) = (&self.tokenizer, &self.tokenizer_report) else {
            return Ok(None);
        };
        let settings = StoreSettings {
            name: unit.name.clone(),
            tokenizer_sha256: report.sha256.clone(),
            vocab_size: report.vocab_size,
            separator_id: report.separator_id,
            bytes: unit.role == Role::Eval,
        };
        Ok(Some((tokenizer, StoreWriter::create(folder, settings)?)))
    }

    /// Bytes of texts at which shards end.
    pub(crate) fn shard_bytes(&self) -> u64 {
        let documents = self.recipe.documents.as_ref();
        let mib = documents.map_or(Documents::default().shard_mib, |settings| {
            settings.shard_mib
        });
        mib.saturating_mul(1 << 20)
    }

    pub(crate) fn input_bytes(&self) -> u64 {
        self.units.iter().map(Unit::bytes).sum()
    }
}

impl Unit {
    /// Documents that come from no file.
    pub(crate) fn in_memory() -> Self {
        let memory = InputFile {
            path: PathBuf::from("batch"),
            shown: "batch".to_owned(),
            bytes: 0,
        };
        Self {
            name: "batch".to_owned(),
            role: Role::Source,
            place: 0,
            paths: Vec::new(),
            files: vec![memory],
        }
    }

    /// Whether it can be read once only.
    pub(crate) fn reads_standard_input(&self) -> bool {
        let mut files = self.files.iter();
        files.any(|file| file.path == Path::new(STANDARD_INPUT))
    }

    /// Size on disk of its files.
    pub(crate) fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
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

fn filter_files(recipe: &Recipe, base: &Path) -> Result<BTreeMap<String, String>, CorpusError> {
    let filters = recipe.sources.iter().flat_map(|source| &source.filters);
    let mut filters: Vec<_> = filters.cloned().collect();
    let files = filters.iter_mut().flat_map(FilterSpec::files_mut);
    let digest = |file: &mut String| {
        let found = blake3_file(&base.join(&*file))?;
        Ok((file.clone(), found.blake3))
    };
    files.map(digest).collect()
}

fn units(recipe: &Recipe, base: &Path) -> Result<Vec<Unit>, CorpusError> {
    let mut units = eval_units(recipe, base)?;
    for (place, source) in recipe.sources.iter().enumerate() {
        units.push(unit(base, Role::Source, place, &source.name, &source.path)?);
    }
    Ok(units)
}

/// Standard input is gone after it was read once.
fn check_standard_input(recipe: &Recipe, units: &[Unit]) -> Result<(), PipelineError> {
    let reads = |unit: &Unit| {
        let files = unit.files.iter();
        let here = files.filter(|file| file.path == Path::new(STANDARD_INPUT));
        let passes = match unit.role {
            Role::Eval => 1,
            Role::Source => passes(recipe),
        };
        here.count() * passes
    };
    match units.iter().map(reads).sum() {
        0 | 1 => Ok(()),
        times => Err(PipelineError::StandardInput { times }),
    }
}

/// The evaluation sets alone.
pub(crate) fn eval_units(recipe: &Recipe, base: &Path) -> Result<Vec<Unit>, CorpusError> {
    let evals = recipe.evals.iter().enumerate();
    let evals = evals.map(|(place, eval)| unit(base, Role::Eval, place, &eval.name, &eval.path));
    evals.collect()
}

pub(crate) fn unit(
    base: &Path,
    role: Role,
    place: usize,
    name: &str,
    paths: &[String],
) -> Result<Unit, CorpusError> {
    let files = paths.iter().map(|path| input_files(base, path));
    let files = files.collect::<Result<Vec<_>, _>>()?;
    Ok(Unit {
        name: name.to_owned(),
        role,
        place,
        paths: paths.to_vec(),
        files: files.into_iter().flatten().collect(),
    })
}

/// Where a document's parts are.
pub(crate) fn fields(recipe: &Recipe) -> Fields {
    Fields {
        text: recipe.text_field.clone(),
        id: recipe.id_field.clone(),
        max_line_bytes: recipe.max_line_bytes,
    }
}

fn input_files(base: &Path, path: &str) -> Result<Vec<InputFile>, CorpusError> {
    if path == STANDARD_INPUT {
        return Ok(vec![InputFile {
            path: PathBuf::from(path),
            shown: path.to_owned(),
            bytes: 0,
        }]);
    }
    let file = |found: PathBuf| {
        let metadata = std::fs::metadata(&found);
        let bytes = metadata
            .map_err(|error| CorpusError::read(&found, error))?
            .len();
        let shown = found.strip_prefix(base).unwrap_or(&found);
        Ok(InputFile {
            shown: shown.to_string_lossy().into_owned(),
            path: found,
            bytes,
        })
    };
    list_inputs(&base.join(path))?
        .into_iter()
        .map(file)
        .collect()
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
