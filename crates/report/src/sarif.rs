//! SARIF 2.1.0, as code scanning reads it.

use std::fmt::Write as _;
use std::ops::Range;

use diagnostics::{Diagnostic, Explanation, Severity, Source, visible};
use serde_json::{Value, json};

/// The schema a file says it follows.
const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// How many results code scanning takes of one run.
const MOST_RESULTS: usize = 25_000;

/// Who found it.
#[derive(Clone, Copy, Debug)]
pub struct Tool<'a> {
    /// The action's name.
    pub name: &'a str,
    /// Its version.
    pub version: &'a str,
    /// Where it lives.
    pub address: &'a str,
}

/// A SARIF log of one run. The rules are the explanations of the codes that occur; a diagnostic
/// without a place in a file is placed at the first line of `fallback`, a path relative to the
/// repository, since code scanning drops results without one.
pub fn sarif(
    tool: Tool<'_>,
    explanations: &[&[Explanation]],
    diagnostics: &[Diagnostic],
    fallback: &str,
) -> Value {
    let mut codes: Vec<&str> = diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
    codes.sort_unstable();
    codes.dedup();
    let rules: Vec<Value> = codes.iter().map(|code| rule(code, explanations)).collect();
    let results: Vec<Value> = diagnostics
        .iter()
        .take(MOST_RESULTS)
        .map(|diagnostic| result(diagnostic, &codes, fallback))
        .collect();
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": tool.name,
                "version": tool.version,
                "semanticVersion": tool.version,
                "informationUri": tool.address,
                "rules": rules,
            } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn rule(code: &str, explanations: &[&[Explanation]]) -> Value {
    let known = explanations.iter().copied().flatten().find(|known| known.code == code);
    let (title, text) = known.map_or((code, ""), |known| (known.title, known.text));
    let mut rule = json!({ "id": code, "shortDescription": { "text": title } });
    if let Some(rule) = rule.as_object_mut()
        && !text.is_empty()
    {
        rule.insert("fullDescription".to_owned(), json!({ "text": text }));
        rule.insert("help".to_owned(), json!({ "text": text, "markdown": text }));
    }
    rule
}

fn result(diagnostic: &Diagnostic, codes: &[&str], fallback: &str) -> Value {
    let level = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Notice => "note",
    };
    let mut text = visible(&diagnostic.message);
    let help = diagnostic.help.iter().map(|help| format!("remedy: {help}"));
    for line in diagnostic.notes.iter().cloned().chain(help) {
        text.push('\n');
        text.push_str(&visible(&line));
    }
    let label = diagnostic.labels.iter().find(|label| label.source.is_file());
    let location = label.map_or_else(
        || json!({ "artifactLocation": artifact(fallback), "region": { "startLine": 1 } }),
        |label| {
            let region = region(&label.source, &label.span);
            json!({ "artifactLocation": artifact(label.source.name()), "region": region })
        },
    );
    json!({
        "ruleId": diagnostic.code,
        "ruleIndex": codes.binary_search(&diagnostic.code).ok(),
        "level": level,
        "message": { "text": text },
        "locations": [{ "physicalLocation": location }],
    })
}

/// A path as a relative URI reference.
fn artifact(path: &str) -> Value {
    let mut uri = String::with_capacity(path.len());
    for byte in path.trim_start_matches("./").bytes() {
        let is_plain = byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte);
        if is_plain {
            uri.push(char::from(byte));
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    json!({ "uri": uri, "uriBaseId": "%SRCROOT%" })
}

/// A region; SARIF's end column is the one after the last character.
fn region(source: &Source, span: &Range<usize>) -> Value {
    let (start, end) = (source.position(span.start), source.position(span.end));
    json!({
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOOL: Tool<'_> = Tool { name: "demo", version: "1.2.3", address: "https://example.org" };
    const KNOWN: &[Explanation] =
        &[Explanation { code: "lock/old", title: "an old lock", text: "It is old." }];

    #[test]
    fn a_finding_is_a_result_with_its_rule_and_place() {
        let source = Source::file("a b/pixi.lock", "version: 6\nß: x\n");
        let found = Diagnostic::warning("lock/old", "format 6")
            .with_label(&source, 11..13, "")
            .with_note("holds for pixi >= 0.68")
            .with_help("run `pixi lock`");
        let log = sarif(TOOL, &[KNOWN], &[found], "pixi.toml");
        let run = &log["runs"][0];
        assert_eq!(run["tool"]["driver"]["rules"][0]["shortDescription"]["text"], "an old lock");
        let result = &run["results"][0];
        assert_eq!(result["level"], "warning");
        assert_eq!(
            result["message"]["text"],
            "format 6\nholds for pixi >= 0.68\nremedy: run `pixi lock`"
        );
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "a%20b/pixi.lock");
        assert_eq!(
            place["region"],
            json!({ "startLine": 2, "startColumn": 1, "endLine": 2, "endColumn": 2 })
        );
    }

    #[test]
    fn what_has_no_place_gets_one_and_what_is_unknown_its_code() {
        let found = [Diagnostic::check_failed("x/y", "odd"), Diagnostic::notice("lock/old", "o")];
        let log = sarif(TOOL, &[KNOWN], &found, "pixi.toml");
        let results = &log["runs"][0]["results"];
        assert_eq!(results[0]["ruleIndex"], 1, "rules are sorted");
        assert_eq!(results[1]["level"], "note");
        let place = &results[0]["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "pixi.toml");
        assert_eq!(log["runs"][0]["tool"]["driver"]["rules"][1]["id"], "x/y");
    }

    #[test]
    fn terminal_control_in_a_message_is_made_visible() {
        let found = [Diagnostic::notice("lock/old", "a\u{1b}[31mb")];
        let log = sarif(TOOL, &[], &found, "pixi.toml");
        let text = log["runs"][0]["results"][0]["message"]["text"].as_str().unwrap();
        assert!(!text.contains('\u{1b}'), "{text}");
    }
}
