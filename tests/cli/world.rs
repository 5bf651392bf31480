//! A folder with a recipe, and the binary run in it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

pub const BINARY: &str = env!("CARGO_BIN_EXE_assay-corpus");

const RECIPE: &str = "\
schema_version = 1
output = \"out\"
tokenizer = \"tokenizer.json\"

[[source]]
name = \"web\"
path = \"web.jsonl\"
filters = [{ rule = \"length\", min_words = 5 }]

[[eval]]
name = \"target\"
path = \"target.jsonl\"
";

pub struct World(tempfile::TempDir);

impl World {
    /// A recipe of one source and one evaluation set.
    pub fn new() -> Self {
        Self::with_documents(40)
    }

    /// The same with so many documents in the source, next to one short and one repeated.
    pub fn with_documents(count: u64) -> Self {
        let world = Self(tempfile::tempdir().unwrap());
        let tokenizer = include_str!("../data/tokenizer.json");
        world.write("tokenizer.json", tokenizer.as_bytes());
        world.write("recipe.toml", RECIPE.as_bytes());
        let mut web: String = (0..count).map(document).collect();
        web += "{\"text\": \"too short\"}\n";
        web += &document(0);
        world.write("web.jsonl", web.as_bytes());
        let target: String = (0..3).map(|n| document(1_000_000 + n)).collect();
        world.write("target.jsonl", target.as_bytes());
        world
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn write(&self, name: &str, bytes: &[u8]) {
        fs::write(self.path().join(name), bytes).unwrap();
    }

    pub fn read(&self, name: &str) -> std::io::Result<Vec<u8>> {
        fs::read(self.path().join(name))
    }

    /// The folders directly in the output.
    pub fn folders(&self) -> BTreeSet<PathBuf> {
        let entries = fs::read_dir(self.path().join("out")).unwrap();
        let paths = entries.map(|entry| entry.unwrap().path());
        let folders = paths.filter(|path| path.is_dir());
        folders
            .map(|path| path.file_name().unwrap().into())
            .collect()
    }

    /// Replaces a part of the recipe that must be there.
    pub fn edit_recipe(&self, from: &str, to: &str) {
        let path = self.path().join("recipe.toml");
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{text}");
        fs::write(path, text.replacen(from, to, 1)).unwrap();
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(BINARY);
        command.current_dir(self.path()).args(arguments);
        // The width of help texts.
        command.env_remove("COLUMNS");
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// The exit code, and what was printed on standard error.
    pub fn fails(&self, arguments: &[&str]) -> (i32, String) {
        let output = self.run(arguments);
        assert!(!output.status.success());
        assert_eq!(text(&output.stdout), "");
        (output.status.code().unwrap(), text(&output.stderr))
    }

    /// Every file of the output by its path.
    pub fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut files = BTreeMap::new();
        collect(&self.path().join("out"), Path::new(""), &mut files);
        files
    }
}

/// One line: fifty words drawn from the number.
fn document(number: u64) -> String {
    let word = |place: u64| {
        let mixed = (number * 64 + place + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        format!("{:x}", mixed >> 48)
    };
    let words: Vec<_> = (0..50).map(word).collect();
    format!("{{\"text\": \"{}\"}}\n", words.join(" "))
}

fn collect(folder: &Path, inside: &Path, files: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = inside.join(path.file_name().unwrap());
        if path.is_dir() {
            collect(&path, &name, files);
        } else {
            files.insert(name, fs::read(&path).unwrap());
        }
    }
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Exit code, standard output and standard error, as one text to compare.
pub fn transcript(output: &Output) -> String {
    format!(
        "exit code: {}\n----- stdout -----\n{}----- stderr -----\n{}",
        output.status.code().unwrap(),
        text(&output.stdout),
        text(&output.stderr)
    )
}
