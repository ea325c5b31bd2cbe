//! The step summary.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use diagnostics::{Diagnostic, Severity, visible};

use crate::file_commands::FileCommand;
use crate::log::Log;
use crate::runner::Runner;

/// The most bytes the runner uploads for a step; above it everything is dropped (runner contract,
/// 3.1).
const LIMIT: usize = 1_048_576;

const CUT: &str = "\n\n*The summary was cut here: GitHub shows at most 1 MiB.*\n";

/// Closes a block of code that the cut left open.
const FENCE: &str = "```\n";

/// The step summary: Markdown, written when the run ends. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Summary(Arc<Mutex<String>>);

impl Summary {
    fn text(&self) -> MutexGuard<'_, String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds Markdown, as paragraphs of their own. Foreign text in it goes through [`escape`].
    pub fn add(&self, markdown: impl AsRef<str>) {
        let mut text = self.text();
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(markdown.as_ref());
        if !text.ends_with('\n') {
            text.push('\n');
        }
    }

    /// Adds a section on what went wrong.
    pub(crate) fn add_failure(&self, title: &str, diagnostics: &[Diagnostic], log: &Log) {
        // Escaped, a secret might no longer be recognised.
        let escape = |text: &str| escape(&log.scrub(text));
        let errors: Vec<&Diagnostic> =
            diagnostics.iter().filter(|d| d.severity == Severity::Error).take(10).collect();
        if errors.is_empty() {
            return;
        }
        let mut section = format!("### {} failed\n\n", escape(title));
        for error in errors {
            let _ = write!(section, "- **{}**", escape(&error.message));
            if let Some(label) = error.labels.first() {
                let place = label.source.position(label.span.start);
                let name = escape(label.source.name());
                let _ = write!(section, " ({name}:{}:{})", place.line, place.column);
            }
            if !error.code.is_empty() {
                let _ = write!(section, " `{}`", error.code);
            }
            section.push('\n');
            for line in error.notes.iter().chain(&error.help).flat_map(|text| text.lines()) {
                let _ = writeln!(section, "  <br>{}", escape(line));
            }
        }
        self.add(section);
    }

    /// Writes it, once, cut to what the runner takes together with what the file holds already.
    /// Returns a notice when it was cut.
    pub(crate) fn flush(
        &self,
        runner: &Runner,
        log: &Log,
    ) -> Result<Option<Diagnostic>, Diagnostic> {
        let text = std::mem::take(&mut *self.text());
        let Some(path) = FileCommand::Summary.path(runner).filter(|_| !text.is_empty()) else {
            return Ok(None);
        };
        let text = log.scrub(&text);
        let held = std::fs::metadata(&path).map_or(0, |data| data.len());
        let room = LIMIT.saturating_sub(usize::try_from(held).unwrap_or(LIMIT) + 1);
        let (kept, cut) = fit(&text, room);
        if !kept.is_empty() {
            FileCommand::Summary.append(&path, &kept)?;
        }
        Ok(cut.then(|| {
            let message = format!("the step summary has {} bytes and was cut", text.len());
            Diagnostic::notice("runner/summary-cut", message)
                .with_help("the full text is in the log or the report")
        }))
    }
}

/// Cuts a text at the end of a line so that it and a notice fit.
fn fit(text: &str, room: usize) -> (String, bool) {
    if text.len() <= room {
        return (text.to_owned(), false);
    }
    let taken = CUT.len() + FENCE.len();
    let Some(room) = room.checked_sub(taken) else { return (String::new(), true) };
    let mut kept = 0;
    for line in text.split_inclusive('\n') {
        if kept + line.len() > room {
            break;
        }
        kept += line.len();
    }
    let mut fitting = text.get(..kept).unwrap_or_default().to_owned();
    if fitting.matches("```").count() % 2 == 1 {
        fitting.push_str(FENCE);
    }
    fitting.push_str(CUT);
    (fitting, true)
}

/// Foreign text for Markdown: nothing in it is markup, HTML or a mention, and it stays on its line.
///
/// An underscore within a word is none of these and stays, so that a secret with one is still
/// recognised.
pub fn escape(text: &str) -> String {
    let text = visible(text);
    let mut escaped = String::with_capacity(text.len());
    let mut in_word = false;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\n' | '\t' => escaped.push(' '),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            // An entity neither mentions nor refers.
            '@' => escaped.push_str("&#64;"),
            '#' => escaped.push_str("&#35;"),
            '_' if in_word && characters.peek().is_some_and(|next| next.is_alphanumeric()) => {
                escaped.push('_');
            }
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '(' | ')' | '!' | '|' | '~' | '$' => {
                escaped.push('\\');
                escaped.push(character);
            }
            _ => escaped.push(character),
        }
        in_word = character.is_alphanumeric();
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_is_cut_at_a_line() {
        let text = "0123456789\n".repeat(100);
        let (kept, cut) = fit(&text, 500);
        assert!(cut && kept.len() <= 500 && kept.ends_with(CUT));
        assert!(kept.strip_suffix(CUT).unwrap().ends_with("9\n"));
        assert_eq!(fit(&text, 1100), (text.clone(), false), "exactly the room there is");
        assert_eq!(fit(&text, 10), (String::new(), true));
    }

    #[test]
    fn an_open_fence_is_closed() {
        let (kept, _) = fit(&format!("```\n{}```\n", "x\n".repeat(300)), 300);
        assert!(kept.strip_suffix(CUT).unwrap().ends_with("x\n```\n"), "{kept}");
    }

    #[test]
    fn foreign_text_is_no_markup() {
        assert_eq!(
            escape("<img src=x> [a](b) @me #1 | `x`\n*b*"),
            "&lt;img src=x&gt; \\[a\\]\\(b\\) &#64;me &#35;1 \\| \\`x\\` \\*b\\*"
        );
    }

    #[test]
    fn words_keep_their_underscores() {
        assert_eq!(escape("ghs_abc_d _x_ y_"), "ghs_abc_d \\_x\\_ y\\_");
    }

    proptest::proptest! {
        #[test]
        fn what_is_kept_always_fits(text in "([a-z`]{0,20}\n){0,40}", room in 0usize..400) {
            let (kept, cut) = fit(&text, room);
            proptest::prop_assert!(kept.len() <= room);
            proptest::prop_assert_eq!(cut, text.len() > room);
        }
    }
}
