//! Rules about source files: names, lengths, and texts that only one crate may contain.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::arrows::{Package, Part};
use crate::project::Project;

/// Lines a hand-written file may have, tests included.
const FILE_LINES: usize = 500;
/// Lines an action's main.rs may have.
const MAIN_LINES: usize = 20;
/// Variables of the runner: `"GITHUB_…"` in a string is how they would be read.
const RUNNER_VARIABLES: [&str; 4] = ["\"GITHUB_", "\"INPUT_", "\"RUNNER_", "\"ACTIONS_"];

/// One Rust file of the workspace.
#[derive(Debug)]
pub(super) struct File {
    shown: String,
    package: String,
    part: Part,
    /// Below `src/`; tests, examples and benches are not.
    in_src: bool,
    text: String,
}

/// Every Rust file of every member.
pub(super) fn files(project: &Project, packages: &[Package]) -> Result<Vec<File>> {
    let mut files = Vec::new();
    for package in packages {
        let mut open = vec![package.folder.clone()];
        while let Some(folder) = open.pop() {
            for entry in std::fs::read_dir(&folder)
                .with_context(|| format!("failed to list {}", folder.display()))?
            {
                let path = entry?.path();
                if path.is_dir() {
                    // A crate below another one is a package of its own.
                    if !path.join("Cargo.toml").is_file() && !path.ends_with("target") {
                        open.push(path);
                    }
                } else if path.extension().is_some_and(|extension| extension == "rs") {
                    files.push(read(project, package, &path)?);
                }
            }
        }
    }
    files.sort_by(|one, other| one.shown.cmp(&other.shown));
    Ok(files)
}

fn read(project: &Project, package: &Package, path: &PathBuf) -> Result<File> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("failed to read {}", path.display()))?;
    Ok(File {
        shown: path.strip_prefix(project.path("")).unwrap_or(path).display().to_string(),
        package: package.name.clone(),
        part: package.part,
        in_src: path.starts_with(package.folder.join("src")),
        text,
    })
}

/// Every violation.
pub(super) fn check(files: &[File]) -> Vec<String> {
    files.iter().flat_map(violations).collect()
}

fn violations(file: &File) -> Vec<String> {
    let mut found = Vec::new();
    let mut report = |line: usize, what: &str| found.push(format!("{}:{line}: {what}", file.shown));
    let lines = file.text.lines().count();
    if lines > FILE_LINES {
        report(
            lines,
            &format!("{lines} lines, at most {FILE_LINES}: split it by what it is about"),
        );
    }
    let path = Path::new(&file.shown);
    if path.components().any(|part| {
        let name = part.as_os_str().to_string_lossy();
        ["utils", "util", "helpers", "helper", "common"].contains(&name.trim_end_matches(".rs"))
    }) {
        report(1, "a module is named after what it does, not `utils`, `helpers` or `common`");
    }
    if file.part == Part::Action
        && file.in_src
        && path.ends_with("src/main.rs")
        && lines >= MAIN_LINES
    {
        report(lines, &format!("main.rs only calls the library: under {MAIN_LINES} lines"));
    }
    let is_test = path.ends_with("tests.rs")
        || path
            .parent()
            .is_some_and(|parent| parent.components().any(|part| part.as_os_str() == "tests"));
    let product = matches!(file.part, Part::Action | Part::Library) && file.in_src && !is_test;
    if product && file.package != "action-kit" {
        for (number, line) in product_lines(&file.text) {
            if RUNNER_VARIABLES.iter().any(|name| line.contains(name)) {
                report(number, "only action-kit reads the runner's variables");
            }
        }
    }
    if file.text.lines().any(|line| line.trim_start().starts_with("#[ignore")) {
        report(1, "a test that is never run proves nothing: no #[ignore]");
    }
    found
}

/// Numbered lines before the unit tests, without comments.
fn product_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines()
        .enumerate()
        .take_while(|(_, line)| line.trim() != "#[cfg(test)]")
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
        .map(|(index, line)| (index + 1, line))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(shown: &str, package: &str, part: Part, text: &str) -> File {
        let in_src = shown.contains("/src/");
        File {
            shown: shown.to_owned(),
            package: package.to_owned(),
            part,
            in_src,
            text: text.to_owned(),
        }
    }

    #[test]
    fn each_rule_finds_its_violation() {
        let reads = "let a = env(\"GITHUB_TOKEN\");\n";
        for (shown, package, part, text, expected) in [
            ("crates/github/src/a.rs", "github", Part::Library, reads, "only action-kit"),
            ("crates/x/src/utils.rs", "x", Part::Library, "", "named after"),
            ("crates/x/src/common/a.rs", "x", Part::Library, "", "named after"),
            ("crates/x/src/a.rs", "x", Part::Library, &"x\n".repeat(501), "501 lines"),
            ("actions/x/src/main.rs", "x", Part::Action, &"x\n".repeat(20), "main.rs only"),
            (
                "crates/x/tests/a.rs",
                "x",
                Part::Library,
                "    #[ignore = \"slow\"]\n",
                "no #[ignore]",
            ),
        ] {
            let found = violations(&file(shown, package, part, text));
            assert_eq!(found.len(), 1, "{shown}: {found:?}");
            assert!(found[0].contains(expected), "{found:?}");
        }
    }

    #[test]
    fn tests_comments_and_action_kit_may_name_the_variables() {
        let reads = "env(\"GITHUB_TOKEN\")\n";
        for (shown, package, part, text) in [
            ("crates/action-kit/src/a.rs", "action-kit", Part::Library, reads.to_owned()),
            ("crates/github/tests/a.rs", "github", Part::Library, reads.to_owned()),
            ("crates/github/src/a/tests.rs", "github", Part::Library, reads.to_owned()),
            ("crates/github/src/a/tests/b.rs", "github", Part::Library, reads.to_owned()),
            ("action-tests/runner/src/a.rs", "runner-stand-in", Part::Test, reads.to_owned()),
            ("crates/x/src/a.rs", "x", Part::Library, format!("// {reads}#[cfg(test)]\n{reads}")),
        ] {
            assert_eq!(violations(&file(shown, package, part, &text)), Vec::<String>::new());
        }
    }
}
