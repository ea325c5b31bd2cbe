use std::collections::BTreeMap;

use super::*;

/// Files of a repository, in memory.
struct Tree(BTreeMap<&'static str, &'static str>);

impl Files for Tree {
    fn text(&self, path: &str) -> Option<String> {
        self.0.get(path).map(|text| (*text).to_owned())
    }

    fn folders(&self, path: &str) -> Vec<String> {
        let prefix = if path.is_empty() { String::new() } else { format!("{path}/") };
        let mut names: Vec<String> = self
            .0
            .keys()
            .filter_map(|known| known.strip_prefix(prefix.as_str())?.split_once('/'))
            .map(|(name, _)| name.to_owned())
            .collect();
        names.dedup();
        names
    }
}

/// The lock `path` after a release that made `manifests` what they are in `files`.
fn locked(
    path: &str,
    files: &[(&'static str, &'static str)],
    manifests: &[&str],
) -> Result<String, &'static str> {
    let files = Tree(files.iter().copied().collect());
    let manifests: Vec<Manifest> = manifests
        .iter()
        .map(|path| Manifest {
            path: (*path).to_owned(),
            before: Some("old\n".to_owned()),
            after: files.text(path).unwrap(),
        })
        .collect();
    let locks = find(&LockFiles::Auto, Vec::new(), &manifests, &files).unwrap();
    let lock = locks.iter().find(|lock| lock.path == path).ok_or("no lock")?;
    let text = files.text(path).unwrap();
    lock.apply(&Source::file(path.to_owned(), text)).map_err(|problem| problem.code)
}

#[test]
fn uv_names_projects_by_their_folder() {
    let lock = "version = 1\r\n\r\n[[package]]\r\nname = \"demo\"\r\nversion = \"0.9.0\"\r\nsource = { editable = \".\" }\r\n\r\n[[package]]\r\nname = \"lib\"\r\nversion = \"0.9.0\"\r\nsource = { virtual = \"libs/lib\" }\r\n\r\n[[package]]\r\nname = \"demo\"\r\nversion = \"0.9.0\"\r\nsource = { registry = \"https://pypi.org/simple\" }\r\n";
    let files = [
        ("uv.lock", lock),
        ("pyproject.toml", "[project]\nname = \"Demo\"\nversion = \"1.0.0-rc.1\"\n"),
        ("libs/lib/pyproject.toml", "[project]\nname = \"lib\"\nversion = \"1.0.0rc1\"\n"),
        ("else/pyproject.toml", "[project]\nname = \"else\"\nversion = \"1.0.0\"\n"),
    ];
    let demo = lock.replacen("0.9.0", "1.0.0rc1", 1);
    assert_eq!(locked("uv.lock", &files, &["pyproject.toml"]), Ok(demo.clone()));
    let both = demo.replacen("0.9.0", "1.0.0rc1", 1);
    let manifests = ["pyproject.toml", "libs/lib/pyproject.toml"];
    assert_eq!(locked("uv.lock", &files, &manifests), Ok(both));
    let outside = locked("uv.lock", &files, &["else/pyproject.toml"]);
    assert_eq!(outside.as_deref(), Ok(lock), "it is no part of that lock");
    let stranger = [("uv.lock", "version = 1\n"), files[1]];
    assert_eq!(locked("uv.lock", &stranger, &["pyproject.toml"]), Err("release/lock-file"));
    let dynamic = "[[package]]\nname = \"demo\"\nsource = { editable = \".\" }\n";
    let text = locked("uv.lock", &[("uv.lock", dynamic), files[1]], &["pyproject.toml"]);
    assert_eq!(text.as_deref(), Ok(dynamic), "a dynamic version is not locked");
    let nightly = ("pyproject.toml", "[project]\nname = \"demo\"\nversion = \"1.0.0-nightly.1\"\n");
    let text = locked("uv.lock", &[("uv.lock", lock), nightly], &["pyproject.toml"]);
    assert_eq!(text, Err("release/python-form"));
}

#[test]
fn poetry_has_versions_of_path_dependencies_only() {
    let lock = "[[package]]\nname = \"lib\"\nversion = \"0.9.0\"\n\n[package.source]\ntype = \"directory\"\nurl = \"lib\"\n\n[[package]]\nname = \"demo\"\nversion = \"0.9.0\"\n";
    let files = [
        ("poetry.lock", lock),
        ("pyproject.toml", "[tool.poetry]\nname = \"demo\"\nversion = \"1.0.0\"\n"),
        ("lib/pyproject.toml", "[tool.poetry]\nname = \"lib\"\nversion = \"1.0.0-dev.2\"\n"),
    ];
    let text = locked("poetry.lock", &files, &["pyproject.toml", "lib/pyproject.toml"]);
    assert_eq!(text, Ok(lock.replacen("0.9.0", "1.0.0.dev2", 1)));
}

#[test]
fn pixi_keeps_version_and_hash_in_every_format() {
    let pyproject = "[project]\nname = \"demo\"\nversion = \"1.0.0-dev.2\"\n";
    let (old, new) = (
        "90ee6432b8b9f8d2e5e9c2cf2b3f3d05a6e1d7e6ea9b8d15b1b4ab03d6c37a33",
        super::python::tree_hash([pyproject].into_iter()),
    );
    let was = super::python::tree_hash(["old\n"].into_iter());
    for entry in [
        "- pypi: ./\n  name: demo\n  version: 0.9.0\n  sha256: HASH\n  requires_dist: []\n  editable: true\n",
        "- kind: pypi\n  name: demo\n  version: 0.9.0\n  path: .\n  sha256: HASH\n  editable: true\n",
        "- pypi: .\n  name: demo\n  sha256: HASH\n",
    ] {
        let others = "version: 6\nenvironments:\n  default:\n    packages:\n      linux-64:\n      - pypi: ./\npackages:\n- conda: https://conda.anaconda.org/conda-forge/noarch/demo-0.9.0-0.conda\n  sha256: aa\n- pypi: https://files/demo-0.9.0-py3-none-any.whl\n  name: demo\n  version: 0.9.0\n  sha256: bb\n";
        for (hash, expected) in [(was.as_str(), new.as_str()), (old, old)] {
            let lock: &'static str =
                String::leak(format!("{others}{}", entry.replace("HASH", hash)));
            let files = [("pixi.lock", lock), ("pyproject.toml", pyproject)];
            let text = locked("pixi.lock", &files, &["pyproject.toml"]).unwrap();
            let entry = entry.replace("HASH", expected).replace("0.9.0", "1.0.0.dev2");
            assert_eq!(text, format!("{others}{entry}"));
        }
    }
}

#[test]
fn cargo_names_members_that_inherit_the_version() {
    let lock = "version = 4\n\n[[package]]\nname = \"a\"\nversion = \"0.9.0\"\n\n[[package]]\nname = \"b\"\nversion = \"0.9.0\"\ndependencies = [\n \"a 0.9.0\",\n \"a 0.9.0 (registry+x)\",\n]\n\n[[package]]\nname = \"a\"\nversion = \"0.9.0\"\nsource = \"registry+x\"\n\n[[package]]\nname = \"own\"\nversion = \"0.9.0\"\n";
    let files = [
        ("Cargo.lock", lock),
        (
            "Cargo.toml",
            "[workspace]\nmembers = [\"crates/*\", \"tools/ow?\"]\nexclude = [\"crates/x\"]\n[workspace.package]\nversion = \"1.0.0\"\n",
        ),
        (
            "crates/a/Cargo.toml",
            "[package]\nname = \"a\"\nversion.workspace = true\n[dependencies]\nb = { path = \"../../b\" }\n",
        ),
        ("crates/x/Cargo.toml", "[package]\nname = \"x\"\nversion.workspace = true\n"),
        ("crates/empty/readme.md", ""),
        ("b/Cargo.toml", "[package]\nname = \"b\"\nversion = { workspace = true }\n"),
        ("tools/own/Cargo.toml", "[package]\nname = \"own\"\nversion = \"0.9.0\"\n"),
    ];
    let expected = "version = 4\n\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\n\n[[package]]\nname = \"b\"\nversion = \"1.0.0\"\ndependencies = [\n \"a 1.0.0\",\n \"a 0.9.0 (registry+x)\",\n]\n\n[[package]]\nname = \"a\"\nversion = \"0.9.0\"\nsource = \"registry+x\"\n\n[[package]]\nname = \"own\"\nversion = \"0.9.0\"\n";
    assert_eq!(locked("Cargo.lock", &files, &["Cargo.toml"]).as_deref(), Ok(expected));
    let mut gone = files;
    gone[0].1 = "version = 4\n";
    assert_eq!(locked("Cargo.lock", &gone, &["Cargo.toml"]), Err("release/lock-file"));
}

#[test]
fn npm_has_the_root_twice_and_workspaces_by_folder() {
    let lock = "{\n  \"name\": \"demo\",\n  \"version\": \"0.9.0\",\n  \"packages\": {\n    \"\": { \"name\": \"demo\", \"version\": \"0.9.0\" },\n    \"node_modules/demo\": { \"version\": \"0.9.0\" },\n    \"packages/x\": { \"version\": \"0.9.0\" }\n  }\n}\n";
    let files = [
        ("package-lock.json", lock),
        ("package.json", "{\"name\": \"demo\", \"version\": \"1.0.0-dev.1\"}"),
        ("packages/x/package.json", "{\"version\": \"2.0.0\"}"),
    ];
    let root = lock.replacen("0.9.0", "1.0.0-dev.1", 2);
    assert_eq!(locked("package-lock.json", &files, &["package.json"]), Ok(root));
    let text = locked("package-lock.json", &files, &["packages/x/package.json"]).unwrap();
    assert_eq!(text, lock.replace("x\": { \"version\": \"0.9.0", "x\": { \"version\": \"2.0.0"));
    let first = ("package-lock.json", "{\"version\": \"0.9.0\", \"dependencies\": {}}");
    let text = locked("package-lock.json", &[first, files[1]], &["package.json"]);
    assert_eq!(text.as_deref(), Ok("{\"version\": \"1.0.0-dev.1\", \"dependencies\": {}}"));
    let empty = ("package-lock.json", "{}");
    let text = locked("package-lock.json", &[empty, files[1]], &["package.json"]);
    assert_eq!(text, Err("release/lock-file"));
}

#[test]
fn paths() {
    for (from, to, way) in [
        ("", "", "."),
        ("", "a/b", "a/b"),
        ("a", "a", "."),
        ("a/b", "a/c", "../c"),
        ("a", "", ".."),
    ] {
        assert_eq!(relative(from, to), way);
    }
    for (written, path) in [("./", "."), ("", "."), ("./a/", "a"), ("..\\a", "../a")] {
        assert_eq!(normal(written), path);
    }
    assert_eq!(ancestors("a/b").collect::<Vec<_>>(), ["a/b", "a", ""]);
    assert_eq!(ancestors("").collect::<Vec<_>>(), [""]);
}
