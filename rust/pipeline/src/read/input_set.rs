//! The files of one source or evaluation set, as a recipe or a command names them.

use std::path::{Path, PathBuf};

use assay_corpus::{BadLine, CorpusError, Fields, STANDARD_INPUT, blake3_file, list_inputs};
use assay_schema::{InputReport, Recipe};

use crate::error::PipelineError;
use crate::observer::Observer;

/// One source or evaluation set.
pub(crate) struct InputSet {
    pub(crate) name: String,
    pub(crate) role: Role,
    /// Its place among the evaluation sets or among the sources of the recipe.
    pub(crate) place: usize,
    /// Its paths as the recipe names them.
    pub(crate) paths: Vec<String>,
    pub(crate) files: Vec<InputFile>,
}

/// What an input set is for.
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

impl InputSet {
    /// Finds the files behind paths, which are files, folders, globs, or `-` for standard input;
    /// relative ones start from `base`.
    pub(crate) fn open(
        base: &Path,
        role: Role,
        place: usize,
        name: &str,
        paths: &[String],
    ) -> Result<Self, CorpusError> {
        let mut files = Vec::new();
        for path in paths {
            files.extend(input_files(base, path)?);
        }
        Ok(Self {
            name: name.to_owned(),
            role,
            place,
            paths: paths.to_vec(),
            files,
        })
    }

    /// Stands for batches that a caller hands over, which come from no file.
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

    /// How many of its files are standard input, which can be read once only.
    pub(crate) fn standard_inputs(&self) -> usize {
        let standard = |file: &&InputFile| file.is_standard_input();
        self.files.iter().filter(standard).count()
    }

    /// Size on disk of its files.
    pub(crate) fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }
}

impl InputFile {
    pub(crate) fn is_standard_input(&self) -> bool {
        self.path == Path::new(STANDARD_INPUT)
    }

    /// The error that says which line or row of this file is not a valid document, and why.
    pub(crate) fn bad_line(&self, number: u64, problem: BadLine) -> CorpusError {
        CorpusError::Line {
            path: self.path.clone(),
            line: number,
            problem,
        }
    }
}

/// The evaluation sets of a recipe, in its order.
pub(crate) fn eval_sets(recipe: &Recipe, base: &Path) -> Result<Vec<InputSet>, CorpusError> {
    let evals = recipe.evals.iter().enumerate();
    evals
        .map(|(place, eval)| InputSet::open(base, Role::Eval, place, &eval.name, &eval.path))
        .collect()
}

/// The sources of a recipe, in its order.
pub(crate) fn sources(recipe: &Recipe, base: &Path) -> Result<Vec<InputSet>, CorpusError> {
    let sources = recipe.sources.iter().enumerate();
    sources
        .map(|(place, source)| {
            InputSet::open(base, Role::Source, place, &source.name, &source.path)
        })
        .collect()
}

/// Where the parts of a document are, by the recipe.
pub(crate) fn fields(recipe: &Recipe) -> Fields {
    Fields {
        text: recipe.text_field.clone(),
        id: recipe.id_field.clone(),
        max_line_bytes: recipe.max_line_bytes,
    }
}

/// Whether files still are those that were read, by their paths, sizes and digests.
pub(crate) fn same_files(
    files: &[InputFile],
    inputs: &[InputReport],
    observer: &dyn Observer,
) -> Result<bool, PipelineError> {
    if files.len() != inputs.len() {
        return Ok(false);
    }
    for (file, input) in files.iter().zip(inputs) {
        if file.shown != input.path || file.bytes != input.bytes {
            return Ok(false);
        }
        observer.check()?;
        if blake3_file(&file.path)?.blake3 != input.blake3 {
            return Ok(false);
        }
    }
    Ok(true)
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
        let metadata = metadata.map_err(|error| CorpusError::read(&found, error))?;
        let shown = found.strip_prefix(base).unwrap_or(&found);
        Ok(InputFile {
            shown: shown.to_string_lossy().into_owned(),
            path: found,
            bytes: metadata.len(),
        })
    };
    list_inputs(&base.join(path))?
        .into_iter()
        .map(file)
        .collect()
}
