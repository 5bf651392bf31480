//! The folder `.work` in an unfinished output: which parts are finished, and by which recipe.
//!
//! For each finished source or evaluation set it holds `<name>.json`, written after the folder of
//! that name is in place; for the last finished source also `<name>.index/`, the deduplication
//! indexes after that source. Where sources are not compared with each other but with those that
//! the recipe names, the indexes are those after the last one named, and for each finished source
//! `<name>.kept` lists the documents that stayed. For a source that is being written it may hold `<name>.checkpoint/`.
//! The folder goes when the manifest is there.

use std::collections::BTreeMap;
use std::fs::{self, File, TryLockError};
use std::io::BufReader;
use std::path::{Path, PathBuf};

use assay_corpus::{CorpusError, atomic_write};
use assay_dedup::KeptTexts;
use assay_schema::{SCHEMA_VERSION, SourceReport, TokenizerReport};
use serde::{Deserialize, Serialize};

use crate::error::PipelineError;
use crate::manifest::{MANIFEST, MANIFEST_DIGEST, VERSION};
use crate::observer::Observer;
use crate::read::input_set::{InputSet, same_files};
use crate::run::job::Job;
use crate::stages::decisions::DECISIONS;
use crate::stages::dedupe::Indexes;

const WORK: &str = ".work";
const LOCK: &str = "lock";
const CHECKPOINT: &str = ".checkpoint";

/// The output folder while this run owns it.
pub(crate) struct Workspace {
    output: PathBuf,
    folder: PathBuf,
    /// Held open: the system drops the lock with it.
    _lock: File,
}

/// Everything but the input that decides which bytes a run writes.
#[derive(PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MadeBy {
    schema_version: u32,
    assay_version: String,
    recipe_sha256: String,
    tokenizer: Option<TokenizerReport>,
    filter_files: BTreeMap<String, String>,
}

impl MadeBy {
    pub(crate) fn of(job: &Job<'_>) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            assay_version: VERSION.to_owned(),
            recipe_sha256: job.recipe_sha256.clone(),
            tokenizer: job.tokenizer_report.clone(),
            filter_files: job.filter_files.clone(),
        }
    }
}

/// The record that a source or evaluation set is finished.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FinishedRecord {
    made_by: MadeBy,
    report: SourceReport,
}

impl Workspace {
    /// Takes the output folder for this run.
    pub(crate) fn open(output: &Path) -> Result<Self, PipelineError> {
        let folder = output.join(WORK);
        if !is_ours_or_empty(output).map_err(|error| CorpusError::read(output, error))? {
            return Err(PipelineError::ForeignOutput {
                path: output.to_owned(),
            });
        }
        let failed = |error| CorpusError::write(output, error);
        fs::create_dir_all(&folder).map_err(failed)?;
        let lock = File::create(folder.join(LOCK)).map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self {
                output: output.to_owned(),
                folder,
                _lock: lock,
            }),
            Err(TryLockError::WouldBlock) => Err(PipelineError::Busy {
                path: output.to_owned(),
            }),
            Err(TryLockError::Error(error)) => Err(failed(error).into()),
        }
    }

    /// Where temporary files go; it vanishes with the finished run.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The reports on the input sets that need not be done again: as many from the start as were made
    /// by the same recipe, tokenizer and version from the same input.
    pub(crate) fn finished(
        &self,
        job: &Job<'_>,
        observer: &dyn Observer,
    ) -> Result<Vec<SourceReport>, PipelineError> {
        let mut reports = Vec::new();
        for set in &job.sets {
            let Some(report) = self.finished_report(job, set, observer)? else {
                break;
            };
            reports.push(report);
        }
        Ok(reports)
    }

    /// Marks a source or evaluation set as finished; its folder is in place.
    pub(crate) fn finish(&self, job: &Job<'_>, report: &SourceReport) -> Result<(), CorpusError> {
        let finished = FinishedRecord {
            made_by: MadeBy::of(job),
            report: report.clone(),
        };
        let path = self.record(&report.name);
        let json = serde_json::to_vec_pretty(&finished)
            .map_err(|error| CorpusError::write(&path, error.into()))?;
        atomic_write(&path, &json)
    }

    /// Forgets that a source or evaluation set was finished, before it is done again.
    pub(crate) fn forget(&self, name: &str) -> Result<(), CorpusError> {
        let path = self.record(name);
        ignore_missing(fs::remove_file(&path)).map_err(|error| CorpusError::write(&path, error))
    }

    /// The deduplication indexes after a source; none if they are missing or damaged.
    pub(crate) fn load_indexes(&self, job: &Job<'_>, name: &str) -> Option<Indexes> {
        Indexes::load(&self.indexes(name), job.recipe)
    }

    /// Saves the deduplication indexes after a source.
    pub(crate) fn save_indexes(&self, name: &str, indexes: &Indexes) -> Result<(), CorpusError> {
        indexes.save(&self.indexes(name))
    }

    /// Drops the indexes after a source, once a later source has saved its own.
    pub(crate) fn drop_indexes(&self, name: &str) -> Result<(), CorpusError> {
        let path = self.indexes(name);
        ignore_missing(fs::remove_dir_all(&path)).map_err(|error| CorpusError::write(&path, error))
    }

    /// The documents of a finished source that stayed; none if the list is missing or damaged.
    pub(crate) fn load_kept(&self, name: &str) -> Option<KeptTexts> {
        let file = File::open(self.kept(name)).ok()?;
        KeptTexts::load(BufReader::new(file)).ok()
    }

    /// Saves the documents of a source that stayed.
    pub(crate) fn save_kept(&self, name: &str, kept: &KeptTexts) -> Result<(), CorpusError> {
        let path = self.kept(name);
        let mut bytes = Vec::new();
        kept.save(&mut bytes)
            .map_err(|error| CorpusError::write(&path, error))?;
        atomic_write(&path, &bytes)
    }

    /// The error where something that was saved after a source is not there any more. The next run
    /// makes it again.
    pub(crate) fn lost(&self, what: &str, name: &str) -> PipelineError {
        PipelineError::Damaged {
            path: self.folder.clone(),
            found: format!("{what} of {name:?} is gone or damaged"),
            expected: "what this run saved there".to_owned(),
        }
    }

    /// Where the checkpoint of a source is.
    pub(crate) fn checkpoint(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}{CHECKPOINT}"))
    }

    /// Removes every checkpoint but that of one source.
    pub(crate) fn remove_checkpoints(&self, but: Option<&str>) -> Result<(), CorpusError> {
        let spared = but.map(|name| self.checkpoint(name));
        let failed = |error| CorpusError::write(&self.folder, error);
        for entry in fs::read_dir(&self.folder).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            let is_checkpoint = path.to_string_lossy().ends_with(CHECKPOINT);
            if is_checkpoint && Some(&path) != spared.as_ref() {
                fs::remove_dir_all(&path).map_err(failed)?;
            }
        }
        Ok(())
    }

    /// Removes a manifest that is about to become untrue.
    pub(crate) fn remove_manifest(&self) -> Result<(), CorpusError> {
        for name in [MANIFEST, MANIFEST_DIGEST] {
            let path = self.output.join(name);
            ignore_missing(fs::remove_file(&path))
                .map_err(|error| CorpusError::write(&path, error))?;
        }
        Ok(())
    }

    /// Removes the folders of sources that are no longer in the recipe, and what killed runs left.
    pub(crate) fn remove_strangers(&self, job: &Job<'_>) -> Result<(), CorpusError> {
        let failed = |error| CorpusError::write(&self.output, error);
        for entry in fs::read_dir(&self.output).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let known = name == WORK || job.sets.iter().any(|set| set.name == name);
            if !known && path.is_dir() && (name.ends_with(".partial") || is_from_a_run(&path)) {
                fs::remove_dir_all(&path).map_err(failed)?;
            }
        }
        Ok(())
    }

    /// Removes what a run left that was killed between its manifest and its end.
    pub(crate) fn clear(output: &Path) -> Result<(), PipelineError> {
        if output.join(WORK).exists() {
            Self::open(output)?.close()?;
        }
        Ok(())
    }

    /// Ends the run: the output has its manifest and needs this folder no more.
    pub(crate) fn close(self) -> Result<(), CorpusError> {
        fs::remove_dir_all(&self.folder).map_err(|error| CorpusError::write(&self.folder, error))
    }

    /// Ends a run that failed. An output in which nothing was finished is left as it was found.
    pub(crate) fn abandon(self) {
        // `remove_dir` fails on folders that are not empty, so nothing else is ever lost here.
        let nothing_finished = fs::read_dir(&self.folder).is_ok_and(|found| found.count() <= 1);
        if nothing_finished && !self.output.join(MANIFEST).exists() {
            let _ = fs::remove_file(self.folder.join(LOCK));
            let _ = fs::remove_dir(&self.folder);
            let _ = fs::remove_dir(&self.output);
        }
    }

    fn finished_report(
        &self,
        job: &Job<'_>,
        set: &InputSet,
        observer: &dyn Observer,
    ) -> Result<Option<SourceReport>, PipelineError> {
        let Ok(json) = fs::read(self.record(&set.name)) else {
            return Ok(None);
        };
        let Ok(finished) = serde_json::from_slice::<FinishedRecord>(&json) else {
            return Ok(None);
        };
        let same_run = finished.made_by == MadeBy::of(job) && self.output.join(&set.name).is_dir();
        let same = same_run && same_files(&set.files, &finished.report.inputs, observer)?;
        Ok(same.then_some(finished.report))
    }

    fn record(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.json"))
    }

    fn kept(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.kept"))
    }

    fn indexes(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.index"))
    }
}

/// Whether a folder holds what a run writes for a source or evaluation set, which is nothing for
/// an evaluation set without tokens.
fn is_from_a_run(folder: &Path) -> bool {
    let Ok(entries) = fs::read_dir(folder) else {
        return false;
    };
    let mut entries = entries.flatten().peekable();
    let ours = |entry: fs::DirEntry| {
        let file_name = entry.file_name();
        let name = file_name.to_string_lossy();
        name == assay_mixture::HEADER
            || name.starts_with(DECISIONS)
            || name.starts_with("documents-00000.")
    };
    entries.peek().is_none() || entries.any(ours)
}

/// Whether an output may be written: new, empty, or written by assay.
fn is_ours_or_empty(output: &Path) -> std::io::Result<bool> {
    if output.join(WORK).is_dir() || output.join(MANIFEST_DIGEST).is_file() {
        return Ok(true);
    }
    match fs::read_dir(output) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(error) => ignore_missing(Err(error)).map(|()| true),
    }
}

fn ignore_missing(result: std::io::Result<()>) -> std::io::Result<()> {
    match result {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}
