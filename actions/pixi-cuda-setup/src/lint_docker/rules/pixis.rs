//! Which pixi an image gets.

use conda::{Strictness, Version, VersionSpec};
use diagnostics::Severity;
use pixi_workspace::predict::Usage;
use pixi_workspace::{Finding, Holds, PixiVersion};

use super::super::Lint;
use super::super::pixi::{How, Origin};

/// A pixi that is another one with every build.
pub(super) fn unpinned(lint: &Lint<'_>, findings: &mut Vec<Finding>) {
    for origin in &lint.model.origins {
        if origin.how == How::Pip {
            findings.push(
                Finding::warning(
                    "docker/pixi-from-pypi",
                    "nobody says that the project `pixi` on PyPI is this pixi",
                )
                .at(lint.source(), &origin.span)
                .remedy(format!(
                    "write `COPY --from=ghcr.io/prefix-dev/pixi:{} /usr/local/bin/pixi /usr/local/bin/pixi` instead",
                    lint.facts.version
                )),
            );
            continue;
        }
        if origin.is_pinned {
            continue;
        }
        findings.push(
            Finding::warning("docker/pixi-unpinned", what(origin))
                .at(lint.source(), &origin.span)
                .note("a new pixi can refuse the lock under `--locked`, or install another row")
                .remedy(pin(origin, lint.facts.version)),
        );
    }
}

fn what(origin: &Origin) -> &'static str {
    match origin.how {
        How::Image { .. } => "the tag of this image moves: another pixi with every release",
        How::Script => "the install script takes the newest pixi",
        How::Release => "this URL is that of the newest pixi",
        How::Pip | How::Conda => "the newest pixi is installed",
        How::SelfUpdate => "`self-update` takes the newest pixi",
    }
}

fn pin(origin: &Origin, version: PixiVersion) -> String {
    match &origin.how {
        How::Image { name, flavour } if flavour.is_empty() => {
            format!("write `{name}:{version}`")
        }
        How::Image { name, flavour } => format!("write `{name}:{version}-{flavour}`"),
        How::Script => format!("write `ARG PIXI_VERSION=v{version}` above this line"),
        How::Release => format!("write `/releases/download/v{version}/` in the URL"),
        How::Pip | How::Conda => format!("write `pixi={version}`"),
        How::SelfUpdate => format!("write `pixi self-update --version {version}`"),
    }
}

/// A pixi that the manifest does not want.
pub(super) fn not_required(lint: &Lint<'_>, findings: &mut Vec<Finding>) {
    let Some(wanted) = &lint.facts.manifest.workspace.requires_pixi else { return };
    let Ok(spec) = VersionSpec::parse(&wanted.value, Strictness::Strict) else { return };
    let meets = |version: PixiVersion| {
        version.to_string().parse::<Version>().is_ok_and(|version| spec.matches(&version))
    };
    for origin in &lint.model.origins {
        let Some(version) = origin.version.filter(|version| !meets(*version)) else { continue };
        // Before, pixi does not look.
        if version < PixiVersion::new(0, 44, 0) {
            continue;
        }
        let words = if version >= PixiVersion::new(0, 67, 1) {
            format!("this project requires pixi '{spec}', but you have pixi {version}")
        } else {
            format!("workspace requires pixi '{spec}', but I am {version}")
        };
        let remedy = if meets(lint.facts.version) {
            format!("write {} instead of {version}", lint.facts.version)
        } else {
            format!("write a version that fits `{spec}`")
        };
        findings.push(
            Finding::error(
                "docker/requires-pixi",
                format!("the manifest requires pixi {spec}, this is {version}"),
            )
            .at(lint.source(), &origin.span)
            .prevents(words)
            .holds(Holds::since(44))
            .remedy(remedy),
        );
    }
}

/// A pixi that cannot read the lock.
pub(super) fn older_than_lock(lint: &Lint<'_>, findings: &mut Vec<Finding>) {
    let Ok(lock) = lint.facts.lock else { return };
    let runs = || lint.model.runs.iter().filter(|run| run.is_ours);
    let frozen = runs().any(|run| run.call.usage == Usage::Frozen);
    let locked = runs().any(|run| run.call.usage == Usage::Locked);
    for origin in &lint.model.origins {
        let Some(version) = origin.version else { continue };
        let all = lock.findings(version, locked, frozen);
        let Some(newer) = all.into_iter().find(|found| found.code == "lock/newer-format") else {
            continue;
        };
        let code = "docker/pixi-older-than-lock";
        let message = format!("pixi {version} does not read lock format {}", lock.version);
        let finding = match newer.severity {
            Severity::Error => Finding::error(code, message),
            Severity::Warning | Severity::Notice => Finding::warning(code, message),
        };
        let finding = match newer.prevents {
            Some(words) => finding.prevents(words),
            None => finding,
        };
        let finding = newer.notes.into_iter().fold(finding, Finding::note);
        let remedy = if lint.facts.version.lock_format() >= lock.version {
            format!("write {} instead of {version}", lint.facts.version)
        } else {
            "write a version that reads it".to_owned()
        };
        findings.push(finding.at(lint.source(), &origin.span).holds(newer.holds).remedy(remedy));
    }
}
