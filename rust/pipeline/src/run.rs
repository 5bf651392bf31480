//! The order of work: evaluation sets, then sources, then the manifest.

use std::fs;
use std::path::Path;

use assay_corpus::atomic_write;
use assay_decontam::EvalIndex;
use assay_mixture::StoreWriter;
use assay_schema::{Manifest, Recipe, SCHEMA_VERSION, SourceReport};
use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::account::Account;
use crate::batch::BatchReader;
use crate::dedupe::{self, Indexes};
use crate::digest::sha256;
use crate::job::{Job, Role, Unit};
use crate::work::{MANIFEST, MANIFEST_DIGEST, Work, same_inputs};
use crate::{Event, Observer, PipelineError, VERSION, evals, source};

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
        && reports().count() == job.units.len()
        && reports().all(|report| job.output.join(&report.name).is_dir());
    if !same {
        return Ok(None);
    }
    for (unit, report) in job.units.iter().zip(reports()) {
        if unit.name != report.name || !same_inputs(unit, report, observer)? {
            return Ok(None);
        }
    }
    Ok(Some(manifest))
}

fn write_output(context: &Context<'_>, work: &Work) -> Result<Manifest, PipelineError> {
    let job = context.job;
    work.remove_manifest()?;
    let (mut reports, mut indexes) = resume(context, work)?;
    let mut evals = finished_evals(context, reports.len())?;
    for report in &reports {
        context.observer.event(&Event::Finished {
            report,
            reused: true,
        });
    }
    for unit in &job.units[reports.len()..] {
        work.forget(&unit.name)?;
    }
    let mut previous = reports.last().map(|report| report.name.clone());
    for unit in &job.units[reports.len()..] {
        let report = prepare(context, work, unit, evals.as_mut(), &mut indexes)?;
        work.finish(job, &report)?;
        if let Some(previous) = previous.replace(report.name.clone()) {
            work.drop_indexes(&previous)?;
        }
        context.observer.event(&Event::Finished {
            report: &report,
            reused: false,
        });
        reports.push(report);
    }
    work.remove_strangers(job)?;
    write_manifest(job, reports)
}

/// Puts the store of a unit in place and saves what a later run needs to go on after it.
fn prepare(
    context: &Context<'_>,
    work: &Work,
    unit: &Unit,
    evals: Option<&mut EvalIndex>,
    indexes: &mut Indexes,
) -> Result<SourceReport, PipelineError> {
    context.observer.event(&Event::Opened {
        name: &unit.name,
        input_bytes: unit.bytes(),
    });
    let recipe = context.job.recipe;
    let Role::Source(place) = unit.role else {
        return evals::prepare(context, unit, evals);
    };
    if !recipe.dedup.across {
        *indexes = Indexes::new(&recipe.dedup);
    }
    let source = &recipe.sources[place];
    let report = source::prepare(context, unit, source, evals.as_deref(), indexes)?;
    if recipe.dedup.across {
        work.save_indexes(&unit.name, indexes)?;
    }
    Ok(report)
}

/// What earlier runs finished, and the deduplication indexes after it.
fn resume(
    context: &Context<'_>,
    work: &Work,
) -> Result<(Vec<SourceReport>, Indexes), PipelineError> {
    let job = context.job;
    let mut reports = work.finished(job, context.observer)?;
    let evals = job.recipe.evals.len();
    let last = reports
        .last()
        .filter(|_| reports.len() > evals && job.recipe.dedup.across);
    if let Some(last) = last {
        match work.load_indexes(job, &last.name) {
            Some(indexes) => return Ok((reports, indexes)),
            // Without the indexes no later source can be done: begin with the first again.
            None => reports.truncate(evals),
        }
    }
    Ok((reports, Indexes::new(&job.recipe.dedup)))
}

/// The index to decontaminate against, holding the evaluation sets among the first `finished`
/// units; none when the recipe does not ask for it.
fn finished_evals(
    context: &Context<'_>,
    finished: usize,
) -> Result<Option<EvalIndex>, PipelineError> {
    let job = context.job;
    let Some(settings) = &job.recipe.decontaminate else {
        return Ok(None);
    };
    if job.recipe.evals.is_empty() {
        return Ok(None);
    }
    let mut index = EvalIndex::new(settings);
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

/// Tells the observer how far a unit is.
pub(crate) fn advanced(
    context: &Context<'_>,
    unit: &Unit,
    reader: &BatchReader<'_>,
    account: &Account,
) {
    context.observer.event(&Event::Advanced {
        name: &unit.name,
        bytes_read: reader.bytes_read(),
        documents: account.documents(),
        kept: account.kept(),
    });
}

/// Puts the store of a unit in place, unless there is nothing in it.
pub(crate) fn finish_unit(
    unit: &Unit,
    account: Account,
    reader: BatchReader<'_>,
    writer: StoreWriter,
) -> Result<SourceReport, PipelineError> {
    let name = unit.name.clone();
    if account.documents() == 0 {
        return Err(PipelineError::EmptySource {
            name,
            paths: unit.paths.clone(),
        });
    }
    if account.kept() == 0 {
        return Err(PipelineError::NothingLeft {
            name,
            read: account.documents(),
            reasons: account.losses(),
        });
    }
    Ok(account.report(reader.into_reports(), writer.finish()?))
}
