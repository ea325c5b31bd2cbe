//! Path filters of the monorepo parser, as python-semantic-release expands and matches them.

use std::path::{Component, Path, PathBuf};

use fancy_regex::Regex;

use crate::pattern::{PatternError, escape};

/// Filters by absolute path.
#[derive(Clone, Debug, Default)]
pub struct Filters {
    select: Vec<Filter>,
    ignore: Vec<Filter>,
}

#[derive(Clone, Debug)]
struct Filter {
    path: PathBuf,
    regex: Regex,
}

impl Filters {
    /// Reads filters; `!` in front negates one. Relative ones start at `directory`.
    ///
    /// # Errors
    /// A filter with a range that no characters are in.
    pub fn new<'f>(
        filters: impl IntoIterator<Item = &'f str>,
        directory: &Path,
    ) -> Result<Self, PatternError> {
        let mut all = Self::default();
        for filter in filters {
            // `./!x` and the like lose the dot first.
            let filter = lexical(Path::new(filter));
            let filter = filter.to_string_lossy();
            let (into, filter) = match filter.strip_prefix('!') {
                Some(filter) => (&mut all.ignore, filter),
                None => (&mut all.select, filter.as_ref()),
            };
            let path = absolute(&directory.join(filter));
            for pattern in expand(&path) {
                let regex = Regex::new(&translate(&pattern))
                    .map_err(|error| PatternError::Invalid(error.to_string()))?;
                into.push(Filter { path: PathBuf::from(pattern), regex });
            }
        }
        Ok(all)
    }

    /// Whether a file counts. `root` is the top of the repository, `path` is relative to it.
    pub fn takes(&self, root: &Path, path: &str) -> bool {
        let full = root.join(path);
        let full = full.to_string_lossy();
        let any = |filters: &[Filter]| {
            // Filters that lead out of the repository say nothing.
            filters
                .iter()
                .filter(|filter| filter.path != root && filter.path.starts_with(root))
                .any(|filter| filter.regex.is_match(full.as_ref()).unwrap_or_default())
        };
        any(&self.select) && !any(&self.ignore)
    }
}

/// A path that does not end in `*` stands for itself and everything below it.
fn expand(path: &Path) -> Vec<String> {
    let text = path.to_string_lossy().into_owned();
    match text.as_str() {
        "/" => vec!["/**".to_owned()],
        _ if text.ends_with('*') => vec![text],
        _ => vec![format!("{text}/**"), text],
    }
}

/// Without `.` and doubled separators.
fn lexical(path: &Path) -> PathBuf {
    path.components().collect()
}

/// `..` taken away, links resolved as far as the path exists.
fn absolute(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(out.pop()),
            Component::CurDir => {}
            part => out.push(part),
        }
        if let Ok(real) = out.canonicalize() {
            out = real;
        }
    }
    out
}

/// The regular expression of Python's `fnmatch`: `*` takes separators too.
pub(crate) fn translate(pattern: &str) -> String {
    let mut out = String::from(r"(?s)\A");
    let mut rest = pattern.chars();
    while let Some(c) = rest.next() {
        match c {
            '*' => out.push_str(".*"),
            '?' => out.push('.'),
            '[' => match class(rest.as_str()) {
                Some((class, after)) => {
                    out.push_str(&class);
                    rest = after.chars();
                }
                None => out.push_str(r"\["),
            },
            c => out.push_str(&escape(&c.to_string())),
        }
    }
    out.push_str(r"\z");
    out
}

/// A class behind its `[`, and what follows it; `None` when it is not closed.
pub(crate) fn class(text: &str) -> Option<(String, &str)> {
    let (negated, inner) = match text.strip_prefix('!') {
        Some(inner) => ("^", inner),
        None => ("", text),
    };
    let first = usize::from(inner.starts_with(']'));
    let end = first + inner.get(first..)?.find(']')?;
    let (members, after) = inner.split_at_checked(end)?;
    let mut out = format!("[{negated}");
    for c in members.chars() {
        if matches!(c, '[' | ']' | '\\' | '&' | '~' | '^') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push(']');
    Some((out, after.strip_prefix(']')?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let directory = root.join("packages/a");
        std::fs::create_dir_all(&directory).unwrap();
        for (filters, path, expected) in [
            (vec!["."], "packages/a/x/y.py", true),
            (vec!["."], "packages/b/y.py", false),
            (vec!["."], "packages/ab/y.py", false),
            (vec!["./"], "packages/a/y.py", true),
            (vec!["../b"], "packages/b/y.py", true),
            (vec!["../../README.md"], "README.md", true),
            (vec!["*.py"], "packages/a/x/y.py", true),
            (vec!["*.py"], "packages/a/y.md", false),
            (vec!["src", "!src/tests"], "packages/a/src/y.py", true),
            (vec!["src", "!src/tests"], "packages/a/src/tests/y.py", false),
            (vec!["[st]rc/?.py"], "packages/a/src/y.py", true),
            (vec!["[!s]rc"], "packages/a/src/y.py", false),
            (vec!["a[b"], "packages/a/a[b", true),
            (vec!["/elsewhere/**"], "packages/a/y.py", false),
            (vec!["../.."], "packages/a/y.py", true),
            (vec!["../../.."], "packages/a/y.py", false),
            (vec![], "packages/a/y.py", false),
        ] {
            let found = Filters::new(filters.iter().copied(), &directory).unwrap();
            assert_eq!(found.takes(&root, path), expected, "{filters:?} {path}");
        }
    }
}
