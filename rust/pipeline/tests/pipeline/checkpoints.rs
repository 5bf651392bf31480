//! A source that was stopped goes on where its last shards ended.

use std::cell::RefCell;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use assay_pipeline::{Event, Observer, PipelineError, Silent, diff, report, run};
use assay_schema::{Across, DocumentFormat, Documents, Near, Recipe, RepeatedParagraphs};

use crate::world::{Recorder, World, jsonl, prose, recipe};

const TABLES: &str = "[dedup]\nexact = { normalized = false }\n\
                      [[source]]\nname = \"first\"\npath = \"first.jsonl\"\n\
                      [[source]]\nname = \"second\"\npath = [\"a.jsonl\", \"b.jsonl.zst\"]\n";

const EVAL: &str = "[[eval]]\nname = \"target\"\npath = \"eval.jsonl\"\n";

/// Two texts of a mebibyte, the first of them twice.
fn long_texts(number: u64) -> Vec<String> {
    let text = |number| prose(number, 12_000).repeat(16);
    vec![text(number), text(number + 1), text(number)]
}

/// Sources of several shards of a mebibyte, one of them in two files.
fn large_world() -> World {
    static FILES: LazyLock<[(&str, Vec<u8>); 3]> = LazyLock::new(|| {
        let mut last = long_texts(2020);
        last.push(format!("{} {}", prose(900, 20), prose(1000, 80)));
        let last = zstd::encode_all(jsonl(&last).as_bytes(), 1).unwrap();
        [
            ("first.jsonl", jsonl(&long_texts(2000)).into_bytes()),
            ("a.jsonl", jsonl(&long_texts(2010)).into_bytes()),
            ("b.jsonl.zst", last),
        ]
    });
    let world = World::full();
    for (name, bytes) in &*FILES {
        world.write(name, bytes);
    }
    world
}

fn large_recipe(format: Option<DocumentFormat>) -> Recipe {
    let mut recipe = recipe(TABLES);
    recipe.tokenizer = None;
    recipe.decisions = true;
    recipe.documents = Some(Documents {
        format,
        shard_mib: 1,
    });
    recipe
}

/// Stops a run once it has taken a checkpoint.
struct StopsAtCheckpoint {
    folder: PathBuf,
    /// The checkpoints before the run.
    before: Vec<Vec<u8>>,
    resumed: RefCell<Vec<u64>>,
}

impl StopsAtCheckpoint {
    fn new(world: &World) -> Self {
        let folder = world.output().join(".work");
        Self {
            before: states(&folder),
            folder,
            resumed: RefCell::default(),
        }
    }
}

impl Observer for StopsAtCheckpoint {
    fn event(&self, event: &Event<'_>) {
        if let Event::Resumed { documents, .. } = event {
            self.resumed.borrow_mut().push(*documents);
        }
    }

    fn cancelled(&self) -> bool {
        let now = states(&self.folder);
        now.iter().any(|state| !self.before.contains(state))
    }
}

/// The checkpoints of an output.
fn states(folder: &Path) -> Vec<Vec<u8>> {
    let names = ["first", "second"].map(|name| format!("{name}.checkpoint/state.json"));
    let read = names.iter().map(|name| fs::read(folder.join(name)));
    read.filter_map(Result::ok).collect()
}

/// Tries until there is a result.
///
/// The observer is asked between steps. A reading thread that is far ahead puts a whole source into
/// one step, which then ends before the run can be stopped at a checkpoint; a busy machine does so
/// now and then.
fn until<T>(attempt: impl Fn() -> Option<T>) -> T {
    let found = (0..100).find_map(|_| attempt());
    found.expect("a run is stopped at a checkpoint in one of a hundred tries")
}

/// Runs from checkpoint to checkpoint until the end; gives the documents that were read already
/// each time that a source went on.
fn run_in_pieces(recipe: &Recipe, world: &World) -> Vec<u64> {
    let mut resumed = Vec::new();
    loop {
        let observer = StopsAtCheckpoint::new(world);
        let ended = run(recipe, world.path(), 1, &observer);
        resumed.extend(observer.resumed.take());
        match ended {
            Ok(_) => return resumed,
            Err(error) => assert!(matches!(error, PipelineError::Cancelled), "{error}"),
        }
    }
}

#[test]
fn a_run_in_pieces_ends_with_the_same_bytes() {
    use DocumentFormat::{Arrow, JsonlZstd, Parquet};
    let mut all = recipe(&format!("{TABLES}{EVAL}"));
    all.dedup.near = Some(Near::default());
    all.dedup.paragraphs = Some(RepeatedParagraphs::default());
    all.documents = large_recipe(None).documents;
    all.decisions = true;
    let mut apart = large_recipe(None);
    apart.dedup.across = Across::Apart;
    let mut named = large_recipe(None);
    named.dedup.across = Across::Named(vec!["first".to_owned()]);
    let formats = [JsonlZstd, Parquet, Arrow].map(|format| large_recipe(Some(format)));
    for recipe in [all, apart, named].into_iter().chain(formats) {
        let undisturbed = large_world();
        let manifest = undisturbed.run(&recipe).unwrap();
        let second = &manifest.sources[1];
        assert!(second.documents.len() > 2, "{second:?}");
        assert!(second.found.iter().all(|set| set.pairs == 1));
        let world = until(|| {
            let world = large_world();
            let resumed = run_in_pieces(&recipe, &world);
            (!resumed.is_empty()).then_some(world)
        });
        assert!(world.files() == undisturbed.files(), "{recipe:?}");
    }
}

/// A world in which a run was stopped at the first checkpoint of a source.
fn stopped_world(recipe: &Recipe, source: &str) -> World {
    until(|| {
        let world = large_world();
        let checkpoint = world.output().join(format!(".work/{source}.checkpoint"));
        while !checkpoint.exists() {
            let observer = StopsAtCheckpoint::new(&world);
            run(recipe, world.path(), 1, &observer).err()?;
        }
        Some(world)
    })
}

/// The next run of a stopped world gives what an undisturbed one gives; whether it went on.
fn goes_on(recipe: &Recipe, world: &World, undisturbed: &World) -> bool {
    let recorder = Recorder::new();
    run(recipe, world.path(), 1, &recorder).unwrap();
    assert!(world.files() == undisturbed.files());
    recorder
        .resumed
        .borrow()
        .iter()
        .any(|documents| *documents > 0)
}

#[test]
fn a_checkpoint_that_no_longer_holds_is_not_used() {
    let recipe = large_recipe(None);
    let undisturbed = large_world();
    undisturbed.run(&recipe).unwrap();
    assert!(goes_on(
        &recipe,
        &stopped_world(&recipe, "first"),
        &undisturbed
    ));

    let partial = Path::new("out/.first.partial");
    let damages: [&dyn Fn(&World); 4] = [
        &|world| fs::remove_file(world.path().join(partial).join("documents-00000.jsonl")).unwrap(),
        &|world| fs::remove_dir_all(world.path().join(partial)).unwrap(),
        &|world| world.write("out/.work/first.checkpoint/state.json", b"{}"),
        &|world| world.write("out/.work/first.checkpoint/indexes/exact.bin", b"short"),
    ];
    for damage in damages {
        let world = stopped_world(&recipe, "first");
        damage(&world);
        assert!(!goes_on(&recipe, &world, &undisturbed));
    }
    // What was written after the checkpoint is not counted on.
    let world = stopped_world(&recipe, "first");
    world.write("out/.first.partial/documents-00007.jsonl", b"half");
    assert!(goes_on(&recipe, &world, &undisturbed));
}

/// The first file holds other texts when the run goes on that was stopped in `source`.
fn changed_first_file_begins_again(source: &str, changed: &[String]) {
    let recipe = large_recipe(None);
    let changed = jsonl(changed);
    let undisturbed = large_world();
    undisturbed.write("first.jsonl", changed.as_bytes());
    undisturbed.run(&recipe).unwrap();
    let world = stopped_world(&recipe, source);
    world.write("first.jsonl", changed.as_bytes());
    assert!(!goes_on(&recipe, &world, &undisturbed));
}

#[test]
fn a_changed_input_begins_the_source_again() {
    changed_first_file_begins_again("first", &long_texts(3000));
}

#[test]
fn an_earlier_source_that_changed_makes_a_later_checkpoint_void() {
    changed_first_file_begins_again("second", &long_texts(2001));
}

#[test]
fn a_changed_recipe_begins_the_source_again() {
    let recipe = large_recipe(None);
    let mut other = recipe.clone();
    other.dedup.exact = None;
    let undisturbed = large_world();
    undisturbed.run(&other).unwrap();
    let world = stopped_world(&recipe, "first");
    assert!(!goes_on(&other, &world, &undisturbed));
}

#[test]
fn decisions_are_read_over_all_their_tables() {
    let world = large_world();
    let manifest = world.run(&large_recipe(None)).unwrap();
    assert!(manifest.sources[1].decisions.len() > 1);
    let diff = diff(&world.output(), &world.output(), &Silent).unwrap();
    assert_eq!((diff.same, diff.changes.len()), (10, 0));
    let losses = report(&world.output(), world.path(), None, &Silent).unwrap();
    let lost = losses.iter().map(|losses| losses.losses[0].documents);
    assert_eq!(lost.collect::<Vec<_>>(), [1, 2]);
}
