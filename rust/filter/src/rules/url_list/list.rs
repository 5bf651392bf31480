//! Reading list files, and sets of entries that take 16 bytes each.

use std::fs::File;
use std::io::{self, BufRead, BufReader};

use assay_text::hash128;
use flate2::bufread::MultiGzDecoder;

use crate::error::FilterError;

/// Lines of this many bytes or more are refused.
const MAX_LINE_BYTES: usize = 64 << 10;
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// Calls `entry` with each entry of a list file, plain or gzip by its first bytes: lines that are
/// not empty and do not begin with `#`, without the white space around them. `Err` from it says
/// what an entry should have been.
pub(super) fn read_list(
    path: &str,
    mut entry: impl FnMut(&str) -> Result<(), &'static str>,
) -> Result<(), FilterError> {
    let failed = |lines| {
        move |source| FilterError::ReadList {
            path: path.to_owned(),
            lines,
            source,
        }
    };
    let mut input = open(path).map_err(failed(0))?;
    let (mut line, mut entries) = (0, 0_u64);
    let mut bytes = Vec::new();
    while read_line(&mut *input, &mut bytes).map_err(failed(line))? {
        line += 1;
        let wrong = |found: &str, expected| FilterError::ListEntry {
            path: path.to_owned(),
            line,
            found: found.chars().take(80).collect(),
            expected,
        };
        let text = match std::str::from_utf8(&bytes) {
            Ok(text) if bytes.len() < MAX_LINE_BYTES => text.trim(),
            Ok(text) => return Err(wrong(text, "a line of at most 64 KiB")),
            Err(_) => return Err(wrong(&String::from_utf8_lossy(&bytes), "text in UTF-8")),
        };
        if !text.is_empty() && !text.starts_with('#') {
            entry(text).map_err(|expected| wrong(text, expected))?;
            entries += 1;
        }
    }
    if entries == 0 {
        let path = path.to_owned();
        return Err(FilterError::EmptyList { path });
    }
    Ok(())
}

fn open(path: &str) -> io::Result<Box<dyn BufRead>> {
    let mut file = BufReader::with_capacity(1 << 16, File::open(path)?);
    if file.fill_buf()?.starts_with(&GZIP) {
        return Ok(Box::new(BufReader::with_capacity(
            1 << 16,
            MultiGzDecoder::new(file),
        )));
    }
    Ok(Box::new(file))
}

/// Reads the next line, or its first [`MAX_LINE_BYTES`]; false at the end.
fn read_line(input: &mut dyn BufRead, line: &mut Vec<u8>) -> io::Result<bool> {
    line.clear();
    let mut input = io::Read::take(input, MAX_LINE_BYTES as u64);
    Ok(input.read_until(b'\n', line)? > 0)
}

/// A set of entries by their 128-bit hashes, which are taken as equal only for equal entries.
#[derive(Debug, Default)]
pub(super) struct Entries(Vec<u128>);

impl Entries {
    pub(super) fn add(&mut self, entry: &str) {
        self.0.push(hash128(entry.as_bytes()));
    }

    /// Sorts the entries; to be called once all are added.
    pub(super) fn finish(&mut self) {
        self.0.sort_unstable();
        self.0.dedup();
        self.0.shrink_to_fit();
    }

    pub(super) fn contains(&self, entry: &str) -> bool {
        !self.0.is_empty() && self.0.binary_search(&hash128(entry.as_bytes())).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn gzip(text: &str) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    }

    fn read(bytes: &[u8]) -> Result<Vec<String>, FilterError> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        let mut found = Vec::new();
        read_list(file.path().to_str().unwrap(), |entry| {
            found.push(entry.to_owned());
            if entry == "bad" {
                Err("something good")
            } else {
                Ok(())
            }
        })?;
        Ok(found)
    }

    fn error(bytes: &[u8]) -> String {
        read(bytes).unwrap_err().to_string()
    }

    #[test]
    fn entries_of_plain_and_gzip_files() {
        let text = "# comment\na.org\r\n\n  b.org\nc.org";
        let expected = ["a.org", "b.org", "c.org"];
        assert_eq!(read(text.as_bytes()).unwrap(), expected);
        assert_eq!(read(&gzip(text)).unwrap(), expected);
        let members = [gzip("a.org\nb"), gzip(".org\nc.org\n")].concat();
        assert_eq!(read(&members).unwrap(), expected);
    }

    #[test]
    fn bad_files_are_refused() {
        assert!(error(b"").contains("no entries"));
        assert!(error(b"# only\n").contains("no entries"));
        assert!(error(b"a.org\n\xff\n").contains("line 2"));
        assert!(error(b"a\n\nbad").contains("line 3: \"bad\", expected something good"));
        assert!(error(&vec![b'a'; MAX_LINE_BYTES + 5]).contains("at most 64 KiB"));
        let whole = gzip(&"entry.org\n".repeat(100));
        for end in 3..whole.len() {
            assert!(read(&whole[..end]).is_err(), "cut at {end}");
        }
        let mut damaged = whole.clone();
        let place = damaged.len() - 6;
        damaged[place] ^= 1;
        assert!(error(&damaged).contains("cannot be read"));
        let missing = read_list("no/such/list", |_| Ok(())).unwrap_err();
        assert!(missing.to_string().contains("no/such/list"));
    }

    #[test]
    fn sets_of_entries() {
        let mut entries = Entries::default();
        assert!(!entries.contains(""));
        for entry in ["b", "a", "b"] {
            entries.add(entry);
        }
        entries.finish();
        assert!(entries.contains("a") && entries.contains("b") && !entries.contains("c"));
    }
}
