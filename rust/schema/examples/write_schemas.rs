//! Writes the JSON schemas into a folder: `write_schemas DIR` (default `python/assay/schema`).

use std::path::PathBuf;

fn main() -> std::io::Result<()> {
    let default = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../python/assay/schema");
    let folder = std::env::args_os()
        .nth(1)
        .map_or_else(default, PathBuf::from);
    std::fs::create_dir_all(&folder)?;
    for (name, text) in assay_schema::json_schemas() {
        std::fs::write(folder.join(format!("{name}.json")), text)?;
    }
    Ok(())
}
