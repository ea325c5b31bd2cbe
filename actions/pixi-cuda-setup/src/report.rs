//! The report people read: what is locked, what pixi does, what to do.

use std::fmt::Write as _;

use action_kit::escape_markdown as escape;
use diagnostics::{Severity, visible_line};
use pixi_workspace::Finding;

use crate::answer::{Answer, EnvironmentFacts, RowFacts};

/// Findings that are listed; the rest is counted.
const MOST_FINDINGS: usize = 50;

/// The report, in Markdown.
pub fn markdown(answer: &Answer, findings: &[Finding]) -> String {
    let mut text = String::from("### pixi and CUDA\n\n");
    text.push_str(&headline(answer, findings));
    text.push_str("\n\n| environment | platform | frameworks | CUDA | declared | download |\n");
    text.push_str("| --- | --- | --- | --- | --- | --- |\n");
    for environment in &answer.environments {
        for row in &environment.rows {
            text.push_str(&row_line(environment, row));
        }
    }
    text.push('\n');
    text.push_str(&override_line(answer));
    if !findings.is_empty() {
        text.push_str("\n| | finding | where | remedy |\n| --- | --- | --- | --- |\n");
    }
    for finding in findings.iter().take(MOST_FINDINGS) {
        text.push_str(&finding_line(finding));
    }
    if findings.len() > MOST_FINDINGS {
        let _ = writeln!(text, "\n{} more are in the log.", findings.len() - MOST_FINDINGS);
    }
    text
}

/// The answer in one line.
fn headline(answer: &Answer, findings: &[Finding]) -> String {
    let count = |severity| findings.iter().filter(|one| one.severity == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    let verdict = match (errors, warnings) {
        (0, 0) => "Nothing is wrong".to_owned(),
        (0, warnings) => plural(warnings, "warning"),
        (errors, 0) => plural(errors, "error"),
        (errors, warnings) => {
            format!("{}, {}", plural(errors, "error"), plural(warnings, "warning"))
        }
    };
    let lock = answer.verdict();
    format!("**{verdict}**; {lock} (pixi {}).", escape(&answer.pixi.version))
}

fn plural(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

fn row_line(environment: &EnvironmentFacts, row: &RowFacts) -> String {
    let name = escape(&environment.name);
    let name = if environment.requested { format!("**{name}**") } else { name };
    let frameworks: Vec<String> = row
        .frameworks
        .iter()
        .map(|one| {
            let level = one.cuda_level.as_ref().map(|level| format!(" {}", escape(level)));
            let level = level.unwrap_or_default();
            format!("{} {} {}{level}", escape(&one.name), escape(&one.version), one.variant)
        })
        .collect();
    let frameworks = match (row.locked, frameworks.is_empty()) {
        (false, _) => "not locked".to_owned(),
        (true, true) => "none".to_owned(),
        (true, false) => frameworks.join(", "),
    };
    let or_dash = |text: &Option<String>| text.as_deref().map_or("–".to_owned(), escape);
    let unknown = match row.without_size {
        0 => String::new(),
        count => format!(" + {}", plural(count, "wheel")),
    };
    format!(
        "| {name} | {} | {frameworks} | {} | {} | {}{unknown} |\n",
        escape(&row.platform),
        or_dash(&row.cuda_level),
        or_dash(&row.declared_cuda),
        megabytes(row.download_bytes),
    )
}

fn override_line(answer: &Answer) -> String {
    let wanted = &answer.cuda_override;
    match (&wanted.value, wanted.needed) {
        (Some(value), true) => format!(
            "A machine without a GPU needs `CONDA_OVERRIDE_CUDA={}` for install and every later `pixi run`.\n",
            escape(value)
        ),
        (Some(value), false) => format!(
            "No override is needed; `CONDA_OVERRIDE_CUDA={}` picks the CUDA row.\n",
            escape(value)
        ),
        (None, _) => "No override is needed.\n".to_owned(),
    }
}

fn finding_line(finding: &Finding) -> String {
    let place = finding.place.as_ref().map_or("–".to_owned(), |(source, span)| {
        let position = source.position(span.start);
        format!("{}:{}", escape(source.name()), position.line)
    });
    let remedy = finding.remedy.as_deref().map_or("–".to_owned(), prose);
    let about = finding.environment.as_ref().map(|name| format!(" ({})", escape(name)));
    format!(
        "| {} | `{}` {}{} | {place} | {remedy} |\n",
        finding.severity.word(),
        finding.code,
        prose(&finding.message),
        about.unwrap_or_default(),
    )
}

/// A text of ours that may quote foreign ones: what stands between backticks is shown as code, and
/// nothing anywhere is markup. Where the backticks do not pair, none counts.
fn prose(text: &str) -> String {
    let shown = visible_line(text);
    let pieces: Vec<&str> = shown.split('`').collect();
    if pieces.len().is_multiple_of(2) {
        return escape(text);
    }
    let mut out = String::with_capacity(shown.len() + 8);
    for (number, piece) in pieces.into_iter().enumerate() {
        if number % 2 == 0 {
            out.push_str(&escape(piece));
        } else if !piece.is_empty() {
            // Within a table a bar ends the cell, in code too.
            let _ = write!(out, "`{}`", piece.replace('|', "\\|"));
        }
    }
    out
}

/// Megabytes, or gigabytes with one digit.
pub fn megabytes(bytes: u64) -> String {
    if bytes >= 1_000_000_000 {
        format!("{}.{} GB", bytes / 1_000_000_000, bytes % 1_000_000_000 / 100_000_000)
    } else {
        format!("{} MB", bytes.div_ceil(1_000_000))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_code_and_foreign_text_is_text() {
        assert_eq!(prose("run `pixi update pytorch` (now)"), "run `pixi update pytorch` \\(now\\)");
        assert_eq!(prose("`a|b`"), "`a\\|b`");
        assert_eq!(
            prose("environment `x`<img>` is @odd"),
            "environment \\`x\\`&lt;img&gt;\\` is &#64;odd"
        );
        assert_eq!(prose("`a` <b>`c`"), "`a` &lt;b&gt;`c`");
    }

    #[test]
    fn sizes_have_a_unit() {
        let sizes = [0, 1, 999_000_000, 1_450_000_000].map(megabytes);
        assert_eq!(sizes, ["0 MB", "1 MB", "999 MB", "1.4 GB"]);
    }
}
