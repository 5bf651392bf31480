//! Runs a recipe in its order: evaluation sets, then sources, then the manifest.

use std::path::Path;

use assay_corpus::atomic_write;
use assay_decontam::EvalIndexBuilder;
use assay_schema::{Across, Manifest, Recipe, SCHEMA_VERSION, SourceReport};
use rayon::ThreadPoolBuilder;

use crate::error::PipelineError;
use crate::manifest::{MANIFEST, MANIFEST_DIGEST, VERSION, digest_line};
use crate::observer::{Event, Observer};
use crate::read::input_set::InputSet;
use crate::run::checkpoint::Checkpoint;
use crate::run::context::{Context, SourceContext};
use crate::run::job::Job;
use crate::run::overlaps::overlaps;
use crate::run::resume::{Resumed, finished_evals, finished_output, resume};
use crate::run::workspace::Workspace;
use crate::run::{evals, source};
use crate::stages::dedupe::{self, Indexes};
use crate::stages::multi_pass::{MultiPassStages, passes};

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
        Workspace::clear(&job.output)?;
        for report in manifest.evals.iter().chain(&manifest.sources) {
            observer.event(&Event::Finished {
                report,
                reused: true,
            });
        }
        return Ok(manifest);
    }
    let workspace = Workspace::open(&job.output)?;
    observer.event(&Event::Started {
        input_bytes: job.input_bytes(),
        index_bytes_per_document: dedupe::bytes_per_document(&recipe.dedup),
        slow_tokenizer: job.tokenizer.as_ref().is_some_and(|one| !one.is_fast()),
    });
    match write_output(&context, &workspace) {
        Ok(manifest) => {
            workspace.close()?;
            Ok(manifest)
        }
        Err(error) => {
            workspace.abandon();
            Err(error)
        }
    }
}

/// Does what earlier runs left to do.
fn write_output(context: &Context<'_>, workspace: &Workspace) -> Result<Manifest, PipelineError> {
    let job = context.job;
    workspace.remove_manifest()?;
    let Resumed {
        mut reports,
        mut indexes,
        mut checkpoint,
    } = resume(context, workspace)?;
    for report in &reports {
        context.observer.event(&Event::Finished {
            report,
            reused: true,
        });
    }
    for set in &job.sets[reports.len()..] {
        workspace.forget(&set.name)?;
    }
    let mut builder = finished_evals(context, reports.len())?;
    let (evals, sources) = job.sets.split_at(job.recipe.evals.len());
    for set in evals.iter().skip(reports.len()) {
        context.opened(set);
        let report = evals::prepare(context, set, builder.as_mut())?;
        finish(context, workspace, report, &mut reports)?;
    }
    let rest = &sources[reports.len() - evals.len()..];
    let index = builder.map(EvalIndexBuilder::build);
    let shared = SourceContext {
        context,
        workspace,
        evals: index.as_ref(),
    };
    for group in groups(&job.recipe.dedup.across, rest) {
        prepare_group(
            &shared,
            group,
            indexes.take(),
            checkpoint.take(),
            &mut reports,
        )?;
    }
    workspace.remove_strangers(job)?;
    write_manifest(job, workspace, reports)
}

/// The sources that are taken through one set of indexes after the other.
fn groups<'a>(across: &Across, sources: &'a [InputSet]) -> Vec<&'a [InputSet]> {
    let leading = sources.iter().filter(|set| across.leads(set.place));
    let (leading, alone) = sources.split_at(leading.count());
    let leading = (!leading.is_empty()).then_some(leading);
    leading.into_iter().chain(alone.chunks(1)).collect()
}

/// Prepares sources whose documents are compared with each other. `indexes` hold the sources
/// before them, and the documents of the first up to its checkpoint.
fn prepare_group(
    shared: &SourceContext<'_>,
    sources: &[InputSet],
    indexes: Option<Indexes>,
    mut checkpoint: Option<Checkpoint>,
    reports: &mut Vec<SourceReport>,
) -> Result<(), PipelineError> {
    let SourceContext {
        context, workspace, ..
    } = *shared;
    let recipe = context.job.recipe;
    let mut indexes = match indexes {
        Some(indexes) => indexes,
        None => begin(shared, sources)?,
    };
    let mut previous = reports.last().map(|report| report.name.clone());
    for set in sources {
        context.opened(set);
        let report = source::prepare(shared, set, &mut indexes, checkpoint.take())?;
        let name = report.name.clone();
        if let Some(kept) = indexes.take_kept() {
            workspace.save_kept(&name, &kept)?;
        }
        let saves = recipe.dedup.across.leads(set.place) && passes(recipe) == 1;
        if saves {
            workspace.save_indexes(&name, &indexes)?;
        }
        finish(context, workspace, report, reports)?;
        if saves && let Some(previous) = previous.replace(name) {
            workspace.drop_indexes(&previous)?;
        }
    }
    Ok(())
}

/// The indexes before the first of some sources: those after the sources that the recipe names,
/// where these are compared with them and not with each other.
fn begin(shared: &SourceContext<'_>, sources: &[InputSet]) -> Result<Indexes, PipelineError> {
    let job = shared.context.job;
    let alone = |set: &InputSet| !job.recipe.dedup.across.leads(set.place);
    let named = job.recipe.dedup.across.named();
    match named.filter(|_| sources.iter().all(alone)) {
        None => collect(shared, sources),
        Some(named) => {
            let last = &job.recipe.sources[named - 1].name;
            let indexes = shared.workspace.load_indexes(job, last);
            indexes.ok_or_else(|| shared.workspace.lost("the index of documents", last))
        }
    }
}

/// Shows all documents to the stages that must see them before they decide. The input is read
/// `passes - 1` times for that, and once more by the pass that writes. Every pass does all earlier
/// stages again, because their results would take as much memory or disk as the input. Most
/// recipes have no such stage, and for them nothing is read here.
fn collect(shared: &SourceContext<'_>, sources: &[InputSet]) -> Result<Indexes, PipelineError> {
    let context = shared.context;
    let recipe = context.job.recipe;
    let folder = shared.workspace.folder();
    let failed = |error| PipelineError::Dedup {
        name: sources
            .iter()
            .map(|set| set.name.as_str())
            .collect::<Vec<_>>()
            .join(", "),
        error,
    };
    let mut stages = MultiPassStages::first(recipe, folder).map_err(failed)?;
    for _ in 1..passes(recipe) {
        let mut indexes = Indexes::new(recipe, stages);
        for set in sources {
            context.opened(set);
            source::collect(shared, set, &mut indexes)?;
        }
        let next = || indexes.into_multi_pass().next(recipe, folder);
        stages = context.pool.install(next).map_err(failed)?;
    }
    Ok(Indexes::new(recipe, stages))
}

/// Notes that a source or evaluation set is finished.
fn finish(
    context: &Context<'_>,
    workspace: &Workspace,
    report: SourceReport,
    reports: &mut Vec<SourceReport>,
) -> Result<(), PipelineError> {
    workspace.finish(context.job, &report)?;
    workspace.remove_checkpoints(None)?;
    context.observer.event(&Event::Finished {
        report: &report,
        reused: false,
    });
    reports.push(report);
    Ok(())
}

fn write_manifest(
    job: &Job<'_>,
    workspace: &Workspace,
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
        overlaps: overlaps(job, workspace)?,
    };
    manifest.validate(MANIFEST).map_err(PipelineError::Recipe)?;
    let json = manifest.to_json();
    let digest = digest_line(MANIFEST, json.as_bytes());
    atomic_write(&job.output.join(MANIFEST_DIGEST), digest.as_bytes())?;
    // Last: an output with a manifest is finished.
    atomic_write(&job.output.join(MANIFEST), json.as_bytes())?;
    Ok(manifest)
}
