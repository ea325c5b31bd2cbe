//! Strings in TOML files.

mod add;

use config::Format;
use diagnostics::Source;

use crate::{EditError, value};

pub use add::{add, add_item};

/// The string under a path of keys; a number steps into a list (`["package", "0", "version"]`).
///
/// # Errors
/// When the text is not TOML, nothing is there, or it is not a string.
pub fn get_string(source: &Source, path: &[&str]) -> Result<String, EditError> {
    value::get(source, Format::Toml, path)
}

/// The text with the string under `path` replaced by `new`. Only the bytes of that value change,
/// and its style of quotes stays where it can hold the new text.
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
    value::set(source, Format::Toml, changes, quoted_like)
}

/// `new` in the quotes of `old`, a TOML string as written.
fn quoted_like(old: &str, new: &str) -> String {
    let literal = !new.contains('\'') && !new.contains(|c: char| c.is_control() && c != '\t');
    let opened = |quotes: &str| {
        // A line break right after the opening quotes is not part of the value.
        let rest = old.strip_prefix(quotes).unwrap_or_default();
        let line = ["\r\n", "\n"].into_iter().find(|line| rest.starts_with(line));
        line.unwrap_or_default().to_owned()
    };
    if old.starts_with("'''") && literal {
        format!("'''{}{new}'''", opened("'''"))
    } else if old.starts_with("\"\"\"") {
        format!("\"\"\"{}{}\"\"\"", opened("\"\"\""), escaped(new))
    } else if old.starts_with('\'') && literal {
        format!("'{new}'")
    } else {
        format!("\"{}\"", escaped(new))
    }
}

/// The inside of a basic string.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push('\t'),
            c if c.is_control() => out.extend(format!("\\u{:04X}", u32::from(c)).chars()),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests;
