//! The formats of document files, by name and by first bytes.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::CorpusError;

/// How documents stand in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// One JSON object a line.
    Jsonl,
    /// JSON Lines in gzip, of any number of members.
    JsonlGz,
    /// JSON Lines in zstd, of any number of frames.
    JsonlZst,
    /// Parquet.
    Parquet,
    /// Arrow IPC: the file format or the stream format.
    Arrow,
}

/// As many bytes as [`Format::of`] looks at.
pub(crate) const MAGIC_BYTES: usize = 6;

/// The endings of the formats; the first of each is the one that is written.
const ENDINGS: [(Format, &[&str]); 5] = [
    (Format::Jsonl, &["jsonl", "ndjson", "json"]),
    (Format::JsonlGz, &["jsonl.gz", "ndjson.gz", "json.gz"]),
    (Format::JsonlZst, &["jsonl.zst", "ndjson.zst", "json.zst"]),
    (Format::Parquet, &["parquet"]),
    (Format::Arrow, &["arrow", "arrows", "feather", "ipc"]),
];

impl Format {
    /// The ending of files in this format, which is also its name.
    #[must_use]
    pub fn ending(self) -> &'static str {
        match self {
            Self::Jsonl => "jsonl",
            Self::JsonlGz => "jsonl.gz",
            Self::JsonlZst => "jsonl.zst",
            Self::Parquet => "parquet",
            Self::Arrow => "arrow",
        }
    }

    /// The format that a file name ends in.
    pub(crate) fn of_name(name: &str) -> Option<Self> {
        let ends = |ending: &&str| {
            let stem = name.strip_suffix(ending);
            stem.is_some_and(|stem| stem.ends_with('.'))
        };
        let mut formats = ENDINGS.iter();
        let found = formats.find(|(_, endings)| endings.iter().any(ends));
        found.map(|(format, _)| *format)
    }

    /// The format of a file that begins with these bytes. What it holds counts; its name decides
    /// where the bytes say nothing, as in a file that is damaged from the start.
    pub(crate) fn of(path: &Path, magic: &[u8]) -> Self {
        if let Some(format) = Self::of_magic(magic) {
            return format;
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        Self::of_name(&name).unwrap_or_else(|| match path.extension() {
            Some(ending) if ending == "gz" => Self::JsonlGz,
            Some(ending) if ending == "zst" => Self::JsonlZst,
            _ => Self::Jsonl,
        })
    }

    fn of_magic(magic: &[u8]) -> Option<Self> {
        match magic {
            [0x1f, 0x8b, ..] => Some(Self::JsonlGz),
            // A frame, or one that decoders skip.
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => {
                Some(Self::JsonlZst)
            }
            [b'P', b'A', b'R', b'1', ..] => Some(Self::Parquet),
            [b'A', b'R', b'R', b'O', b'W', b'1', ..] | [0xff, 0xff, 0xff, 0xff, ..] => {
                Some(Self::Arrow)
            }
            _ => None,
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.ending())
    }
}

impl FromStr for Format {
    type Err = CorpusError;

    fn from_str(name: &str) -> Result<Self, CorpusError> {
        let mut formats = ENDINGS.iter().map(|(format, _)| *format);
        let found = formats.find(|format| format.ending() == name);
        found.ok_or_else(|| CorpusError::UnknownFormat {
            name: name.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contents_win_over_names_and_names_over_nothing() {
        for (name, magic, format) in [
            ("a.jsonl", &b"{\"text"[..], Format::Jsonl),
            ("a.jsonl.gz", b"", Format::JsonlGz),
            ("a.txt.zst", b"{", Format::JsonlZst),
            ("a", b"\x1f\x8b", Format::JsonlGz),
            ("a.jsonl", b"\x28\xb5\x2f\xfd", Format::JsonlZst),
            ("a", b"PAR1..", Format::Parquet),
            ("a.parquet", b"", Format::Parquet),
            ("-", b"ARROW1", Format::Arrow),
            ("-", b"\xff\xff\xff\xff\x10\x01", Format::Arrow),
        ] {
            assert_eq!(Format::of(Path::new(name), magic), format, "{name}");
        }
    }

    #[test]
    fn a_name_is_read_back() {
        for (format, endings) in ENDINGS {
            assert_eq!(format.to_string().parse::<Format>().unwrap(), format);
            assert_eq!(endings[0], format.ending());
        }
        let message = "csv".parse::<Format>().unwrap_err().to_string();
        assert!(message.contains("\"csv\""), "{message}");
    }
}
