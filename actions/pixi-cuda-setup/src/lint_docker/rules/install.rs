//! How environments are installed.

use config::parse_toml;
use pixi_workspace::manifest::Kind;
use pixi_workspace::predict::Usage;
use pixi_workspace::{Era, Finding, Holds, PixiVersion};

use super::super::Lint;
use super::super::calls::Verb;
use super::super::stages::Run;
use super::locks::installs;
use super::written::line_with;

/// An install that follows the sources, without a cache: every change downloads all of it.
pub(super) fn downloads_again(lint: &Lint<'_>, findings: &mut Vec<Finding>) {
    for run in lint.model.runs.iter().filter(|run| run.is_ours) {
        let Some(copied) = &run.follows_context else { continue };
        if !installs(lint, run) || has_cache(lint, run) || is_repeated(lint, run) {
            continue;
        }
        let size: u64 = lint
            .targets(&run.call)
            .iter()
            .filter_map(|name| lint.level(name))
            .map(|level| level.download)
            .sum();
        let much = if size == 0 { "everything".to_owned() } else { bytes(size) };
        let number = lint.source().position(copied.start).line;
        findings.push(
            Finding::notice(
                "docker/no-cache",
                format!("every changed file downloads {much} again: all of the context is copied before, in line {number}"),
            )
            .at(lint.source(), &run.call.span)
            .note("a cache on another mount than the workspace is copied from, not linked")
            .remedy("write `RUN --mount=type=cache,target=/root/.cache/rattler/cache`, or copy manifest and lock first and the rest after"),
        );
    }
}

/// Whether all it installs was installed before.
fn is_repeated(lint: &Lint<'_>, run: &Run) -> bool {
    let names = lint.targets(&run.call);
    !names.is_empty()
        && names.iter().all(|name| {
            run.installed.iter().any(|installed| installed.environment.as_deref() == Some(*name))
        })
}

/// Whether the cache folder of pixi is a mount.
fn has_cache(lint: &Lint<'_>, run: &Run) -> bool {
    let Some(instruction) = lint.build.file.instructions.get(run.instruction) else {
        return false;
    };
    let mounts = instruction.flags.iter().filter_map(dockerfile::Flag::mount);
    let targets = mounts.filter(|mount| mount.kind() == "cache");
    let given = ["PIXI_CACHE_DIR", "RATTLER_CACHE_DIR", "XDG_CACHE_HOME"]
        .iter()
        .filter_map(|name| super::super::stages::value(run.variables.get(name)?))
        .collect::<Vec<_>>();
    targets.filter_map(|mount| mount.target().map(ToString::to_string)).any(|target| {
        let target = target.trim_end_matches('/');
        target.split('/').next_back() == Some(".cache")
            || target.contains("rattler")
            || target.contains("$PIXI_CACHE_DIR")
            || given.iter().any(|folder| folder.starts_with(target) || target.starts_with(folder))
    })
}

/// An empty package that is made to be installed.
pub(super) fn dummy_package(lint: &Lint<'_>, findings: &mut Vec<Finding>) {
    for dummy in &lint.model.dummies {
        let later = lint.model.runs.iter().find(|run| {
            run.call.verb == Verb::Install && run.is_ours && run.call.span.start > dummy.span.start
        });
        let Some(run) = later else { continue };
        if run.version < PixiVersion::new(0, 51, 0) || run.call.is_partial {
            continue;
        }
        let paths = lint.facts.manifest.features.iter().flat_map(|feature| &feature.targets);
        let own = paths.flat_map(|target| &target.pypi).find(|one| one.path.is_some());
        let name = own.map_or(dummy.name.as_str(), |one| one.name.value.as_str());
        findings.push(
            Finding::notice(
                "docker/dummy-package",
                format!("an empty `{}` is made only so that it can be installed", dummy.name),
            )
            .at(lint.source(), &dummy.span)
            .note("pixi >= 0.54 also knows `--only`")
            .holds(Holds::since(51))
            .remedy(format!(
                "write `{}` and leave this out",
                line_with(&run.call, &["--skip", name])
            )),
        );
    }
}

/// A version that only the sources say, under `--locked`.
pub(super) fn dynamic_version(lint: &Lint<'_>, findings: &mut Vec<Finding>) {
    if lint.facts.manifest.kind != Kind::Pyproject {
        return;
    }
    let targets = lint.facts.manifest.features.iter().flat_map(|feature| &feature.targets);
    let is_own = targets.flat_map(|target| &target.pypi).any(|one| one.path.is_some());
    let locked = lint.model.runs.iter().find(|run| run.call.usage == Usage::Locked);
    let (true, Some(run)) = (is_own, locked) else { return };
    let Ok(tree) = parse_toml(&lint.facts.manifest.source) else { return };
    let dynamic = tree.get_path(&["project", "dynamic"]).and_then(|node| node.items());
    let version = dynamic.unwrap_or_default().iter().find(|item| item.as_str() == Some("version"));
    let Some(version) = version else { return };
    findings.push(
        Finding::notice(
            "docker/dynamic-version",
            "the version of the package comes from its sources: `--locked` then finds another one",
        )
        .at(&lint.facts.manifest.source, &version.span)
        .prevents("lock file not up-to-date with the workspace")
        .note(format!(
            "line {} installs `--locked`",
            lint.source().position(run.call.span.start).line
        ))
        .remedy("write `version` into `[project]` and take it out of `dynamic`"),
    );
}

/// A CUDA row that a bare row of the same subdir hides.
pub(super) fn unreachable_row(lint: &Lint<'_>, findings: &mut Vec<Finding>) {
    for run in lint.model.runs.iter().filter(|run| run.is_ours && run.call.verb == Verb::Install) {
        if run.version.era() != Era::Rows || run.call.platform.is_some() {
            continue;
        }
        for name in lint.targets(&run.call) {
            let Some(view) = lint.view(name, run.version) else { continue };
            let rows: Vec<_> =
                view.rows().iter().filter(|row| row.subdir == lint.facts.subdir).collect();
            let bare = rows.iter().position(|row| row.virtual_package("__cuda").is_none());
            let hidden = rows.iter().enumerate().find(|(at, row)| {
                row.virtual_package("__cuda").is_some() && bare.is_some_and(|bare| bare < *at)
            });
            let (Some((_, row)), Some(bare)) = (hidden, bare.and_then(|at| rows.get(at))) else {
                continue;
            };
            if bare.customised().next().is_some() {
                continue;
            }
            findings.push(
                Finding::warning(
                    "docker/unreachable-row",
                    format!(
                        "installs `{}`: it is declared before `{}`, which is never taken",
                        bare.name, row.name
                    ),
                )
                .at(lint.source(), &run.call.span)
                .note("the first row that fits is taken, whatever the override, and pixi says nothing")
                .environment(name)
                .platform(&row.name)
                .holds(Holds::since(71))
                .remedy(format!(
                    "put `{}` before `{}` in `platforms` of {}, and run `pixi lock`",
                    row.name,
                    bare.name,
                    lint.manifest()
                )),
            );
        }
    }
}

/// More to download and unpack than there is room for.
pub(super) fn disk(lint: &Lint<'_>, findings: &mut Vec<Finding>) {
    let Some(free) = lint.facts.free_disk else { return };
    for leaf in &lint.model.leaves {
        let names = leaf.installed.iter().filter_map(|installed| installed.environment.as_deref());
        let levels: Vec<_> = names.filter_map(|name| lint.level(name)).collect();
        let download: u64 = levels.iter().map(|level| level.download).sum();
        let installed: u64 = levels.iter().map(|level| level.installed).sum();
        let Some(first) = leaf.installed.first() else { continue };
        if installed <= free {
            continue;
        }
        findings.push(
            Finding::warning(
                "docker/disk",
                format!(
                    "{} to download, about {} unpacked, and {} are free",
                    bytes(download),
                    bytes(installed),
                    bytes(free)
                ),
            )
            .at(lint.source(), &first.span)
            .remedy("free disk space before the build, or build on a larger runner"),
        );
    }
}

/// Bytes for people.
fn bytes(count: u64) -> String {
    const MB: u64 = 1_000_000;
    if count >= 1000 * MB {
        format!("{}.{} GB", count / (1000 * MB), count % (1000 * MB) / (100 * MB))
    } else {
        format!("{} MB", count.div_ceil(MB))
    }
}
