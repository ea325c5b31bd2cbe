//! A shallow clone and what a server sends to complete it, with git as the server.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use history::{Annex, Head, HistoryError, Oid, Repository, ServerTag, TagTarget};

use crate::{Repo, git, ids};

/// Main with six commits and two releases, a side branch with a tag that main does not have.
fn server() -> Repo {
    let mut repo = Repo::new();
    std::fs::write(repo.path.join("file"), "text\n").unwrap();
    repo.git(&["add", "."]);
    repo.commit("one");
    repo.git(&["tag", "-a", "-m", "first", "v1.0.0"]);
    std::fs::write(repo.path.join("file"), "other text\n").unwrap();
    repo.git(&["add", "."]);
    repo.commit("two");
    repo.git(&["switch", "--quiet", "-c", "side"]);
    repo.commit("aside");
    repo.git(&["tag", "-a", "-m", "side", "v2.0.0"]);
    repo.git(&["switch", "--quiet", "main"]);
    repo.commit("three");
    repo.git(&["tag", "v1.1.0"]);
    repo.commit("four");
    repo
}

fn shallow(repo: &Repo) -> PathBuf {
    let path = repo.path.parent().unwrap().join("shallow");
    let source = format!("file://{}", repo.path.display());
    repo.git(&["clone", "--quiet", "--depth=1", "--no-tags", &source, path.to_str().unwrap()]);
    path
}

fn pack(repo: &Repo, wanted: &str) -> Vec<u8> {
    use std::io::Write as _;
    let mut child = Command::new("git")
        .args(["pack-objects", "--revs", "--stdout", "--quiet", "--include-tag"])
        .arg("--filter=tree:0")
        .current_dir(&repo.path)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(wanted.as_bytes()).unwrap();
    child.wait_with_output().unwrap().stdout
}

fn server_tags(repo: &Repo) -> Vec<ServerTag> {
    let format = "--format=%(refname:short) %(objectname) %(*objectname)";
    let listed = repo.git(&["for-each-ref", format, "refs/tags"]);
    let tag = |line: &str| {
        let mut words = line.split_whitespace();
        let name = words.next().unwrap().to_owned();
        let object = words.next().unwrap().parse().unwrap();
        ServerTag { name, object, peeled: words.next().map(|id| id.parse().unwrap()) }
    };
    listed.lines().map(tag).collect()
}

/// Every file below a folder with its contents.
fn all_files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                found.push((path.clone(), std::fs::read(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

#[test]
fn a_shallow_clone_becomes_whole_and_stays_as_it_was() {
    let repo = server();
    let path = shallow(&repo);
    let before = all_files(&path);
    let clone = Repository::discover(&path).unwrap();
    let tip = clone.head().unwrap().commit();
    assert_eq!(clone.boundary(tip).unwrap(), [tip]);
    let folder = tempfile::tempdir().unwrap();
    let annex = Annex::create(folder.path()).unwrap();
    let count = annex.add_pack(&mut pack(&repo, &format!("{tip}\n")).as_slice()).unwrap();
    assert_eq!(count, 5, "four commits and one tag object, no folder and no file");
    let whole = annex.open(&clone, &clone.head().unwrap(), &server_tags(&repo)).unwrap();
    assert_eq!(whole.head().unwrap(), Head::Branch { name: "main".to_owned(), commit: tip });
    assert!(!whole.is_shallow().unwrap());
    assert_eq!(whole.work_dir(), clone.work_dir());
    let all = ids(&repo.git(&["rev-list", "--topo-order", "main"]));
    assert_eq!(whole.range(&[tip], &[]).unwrap(), all);
    let tags = whole.tags().unwrap();
    let names: Vec<&str> = tags.iter().map(|tag| tag.name.as_str()).collect();
    assert_eq!(names, ["v1.0.0", "v1.1.0", "v2.0.0"]);
    for tag in &tags {
        let TagTarget::Commit(commit) = whole.peel(tag).unwrap() else { panic!("{}", tag.name) };
        let is_on_main = whole.is_ancestor(commit, tip).unwrap();
        assert_eq!(is_on_main, tag.name != "v2.0.0", "{}", tag.name);
    }
    assert!(whole.tagged_at(&tags[0]).unwrap().is_some(), "tag objects come along");
    assert_eq!(whole.file_at(tip, "file").unwrap().unwrap().contents, b"other text\n");
    assert!(whole.has_tree(tip) && !whole.has_tree(all[3]));
    drop(whole);
    assert_eq!(all_files(&path), before, "the clone is as it was");
}

#[test]
fn a_tag_of_the_clone_stays_where_it_is() {
    let repo = server();
    let path = shallow(&repo);
    git(&path, &["tag", "v1.0.0"], repo.clock);
    let clone = Repository::discover(&path).unwrap();
    let tip = clone.head().unwrap().commit();
    let folder = tempfile::tempdir().unwrap();
    let annex = Annex::create(folder.path()).unwrap();
    let pack = pack(&repo, &format!("{tip}\n"));
    annex.add_pack(&mut pack.as_slice()).unwrap();
    let tags = server_tags(&repo);
    let whole = annex.open(&clone, &clone.head().unwrap(), &tags).unwrap();
    assert_eq!(whole.tags().unwrap()[0].object, tip);
}

#[test]
fn packs_that_are_none() {
    let repo = server();
    let clone = Repository::discover(&shallow(&repo)).unwrap();
    let head = clone.head().unwrap();
    let good = pack(&repo, &format!("{}\n", head.commit()));
    let cut = good[..good.len() - 30].to_vec();
    let mut flipped = good.clone();
    flipped[good.len() / 2] ^= 1;
    let mut wrong_sum = good.clone();
    *wrong_sum.last_mut().unwrap() ^= 1;
    let mut more = good.clone();
    more[11] += 1;
    for (what, bytes) in [
        ("empty", Vec::new()),
        ("not a pack", b"<html>hello</html>".to_vec()),
        ("cut", cut),
        ("flipped", flipped),
        ("wrong sum", wrong_sum),
        ("says more objects than it has", more),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let annex = Annex::create(folder.path()).unwrap();
        let error = annex.add_pack(&mut bytes.as_slice()).unwrap_err();
        assert!(matches!(error, HistoryError::BadPack { .. }), "{what}: {error}");
        assert_eq!(diagnostics::Diagnostic::from(error).exit.code(), 3);
    }
    // A whole pack that lacks what was asked for.
    let folder = tempfile::tempdir().unwrap();
    let annex = Annex::create(folder.path()).unwrap();
    annex.add_pack(&mut pack(&repo, "v1.0.0\n").as_slice()).unwrap();
    let error = annex.open(&clone, &head, &[]).unwrap_err();
    assert!(error.to_string().contains("the parent of"), "{error}");
}

#[test]
fn boundaries_of_deeper_clones() {
    let mut repo = server();
    repo.git(&["merge", "--quiet", "--no-ff", "-m", "merge", "side"]);
    repo.commit("last");
    for depth in 1..5 {
        let path = repo.path.parent().unwrap().join(format!("depth-{depth}"));
        let source = format!("file://{}", repo.path.display());
        let depth = format!("--depth={depth}");
        repo.git(&["clone", "--quiet", &depth, &source, path.to_str().unwrap()]);
        let clone = Repository::discover(&path).unwrap();
        let mut expected: Vec<Oid> =
            ids(&std::fs::read_to_string(path.join(".git/shallow")).unwrap());
        expected.sort();
        let found = clone.boundary(clone.head().unwrap().commit()).unwrap();
        assert_eq!(found, expected, "{depth}");
    }
}
