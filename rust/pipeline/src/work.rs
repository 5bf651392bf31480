//! The folder `.work` in an output that is being written: what is finished, and by what recipe.
//!
//! For each finished unit it holds `<name>.json`, written after the unit's folder is in
//! place; for the last finished source also `<name>.index/`, the deduplication indexes after that
//! source. The folder goes when the manifest is there.

use std::collections::BTreeMap;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use assay_corpus::{CorpusError, atomic_write, blake3_file};
use assay_schema::{SCHEMA_VERSION, SourceReport, TokenizerReport};
use serde::{Deserialize, Serialize};

use crate::decisions::DECISIONS;
use crate::dedupe::Indexes;
use crate::job::{Job, Unit};
use crate::{Observer, PipelineError, VERSION};

pub(crate) const MANIFEST: &str = "manifest.json";
pub(crate) const MANIFEST_DIGEST: &str = "manifest.sha256";
const WORK: &str = ".work";
const LOCK: &str = "lock";

/// The output folder while this run owns it.
pub(crate) struct Work {
    output: PathBuf,
    folder: PathBuf,
    /// Held open: the system drops the lock with it.
    _lock: File,
}

/// That a unit is finished, and what it was made by.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Finished {
    schema_version: u32,
    assay_version: String,
    recipe_sha256: String,
    tokenizer: Option<TokenizerReport>,
    filter_files: BTreeMap<String, String>,
    report: SourceReport,
}

impl Work {
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

    /// The reports of the units that need not be done again: as many from the start as were made
    /// by the same recipe, tokenizer and version from the same input.
    pub(crate) fn finished(
        &self,
        job: &Job<'_>,
        observer: &dyn Observer,
    ) -> Result<Vec<SourceReport>, PipelineError> {
        let mut reports = Vec::new();
        for unit in &job.units {
            let Some(report) = self.finished_unit(job, unit, observer)? else {
                break;
            };
            reports.push(report);
        }
        Ok(reports)
    }

    /// Marks a unit as finished; its folder is in place.
    pub(crate) fn finish(&self, job: &Job<'_>, report: &SourceReport) -> Result<(), CorpusError> {
        let finished = Finished {
            schema_version: SCHEMA_VERSION,
            assay_version: VERSION.to_owned(),
            recipe_sha256: job.recipe_sha256.clone(),
            tokenizer: job.tokenizer_report.clone(),
            filter_files: job.filter_files.clone(),
            report: report.clone(),
        };
        let path = self.record(&report.name);
        let json = serde_json::to_vec_pretty(&finished)
            .map_err(|error| CorpusError::write(&path, error.into()))?;
        atomic_write(&path, &json)
    }

    /// Forgets that a unit was finished, before it is done again.
    pub(crate) fn forget(&self, name: &str) -> Result<(), CorpusError> {
        let path = self.record(name);
        ignore_missing(fs::remove_file(&path)).map_err(|error| CorpusError::write(&path, error))
    }

    pub(crate) fn load_indexes(&self, job: &Job<'_>, name: &str) -> Option<Indexes> {
        Indexes::load(&self.indexes(name), job.recipe)
    }

    pub(crate) fn save_indexes(&self, name: &str, indexes: &Indexes) -> Result<(), CorpusError> {
        indexes.save(&self.indexes(name))
    }

    /// Drops the indexes after a source, once a later source has saved its own.
    pub(crate) fn drop_indexes(&self, name: &str) -> Result<(), CorpusError> {
        let path = self.indexes(name);
        ignore_missing(fs::remove_dir_all(&path)).map_err(|error| CorpusError::write(&path, error))
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

    /// Removes units of earlier recipes and what killed runs left.
    pub(crate) fn remove_strangers(&self, job: &Job<'_>) -> Result<(), CorpusError> {
        let failed = |error| CorpusError::write(&self.output, error);
        for entry in fs::read_dir(&self.output).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let known = name == WORK || job.units.iter().any(|unit| unit.name == name);
            if !known && path.is_dir() && (name.ends_with(".partial") || is_a_unit(&path)) {
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

    /// Leaves the output to its manifest.
    pub(crate) fn close(self) -> Result<(), CorpusError> {
        fs::remove_dir_all(&self.folder).map_err(|error| CorpusError::write(&self.folder, error))
    }

    /// After an error: an output in which nothing was finished is left as it was found.
    pub(crate) fn abandon(self) {
        // Only empty folders can be removed this way, and that is the point.
        let nothing_finished = fs::read_dir(&self.folder).is_ok_and(|found| found.count() <= 1);
        if nothing_finished && !self.output.join(MANIFEST).exists() {
            let _ = fs::remove_file(self.folder.join(LOCK));
            let _ = fs::remove_dir(&self.folder);
            let _ = fs::remove_dir(&self.output);
        }
    }

    fn finished_unit(
        &self,
        job: &Job<'_>,
        unit: &Unit,
        observer: &dyn Observer,
    ) -> Result<Option<SourceReport>, PipelineError> {
        let Ok(json) = fs::read(self.record(&unit.name)) else {
            return Ok(None);
        };
        let Ok(finished) = serde_json::from_slice::<Finished>(&json) else {
            return Ok(None);
        };
        let same_run = finished.schema_version == SCHEMA_VERSION
            && finished.assay_version == VERSION
            && finished.recipe_sha256 == job.recipe_sha256
            && finished.tokenizer == job.tokenizer_report
            && finished.filter_files == job.filter_files
            && self.output.join(&unit.name).is_dir();
        let same = same_run && same_inputs(unit, &finished.report, observer)?;
        Ok(same.then_some(finished.report))
    }

    fn record(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.json"))
    }

    fn indexes(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.index"))
    }
}

/// Whether the files of a unit are those that a report was made from.
pub(crate) fn same_inputs(
    unit: &Unit,
    report: &SourceReport,
    observer: &dyn Observer,
) -> Result<bool, PipelineError> {
    if unit.files.len() != report.inputs.len() {
        return Ok(false);
    }
    for (file, input) in unit.files.iter().zip(&report.inputs) {
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

/// Whether a folder holds what a run writes for a source or evaluation set: of an evaluation set
/// without tokens that is nothing.
fn is_a_unit(folder: &Path) -> bool {
    let Ok(entries) = fs::read_dir(folder) else {
        return false;
    };
    let mut entries = entries.flatten().peekable();
    let ours = |entry: fs::DirEntry| {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        name == assay_mixture::HEADER || name == DECISIONS || name.starts_with("documents-00000.")
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
