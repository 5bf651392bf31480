//! Which files a path of the recipe stands for.

use std::path::{Path, PathBuf};
use std::{fs, io};

use glob::{MatchOptions, glob_with};

use crate::error::CorpusError;
use crate::format::Format;

/// The path that stands for standard input.
pub const STANDARD_INPUT: &str = "-";

/// What makes a path a pattern.
const WILD: [char; 3] = ['*', '?', '['];

/// The files behind a path, in reading order: the path itself when it is a file or standard input
/// (`-`); every input of a folder and its sub-folders sorted by path; what a pattern such as
/// `data/**/*.jsonl.zst` matches, sorted, where no path is literally that. In a folder hidden
/// files and files with other endings are not inputs.
///
/// # Errors
/// [`CorpusError`] when the path is missing or unreadable, the folder holds no input or itself.
pub fn list_inputs(path: &Path) -> Result<Vec<PathBuf>, CorpusError> {
    if path == Path::new(STANDARD_INPUT) {
        return Ok(vec![path.to_owned()]);
    }
    match fs::metadata(path) {
        Ok(kind) if kind.is_dir() => list_folder(path),
        Ok(_) => Ok(vec![path.to_owned()]),
        Err(error) if error.kind() == io::ErrorKind::NotFound => list_pattern(path),
        Err(error) => Err(CorpusError::read(path, error)),
    }
}

fn list_folder(folder: &Path) -> Result<Vec<PathBuf>, CorpusError> {
    let mut files = Vec::new();
    collect(folder, &mut Vec::new(), &mut files)?;
    if files.is_empty() {
        return Err(CorpusError::EmptyFolder {
            path: folder.to_owned(),
        });
    }
    files.sort();
    Ok(files)
}

/// Adds the inputs of a folder; `above` are the folders that it is in.
fn collect(
    folder: &Path,
    above: &mut Vec<PathBuf>,
    files: &mut Vec<PathBuf>,
) -> Result<(), CorpusError> {
    let failed = |error| CorpusError::read(folder, error);
    let real = folder.canonicalize().map_err(failed)?;
    if above.contains(&real) {
        return Err(CorpusError::LinkLoop {
            path: folder.to_owned(),
        });
    }
    above.push(real);
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with('.') {
            continue;
        }
        if path.is_dir() {
            collect(&path, above, files)?;
        } else if Format::of_name(&name).is_some() {
            files.push(path);
        }
    }
    above.pop();
    Ok(())
}

fn list_pattern(path: &Path) -> Result<Vec<PathBuf>, CorpusError> {
    let missing = || CorpusError::Missing {
        path: path.to_owned(),
    };
    let pattern = path.to_str().filter(|path| path.contains(WILD));
    let options = MatchOptions {
        require_literal_leading_dot: true,
        require_literal_separator: true,
        ..MatchOptions::new()
    };
    let globbed = glob_with(pattern.ok_or_else(missing)?, options);
    let matches = globbed.map_err(|error| CorpusError::BadPattern {
        path: path.to_owned(),
        detail: error.msg.to_owned(),
    })?;
    let mut files = Vec::new();
    for found in matches {
        let found = found.map_err(|error| {
            let path = error.path().to_owned();
            CorpusError::read(&path, error.into())
        })?;
        if found.is_dir() {
            collect(&found, &mut Vec::new(), &mut files)?;
        } else {
            files.push(found);
        }
    }
    // A folder and what is in it may both match.
    files.sort();
    files.dedup();
    if files.is_empty() {
        return Err(missing());
    }
    Ok(files)
}
