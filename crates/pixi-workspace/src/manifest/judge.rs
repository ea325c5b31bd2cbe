//! What can be said only when everything is read.

use conda::archive::is_subdir;
use config::{Spanned, nearest};

use super::reader::Reader;
use super::{DEFAULT, Environment, Feature, Manifest, platforms};
use crate::{Finding, Holds};

/// Checks what refers to each other.
pub(super) fn judge(reader: &mut Reader<'_>, manifest: &Manifest) {
    for environment in &manifest.environments {
        included(reader, manifest, environment);
    }
    unused(reader, manifest);
    dialects(reader, manifest);
    for feature in &manifest.features {
        feature_platforms(reader, manifest, feature);
        selectors(reader, manifest, feature);
    }
}

/// The features of an environment: there, and once each.
fn included(reader: &mut Reader<'_>, manifest: &Manifest, environment: &Environment) {
    let name = &environment.name.value;
    for (position, feature) in environment.features.iter().enumerate() {
        if manifest.feature(&feature.value).is_none() {
            let finding = undefined(reader, manifest, feature).environment(name.as_str());
            reader.found(finding);
        }
        let before = environment.features.iter().take(position);
        if before.into_iter().any(|other| other.value == feature.value) {
            let finding = reader.refused(
                "manifest/duplicate-feature",
                format!("environment `{name}` has the feature `{}` twice", feature.value),
                &feature.span,
                format!("The feature '{}' is included more than once.", feature.value),
            );
            reader.found(finding.environment(name.as_str()).remedy("keep one of the two"));
        }
    }
}

fn undefined(reader: &Reader<'_>, manifest: &Manifest, feature: &Spanned<String>) -> Finding {
    let finding = reader.refused(
        "manifest/undefined-feature",
        format!("there is no feature `{}`", feature.value),
        &feature.span,
        format!("The feature '{}' is not defined in the manifest", feature.value),
    );
    let named = manifest.features.iter().filter(|feature| !feature.is_inline);
    match nearest(&feature.value, named.map(|feature| feature.name.as_str())) {
        Some(near) => finding.remedy(format!("write `\"{near}\"`")),
        None => finding.remedy(format!(
            "add `[{}feature.{}.dependencies]`, or remove the name here",
            reader.kind.prefix(),
            feature.value
        )),
    }
}

/// Features that no environment has. Those that stand in `[project]` alone are no features that
/// pixi would mention.
fn unused(reader: &mut Reader<'_>, manifest: &Manifest) {
    for feature in &manifest.features {
        let is_used = manifest
            .environments
            .iter()
            .any(|environment| environment.features.iter().any(|used| used.value == feature.name));
        if is_used || feature.name == DEFAULT || feature.is_inline || feature.header.is_empty() {
            continue;
        }
        let finding = Finding::warning(
            "manifest/unused-feature",
            format!("no environment has the feature `{}`", feature.name),
        )
        .at(reader.source, &feature.header)
        .prevents(format!(
            "The feature '{}' is defined but not used in any environment",
            feature.name
        ))
        .remedy(format!(
            "add `{0} = [\"{0}\"]` to `[{1}environments]`, or remove the feature",
            feature.name,
            reader.kind.prefix()
        ));
        reader.found(finding);
    }
}

/// `[system-requirements]` beside platforms that are more than a subdir.
fn dialects(reader: &mut Reader<'_>, manifest: &Manifest) {
    if !reader.since(71) || manifest.workspace.platforms.iter().all(|row| row.name == row.subdir) {
        return;
    }
    for feature in &manifest.features {
        let Some(requirements) = &feature.system_requirements else { continue };
        if requirements.is_empty() {
            continue;
        }
        let finding = reader
            .refused(
                "manifest/two-dialects",
                format!(
                    "{} has `[system-requirements]`, and the platforms have virtual packages",
                    feature.shown()
                ),
                &requirements.span,
                format!(
                    "{} uses `[system-requirements]` but the workspace declares per-platform virtual packages; remove the system-requirements table and declare the constraints on the platforms instead",
                    feature.shown()
                ),
            )
            .holds(Holds::since(71))
            .remedy(match &requirements.cuda {
                Some(cuda) => format!(
                    "remove the table; the platforms say it: `{{ platform = \"linux-64\", cuda = \"{}\" }}`",
                    cuda.value
                ),
                None => "remove the table, and say it in `platforms`".to_owned(),
            });
        reader.found(finding);
    }
}

/// The platforms a feature names: those of the workspace.
fn feature_platforms(reader: &mut Reader<'_>, manifest: &Manifest, feature: &Feature) {
    let rows = &manifest.workspace.platforms;
    let simple = rows.iter().all(|row| row.name == row.subdir);
    for named in feature.platforms.iter().flatten() {
        let is_subdir = is_subdir(&named.value);
        let is_known = rows.iter().any(|row| row.name == named.value);
        if is_known || (is_subdir && (simple || !reader.since(71))) {
            continue;
        }
        let (shown, name) = (feature.shown(), &named.value);
        let words = if !reader.since(71) {
            format!("'{name}' is not a known platform")
        } else if simple {
            format!(
                "{shown} references platform '{name}' which is neither declared in the workspace nor a valid conda subdir"
            )
        } else {
            format!("{shown} references platform '{name}' which is not declared in the workspace")
        };
        let finding = reader.refused(
            "manifest/unknown-platform",
            format!("{shown} names the platform `{name}`, which the workspace does not have"),
            &named.span,
            words,
        );
        let finding = match nearest(name, rows.iter().map(|row| row.name.as_str())) {
            Some(near) => finding.remedy(format!("write `\"{near}\"`")),
            None => finding.remedy(format!("use one of: {}", platforms::listed(rows))),
        };
        reader.found(finding);
    }
}

/// `[target.<selector>]` tables that fit no platform.
fn selectors(reader: &mut Reader<'_>, manifest: &Manifest, feature: &Feature) {
    let rows = &manifest.workspace.platforms;
    for target in &feature.targets {
        let Some(selector) = &target.selector else { continue };
        if rows.iter().any(|row| platforms::fits(&selector.value, row)) {
            continue;
        }
        let finding = Finding::warning(
            "manifest/unmatched-target",
            format!("`target.{}` fits no platform of the workspace", selector.value),
        )
        .at(reader.source, &selector.span)
        .prevents(format!(
            "The target selector '{}' does not match any of the platforms supported by the workspace",
            selector.value
        ))
        .remedy(format!("use the name of a platform: {}", platforms::listed(rows)));
        reader.found(finding);
    }
}
