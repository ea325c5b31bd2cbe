//! Scalars in YAML files.

use config::{Format, Value, parse_yaml};
use diagnostics::Source;

use crate::{EditError, json, value};

/// The string or number under a path of keys; a number in the path steps into a list.
///
/// # Errors
/// When the text is not one YAML document, nothing is there, or it is another kind of value.
pub fn get_scalar(source: &Source, path: &[&str]) -> Result<String, EditError> {
    value::get(source, Format::Yaml, path)
}

/// The text with the string or number under `path` replaced by the string `new`. Only the bytes
/// of that value change; it stays without quotes where `new` is a string without them.
///
/// # Errors
/// As [`get_scalar`]; a value that an anchor shares with other places, or in block style; also
/// when reading the result again does not show exactly this change.
pub fn set_scalar(source: &Source, path: &[&str], new: &str) -> Result<String, EditError> {
    set_scalars(source, &[(path, new)])
}

/// [`set_scalar`] for several paths at once.
///
/// # Errors
/// As [`set_scalar`], of the first path that cannot be changed.
pub fn set_scalars(source: &Source, changes: &[(&[&str], &str)]) -> Result<String, EditError> {
    value::set(source, Format::Yaml, changes, quoted_like)
}

fn quoted_like(old: &str, new: &str) -> String {
    let one_line = !new.contains(|c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'));
    if old.starts_with('\'') && one_line {
        format!("'{}'", new.replace('\'', "''"))
    } else if !old.starts_with(['\'', '"']) && is_plain(new) {
        new.to_owned()
    } else {
        json::quoted(new)
    }
}

/// Whether a text without quotes is this string wherever it stands.
fn is_plain(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+' | '_' | '/');
    text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.chars().all(plain)
        && parse_yaml(&Source::text("value", text))
            .is_ok_and(|tree| matches!(&tree.root().value, Value::String(read) if read == text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use diagnostics::Diagnostic;

    fn set(text: &str, path: &str, new: &str) -> Result<String, &'static str> {
        let path: Vec<&str> = path.split('.').collect();
        let source = Source::file("Chart.yaml", text);
        set_scalar(&source, &path, new).map_err(|error| Diagnostic::from(error).code)
    }

    #[test]
    fn only_the_value_changes() {
        for (before, path, new, after) in [
            (
                "\u{FEFF}# é\r\nversion:   1.0.0   # chart\r\nappVersion: \"1.0.0\"\r\n",
                "appVersion",
                "1.1.0",
                "\u{FEFF}# é\r\nversion:   1.0.0   # chart\r\nappVersion: \"1.1.0\"\r\n",
            ),
            ("v:   1.0.0   # chart\n", "v", "1.1.0", "v:   1.1.0   # chart\n"),
            ("v: 'x' \n", "v", "1.1.0", "v: '1.1.0' \n"),
            ("v: 1.0\n", "v", "1.1", "v: \"1.1\"\n"),
            ("v: a\n", "v", "true", "v: \"true\"\n"),
            ("v: a\n", "v", "a: #", "v: \"a: #\"\n"),
            ("v: &x 1.0.0\n", "v", "1.1.0", "v: &x 1.1.0\n"),
            ("v: !!str 1\n", "v", "1.1.0", "v: !!str 1.1.0\n"),
            ("a:\n- b: {v: 1.0.0, w: 1}\n", "a.0.b.v", "1.1.0", "a:\n- b: {v: 1.1.0, w: 1}\n"),
            ("a: {v: 1.0.0}", "a.v", "1.1.0", "a: {v: 1.1.0}"),
            ("v: 1.0.0", "v", "1.1.0+b.1", "v: 1.1.0+b.1"),
        ] {
            assert_eq!(set(before, path, new).as_deref(), Ok(after), "{before}");
        }
    }

    #[test]
    fn what_is_no_text_of_its_own_stays() {
        for (text, code) in [
            ("v: &x 1.0.0\nw: *x\n", "text-edit/shared"),
            ("w: &x 1.0.0\nv: *x\n", "text-edit/shared"),
            ("w: &x {v: 1.0.0}\nu: *x\nv: 1.0.0\n", "ok"),
            ("v: |\n  1.0.0\n", "text-edit/not-a-string"),
            ("v:\n", "text-edit/not-a-string"),
            ("v: [1.0.0]\n", "text-edit/not-a-string"),
            ("w: 1\n", "text-edit/missing"),
            ("v: 1\nv: 2\n", "config/duplicate-key"),
        ] {
            let code_of = set(text, "v", "1.1.0").map_or_else(|code| code, |_| "ok");
            assert_eq!(code_of, code, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_can_be_written(new in "\\PC{0,8}|[a-z0-9:#'\"&*!|>\\-.{}\\[\\], \n\t]{0,12}", quote in "['\"]?") {
            let before = format!("a: {quote}1.0.0{quote} # c\nb: [1.10]\n");
            let edited = set_scalar(&Source::file("f", before), &["a"], &new).unwrap();
            proptest::prop_assert_eq!(get_scalar(&Source::file("f", edited.as_str()), &["a"]).unwrap(), new);
            proptest::prop_assert!(edited.ends_with(" # c\nb: [1.10]\n"));
        }
    }
}
