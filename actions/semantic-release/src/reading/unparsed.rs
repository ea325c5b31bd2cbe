//! Commits that no rule of the parser fits.

use diagnostics::{Diagnostic, Severity, visible_line};

use crate::settings::Settings;
use crate::survey::Read;

/// Findings shown one by one; GitHub shows ten annotations of a kind.
const SHOWN: usize = 9;

/// A finding for each commit that does not parse. Merges and release commits are not expected to.
///
/// # Errors
/// A pattern that backtracks without end.
pub fn findings(commits: &[Read], settings: &Settings) -> Result<Vec<Diagnostic>, Diagnostic> {
    let Some(severity) = settings.reading.report_unparsed else { return Ok(Vec::new()) };
    let mut odd = Vec::new();
    for read in commits {
        let parses = read.pieces.iter().any(|piece| piece.parsed.is_some());
        if parses || read.is_cancelled || read.commit.is_merge() {
            continue;
        }
        if !crate::survey::is_excluded(&read.commit.message, settings)? {
            odd.push(read);
        }
    }
    let finding = |message: String| {
        let finding = match severity {
            Severity::Notice => Diagnostic::notice("release/unparsed", message),
            _ => Diagnostic::warning("release/unparsed", message),
        };
        finding.with_help(
            "it counts for nothing; an entry in `overrides_file` gives it another message",
        )
    };
    let mut findings: Vec<Diagnostic> = odd
        .iter()
        .take(SHOWN)
        .map(|read| {
            let subject = visible_line(read.commit.subject());
            finding(format!("commit {} does not parse: {subject}", read.commit.id.short()))
        })
        .collect();
    if odd.len() > SHOWN {
        findings.push(finding(format!("{} more commits do not parse", odd.len() - SHOWN)));
    }
    Ok(findings)
}
