//! `cargo xtask bench release`: the next version and the whole changelog on long histories, beside
//! what git itself takes and beside the peers that are installed.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Result, bail};

use super::histories::{self, Made, Shape};
use super::measure::{Cost, median};
use super::{row, shown};
use crate::process::{Log, on_path};
use crate::project::Project;
use crate::say;
use crate::tools::Tools;

const SHAPES: [Shape; 3] = [
    Shape { name: "s10k", commits: 10_000, tags: 500, aside: false },
    Shape { name: "s100k", commits: 100_000, tags: 2_000, aside: false },
    Shape { name: "aside", commits: 30_000, tags: 3_700, aside: true },
];
/// Runs of our own and of git, of which the median counts.
const RUNS: usize = 7;
/// Peers that take longer than this are run once.
const LONG: Duration = Duration::from_secs(2);

/// What must hold on a history: CPU time and memory in KiB of the next version, CPU time of the
/// whole changelog.
fn limits(shape: Shape) -> (Duration, u64, Duration) {
    let next = if shape.aside { 500 } else { 50 };
    let peak = if shape.aside { 60 * 1024 } else { 30 * 1024 };
    (Duration::from_millis(next), peak, Duration::from_secs(2))
}

/// Measures on each history and prints the tables; a limit that does not hold is an error.
pub(crate) fn run(project: &Project, binary: &Path) -> Result<()> {
    let tools = Tools::read(project)?;
    let folder = tempfile::tempdir()?;
    let log = Log::File(folder.path().join("log"));
    let mut broken = Vec::new();
    for shape in SHAPES {
        let repository = folder.path().join(shape.name);
        let made = histories::make(shape, &repository, &log)?;
        say::heading(&format!("{}: {} commits, {} tags", shape.name, shape.commits, shape.tags));
        let (next, peak, whole) = limits(shape);
        let (ours, said) = median(RUNS, &repository, binary, &["version", "--print"])?;
        if said != made.next {
            bail!("{}: expected {}, semantic-release printed `{said}`", shape.name, made.next);
        }
        row("next version: semantic-release", ours);
        if ours.cpu > next || ours.peak > peak {
            broken.push(format!("{}: the next version took {}", shape.name, shown(ours)));
        }
        let floor = floor(&repository, &made)?;
        row("  git: tags, one ancestor, one range", floor);
        say::line(&format!(
            "    that is {:.1} times git",
            ours.cpu.as_secs_f64() / floor.cpu.as_secs_f64()
        ));
        peers(
            &tools,
            &repository,
            &[
                ("semantic-release", &["--noop", "version", "--print"]),
                ("git-cliff", &["--bumped-version", "--offline"]),
                ("cog", &["bump", "--auto", "--dry-run"]),
            ],
        )?;
        let (ours, _) = median(3, &repository, binary, &["--noop", "version", "--no-vcs-release"])?;
        row("whole changelog: semantic-release", ours);
        if ours.cpu > whole {
            broken.push(format!("{}: the whole changelog took {}", shape.name, shown(ours)));
        }
        peers(&tools, &repository, &[("git-cliff", &["--offline"]), ("cog", &["changelog"])])?;
    }
    if broken.is_empty() { Ok(()) } else { bail!("over the limit: {}", broken.join("; ")) }
}

/// What git needs for the same: all tags, one ancestor test, the messages of one range.
fn floor(repository: &Path, made: &Made) -> Result<Cost> {
    let git = PathBuf::from("git");
    let range =
        made.last.as_ref().map_or_else(|| "HEAD".to_owned(), |last| format!("{last}..HEAD"));
    let ancestor = made.last.clone().unwrap_or_else(|| "HEAD".to_owned());
    let mut sum = Cost::default();
    for arguments in [
        &["for-each-ref", "refs/tags"][..],
        &["merge-base", "--is-ancestor", &ancestor, "HEAD"],
        &["log", "--format=%H%n%B", &range],
    ] {
        sum = sum.then(median(RUNS, repository, &git, arguments)?.0);
    }
    Ok(sum)
}

/// The peers that are installed; those that are not are named.
fn peers(tools: &Tools, repository: &Path, commands: &[(&str, &[&str])]) -> Result<()> {
    for (program, arguments) in commands {
        let (name, path) = match *program {
            "semantic-release" => {
                let path = tools.peer().map(|python| python.with_file_name("semantic-release"));
                ("python-semantic-release", path)
            }
            other => (other, tools.find(other).or_else(|| on_path(other))),
        };
        let Some(path) = path else {
            say::line(&format!("  {name:<38} not measured: it is not installed"));
            continue;
        };
        match median(1, repository, &path, arguments) {
            Ok((once, _)) if once.wall > LONG => row(&format!("  {name} (one run)"), once),
            Ok(_) => row(&format!("  {name}"), median(3, repository, &path, arguments)?.0),
            Err(error) => say::line(&format!("  {name:<38} failed: {error:#}")),
        }
    }
    Ok(())
}
