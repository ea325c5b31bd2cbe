//! What comes into an image, and where it lands.

use pixi_workspace::Finding;

use super::super::stages::Copied;
use super::super::{Lint, paths};

/// A host's `.pixi` in the build context.
pub(super) fn host_environment(lint: &Lint<'_>, findings: &mut Vec<Finding>) {
    let folder = paths::parent_of_relative(lint.build.manifest);
    let pixi = if folder.is_empty() { ".pixi".to_owned() } else { format!("{folder}/.pixi") };
    let inside = format!("{pixi}/envs/default/bin/python");
    if lint.build.ignore.is_some_and(|file| file.matches(&inside)) {
        return;
    }
    for copy in lint.model.copies.iter().filter(|copy| copy.is_context) {
        let takes = |source: &&dockerfile::Text| {
            let path = source.trim_start_matches("./").trim_end_matches('/');
            path.is_empty() || path == "." || path == folder
        };
        let Some(source) = copy.sources.iter().find(takes) else { continue };
        if is_excluded(lint, copy) {
            continue;
        }
        let remedy = match lint.build.ignore {
            Some(file) => format!("add the line `{pixi}` to {}", file.source.name()),
            None => format!("write a file .dockerignore with the line `{pixi}`"),
        };
        findings.push(
            Finding::warning(
                "docker/host-environment",
                format!("this copies `{pixi}` of the machine that builds, with its paths"),
            )
            .at(lint.source(), &source.span())
            .note("pixi does not notice: `run` ends with 0, and the scripts keep the other paths")
            .remedy(remedy),
        );
        return;
    }
}

/// `COPY --exclude=.pixi`.
fn is_excluded(lint: &Lint<'_>, copy: &Copied) -> bool {
    let Some(instruction) = lint.build.file.instructions.get(copy.instruction) else {
        return false;
    };
    instruction.flags.iter().any(|flag| {
        let value = flag.value.as_deref().unwrap_or_default();
        flag.name == *"exclude" && paths::name(value.trim_end_matches(['/', '*'])) == ".pixi"
    })
}

/// An environment that is copied to another path.
pub(super) fn moved(lint: &Lint<'_>, findings: &mut Vec<Finding>) {
    for copy in lint.model.copies.iter().filter(|copy| copy.from.is_some()) {
        for source in &copy.sources {
            let path = paths::join("/", source);
            for installed in &copy.installed {
                let Some(name) = &installed.environment else { continue };
                let prefix = format!("{}/.pixi/envs/{name}", installed.root.trim_end_matches('/'));
                let Some(rest) = paths::below(&prefix, &path) else { continue };
                let arrives = paths::join(&copy.destination, rest);
                if arrives == prefix {
                    continue;
                }
                let from = lint.build.file.instructions.get(copy.instruction);
                let from = from.and_then(|found| found.flag("from")?.value.clone());
                let from = from.map(|name| name.to_string()).unwrap_or_default();
                findings.push(
                    Finding::error(
                        "docker/moved-environment",
                        format!("environment `{name}` is installed at {prefix} and lands at {arrives}"),
                    )
                    .at(lint.source(), &source.span())
                    .note("environments hold their path: scripts, libraries and activation point to the old one")
                    .note("pixi does not notice: `pixi run` ends with 0")
                    .environment(name)
                    .remedy(format!("write `COPY --from={from} {prefix} {prefix}`")),
                );
                break;
            }
        }
    }
}
