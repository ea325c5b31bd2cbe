use std::fs;

use tempfile::TempDir;

use super::*;

fn tree(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
        fs::write(path, text).expect("a file");
    }
    folder
}

const WORKSPACE: &str = "[workspace]\nchannels = []\nplatforms = []\n";
const PYPROJECT: &str = "[project]\nname = \"a\"\n[tool.pixi.workspace]\nchannels = []\n";
const FOREIGN: &str = "[project]\nname = \"a\"\n";

/// Files, where the search starts, what is found.
type Case<'c> = (&'c [(&'c str, &'c str)], &'c str, &'c str);

#[test]
fn the_nearest_manifest_by_the_order_of_names() {
    let cases: &[Case<'_>] = &[
        (&[("pixi.toml", WORKSPACE), ("pyproject.toml", PYPROJECT)], "", "pixi.toml"),
        (&[("mojoproject.toml", WORKSPACE), ("pyproject.toml", PYPROJECT)], "", "pyproject.toml"),
        (&[("mojoproject.toml", WORKSPACE), ("a/b/c.py", "")], "a/b", "mojoproject.toml"),
        (&[("pixi.toml", WORKSPACE), ("a/pyproject.toml", FOREIGN)], "a", "pixi.toml"),
        (&[("pixi.toml", WORKSPACE), ("a/pyproject.toml", PYPROJECT)], "a", "a/pyproject.toml"),
        // A pixi.toml always counts, however empty, also beside a good pyproject.toml.
        (&[("pixi.toml", "[tasks]\n"), ("pyproject.toml", PYPROJECT)], "", "pixi.toml"),
        (&[("pixi.toml", "not toml"), ("pyproject.toml", PYPROJECT)], "", "pixi.toml"),
        // The manifest of a package belongs to a workspace further up.
        (
            &[("pixi.toml", WORKSPACE), ("a/pixi.toml", "[package]\nname = \"a\"\n")],
            "a",
            "pixi.toml",
        ),
    ];
    for (files, start, expected) in cases {
        let folder = tree(files);
        let root = folder.path().canonicalize().expect("a path");
        let found = discover(&root.join(start), None).expect(expected);
        assert_eq!(found.strip_prefix(&root).expect("below"), Path::new(expected), "{files:?}");
    }
}

#[test]
fn a_named_manifest_may_be_a_directory() {
    let folder = tree(&[("a/pixi.toml", WORKSPACE), ("a/pyproject.toml", PYPROJECT), ("b/x", "")]);
    let root = folder.path().canonicalize().expect("a path");
    let named = |path: &str| discover(&root, Some(Path::new(path)));
    assert_eq!(named("a").expect("found"), root.join("a/pixi.toml"));
    assert_eq!(named("a/pyproject.toml").expect("found"), root.join("a/pyproject.toml"));
    assert!(matches!(named("b"), Err(Undiscovered::Unrecognized(_))));
    assert!(matches!(named("b/x"), Err(Undiscovered::Unrecognized(_))));
    assert!(matches!(named("c"), Err(Undiscovered::Missing(_))));
}

#[test]
fn nothing_found_is_said_in_the_words_of_pixi() {
    let folder = tree(&[("a/pyproject.toml", FOREIGN), ("b/x", "")]);
    let root = folder.path().canonicalize().expect("a path");
    let text = |start: &str| discover(&root.join(start), None).expect_err(start).to_string();
    let shown = root.display();
    assert_eq!(
        text("a"),
        format!("found pyproject.toml without tool.pixi section at directory {shown}/a")
    );
    assert_eq!(
        text("b"),
        format!("could not find pixi.toml or pyproject.toml with tool.pixi at directory {shown}/b")
    );
    let diagnostic = Diagnostic::from(discover(&root.join("b"), None).expect_err("none"));
    assert_eq!(diagnostic.code, "manifest/not-found");
}

#[test]
fn a_file_that_is_no_text_is_refused() {
    let folder = tree(&[("x", "")]);
    fs::write(folder.path().join("pixi.toml"), [0xff, 0xfe]).expect("a file");
    assert!(matches!(discover(folder.path(), None), Err(Undiscovered::NotText(_))));
    fs::write(folder.path().join("pixi.toml"), vec![b'#'; MAX_BYTES + 1]).expect("a file");
    assert!(matches!(discover(folder.path(), None), Err(Undiscovered::NotText(_))));
}
