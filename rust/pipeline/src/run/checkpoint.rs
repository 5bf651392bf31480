//! Checkpoints: where a source stands when its shards have ended, so that a stopped run goes on from
//! there.
//!
//! Shards end where the texts in them say so, whether a checkpoint is taken then or not: the bytes
//! of the output do not depend on it.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use assay_corpus::{AtomicDir, CorpusError, Format};
use assay_decontam::Tally;
use assay_schema::InputReport;
use serde::{Deserialize, Serialize};

use crate::error::PipelineError;
use crate::observer::Observer;
use crate::read::input_set::InputSet;
use crate::read::reading::{FilePosition, Start};
use crate::run::job::Job;
use crate::run::workspace::{MadeBy, Workspace};
use crate::stages::counts::Counts;
use crate::stages::dedupe::Indexes;
use crate::stages::multi_pass::passes;
use crate::stages::output::Output;
use crate::stages::write::SourceWriter;

const STATE: &str = "state.json";
const INDEXES: &str = "indexes";

/// A checkpoint is due after this many times as long as the last one took to save, so that saving
/// takes at most a twentieth of the time.
const WORK_PER_SAVING: u32 = 20;

/// What is saved beside the deduplication indexes.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct State {
    pub(crate) made_by: MadeBy,
    /// The files that were read to their end.
    pub(crate) inputs: Vec<InputReport>,
    /// How far the file after them was read.
    pub(crate) place: FilePosition,
    /// The format of the documents, when documents are written at all.
    pub(crate) format: Option<Format>,
    pub(crate) counts: Counts,
    pub(crate) tally: Option<Tally>,
    pub(crate) output: Output,
}

/// A source that an earlier run left unfinished, ready to go on.
pub(crate) struct Checkpoint {
    pub(crate) state: State,
    pub(crate) start: Start,
    pub(crate) writer: SourceWriter,
}

/// Takes the checkpoints of one source, often enough for their cost.
pub(crate) struct Checkpoints {
    folder: PathBuf,
    saved: Instant,
    saving: Duration,
}

impl Checkpoints {
    /// None for a source that cannot be taken up: one that is read in several passes, which collect
    /// what no checkpoint holds, and standard input, which is gone.
    pub(crate) fn new(job: &Job<'_>, workspace: &Workspace, set: &InputSet) -> Option<Self> {
        (passes(job.recipe) == 1 && set.standard_inputs() == 0).then(|| Self {
            folder: workspace.checkpoint(&set.name),
            saved: Instant::now(),
            saving: Duration::ZERO,
        })
    }

    /// Whether enough was done since the last one.
    pub(crate) fn is_due(&self) -> bool {
        self.saved.elapsed() >= self.saving * WORK_PER_SAVING
    }

    /// Takes one, in place of the last.
    pub(crate) fn save(
        &mut self,
        state: &State,
        indexes: &Indexes,
        writer: &mut SourceWriter,
    ) -> Result<(), CorpusError> {
        let begun = Instant::now();
        writer.keep()?;
        let folder = AtomicDir::create(&self.folder)?;
        indexes.save(&folder.path().join(INDEXES))?;
        let path = folder.path().join(STATE);
        let json = serde_json::to_vec(state).map_err(Into::into);
        let written = json.and_then(|json| fs::write(&path, json));
        written.map_err(|error| CorpusError::write(&path, error))?;
        folder.commit()?;
        self.saving = begun.elapsed();
        self.saved = Instant::now();
        Ok(())
    }
}

impl Checkpoint {
    /// The checkpoint of a source and the indexes at that point, if there is one that was made by the
    /// same recipe from the same input, and every file that it counts on is there.
    pub(crate) fn load(
        job: &Job<'_>,
        workspace: &Workspace,
        set: &InputSet,
        observer: &dyn Observer,
    ) -> Result<Option<(Self, Indexes)>, PipelineError> {
        let folder = workspace.checkpoint(&set.name);
        let Some(state) = read_state(&folder).filter(|state| state.made_by == MadeBy::of(job))
        else {
            return Ok(None);
        };
        let Some(start) = Start::at(set, &job.fields, &state.inputs, &state.place, observer)?
        else {
            return Ok(None);
        };
        let Some(indexes) = Indexes::load(&folder.join(INDEXES), job.recipe) else {
            return Ok(None);
        };
        let writer = job.resume_writer(set, state.output.clone())?;
        let checkpoint = writer.map(|writer| Self {
            state,
            start,
            writer,
        });
        Ok(checkpoint.map(|checkpoint| (checkpoint, indexes)))
    }
}

fn read_state(folder: &Path) -> Option<State> {
    let json = fs::read(folder.join(STATE)).ok()?;
    serde_json::from_slice(&json).ok()
}
