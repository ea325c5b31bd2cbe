//! Workflow commands as act parses them (`pkg/runner/command.go`).

use crate::command::{Command, Properties};

/// Parses a line in either syntax. `line` is the line with its line break: a line without one is
/// never seen by act.
///
/// The match is greedy: any further `::` in the data belongs to name or properties.
pub fn parse(line: &str) -> Option<Command> {
    let body = line.trim_end_matches(['\r', '\n']);
    if body.len() == line.len() {
        return None;
    }
    greedy(body, "::", "::", ',').or_else(|| greedy(body, "##[", "]", ';'))
}

/// The expression `^OPEN([^ ]+)( (.+))?CLOSE([^\r\n]*)$` with the leftmost-first meaning of Go.
fn greedy(body: &str, open: &str, close: &str, separator: char) -> Option<Command> {
    let rest = body.strip_prefix(open)?;
    let name_limit = rest.find(' ').unwrap_or(rest.len());
    // The longest name first: up to the blank, with properties if a closing mark follows ...
    if let (Some(name), Some(after)) = (rest.get(..name_limit), rest.get(name_limit + 1..))
        && !name.is_empty()
        && let Some(end) = after.rfind(close).filter(|end| *end > 0)
    {
        return Some(build(name, after.get(..end)?, after.get(end + close.len()..)?, separator));
    }
    // ... or else the last closing mark inside the first word ends the name.
    let word = rest.get(..name_limit)?;
    let end = word.rfind(close).filter(|end| *end > 0)?;
    Some(build(rest.get(..end)?, "", rest.get(end + close.len()..)?, separator))
}

fn build(name: &str, properties: &str, data: &str, separator: char) -> Command {
    let mut kept = Properties::default();
    for part in properties.split(separator) {
        // A value that holds `=` is dropped.
        if let Some((key, value)) = part.split_once('=')
            && !value.contains('=')
        {
            kept.set(key, unescape(value, &[":", ","]));
        }
    }
    Command { name: name.to_owned(), properties: kept, data: unescape(data, &[]) }
}

/// Undoes the escapes. act replaces in random order; this is the order that undoes most, so that
/// text which relies on one order shows itself (see [`is_ambiguous`]).
fn unescape(text: &str, more: &[&str]) -> String {
    let mut text = text.replace("%25", "%").replace("%0D", "\r").replace("%0A", "\n");
    for token in more {
        text = text.replace(if *token == ":" { "%3A" } else { "%2C" }, token);
    }
    text
}

/// Whether act's random order of replacing shows in this raw data: an escaped per cent sign
/// followed by what makes another escape.
pub fn is_ambiguous(raw: &str) -> bool {
    ["%250D", "%250A"].iter().any(|pattern| raw.contains(pattern))
}
