//! Entries of `GITHUB_OUTPUT`, `GITHUB_ENV`, `GITHUB_STATE` and `GITHUB_PATH`.

use std::borrow::Cow;

use super::Dialect;

/// Why an entry cannot be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// The name is empty.
    #[error("the name is empty")]
    EmptyName,
    /// The name holds characters that end a name.
    #[error("the name holds `=`, `<<`, a line break or a byte order mark")]
    Name,
    /// The value holds NUL, which no environment can carry.
    #[error("it holds a NUL character")]
    Nul,
    /// The delimiter is empty, holds a line break, or is a line of the value.
    #[error("the delimiter does not fit the value")]
    Delimiter,
    /// A path is empty, or holds a line break or `:`.
    #[error("the path is empty or holds a line break or `:`")]
    Path,
}

/// One entry of a key/value file: `NAME<<DELIMITER`, the value, `DELIMITER`, each on lines of
/// their own. The form both readers take for every value, other than act's losses ([`readable`]).
///
/// # Errors
/// Names that are empty or hold `=`, `<<` or a line break; values with NUL; a delimiter that is
/// empty, has a line break, or is itself a line of the value.
pub fn key_value(name: &str, value: &str, delimiter: &str) -> Result<String, WireError> {
    if name.is_empty() {
        return Err(WireError::EmptyName);
    }
    if name.contains(['=', '\r', '\n', '\0', '\u{feff}'])
        || name.contains("<<")
        || name.ends_with('<')
    {
        return Err(WireError::Name);
    }
    if value.contains('\0') {
        return Err(WireError::Nul);
    }
    // A reader that strips CR from line ends sees a delimiter where we see a longer line.
    let is_line = value.split('\n').any(|line| line.trim_end_matches('\r') == delimiter);
    if delimiter.is_empty() || delimiter.contains(['\r', '\n', '=', '<']) || is_line {
        return Err(WireError::Delimiter);
    }
    Ok(format!("{name}<<{delimiter}\n{value}\n{delimiter}\n"))
}

/// One line of `GITHUB_PATH`.
///
/// # Errors
/// Paths that are empty or hold a line break, NUL, or `:`, which would make two entries.
pub fn path_line(path: &str) -> Result<String, WireError> {
    if path.is_empty() || path.contains(['\r', '\n', '\0', ':', '\u{feff}']) {
        return Err(WireError::Path);
    }
    Ok(format!("{path}\n"))
}

/// A value as the other side is able to read it, which is what ought to be written.
///
/// The runner reads every value as it is. act evaluates `${{ … }}` in it once more when it reaches
/// a container's environment, so that is broken; and act loses blank lines at the start and CR
/// before LF.
pub fn readable(value: &str, dialect: Dialect) -> Cow<'_, str> {
    if dialect == Dialect::Runner {
        return Cow::Borrowed(value);
    }
    let mut rest = value;
    loop {
        let without_cr = rest.trim_start_matches('\r');
        match without_cr.strip_prefix('\n') {
            Some(next) => rest = next,
            None => break,
        }
    }
    let mut text = defuse_expressions(rest);
    while text.contains("\r\n") {
        text = Cow::Owned(text.replace("\r\n", "\n"));
    }
    match text.strip_suffix('\r') {
        Some(stripped) => Cow::Owned(stripped.trim_end_matches('\r').to_owned()),
        None => text,
    }
}

/// Puts a blank into every `${{`, so that nothing evaluates it as an expression.
pub fn defuse_expressions(value: &str) -> Cow<'_, str> {
    if value.contains("${{") {
        Cow::Owned(value.replace("${{", "$ {{"))
    } else {
        Cow::Borrowed(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_heredocs() {
        assert_eq!(key_value("a", "b", "D").unwrap(), "a<<D\nb\nD\n");
        assert_eq!(key_value("a", "", "D").unwrap(), "a<<D\n\nD\n");
        assert_eq!(key_value("a b", "x\n\ny=z\n", "D").unwrap(), "a b<<D\nx\n\ny=z\n\nD\n");
    }

    #[test]
    fn what_would_be_misread_is_refused() {
        let cases = [
            ("", "v", "D", WireError::EmptyName),
            ("a=b", "v", "D", WireError::Name),
            ("a<<b", "v", "D", WireError::Name),
            ("a<", "v", "D", WireError::Name),
            ("a\nb", "v", "D", WireError::Name),
            ("a\r", "v", "D", WireError::Name),
            ("\u{feff}a", "v", "D", WireError::Name),
            ("a", "v\0", "D", WireError::Nul),
            ("a", "v\nD\nw", "D", WireError::Delimiter),
            ("a", "v\nD\r", "D", WireError::Delimiter),
            ("a", "v", "", WireError::Delimiter),
            ("a", "v", "D\n", WireError::Delimiter),
        ];
        for (name, value, delimiter, expected) in cases {
            assert_eq!(key_value(name, value, delimiter), Err(expected), "{name:?} {value:?}");
        }
    }

    #[test]
    fn paths_are_one_line_and_one_entry() {
        assert_eq!(path_line("/a b/c").unwrap(), "/a b/c\n");
        for bad in ["", "/a\n/b", "/a\r", "/a:/b", "/a\0"] {
            assert_eq!(path_line(bad), Err(WireError::Path), "{bad:?}");
        }
    }

    #[test]
    fn under_act_values_are_cut_to_what_arrives() {
        let cases = [
            ("${{ secrets.X }}", "$ {{ secrets.X }}"),
            ("$${{{ x }}", "$$ {{{ x }}"),
            ("\n\r\n a\r\nb\r\r\n\nc\n", " a\nb\n\nc\n"),
            ("a\r", "a"),
            ("\r\r\n", ""),
        ];
        for (value, expected) in cases {
            assert_eq!(readable(value, Dialect::Act), expected, "{value:?}");
            assert_eq!(readable(value, Dialect::Runner), value);
        }
    }

    proptest::proptest! {
        #[test]
        fn no_expression_survives_and_cutting_twice_changes_nothing(
            value in "[${} \\r\\na-c]{0,30}",
        ) {
            let once = readable(&value, Dialect::Act).into_owned();
            proptest::prop_assert!(!once.contains("${{"));
            proptest::prop_assert_eq!(readable(&once, Dialect::Act), once.as_str());
        }

        #[test]
        fn an_entry_is_read_back(name in "[a-zA-Z_.-]{1,8}", value in "[^\\x00]{0,60}") {
            let entry = key_value(&name, &value, "ghadelimiter_1").unwrap();
            let body = entry.strip_prefix(&format!("{name}<<ghadelimiter_1\n")).unwrap();
            let read = body.strip_suffix("\nghadelimiter_1\n").unwrap();
            proptest::prop_assert_eq!(read, value);
            proptest::prop_assert!(!read.split('\n').any(|line| line == "ghadelimiter_1"));
        }
    }
}
