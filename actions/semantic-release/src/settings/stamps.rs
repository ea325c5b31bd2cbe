//! Where the version is written, and how python-semantic-release would.

use config::{Spanned, Table};
use diagnostics::Diagnostic;

use super::Compat;
use crate::locks::LockFiles;
use crate::stamp::{Reading, Stamp};
use crate::tags::TagFormat;

/// How the items of one key are read.
type Read<'r> = fn(&Reading<'r>, Spanned<String>) -> Result<Stamp, Diagnostic>;

/// `compat`: the input, then the key, then 10.5.
pub(super) fn compat(table: &Table<'_>, input: Option<Compat>) -> Compat {
    let choices = [("psr-10.5", Compat::Psr105), ("psr-10.7", Compat::Psr107)];
    let key = table.choice("compat", &choices).map(|compat| compat.value);
    input.or(key).unwrap_or_default()
}

/// `lock_files`: the input, then the key, then none.
pub(super) fn lock_files(table: &Table<'_>, input: Option<&LockFiles>) -> LockFiles {
    let Some(field) = table.field("lock_files") else { return input.cloned().unwrap_or_default() };
    let key = if field.node().as_str().is_some() {
        let choices = [("off", LockFiles::Off), ("auto", LockFiles::Auto)];
        let names = choices.each_ref().map(|(name, _)| (*name, *name));
        let chosen = field.choice(&names);
        choices
            .into_iter()
            .find(|(name, _)| chosen.as_ref().is_some_and(|chosen| chosen.value == *name))
            .map(|(_, files)| files)
    } else {
        field.list().map(|list| LockFiles::List(list.value))
    };
    input.cloned().or(key).unwrap_or_default()
}

/// The items of `version_toml`, `version_variables` and `version_paths`.
pub(super) fn read(table: &Table<'_>, tags: &TagFormat, compat: Compat) -> Vec<Stamp> {
    let python = table.bool("pep440_stamps").is_some_and(|value| value.value);
    let reading = Reading { tags, annotated: compat == Compat::Psr107, python };
    let kinds: [(&str, Read<'_>); 3] = [
        ("version_toml", Reading::toml),
        ("version_variables", Reading::variable),
        ("version_paths", Reading::path),
    ];
    let mut stamps = Vec::new();
    for (key, read) in kinds {
        for item in table.list(key).map(|list| list.value).unwrap_or_default() {
            match read(&reading, item) {
                Ok(stamp) => stamps.push(stamp),
                Err(problem) => table.problems().push(problem),
            }
        }
    }
    stamps
}
