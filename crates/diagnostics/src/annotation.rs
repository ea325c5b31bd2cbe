//! Diagnostics as GitHub annotations.

use crate::foreign::shortened;
use crate::{Diagnostic, Severity};

/// The most annotations of one kind the runner keeps per step (runner contract, 3.2).
const PER_KIND: usize = 10;

/// An annotation, unescaped; `action-kit` writes it as a workflow command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annotation {
    /// Error, warning or notice.
    pub severity: Severity,
    /// Path relative to the repository, where the diagnostic points into a file.
    pub file: Option<String>,
    /// First line, from 1.
    pub line: Option<usize>,
    /// Last line; columns are given only when it equals `line`.
    pub end_line: Option<usize>,
    /// First column, from 1.
    pub column: Option<usize>,
    /// Last column.
    pub end_column: Option<usize>,
    /// The code, where there is one.
    pub title: Option<String>,
    /// Message, notes and help.
    pub message: String,
}

impl From<&Diagnostic> for Annotation {
    fn from(diagnostic: &Diagnostic) -> Self {
        let mut message = shortened(&diagnostic.message).into_owned();
        let mut annotation = Self {
            severity: diagnostic.severity,
            file: None,
            line: None,
            end_line: None,
            column: None,
            end_column: None,
            title: (!diagnostic.code.is_empty()).then(|| diagnostic.code.to_owned()),
            message: String::new(),
        };
        if let Some(label) = diagnostic.labels.first() {
            let start = label.source.position(label.span.start);
            let end = label.source.position(label.span.end.saturating_sub(1).max(label.span.start));
            if label.source.is_file() {
                annotation.file = Some(label.source.name().to_owned());
                annotation.line = Some(start.line);
                annotation.end_line = Some(end.line);
                if start.line == end.line {
                    annotation.column = Some(start.column);
                    annotation.end_column = Some(end.column);
                }
            } else {
                message = format!("{}: {message}", label.source.name());
            }
            if !label.text.is_empty() {
                message = format!("{message}: {}", label.text);
            }
        }
        for note in &diagnostic.notes {
            message = format!("{message}\n{}", shortened(note));
        }
        if let Some(help) = &diagnostic.help {
            message = format!("{message}\nhelp: {}", shortened(help));
        }
        annotation.message = message;
        annotation
    }
}

/// Annotations for a run, most important first, at most ten of a kind: the runner drops the rest
/// silently, so the cut is made where it can be told.
///
/// Returns the annotations and how many diagnostics are only in the log.
pub fn annotations(diagnostics: &[Diagnostic]) -> (Vec<Annotation>, usize) {
    let mut sorted: Vec<&Diagnostic> = diagnostics.iter().collect();
    sorted.sort_by_key(|diagnostic| std::cmp::Reverse((diagnostic.severity, diagnostic.exit)));
    let mut kept = Vec::new();
    for severity in [Severity::Error, Severity::Warning, Severity::Notice] {
        let of_kind = sorted.iter().filter(|diagnostic| diagnostic.severity == severity);
        kept.extend(of_kind.take(PER_KIND).map(|diagnostic| Annotation::from(*diagnostic)));
    }
    let left = diagnostics.len() - kept.len();
    (kept, left)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Source;

    #[test]
    fn the_primary_place_is_named_and_columns_only_on_one_line() {
        let source = Source::file("pyproject.toml", "a = 1\nb = 2\n");
        let one = Diagnostic::bad_input("config/x", "bad").with_label(&source, 6..7, "here");
        let annotation = Annotation::from(&one);
        assert_eq!(annotation.file.as_deref(), Some("pyproject.toml"));
        assert_eq!((annotation.line, annotation.end_line), (Some(2), Some(2)));
        assert_eq!((annotation.column, annotation.end_column), (Some(1), Some(1)));
        assert_eq!(annotation.message, "bad: here");
        let two = Diagnostic::bad_input("config/x", "bad").with_label(&source, 0..7, "");
        assert_eq!(Annotation::from(&two).column, None);
    }

    #[test]
    fn ten_of_a_kind_errors_first() {
        let mut many = vec![Diagnostic::warning("a/w", "w"); 12];
        many.extend(vec![Diagnostic::bad_input("a/e", "e"); 11]);
        let (kept, left) = annotations(&many);
        assert_eq!((kept.len(), left), (20, 3));
        assert_eq!(kept[0].severity, Severity::Error);
    }
}
