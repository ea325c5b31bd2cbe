//! Odd forms of repositories: read as git reads them, or refused with the right words.

use std::fmt::Write as _;

use history::{HistoryError, Repository};

use crate::{Repo, ids};

fn refused(repo: &Repo) -> String {
    let error = Repository::discover(&repo.path).unwrap_err();
    assert!(matches!(error, HistoryError::Unsupported { .. }), "{error}");
    let diagnostic = diagnostics::Diagnostic::from(error);
    assert_eq!((diagnostic.code, diagnostic.exit.code()), ("history/unsupported", 2));
    format!("{}; {}", diagnostic.message, diagnostic.help.unwrap())
}

#[test]
fn what_only_git_reads_is_refused() {
    let mut repo = Repo::new();
    std::fs::remove_dir_all(repo.path.join(".git")).unwrap();
    repo.git(&["init", "--quiet", "--object-format=sha256"]);
    assert!(refused(&repo).contains("SHA-256"));
    repo = Repo::new();
    repo.git(&["config", "extensions.refStorage", "reftable"]);
    assert!(refused(&repo).contains("git refs migrate"));
    repo = Repo::new();
    let first = repo.commit("one");
    repo.commit("two");
    std::fs::write(repo.path.join(".git/info/grafts"), "# nothing\n").unwrap();
    repo.open();
    let tree = repo.path.parent().unwrap().join("tree");
    repo.git(&["worktree", "add", "--quiet", "--detach", tree.to_str().unwrap()]);
    std::fs::write(repo.path.join(".git/info/grafts"), format!("{first}\n")).unwrap();
    assert!(refused(&repo).contains("--convert-graft-file"));
    assert!(Repository::discover(&tree).is_err(), "settings of worktrees are shared");
}

#[test]
fn replacements_are_honoured_as_git_does() {
    let mut repo = Repo::new();
    for name in ["one", "two", "three", "four"] {
        repo.commit(name);
    }
    repo.git(&["commit-graph", "write", "--reachable"]);
    let (two, four) = (repo.id("HEAD~2").to_string(), repo.id("HEAD"));
    repo.git(&["replace", "--graft", &two]);
    let opened = repo.open();
    let git = ids(&repo.git(&["rev-list", "HEAD"]));
    assert_eq!(git.len(), 3, "the replacement has no parent");
    assert_eq!(opened.range(&[four], &[]).unwrap(), git);
    let message = repo.path.join("message");
    std::fs::write(&message, "feat: said differently\n").unwrap();
    let tree = repo.git(&["rev-parse", "HEAD^{tree}"]);
    let parent = repo.id("HEAD~1").to_string();
    let path = message.to_str().unwrap();
    let other = repo.git(&["commit-tree", &tree, "-p", &parent, "-F", path]);
    repo.git(&["replace", &four.to_string(), &other]);
    let commit = repo.open().commit(four).unwrap();
    assert_eq!(commit.subject(), repo.git(&["log", "-1", "--format=%s"]));
    assert_eq!(commit.subject(), "feat: said differently");
}

#[test]
fn commit_graphs_in_a_chain_and_older_than_the_history() {
    let mut repo = Repo::new();
    for round in 0..4 {
        for number in 0..5 {
            repo.commit(&format!("{round}.{number}"));
        }
        repo.git(&["switch", "--quiet", "-c", &format!("side-{round}"), "HEAD~2"]);
        repo.commit("aside");
        repo.git(&["switch", "--quiet", "main"]);
        repo.git(&["merge", "--quiet", "--no-ff", "-m", "merge", &format!("side-{round}")]);
        if round < 3 {
            repo.git(&["commit-graph", "write", "--reachable", "--split=no-merge"]);
        }
    }
    let chain = repo.path.join(".git/objects/info/commit-graphs/commit-graph-chain");
    assert_eq!(std::fs::read_to_string(chain).unwrap().lines().count(), 3);
    let opened = repo.open();
    let (tip, old) = (repo.id("HEAD"), repo.id("HEAD~12"));
    let hidden = format!("^{old}");
    let git = ids(&repo.git(&["rev-list", "--topo-order", "HEAD", &hidden]));
    assert_eq!(opened.range(&[tip], &[old]).unwrap(), git);
    assert!(opened.is_ancestor(old, tip).unwrap() && !opened.is_ancestor(tip, old).unwrap());
}

#[test]
fn tags_of_packed_and_loose_refs_at_once() {
    let mut repo = Repo::new();
    let one = repo.commit("one");
    let mut stream = String::new();
    for number in 0..200 {
        let _ = writeln!(stream, "create refs/tags/v1.0.{number} {one}");
    }
    let file = repo.path.join("stream");
    std::fs::write(&file, stream).unwrap();
    let made = std::process::Command::new("git")
        .args(["update-ref", "--stdin"])
        .current_dir(&repo.path)
        .stdin(std::fs::File::open(&file).unwrap())
        .status()
        .unwrap();
    assert!(made.success());
    repo.git(&["pack-refs", "--all"]);
    let two = repo.commit("two");
    repo.git(&["tag", "--force", "v1.0.7"]);
    repo.git(&["tag", "v1.1.0"]);
    let tags = repo.open().tags().unwrap();
    assert_eq!(tags.len(), 201);
    let moved = tags.iter().find(|tag| tag.name == "v1.0.7").unwrap();
    assert_eq!(moved.object, two, "the loose ref counts");
}
