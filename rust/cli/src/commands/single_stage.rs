//! `filter`, `exact`, `near`, `paragraphs`, `substrings` and `decontaminate`: each runs one
//! stage on its own, as a recipe that has only this stage.

use std::path::{Path, PathBuf};

use assay_schema::{
    Decontaminate, Dedup, Documents, EvalInput, Exact, Near, OnBadLine, Recipe, RepeatedParagraphs,
    SourceInput, Substring,
};
use clap::Args;
use toml::Table;

use crate::args::inputs::InputArgs;
use crate::args::run_options::RunOptions;
use crate::args::settings::{self, ORIGIN};
use crate::failure::Failure;
use crate::run_recipe::run_recipe;

/// The name of the source where no recipe names one.
pub(crate) const SOURCE: &str = "documents";

/// The arguments that all verbs of one stage share.
#[derive(Debug, Args)]
pub(crate) struct StageArgs {
    #[command(flatten)]
    source: SourceArgs,
    /// A setting of the stage, as in a recipe: threshold=0.8; repeat it for more.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    settings: Vec<String>,
    /// Format to write: jsonl, jsonl.gz, jsonl.zst, parquet or arrow; without it, the format of the
    /// input.
    #[arg(long, value_name = "FORMAT")]
    format: Option<String>,
    /// Size in MiB of the texts in one written file.
    #[arg(long, default_value_t = 512, value_name = "N")]
    shard_mib: u32,
    /// Also write what became of every document, and why, as a Parquet table.
    #[arg(long)]
    decisions: bool,
    /// Write the table of decisions and no documents.
    #[arg(long, conflicts_with_all = ["format", "decisions"])]
    only_decisions: bool,
    /// Seed of every hash.
    #[arg(long, default_value_t = 0, value_name = "N")]
    seed: u32,
    #[command(flatten)]
    options: RunOptions,
}

/// The arguments that say which documents to read, and where the output goes.
#[derive(Debug, Args)]
pub(crate) struct SourceArgs {
    #[command(flatten)]
    input: InputArgs,
    /// The folder to write.
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
    /// Count lines and rows that are not documents, and continue.
    #[arg(long)]
    reject_bad: bool,
}

/// `filter`.
#[derive(Debug, Args)]
pub(crate) struct FilterArgs {
    #[command(flatten)]
    stage: StageArgs,
    /// A rule or preset by name, or with settings as {rule = "length", min_words = 50}; in this
    /// order.
    #[arg(long = "filter", required = true, value_name = "RULE")]
    rules: Vec<String>,
}

/// `decontaminate`.
#[derive(Debug, Args)]
pub(crate) struct DecontaminateArgs {
    #[command(flatten)]
    stage: StageArgs,
    /// A file or folder of evaluation documents; repeat it for more.
    #[arg(long = "evals", required = true, value_name = "PATH")]
    evals: Vec<String>,
}

impl FilterArgs {
    pub(crate) fn run(&self, interrupted: &dyn Fn() -> bool) -> Result<(), Failure> {
        self.stage.run(interrupted, |recipe, settings| {
            no_settings(&settings)?;
            let filters = settings::filters(&self.rules)?;
            for source in &mut recipe.sources {
                source.filters.clone_from(&filters);
            }
            Ok(())
        })
    }
}

impl DecontaminateArgs {
    pub(crate) fn run(&self, interrupted: &dyn Fn() -> bool) -> Result<(), Failure> {
        self.stage.run(interrupted, |recipe, settings| {
            recipe.decontaminate = Some(Decontaminate::from_table(settings, ORIGIN)?);
            recipe.evals = eval_sets(&self.evals);
            Ok(())
        })
    }
}

impl StageArgs {
    pub(crate) fn exact(&self, interrupted: &dyn Fn() -> bool) -> Result<(), Failure> {
        self.run(interrupted, |recipe, settings| {
            recipe.dedup.exact = Some(Exact::from_table(settings, ORIGIN)?);
            Ok(())
        })
    }

    pub(crate) fn near(&self, interrupted: &dyn Fn() -> bool) -> Result<(), Failure> {
        self.run(interrupted, |recipe, settings| {
            recipe.dedup.near = Some(Near::from_table(settings, ORIGIN)?);
            Ok(())
        })
    }

    pub(crate) fn paragraphs(&self, interrupted: &dyn Fn() -> bool) -> Result<(), Failure> {
        self.run(interrupted, |recipe, settings| {
            recipe.dedup.paragraphs = Some(RepeatedParagraphs::from_table(settings, ORIGIN)?);
            Ok(())
        })
    }

    pub(crate) fn substrings(&self, interrupted: &dyn Fn() -> bool) -> Result<(), Failure> {
        self.run(interrupted, |recipe, settings| {
            recipe.dedup.substrings = Some(Substring::from_table(settings, ORIGIN)?);
            Ok(())
        })
    }

    /// Runs the recipe in which `turn_on` has turned on the one stage, by its settings.
    fn run(
        &self,
        interrupted: &dyn Fn() -> bool,
        turn_on: impl FnOnce(&mut Recipe, Table) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let mut recipe = self.source.recipe(SOURCE);
        turn_on(&mut recipe, settings::table(&self.settings)?)?;
        recipe.seed = self.seed.into();
        recipe.decisions = self.decisions || self.only_decisions;
        if !self.only_decisions {
            recipe.documents = Some(self.documents()?);
        }
        recipe.validate(ORIGIN)?;
        run_recipe(recipe, Path::new(""), &self.options, interrupted)
    }

    fn documents(&self) -> Result<Documents, Failure> {
        let mut settings = Table::new();
        settings.insert("shard_mib".into(), i64::from(self.shard_mib).into());
        if let Some(format) = &self.format {
            settings.insert("format".into(), format.clone().into());
        }
        Ok(Documents::from_table(settings, ORIGIN)?)
    }
}

impl SourceArgs {
    /// A recipe that reads one source and runs no stage yet.
    pub(crate) fn recipe(&self, name: &str) -> Recipe {
        let mut recipe = Recipe::new(self.output.to_string_lossy().into_owned());
        recipe.text_field.clone_from(&self.input.text_field);
        recipe.id_field.clone_from(&self.input.id_field);
        recipe.dedup = Dedup::off();
        recipe.decontaminate = None;
        if self.reject_bad {
            recipe.on_bad_line = OnBadLine::Reject;
        }
        recipe.sources.push(SourceInput {
            name: name.to_owned(),
            path: self.input.inputs.clone(),
            filters: Vec::new(),
        });
        recipe
    }
}

/// Refuses settings of `filter`, which has none of its own.
fn no_settings(settings: &Table) -> Result<(), Failure> {
    match settings.keys().next() {
        None => Ok(()),
        Some(key) => Err(Failure::Usage(format!(
            "--set {key}: filter takes no settings: write --filter '{{ rule = \"...\", {key} = ... }}'"
        ))),
    }
}

/// Evaluation sets named after their files; files of the same name are numbered.
fn eval_sets(paths: &[String]) -> Vec<EvalInput> {
    let mut names: Vec<String> = Vec::new();
    let set = |path: &String| {
        let name = eval_name(path, &names);
        names.push(name.clone());
        EvalInput {
            name,
            path: vec![path.clone()],
        }
    };
    paths.iter().map(set).collect()
}

fn eval_name(path: &str, taken: &[String]) -> String {
    let file = path
        .rsplit('/')
        .find(|part| !part.is_empty())
        .unwrap_or(path);
    let stem = file.split('.').next().unwrap_or(file);
    let safe = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    let stem: String = format!("eval-{}", stem.chars().map(safe).collect::<String>());
    let numbered = (2..).map(|number| format!("{stem}-{number}"));
    let mut candidates = std::iter::once(stem.clone()).chain(numbered);
    candidates
        .find(|name| !taken.contains(name))
        .unwrap_or(stem)
}
