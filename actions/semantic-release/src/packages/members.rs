//! The directories that `packages` names.

use std::path::{Path, PathBuf};

use config::Spanned;
use diagnostics::{Diagnostic, Failure};

use crate::parser::filters::translate;

/// One directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Below the working directory, with `/`.
    pub path: String,
    /// It is named in full, not found by a pattern.
    pub is_named: bool,
}

/// The directories below `root`, in the order of the items, each once.
///
/// # Errors
/// Items that lead to no directory or out of the repository.
pub fn find(root: &Path, items: &[Spanned<String>]) -> Result<Vec<Member>, Failure> {
    let mut members: Vec<Member> = Vec::new();
    let mut problems = Vec::new();
    for item in items {
        let (leave_out, pattern) = match item.value.strip_prefix('!') {
            Some(pattern) => (true, pattern),
            None => (false, item.value.as_str()),
        };
        let pattern = pattern.trim_end_matches('/');
        let found = match expand(root, pattern) {
            Ok(found) => found,
            Err(why) => {
                problems.push(problem(item, &why));
                continue;
            }
        };
        if leave_out {
            members.retain(|member| !found.contains(&member.path));
            continue;
        }
        if found.is_empty() {
            problems.push(problem(item, "leads to no directory"));
        }
        let is_named = !pattern.contains(['*', '?', '[']);
        for path in found {
            if !members.iter().any(|member| member.path == path) {
                members.push(Member { path, is_named });
            }
        }
    }
    if problems.is_empty() { Ok(members) } else { Err(problems.into()) }
}

fn problem(item: &Spanned<String>, why: &str) -> Diagnostic {
    item.error("release/packages", format!("`{}` {why}", item.value)).with_help(
        "name directories of packages, relative to the working directory: `packages/core`, `packages/*`",
    )
}

/// The directories a pattern stands for, sorted; links are not followed.
fn expand(root: &Path, pattern: &str) -> Result<Vec<String>, String> {
    let mut found = vec![String::new()];
    for part in pattern.split('/') {
        if matches!(part, "" | "." | "..") || part == ".git" {
            return Err("is not a path of the repository".to_owned());
        }
        let shape = fancy_regex::Regex::new(&translate(part)).map_err(|error| error.to_string())?;
        let mut next = Vec::new();
        for folder in found {
            for name in directories(&root.join(&folder)) {
                let hidden = name.starts_with('.') && !part.starts_with('.');
                if !hidden && shape.is_match(&name).unwrap_or(false) {
                    let folder = if folder.is_empty() { name } else { format!("{folder}/{name}") };
                    next.push(folder);
                }
            }
        }
        found = next;
    }
    Ok(found)
}

/// The names of the directories in one, sorted.
fn directories(folder: &PathBuf) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    names.sort();
    names
}

#[cfg(test)]
mod tests {
    use diagnostics::Source;

    use super::*;

    fn items(texts: &[&str]) -> Vec<Spanned<String>> {
        let item = |text: &&str| Spanned {
            value: (*text).to_owned(),
            span: 0..text.len(),
            source: Source::text("packages", *text),
        };
        texts.iter().map(item).collect()
    }

    #[test]
    fn directories_by_name_and_by_pattern() {
        let folder = tempfile::tempdir().unwrap();
        for path in ["packages/b", "packages/a", "packages/.hidden", "tools/x", "docs"] {
            std::fs::create_dir_all(folder.path().join(path)).unwrap();
        }
        std::fs::write(folder.path().join("packages/file"), "").unwrap();
        std::os::unix::fs::symlink("/tmp", folder.path().join("packages/out")).unwrap();
        let paths = |texts: &[&str]| {
            let found = find(folder.path(), &items(texts)).unwrap();
            found.into_iter().map(|member| (member.path, member.is_named)).collect::<Vec<_>>()
        };
        assert_eq!(
            paths(&["tools/x", "packages/*", "packages/a"]),
            [
                ("tools/x".to_owned(), true),
                ("packages/a".to_owned(), false),
                ("packages/b".to_owned(), false)
            ]
        );
        assert_eq!(paths(&["packages/*", "!packages/a"]).len(), 1);
        for wrong in ["../x", "none", "/tmp", "packages/file", "packages/out", ".git"] {
            let error = find(folder.path(), &items(&[wrong])).unwrap_err();
            assert_eq!(error.diagnostics[0].code, "release/packages", "{wrong}");
        }
    }
}
