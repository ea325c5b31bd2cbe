//! The same bytes read by both dialects.

use crate::act;
use crate::command::{self, Command};
use crate::console::Stream;
use crate::file_commands::{self, Pairs};

/// Where the two readings of a key-value file differ; `what` names the file.
pub fn pairs(what: &str, text: &str) -> Vec<String> {
    let (runner, act) = (file_commands::parse_pairs(text), act::env_file::parse_pairs(text));
    let effective = |read: &Pairs| {
        let names: std::collections::BTreeMap<_, _> = read.pairs.iter().cloned().collect();
        names
    };
    let mut found = Vec::new();
    if runner.error.is_some() != act.error.is_some() {
        let error = runner.error.as_ref().or(act.error.as_ref()).cloned().unwrap_or_default();
        let who = if runner.error.is_some() { "the runner" } else { "act" };
        found.push(format!("{what}: only {who} refuses it: {error}"));
    }
    let (runner, act) = (effective(&runner), effective(&act));
    for name in runner.keys().chain(act.keys().filter(|name| !runner.contains_key(*name))) {
        let (left, right) = (runner.get(name), act.get(name));
        if left != right {
            found.push(format!("{what}: `{name}` is {left:?} on the runner, {right:?} under act"));
        }
    }
    found
}

/// Where the two readings of a path file differ.
pub fn path(text: &str) -> Vec<String> {
    let (runner, act) = (file_commands::parse_path(text), act::env_file::parse_path(text));
    if runner == act {
        return Vec::new();
    }
    vec![format!("GITHUB_PATH: {runner:?} on the runner, {act:?} under act")]
}

/// Commands whose meaning depends on their data, so that it must be the same in both dialects.
const WITH_DATA: &[&str] = &["add-mask", "stop-commands"];
/// Commands both dialects know.
const COMMON: &[&str] = &["add-mask", "debug", "error", "stop-commands", "warning"];

/// Where the two dialects see different commands in the same output.
///
/// Data of annotations and debug lines is only shown, so only the commands' names count there.
pub fn commands(seen: &[(Stream, Vec<u8>)]) -> Vec<String> {
    let mut found = Vec::new();
    let all: Vec<u8> = seen.iter().flat_map(|(_, bytes)| bytes.iter().copied()).collect();
    let text = String::from_utf8_lossy(&all);
    let mut stopped: Option<String> = None;
    for line in text.split_inclusive('\n') {
        let shown = line.trim_end_matches(['\r', '\n']);
        if let Some(token) = &stopped {
            if shown == format!("::{token}::") {
                stopped = None;
            }
            continue;
        }
        let known = |name: &str| COMMON.iter().any(|known| known.eq_ignore_ascii_case(name));
        let runner = command::parse(shown, known).map(meaning);
        let act = act::command::parse(line).filter(|command| known(&command.name)).map(meaning);
        if runner != act {
            found.push(format!(
                "output: `{shown}` is {} on the runner, {} under act",
                name(runner.as_ref()),
                name(act.as_ref())
            ));
        }
        if let Some((_, Some(token))) = runner.filter(|(name, _)| name == "stop-commands") {
            stopped = Some(token);
        }
    }
    found
}

fn meaning(command: Command) -> (String, Option<String>) {
    let name = command.name.to_ascii_lowercase();
    let data = WITH_DATA.contains(&name.as_str()).then_some(command.data);
    (name, data)
}

fn name(meaning: Option<&(String, Option<String>)>) -> &str {
    meaning.map_or("plain text", |(name, _)| name)
}
