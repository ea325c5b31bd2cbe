//! The report for people: job summary and comment.

use std::fmt::Write as _;

use action_kit::escape_markdown;
use diagnostics::Severity;

use super::checks::Report;
use super::preview::Preview;

/// What marks our comment; nobody sees it.
pub(super) const MARKER: &str = "<!-- semantic-release check-pr -->";

/// GitHub's limit is 65,536 characters.
const LONGEST: usize = 60_000;

/// Characters of one foreign text.
const LONGEST_TEXT: usize = 300;

/// The text of the comment.
pub(super) fn comment(report: &Report) -> String {
    let mut text = format!("{MARKER}\n");
    for line in page(report).lines() {
        if text.chars().count() + line.chars().count() >= LONGEST {
            text.push_str("\n*and more*\n");
            break;
        }
        text.push_str(line);
        text.push('\n');
    }
    text
}

/// The report as Markdown. Titles, names and messages of others are text in it.
pub(super) fn page(report: &Report) -> String {
    let mut text = "### Pull request\n\n".to_owned();
    match &report.preview {
        Some(Preview::Known(release)) => {
            let branch = escape(&release.branch);
            match &release.next {
                Some(next) => {
                    let _ = write!(
                        text,
                        "Merged into {branch}, this releases **{}** ({}",
                        escape(next),
                        release.bump.word()
                    );
                    if let Some(previous) = &release.previous {
                        let _ = write!(text, ", after {}", escape(previous));
                    }
                    text.push_str(").\n\n");
                }
                None => {
                    let _ = writeln!(text, "Merged into {branch}, this releases nothing.\n");
                }
            }
        }
        Some(Preview::Unknown(why)) => {
            let _ = writeln!(text, "What this would release is not known: {}.\n", escape(why));
        }
        None => {}
    }
    text.push_str("| check | result | |\n| --- | --- | --- |\n");
    for result in &report.results {
        let word = match result.severity {
            None => "ok",
            Some(Severity::Error) => "**failed**",
            Some(Severity::Warning) => "warning",
            Some(Severity::Notice) => "notice",
        };
        let _ = writeln!(text, "| {} | {word} | {} |", result.check.word(), escape(&result.text));
    }
    let helped = report.findings.iter().filter(|finding| finding.help.is_some());
    let mut findings = helped.peekable();
    if findings.peek().is_some() {
        text.push('\n');
    }
    for finding in findings {
        let help = finding.help.as_deref().unwrap_or_default();
        let _ = writeln!(text, "- {}: {}", escape(&finding.message), escape(help));
    }
    text
}

/// Foreign text, cut and without markup.
fn escape(text: &str) -> String {
    let short: String = text.chars().take(LONGEST_TEXT).collect();
    let more = if short.len() < text.len() { "…" } else { "" };
    escape_markdown(&short) + more
}
