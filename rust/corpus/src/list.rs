//! Which files a path of the recipe stands for.

use std::fs;
use std::path::{Path, PathBuf};

use crate::CorpusError;

const EXTENSIONS: [&str; 3] = [".jsonl", ".ndjson", ".json"];
const COMPRESSIONS: [&str; 3] = ["", ".gz", ".zst"];

/// The files behind a path, in reading order: the path itself when it is a file, else every input
/// of the folder and its sub-folders sorted by path. Hidden files and files with other endings
/// are not inputs.
///
/// # Errors
/// [`CorpusError`] when the path is missing or unreadable, or the folder holds no input.
pub fn list_inputs(path: &Path) -> Result<Vec<PathBuf>, CorpusError> {
    let kind = fs::metadata(path).map_err(|error| CorpusError::read(path, error))?;
    if !kind.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    collect(path, &mut files)?;
    if files.is_empty() {
        return Err(CorpusError::EmptyFolder {
            path: path.to_owned(),
        });
    }
    files.sort();
    Ok(files)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), CorpusError> {
    let failed = |error| CorpusError::read(folder, error);
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with('.') {
            continue;
        }
        if path.is_dir() {
            collect(&path, files)?;
        } else if is_input(&name) {
            files.push(path);
        }
    }
    Ok(())
}

fn is_input(name: &str) -> bool {
    EXTENSIONS.iter().any(|extension| {
        let mut endings = COMPRESSIONS.iter();
        endings.any(|compression| name.ends_with(&format!("{extension}{compression}")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_gives_its_inputs_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let inputs = ["a.json", "b.jsonl.zst", "sub/a.jsonl", "z.ndjson.gz"];
        fs::create_dir(folder.path().join("sub")).unwrap();
        for name in inputs
            .iter()
            .chain(&["README.md", ".hidden.jsonl", "a.csv.gz"])
        {
            fs::write(folder.path().join(name), "").unwrap();
        }
        let found = list_inputs(folder.path()).unwrap();
        let expected: Vec<_> = inputs.iter().map(|name| folder.path().join(name)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_folder_without_inputs_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("README.md"), "").unwrap();
        let error = list_inputs(folder.path()).unwrap_err();
        assert!(matches!(error, CorpusError::EmptyFolder { .. }), "{error}");
    }

    #[test]
    fn a_missing_path_is_named() {
        let error = list_inputs(Path::new("no/such.jsonl")).unwrap_err();
        assert!(
            error.to_string().starts_with("no/such.jsonl: no such file"),
            "{error}"
        );
    }
}
