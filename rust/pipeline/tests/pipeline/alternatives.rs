//! Sources that are alternatives: each is compared with those that the recipe names and with none of
//! the others, and it is said how much they share.

use assay_pipeline::{Silent, run};
use assay_schema::{Across, Keep, Manifest, Overlap, Recipe, Substring};

use crate::world::{World, jsonl, prose, recipe};

const SOURCES: &str = "[[source]]\nname = \"replay\"\npath = \"replay.jsonl\"\n\
    [[source]]\nname = \"books\"\npath = \"books.jsonl\"\n\
    [[source]]\nname = \"web\"\npath = \"web.jsonl\"\n\
    [[source]]\nname = \"news\"\npath = \"news.jsonl\"\n";

/// Of 50 books 10 are in the replay; of 41 web pages 20 are books, one of them in other letters, and
/// one is there twice; news are others.
fn world() -> World {
    let world = World::new();
    let texts = |range: std::ops::Range<u64>| range.map(|n| prose(n, 120)).collect::<Vec<_>>();
    world.write("replay.jsonl", jsonl(&texts(0..60)).as_bytes());
    world.write("books.jsonl", jsonl(&texts(50..100)).as_bytes());
    let mut web = texts(80..120);
    web[3] = format!("{} !", web[3].to_uppercase());
    web.push(web[30].clone());
    world.write("web.jsonl", jsonl(&web).as_bytes());
    world.write("news.jsonl", jsonl(&texts(200..210)).as_bytes());
    world
}

fn with(dedup: &str) -> Recipe {
    recipe(&format!("[dedup]\n{dedup}\n{SOURCES}"))
}

fn kept(manifest: &Manifest) -> Vec<u64> {
    let sources = manifest.sources.iter();
    sources.map(|source| source.kept.documents).collect()
}

#[test]
fn alternatives_see_what_is_named_and_not_each_other() {
    for dedup in [
        "exact = true\nnear = false",
        "exact = false\nnear = true",
        "exact = true\nnear = true\nparagraphs = true",
    ] {
        let kept = |across: &str| {
            let recipe = with(&format!("across = {across}\n{dedup}"));
            kept(&world().run(&recipe).unwrap())
        };
        assert_eq!(kept("[\"replay\"]"), [60, 40, 40, 10], "{dedup}");
        assert_eq!(kept("true"), [60, 40, 20, 10], "{dedup}");
        assert_eq!(kept("false"), [60, 50, 40, 10], "{dedup}");
        // The books go first, and the web after them.
        assert_eq!(kept("[\"books\", \"replay\"]"), [60, 40, 20, 10], "{dedup}");
    }
}

#[test]
fn an_alternative_is_what_it_would_be_alone_beside_what_is_named() {
    let together = world();
    let recipe = with("across = [\"replay\"]");
    together.run(&recipe).unwrap();
    for place in 1..4 {
        let alone = world();
        let mut one = recipe.clone();
        one.dedup.across = Across::All;
        one.sources = vec![recipe.sources[0].clone(), recipe.sources[place].clone()];
        alone.run(&one).unwrap();
        let name = &recipe.sources[place].name;
        let of_it = |world: &World| {
            let mut files = world.files();
            files.retain(|path, _| path.starts_with(name));
            files
        };
        assert!(of_it(&together) == of_it(&alone), "{name}");
    }
}

#[test]
fn what_alternatives_share_is_counted_by_normal_form() {
    let world = world();
    let manifest = world.run(&with("across = [\"replay\"]")).unwrap();
    let bytes =
        |range: std::ops::Range<u64>| -> u64 { range.map(|n| prose(n, 120).len() as u64).sum() };
    let overlap = |first: &str, second: &str, documents, text_bytes| Overlap {
        sources: [first.to_owned(), second.to_owned()],
        documents,
        text_bytes,
    };
    let both = bytes(80..100);
    assert_eq!(
        manifest.overlaps,
        [
            // The web has one of them with two more bytes.
            overlap("books", "web", 20, [both, both + 2]),
            overlap("books", "news", 0, [0, 0]),
            overlap("web", "news", 0, [0, 0]),
        ]
    );
    assert_eq!(
        Manifest::from_json(&manifest.to_json(), "m").unwrap(),
        manifest
    );
    for dedup in ["", "across = false", "across = [\"replay\"]\nexact = false"] {
        let manifest = self::world().run(&with(dedup)).unwrap();
        assert!(manifest.overlaps.is_empty(), "{dedup}");
    }
}

#[test]
fn the_number_of_threads_makes_no_difference() {
    let one = world();
    let recipe = with("across = [\"replay\"]");
    one.run(&recipe).unwrap();
    let four = world();
    run(&recipe, four.path(), 4, &Silent).unwrap();
    assert!(one.files() == four.files());
}

#[test]
fn an_output_of_before_is_not_taken_for_one_of_alternatives() {
    let world = world();
    let all = world.run(&with("")).unwrap();
    let apart = world.run(&with("across = [\"replay\"]")).unwrap();
    assert_ne!(all.recipe_sha256, apart.recipe_sha256);
    assert_eq!(kept(&apart), [60, 40, 40, 10]);
}

#[test]
fn names_that_cannot_be_meant_are_refused() {
    let refused = |across: &[&str], change: &dyn Fn(&mut Recipe)| {
        let mut recipe = with("");
        let names = across.iter().map(|name| (*name).to_owned()).collect();
        recipe.dedup.across = Across::Named(names);
        change(&mut recipe);
        world().fails(&recipe).to_string()
    };
    let nothing = |_: &mut Recipe| ();
    assert_eq!(
        refused(&["repaly"], &nothing),
        "recipe: dedup.across is [\"repaly\"], expected the first sources of the recipe, such as \
         [\"replay\"]"
    );
    assert!(refused(&["books"], &nothing).contains("such as [\"replay\"]"));
    assert!(refused(&["replay", "replay"], &nothing).contains("such as [\"replay\", \"books\"]"));
    assert!(refused(&[], &nothing).contains("is [], expected true, false, or the names"));
    let clusters = |recipe: &mut Recipe| {
        recipe.dedup.near.as_mut().unwrap().keep = Some(Keep::First);
    };
    assert!(refused(&["replay"], &clusters).contains("is names beside dedup.near.keep"));
    let substrings = |recipe: &mut Recipe| {
        recipe.dedup.substrings = Some(Substring::default());
    };
    assert!(refused(&["replay"], &substrings).contains("is names beside dedup.substrings"));
}
