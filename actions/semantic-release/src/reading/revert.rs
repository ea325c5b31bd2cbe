//! Reverts: a commit that is taken back before it is released never was.

use diagnostics::Diagnostic;
use history::{Commit, Oid};

use crate::conventional::header::split_pull_request;
use crate::conventional::{Parsed, Piece};
use crate::survey::Read;
use crate::version::Level;

/// What a revert commit says it takes back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revert {
    /// The subject of the commit that is taken back.
    pub subject: String,
    /// The commits it names, each with at least seven digits.
    pub commits: Vec<String>,
}

impl Revert {
    /// Reads the messages git and GitHub write, `Revert "subject"` and `Reapply "subject"`, and
    /// `revert: subject`; `None` for every other message.
    pub fn of(message: &str) -> Option<Self> {
        let first = message.lines().next()?.trim();
        let first = without_pull_request(first)
            .filter(|rest| rest.ends_with('"'))
            .unwrap_or(first.to_owned());
        let quoted = |text: &str| text.strip_prefix('"')?.strip_suffix('"').map(str::to_owned);
        let subject = if let Some(rest) = first.strip_prefix("Revert ") {
            quoted(rest)?
        } else if let Some(rest) = first.strip_prefix("Reapply ") {
            format!("Revert \"{}\"", quoted(rest)?)
        } else {
            let rest = after_type(&first)?;
            quoted(rest).unwrap_or_else(|| rest.to_owned())
        };
        Some(Self { subject, commits: named(message) })
    }

    fn is_of(&self, commit: &Commit, exactly: bool) -> bool {
        let (theirs, mine) = (commit.subject().trim(), self.subject.trim());
        let bare = |text: &str| without_pull_request(text).unwrap_or_else(|| text.to_owned());
        if exactly { theirs == mine } else { bare(theirs) == bare(mine) }
    }
}

fn without_pull_request(subject: &str) -> Option<String> {
    split_pull_request(subject).map(|(rest, _)| rest.trim_end().to_owned())
}

/// What follows `revert:`, `revert(scope):` or either with a `!`.
fn after_type(subject: &str) -> Option<&str> {
    let (kind, rest) = subject.split_once(':')?;
    let kind = kind.strip_suffix('!').unwrap_or(kind);
    let kind = match kind.split_once('(') {
        Some((kind, scope)) if scope.ends_with(')') => kind,
        Some(_) => return None,
        None => kind,
    };
    let rest = rest.trim();
    (kind.eq_ignore_ascii_case("revert") && !rest.is_empty()).then_some(rest)
}

/// Every commit of a line `This reverts commit HASH`.
fn named(message: &str) -> Vec<String> {
    let after = message.split("his reverts commit ").skip(1);
    after
        .filter_map(|rest| {
            let end = rest.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(rest.len());
            let hash = rest.get(..end).filter(|hash| (7..=40).contains(&hash.len()))?;
            Some(hash.to_ascii_lowercase())
        })
        .collect()
}

/// Takes back what is taken back. `commits` are newest first; a commit and its revert say
/// nothing any more, a revert of what is not among them asks for a patch. `brought` gives the
/// commits that a merge brought in.
///
/// # Errors
/// Those of `brought`.
pub fn cancel(
    commits: &mut [Read],
    mut brought: impl FnMut(&Commit) -> Result<Vec<Oid>, Diagnostic>,
) -> Result<(), Diagnostic> {
    let reverts: Vec<Option<Revert>> =
        commits.iter().map(|read| Revert::of(&read.commit.message)).collect();
    for (index, revert) in reverts.iter().enumerate() {
        let Some((done, older)) = commits.split_at_mut_checked(index + 1) else { continue };
        let (Some(revert), Some(own)) = (revert, done.last_mut()) else { continue };
        if own.is_cancelled {
            continue;
        }
        let (targets, all) = targets(revert, older);
        let mut taken = targets.clone();
        for target in &targets {
            let merge = older.iter().find(|read| read.commit.id == *target);
            if let Some(merge) = merge.filter(|read| read.commit.is_merge()) {
                taken.extend(brought(&merge.commit)?);
            }
        }
        let by = own.commit.id.short();
        for read in older.iter_mut().filter(|read| taken.contains(&read.commit.id)) {
            read.cancel(format!("taken back by {by}"));
        }
        let names: Vec<String> = targets.iter().map(Oid::short).collect();
        if all {
            own.cancel(format!("takes back {}, which was not released", names.join(", ")));
        } else {
            own.pieces = vec![as_patch(own, revert)];
            own.remark = Some("takes back what is released".to_owned());
        }
    }
    Ok(())
}

/// The commits a revert names that count still, and whether these are all it names.
fn targets(revert: &Revert, older: &[Read]) -> (Vec<Oid>, bool) {
    let alive = || older.iter().filter(|read| !read.is_cancelled);
    let mut found = Vec::new();
    for hash in &revert.commits {
        found.extend(
            alive().map(|read| read.commit.id).find(|id| id.to_string().starts_with(hash.as_str())),
        );
    }
    if !found.is_empty() {
        let all = found.len() == revert.commits.len();
        return (found, all);
    }
    let by_subject = |exactly| alive().find(|read| revert.is_of(&read.commit, exactly));
    // A rebase or a cherry-pick changes the name, not the subject.
    let found = by_subject(true).or_else(|| by_subject(false)).map(|read| read.commit.id);
    (found.into_iter().collect(), found.is_some())
}

/// A patch, unless the parser knows better.
fn as_patch(read: &Read, revert: &Revert) -> Piece {
    let first = read.pieces.first();
    if let Some(piece) = first.filter(|piece| crate::reading::level_of(piece) > Level::None) {
        return piece.clone();
    }
    let pull_request = split_pull_request(read.commit.subject()).map(|(_, number)| number);
    let parsed = Parsed {
        level: Level::Patch,
        kind: "revert".to_owned(),
        category: "reverts".to_owned(),
        descriptions: vec![revert.subject.clone()],
        pull_request: pull_request.unwrap_or_default(),
        ..Parsed::default()
    };
    Piece { message: read.commit.message.clone(), parsed: Some(parsed) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conventional::{Options, parse};
    use history::{Person, Time};

    /// Commits, oldest first; `{n}` stands for the name of the n-th.
    fn story(messages: &[&str]) -> Vec<Read> {
        let id = |index: usize| format!("{index:x}").repeat(40);
        let mut commits: Vec<Read> = messages
            .iter()
            .enumerate()
            .map(|(index, message)| {
                let mut message = (*message).to_owned();
                for other in 1..=messages.len() {
                    message = message.replace(&format!("{{{other}}}"), &id(other));
                }
                let time = Time { seconds: 0, offset: 0 };
                let commit = Commit {
                    id: id(index + 1).parse().unwrap(),
                    parents: Vec::new(),
                    author: Person { name: String::new(), email: String::new() },
                    authored: time,
                    committed: time,
                    message,
                };
                let pieces = parse(&commit.message, false, &Options::default());
                Read::new(commit, pieces)
            })
            .collect();
        commits.reverse();
        commits
    }

    fn levels(messages: &[&str]) -> String {
        let mut commits = story(messages);
        cancel(&mut commits, |_| Ok(Vec::new())).unwrap();
        commits.reverse();
        let words: Vec<&str> = commits
            .iter()
            .map(|read| if read.is_cancelled { "x" } else { read.level().word() })
            .collect();
        words.join(" ")
    }

    #[test]
    fn what_is_taken_back_before_its_release_never_was() {
        let feat = "feat: an idea (#1)";
        let revert = "Revert \"feat: an idea (#1)\" (#2)\n\nThis reverts commit {1}.";
        let again = "Reapply \"feat: an idea (#1)\"\n\nThis reverts commit {2}.";
        for (messages, expected) in [
            (vec![feat, revert], "x x"),
            (vec![feat, "Revert \"feat: an idea (#1)\" (#2)\n\nReverts org/demo#1"], "x x"),
            (vec![feat, "revert: feat: an idea"], "x x"),
            (vec![feat, "revert(core)!: \"feat: an idea (#1)\""], "x x"),
            (vec![feat, revert, again], "minor x x"),
            (vec![feat, revert, again, "Revert \"x\"\n\nThis reverts commit {3}."], "x x x x"),
            (vec!["Revert \"feat: old\"\n\nThis reverts commit abcdef1."], "patch"),
            (vec![feat, "Revert \"feat: old\""], "minor patch"),
            (vec![feat, feat, "revert: feat: an idea (#1)"], "minor x x"),
            (
                vec![
                    feat,
                    "fix: a thing",
                    "Revert \"both\"\n\nThis reverts commit {1}.\nThis reverts commit {2}.",
                ],
                "x x x",
            ),
            (
                vec![
                    feat,
                    "Revert \"both\"\n\nThis reverts commit {1}.\nThis reverts commit abcdef1.",
                ],
                "x patch",
            ),
            (vec![feat, "fix: a thing\n\nThis reverts commit {1}."], "minor patch"),
            (vec!["Revert \"feat: an idea\"", "feat: an idea"], "patch minor"),
            (vec![feat, "reverts: feat: an idea"], "minor none"),
        ] {
            assert_eq!(levels(&messages), expected, "{messages:?}");
        }
    }

    #[test]
    fn a_merge_is_taken_back_with_what_it_brought() {
        let mut commits = story(&[
            "feat: inside",
            "fix: outside",
            "Merge x",
            "Revert \"Merge x\"\n\nThis reverts commit {3}, reversing\nchanges made to {2}.",
        ]);
        let parents = vec![commits[2].commit.id, commits[3].commit.id];
        commits[1].commit.parents = parents;
        cancel(&mut commits, |merge| Ok(merge.parents.get(1).copied().into_iter().collect()))
            .unwrap();
        let cancelled: Vec<bool> = commits.iter().map(|read| read.is_cancelled).collect();
        assert_eq!(cancelled, [true, true, false, true]);
    }
}
