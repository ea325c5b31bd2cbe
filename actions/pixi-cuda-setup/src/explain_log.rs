//! Command `explain-log`: the true cause of a failed `pixi install`, from its log.
//!
//! It never asks pixi again: `pixi list` fails where an install passes, and `pixi lock --check`
//! rewrites the lock.

mod explanations;
mod rules;
mod text;

use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use action_kit::Context;
use diagnostics::{Diagnostic, Exit, Failure, Severity, visible_line};
use pixi_workspace::Finding;

use crate::answer;
pub use explanations::EXPLANATIONS;
pub use text::Text;

/// Bytes of a log that are read; what went wrong stands at the end, so the rest is passed over.
const MOST_BYTES: u64 = 4 << 20;
/// Lines that are shown of an error nobody knows.
const MOST_LINES: usize = 40;

/// What a log says, the gravest first; empty where nothing in it is known.
pub fn explain(log: &Text) -> Vec<Finding> {
    let mut findings = rules::all(log);
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    findings
}

/// The command. It explains, the step that failed has failed already: so it succeeds.
///
/// # Errors
/// No log is named, or it cannot be read.
pub fn run(context: &Context) -> Result<Exit, Failure> {
    let name = context.inputs.path("log-file").ok_or_else(|| {
        Diagnostic::bad_input("log/missing", "no log is named").with_help(
            "name the file `pixi install -v` wrote in `log-file`; `-` reads standard input",
        )
    })?;
    let bytes = if name.as_os_str() == "-" {
        tail(io::stdin().lock())
    } else {
        read(&context.working_directory()?.join(&name))
    };
    let bytes = bytes.map_err(|error| {
        let shown = name.display();
        Diagnostic::bad_input("log/unreadable", format!("cannot read the log `{shown}`: {error}"))
            .with_help("name a file that exists, relative to `working-directory`")
    })?;
    let log = Text::new(&bytes);
    let findings = explain(&log);
    for finding in &findings {
        context.log.diagnostic(&finding.diagnostic());
    }
    if !findings.iter().any(|finding| finding.severity == Severity::Error) {
        context.log.diagnostic(&unknown(&log).diagnostic());
        let last = log.last_error(MOST_LINES);
        if !last.is_empty() {
            context.log.foreign(last);
        }
    }
    let json: Vec<_> = findings.iter().map(answer::finding).collect();
    context.outputs.set("findings", serde_json::Value::from(json).to_string())?;
    Ok(Exit::Done)
}

fn unknown(log: &Text) -> Finding {
    if log.is_empty() {
        return Finding::notice("log/empty", "the log is empty: pixi said nothing")
            .remedy("look at the step before: pixi may not have been started");
    }
    let first = log.last_error(1);
    let mut finding = Finding::notice("log/unknown", "the log has no error that is known here");
    if !first.is_empty() {
        finding = finding.note(format!("pixi's last words begin with `{}`", visible_line(&first)));
    }
    finding.remedy("run `pixi install -vv` for more of pixi's own words")
}

/// The end of a file.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut file = std::fs::File::open(path)?;
    let length = file.metadata()?.len();
    if length > MOST_BYTES {
        file.seek(SeekFrom::Start(length - MOST_BYTES))?;
    }
    tail(file)
}

/// The end of a stream, holding no more than twice as much.
fn tail(mut stream: impl Read) -> io::Result<Vec<u8>> {
    let most = usize::try_from(MOST_BYTES).unwrap_or(usize::MAX);
    let mut bytes = Vec::new();
    loop {
        let read = stream.by_ref().take(MOST_BYTES).read_to_end(&mut bytes)?;
        bytes.drain(..bytes.len().saturating_sub(most));
        if read == 0 {
            return Ok(bytes);
        }
    }
}

#[cfg(test)]
mod tests;
