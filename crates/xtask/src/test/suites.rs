//! The Rust tests, counted one by one.

use anyhow::{Result, bail};

use super::Shared;
use crate::pipeline::{Counts, Outcome};
use crate::process::{Log, Run};
use crate::project::FEATURES;

/// `cargo test --workspace`, with GitHub's own descriptions where they were fetched.
pub(super) fn tests(shared: &Shared<'_>, log: &Log) -> Result<Outcome> {
    let mut cargo = shared.project.cargo().without_ci();
    cargo = cargo.args(["test", "--locked", "--workspace", "--no-fail-fast"]);
    let mut note = "";
    match descriptions(shared)? {
        Some(variables) => {
            cargo = cargo.args(FEATURES);
            for (name, path) in variables {
                cargo = cargo.env(name, path);
            }
        }
        None => note = "without GitHub's descriptions (npm packages are missing)",
    }
    counted(cargo, note, log)
}

/// Where the descriptions are.
pub(super) fn descriptions(
    shared: &Shared<'_>,
) -> Result<Option<[(&'static str, std::path::PathBuf); 2]>> {
    let openapi = shared.tools.npm_package("@octokit/openapi")?;
    let graphql = shared.tools.npm_package("@octokit/graphql-schema")?;
    Ok(openapi.zip(graphql).map(|(openapi, graphql)| {
        [
            ("ACTION_TESTS_OPENAPI", openapi.join("generated/api.github.com.json")),
            ("ACTION_TESTS_GRAPHQL_SCHEMA", graphql.join("schema.graphql")),
        ]
    }))
}

/// Runs `cargo test` and counts the tests of every binary.
pub(super) fn counted(cargo: Run, note: &str, log: &Log) -> Result<Outcome> {
    let from = written(log);
    let result = cargo.run(log);
    let counts = count(&written(log).split_off(from.len()));
    if let Err(error) = result {
        bail!("{} passed, {} failed: {error:#}", counts.passed, counts.failed);
    }
    if counts.passed == 0 {
        bail!("no test was run");
    }
    let note = if note.is_empty() { String::new() } else { format!(", {note}") };
    Ok(Outcome::Passed { note: format!("{} tests{note}", counts.passed), counts: Some(counts) })
}

fn written(log: &Log) -> String {
    match log {
        Log::File(path) => std::fs::read_to_string(path).unwrap_or_default(),
        Log::Terminal => String::new(),
    }
}

/// Sums the lines `test result: ok. 3 passed; 0 failed; 1 ignored; …`.
fn count(output: &str) -> Counts {
    let mut sum = Counts::default();
    for line in output.lines().filter(|line| line.starts_with("test result:")) {
        let words: Vec<&str> = line.split([' ', ';']).filter(|word| !word.is_empty()).collect();
        for pair in words.windows(2) {
            let [number, what] = pair else { continue };
            let Ok(number) = number.parse::<usize>() else { continue };
            match *what {
                "passed" => sum.passed += number,
                "failed" => sum.failed += number,
                "ignored" => sum.skipped += number,
                _ => {}
            }
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_of_all_binaries_are_added() {
        let output = "running 3 tests\n\
            test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 9 filtered out; finished in 0.1s\n\
            noise\n\
            test result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1s\n";
        assert_eq!(count(output), Counts { passed: 5, failed: 1, skipped: 1 });
    }
}
