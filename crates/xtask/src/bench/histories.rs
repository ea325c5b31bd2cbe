//! Generated histories to measure on, through `git fast-import`.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::Result;

use crate::process::{Log, Run};
use crate::sample::git;

/// The shape of a history.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    /// Its name in the tables.
    pub(super) name: &'static str,
    /// Commits on the branch.
    pub(super) commits: usize,
    /// Tags.
    pub(super) tags: usize,
    /// The tags are on commits beside the branch, as where each release has a branch of its own.
    pub(super) aside: bool,
}

/// What the answers must be on a made history.
#[derive(Debug)]
pub(super) struct Made {
    /// The next version.
    pub(super) next: String,
    /// The tag the next version is counted from; `None` where all tags are aside.
    pub(super) last: Option<String>,
}

const CONFIGURATION: &str = "[tool.semantic_release]\nallow_zero_version = true\n\
    [tool.semantic_release.changelog]\nmode = \"init\"\n";
const SUBJECTS: [&str; 6] = [
    "feat(api): read the answers of the server in one go",
    "fix(core): keep the order of the entries",
    "docs: say what the option does",
    "perf: look up each name once",
    "chore: bump the linter",
    "refactor(cli)!: take the folder as an argument",
];
const BODY: &str = "The order was that of the file system, which is another on each machine.\n\
    Now it is the order of the names.\n\nCloses: #12\n";

/// Writes the history to `repository`.
pub(super) fn make(shape: Shape, repository: &Path, log: &Log) -> Result<Made> {
    std::fs::create_dir_all(repository)?;
    git(repository).args(["init", "--quiet", "--initial-branch=main"]).run(log)?;
    git(repository)
        .args(["remote", "add", "origin", "https://github.com/org/repo.git"])
        .run(log)?;
    let mut stream = Stream::default();
    let mut last = None;
    let (mut full, mut tagged) = (0, 0);
    for (index, subject) in (1..=shape.commits).zip(SUBJECTS.iter().cycle()) {
        let body = if index % 3 == 0 { BODY } else { "" };
        stream.commit("refs/heads/main", &format!("{subject} {index}\n\n{body}"), index == 1);
        if index * shape.tags / shape.commits > tagged && index < shape.commits {
            tagged += 1;
            // Two of three are prereleases.
            let version = if tagged % 3 == 0 {
                full += 1;
                format!("1.{full}.0")
            } else {
                format!("1.{}.0-dev.{}", full + 1, tagged % 3)
            };
            let on = if shape.aside { stream.beside(tagged) } else { stream.mark };
            stream.tag(&format!("v{version}"), on);
            if tagged % 3 == 0 && !shape.aside {
                last = Some(format!("v{version}"));
            }
        }
    }
    let import = repository.join(".git/import");
    std::fs::write(&import, &stream.text)?;
    let script = "git fast-import --quiet < .git/import && rm .git/import && \
        for ref in $(git for-each-ref --format='%(refname)' refs/heads/aside); do echo \"delete $ref\"; done | \
        git update-ref --stdin && git reset --quiet --hard main && git pack-refs --all && \
        git commit-graph write --reachable";
    Run::new("sh").args(["-c", script]).dir(repository).run(log)?;
    // Every sixth subject breaks something, and there are many since the last release.
    let next = if shape.aside { "1.0.0".to_owned() } else { "2.0.0".to_owned() };
    Ok(Made { next, last })
}

/// A stream for `git fast-import`.
#[derive(Default)]
struct Stream {
    text: String,
    marks: usize,
    /// The newest commit of the branch.
    mark: usize,
}

impl Stream {
    // Writing to a String does not fail.
    fn commit(&mut self, name: &str, message: &str, first: bool) {
        self.marks += 1;
        let (mark, time) = (self.marks, 1_500_000_000 + self.marks * 60);
        let _ = write!(
            self.text,
            "commit {name}\nmark :{mark}\ncommitter Ada Example <ada@example.org> {time} +0000\ndata {}\n{message}",
            message.len(),
        );
        if first {
            let _ = write!(
                self.text,
                "M 100644 inline pyproject.toml\ndata {}\n{CONFIGURATION}",
                CONFIGURATION.len()
            );
        }
        let _ =
            write!(self.text, "M 100644 inline file\ndata {}\n{mark}\n", mark.to_string().len());
        self.mark = mark;
    }

    /// A commit on top of the branch that is not on it.
    fn beside(&mut self, number: usize) -> usize {
        let branch = self.mark;
        let _ = write!(self.text, "reset refs/heads/aside/{number}\nfrom :{branch}\n\n");
        self.commit(&format!("refs/heads/aside/{number}"), "chore: release\n", false);
        std::mem::replace(&mut self.mark, branch)
    }

    fn tag(&mut self, name: &str, on: usize) {
        let time = 1_500_000_000 + self.marks * 60;
        let _ = write!(
            self.text,
            "tag {name}\nfrom :{on}\ntagger Ada Example <ada@example.org> {time} +0000\ndata {}\n{name}\n",
            name.len() + 1
        );
    }
}
