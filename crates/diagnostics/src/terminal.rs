//! Diagnostics for a terminal or a log, with the source line and carets.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::foreign::shortened;
use crate::{Diagnostic, Label, Severity, visible};

/// Renders one diagnostic: `error[code]: message`, the source lines, notes and help.
///
/// Foreign text in it is made visible ([`visible`]), so a file cannot move the cursor or reorder
/// the message.
pub fn render_terminal(diagnostic: &Diagnostic, colour: bool) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Notice => Level::NOTE,
    };
    let message = visible(&shortened(&diagnostic.message));
    let mut title = level.primary_title(message.as_str());
    if !diagnostic.code.is_empty() {
        title = title.id(diagnostic.code);
    }
    let shown: Vec<Shown> = diagnostic.labels.iter().map(Shown::new).collect();
    let notes: Vec<String> =
        diagnostic.notes.iter().map(|note| visible(&shortened(note))).collect();
    let help = diagnostic.help.as_deref().map(|help| visible(&shortened(help)));
    let mut group = Group::with_title(title);
    for (index, label) in shown.iter().enumerate() {
        let kind = if index == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
        let mut mark = kind.span(label.span.clone());
        if !label.text.is_empty() {
            mark = mark.label(label.text.as_str());
        }
        group = group.element(
            Snippet::source(label.window.as_str())
                .path(label.name.as_str())
                .line_start(label.first_line)
                .annotation(mark),
        );
    }
    for note in &notes {
        group = group.element(Level::NOTE.message(note.as_str()));
    }
    if let Some(help) = &help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    format!("{}\n", renderer.render(&[group]))
}

/// A label cut down to the lines it marks, with foreign characters made visible.
struct Shown {
    name: String,
    window: String,
    first_line: usize,
    span: std::ops::Range<usize>,
    text: String,
}

/// Characters of one line shown on either side of the mark.
const AROUND: usize = 200;

impl Shown {
    fn new(label: &Label) -> Self {
        let text = label.source.contents();
        let before = text.get(..label.span.start).unwrap_or_default();
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let start = start.max(back(text, label.span.start, AROUND));
        let end = text.get(label.span.end..).and_then(|rest| rest.find('\n'));
        let end = end.map_or(text.len(), |newline| label.span.end + newline);
        let end = end.min(forward(text, label.span.end, AROUND));
        // The CR of a CRLF is no part of the line.
        let rest = text.get(label.span.end..end).unwrap_or_default();
        let end = label.span.end + rest.strip_suffix('\r').unwrap_or(rest).len();
        let prefix = visible(text.get(start..label.span.start).unwrap_or_default());
        let marked = text.get(label.span.clone()).unwrap_or_default();
        let marked = visible(&shortened(marked));
        let suffix = visible(text.get(label.span.end..end).unwrap_or_default());
        Self {
            name: visible(label.source.name()),
            first_line: label.source.position(start).line,
            span: prefix.len()..prefix.len() + marked.len(),
            window: format!("{prefix}{marked}{suffix}"),
            text: visible(&label.text),
        }
    }
}

fn back(text: &str, offset: usize, characters: usize) -> usize {
    let before = text.get(..offset).unwrap_or_default();
    before.char_indices().rev().take(characters).last().map_or(offset, |(index, _)| index)
}

fn forward(text: &str, offset: usize, characters: usize) -> usize {
    let after = text.get(offset..).unwrap_or_default();
    after.char_indices().nth(characters).map_or(text.len(), |(index, _)| offset + index)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Source;

    #[test]
    fn place_label_note_and_help_are_shown() {
        let source =
            Source::file("pyproject.toml", "[tool.semantic_release]\ntag_fromat = \"v\"\n");
        let diagnostic = Diagnostic::bad_input("config/unknown-key", "unknown key `tag_fromat`")
            .with_label(&source, 24..34, "not a key of this table")
            .with_help("did you mean `tag_format`?");
        insta::assert_snapshot!(render_terminal(&diagnostic, false), @r#"
        error[config/unknown-key]: unknown key `tag_fromat`
         --> pyproject.toml:2:1
          |
        2 | tag_fromat = "v"
          | ^^^^^^^^^^ not a key of this table
          |
          = help: did you mean `tag_format`?
        "#);
    }

    #[test]
    fn windows_line_ends_are_not_shown() {
        let source = Source::file("a.toml", "a = 1\r\nb = 2\r\n");
        let diagnostic = Diagnostic::bad_input("a/b", "m").with_label(&source, 4..5, "");
        assert!(!render_terminal(&diagnostic, false).contains("\\u{d}"));
    }

    #[test]
    fn foreign_text_cannot_steer_the_terminal() {
        let source = Source::file("a\u{1b}[2J.toml", "k = \"\u{202e}x\"\n");
        let diagnostic = Diagnostic::warning("a/b", "bad\u{1b}]0;t\u{7}").with_label(
            &source,
            4..10,
            "\u{9b}31m",
        );
        let text = render_terminal(&diagnostic, false);
        assert!(!text.contains(['\u{1b}', '\u{202e}', '\u{9b}', '\u{7}']), "{text}");
    }

    #[test]
    fn quoted_text_without_an_end_is_cut() {
        let endless = "k".repeat(1_000_000);
        let source = Source::file("f.toml", endless.clone());
        let diagnostic = Diagnostic::bad_input("a/b", format!("unknown key `{endless}`"))
            .with_label(&source, 0..endless.len(), "")
            .with_help(endless);
        assert!(render_terminal(&diagnostic, false).len() < 20_000);
        assert!(crate::Annotation::from(&diagnostic).message.len() < 10_000);
    }

    proptest::proptest! {
        #[test]
        fn any_text_and_any_span_can_be_shown(text in ".{0,40}(\n.{0,20})?", a in 0usize..90, b in 0usize..90) {
            let source = Source::file("f", text);
            let diagnostic = Diagnostic::notice("a/b", "m").with_label(&source, a..b, "l");
            render_terminal(&diagnostic, false);
            let _ = crate::Annotation::from(&diagnostic);
        }
    }
}
