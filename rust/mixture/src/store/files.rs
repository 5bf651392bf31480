//! Parts of files, read without loading the whole.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use assay_corpus::CorpusError;

/// Most files held open at once.
const MAX_OPEN: usize = 64;

/// Files of which some are held open: those read last.
#[derive(Debug)]
pub(crate) struct Files {
    paths: Vec<PathBuf>,
    /// Place among the paths, and file; the one read last at the end.
    open: Mutex<Vec<(usize, Arc<File>)>>,
}

impl Files {
    pub(crate) fn new(paths: Vec<PathBuf>) -> Self {
        Self {
            paths,
            open: Mutex::default(),
        }
    }

    pub(crate) fn path(&self, place: usize) -> &Path {
        &self.paths[place]
    }

    /// Fills `bytes` from the file at a place among the paths, starting at `offset`.
    pub(crate) fn read(
        &self,
        place: usize,
        offset: u64,
        bytes: &mut [u8],
    ) -> Result<(), CorpusError> {
        let read = self
            .file(place)
            .and_then(|file| read_at(&file, bytes, offset));
        read.map_err(|error| CorpusError::read(&self.paths[place], error))
    }

    fn file(&self, place: usize) -> io::Result<Arc<File>> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = match open.iter().rposition(|(of, _)| *of == place) {
            Some(found) => open.remove(found),
            None => (place, Arc::new(File::open(&self.paths[place])?)),
        };
        if open.len() == MAX_OPEN {
            open.remove(0);
        }
        let file = Arc::clone(&entry.1);
        open.push(entry);
        Ok(file)
    }
}

#[cfg(unix)]
fn read_at(file: &File, bytes: &mut [u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, offset)
}

#[cfg(windows)]
fn read_at(file: &File, mut bytes: &mut [u8], mut offset: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        let read = std::os::windows::fs::FileExt::seek_read(file, bytes, offset)?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        bytes = &mut bytes[read..];
        offset += read as u64;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_files_than_may_be_open_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = |place: usize| folder.path().join(place.to_string());
        let count = 2 * MAX_OPEN;
        for place in 0..count {
            std::fs::write(path(place), [0, place as u8]).unwrap();
        }
        let files = Files::new((0..count).map(path).collect());
        for place in (0..count).chain([0, 0, count - 1, 7]) {
            let mut bytes = [9];
            files.read(place, 1, &mut bytes).unwrap();
            assert_eq!(bytes, [place as u8]);
        }
        let message = files.read(5, 1, &mut [0; 2]).unwrap_err().to_string();
        assert!(message.contains("5: "), "{message}");
    }
}
