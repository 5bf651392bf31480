//! The order of work: evaluation sets, then sources, then the manifest.

use std::fs;
use std::path::Path;

use assay_corpus::atomic_write;
use assay_decontam::{EvalIndex, EvalIndexBuilder};
use assay_schema::{Manifest, Recipe, SCHEMA_VERSION, SourceReport};
use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::error::PipelineError;
use crate::manifest::VERSION;
use crate::manifest::sha256;
use crate::observer::{Event, Observer};
use crate::run::checkpoint::Checkpoint;
use crate::run::evals;
use crate::run::job::{Job, Role, Unit};
use crate::run::source;
use crate::run::workspace::{MANIFEST, MANIFEST_DIGEST, Work, same_files};
use crate::stages::dedupe::{self, Indexes};
use crate::stages::multi_pass::{WholeStages, passes};

/// What every part of a run is given.
pub(crate) struct Context<'a> {
    pub(crate) job: &'a Job<'a>,
    pub(crate) pool: ThreadPool,
    pub(crate) observer: &'a dyn Observer,
}

/// Runs a recipe and returns the manifest, which is also written to the output folder.
///
/// Relative paths of the recipe start from `base`. `threads` is the number of worker threads, 0
/// for one per core; the output does not depend on it. An output that is finished and made from
/// the same recipe and input is left as it is. One that was stopped is taken up again.
///
/// # Errors
/// [`PipelineError`]; what was finished before stays, and the same call goes on from there.
pub fn run(
    recipe: &Recipe,
    base: &Path,
    threads: usize,
    observer: &dyn Observer,
) -> Result<Manifest, PipelineError> {
    let job = Job::resolve(recipe, base)?;
    let pool = ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = pool.map_err(|error| PipelineError::Threads {
        threads,
        reason: error.to_string(),
    })?;
    let context = Context {
        job: &job,
        pool,
        observer,
    };
    if let Some(manifest) = finished_output(&job, observer)? {
        Work::clear(&job.output)?;
        for report in manifest.evals.iter().chain(&manifest.sources) {
            observer.event(&Event::Finished {
                report,
                reused: true,
            });
        }
        return Ok(manifest);
    }
    let work = Work::open(&job.output)?;
    observer.event(&Event::Started {
        input_bytes: job.input_bytes(),
        index_bytes_per_document: dedupe::bytes_per_document(&recipe.dedup),
        slow_tokenizer: job.tokenizer.as_ref().is_some_and(|one| !one.is_fast()),
    });
    match write_output(&context, &work) {
        Ok(manifest) => {
            work.close()?;
            Ok(manifest)
        }
        Err(error) => {
            work.abandon();
            Err(error)
        }
    }
}

/// The manifest of an output that is there and was made from the same recipe and input.
fn finished_output(
    job: &Job<'_>,
    observer: &dyn Observer,
) -> Result<Option<Manifest>, PipelineError> {
    let path = job.output.join(MANIFEST);
    let Ok(text) = fs::read_to_string(&path) else {
        return Ok(None);
    };
    let Ok(manifest) = Manifest::from_json(&text, MANIFEST) else {
        return Ok(None);
    };
    let reports = || manifest.evals.iter().chain(&manifest.sources);
    let same = manifest.recipe_sha256 == job.recipe_sha256
        && manifest.tokenizer == job.tokenizer_report
        && manifest.filter_files == job.filter_files
        && reports().count() == job.units.len()
        && reports().all(|report| job.output.join(&report.name).is_dir());
    if !same {
        return Ok(None);
    }
    for (unit, report) in job.units.iter().zip(reports()) {
        if unit.name != report.name || !same_files(&unit.files, &report.inputs, observer)? {
            return Ok(None);
        }
    }
    Ok(Some(manifest))
}

fn write_output(context: &Context<'_>, work: &Work) -> Result<Manifest, PipelineError> {
    let job = context.job;
    work.remove_manifest()?;
    let Resumed {
        mut reports,
        indexes,
        checkpoint,
    } = resume(context, work)?;
    for report in &reports {
        context.observer.event(&Event::Finished {
            report,
            reused: true,
        });
    }
    for unit in &job.units[reports.len()..] {
        work.forget(&unit.name)?;
    }
    let mut builder = finished_evals(context, reports.len())?;
    let evals_done = job.recipe.evals.len();
    let (evals, sources) = job.units.split_at(evals_done);
    for unit in evals.iter().skip(reports.len()) {
        opened(context, unit);
        let report = evals::prepare(context, unit, builder.as_mut())?;
        finished(context, work, report, &mut reports)?;
    }
    let evals = builder.map(EvalIndexBuilder::build);
    let rest = &sources[reports.len() - evals_done..];
    let plan = Plan {
        context,
        work,
        evals: evals.as_ref(),
    };
    let groups = if job.recipe.dedup.across {
        rest.chunks(rest.len().max(1))
    } else {
        rest.chunks(1)
    };
    let (mut indexes, mut checkpoint) = (indexes, checkpoint);
    for group in groups {
        plan.group(group, indexes.take(), checkpoint.take(), &mut reports)?;
    }
    work.remove_strangers(job)?;
    write_manifest(job, reports)
}

fn opened(context: &Context<'_>, unit: &Unit) {
    context.observer.event(&Event::Opened {
        name: &unit.name,
        input_bytes: unit.bytes(),
    });
}

fn finished(
    context: &Context<'_>,
    work: &Work,
    report: SourceReport,
    reports: &mut Vec<SourceReport>,
) -> Result<(), PipelineError> {
    work.finish(context.job, &report)?;
    work.remove_checkpoints(None)?;
    context.observer.event(&Event::Finished {
        report: &report,
        reused: false,
    });
    reports.push(report);
    Ok(())
}

/// What all sources of a run share.
pub(crate) struct Plan<'a> {
    pub(crate) context: &'a Context<'a>,
    pub(crate) work: &'a Work,
    pub(crate) evals: Option<&'a EvalIndex>,
}

impl Plan<'_> {
    /// Sources whose documents are compared with each other; `indexes` hold those before them, and
    /// those of the first up to its checkpoint.
    fn group(
        &self,
        units: &[Unit],
        indexes: Option<Indexes>,
        mut checkpoint: Option<Checkpoint>,
        reports: &mut Vec<SourceReport>,
    ) -> Result<(), PipelineError> {
        let across = self.context.job.recipe.dedup.across;
        let mut indexes = match indexes {
            Some(indexes) => indexes,
            None => self.survey(units)?,
        };
        let mut previous = reports.last().map(|report| report.name.clone());
        for unit in units {
            opened(self.context, unit);
            let report = source::prepare(self, unit, &mut indexes, checkpoint.take())?;
            let name = report.name.clone();
            if across && passes(self.context.job.recipe) == 1 {
                self.work.save_indexes(&name, &indexes)?;
            }
            finished(self.context, self.work, report, reports)?;
            if let Some(previous) = previous.replace(name) {
                self.work.drop_indexes(&previous)?;
            }
        }
        Ok(())
    }

    /// Shows all documents to the stages that must see them before they decide.
    fn survey(&self, units: &[Unit]) -> Result<Indexes, PipelineError> {
        let recipe = self.context.job.recipe;
        let folder = self.work.folder();
        let failed = |error| PipelineError::Dedup {
            name: units
                .iter()
                .map(|unit| unit.name.as_str())
                .collect::<Vec<_>>()
                .join(", "),
            error,
        };
        let mut whole = WholeStages::first(recipe, folder).map_err(failed)?;
        for _ in 1..passes(recipe) {
            let mut indexes = Indexes::new(recipe, whole);
            for unit in units {
                opened(self.context, unit);
                source::survey(self, unit, &mut indexes)?;
            }
            let next = || indexes.into_whole().next(recipe, folder);
            whole = self.context.pool.install(next).map_err(failed)?;
        }
        Ok(Indexes::new(recipe, whole))
    }
}

/// What earlier runs did.
struct Resumed {
    /// On the units that are finished.
    reports: Vec<SourceReport>,
    /// The deduplication indexes then, where there are any.
    indexes: Option<Indexes>,
    /// Of the source after them.
    checkpoint: Option<Checkpoint>,
}

fn resume(context: &Context<'_>, work: &Work) -> Result<Resumed, PipelineError> {
    let job = context.job;
    let mut reports = work.finished(job, context.observer)?;
    let next = job.units.get(reports.len());
    if let Some(unit) = next.filter(|unit| unit.role == Role::Source)
        && let Some((checkpoint, indexes)) = Checkpoint::load(job, work, unit, context.observer)?
    {
        work.remove_checkpoints(Some(&unit.name))?;
        return Ok(Resumed {
            reports,
            indexes: Some(indexes),
            checkpoint: Some(checkpoint),
        });
    }
    work.remove_checkpoints(None)?;
    let evals = job.recipe.evals.len();
    let mut indexes = None;
    if reports.len() > evals && job.recipe.dedup.across {
        let last = reports.last().map(|report| report.name.clone());
        indexes = last.and_then(|name| work.load_indexes(job, &name));
        if indexes.is_none() {
            // Without the indexes no later source can be done: begin with the first again.
            reports.truncate(evals);
        }
    }
    Ok(Resumed {
        reports,
        indexes,
        checkpoint: None,
    })
}

/// The index to decontaminate against, holding the evaluation sets among the first `finished`
/// units; none when the recipe does not ask for it.
fn finished_evals(
    context: &Context<'_>,
    finished: usize,
) -> Result<Option<EvalIndexBuilder>, PipelineError> {
    let job = context.job;
    let Some(settings) = &job.recipe.decontaminate else {
        return Ok(None);
    };
    if job.recipe.evals.is_empty() {
        return Ok(None);
    }
    let mut index = EvalIndexBuilder::new(settings);
    for unit in job.units[..finished]
        .iter()
        .filter(|unit| unit.role == Role::Eval)
    {
        evals::index_again(context, unit, &mut index)?;
    }
    Ok(Some(index))
}

fn write_manifest(
    job: &Job<'_>,
    mut reports: Vec<SourceReport>,
) -> Result<Manifest, PipelineError> {
    let sources = reports.split_off(job.recipe.evals.len());
    let manifest = Manifest {
        schema_version: SCHEMA_VERSION,
        assay_version: VERSION.to_owned(),
        recipe: job.recipe.clone(),
        recipe_sha256: job.recipe_sha256.clone(),
        tokenizer: job.tokenizer_report.clone(),
        filter_files: job.filter_files.clone(),
        sources,
        evals: reports,
    };
    manifest.validate(MANIFEST).map_err(PipelineError::Recipe)?;
    let json = manifest.to_json();
    let digest = format!("{}  {MANIFEST}\n", sha256(json.as_bytes()));
    atomic_write(&job.output.join(MANIFEST_DIGEST), digest.as_bytes())?;
    // Last: an output with a manifest is finished.
    atomic_write(&job.output.join(MANIFEST), json.as_bytes())?;
    Ok(manifest)
}
