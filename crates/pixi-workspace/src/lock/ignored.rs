//! Whether git ignores the lock, by the texts of `.gitignore` files.

use std::ops::Range;

use diagnostics::Source;

use crate::Finding;

/// The finding for a lock that git ignores: unless it was added by force, a checkout has none. A
/// warning, since a lock that is missing is an error of its own.
///
/// Each file comes with the path of the lock seen from its own folder (`pixi.lock`,
/// `sub/pixi.lock`); the outermost comes first, since later ones win.
pub fn ignored(files: &[(Source, String)]) -> Option<Finding> {
    let mut decided: Option<(&Source, Range<usize>)> = None;
    let mut is_folder_out = false;
    for (source, path) in files {
        let mut start = 0;
        for line in source.contents().split_inclusive('\n') {
            let place = start..start + line.trim_end().len();
            start += line.len();
            let Some(pattern) = Pattern::read(line) else { continue };
            match pattern.hits(path) {
                Some(Hit::Folder) if !pattern.is_negated => {
                    // Nothing below a folder that is left out can be taken back.
                    is_folder_out = true;
                    decided = Some((source, place));
                }
                Some(Hit::Lock) if pattern.is_negated && !is_folder_out => decided = None,
                Some(Hit::Lock) if !pattern.is_negated => decided = Some((source, place)),
                _ => {}
            }
        }
    }
    let (source, place) = decided?;
    let name = source.name();
    Some(
        Finding::warning("lock/ignored", "git ignores `pixi.lock`: a checkout has none")
            .note("unless it was added by force; then this line only hides new ones")
            .at(source, &place)
            .prevents("lock file not up-to-date with the workspace")
            .remedy(format!("remove this line from `{name}`, then `git add pixi.lock`")),
    )
}

/// A line of a `.gitignore`.
struct Pattern<'l> {
    is_negated: bool,
    /// A slash at the end: folders only.
    is_folder: bool,
    /// A slash elsewhere: counted from the folder of the file.
    is_anchored: bool,
    parts: Vec<&'l str>,
}

/// What of the lock's path a pattern is about.
enum Hit {
    Lock,
    Folder,
}

impl<'l> Pattern<'l> {
    fn read(line: &'l str) -> Option<Self> {
        let line = line.trim_end_matches(['\r', '\n']);
        let line = line.strip_suffix("\\ ").map_or_else(|| line.trim_end(), |_| line);
        if line.is_empty() || line.starts_with('#') {
            return None;
        }
        let (is_negated, line) = line.strip_prefix('!').map_or((false, line), |rest| (true, rest));
        let (is_folder, line) = line.strip_suffix('/').map_or((false, line), |rest| (true, rest));
        let is_anchored = line.contains('/');
        let parts = line.strip_prefix('/').unwrap_or(line).split('/').collect();
        Some(Self { is_negated, is_folder, is_anchored, parts })
    }

    fn hits(&self, path: &str) -> Option<Hit> {
        let names: Vec<&str> = path.split('/').filter(|name| *name != ".").collect();
        for length in 1..=names.len() {
            let is_lock = length == names.len();
            if is_lock && self.is_folder {
                continue;
            }
            let head = names.get(..length)?;
            let fits = if self.is_anchored {
                below(&self.parts, head)
            } else {
                head.last().zip(self.parts.first()).is_some_and(|(name, part)| glob(part, name))
            };
            if fits {
                return Some(if is_lock { Hit::Lock } else { Hit::Folder });
            }
        }
        None
    }
}

/// Whether the parts of a pattern are the names of a path; `**` stands for any number of them.
fn below(parts: &[&str], names: &[&str]) -> bool {
    // Reachable positions in the pattern after each name: no input makes this more than a table.
    let mut reached = vec![false; parts.len() + 1];
    let open = |reached: &mut Vec<bool>| {
        for (at, part) in parts.iter().enumerate() {
            if *part == "**"
                && reached.get(at) == Some(&true)
                && let Some(next) = reached.get_mut(at + 1)
            {
                *next = true;
            }
        }
    };
    if let Some(first) = reached.first_mut() {
        *first = true;
    }
    open(&mut reached);
    for name in names {
        let mut next = vec![false; parts.len() + 1];
        for (at, part) in parts.iter().enumerate() {
            if reached.get(at) != Some(&true) {
                continue;
            }
            let to = if *part == "**" { Some(at) } else { glob(part, name).then_some(at + 1) };
            if let Some(slot) = to.and_then(|to| next.get_mut(to)) {
                *slot = true;
            }
        }
        reached = next;
        open(&mut reached);
    }
    reached.last() == Some(&true)
}

/// `*`, `?`, `[a-z]` and `\x` within one name.
fn glob(pattern: &str, name: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let name: Vec<char> = name.chars().collect();
    let (mut at, mut on) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while on < name.len() {
        let step = match pattern.get(at) {
            Some('*') => {
                star = Some((at + 1, on));
                at += 1;
                continue;
            }
            Some(_) => one(pattern.get(at..).unwrap_or_default(), name.get(on).copied()),
            None => None,
        };
        if let Some(taken) = step {
            at += taken;
            on += 1;
        } else if let Some((after, tried)) = star {
            star = Some((after, tried + 1));
            (at, on) = (after, tried + 1);
        } else {
            return false;
        }
    }
    pattern.get(at..).unwrap_or_default().iter().all(|character| *character == '*')
}

/// How many characters of the pattern stand for this one of the name; `None` if they do not.
fn one(pattern: &[char], character: Option<char>) -> Option<usize> {
    let character = character?;
    let (first, rest) = pattern.split_first()?;
    match first {
        '?' => Some(1),
        '\\' => (rest.first() == Some(&character)).then_some(2),
        '[' => {
            let close = rest.iter().skip(1).position(|end| *end == ']')? + 1;
            let (class, _) = rest.split_at_checked(close)?;
            let (negated, class) = match class.split_first() {
                Some(('!' | '^', others)) => (true, others),
                _ => (false, class),
            };
            let in_range = class.windows(3).any(
                |range| matches!(range, [from, '-', to] if (*from..=*to).contains(&character)),
            );
            (negated != (in_range || class.contains(&character))).then_some(close + 2)
        }
        other => (*other == character).then_some(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_ignored(text: &str, path: &str) -> bool {
        ignored(&[(Source::file(".gitignore", text), path.to_owned())]).is_some()
    }

    #[test]
    fn patterns_as_git_reads_them() {
        for (text, path, expected) in [
            ("pixi.lock\n", "pixi.lock", true),
            ("pixi.lock\r\n", "sub/pixi.lock", true),
            ("/pixi.lock\n", "pixi.lock", true),
            ("/pixi.lock\n", "sub/pixi.lock", false),
            ("*.lock\n", "sub/pixi.lock", true),
            ("*.lock\n!pixi.lock\n", "pixi.lock", false),
            ("!pixi.lock\n*.lock\n", "pixi.lock", true),
            ("# pixi.lock\n\n", "pixi.lock", false),
            ("pixi.lock/\n", "pixi.lock", false),
            ("sub/\n!pixi.lock\n", "sub/pixi.lock", true),
            ("sub/*\n!sub/pixi.lock\n", "sub/pixi.lock", false),
            ("**/pixi.lock", "a/b/pixi.lock", true),
            ("a/**/pixi.lock", "a/pixi.lock", true),
            ("a/**/pixi.lock", "b/pixi.lock", false),
            ("p?x[a-i].lock", "pixi.lock", true),
            ("p?x[!a-i].lock", "pixi.lock", false),
            ("pixi.lock   ", "pixi.lock", true),
            ("poetry.lock\n.pixi\n", "pixi.lock", false),
            ("*", "pixi.lock", true),
            ("\\pixi.lock", "pixi.lock", true),
            ("[", "pixi.lock", false),
        ] {
            assert_eq!(is_ignored(text, path), expected, "{text:?} {path}");
        }
    }

    #[test]
    fn the_innermost_file_has_the_last_word() {
        let outer = (Source::file(".gitignore", "*.lock\n"), "sub/pixi.lock".to_owned());
        let inner = (Source::file("sub/.gitignore", "!pixi.lock\n"), "pixi.lock".to_owned());
        assert_eq!(ignored(&[outer.clone(), inner]), None);
        let finding = ignored(std::slice::from_ref(&outer)).expect("it is ignored");
        assert_eq!((finding.code, finding.place), ("lock/ignored", Some((outer.0, 0..6))));
    }
}
