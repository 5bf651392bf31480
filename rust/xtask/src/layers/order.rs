//! The declared order of a crate's modules, read from its `Cargo.toml`.
//!
//! ```toml
//! [package.metadata.layers]
//! src = [
//!     "run",
//!     "read | write",
//!     "error",
//! ]
//! "src/formats" = ["*", "table"]
//! ```
//!
//! Layers stand from top to bottom: a module may import what stands below it. Modules beside each
//! other, between bars, do not import each other. Every module of the folder has one place; `*` is
//! the place of all that are not named, so that a folder of many alike need not list them.

use std::collections::BTreeSet;

use super::arrows::Arrows;
use super::tree::Tree;

const SECTION: &str = "[package.metadata.layers]";

/// Stands for every module that is not named.
const OTHERS: &str = "*";

/// The layers of one folder.
#[derive(Debug, PartialEq, Eq)]
pub struct Order {
    /// The folder, such as `src` or `src/read`.
    pub folder: String,
    /// From top to bottom, the modules of each layer.
    pub layers: Vec<Vec<String>>,
}

/// The orders that a `Cargo.toml` declares.
pub fn of_manifest(text: &str) -> Result<Vec<Order>, String> {
    let lines = text.lines().map(str::trim);
    let section = lines
        .skip_while(|line| *line != SECTION)
        .skip(1)
        .take_while(|line| !(line.starts_with('[') && line.ends_with(']')));
    let kept: Vec<&str> = section.filter(|line| !line.starts_with('#')).collect();
    let text = kept.join("\n");
    let mut rest = text.trim();
    let mut orders = Vec::new();
    while !rest.is_empty() {
        let (order, after) = one_order(rest).ok_or_else(|| {
            format!("{SECTION}: expected `src = [\"a\", \"b | c\"]`, found {rest:?}")
        })?;
        orders.push(order);
        rest = after.trim();
    }
    Ok(orders)
}

/// `folder = ["layer", ...]`, and what follows it.
fn one_order(text: &str) -> Option<(Order, &str)> {
    let (folder, rest) = text.split_once('=')?;
    let (list, rest) = rest.trim_start().strip_prefix('[')?.split_once(']')?;
    let items = list
        .split(',')
        .map(str::trim)
        .filter(|item| !item.is_empty());
    let layers = items.map(|item| {
        let names = item.strip_prefix('"')?.strip_suffix('"')?.split('|');
        Some(names.map(|name| name.trim().to_owned()).collect())
    });
    let order = Order {
        folder: folder.trim().trim_matches('"').to_owned(),
        layers: layers.collect::<Option<_>>()?,
    };
    Some((order, rest))
}

impl Order {
    /// The path of the module whose children are ordered; empty for the crate.
    fn parent(&self) -> String {
        let inside = self.folder.strip_prefix("src").unwrap_or(&self.folder);
        inside.trim_start_matches('/').replace('/', "::")
    }

    /// Which child of the folder a module is or stands in.
    fn child<'a>(&self, module: &'a str) -> Option<&'a str> {
        let inside = match self.parent().as_str() {
            "" => module,
            parent => module.strip_prefix(parent)?.strip_prefix("::")?,
        };
        inside.split("::").next().filter(|name| !name.is_empty())
    }

    fn place(&self, name: &str) -> Option<usize> {
        let layer_of = |name: &str| {
            let holds = |layer: &Vec<String>| layer.iter().any(|other| other == name);
            self.layers.iter().position(holds)
        };
        layer_of(name).or_else(|| layer_of(OTHERS))
    }

    /// Modules without a place, and places without a module or with one that has two.
    pub fn misplaced(&self, tree: &Tree) -> Vec<String> {
        let children: BTreeSet<&str> = tree
            .files
            .iter()
            .filter_map(|file| self.child(&file.module))
            .collect();
        let mut faults: Vec<String> = children
            .iter()
            .filter(|name| self.place(name).is_none())
            .map(|name| {
                format!(
                    "the module `{name}` of {} has no place: add it",
                    self.folder
                )
            })
            .collect();
        let mut seen = BTreeSet::new();
        for name in self.layers.iter().flatten().filter(|name| *name != OTHERS) {
            if !children.contains(name.as_str()) {
                faults.push(format!(
                    "`{name}` is no module of {}: remove it",
                    self.folder
                ));
            } else if !seen.insert(name) {
                faults.push(format!(
                    "`{name}` has two places in {}: keep one",
                    self.folder
                ));
            }
        }
        faults
    }

    /// The arrows that run against the order, each with the reason.
    pub fn broken(&self, tree: &Tree, arrows: &Arrows) -> Vec<((usize, usize), String)> {
        let mut broken = Vec::new();
        for (from, to) in arrows.keys() {
            let child = |file: usize| self.child(&tree.files[file].module);
            let (Some(upper), Some(lower)) = (child(*from), child(*to)) else {
                continue;
            };
            let reason = match (self.place(upper), self.place(lower)) {
                _ if upper == lower => continue,
                (Some(a), Some(b)) if a > b => "below",
                (Some(a), Some(b)) if a == b => "beside",
                _ => continue,
            };
            let reason = format!("`{upper}` stands {reason} `{lower}` in {}", self.folder);
            broken.push(((*from, *to), reason));
        }
        broken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_are_read_from_top_to_bottom() {
        let orders = of_manifest(
            "[package]\nname = \"x\"\n\n[package.metadata.layers]\n# why\nsrc = [\n    \"a\",\n    \
             # or so\n    \"b | c\",\n]\n\"src/b\" = [\"d\"]\n\n[lints]\nworkspace = true\n",
        )
        .unwrap();
        let order = |folder: &str, layers: &[&[&str]]| Order {
            folder: folder.into(),
            layers: layers
                .iter()
                .map(|layer| layer.iter().map(|name| (*name).to_owned()).collect())
                .collect(),
        };
        assert_eq!(
            orders,
            [
                order("src", &[&["a"], &["b", "c"]]),
                order("src/b", &[&["d"]])
            ]
        );
        assert_eq!(of_manifest("[package]\nname = \"x\"\n").unwrap(), []);
    }

    #[test]
    fn what_cannot_be_read_is_quoted() {
        let error = of_manifest("[package.metadata.layers]\nsrc = \"a\"\n").unwrap_err();
        assert!(error.contains("src = \\\"a\\\""), "{error}");
    }
}
