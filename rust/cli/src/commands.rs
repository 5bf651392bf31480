//! What the commands do.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use assay_pipeline::PipelineError;
use assay_schema::Recipe;

use crate::args::{Command, Filters, Verify};
use crate::looking::show;
use crate::progress::Watch;
use crate::stage::{HowArgs, Stage};
use crate::{Failure, findings, summary};

pub(crate) fn run(command: &Command, interrupted: &dyn Fn() -> bool) -> Result<(), Failure> {
    let (stage, kind) = match command {
        Command::Run(arguments) => {
            let recipe = read_recipe(&arguments.recipe)?;
            let base = arguments.recipe.parent().unwrap_or(Path::new(""));
            return run_recipe(&recipe, base, &arguments.how, interrupted);
        }
        Command::Verify(arguments) => return verify(arguments, interrupted),
        Command::Export(arguments) => return arguments.run(interrupted),
        Command::Filters(arguments) => return filters(arguments),
        Command::Mix(arguments) => return arguments.run(interrupted),
        Command::Stats(arguments) => return arguments.run(interrupted),
        Command::Sample(arguments) => return arguments.run(interrupted),
        Command::Diff(arguments) => return arguments.run(interrupted),
        Command::Report(arguments) => return arguments.run(interrupted),
        Command::Features(arguments) => return arguments.run(interrupted),
        Command::Curve(arguments) => return arguments.run(),
        Command::Tokenize(arguments) => {
            let recipe = arguments.recipe()?;
            return run_recipe(&recipe, Path::new(""), &arguments.how, interrupted);
        }
        Command::Filter(arguments) => {
            let rules = &arguments.rules;
            (&arguments.stage, Stage::Filter { rules })
        }
        Command::Decontaminate(arguments) => {
            let evals = &arguments.evals;
            (&arguments.stage, Stage::Decontaminate { evals })
        }
        Command::Exact(stage) => (stage, Stage::Exact),
        Command::Near(stage) => (stage, Stage::Near),
        Command::Paragraphs(stage) => (stage, Stage::Paragraphs),
        Command::Substrings(stage) => (stage, Stage::Substrings),
    };
    let recipe = stage.recipe(kind)?;
    run_recipe(&recipe, Path::new(""), &stage.how, interrupted)
}

fn run_recipe(
    recipe: &Recipe,
    base: &Path,
    how: &HowArgs,
    interrupted: &dyn Fn() -> bool,
) -> Result<(), Failure> {
    let watch = Watch::new(!how.no_progress, interrupted);
    let mut recipe = recipe.clone();
    recipe.dedup.memory_mib = how.memory.unwrap_or(recipe.dedup.memory_mib);
    if how.dry_run {
        let found = assay_pipeline::estimate(&recipe, base, how.threads, &watch);
        let found = or_interrupted(found)?;
        return show(how.json, &found, || findings::of_estimate(&found));
    }
    let result = assay_pipeline::run(&recipe, base, how.threads, &watch);
    watch.clear();
    let manifest = or_interrupted(result)?;
    print(&if how.json {
        manifest.to_json()
    } else {
        summary::of_run(&manifest, &base.join(&recipe.output))
    })
}

/// On the command line only Ctrl-C stops work.
pub(crate) fn or_interrupted<T>(result: Result<T, PipelineError>) -> Result<T, Failure> {
    result.map_err(|error| match error {
        PipelineError::Cancelled => Failure::Interrupted,
        other => other.into(),
    })
}

fn read_recipe(path: &Path) -> Result<Recipe, Failure> {
    let (text, origin) = read_text(path)?;
    let recipe = Recipe::from_toml(&text, &origin);
    Ok(recipe.map_err(PipelineError::Recipe)?)
}

/// The text of a recipe file, and its name for errors.
pub(crate) fn read_text(path: &Path) -> Result<(String, String), Failure> {
    let origin = path.display().to_string();
    match fs::read_to_string(path) {
        Ok(text) => Ok((text, origin)),
        Err(error) => Err(Failure::RecipeFile {
            path: origin,
            error,
        }),
    }
}

fn verify(arguments: &Verify, interrupted: &dyn Fn() -> bool) -> Result<(), Failure> {
    let watch = Watch::new(false, interrupted);
    let verified = or_interrupted(assay_pipeline::verify(&arguments.folder, &watch))?;
    print(&if arguments.json {
        verified.to_json()
    } else {
        summary::of_verify(&verified, &arguments.folder)
    })
}

fn filters(arguments: &Filters) -> Result<(), Failure> {
    let rules = assay_filter::registry();
    print(&if arguments.json {
        format!("{}\n", serde_json::json!(rules))
    } else {
        format!("{}\n", rules.join("\n"))
    })
}

pub(crate) fn print(text: &str) -> Result<(), Failure> {
    print_bytes(text.as_bytes())
}

pub(crate) fn print_bytes(bytes: &[u8]) -> Result<(), Failure> {
    let mut output = io::stdout().lock();
    output.write_all(bytes)?;
    Ok(output.flush()?)
}
