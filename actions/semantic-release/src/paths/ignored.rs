//! `.gitignore`.

use std::path::Path;

use fancy_regex::Regex;

use crate::parser::filters::class;
use crate::pattern::escape;

/// Whether git leaves a file out that it does not know yet: by a `.gitignore` on the way to it, or
/// by `info/exclude`. The user's own list outside the repository is not read: what is released
/// must not depend on the machine.
pub fn is_ignored(root: &Path, git_dir: &Path, path: &str) -> bool {
    let parts: Vec<&str> = path.split('/').collect();
    // A folder that is left out takes everything below it along, so the outermost decides.
    (1..=parts.len()).any(|depth| {
        let is_folder = depth < parts.len();
        verdict(root, git_dir, parts.get(..depth).unwrap_or_default(), is_folder)
    })
}

/// What the last rule that fits says about one file or folder.
fn verdict(root: &Path, git_dir: &Path, parts: &[&str], is_folder: bool) -> bool {
    // The nearest list counts most.
    for depth in (0..parts.len()).rev() {
        let (folders, rest) = parts.split_at(depth);
        let list = folders.iter().fold(root.to_owned(), |path, part| path.join(part));
        if let Some(ignored) = by_list(&list.join(".gitignore"), &rest.join("/"), is_folder) {
            return ignored;
        }
    }
    by_list(&git_dir.join("info/exclude"), &parts.join("/"), is_folder).unwrap_or_default()
}

/// The last rule of a list that fits; `path` is relative to the list's folder.
fn by_list(list: &Path, path: &str, is_folder: bool) -> Option<bool> {
    let text = std::fs::read(list).ok()?;
    let text = String::from_utf8_lossy(&text);
    text.lines().rev().find_map(|line| {
        let line = line.strip_suffix('\r').unwrap_or(line);
        let line = line.strip_prefix('\u{feff}').unwrap_or(line);
        let line = unpadded(line);
        if line.is_empty() || line.starts_with('#') {
            return None;
        }
        let (ignored, rule) = line.strip_prefix('!').map_or((true, line), |rule| (false, rule));
        let (rule, folders_only) =
            rule.strip_suffix('/').map_or((rule, false), |rule| (rule, true));
        if folders_only && !is_folder {
            return None;
        }
        let regex = Regex::new(&translate(rule)).ok()?;
        regex.is_match(path).unwrap_or_default().then_some(ignored)
    })
}

/// Without blanks at the end, unless a backslash keeps one.
fn unpadded(line: &str) -> &str {
    let cut = line.trim_end_matches(' ');
    if cut.ends_with('\\') { line.get(..=cut.len()).unwrap_or(cut) } else { cut }
}

/// The regular expression of a rule.
fn translate(rule: &str) -> String {
    let anchored = rule.contains('/');
    let mut rest = rule.strip_prefix('/').unwrap_or(rule);
    let mut out = String::from(if anchored { r"\A" } else { r"\A(?:.*/)?" });
    while let Some(c) = rest.chars().next() {
        let at_start = out == r"\A" || out.ends_with('/');
        if at_start && let Some(after) = rest.strip_prefix("**/") {
            out.push_str("(?:.*/)?");
            rest = after;
            continue;
        }
        if out.ends_with('/') && rest == "**" {
            out.push_str(".+");
            break;
        }
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
        match c {
            '*' => out.push_str("[^/]*"),
            '?' => out.push_str("[^/]"),
            '\\' => {
                let escaped = rest.chars().next().unwrap_or('\\');
                out.push_str(&escape(&escaped.to_string()));
                rest = rest.get(escaped.len_utf8()..).unwrap_or_default();
            }
            '[' => match class(&rest.replacen("[^", "[!", 1)) {
                Some((set, after)) => {
                    out.push_str(&set);
                    rest = rest.get(rest.len() - after.len()..).unwrap_or_default();
                }
                None => out.push_str(r"\["),
            },
            c => out.push_str(&escape(&c.to_string())),
        }
    }
    out.push_str(r"\z");
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    /// git is the judge.
    #[test]
    fn as_git_does_it() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let git = |arguments: &[&str]| {
            let output = Command::new("git")
                .args(arguments)
                .current_dir(root)
                .env("HOME", root)
                .env("XDG_CONFIG_HOME", root)
                .env("GIT_CONFIG_NOSYSTEM", "1")
                .output()
                .unwrap();
            output.status.success()
        };
        assert!(git(&["init", "--quiet"]));
        std::fs::create_dir_all(root.join("a/b")).unwrap();
        let list = "# words\n\ndist/\n/build\n*.log\n!keep.log\nsrc/*.gen\ndoc/**/x\ndeep/**\n**/any\nt?p\n[ab].txt\n\\#hash\nblank \nkept\\ \nfolder-only/\n";
        std::fs::write(root.join(".gitignore"), list).unwrap();
        std::fs::write(root.join("a/.gitignore"), "!*.log\nb/own\n").unwrap();
        std::fs::write(root.join(".git/info/exclude"), "excluded\n").unwrap();
        let mut ignored = 0;
        for path in [
            "dist/a.whl",
            "x/dist/a.whl",
            "dist",
            "build",
            "build/x",
            "x/build",
            "a.log",
            "keep.log",
            "x/a.log",
            "a/a.log",
            "src/a.gen",
            "x/src/a.gen",
            "src/b/a.gen",
            "doc/x",
            "doc/a/b/x",
            "doc/y",
            "deep/a",
            "deep",
            "any",
            "x/y/any",
            "tap",
            "t/p",
            "a.txt",
            "c.txt",
            "#hash",
            "hash",
            "blank",
            "kept ",
            "kept",
            "a/b/own",
            "b/own",
            "excluded",
            "x/excluded/y",
            "folder-only",
            "uv.lock",
            "Dist/a",
        ] {
            let expected = git(&["check-ignore", "--quiet", "--no-index", path]);
            ignored += usize::from(expected);
            assert_eq!(is_ignored(root, &root.join(".git"), path), expected, "{path}");
        }
        assert!(ignored > 15);
    }
}
