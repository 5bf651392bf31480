//! Files and folders that appear whole or not at all.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::digest::{FileDigest, Hashed};
use crate::error::CorpusError;

/// Puts a file in place: written beside it under a temporary name, synced, renamed, and the
/// folder synced. On an error nothing is left and an older file stays as it was.
///
/// # Errors
/// [`CorpusError::Write`] when the system refuses, for example on a full disk.
pub fn atomic_write(path: &Path, bytes: &[u8]) -> Result<(), CorpusError> {
    atomic_write_with(path, |file| file.write_all(bytes))
}

/// [`atomic_write`] with the content given by a function.
fn atomic_write_with(
    path: &Path,
    write: impl FnOnce(&mut AtomicFile) -> io::Result<()>,
) -> Result<(), CorpusError> {
    let mut file = AtomicFile::create(path)?;
    write(&mut file).map_err(|source| CorpusError::write(path, source))?;
    file.commit().map(drop)
}

/// A file that is written under a temporary name, hashed, and put in place by
/// [`AtomicFile::commit`]. Dropped before, it leaves nothing.
pub(crate) struct AtomicFile {
    file: Hashed<File>,
    temporary: PathBuf,
    destination: PathBuf,
}

impl AtomicFile {
    pub(crate) fn create(destination: &Path) -> Result<Self, CorpusError> {
        let temporary = temporary_name(destination);
        let file = File::create(&temporary);
        Ok(Self {
            file: Hashed::new(file.map_err(|source| CorpusError::write(destination, source))?),
            temporary,
            destination: destination.to_owned(),
        })
    }

    pub(crate) fn commit(self) -> Result<FileDigest, CorpusError> {
        let placed = self.file.get_ref().sync_all();
        let placed = placed
            .and_then(|()| fs::rename(&self.temporary, &self.destination))
            .and_then(|()| sync_parent(&self.destination));
        placed.map_err(|source| CorpusError::write(&self.destination, source))?;
        Ok(self.file.digest())
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for AtomicFile {
    fn drop(&mut self) {
        // After a commit there is nothing under this name any more.
        let _ = fs::remove_file(&self.temporary);
    }
}

/// A folder that is filled under a temporary name and put in place by [`AtomicDir::commit`].
///
/// Dropped without a commit, the temporary folder is removed, unless [`AtomicDir::keep`] was called.
/// One left by a killed process is removed by the next [`AtomicDir::create`] for the same
/// destination, and used by [`AtomicDir::take_up`].
#[derive(Debug)]
pub struct AtomicDir {
    temporary: PathBuf,
    destination: PathBuf,
    kept: bool,
}

impl AtomicDir {
    /// Begins a folder that will replace `destination`.
    ///
    /// # Errors
    /// [`CorpusError::Write`] when the temporary folder cannot be made.
    pub fn create(destination: &Path) -> Result<Self, CorpusError> {
        let folder = Self {
            temporary: temporary_name(destination),
            destination: destination.to_owned(),
            kept: false,
        };
        let made = remove_dir_if_there(&folder.temporary)
            .and_then(|()| fs::create_dir_all(&folder.temporary));
        made.map_err(|source| CorpusError::write(destination, source))?;
        Ok(folder)
    }

    /// Goes on with a folder that was kept, or left by a killed process, if there is one.
    #[must_use]
    pub fn take_up(destination: &Path) -> Option<Self> {
        let temporary = temporary_name(destination);
        temporary.is_dir().then(|| Self {
            temporary,
            destination: destination.to_owned(),
            kept: true,
        })
    }

    /// Syncs what was written so far, and leaves it in place when dropped without a commit.
    ///
    /// # Errors
    /// [`CorpusError::Write`] when the system refuses.
    pub fn keep(&mut self) -> Result<(), CorpusError> {
        self.kept = true;
        sync_folder(&self.temporary).map_err(|error| CorpusError::write(&self.temporary, error))
    }

    /// The temporary folder, to write into.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.temporary
    }

    /// Syncs every file of the folder and puts it in place of the destination.
    ///
    /// # Errors
    /// [`CorpusError::Write`] when the system refuses.
    pub fn commit(self) -> Result<(), CorpusError> {
        let placed = sync_folder(&self.temporary)
            .and_then(|()| remove_dir_if_there(&self.destination))
            .and_then(|()| fs::rename(&self.temporary, &self.destination))
            .and_then(|()| sync_parent(&self.destination));
        placed.map_err(|source| CorpusError::write(&self.destination, source))
    }
}

impl Drop for AtomicDir {
    fn drop(&mut self) {
        // After a commit there is nothing under this name any more.
        if !self.kept {
            let _ = remove_dir_if_there(&self.temporary);
        }
    }
}

fn temporary_name(path: &Path) -> PathBuf {
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(".partial");
    path.with_file_name(name)
}

fn remove_dir_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Syncs the files of a folder, its sub-folders, and the folder itself.
fn sync_folder(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            sync_folder(&entry.path())?;
        } else {
            File::open(entry.path())?.sync_all()?;
        }
    }
    sync_directory(folder)
}

fn sync_parent(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(parent) if parent.as_os_str().is_empty() => sync_directory(Path::new(".")),
        Some(parent) => sync_directory(parent),
        None => Ok(()),
    }
}

#[cfg(unix)]
fn sync_directory(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Only Unix can sync a directory.
#[cfg(not(unix))]
fn sync_directory(_folder: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_replaced_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        atomic_write(&path, b"one").unwrap();
        atomic_write(&path, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(names(folder.path()), ["a.json"]);
    }

    #[test]
    fn a_failed_write_leaves_the_old_file_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        atomic_write(&path, b"old").unwrap();
        let failed = atomic_write_with(&path, |file| {
            file.write_all(b"half")?;
            Err(io::ErrorKind::StorageFull.into())
        });
        let message = failed.unwrap_err().to_string();
        assert!(message.contains("a.json: cannot be written"), "{message}");
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(names(folder.path()), ["a.json"]);
    }

    #[test]
    fn a_folder_appears_only_on_commit() {
        let parent = tempfile::tempdir().unwrap();
        let destination = parent.path().join("store");
        let folder = AtomicDir::create(&destination).unwrap();
        fs::write(folder.path().join("a"), b"1").unwrap();
        assert!(!destination.exists());
        folder.commit().unwrap();
        assert_eq!(names(&destination), ["a"]);
        assert_eq!(names(parent.path()), ["store"]);
    }

    #[test]
    fn a_dropped_folder_leaves_nothing() {
        let parent = tempfile::tempdir().unwrap();
        let folder = AtomicDir::create(&parent.path().join("store")).unwrap();
        fs::write(folder.path().join("a"), b"1").unwrap();
        drop(folder);
        assert_eq!(names(parent.path()), [""; 0]);
    }

    #[test]
    fn a_kept_folder_is_taken_up() {
        let parent = tempfile::tempdir().unwrap();
        let destination = parent.path().join("store");
        assert!(AtomicDir::take_up(&destination).is_none());
        let mut folder = AtomicDir::create(&destination).unwrap();
        fs::write(folder.path().join("a"), b"1").unwrap();
        folder.keep().unwrap();
        drop(folder);
        let folder = AtomicDir::take_up(&destination).unwrap();
        fs::write(folder.path().join("b"), b"2").unwrap();
        folder.commit().unwrap();
        assert_eq!(names(&destination), ["a", "b"]);
        assert_eq!(names(parent.path()), ["store"]);
    }

    #[test]
    fn a_commit_replaces_the_folder_and_what_a_killed_process_left() {
        let parent = tempfile::tempdir().unwrap();
        let destination = parent.path().join("store");
        for (name, text) in [("old", "1"), ("new", "2")] {
            fs::create_dir_all(parent.path().join(".store.partial")).unwrap();
            fs::write(parent.path().join(".store.partial/left"), b"x").unwrap();
            let folder = AtomicDir::create(&destination).unwrap();
            fs::write(folder.path().join(name), text).unwrap();
            folder.commit().unwrap();
        }
        assert_eq!(names(&destination), ["new"]);
        assert_eq!(names(parent.path()), ["store"]);
    }
}
