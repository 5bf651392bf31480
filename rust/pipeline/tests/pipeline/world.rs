//! A folder with a recipe and its inputs.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use assay_pipeline::{Event, Observer, PipelineError, Silent, run};
use assay_schema::{Manifest, Recipe};

const TOKENIZER: &str = include_str!("../../../../tests/data/tokenizer.json");

const WORDS: [&str; 32] = [
    "the", "be", "to", "of", "and", "that", "have", "with", "river", "stone", "number", "proof",
    "letter", "garden", "engine", "signal", "matrix", "copper", "winter", "harbour", "method",
    "question", "surface", "village", "theory", "light", "paper", "random", "ocean", "kernel",
    "bridge", "answer",
];

/// A document of random words, the same for the same number.
pub fn prose(number: u64, words: u64) -> String {
    let word = |place: u64| {
        let mut x = number << 20 | place;
        for _ in 0..3 {
            x = (x ^ x >> 31).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        }
        WORDS[(x >> 59) as usize]
    };
    (0..words).map(word).collect::<Vec<_>>().join(" ")
}

pub fn jsonl<'a>(texts: impl IntoIterator<Item = &'a String>) -> String {
    let line = |text: &String| format!("{}\n", serde_json::json!({ "text": text }));
    texts.into_iter().map(line).collect()
}

pub struct World(tempfile::TempDir);

impl World {
    pub fn new() -> Self {
        let world = Self(tempfile::tempdir().unwrap());
        world.write("tokenizer.json", TOKENIZER.as_bytes());
        world
    }

    /// Two sources and an evaluation set, with every kind of loss.
    pub fn full() -> Self {
        let world = Self::new();
        let documents = |range: std::ops::Range<u64>| range.map(|n| prose(n, 120));
        let mut first: Vec<String> = documents(0..60).collect();
        first.push(first[3].to_uppercase());
        first.push(format!("{} one more word", first[5]));
        first.push("too short".to_owned());
        first.push(format!("{} {}", prose(900, 20), prose(1000, 80)));
        world.write("first.jsonl", jsonl(&first).as_bytes());
        let second: Vec<String> = documents(50..100).collect();
        world.write("second.jsonl", jsonl(&second).as_bytes());
        let eval: Vec<String> = (1000..1010).map(|n| prose(n, 80)).collect();
        world.write("eval.jsonl", jsonl(&eval).as_bytes());
        world
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn output(&self) -> PathBuf {
        self.path().join("out")
    }

    pub fn write(&self, name: &str, bytes: &[u8]) {
        fs::write(self.path().join(name), bytes).unwrap();
    }

    pub fn run(&self, recipe: &Recipe) -> Result<Manifest, PipelineError> {
        run(recipe, self.path(), 1, &Silent)
    }

    /// The error of a run that must fail and leave no output.
    pub fn fails(&self, recipe: &Recipe) -> PipelineError {
        let error = self.run(recipe).expect_err("the run succeeded");
        assert!(!self.output().exists(), "an output was left after: {error}");
        error
    }

    /// Every file of the output by its path.
    pub fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut files = BTreeMap::new();
        collect(&self.output(), &mut files);
        let inside = |(path, bytes): (PathBuf, Vec<u8>)| {
            (path.strip_prefix(self.output()).unwrap().to_owned(), bytes)
        };
        files.into_iter().map(inside).collect()
    }
}

fn collect(folder: &Path, files: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.insert(path.clone(), fs::read(&path).unwrap());
        }
    }
}

/// The recipe of [`World::full`].
pub fn full_recipe() -> Recipe {
    recipe(
        "[[source]]\nname = \"first\"\npath = \"first.jsonl\"\nfilters = [\"gopher-quality\"]\n\
         [[source]]\nname = \"second\"\npath = \"second.jsonl\"\n\
         [[eval]]\nname = \"target\"\npath = \"eval.jsonl\"\n",
    )
}

/// A recipe with these tables.
pub fn recipe(tables: &str) -> Recipe {
    let head = "schema_version = 1\noutput = \"out\"\ntokenizer = \"tokenizer.json\"\n";
    Recipe::from_toml(&format!("{head}{tables}"), "recipe.toml").unwrap()
}

/// A recipe with one source, `a.jsonl` or any other file.
pub fn one_source(path: &str) -> Recipe {
    recipe(&format!("[[source]]\nname = \"a\"\npath = \"{path}\"\n"))
}

/// Notes what it sees, and stops the run when it is asked for the given time.
pub struct Recorder {
    pub stop_after: usize,
    pub asked: Cell<usize>,
    pub reused: RefCell<Vec<String>>,
    pub rejected: RefCell<Vec<String>>,
    /// Documents read before, each time a source went on.
    pub resumed: RefCell<Vec<u64>>,
}

impl Recorder {
    pub fn stopping_after(stop_after: usize) -> Self {
        Self {
            stop_after,
            asked: Cell::new(0),
            reused: RefCell::default(),
            rejected: RefCell::default(),
            resumed: RefCell::default(),
        }
    }

    pub fn new() -> Self {
        Self::stopping_after(usize::MAX)
    }
}

impl Observer for Recorder {
    fn event(&self, event: &Event<'_>) {
        match event {
            Event::Finished { report, reused } if *reused => {
                self.reused.borrow_mut().push(report.name.clone());
            }
            Event::Resumed { documents, .. } => self.resumed.borrow_mut().push(*documents),
            Event::Rejected { error } => self.rejected.borrow_mut().push(error.to_string()),
            _ => {}
        }
    }

    fn cancelled(&self) -> bool {
        self.asked.set(self.asked.get() + 1);
        self.asked.get() > self.stop_after
    }
}
