//! The commands that change nothing: they look at documents or at finished outputs.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use assay_pipeline::{Banding, Inputs, PipelineError};
use clap::Args;
use serde::Serialize;

use crate::commands::{or_interrupted, print_bytes};
use crate::progress::Watch;
use crate::{Failure, findings, stage};

/// Which documents to look at.
#[derive(Debug, Args)]
pub(crate) struct InputArgs {
    /// Files, folders or globs; `-` for standard input.
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<String>,
    /// Key or column of the text; a.b for one inside another.
    #[arg(long, default_value = "text", value_name = "NAME")]
    text_field: String,
    /// Key or column of the identifier.
    #[arg(long, default_value = "id", value_name = "NAME")]
    id_field: String,
    /// Show no progress.
    #[arg(long)]
    no_progress: bool,
}

/// `sample`.
#[derive(Debug, Args)]
pub(crate) struct Sample {
    #[command(flatten)]
    inputs: InputArgs,
    /// How many documents.
    #[arg(short, default_value_t = 10, value_name = "N")]
    n: usize,
    /// Seed of the draws.
    #[arg(long, default_value_t = 0, value_name = "N")]
    seed: u64,
}

/// `stats`.
#[derive(Debug, Args)]
pub(crate) struct Stats {
    #[command(flatten)]
    inputs: InputArgs,
    /// Print JSON instead of a table.
    #[arg(long)]
    json: bool,
}

/// `diff`.
#[derive(Debug, Args)]
pub(crate) struct Diff {
    /// An output folder with decisions.
    first: PathBuf,
    /// Another one, made from the same documents.
    second: PathBuf,
    /// Print JSON instead of a table.
    #[arg(long)]
    json: bool,
}

/// `features`.
#[derive(Debug, Args)]
pub(crate) struct Features {
    #[command(flatten)]
    inputs: InputArgs,
    /// The Parquet file to write.
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// A rule or preset, as in `filter`; none of them drops a document here.
    #[arg(long = "filter", required = true, value_name = "RULE")]
    rules: Vec<String>,
}

/// `report`.
#[derive(Debug, Args)]
pub(crate) struct Report {
    /// An output folder with decisions; the inputs are read again, and their relative paths start
    /// here, so call it from where they do.
    output: PathBuf,
    /// A field of the documents by whose values they are counted, such as a domain.
    #[arg(long, value_name = "FIELD")]
    by: Option<String>,
    /// Print JSON instead of a table.
    #[arg(long)]
    json: bool,
    /// Show no progress.
    #[arg(long)]
    no_progress: bool,
}

/// `curve`.
#[derive(Debug, Args)]
pub(crate) struct Curve {
    /// A setting of `near`: threshold=0.8, or bands=14 and rows=8.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    settings: Vec<String>,
    /// Print JSON instead of a table.
    #[arg(long)]
    json: bool,
}

impl InputArgs {
    fn open(&self) -> Result<Inputs, PipelineError> {
        Inputs::open(&self.inputs, &self.text_field, &self.id_field)
    }

    /// Does something with the documents while progress is shown.
    fn watch<T>(
        &self,
        interrupted: &dyn Fn() -> bool,
        work: impl FnOnce(&Inputs, &Watch<'_>) -> Result<T, PipelineError>,
    ) -> Result<T, Failure> {
        let inputs = self.open()?;
        let watch = Watch::new(!self.no_progress, interrupted);
        let result = work(&inputs, &watch);
        watch.clear();
        or_interrupted(result)
    }
}

impl Sample {
    pub(crate) fn run(&self, interrupted: &dyn Fn() -> bool) -> Result<(), Failure> {
        let drawn = self.inputs.watch(interrupted, |inputs, watch| {
            assay_pipeline::sample(inputs, self.n, self.seed, watch)
        })?;
        if drawn.bad > 0 {
            // A note that cannot be shown must not stop the work.
            let _ = writeln!(
                io::stderr(),
                "drawn from {} documents; bad lines left out: {}",
                drawn.documents,
                drawn.bad
            );
        }
        print_bytes(&drawn.lines)
    }
}

impl Stats {
    pub(crate) fn run(&self, interrupted: &dyn Fn() -> bool) -> Result<(), Failure> {
        let work = |inputs: &Inputs, watch: &Watch<'_>| assay_pipeline::stats(inputs, watch);
        let stats = self.inputs.watch(interrupted, work)?;
        show(self.json, &stats, || findings::of_stats(&stats))
    }
}

impl Diff {
    pub(crate) fn run(&self, interrupted: &dyn Fn() -> bool) -> Result<(), Failure> {
        let watch = Watch::new(false, interrupted);
        let found = assay_pipeline::diff(&self.first, &self.second, &watch);
        let found = or_interrupted(found)?;
        show(self.json, &found, || findings::of_diff(&found))
    }
}

impl Features {
    pub(crate) fn run(&self, interrupted: &dyn Fn() -> bool) -> Result<(), Failure> {
        let rules = stage::rules(&self.rules)?;
        let written = self.inputs.watch(interrupted, |inputs, watch| {
            assay_pipeline::features(inputs, &rules, &self.output, watch)
        })?;
        print_bytes(findings::of_features(&written, &self.output).as_bytes())
    }
}

impl Report {
    pub(crate) fn run(&self, interrupted: &dyn Fn() -> bool) -> Result<(), Failure> {
        let watch = Watch::new(!self.no_progress, interrupted);
        let here = Path::new("");
        let found = assay_pipeline::report(&self.output, here, self.by.as_deref(), &watch);
        watch.clear();
        let found = or_interrupted(found)?;
        show(self.json, &found, || findings::of_report(&found))
    }
}

impl Curve {
    pub(crate) fn run(&self) -> Result<(), Failure> {
        let banding = Banding::of(&stage::minhash(&self.settings)?);
        let curve = banding.curve();
        let found = serde_json::json!({
            "bands": banding.bands, "rows": banding.rows, "curve": curve,
        });
        show(self.json, &found, || findings::of_curve(banding))
    }
}

/// Prints a result, for a program or for a person.
pub(crate) fn show(
    json: bool,
    found: &impl Serialize,
    text: impl Fn() -> String,
) -> Result<(), Failure> {
    if !json {
        return print_bytes(text().as_bytes());
    }
    let line = serde_json::to_string(found).map_err(io::Error::from)?;
    print_bytes(format!("{line}\n").as_bytes())
}
