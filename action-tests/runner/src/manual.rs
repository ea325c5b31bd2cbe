//! What a README and a definition claim, held against the sources.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};

/// Checks the table `## Feature table` of an action's README: rows 1 to `rows` in order, each with
/// `yes` and a test that exists, or `no` and a reason.
///
/// # Errors
/// The first row that is wrong; and when the project cannot be read.
pub fn check_feature_table(project: &Path, readme: &str, rows: u32) -> Result<()> {
    let (_, rest) = readme.split_once("\n## Feature table\n").context("no feature table")?;
    let section = rest.split("\n## ").next().unwrap_or_default();
    let found: Vec<Vec<&str>> = section.lines().filter_map(numbered).collect();
    let numbers: Vec<&str> = found.iter().map(|row| row[0]).collect();
    let wanted: Vec<String> = (1..=rows).map(|number| number.to_string()).collect();
    ensure!(numbers == wanted, "expected rows 1 to {rows}, each once; found {numbers:?}");
    let shown = shown(project)?;
    for row in found {
        ensure!(row.len() == 4, "expected four cells: {row:?}");
        match row[2].split([':', ',']).next().unwrap_or_default() {
            "yes" => {
                let quoted = row[3].split('`').skip(1).step_by(2);
                let named: Vec<&str> = quoted.filter(|name| !name.starts_with("cargo ")).collect();
                ensure!(!named.is_empty(), "row {} names no test", row[0]);
                for name in named {
                    let function = name.rsplit("::").next().unwrap_or_default();
                    ensure!(shown.contains(function), "row {}: there is no test `{name}`", row[0]);
                }
            }
            "no" => ensure!(row[3].len() > 20, "row {} needs a reason", row[0]),
            other => bail!("row {}: `{other}` is neither yes nor no", row[0]),
        }
    }
    Ok(())
}

/// The cells of a table row that begins with a number.
fn numbered(line: &str) -> Option<Vec<&str>> {
    let inside = line.strip_prefix("| ")?;
    let is_numbered = inside.starts_with(|c: char| c.is_ascii_digit());
    is_numbered.then(|| inside.trim_end_matches('|').split(" | ").map(str::trim).collect())
}

/// The names of all test functions, and of the stages of the test command.
fn shown(project: &Path) -> Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for folder in ["actions", "crates", "action-tests"] {
        for path in sources(&project.join(folder))? {
            let text = std::fs::read_to_string(&path)?;
            if path.starts_with(project.join("crates/xtask/src/test")) {
                names.extend(stages(&text));
            }
            names.extend(tests(&text));
        }
    }
    Ok(names)
}

/// The functions behind `#[test]` and `#[tokio::test]`.
fn tests(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut is_test = false;
    for line in text.lines().map(str::trim) {
        if line == "#[test]" || line.starts_with("#[tokio::test") {
            is_test = true;
        } else if let Some((_, rest)) = line.split_once("fn ") {
            if is_test {
                names.extend(rest.split('(').next().map(str::to_owned));
            }
            is_test = false;
        }
    }
    names
}

/// The names in `stage("…"`, on the line of the call or on one of their own.
fn stages(text: &str) -> Vec<String> {
    let after = text.split("stage(").skip(1);
    let quoted = after.filter_map(|rest| rest.trim_start().strip_prefix('"'));
    quoted.filter_map(|rest| rest.split('"').next().map(str::to_owned)).collect()
}

/// Checks that every code the sources of `crates` print is in `explained`, and the other way round.
///
/// # Errors
/// The codes that are not; and when a source cannot be read.
pub fn check_codes(project: &Path, crates: &[&str], explained: &BTreeSet<&str>) -> Result<()> {
    let areas: BTreeSet<&str> =
        explained.iter().filter_map(|code| code.split_once('/')).map(|(area, _)| area).collect();
    let mut found = BTreeSet::new();
    let mut unknown = Vec::new();
    for name in crates {
        for file in sources(&project.join(name).join("src"))? {
            if file.ends_with("tests.rs") {
                continue;
            }
            for code in codes(&std::fs::read_to_string(&file)?, &areas) {
                if !explained.contains(code.as_str()) {
                    unknown.push(format!("{}: {code}", file.display()));
                }
                found.insert(code);
            }
        }
    }
    ensure!(unknown.is_empty(), "`explain` does not know:\n{}", unknown.join("\n"));
    let idle: Vec<_> = explained.iter().filter(|code| !found.contains(**code)).collect();
    ensure!(idle.is_empty(), "explained, but nowhere printed: {idle:?}");
    ensure!(found.len() > 20, "only {} codes found", found.len());
    Ok(())
}

/// String literals of the form `area/name` with an area that has codes, and whatever stands first
/// in a call that makes a diagnostic.
fn codes(text: &str, areas: &BTreeSet<&str>) -> Vec<String> {
    let product = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    let product: String = product
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .flat_map(|line| [line, "\n"])
        .collect();
    let pieces = product.split('"');
    let calls = ["bad_input(", "outside(", "check_failed(", "warning(", "notice(", ".error("];
    let is_word =
        |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c == '-');
    pieces
        .clone()
        .zip(pieces.skip(1))
        .filter(|(before, literal)| {
            let Some((area, name)) = literal.split_once('/') else { return false };
            let called = calls.iter().any(|call| before.trim_end().ends_with(call));
            is_word(area) && is_word(name) && (called || areas.contains(area))
        })
        .map(|(_, literal)| literal.to_owned())
        .collect()
}

fn sources(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(sources(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_tests_count_as_tests() {
        let text = "fn helper() {}\n#[test]\nfn it_works() {}\n#[tokio::test(start_paused = true)]\n\
                    #[expect(clippy::panic, reason = \"x\")]\nasync fn it_waits() {}\nfn other() {}\n";
        assert_eq!(tests(text), ["it_works", "it_waits"]);
        assert_eq!(
            stages("stage(\"image\", &[])\nstage(\n    \"same answers\","),
            ["image", "same answers"]
        );
    }

    #[test]
    fn codes_are_found_where_they_are_printed() {
        let text = "a.bad_input(\n \"x/new\", y) // \"release/comment\"\n// \"release/no\"\n \"release/moved\" \"a/b\"";
        let found = codes(text, &BTreeSet::from(["release"]));
        assert_eq!(found, ["x/new", "release/comment", "release/moved"]);
    }
}
