//! Made-up crates for tests.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// A crate in a folder of its own, which is removed with it.
pub struct World(PathBuf);

impl World {
    /// Write the source files of a crate, each with its path below `src`.
    pub fn new(files: &[(&str, &str)]) -> Self {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let name = format!("assay-layers-{}-{number}", std::process::id());
        let world = Self(std::env::temp_dir().join(name));
        for (path, text) in files {
            world.write(&format!("src/{path}"), text);
        }
        world
    }

    /// Write any file of the crate.
    pub fn write(&self, path: &str, text: &str) {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// The folder of the crate.
    pub fn folder(&self) -> &Path {
        &self.0
    }

    /// The folder of its sources.
    pub fn src(&self) -> PathBuf {
        self.0.join("src")
    }
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
