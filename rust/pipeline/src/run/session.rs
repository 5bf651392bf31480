//! Sessions: the stages of a recipe over batches that a caller holds, one after the other.

use std::path::Path;
use std::sync::Arc;

use arrow_array::RecordBatch;
use assay_corpus::{Batch, Fields, Format};
use assay_decontam::EvalIndex;
use assay_filter::Chain;
use assay_schema::{BatchRecipe, OnBadLine, Recipe, SourceInput};

use crate::error::PipelineError;
use crate::observer::Silent;
use crate::read::evals::{EvalReader, empty_index};
use crate::read::input_set::{self, InputSet};
use crate::read::reading::{Block, FilePosition};
use crate::run::job;
use crate::stages::decisions::{Decision, Decisions};
use crate::stages::dedupe::Indexes;
use crate::stages::multi_pass::{MultiPassStages, passes};
use crate::stages::ordered::OrderedStages;
use crate::stages::parallel::ParallelStages;

/// Filters, decontaminates and deduplicates batches one after the other. It remembers the documents
/// that stayed, to find duplicates of them in later batches.
pub struct Session {
    recipe: Recipe,
    fields: Fields,
    set: InputSet,
    chain: Arc<Chain>,
    evals: Option<EvalIndex>,
    indexes: Indexes,
}

/// What is left of a batch.
pub struct Outcome {
    /// The rows that stay, with their texts as they are now.
    pub kept: RecordBatch,
    /// What became of every row.
    pub decisions: Vec<Decision>,
}

impl Session {
    /// Opens the files of filters and evaluation sets, relative to `base`.
    ///
    /// # Errors
    /// [`PipelineError`] when the recipe is wrong, has a stage that must see all documents before
    /// it decides, or names a file that cannot be read.
    pub fn open(recipe: BatchRecipe, base: &Path) -> Result<Self, PipelineError> {
        recipe.validate("recipe").map_err(PipelineError::Recipe)?;
        let set = InputSet::in_memory();
        let recipe = with_one_source(recipe, &set);
        if passes(&recipe) > 1 {
            return Err(PipelineError::MultiPassStage);
        }
        let chain = job::chains(&recipe, base)?.swap_remove(0);
        let fields = input_set::fields(&recipe);
        let evals = index_evals(&recipe, base, &fields)?;
        Ok(Self {
            indexes: Indexes::new(&recipe, MultiPassStages::off()),
            fields,
            set,
            chain,
            evals,
            recipe,
        })
    }

    /// Takes one batch through the stages, on all threads of the current pool.
    ///
    /// # Errors
    /// [`PipelineError`] when the text column is missing or of another type, or a row is no
    /// document and the recipe does not allow that.
    pub fn apply(&mut self, rows: RecordBatch) -> Result<Outcome, PipelineError> {
        let (evals, multi_pass) = (self.evals.as_ref(), self.indexes.multi_pass());
        let stages = ParallelStages::new(&self.recipe, &self.chain, evals, multi_pass);
        let block = Block {
            file: 0,
            batch: Batch::from_arrow(rows, &self.fields)?,
            format: Format::Arrow,
            place: FilePosition::default(),
        };
        let blocks = [block];
        let judged = stages.judge(&blocks).swap_remove(0);
        let [block] = blocks;
        let decisions = Some(Decisions::Memory(Vec::new()));
        let indexes = &mut self.indexes;
        let mut ordered = OrderedStages::new(&stages, &self.set, indexes, decisions, &self.recipe);
        let kept = ordered.apply(&block, judged)?;
        let decisions = match ordered.decisions {
            Some(Decisions::Memory(decisions)) => decisions,
            _ => Vec::new(),
        };
        Ok(Outcome {
            kept: block.batch.take(kept.places())?,
            decisions,
        })
    }
}

/// The recipe that the stages of files take, for batches: its one source is `set`, and nothing is
/// written.
fn with_one_source(batches: BatchRecipe, set: &InputSet) -> Recipe {
    Recipe {
        seed: batches.seed,
        text_field: batches.text_field,
        id_field: batches.id_field,
        on_bad_line: batches.on_bad_line,
        decisions: true,
        dedup: batches.dedup,
        decontaminate: batches.decontaminate,
        sources: vec![SourceInput {
            name: set.name.clone(),
            path: Vec::new(),
            filters: batches.filters,
        }],
        evals: batches.evals,
        ..Recipe::new(String::new())
    }
}

/// The index of the evaluation sets, all of whose documents must be good.
fn index_evals(
    recipe: &Recipe,
    base: &Path,
    fields: &Fields,
) -> Result<Option<EvalIndex>, PipelineError> {
    let Some(mut index) = empty_index(recipe) else {
        return Ok(None);
    };
    for set in input_set::eval_sets(recipe, base)? {
        let reader = EvalReader {
            set: &set,
            fields,
            on_bad_line: OnBadLine::Fail,
            observer: &Silent,
            index: Some(&mut index),
        };
        reader.read(|_| Ok(()))?;
    }
    Ok(Some(index.build()))
}
