//! What is counted and found wrong in one crate.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::arrows::{self, Arrows, Home, Taken};
use super::circles::{self, Graph};
use super::order;
use super::tree::Tree;

/// The counts and faults of a crate.
#[derive(Debug, Default)]
pub struct Survey {
    /// The folder of the crate.
    pub name: String,
    /// Source files, those of tests left out.
    pub files: usize,
    /// Pairs of files of which one imports from the other.
    pub arrows: usize,
    /// Arrows to a module that stands above, in its tree or in the declared order.
    pub back_up: usize,
    /// Groups of files that import each other.
    pub circles: usize,
    /// What must be mended, a line each.
    pub faults: Vec<String>,
}

impl Survey {
    /// Survey the crate in `folder`, called `name` in what is printed.
    pub fn of_crate(folder: &Path, name: &str) -> Result<Self, String> {
        let read = |error: std::io::Error| error.to_string();
        let manifest = fs::read_to_string(folder.join("Cargo.toml")).map_err(read)?;
        let tree = Tree::read(&folder.join("src")).map_err(read)?;
        let arrows = arrows::of_tree(&tree);
        let mut surveyor = Surveyor {
            name,
            tree: &tree,
            arrows: &arrows,
            back_up: BTreeSet::new(),
            faults: Vec::new(),
        };
        surveyor.parents();
        let circles = surveyor.circles();
        surveyor.orders(&order::of_manifest(&manifest)?);
        Ok(Self {
            name: name.to_owned(),
            files: tree.files.len(),
            arrows: arrows.len(),
            back_up: surveyor.back_up.len(),
            circles,
            faults: surveyor.faults,
        })
    }
}

struct Surveyor<'a> {
    name: &'a str,
    tree: &'a Tree,
    arrows: &'a Arrows,
    back_up: BTreeSet<(usize, usize)>,
    faults: Vec<String>,
}

impl<'a> Surveyor<'a> {
    /// Imports from a module that stands above in the tree.
    fn parents(&mut self) {
        for (&(from, to), taken) in self.arrows {
            if !self.tree.is_above(to, from) {
                continue;
            }
            self.back_up.insert((from, to));
            for one in taken {
                let fault = format!("{}: {}", self.place(from, one.line), self.cure(to, one));
                self.faults.push(fault);
            }
        }
    }

    fn cure(&self, to: usize, taken: &Taken) -> String {
        let above = self.path(to);
        let name = &taken.name;
        let home = match &taken.home {
            Home::File(file) => self.path(*file),
            Home::Outside(path) => path,
            Home::There if name.is_empty() => {
                return format!("imports all of {above}, which stands above it: name what is used");
            }
            Home::There => {
                return format!(
                    "imports `{name}` from {above}, which stands above it: move `{name}` to a \
                     file that stands below both"
                );
            }
        };
        format!("imports `{name}` by way of {above}: import it from {home}")
    }

    /// Files that import each other. What a file above hands on counts as taken from its home;
    /// what that file defines is a fault of its own.
    fn circles(&mut self) -> usize {
        let links = self.links();
        let mut graph = Graph::new();
        for (from, to) in links.keys() {
            graph.entry(*from).or_default().insert(*to);
        }
        let groups = circles::groups(&graph);
        for group in &groups {
            let shortest = circles::shortest(&graph, group);
            let mut fault = format!(
                "{}/src: {} files import each other in a circle",
                self.name,
                group.len()
            );
            if shortest.len() < group.len() {
                let files: Vec<&str> = group.iter().map(|file| self.path(*file)).collect();
                fault.push_str(&format!(" ({})", files.join(", ")));
            }
            fault.push_str(&format!(": {}", self.loop_shown(&shortest, &links)));
            self.faults.push(fault);
        }
        groups.len()
    }

    /// Which names a file takes from the files that define them, or from a folder's face.
    fn links(&self) -> BTreeMap<(usize, usize), Vec<&'a str>> {
        let mut links: BTreeMap<_, Vec<&str>> = BTreeMap::new();
        let arrows: &'a Arrows = self.arrows;
        for (&(from, to), taken) in arrows {
            for one in taken {
                let home = match one.home {
                    _ if !self.tree.is_above(to, from) => to,
                    Home::File(home) if home != from && !self.tree.is_above(home, from) => home,
                    _ => continue,
                };
                links.entry((from, home)).or_default().push(&one.name);
            }
        }
        links
    }

    /// A loop with the names that tie it: `a.rs takes X from b.rs, b.rs takes Y from a.rs`.
    fn loop_shown(&self, files: &[usize], links: &BTreeMap<(usize, usize), Vec<&str>>) -> String {
        let pairs = files.iter().zip(files.iter().cycle().skip(1));
        let shown = pairs.map(|(&from, &to)| {
            let names = links
                .get(&(from, to))
                .map_or_else(String::new, |n| listed(n));
            format!("{} takes {names} from {}", self.path(from), self.path(to))
        });
        shown.collect::<Vec<_>>().join(", ")
    }

    /// Imports against the declared layers, and modules that they forget.
    fn orders(&mut self, orders: &[order::Order]) {
        for order in orders {
            for fault in order.misplaced(self.tree) {
                self.faults
                    .push(format!("{}/Cargo.toml: {fault}", self.name));
            }
            for ((from, to), reason) in order.broken(self.tree, self.arrows) {
                self.back_up.insert((from, to));
                let taken = &self.arrows[&(from, to)];
                let line = taken.iter().map(|one| one.line).min().unwrap_or(0);
                let names: Vec<&str> = taken.iter().map(|one| one.name.as_str()).collect();
                let fault = format!(
                    "{}: takes {} from {}, but {reason}",
                    self.place(from, line),
                    listed(&names),
                    self.path(to)
                );
                self.faults.push(fault);
            }
        }
    }

    fn path(&self, file: usize) -> &str {
        &self.tree.files[file].path
    }

    fn place(&self, file: usize, line: usize) -> String {
        format!("{}/src/{}:{line}", self.name, self.path(file))
    }
}

/// Names in quotes; the module itself is told only where nothing in it is named.
fn listed(names: &[&str]) -> String {
    let named = names.iter().filter(|name| !name.is_empty());
    let quoted: Vec<String> = named.map(|name| format!("`{name}`")).collect();
    match quoted.is_empty() {
        true => "the module".to_owned(),
        false => quoted.join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::world::World;

    fn survey(manifest: &str, files: &[(&str, &str)]) -> Survey {
        let world = World::new(files);
        world.write("Cargo.toml", manifest);
        Survey::of_crate(world.folder(), "rust/made-up").unwrap()
    }

    #[test]
    fn a_crate_whose_imports_run_one_way_has_no_fault() {
        let survey = survey(
            "[package.metadata.layers]\nsrc = [\"a\", \"b | c\", \"d\"]\n\"src/a\" = [\"x\", \"y\"]\n",
            &[
                (
                    "lib.rs",
                    "mod a; mod b; mod c; mod d; #[cfg(test)] mod tests; pub use a::X;",
                ),
                ("a/mod.rs", "mod x; mod y; pub use x::X;"),
                ("a/x.rs", "use super::y::Y; use crate::b::B; pub struct X;"),
                ("a/y.rs", "use crate::c::C; pub struct Y;"),
                ("b.rs", "use crate::d::D; pub struct B;"),
                ("c.rs", "use crate::d::D; pub struct C;"),
                (
                    "d.rs",
                    "pub struct D;\n#[cfg(test)]\nmod tests { use crate::a::X; }",
                ),
            ],
        );
        assert_eq!(survey.faults, Vec::<String>::new());
        assert_eq!((survey.files, survey.arrows), (7, 7));
        assert_eq!((survey.back_up, survey.circles), (0, 0));
    }

    #[test]
    fn a_circle_is_named_with_what_ties_it() {
        let survey = survey(
            "",
            &[
                ("lib.rs", "mod a; mod b; mod c; mod d;"),
                ("a.rs", "use crate::b::B; pub struct A;"),
                (
                    "b.rs",
                    "use crate::c::{self, C}; use crate::d::D; pub struct B;",
                ),
                ("c.rs", "use crate::a::A; pub struct C;"),
                ("d.rs", "use crate::b::B; pub struct D;"),
            ],
        );
        assert_eq!(
            survey.faults,
            [
                "rust/made-up/src: 4 files import each other in a circle (a.rs, b.rs, c.rs, d.rs): \
              b.rs takes `D` from d.rs, d.rs takes `B` from b.rs"
            ]
        );
        assert_eq!((survey.back_up, survey.circles), (0, 1));
    }

    #[test]
    fn a_circle_by_way_of_re_exports_is_one_too() {
        let survey = survey(
            "",
            &[
                ("lib.rs", "mod a; mod b; pub use a::A; pub use b::B;"),
                ("a.rs", "use crate::B; pub struct A;"),
                ("b.rs", "use crate::A; pub struct B;"),
            ],
        );
        assert_eq!((survey.back_up, survey.circles), (2, 1));
        assert_eq!(
            survey.faults[0],
            "rust/made-up/src/a.rs:1: imports `B` by way of lib.rs: import it from b.rs"
        );
    }

    #[test]
    fn an_import_from_a_parent_says_what_to_do() {
        let survey = survey(
            "",
            &[
                ("lib.rs", "mod a; pub type T = u8; pub use other::Name;"),
                ("a/mod.rs", "mod b; mod c; pub fn f() {}"),
                ("a/b.rs", "use crate::{Name,\n T};\nfn g() { super::f(); }"),
                ("a/c.rs", "use super::*;"),
            ],
        );
        assert_eq!(
            survey.faults,
            [
                "rust/made-up/src/a/b.rs:1: imports `Name` by way of lib.rs: import it from \
                 other::Name",
                "rust/made-up/src/a/b.rs:2: imports `T` from lib.rs, which stands above it: move \
                 `T` to a file that stands below both",
                "rust/made-up/src/a/b.rs:3: imports `f` from a/mod.rs, which stands above it: \
                 move `f` to a file that stands below both",
                "rust/made-up/src/a/c.rs:1: imports all of a/mod.rs, which stands above it: name \
                 what is used",
            ]
        );
        assert_eq!(survey.back_up, 3);
    }

    #[test]
    fn an_import_against_the_declared_order_is_named() {
        let survey = survey(
            "[package.metadata.layers]\nsrc = [\"a\", \"b | c\"]\n",
            &[
                ("lib.rs", "mod a; mod b; mod c;"),
                ("a.rs", "pub struct A;"),
                ("b.rs", "use crate::a::A; pub struct B;"),
                ("c.rs", "use crate::b::B; pub struct C;"),
            ],
        );
        assert_eq!(
            survey.faults,
            [
                "rust/made-up/src/b.rs:1: takes `A` from a.rs, but `b` stands below `a` in src",
                "rust/made-up/src/c.rs:1: takes `B` from b.rs, but `c` stands beside `b` in src",
            ]
        );
        assert_eq!(survey.back_up, 2);
    }

    #[test]
    fn a_star_is_the_place_of_all_that_are_not_named() {
        let survey = survey(
            "[package.metadata.layers]\nsrc = [\"*\", \"shared\"]\n",
            &[
                ("lib.rs", "mod one; mod two; mod shared;"),
                ("one.rs", "use crate::shared::S;"),
                ("two.rs", "use crate::one::f;"),
                ("shared.rs", "pub struct S;"),
            ],
        );
        assert_eq!(
            survey.faults,
            [
                "rust/made-up/src/two.rs:1: takes `f` from one.rs, but `two` stands beside `one` in src"
            ]
        );
    }

    #[test]
    fn every_module_has_one_place_and_every_place_a_module() {
        let survey = survey(
            "[package.metadata.layers]\nsrc = [\"a\", \"a | gone\"]\n",
            &[("main.rs", "mod a; mod b;"), ("a.rs", ""), ("b.rs", "")],
        );
        assert_eq!(
            survey.faults,
            [
                "rust/made-up/Cargo.toml: the module `b` of src has no place: add it",
                "rust/made-up/Cargo.toml: `a` has two places in src: keep one",
                "rust/made-up/Cargo.toml: `gone` is no module of src: remove it",
            ]
        );
    }
}
