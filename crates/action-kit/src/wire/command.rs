//! Workflow commands: annotations, masks, and plain lines that are none.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use diagnostics::{Annotation, Secret};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::Dialect;

/// What JavaScript's `encodeURIComponent` leaves alone, which is what URLs of GitHub's own tools
/// hold.
const URI_COMPONENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// Masks shorter than this would blot out ordinary text, and make the runner drop every job output
/// that happens to hold it (runner contract, 1.5).
const SHORTEST_MASK: usize = 8;

/// Escapes the data of a command: `%`, CR, LF.
pub fn escape_data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes a property of a command: as data, and `:` and `,`.
pub fn escape_property(text: &str) -> String {
    escape_data(text).replace(':', "%3A").replace(',', "%2C")
}

/// A workflow command with its line feed. Properties with an empty value are left out.
///
/// act ends a command at the last `::`, so there any in the data gets a blank.
pub fn command_line(
    name: &str,
    properties: &[(&str, &str)],
    data: &str,
    dialect: Dialect,
) -> String {
    let mut line = format!("::{name}");
    let given = properties.iter().filter(|(_, value)| !value.is_empty());
    for (index, (key, value)) in given.enumerate() {
        line.push(if index == 0 { ' ' } else { ',' });
        line.push_str(key);
        line.push('=');
        line.push_str(&escape_property(value));
    }
    let data = escape_data(data);
    let data = match dialect {
        Dialect::Runner => Cow::Borrowed(data.as_str()),
        Dialect::Act => part_colons(&data, true),
    };
    line.push_str("::");
    line.push_str(&data);
    line.push('\n');
    line
}

/// Puts a blank into every `::`, and in front of a first `:` that would join the command's own.
fn part_colons(text: &str, after_colons: bool) -> Cow<'_, str> {
    let joins = after_colons && text.starts_with(':');
    if !joins && !text.contains("::") {
        return Cow::Borrowed(text);
    }
    let mut parted = String::with_capacity(text.len() + 4);
    let mut after_colon = after_colons;
    for character in text.chars() {
        if character == ':' && after_colon {
            parted.push(' ');
        }
        after_colon = character == ':';
        parted.push(character);
    }
    Cow::Owned(parted)
}

/// An annotation as a workflow command, with its line feed.
pub fn annotation_line(annotation: &Annotation, dialect: Dialect) -> String {
    let number = |value: Option<usize>| value.map(|number| number.to_string()).unwrap_or_default();
    command_line(
        annotation.severity.word(),
        &[
            ("file", annotation.file.as_deref().unwrap_or_default()),
            ("line", &number(annotation.line)),
            ("endLine", &number(annotation.end_line)),
            ("col", &number(annotation.column)),
            ("endColumn", &number(annotation.end_column)),
            ("title", annotation.title.as_deref().unwrap_or_default()),
        ],
        &annotation.message,
        dialect,
    )
}

/// A line of text that no reader takes for a command: `##[` anywhere and `::` at the start are
/// broken by a blank. The text holds no line feed; the result neither.
pub fn plain_line(line: &str) -> Cow<'_, str> {
    let mut line = Cow::Borrowed(line);
    if line.contains("##[") {
        line = Cow::Owned(line.replace("##[", "## ["));
    }
    if line.trim_start().starts_with("::") {
        line = Cow::Owned(line.replacen("::", ": :", 1));
    }
    line
}

/// The forms in which a secret may turn up in a log: the whole, each line, their base64 with and
/// without padding, the basic-auth pair of git over HTTPS, URI-encoded, as in JSON. Only forms of at least
/// eight characters, each once, longest first.
pub(crate) fn mask_forms(secret: &Secret) -> Vec<String> {
    let whole = secret.expose();
    let mut forms = Vec::new();
    let lines = whole.split(['\r', '\n']).map(str::trim);
    for part in std::iter::once(whole.trim()).chain(lines) {
        if part.chars().count() < SHORTEST_MASK {
            continue;
        }
        forms.push(part.to_owned());
        forms.push(STANDARD.encode(part));
        forms.push(STANDARD_NO_PAD.encode(part));
        forms.push(STANDARD.encode(format!("x-access-token:{part}")));
        forms.push(utf8_percent_encode(part, URI_COMPONENT).to_string());
        forms.push(serde_json::Value::from(part).to_string().trim_matches('"').to_owned());
    }
    forms.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    forms.dedup();
    forms
}

/// The `add-mask` commands for a secret, each with its line feed.
///
/// act cannot read a mask that holds `::`, and never matches one of several lines, so there the
/// parts around `::` are masked instead of a form that holds it.
pub fn mask_lines(secret: &Secret, dialect: Dialect) -> Vec<String> {
    let mut lines = Vec::new();
    for form in mask_forms(secret) {
        // The runner masks every line of such a form too, however short; act never matches it.
        // The lines worth masking are forms of their own.
        if form.contains(['\r', '\n']) {
            continue;
        }
        let parts: Vec<&str> = match dialect {
            Dialect::Act if form.contains("::") || form.starts_with(':') => form
                .split("::")
                .map(|part| part.trim_matches(':'))
                .filter(|part| part.chars().count() >= SHORTEST_MASK)
                .collect(),
            _ => vec![form.as_str()],
        };
        for part in parts {
            let line = format!("::add-mask::{}\n", escape_data(part));
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use diagnostics::Severity;

    use super::*;

    #[test]
    fn escapes_are_the_runners() {
        assert_eq!(escape_data("100%\r\n:,;"), "100%25%0D%0A:,;");
        assert_eq!(escape_property("100%\r\n:,;"), "100%25%0D%0A%3A%2C;");
        assert_eq!(escape_data("%0A"), "%250A", "one level only is undone");
    }

    #[test]
    fn commands_have_properties_only_with_values() {
        let line = command_line("error", &[("file", "a,b.rs"), ("line", "")], "x", Dialect::Runner);
        assert_eq!(line, "::error file=a%2Cb.rs::x\n");
        assert_eq!(command_line("endgroup", &[], "", Dialect::Runner), "::endgroup::\n");
    }

    #[test]
    fn under_act_double_colons_are_parted() {
        let cases = [
            ("std::fmt x", "std: :fmt x"),
            (":x", " :x"),
            ("a:::b", "a: : :b"),
            ("::set-env name=a::b", " : :set-env name=a: :b"),
            ("a:b", "a:b"),
        ];
        for (data, expected) in cases {
            let line = command_line("error", &[], data, Dialect::Act);
            assert_eq!(line, format!("::error::{expected}\n"));
            let line = command_line("error", &[], data, Dialect::Runner);
            assert_eq!(line, format!("::error::{data}\n"));
        }
    }

    #[test]
    fn an_annotation_names_place_and_code() {
        let annotation = Annotation {
            severity: Severity::Warning,
            file: Some("a:b.toml".to_owned()),
            line: Some(2),
            end_line: Some(2),
            column: Some(3),
            end_column: Some(9),
            title: Some("config/unknown-key".to_owned()),
            message: "50%\nhelp: x".to_owned(),
        };
        assert_eq!(
            annotation_line(&annotation, Dialect::Runner),
            "::warning file=a%3Ab.toml,line=2,endLine=2,col=3,endColumn=9,title=config/unknown-key\
             ::50%25%0Ahelp: x\n"
        );
    }

    #[test]
    fn plain_lines_are_never_commands() {
        let cases = [
            ("::set-env name=a::b", ": :set-env name=a::b"),
            ("  ::error::x", "  : :error::x"),
            (">> ##[set-env name=a;]b ##[x]", ">> ## [set-env name=a;]b ## [x]"),
            ("std::fmt", "std::fmt"),
            (":::", ": ::"),
        ];
        for (line, expected) in cases {
            assert_eq!(plain_line(line), expected);
        }
    }

    #[test]
    fn masks_cover_lines_and_derived_forms_but_nothing_short() {
        let lines = mask_lines(&Secret::new("ghs_abcd+1\n\nshort\nsecond%line"), Dialect::Runner);
        for expected in [
            "::add-mask::ghs_abcd+1\n",
            "::add-mask::second%25line\n",
            "::add-mask::ghs_abcd%252B1\n",
            "::add-mask::Z2hzX2FiY2QrMQ==\n",
            "::add-mask::Z2hzX2FiY2QrMQ\n",
            "::add-mask::eC1hY2Nlc3MtdG9rZW46Z2hzX2FiY2QrMQ==\n",
        ] {
            assert!(lines.iter().any(|line| line == expected), "{expected} in {lines:?}");
        }
        // Of a mask with line breaks the runner would mask each line, `short` too.
        assert!(!lines.iter().any(|line| line == "::add-mask::short\n" || line.contains("%0A")));
        assert_eq!(mask_lines(&Secret::new("1234567"), Dialect::Runner), Vec::<String>::new());
        assert_eq!(mask_lines(&Secret::new("        "), Dialect::Act), Vec::<String>::new());
    }

    #[test]
    fn under_act_a_mask_never_holds_double_colons() {
        let lines = mask_lines(&Secret::new("firsthalf::secondhalf"), Dialect::Act);
        assert!(lines.contains(&"::add-mask::firsthalf\n".to_owned()), "{lines:?}");
        assert!(lines.contains(&"::add-mask::secondhalf\n".to_owned()));
        assert!(lines.iter().all(|line| line.matches("::").count() == 2), "{lines:?}");
    }

    proptest::proptest! {
        #[test]
        fn a_command_is_one_line_and_act_sees_one_end(data in "\\PC*(\\r|\\n|%|:){0,4}\\PC*") {
            for dialect in [Dialect::Runner, Dialect::Act] {
                let line = command_line("error", &[("title", &data)], &data, dialect);
                proptest::prop_assert_eq!(line.matches(['\r', '\n']).count(), 1);
                proptest::prop_assert!(line.ends_with('\n'));
            }
            let line = command_line("error", &[("title", &data)], &data, Dialect::Act);
            proptest::prop_assert_eq!(line.matches("::").count(), 2);
        }

        #[test]
        fn no_text_becomes_a_command(line in "[#\\[: a-z\\]]{0,20}") {
            let plain = plain_line(&line);
            proptest::prop_assert!(!plain.contains("##["));
            proptest::prop_assert!(!plain.trim_start().starts_with("::"));
        }
    }
}
