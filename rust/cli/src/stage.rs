//! One stage alone: a command line as the recipe that it stands for.

use std::path::PathBuf;

use assay_pipeline::PipelineError;
use assay_schema::{FilterSpec, MinHash, Recipe, SchemaError};
use clap::Args;
use toml::{Table, Value};

use crate::Failure;

/// The source of a command without a recipe.
const SOURCE: &str = "documents";
/// Names the command line in errors.
const ORIGIN: &str = "command line";

/// What every command that runs one stage on documents is told.
#[derive(Debug, Args)]
pub(crate) struct StageArgs {
    #[command(flatten)]
    input: InputArgs,
    /// A setting of the stage, as in a recipe: threshold=0.8; repeat it for more.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    settings: Vec<String>,
    /// Format to write: jsonl, jsonl.gz, jsonl.zst, parquet or arrow; that of the input if not given.
    #[arg(long, value_name = "FORMAT")]
    format: Option<String>,
    /// Size of the texts in a written file in MiB.
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
    pub(crate) how: HowArgs,
}

/// Which documents are read, and where the output goes.
#[derive(Debug, Args)]
struct InputArgs {
    /// Files, folders or globs; `-` for standard input.
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<String>,
    /// The folder to write.
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
    /// Key or column of the text; a.b for one inside another.
    #[arg(long, default_value = "text", value_name = "NAME")]
    text_field: String,
    /// Key or column of the identifier.
    #[arg(long, default_value = "id", value_name = "NAME")]
    id_field: String,
    /// Count lines and rows that are no documents, and go on.
    #[arg(long)]
    reject_bad: bool,
}

/// What `tokenize` is told.
#[derive(Debug, Args)]
pub(crate) struct TokenizeArgs {
    #[command(flatten)]
    input: InputArgs,
    /// The tokenizer.json of a model.
    #[arg(long, value_name = "FILE")]
    tokenizer: String,
    /// The token put after each document.
    #[arg(long, default_value = "<|endoftext|>", value_name = "TOKEN")]
    separator: String,
    /// Take the names of special tokens in documents for these tokens, not for text.
    #[arg(long)]
    parse_special_tokens: bool,
    /// Name of the token store, which is a folder of that name in the output.
    #[arg(long, default_value = SOURCE, value_name = "NAME")]
    name: String,
    #[command(flatten)]
    pub(crate) how: HowArgs,
}

/// How a run is done, whatever it does.
#[derive(Debug, Args)]
pub(crate) struct HowArgs {
    /// Worker threads, 0 for one per core; the output does not depend on it.
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub(crate) threads: usize,
    /// Most MiB for the stages that see all documents before they decide, `substrings` and clusters
    /// of near-duplicates; the rest goes to temporary files. The output does not depend on it.
    #[arg(long, value_name = "MIB")]
    pub(crate) memory: Option<u64>,
    /// Write nothing: try a sample of up to 16 MB and tell what the run would take and leave.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Print the manifest as JSON instead of a summary.
    #[arg(long)]
    pub(crate) json: bool,
    /// Show no progress.
    #[arg(long)]
    pub(crate) no_progress: bool,
}

/// Which stage, with what it alone is told.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Stage<'a> {
    Filter { rules: &'a [String] },
    Exact,
    Near,
    Paragraphs,
    Substrings,
    Decontaminate { evals: &'a [String] },
}

impl StageArgs {
    /// The recipe with this stage alone.
    pub(crate) fn recipe(&self, stage: Stage<'_>) -> Result<Recipe, Failure> {
        recipe_of(&self.table(stage)?)
    }

    fn table(&self, stage: Stage<'_>) -> Result<Table, Failure> {
        let settings = settings(&self.settings)?;
        let (mut top, mut source) = self.input.tables(SOURCE);
        let mut dedup = no_dedup();
        match stage {
            Stage::Filter { rules } => {
                none(&settings)?;
                source.insert("filters".into(), filters(rules)?);
            }
            Stage::Exact => put(&mut dedup, "exact", settings),
            Stage::Near => put(&mut dedup, "minhash", settings),
            Stage::Paragraphs => put(&mut dedup, "paragraphs", settings),
            Stage::Substrings => put(&mut dedup, "substrings", settings),
            Stage::Decontaminate { evals } => {
                put(&mut top, "decontaminate", settings);
                top.insert("eval".into(), eval_sets(evals));
            }
        }
        top.insert("dedup".into(), dedup.into());
        top.insert("source".into(), Value::Array(vec![source.into()]));
        self.outputs(&mut top);
        Ok(top)
    }

    fn outputs(&self, top: &mut Table) {
        let mut set = |key: &str, value: Value| top.insert(key.into(), value);
        set("seed", i64::from(self.seed).into());
        set("decisions", (self.decisions || self.only_decisions).into());
        if !self.only_decisions {
            let mut documents = Table::new();
            documents.insert("shard_mib".into(), i64::from(self.shard_mib).into());
            if let Some(format) = &self.format {
                documents.insert("format".into(), format.clone().into());
            }
            set("documents", documents.into());
        }
    }
}

impl TokenizeArgs {
    /// The recipe that tokenises and does nothing else.
    pub(crate) fn recipe(&self) -> Result<Recipe, Failure> {
        let (mut top, source) = self.input.tables(&self.name);
        let mut set = |key: &str, value: Value| top.insert(key.into(), value);
        let special = if self.parse_special_tokens {
            "parse"
        } else {
            "text"
        };
        set("tokenizer", self.tokenizer.clone().into());
        set("separator", self.separator.clone().into());
        set("special_tokens", special.into());
        set("dedup", no_dedup().into());
        set("source", Value::Array(vec![source.into()]));
        recipe_of(&top)
    }
}

impl InputArgs {
    /// A recipe of no stage, and its one source.
    fn tables(&self, name: &str) -> (Table, Table) {
        let mut source = Table::new();
        source.insert("name".into(), name.into());
        source.insert("path".into(), self.inputs.clone().into());
        let mut top = Table::new();
        let mut set = |key: &str, value: Value| top.insert(key.into(), value);
        let version = i64::from(assay_schema::SCHEMA_VERSION);
        let on_bad_line = if self.reject_bad { "reject" } else { "fail" };
        set("schema_version", version.into());
        set("output", self.output.to_string_lossy().into_owned().into());
        set("text_field", self.text_field.clone().into());
        set("id_field", self.id_field.clone().into());
        set("on_bad_line", on_bad_line.into());
        set("decontaminate", false.into());
        (top, source)
    }
}

fn no_dedup() -> Table {
    let stages = ["exact", "minhash"];
    let off = stages.map(|stage| (stage.to_owned(), false.into()));
    off.into_iter().collect()
}

/// Settings as a table; a value that is no TOML is text.
fn settings(settings: &[String]) -> Result<Table, Failure> {
    let mut table = Table::new();
    for setting in settings {
        let Some((key, value)) = setting.split_once('=') else {
            let message = format!("--set {setting}: expected KEY=VALUE");
            return Err(Failure::Usage(message));
        };
        let parsed = format!("value = {value}").parse::<Table>();
        let parsed = parsed.ok().and_then(|mut table| table.remove("value"));
        table.insert(key.trim().into(), parsed.unwrap_or_else(|| value.into()));
    }
    Ok(table)
}

/// The settings of `near` alone.
pub(crate) fn minhash(typed: &[String]) -> Result<MinHash, Failure> {
    let mut dedup = Table::new();
    put(&mut dedup, "minhash", settings(typed)?);
    let mut top = nothing();
    top.insert("dedup".into(), dedup.into());
    Ok(recipe_of(&top)?.dedup.minhash.unwrap_or_default())
}

/// The rules of `filter` alone.
pub(crate) fn rules(typed: &[String]) -> Result<Vec<FilterSpec>, Failure> {
    let mut source: Table = toml::toml! {
        name = "none"
        path = "none"
    };
    source.insert("filters".into(), filters(typed)?);
    let mut top = nothing();
    top.insert("source".into(), Value::Array(vec![source.into()]));
    let sources = recipe_of(&top)?.sources.into_iter();
    Ok(sources.flat_map(|source| source.filters).collect())
}

/// A recipe that is never run: it checks its settings.
fn nothing() -> Table {
    toml::toml! {
        schema_version = 1
        output = "none"
        decisions = true
        source = [{ name = "none", path = "none" }]
    }
}

/// The recipe that a table is.
fn recipe_of(table: &Table) -> Result<Recipe, Failure> {
    let text = toml::to_string(table).map_err(|error| Failure::Usage(error.to_string()))?;
    Recipe::from_toml(&text, ORIGIN).map_err(|error| match error {
        // Nobody can look up a line of this recipe.
        SchemaError::Syntax { detail, .. } => Failure::Usage(detail),
        other => PipelineError::Recipe(other).into(),
    })
}

/// Turns a stage on, with its settings if there are any.
fn put(table: &mut Table, stage: &str, settings: Table) {
    let value = if settings.is_empty() {
        true.into()
    } else {
        settings.into()
    };
    table.insert(stage.into(), value);
}

/// Refuses settings of `filter`, which has none of its own.
fn none(settings: &Table) -> Result<(), Failure> {
    match settings.keys().next() {
        None => Ok(()),
        Some(key) => Err(Failure::Usage(format!(
            "--set {key}: filter takes no settings: write --filter '{{ rule = \"...\", {key} = ... }}'"
        ))),
    }
}

/// Rules by name, or as inline tables with their thresholds.
fn filters(rules: &[String]) -> Result<Value, Failure> {
    let rules = rules.iter().map(|rule| {
        if !rule.trim_start().starts_with('{') {
            return Ok(Value::from(rule.trim()));
        }
        let parsed = format!("rule = {rule}").parse::<Table>();
        let parsed =
            parsed.map_err(|error| Failure::Usage(format!("--filter {rule}: {}", error.message())));
        Ok(parsed?
            .remove("rule")
            .unwrap_or_else(|| rule.as_str().into()))
    });
    rules.collect::<Result<Vec<_>, _>>().map(Value::Array)
}

/// Evaluation sets named after their files; files of the same name are numbered.
fn eval_sets(paths: &[String]) -> Value {
    let mut names: Vec<String> = Vec::new();
    let sets = paths.iter().map(|path| {
        let name = eval_name(path, &names);
        names.push(name.clone());
        let mut set = Table::new();
        set.insert("name".into(), name.into());
        set.insert("path".into(), path.clone().into());
        Value::Table(set)
    });
    Value::Array(sets.collect())
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
