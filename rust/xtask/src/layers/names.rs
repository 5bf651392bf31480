//! What one source file declares and which paths it names, tests left out.

use super::tokens::{self, Token};

/// A module: a whole file, or the braces of `mod name { ... }` in one.
#[derive(Debug, Default)]
pub struct Module {
    /// Modules declared by `mod name;`, whose text is in a file of their own.
    pub files: Vec<String>,
    /// Modules declared by `mod name { ... }`.
    pub inline: Vec<(String, Module)>,
    /// Names of functions, types, constants, traits and macros defined here.
    pub defined: Vec<String>,
    /// What `use` brings in.
    pub imports: Vec<Import>,
    /// Paths of two words or more in code, and macros called by one.
    pub paths: Vec<Named>,
    /// Whether all of it is for tests.
    pub is_test: bool,
}

/// A path as it is written, such as `crate::a::b`, and its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The words of the path.
    pub path: Vec<String>,
    /// The line, counted from 1.
    pub line: usize,
}

/// One name that `use` brings in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// What is brought in; of `use a::*`, the module `a`.
    pub from: Named,
    /// The name it has here; none where everything of a module is brought in.
    pub name: Option<String>,
}

/// Read a source file.
pub fn of_file(text: &str) -> Module {
    Reader {
        tokens: &tokens::of_source(text),
        at: 0,
    }
    .module()
}

/// Words before the name of a definition.
const DEFINERS: &[&str] = &[
    "const", "enum", "fn", "static", "struct", "trait", "type", "union",
];

struct Reader<'a> {
    tokens: &'a [Token<'a>],
    at: usize,
}

impl<'a> Reader<'a> {
    fn text(&self, ahead: usize) -> &'a str {
        self.tokens
            .get(self.at + ahead)
            .map_or("", |token| token.text)
    }

    fn is_word(&self, ahead: usize) -> bool {
        self.tokens.get(self.at + ahead).is_some_and(Token::is_word)
    }

    fn line(&self) -> usize {
        self.tokens.get(self.at).map_or(0, |token| token.line)
    }

    /// Read to the brace that closes this module, or to the end of the file.
    fn module(&mut self) -> Module {
        let mut module = Module::default();
        let mut depth = 0_usize;
        while self.at < self.tokens.len() {
            match self.text(0) {
                "}" if depth == 0 => break,
                "}" => depth -= 1,
                "{" => depth += 1,
                "#" => {
                    self.attribute(&mut module);
                    continue;
                }
                "mod" if depth == 0 && self.is_word(1) => {
                    self.child(&mut module);
                    continue;
                }
                "use" if self.text(1) != "<" => {
                    self.at += 1;
                    self.import(&[], &mut module.imports);
                    continue;
                }
                _ if self.is_word(0) => {
                    self.word(&mut module, depth);
                    continue;
                }
                _ => {}
            }
            self.at += 1;
        }
        module
    }

    /// Pass over an attribute; if it is for tests alone, pass over what it stands before too.
    fn attribute(&mut self, module: &mut Module) {
        let is_inner = self.text(1) == "!";
        let brackets = 1 + usize::from(is_inner);
        if self.text(brackets) != "[" {
            self.at += 1;
            return;
        }
        let start = self.at + brackets;
        let end = closing(self.tokens, start);
        let is_test = is_for_tests(&self.tokens[start + 1..end]);
        match (is_test, is_inner) {
            (true, true) => (self.at, module.is_test) = (end, true),
            (true, false) => self.at = end_of_item(self.tokens, end + 1),
            // What stands in it is read like code: derives and paths in strings are uses.
            (false, _) => self.at = start + 1,
        }
    }

    /// `mod name;` or `mod name { ... }`.
    fn child(&mut self, module: &mut Module) {
        let name = self.text(1).to_owned();
        let opens = self.text(2) == "{";
        self.at += 3;
        if !opens {
            module.files.push(name);
            return;
        }
        module.inline.push((name, self.module()));
        self.at += 1;
    }

    /// A use tree after `prefix`, up to the `,`, `}` or `;` behind it.
    fn import(&mut self, prefix: &[String], imports: &mut Vec<Import>) {
        let mut path = prefix.to_vec();
        let line = self.line();
        loop {
            match self.text(0) {
                "::" => self.at += 1,
                "{" => return self.group(&path, imports),
                "*" => {
                    self.at += 1;
                    return imports.push(Import {
                        from: Named { path, line },
                        name: None,
                    });
                }
                "self" if !path.is_empty() => self.at += 1,
                "as" => {
                    let name = Some(self.text(1).to_owned());
                    self.at += 2;
                    return imports.push(Import {
                        from: Named { path, line },
                        name,
                    });
                }
                word if self.is_word(0) => {
                    path.push(word.to_owned());
                    self.at += 1;
                }
                _ => {
                    let name = path.last().cloned();
                    return imports.push(Import {
                        from: Named { path, line },
                        name,
                    });
                }
            }
        }
    }

    /// The braces of a use tree.
    fn group(&mut self, prefix: &[String], imports: &mut Vec<Import>) {
        self.at += 1;
        while self.at < self.tokens.len() && self.text(0) != "}" {
            match self.text(0) {
                "," => self.at += 1,
                _ => self.import(prefix, imports),
            }
        }
        self.at += 1;
    }

    /// A definition at the top of the module, a path, the call of a macro, or any other word.
    fn word(&mut self, module: &mut Module, depth: usize) {
        let word = self.text(0);
        let defines = DEFINERS.contains(&word) && !DEFINERS.contains(&self.text(1));
        if depth == 0 && defines && self.is_word(1) {
            module.defined.push(self.text(1).to_owned());
        }
        if word == "macro_rules" && self.text(1) == "!" {
            module.defined.push(self.text(2).to_owned());
            self.at += 3;
            return;
        }
        let line = self.line();
        let follows = self.at > 0 && self.tokens[self.at - 1].text == "::";
        let mut path = vec![word.to_owned()];
        self.at += 1;
        while self.text(0) == "::" && self.is_word(1) {
            path.push(self.text(1).to_owned());
            self.at += 2;
        }
        let is_macro = self.text(0) == "!" && self.text(1) != "=";
        if !follows && (path.len() > 1 || is_macro) {
            module.paths.push(Named { path, line });
        }
    }
}

/// Whether an attribute keeps what follows for tests: `test`, `cfg(test)`, `cfg(all(test, ...))`.
fn is_for_tests(attribute: &[Token]) -> bool {
    let words: Vec<&str> = attribute.iter().map(|token| token.text).collect();
    matches!(
        words[..],
        ["test"] | ["cfg", "(", "test", ")"] | ["cfg", "(", "all", "(", "test", ..]
    )
}

/// The place of the bracket that closes the one at `start`.
fn closing(tokens: &[Token], start: usize) -> usize {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().skip(start) {
        match token.text {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" if depth == 1 => return at,
            ")" | "]" | "}" => depth -= 1,
            _ => {}
        }
    }
    tokens.len()
}

/// The place behind the item that begins at `start`: behind its `;`, or behind its braces.
fn end_of_item(tokens: &[Token], start: usize) -> usize {
    let mut at = start;
    while let Some(token) = tokens.get(at) {
        match token.text {
            ";" => return at + 1,
            "{" => return closing(tokens, at) + 1,
            "(" | "[" => at = closing(tokens, at),
            _ => {}
        }
        at += 1;
    }
    tokens.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is imported, as `path as name`.
    fn imports(source: &str) -> Vec<String> {
        let module = of_file(source);
        let shown = module.imports.iter().map(|import| {
            let name = import.name.as_deref().unwrap_or("*");
            format!("{} as {name}", import.from.path.join("::"))
        });
        shown.collect()
    }

    fn paths(source: &str) -> Vec<String> {
        let module = of_file(source);
        module
            .paths
            .iter()
            .map(|named| named.path.join("::"))
            .collect()
    }

    #[test]
    fn a_use_tree_is_one_import_for_every_name() {
        assert_eq!(imports("use crate::a::b;"), ["crate::a::b as b"]);
        assert_eq!(
            imports("pub(crate) use crate::{a::{self, b}, c as d,\n super::e::*};"),
            [
                "crate::a as a",
                "crate::a::b as b",
                "crate::c as d",
                "crate::super::e as *"
            ]
        );
        assert_eq!(imports("use self::a::b;"), ["self::a::b as b"]);
        assert_eq!(
            imports("fn f() -> impl Fn() + use<'a> { }"),
            Vec::<String>::new()
        );
        assert_eq!(imports("fn f() { use crate::a; }"), ["crate::a as a"]);
    }

    #[test]
    fn paths_in_code_types_attributes_and_macros_are_named() {
        assert_eq!(
            paths("fn f(x: &crate::a::B) -> Vec<super::C> { d::e::<u8>(x); }"),
            ["crate::a::B", "super::C", "d::e"]
        );
        assert_eq!(
            paths("#[derive(crate::a::Show)] struct X;"),
            ["crate::a::Show"]
        );
        assert_eq!(
            paths(r#"#[serde(with = "crate::a")] struct X;"#),
            ["crate::a"]
        );
        assert_eq!(
            paths("macro_rules! m { () => { $crate::a::b() } }\nm!();"),
            ["crate::a::b", "m"]
        );
        assert_eq!(
            paths("<T as crate::a::B>::c(); ::std::mem::drop(x)"),
            ["crate::a::B"]
        );
        assert_eq!(paths("if a != b { }"), Vec::<String>::new());
    }

    #[test]
    fn definitions_stand_at_the_top_of_their_module() {
        let module = of_file(
            "pub const A: u8 = 1; const fn b() { struct Hidden; } impl X { fn c() {} } \
             enum D {} macro_rules! e { () => {} }",
        );
        assert_eq!(module.defined, ["A", "b", "D", "e"]);
    }

    #[test]
    fn modules_are_files_or_braces() {
        let module = of_file("mod a;\npub mod b { use super::c; mod d { } }\nmod e;");
        assert_eq!(module.files, ["a", "e"]);
        let (name, inner) = &module.inline[0];
        assert_eq!(name, "b");
        assert_eq!(inner.imports.len(), 1);
        assert_eq!(inner.inline[0].0, "d");
    }

    #[test]
    fn what_is_for_tests_is_left_out() {
        let module = of_file(
            "#[cfg(test)] mod tests;\n#[cfg(test)] mod more { use crate::a; }\n\
             #[cfg(test)] use crate::b;\n#[cfg(all(test, unix))] fn f(x: [u8; 2]) { crate::c::d() }\n\
             #[cfg(test)]\n#[allow(dead_code)]\npub(crate) struct S { e: crate::e::E }\n\
             #[cfg(unix)] use crate::kept;",
        );
        assert_eq!(module.files, Vec::<String>::new());
        assert!(module.inline.is_empty() && module.paths.is_empty());
        assert_eq!(module.imports.len(), 1);
        assert_eq!(module.imports[0].name.as_deref(), Some("kept"));
        assert!(of_file("//! For tests.\n#![cfg(test)]\nuse crate::a;").is_test);
    }
}
