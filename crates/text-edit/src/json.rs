//! Strings in JSON files.

use config::Format;
use diagnostics::Source;

use crate::{EditError, value};

/// The string under a path of keys; a number steps into a list.
///
/// # Errors
/// When the text is not JSON, nothing is there, or it is not a string.
pub fn get_string(source: &Source, path: &[&str]) -> Result<String, EditError> {
    value::get(source, Format::Json, path)
}

/// The text with the string under `path` replaced by `new`. Only the bytes of that value change.
///
/// # Errors
/// As [`get_string`]; also when reading the result again does not show exactly this change.
pub fn set_string(source: &Source, path: &[&str], new: &str) -> Result<String, EditError> {
    set_strings(source, &[(path, new)])
}

/// [`set_string`] for several paths at once.
///
/// # Errors
/// As [`set_string`], of the first path that cannot be changed.
pub fn set_strings(source: &Source, changes: &[(&[&str], &str)]) -> Result<String, EditError> {
    value::set(source, Format::Json, changes, |_, new| quoted(new))
}

/// A string of JSON, which is one of YAML too.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => out.extend(format!("\\u{:04x}", u32::from(c)).chars()),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(text: &str, path: &[&str]) -> Result<String, &'static str> {
        let source = Source::file("package.json", text);
        set_string(&source, path, "1.1.0")
            .map_err(|error| diagnostics::Diagnostic::from(error).code)
    }

    #[test]
    fn only_the_value_changes() {
        for (before, path, after) in [
            (
                "\u{FEFF}{\r\n\t\"name\" : \"x\",\r\n\t\"version\"  :\"1.0.0\"\r\n}\r\n",
                &["version"][..],
                "\u{FEFF}{\r\n\t\"name\" : \"x\",\r\n\t\"version\"  :\"1.1.0\"\r\n}\r\n",
            ),
            (
                r#"{"packages":{"":{"version":"0"},"a.b":{"version":"2"}}}"#,
                &["packages", "", "version"],
                r#"{"packages":{"":{"version":"1.1.0"},"a.b":{"version":"2"}}}"#,
            ),
            (r#"[1.10,{"v":"\u0031"}]"#, &["1", "v"], r#"[1.10,{"v":"1.1.0"}]"#),
            (r#"{"v":"1.1.0"}"#, &["v"], r#"{"v":"1.1.0"}"#),
        ] {
            assert_eq!(set(before, path).as_deref(), Ok(after));
        }
    }

    #[test]
    fn what_is_no_string_stays() {
        assert_eq!(set(r#"{"v":1}"#, &["v"]), Err("text-edit/not-a-string"));
        assert_eq!(set(r#"{"v":"1"}"#, &["w"]), Err("text-edit/missing"));
        assert_eq!(set(r#"{"v":"1","v":"1"}"#, &["v"]), Err("config/duplicate-key"));
        assert_eq!(set("{v}", &["v"]), Err("config/syntax"));
    }

    #[test]
    fn any_text_can_be_written() {
        for new in ["a\"b\\c", "\u{7f}\u{0}\n\r\té", "", "${{ x }}"] {
            let edited = set_string(&Source::file("f", r#"{"v":"1"}"#), &["v"], new).unwrap();
            assert_eq!(get_string(&Source::file("f", edited), &["v"]).unwrap(), new);
        }
    }
}
