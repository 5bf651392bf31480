//! The modules of one crate, found as the compiler finds them: from `lib.rs` and `main.rs` down.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use super::names::{self, Import, Module, Named};

/// The modules of a crate, without those that are for tests alone.
#[derive(Debug, Default)]
pub struct Tree {
    /// The source files.
    pub files: Vec<File>,
    /// The modules; a parent stands before its children.
    pub modules: Vec<Node>,
}

/// A source file.
#[derive(Debug)]
pub struct File {
    /// Its path below `src`, such as `near/index.rs`.
    pub path: String,
    /// The path of its module, such as `near::index`; empty for `lib.rs`.
    pub module: String,
    /// The file of the module that declares it.
    pub parent: Option<usize>,
}

/// A module: a file, or braces inside one.
#[derive(Debug)]
pub struct Node {
    /// Its number in [`Tree::files`]; a module in braces has that of the file around it.
    pub file: usize,
    /// Its number in [`Tree::modules`].
    pub parent: Option<usize>,
    /// The modules declared in it, by name.
    pub children: BTreeMap<String, usize>,
    /// Names defined in it.
    pub defined: Vec<String>,
    /// What `use` brings in.
    pub imports: Vec<Import>,
    /// Paths in its code.
    pub paths: Vec<Named>,
}

impl Tree {
    /// Read the crate whose sources are in the folder `src`.
    pub fn read(src: &Path) -> io::Result<Self> {
        let mut tree = Self::default();
        for root in ["lib.rs", "main.rs"] {
            if src.join(root).is_file() {
                let module = names::of_file(&fs::read_to_string(src.join(root))?);
                tree.add_file(src, module, root.to_owned(), "", None)?;
            }
        }
        Ok(tree)
    }

    /// Whether one file's module stands above another's: `lib.rs` above all, `a/mod.rs` above `a/`.
    pub fn is_above(&self, upper: usize, lower: usize) -> bool {
        let mut parent = self.files[lower].parent;
        while let Some(file) = parent {
            if file == upper {
                return true;
            }
            parent = self.files[file].parent;
        }
        false
    }

    fn add_file(
        &mut self,
        src: &Path,
        module: Module,
        path: String,
        name: &str,
        parent: Option<usize>,
    ) -> io::Result<usize> {
        self.files.push(File {
            path,
            module: name.to_owned(),
            parent: parent.map(|parent| self.modules[parent].file),
        });
        self.add(src, module, name, self.files.len() - 1, parent)
    }

    /// Take in a module of that name, and all below it.
    fn add(
        &mut self,
        src: &Path,
        module: Module,
        name: &str,
        file: usize,
        parent: Option<usize>,
    ) -> io::Result<usize> {
        let number = self.modules.len();
        self.modules.push(Node {
            file,
            parent,
            children: BTreeMap::new(),
            defined: module.defined,
            imports: module.imports,
            paths: module.paths,
        });
        for (child, inner) in module.inline {
            let below = self.add(src, inner, &joined(name, &child), file, Some(number))?;
            self.modules[number].children.insert(child, below);
        }
        for child in module.files {
            let name = joined(name, &child);
            let Some((path, inner)) = find(src, &name)?.filter(|(_, inner)| !inner.is_test) else {
                continue;
            };
            let below = self.add_file(src, inner, path, &name, Some(number))?;
            self.modules[number].children.insert(child, below);
        }
        Ok(number)
    }
}

fn joined(parent: &str, child: &str) -> String {
    match parent {
        "" => child.to_owned(),
        _ => format!("{parent}::{child}"),
    }
}

/// The file of a module, and what it says; a missing one is left to the compiler.
fn find(src: &Path, module: &str) -> io::Result<Option<(String, Module)>> {
    let stem = module.replace("::", "/");
    for path in [format!("{stem}/mod.rs"), format!("{stem}.rs")] {
        if src.join(&path).is_file() {
            let text = fs::read_to_string(src.join(&path))?;
            return Ok(Some((path, names::of_file(&text))));
        }
    }
    Ok(None)
}
