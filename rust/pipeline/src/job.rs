//! A recipe with its paths resolved and its tokenizer open.

use std::path::{Path, PathBuf};

use assay_corpus::{CorpusError, Fields, list_inputs};
use assay_mixture::{MixtureError, StoreSettings, StoreWriter};
use assay_schema::{Recipe, TokenizerReport};
use assay_tokenize::Tokenizer;

use crate::PipelineError;
use crate::digest::recipe_sha256;

/// Everything a run needs to know before it reads a document.
pub(crate) struct Job<'a> {
    pub(crate) recipe: &'a Recipe,
    pub(crate) recipe_sha256: String,
    pub(crate) output: PathBuf,
    pub(crate) fields: Fields,
    pub(crate) tokenizer: Tokenizer,
    pub(crate) tokenizer_report: TokenizerReport,
    /// Evaluation sets, then sources, each in the recipe's order.
    pub(crate) units: Vec<Unit>,
}

/// One source or evaluation set.
pub(crate) struct Unit {
    pub(crate) name: String,
    /// Its place among the evaluation sets or among the sources.
    pub(crate) role: Role,
    pub(crate) paths: Vec<String>,
    pub(crate) files: Vec<InputFile>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Eval,
    Source(usize),
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
        let path = base.join(&recipe.tokenizer);
        let tokenizer = Tokenizer::open(&path)?;
        let Some(separator_id) = tokenizer.token_id(&recipe.separator) else {
            return Err(PipelineError::Separator {
                separator: recipe.separator.clone(),
                tokenizer: path,
            });
        };
        Ok(Self {
            recipe,
            recipe_sha256: recipe_sha256(recipe),
            output: base.join(&recipe.output),
            fields: Fields {
                text: recipe.text_field.clone(),
                id: recipe.id_field.clone(),
                max_line_bytes: recipe.max_line_bytes,
            },
            tokenizer_report: TokenizerReport {
                sha256: tokenizer.sha256().to_owned(),
                vocab_size: tokenizer.vocab_size(),
                separator_id,
            },
            tokenizer,
            units: units(recipe, base)?,
        })
    }

    /// Begins the token store of a unit; evaluation sets keep the bytes that each token covers.
    pub(crate) fn store_writer(&self, unit: &Unit) -> Result<StoreWriter, MixtureError> {
        let settings = StoreSettings {
            name: unit.name.clone(),
            tokenizer_sha256: self.tokenizer_report.sha256.clone(),
            vocab_size: self.tokenizer_report.vocab_size,
            separator_id: self.tokenizer_report.separator_id,
            bytes: unit.role == Role::Eval,
        };
        StoreWriter::create(&self.output.join(&unit.name), settings)
    }

    pub(crate) fn input_bytes(&self) -> u64 {
        self.units.iter().map(Unit::bytes).sum()
    }
}

impl Unit {
    /// Size on disk of its files.
    pub(crate) fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }
}

fn units(recipe: &Recipe, base: &Path) -> Result<Vec<Unit>, CorpusError> {
    let evals = recipe
        .evals
        .iter()
        .map(|eval| (Role::Eval, &eval.name, &eval.path));
    let sources = recipe.sources.iter().enumerate();
    let sources = sources.map(|(i, source)| (Role::Source(i), &source.name, &source.path));
    let unit = |(role, name, paths): (Role, &String, &Vec<String>)| {
        let files = paths.iter().map(|path| input_files(base, path));
        let files = files.collect::<Result<Vec<_>, _>>()?;
        Ok(Unit {
            name: name.clone(),
            role,
            paths: paths.clone(),
            files: files.into_iter().flatten().collect(),
        })
    };
    evals.chain(sources).map(unit).collect()
}

fn input_files(base: &Path, path: &str) -> Result<Vec<InputFile>, CorpusError> {
    let root = base.join(path);
    let file = |found: PathBuf| {
        let bytes = std::fs::metadata(&found)
            .map_err(|error| CorpusError::read(&found, error))?
            .len();
        let shown = match found.strip_prefix(&root) {
            Ok(inside) if !inside.as_os_str().is_empty() => Path::new(path).join(inside),
            _ => PathBuf::from(path),
        };
        Ok(InputFile {
            shown: shown.to_string_lossy().into_owned(),
            path: found,
            bytes,
        })
    };
    list_inputs(&root)?.into_iter().map(file).collect()
}
