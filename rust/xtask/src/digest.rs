//! One number for the contents of many files, to tell whether a step must be done again.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// What the wheel is made from.
const SOURCES: &[&str] = &[
    "Cargo.lock",
    "Cargo.toml",
    "kernels",
    "pyproject.toml",
    "python",
    "rust",
];

/// The 64-bit FNV-1a hash (Fowler, Noll and Vo).
pub struct Fnv(u64);

impl Fnv {
    /// The hash of nothing.
    pub fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    /// Add a piece; its length goes in too, so that pieces cannot run into each other.
    pub fn piece(&mut self, bytes: &[u8]) {
        self.bytes(&(bytes.len() as u64).to_le_bytes());
        self.bytes(bytes);
    }

    /// The hash in hexadecimal.
    pub fn hex(&self) -> String {
        format!("{:016x}", self.0)
    }

    fn bytes(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

/// The digest of a text.
pub fn of_text(text: &str) -> String {
    let mut hash = Fnv::new();
    hash.piece(text.as_bytes());
    hash.hex()
}

/// The digest of everything the wheel is made from.
pub fn of_sources(root: &Path) -> io::Result<String> {
    let mut files = Vec::new();
    for source in SOURCES {
        collect(&root.join(source), &mut files)?;
    }
    files.sort();
    let mut hash = Fnv::new();
    for file in files {
        let name = file.strip_prefix(root).unwrap_or(&file);
        hash.piece(name.to_string_lossy().as_bytes());
        hash.piece(&fs::read(&file)?);
    }
    Ok(hash.hex())
}

/// Links are not followed: what they point at is listed under its own name.
fn collect(path: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    let kind = fs::symlink_metadata(path)?.file_type();
    if is_made(path) {
        return Ok(());
    }
    if kind.is_file() {
        files.push(path.to_owned());
    } else if kind.is_dir() {
        for entry in fs::read_dir(path)? {
            collect(&entry?.path(), files)?;
        }
    }
    Ok(())
}

/// Caches, hidden folders and extension modules are made from the sources.
fn is_made(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name == "__pycache__" || name.starts_with('.') || name.ends_with(".so")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_fnv_1a() {
        let mut hash = Fnv::new();
        hash.bytes(b"foobar");
        assert_eq!(hash.hex(), "85944171f73967e8");
    }

    #[test]
    fn moving_a_byte_between_pieces_changes_the_digest() {
        let digest = |pieces: [&str; 2]| {
            let mut hash = Fnv::new();
            for piece in pieces {
                hash.piece(piece.as_bytes());
            }
            hash.hex()
        };
        assert_ne!(digest(["ab", "c"]), digest(["a", "bc"]));
    }

    #[test]
    fn sources_change_with_contents_and_names_but_not_with_what_is_made() {
        let root = std::env::temp_dir().join(format!("assay-digest-{}", std::process::id()));
        for folder in ["kernels", "rust", "python/__pycache__"] {
            fs::create_dir_all(root.join(folder)).unwrap();
        }
        for file in ["Cargo.lock", "Cargo.toml", "pyproject.toml", "python/a.py"] {
            fs::write(root.join(file), "one").unwrap();
        }
        let first = of_sources(&root).unwrap();
        fs::write(root.join("python/__pycache__/a.pyc"), "x").unwrap();
        fs::write(root.join("python/_core.abi3.so"), "x").unwrap();
        assert_eq!(of_sources(&root).unwrap(), first);
        fs::write(root.join("python/a.py"), "two").unwrap();
        let second = of_sources(&root).unwrap();
        assert_ne!(second, first);
        fs::rename(root.join("python/a.py"), root.join("python/b.py")).unwrap();
        assert_ne!(of_sources(&root).unwrap(), second);
        fs::remove_dir_all(&root).unwrap();
    }
}
