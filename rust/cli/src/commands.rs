//! What the commands do.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use assay_pipeline::PipelineError;
use assay_schema::{Manifest, Recipe};

use crate::args::{Command, Filters, Run, Verify};
use crate::progress::Watch;
use crate::{Failure, summary};

pub(crate) fn run(command: &Command, interrupted: &dyn Fn() -> bool) -> Result<(), Failure> {
    match command {
        Command::Run(arguments) => run_recipe(arguments, interrupted),
        Command::Verify(arguments) => verify(arguments, interrupted),
        Command::Filters(arguments) => filters(arguments),
    }
}

fn run_recipe(arguments: &Run, interrupted: &dyn Fn() -> bool) -> Result<(), Failure> {
    let recipe = read_recipe(&arguments.recipe)?;
    let base = arguments.recipe.parent().unwrap_or(Path::new(""));
    let watch = Watch::new(!arguments.no_progress, interrupted);
    let result = assay_pipeline::run(&recipe, base, arguments.threads, &watch);
    watch.clear();
    let manifest = or_interrupted(result)?;
    let text = if arguments.json {
        manifest.to_json()
    } else {
        let output = base.join(&recipe.output);
        summary::of_run(&manifest, &output)
    };
    print(&text)
}

/// On the command line only Ctrl-C stops work.
fn or_interrupted(result: Result<Manifest, PipelineError>) -> Result<Manifest, Failure> {
    result.map_err(|error| match error {
        PipelineError::Cancelled => Failure::Interrupted,
        other => other.into(),
    })
}

fn read_recipe(path: &Path) -> Result<Recipe, Failure> {
    let origin = path.display().to_string();
    let text = fs::read_to_string(path).map_err(|error| Failure::RecipeFile {
        path: origin.clone(),
        error,
    })?;
    let recipe = Recipe::from_toml(&text, &origin);
    Ok(recipe.map_err(PipelineError::Recipe)?)
}

fn verify(arguments: &Verify, interrupted: &dyn Fn() -> bool) -> Result<(), Failure> {
    let watch = Watch::new(false, interrupted);
    let manifest = or_interrupted(assay_pipeline::verify(&arguments.folder, &watch))?;
    print(&if arguments.json {
        manifest.to_json()
    } else {
        summary::of_verify(&manifest, &arguments.folder)
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

fn print(text: &str) -> Result<(), Failure> {
    let mut output = io::stdout().lock();
    output.write_all(text.as_bytes())?;
    Ok(output.flush()?)
}
