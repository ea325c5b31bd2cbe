//! Repositories made by git, read by us, with git as the judge.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

mod annex;
mod forms;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use history::{Head, HistoryError, Oid, Repository, TagTarget};
use tempfile::TempDir;

struct Repo {
    _folder: TempDir,
    path: PathBuf,
    clock: u64,
}

impl Repo {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("repo");
        std::fs::create_dir(&path).unwrap();
        let repo = Self { _folder: folder, path, clock: 1_700_000_000 };
        repo.git(&["init", "--quiet", "--initial-branch=main"]);
        repo
    }

    fn git(&self, arguments: &[&str]) -> String {
        git(&self.path, arguments, self.clock)
    }

    fn commit(&mut self, message: &str) -> Oid {
        self.clock += 60;
        self.git(&["commit", "--quiet", "--allow-empty", "-m", message]);
        self.id("HEAD")
    }

    fn id(&self, revision: &str) -> Oid {
        self.git(&["rev-parse", revision]).parse().unwrap()
    }

    fn open(&self) -> Repository {
        Repository::discover(&self.path).unwrap()
    }
}

fn git(directory: &Path, arguments: &[&str], clock: u64) -> String {
    let date = format!("{clock} +0200");
    let output = Command::new("git")
        .args(arguments)
        .current_dir(directory)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .env("HOME", directory)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .envs([("GIT_AUTHOR_NAME", "Ada"), ("GIT_AUTHOR_EMAIL", "ada@example.org")])
        .envs([("GIT_COMMITTER_NAME", "Ada"), ("GIT_COMMITTER_EMAIL", "ada@example.org")])
        .envs([("GIT_AUTHOR_DATE", &date), ("GIT_COMMITTER_DATE", &date)])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "git {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
}

fn ids(text: &str) -> Vec<Oid> {
    text.lines().map(|line| line.parse().unwrap()).collect()
}

#[test]
fn where_head_is() {
    let mut repo = Repo::new();
    let error = repo.open().head().unwrap_err();
    assert!(matches!(error, HistoryError::NoCommits { ref branch } if branch == "main"), "{error}");
    let commit = repo.commit("one");
    repo.git(&["switch", "--quiet", "-c", "feature/a b".replace(' ', "-").as_str()]);
    assert_eq!(
        repo.open().head().unwrap(),
        Head::Branch { name: "feature/a-b".to_owned(), commit }
    );
    repo.git(&["checkout", "--quiet", "--detach"]);
    assert_eq!(repo.open().head().unwrap(), Head::Detached { commit });
}

#[test]
fn not_a_repository_and_a_broken_one() {
    let folder = tempfile::tempdir().unwrap();
    let error = Repository::discover(folder.path()).unwrap_err();
    assert!(matches!(error, HistoryError::NotARepository { .. }), "{error}");
    let diagnostic = diagnostics::Diagnostic::from(error);
    assert_eq!((diagnostic.code, diagnostic.exit.code()), ("history/not-a-repository", 2));
    std::fs::write(folder.path().join(".git"), "gitdir: /nowhere\n").unwrap();
    let error = Repository::discover(folder.path()).unwrap_err();
    assert!(matches!(error, HistoryError::Unreadable { .. }), "{error}");
    let mut repo = Repo::new();
    let commit = repo.commit("one").to_string();
    let (folder, name) = commit.split_at(2);
    let object = repo.path.join(".git/objects").join(folder).join(name);
    std::fs::remove_file(object).unwrap();
    let error = repo.open().head().unwrap_err();
    assert!(matches!(error, HistoryError::Corrupt { .. }), "{error}");
}

#[test]
fn worktrees_submodules_alternates_and_shallow_clones() {
    let mut repo = Repo::new();
    repo.commit("one");
    let tip = repo.commit("two");
    let beside = |name: &str| repo.path.parent().unwrap().join(name);
    let text = |path: &Path| path.to_str().unwrap().to_owned();
    repo.git(&["worktree", "add", "--quiet", "-b", "other", &text(&beside("worktree"))]);
    let source = text(&repo.path);
    repo.git(&["clone", "--quiet", "--shared", &source, &text(&beside("shared"))]);
    repo.git(&[
        "clone",
        "--quiet",
        "--depth=1",
        &format!("file://{source}"),
        &text(&beside("shallow")),
    ]);
    for name in ["worktree", "shared", "shallow"] {
        let opened = Repository::discover(&beside(name)).unwrap();
        assert_eq!(opened.head().unwrap().commit(), tip, "{name}");
        assert_eq!(opened.is_shallow().unwrap(), name == "shallow");
    }
    let folder = beside("shared").join("a/b");
    std::fs::create_dir_all(&folder).unwrap();
    let opened = Repository::discover(&folder).unwrap();
    assert_eq!(opened.commits(&[tip], &[]).unwrap().len(), 2);
    assert_eq!(opened.remote_url("origin").as_deref(), Some(source.as_str()));
    assert_eq!(opened.remote_url("none"), None);
}

#[test]
fn commits_files_and_encodings() {
    let mut repo = Repo::new();
    std::fs::create_dir(repo.path.join("d")).unwrap();
    std::fs::write(repo.path.join("d/f.sh"), "#!/bin/sh\n").unwrap();
    repo.git(&["add", "."]);
    repo.git(&["update-index", "--chmod=+x", "d/f.sh"]);
    let first = repo.commit("feat: a\n\nbody");
    std::fs::remove_file(repo.path.join("d/f.sh")).unwrap();
    repo.git(&["add", "."]);
    let second = repo.commit("gone");
    let opened = repo.open();
    let commit = opened.commit(first).unwrap();
    assert_eq!((commit.subject(), commit.message.as_str()), ("feat: a", "feat: a\n\nbody\n"));
    assert_eq!((commit.author.name.as_str(), commit.authored.offset), ("Ada", 7200));
    let file = opened.file_at(first, "d/f.sh").unwrap().unwrap();
    assert_eq!((file.contents.as_slice(), file.executable), (&b"#!/bin/sh\n"[..], true));
    assert_eq!(opened.file_at(first, "d").unwrap(), None, "a folder is no file");
    assert_eq!(opened.file_at(second, "d/f.sh").unwrap(), None);
    let latin = repo.path.join("message");
    std::fs::write(&latin, b"fix: caf\xe9\n").unwrap();
    repo.git(&[
        "-c",
        "i18n.commitEncoding=ISO-8859-1",
        "commit",
        "--quiet",
        "--allow-empty",
        "-F",
        latin.to_str().unwrap(),
    ]);
    assert_eq!(opened.commit(repo.id("HEAD")).unwrap().subject(), "fix: café");
}

#[test]
fn tags_of_every_kind_loose_and_packed() {
    let mut repo = Repo::new();
    let commit = repo.commit("one");
    repo.git(&["tag", "light"]);
    repo.git(&["tag", "-a", "-m", "text", "annotated"]);
    repo.git(&["tag", "-a", "-m", "nested", "nested", "annotated"]);
    repo.git(&["tag", "tree", "HEAD^{tree}"]);
    repo.git(&["symbolic-ref", "refs/tags/symbolic", "refs/tags/annotated"]);
    for packed in [false, true] {
        if packed {
            repo.git(&["pack-refs", "--all"]);
        }
        let opened = repo.open();
        let tags = opened.tags().unwrap();
        let names: Vec<&str> = tags.iter().map(|tag| tag.name.as_str()).collect();
        assert_eq!(names, ["annotated", "light", "nested", "symbolic", "tree"]);
        for tag in &tags {
            let target = opened.peel(tag).unwrap();
            assert_eq!(
                target == TagTarget::Commit(commit),
                tag.name != "tree",
                "{} {packed}",
                tag.name
            );
        }
        let date = |index: usize| opened.tagged_at(&tags[index]).unwrap().map(|time| time.offset);
        assert_eq!((date(0), date(1), date(4)), (Some(7200), None, None));
        assert_eq!(opened.tag_message(&tags[0]).unwrap().as_deref(), Some("text\n"));
    }
}

/// A graph with merges, crossing branches and clocks that go backwards.
fn random(seed: u64) -> (Repo, Vec<Oid>) {
    let mut repo = Repo::new();
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % below as u64).unwrap()
    };
    let tree = repo.git(&["write-tree"]);
    let mut commits: Vec<Oid> = Vec::new();
    for number in 0..40 {
        repo.clock = if next(8) == 0 { repo.clock - 4000 } else { repo.clock + 50 };
        let recent = |next: &mut dyn FnMut(usize) -> usize| {
            commits[commits.len() - 1 - next(commits.len().min(6))]
        };
        let mut parents = Vec::new();
        if !commits.is_empty() && next(20) > 0 {
            parents.push(recent(&mut next).to_string());
            if next(3) == 0 {
                parents.push(recent(&mut next).to_string());
                parents.dedup();
            }
        }
        let (tree, message) = (tree.clone(), format!("c{number}"));
        let mut arguments = vec!["commit-tree", tree.as_str(), "-m", message.as_str()];
        for parent in &parents {
            arguments.extend(["-p", parent]);
        }
        commits.push(repo.git(&arguments).parse().unwrap());
    }
    repo.git(&["update-ref", "refs/heads/main", &commits.last().unwrap().to_string()]);
    (repo, commits)
}

#[test]
fn ranges_and_ancestors_are_those_of_git() {
    for seed in 1..12 {
        let (repo, commits) = random(seed);
        for with_graph in [false, true] {
            if with_graph {
                for (index, commit) in commits.iter().enumerate() {
                    repo.git(&["update-ref", &format!("refs/keep/{index}"), &commit.to_string()]);
                }
                repo.git(&["commit-graph", "write", "--reachable"]);
            }
            let opened = repo.open();
            let tip = commits[39];
            let all = ids(&repo.git(&["rev-list", "--topo-order", &tip.to_string()]));
            for other in commits.iter().step_by(5) {
                let (tip_text, hidden) = (tip.to_string(), format!("^{other}"));
                let git = ids(&repo.git(&["rev-list", "--topo-order", &tip_text, &hidden]));
                assert_eq!(
                    opened.range(&[tip], &[*other]).unwrap(),
                    git,
                    "seed {seed} {other} {with_graph}"
                );
                let is_ancestor = opened.is_ancestor(*other, tip).unwrap();
                assert_eq!(is_ancestor, all.contains(other), "seed {seed} {other} {with_graph}");
            }
            assert_eq!(opened.range(&[tip], &[]).unwrap(), all, "seed {seed}");
            assert_eq!(opened.ancestors(tip).unwrap().len(), all.len());
        }
    }
}

#[test]
fn unreleased_is_the_log_up_to_the_first_release() {
    for seed in 1..12 {
        let (repo, commits) = random(seed);
        let opened = repo.open();
        let tip = commits[39];
        let all = ids(&repo.git(&["rev-list", "--topo-order", &tip.to_string()]));
        for step in [3, 7, 11, 50] {
            let releases: Vec<Oid> = commits.iter().rev().skip(2).step_by(step).copied().collect();
            let expected: Vec<Oid> =
                all.iter().take_while(|id| !releases.contains(id)).copied().collect();
            let found = opened.unreleased(tip, |id| releases.contains(&id)).unwrap();
            assert_eq!(found.boundary, all.get(expected.len()).copied(), "seed {seed} {step}");
            assert_eq!(found.commits, expected, "seed {seed} {step}");
        }
    }
}

#[test]
fn a_long_history_is_not_walked_for_a_short_answer() {
    let mut repo = Repo::new();
    let mut stream = String::new();
    for n in 0..3000 {
        let from = if n == 0 { String::new() } else { format!("from :{n}\n") };
        let (mark, time) = (n + 1, 1_600_000_000 + n * 60);
        let _ = writeln!(
            stream,
            "commit refs/heads/main\nmark :{mark}\ncommitter A <a@b> {time} +0000\ndata 2\nx\n{from}"
        );
    }
    let file = repo.path.join("stream");
    std::fs::write(&file, stream).unwrap();
    let import = Command::new("git")
        .args(["fast-import", "--quiet"])
        .current_dir(&repo.path)
        .stdin(std::fs::File::open(&file).unwrap())
        .status()
        .unwrap();
    assert!(import.success());
    repo.clock = 1_700_000_000;
    let tip = repo.commit("feat: last");
    let old = repo.id("HEAD~2500");
    repo.git(&["repack", "-a", "-d", "--quiet"]);
    let release = repo.id("HEAD~20");
    let opened = repo.open();
    assert_eq!(opened.range(&[tip], &[release]).unwrap().len(), 20);
    assert!(opened.is_ancestor(release, tip).unwrap());
    let mut asked = 0;
    let found = opened
        .unreleased(tip, |id| {
            asked += 1;
            id == release
        })
        .unwrap();
    assert_eq!((found.commits.len(), found.boundary), (20, Some(release)));
    assert!(asked < 200, "{asked} commits were looked at");
    assert!(opened.is_ancestor(old, tip).unwrap());
}

#[test]
fn changed_files() {
    let mut repo = Repo::new();
    let write = |repo: &Repo, path: &str, text: &str| {
        let path = repo.path.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        repo.git(&["add", "--all"]);
    };
    write(&repo, "a/b/c.txt", "1");
    write(&repo, "a.txt", "1");
    write(&repo, "same/x", "1");
    repo.commit("root");
    write(&repo, "a/b/c.txt", "2");
    write(&repo, "ä b", "new");
    repo.git(&["rm", "--quiet", "a.txt"]);
    repo.commit("change, add, remove");
    repo.git(&["rm", "--quiet", "-r", "a"]);
    write(&repo, "a", "a file now");
    repo.git(&["update-index", "--chmod=+x", "same/x"]);
    repo.commit("a folder becomes a file, a mode changes");
    repo.git(&["reset", "--quiet", "--hard"]);
    repo.git(&["checkout", "--quiet", "-b", "side", "HEAD~1"]);
    write(&repo, "side/y", "1");
    repo.commit("side");
    repo.git(&["checkout", "--quiet", "main"]);
    repo.git(&["merge", "--quiet", "--no-ff", "-m", "merge", "side"]);
    repo.commit("nothing");
    let ours = repo.open();
    let mut seen = 0;
    for id in ids(&repo.git(&["rev-list", "HEAD"])) {
        let commit = ours.commit(id).unwrap();
        let mut found = Vec::new();
        let mut note = |path: &str| {
            found.push(path.to_owned());
            false
        };
        assert!(!ours.any_change(&commit, &mut note).unwrap());
        found.sort();
        let options = ["-c", "core.quotePath=false", "diff-tree", "--no-renames", "--name-only"];
        let name = id.to_string();
        let range: Vec<String> = match commit.parents.first() {
            Some(parent) => vec![parent.to_string(), name],
            None => vec!["--root".to_owned(), "--no-commit-id".to_owned(), name],
        };
        let range: Vec<&str> = range.iter().map(String::as_str).collect();
        let told = repo.git(&[&options[..], &["-r"], &range].concat());
        let mut told: Vec<&str> = told.lines().collect();
        told.sort_unstable();
        assert_eq!(found, told, "{}", commit.subject());
        seen += found.len();
        let first = ours.any_change(&commit, &mut |_| true).unwrap();
        assert_eq!(first, !told.is_empty());
    }
    assert_eq!(seen, 3 + 3 + 3 + 1 + 1);
}
