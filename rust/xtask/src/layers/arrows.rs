//! Which file of a crate takes what from which other.

use std::collections::BTreeMap;

use super::names::Named;
use super::tree::{Node, Tree};

/// The arrows of a crate, one for every pair of files, by their numbers in the tree.
pub type Arrows = BTreeMap<(usize, usize), Vec<Taken>>;

/// A name that one file takes from another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The name; empty where it is the module itself.
    pub name: String,
    /// The line on which it is first taken.
    pub line: usize,
    /// Where the name is defined.
    pub home: Home,
}

/// Where a name is defined that a file takes from another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Home {
    /// In that other file.
    There,
    /// In a further file of the crate, by its number; the other one hands it on.
    File(usize),
    /// In another crate, by this path; the other file hands it on.
    Outside(String),
}

/// All arrows of a crate.
pub fn of_tree(tree: &Tree) -> Arrows {
    let mut arrows = Arrows::new();
    for (number, module) in tree.modules.iter().enumerate() {
        let imports = module.imports.iter().map(|import| (&import.from, true));
        let paths = module.paths.iter().map(|path| (path, false));
        for (named, is_import) in imports.chain(paths) {
            add(&mut arrows, tree, number, named, is_import);
        }
    }
    arrows
}

fn add(arrows: &mut Arrows, tree: &Tree, module: usize, named: &Named, is_import: bool) {
    let Some(place) = Search::new(tree).path(module, &named.path, is_import) else {
        return;
    };
    let (from, to) = (tree.modules[module].file, tree.modules[place.module].file);
    if from == to {
        return;
    }
    let taken = Taken {
        name: place.name.unwrap_or_default(),
        line: named.line,
        home: place.home,
    };
    let all = arrows.entry((from, to)).or_default();
    match all.iter_mut().find(|other| other.name == taken.name) {
        Some(other) => other.line = other.line.min(taken.line),
        None => all.push(taken),
    }
}

/// Where a path leads.
struct Place {
    module: usize,
    /// The name taken there; none if the path leads to the module itself.
    name: Option<String>,
    home: Home,
}

/// How many imports may lead on to each other; only a loop of re-exports has more.
const MOST_STEPS: usize = 32;

struct Search<'a> {
    tree: &'a Tree,
    steps_left: usize,
}

impl<'a> Search<'a> {
    fn new(tree: &'a Tree) -> Self {
        let steps_left = MOST_STEPS;
        Self { tree, steps_left }
    }

    /// Where a path that is written in a module leads; None if that is no file of the crate.
    fn path(&self, module: usize, path: &[String], is_import: bool) -> Option<Place> {
        let (first, rest) = path.split_first()?;
        let node = &self.tree.modules[module];
        match first.as_str() {
            "crate" => self.walk(self.root(module), rest),
            "self" => self.walk(module, rest),
            "super" => {
                let mut module = node.parent?;
                let mut rest = rest;
                while rest.first().is_some_and(|word| word == "super") {
                    module = self.tree.modules[module].parent?;
                    rest = &rest[1..];
                }
                self.walk(module, rest)
            }
            name if node.children.contains_key(name) => self.walk(module, path),
            name if !is_import && !rest.is_empty() => self.through_import(module, name, rest),
            name if !is_import => self.macro_above(module, name),
            _ => None,
        }
    }

    /// A path in code that begins with a module brought in by `use`.
    fn through_import(&self, module: usize, name: &str, rest: &[String]) -> Option<Place> {
        let node = &self.tree.modules[module];
        let import = import_named(node, name)?;
        let place = self.deeper()?.path(module, &import.path, true)?;
        match place.name {
            None => self.walk(place.module, rest),
            Some(_) => None,
        }
    }

    /// A macro called by its bare name may be defined in a module above.
    fn macro_above(&self, module: usize, name: &str) -> Option<Place> {
        let is_here = |at: usize| self.tree.modules[at].defined.iter().any(|d| d == name);
        if is_here(module) || import_named(&self.tree.modules[module], name).is_some() {
            return None;
        }
        let mut above = self.tree.modules[module].parent;
        while let Some(at) = above {
            if is_here(at) {
                return self.walk(at, &[name.to_owned()]);
            }
            above = self.tree.modules[at].parent;
        }
        None
    }

    /// Follow `path` down from `module`, to its last module and the name taken there.
    fn walk(&self, module: usize, path: &[String]) -> Option<Place> {
        let mut module = module;
        for name in path {
            match self.tree.modules[module].children.get(name) {
                Some(child) => module = *child,
                None => {
                    return Some(Place {
                        module,
                        name: Some(name.clone()),
                        home: self.home(module, name),
                    });
                }
            }
        }
        Some(Place {
            module,
            name: None,
            home: Home::There,
        })
    }

    /// Where a name is defined that a module has.
    fn home(&self, module: usize, name: &str) -> Home {
        let node = &self.tree.modules[module];
        if node.defined.iter().any(|defined| defined == name) {
            return Home::There;
        }
        let Some(further) = self.deeper() else {
            return Home::There;
        };
        if let Some(from) = import_named(node, name) {
            return match further.path(module, &from.path, true) {
                Some(place) => further.final_home(place),
                None => Home::Outside(from.path.join("::")),
            };
        }
        let all_of = node.imports.iter().filter(|import| import.name.is_none());
        let places = all_of.filter_map(|import| {
            let mut path = import.from.path.clone();
            path.push(name.to_owned());
            further.path(module, &path, true)
        });
        let mut found = places.filter(|place| self.has(place));
        found
            .next()
            .map_or(Home::There, |place| further.final_home(place))
    }

    fn has(&self, place: &Place) -> bool {
        let defined = &self.tree.modules[place.module].defined;
        place.home != Home::There || place.name.as_ref().is_none_or(|n| defined.contains(n))
    }

    fn final_home(&self, place: Place) -> Home {
        match place.home {
            Home::There => Home::File(self.tree.modules[place.module].file),
            further => further,
        }
    }

    fn deeper(&self) -> Option<Self> {
        let steps_left = self.steps_left.checked_sub(1)?;
        Some(Self {
            steps_left,
            ..*self
        })
    }

    fn root(&self, module: usize) -> usize {
        let mut at = module;
        while let Some(parent) = self.tree.modules[at].parent {
            at = parent;
        }
        at
    }
}

fn import_named<'a>(node: &'a Node, name: &str) -> Option<&'a Named> {
    let found = node
        .imports
        .iter()
        .find(|import| import.name.as_deref() == Some(name));
    found.map(|import| &import.from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::world::World;

    /// The arrows of a crate made of `files`, as `from -> to: names`.
    fn arrows(files: &[(&str, &str)]) -> Vec<String> {
        let world = World::new(files);
        let tree = Tree::read(&world.src()).unwrap();
        let shown = of_tree(&tree).into_iter().map(|((from, to), taken)| {
            let names: Vec<String> = taken.iter().map(|one| shown(&tree, one)).collect();
            let path = |file: usize| tree.files[file].path.as_str();
            format!("{} -> {}: {}", path(from), path(to), names.join(", "))
        });
        shown.collect()
    }

    fn shown(tree: &Tree, taken: &Taken) -> String {
        match &taken.home {
            Home::There => taken.name.clone(),
            Home::File(file) => format!("{} of {}", taken.name, tree.files[*file].path),
            Home::Outside(path) => format!("{} of {path}", taken.name),
        }
    }

    #[test]
    fn a_name_is_taken_from_the_file_that_the_path_names() {
        let found = arrows(&[
            (
                "lib.rs",
                "mod a; mod b; mod c;\nuse a::A;\nfn f() { b::c::d(); }",
            ),
            (
                "a.rs",
                "use crate::b::c::C as D; struct A; fn f(x: super::c::X) {}",
            ),
            ("b/mod.rs", "pub mod c;"),
            ("b/c.rs", "pub struct C; pub fn d() {}"),
            ("c.rs", "pub struct X;"),
        ]);
        assert_eq!(
            found,
            [
                "lib.rs -> a.rs: A",
                "lib.rs -> b/c.rs: d",
                "a.rs -> b/c.rs: C",
                "a.rs -> c.rs: X",
            ]
        );
    }

    #[test]
    fn a_module_brought_in_is_followed_to_what_is_used_of_it() {
        let found = arrows(&[
            ("lib.rs", "mod a; mod b;"),
            (
                "a.rs",
                "use crate::b;\nfn f() { b::c::d(); b::e(); std::mem::drop(b::c::Kind::X); }",
            ),
            ("b/mod.rs", "pub mod c; pub fn e() {}"),
            ("b/c.rs", "pub fn d() {} pub enum Kind { X }"),
        ]);
        assert_eq!(found, ["a.rs -> b/mod.rs: , e", "a.rs -> b/c.rs: d, Kind"]);
    }

    #[test]
    fn what_is_handed_on_names_its_home() {
        let found = arrows(&[
            (
                "lib.rs",
                "mod a; mod b; pub use b::{B, X}; pub use other::Y as Z;",
            ),
            ("a.rs", "use crate::{B, X, Z, W};"),
            ("b/mod.rs", "mod c; mod d; pub use c::B; pub use d::*;"),
            ("b/c.rs", "pub struct B;"),
            ("b/d.rs", "pub struct X;"),
        ]);
        assert_eq!(
            found[1],
            "a.rs -> lib.rs: B of b/c.rs, X of b/d.rs, Z of other::Y, W"
        );
    }

    #[test]
    fn modules_in_braces_and_macros_belong_to_their_file() {
        let found = arrows(&[
            ("lib.rs", "macro_rules! m { () => {} }\nmod a; mod b;"),
            (
                "a.rs",
                "mod inner { use super::X; use super::super::b::Y; }\nstruct X; fn f() { m!(); vec![1]; }",
            ),
            ("b.rs", "pub struct Y;"),
        ]);
        assert_eq!(found, ["a.rs -> lib.rs: m", "a.rs -> b.rs: Y"]);
    }

    #[test]
    fn tests_other_crates_and_loops_of_imports_give_no_arrow() {
        let found = arrows(&[
            ("lib.rs", "mod a; mod b; mod c; #[cfg(test)] mod tests;"),
            (
                "a.rs",
                "use std::fs; use serde::Serialize;\n#[cfg(test)]\nmod tests { use crate::b::B; }",
            ),
            ("b.rs", "#![cfg(test)]\nuse crate::a;"),
            ("c.rs", "pub use self::c::X; pub use self::d::X as Y;"),
            ("tests.rs", "use crate::a;"),
        ]);
        assert_eq!(found, Vec::<String>::new());
    }

    #[test]
    fn a_loop_of_re_exports_ends() {
        let found = arrows(&[
            ("lib.rs", "mod a; mod b;"),
            ("a.rs", "pub use crate::b::X;"),
            ("b.rs", "pub use crate::a::X;"),
        ]);
        assert_eq!(found.len(), 2);
    }
}
