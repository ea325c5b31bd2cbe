//! Lock files after a release, judged by the tools that wrote them.

use std::path::Path;
use std::process::{Command, Stdio};

use diagnostics::Exit;

use crate::house::{House, git};

/// Settings and files, released; `lock_files` is on.
fn released(settings: &str, files: &[(&str, &str)], prepare: &[&str]) -> Option<(House, String)> {
    let house = House::with(&format!("{settings}lock_files = \"auto\"\n"));
    for (path, text) in files {
        let path = house.work.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    if !tool(&house.work, prepare) {
        return None;
    }
    git(&house.work, &["add", "."]);
    git(&house.work, &["commit", "--quiet", "-m", "feat: lock"]);
    git(&house.work, &["push", "--quiet", "origin", "main"]);
    let outcome = house.run(&[("prerelease", "true"), ("prerelease_token", "dev")]);
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.log);
    Some((house, outcome.output("version").to_owned()))
}

/// Runs a tool of this machine offline; false, with a note, where it is not there.
fn tool(directory: &Path, words: &[&str]) -> bool {
    let [program, arguments @ ..] = words else { return true };
    let result = Command::new(program)
        .args(arguments)
        .current_dir(directory)
        .env("npm_config_cache", directory.join(".git/npm"))
        .env("UV_CACHE_DIR", directory.join(".git/uv"))
        .stdin(Stdio::null())
        .output();
    let Ok(output) = result else {
        use std::io::Write as _;
        let _ = writeln!(std::io::stderr(), "not run: there is no `{program}` on this machine");
        return false;
    };
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{words:?}: {told}");
    true
}

/// What changed in a file, lines only.
fn changed(house: &House, path: &str) -> Vec<String> {
    let diff = git(&house.bare, &["diff", "--unified=0", "main^", "main", "--", path]);
    let is_change = |line: &&str| {
        (line.starts_with('+') || line.starts_with('-'))
            && !line.starts_with("---")
            && !line.starts_with("+++")
    };
    diff.lines().filter(is_change).map(str::to_owned).collect()
}

#[test]
fn cargo_takes_the_lock_as_it_is() {
    let member = |name: &str| format!("[package]\nname = \"{name}\"\nversion.workspace = true\n");
    let (one, two) =
        (member("one"), member("two") + "[dependencies]\none = { path = \"../one\" }\n");
    let files = [
        (
            "Cargo.toml",
            "[workspace]\nmembers = [\"crates/*\"]\nresolver = \"2\"\n[workspace.package]\nversion = \"0.9.0\"\n",
        ),
        ("crates/one/Cargo.toml", one.as_str()),
        ("crates/one/src/lib.rs", ""),
        ("crates/two/Cargo.toml", two.as_str()),
        ("crates/two/src/lib.rs", ""),
    ];
    let settings =
        "[tool.semantic_release]\nversion_toml = [\"Cargo.toml:workspace.package.version\"]\n";
    let prepare = ["cargo", "generate-lockfile", "--offline"];
    let Some((house, version)) = released(settings, &files, &prepare) else { return };
    assert_eq!(version, "1.0.0-dev.1");
    assert!(tool(
        &house.work,
        &["cargo", "metadata", "--locked", "--offline", "--format-version", "1"]
    ));
    let line = |mark: char, version: &str| format!("{mark}version = \"{version}\"");
    let both = [line('-', "0.9.0"), line('+', "1.0.0-dev.1")];
    assert_eq!(changed(&house, "Cargo.lock"), [both.clone(), both].concat());
}

#[test]
fn uv_takes_the_lock_as_it_is() {
    let project = |name: &str| {
        format!("[project]\nname = \"{name}\"\nversion = \"0.9.0\"\nrequires-python = \">=3.9\"\n")
    };
    let settings = format!(
        "{}dependencies = [\"lib\"]\n[tool.uv.sources]\nlib = {{ workspace = true }}\n[tool.uv.workspace]\nmembers = [\"libs/*\"]\n[tool.semantic_release]\nversion_toml = [\"pyproject.toml:project.version\", \"libs/lib/pyproject.toml:project.version\"]\n",
        project("demo")
    );
    let library = project("lib");
    let files = [("libs/lib/pyproject.toml", library.as_str())];
    let Some((house, _)) = released(&settings, &files, &["uv", "lock", "--offline"]) else {
        return;
    };
    assert!(tool(&house.work, &["uv", "lock", "--check", "--offline"]));
    let line = |mark: char, version: &str| format!("{mark}version = \"{version}\"");
    let both = [line('-', "0.9.0"), line('+', "1.0.0.dev1")];
    assert_eq!(changed(&house, "uv.lock"), [both.clone(), both].concat());
}

#[test]
fn npm_takes_the_lock_as_it_is() {
    let settings = "[tool.semantic_release]\nversion_paths = [\"package.json:version\", \"packages/x/package.json:version\"]\n";
    let files = [
        (
            "package.json",
            "{ \"name\": \"demo\", \"version\": \"0.9.0\", \"workspaces\": [\"packages/*\"] }\n",
        ),
        ("packages/x/package.json", "{ \"name\": \"x\", \"version\": \"0.9.0\" }\n"),
    ];
    let quiet = ["--offline", "--no-audit", "--no-fund"];
    let prepare = [&["npm", "install", "--package-lock-only"][..], &quiet].concat();
    let Some((house, _)) = released(settings, &files, &prepare) else { return };
    assert!(tool(&house.work, &[&["npm", "ci", "--dry-run"][..], &quiet].concat()));
    assert_eq!(changed(&house, "package-lock.json").len(), 6);
    let before = git(&house.bare, &["show", "main:package-lock.json"]);
    assert!(tool(&house.work, &prepare));
    let again = std::fs::read_to_string(house.work.join("package-lock.json")).unwrap();
    assert_eq!(again.trim_end(), before, "npm itself would write nothing else");
}

#[test]
fn nothing_is_kept_in_step_unless_asked_for_and_nothing_silently_not() {
    let lock = "version = 1\n\n[[package]]\nname = \"demo\"\nversion = \"0.9.0\"\nsource = { editable = \"lib\" }\n";
    let pyproject = crate::house::PYPROJECT;
    let house = House::with(pyproject);
    std::fs::write(house.work.join("uv.lock"), lock).unwrap();
    git(&house.work, &["add", "."]);
    git(&house.work, &["commit", "--quiet", "-m", "feat: lock"]);
    git(&house.work, &["push", "--quiet", "origin", "main"]);
    let before = house.state();
    let outcome = house.run(&[("lock_files", "auto")]);
    assert_eq!(outcome.exit, Exit::BadInput, "{}", outcome.log);
    assert!(outcome.log.contains("`uv.lock` has no entry for `demo`"), "{}", outcome.log);
    let outcome = house.run(&[("lock_files", "pyproject.toml")]);
    assert_eq!(outcome.exit, Exit::BadInput, "{}", outcome.log);
    let outcome = house.run(&[("lock_files", "other/uv.lock")]);
    assert!(outcome.log.contains("does not exist"), "{}", outcome.log);
    assert_eq!(house.state(), before);
    assert_eq!(house.run(&[]).exit, Exit::Done);
    assert_eq!(house.file("main", "uv.lock"), lock.trim_end());
}
