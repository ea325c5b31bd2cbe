//! The topmost table: workspace, default feature, features, environments.

use std::path::Path;

use config::{Key, Node, Value};

use super::reader::Reader;
use super::{
    DEFAULT, Environment, Feature, Kind, Manifest, environments, feature, keys, workspace,
};
use crate::{Finding, Holds};

/// Reads everything below pixi's own table.
pub(super) fn read<'d>(reader: &mut Reader<'d>, root: Option<&'d Node>, path: &Path) -> Manifest {
    let mut manifest = Manifest {
        source: reader.source.clone(),
        path: path.to_path_buf(),
        kind: reader.kind,
        workspace: super::Workspace::default(),
        features: Vec::new(),
        environments: Vec::new(),
        python: None,
        unjudged: Vec::new(),
    };
    let entries = root.map(|root| reader.table(root)).unwrap_or_default();
    reader.keys(reader.kind.prefix().trim_end_matches('.'), entries, keys::ROOT);
    let opened = entries.iter().find(|(key, _)| key.text == "workspace");
    let opened = opened.or_else(|| entries.iter().find(|(key, _)| key.text == "project"));
    match opened {
        Some((key, node)) => {
            manifest.workspace = workspace::read(reader, key, node);
            renamed(reader, key, node);
        }
        None => missing(reader, entries),
    }
    let mut base = Feature { name: DEFAULT.to_owned(), ..Feature::default() };
    base.header = entries.first().map(|(key, _)| key.span.clone()).unwrap_or_default();
    feature::fill(reader, &mut base, "", entries);
    base.channel_priority.clone_from(&manifest.workspace.channel_priority);
    base.solve_strategy.clone_from(&manifest.workspace.solve_strategy);
    manifest.features.push(base);
    features(reader, root, &mut manifest);
    match root.and_then(|root| root.get("environments")) {
        Some(node) => environments::read(reader, node, &mut manifest),
        None => environments::add_default(reader, &mut manifest),
    }
    let opened = opened.map(|(_, node)| node);
    if opened.is_some_and(|workspace| !builds(workspace)) {
        if let Some((key, _)) = entries.iter().find(|(key, _)| key.text == "package") {
            let words =
                "[package] section is only allowed when the `pixi-build` preview flag is enabled";
            let finding = without_preview(reader, "`[package]`", &key.span, words);
            reader.found(finding);
        }
        sources(reader, &manifest);
    }
    manifest
}

/// Whether the preview `pixi-build` is on.
fn builds(workspace: &Node) -> bool {
    workspace.get("preview").is_some_and(|preview| match &preview.value {
        Value::Bool(on) => *on,
        _ => preview
            .items()
            .is_some_and(|flags| flags.iter().any(|flag| flag.as_str() == Some("pixi-build"))),
    })
}

/// Conda dependencies that are built from source, which takes the preview `pixi-build`.
fn sources(reader: &mut Reader<'_>, manifest: &Manifest) {
    let targets = manifest.features.iter().flat_map(|feature| &feature.targets);
    for dependency in targets.flat_map(|target| &target.dependencies) {
        if dependency.is_source {
            let what = format!("the source dependency `{}`", dependency.name.value);
            let words = "conda source dependencies are not allowed without enabling the 'pixi-build' preview flag";
            let finding = without_preview(reader, &what, &dependency.name.span, words);
            reader.found(finding);
        }
    }
}

fn without_preview(
    reader: &Reader<'_>,
    what: &str,
    span: &std::ops::Range<usize>,
    words: &str,
) -> Finding {
    let message = format!("{what} needs the preview `pixi-build`");
    reader
        .refused("manifest/no-preview", message, span, words)
        .remedy("run `pixi workspace preview add pixi-build`")
}

fn features(reader: &mut Reader<'_>, root: Option<&Node>, manifest: &mut Manifest) {
    let Some(node) = root.and_then(|root| root.get("feature")) else { return };
    for (key, node) in reader.table(node) {
        if key.text == DEFAULT {
            let finding = reader.refused(
                "manifest/default-feature",
                "`default` is the name of what stands at the top of the manifest",
                &key.span,
                "The feature 'default' is reserved and cannot be redefined",
            );
            reader.found(finding.remedy("move its tables to the top of the manifest"));
            continue;
        }
        let mut feature = Feature { name: key.text.clone(), ..Feature::default() };
        feature.header = node.span.clone();
        let entries = reader.table(node);
        let table = format!("feature.{}", key.text);
        reader.keys(&table, entries, keys::FEATURE);
        feature::fill(reader, &mut feature, &table, entries);
        feature.channel_priority = feature::priority(reader, entries);
        feature.solve_strategy = feature::strategy(reader, entries);
        manifest.features.push(feature);
    }
}

/// `[project]` of old.
fn renamed(reader: &mut Reader<'_>, key: &Key, node: &Node) {
    if key.text != "project" || !reader.since(57) {
        return;
    }
    let finding = Finding::warning(
        "manifest/project-table",
        "the table is called `workspace` since pixi 0.43, `project` is deprecated",
    )
    .at(reader.source, &node.span)
    .prevents("The `project` field is deprecated. Use `workspace` instead.")
    .holds(Holds::since(57))
    .remedy(format!("rename it to `[{}workspace]`", reader.kind.prefix()));
    reader.found(finding);
}

/// No `[workspace]`.
fn missing(reader: &mut Reader<'_>, entries: &[(Key, Node)]) {
    let (file, tables) = match reader.kind {
        Kind::Pyproject => {
            ("pyproject.toml", "* tool.pixi.workspace\n* tool.pixi.project\n* tool.pixi.package")
        }
        Kind::Pixi | Kind::Mojoproject => ("pixi.toml", "* workspace\n* project\n* package"),
    };
    let header = format!("[{}workspace]", reader.kind.prefix());
    let has_package = entries.iter().any(|(key, _)| key.text == "package");
    let finding = Finding::error(
        "manifest/no-workspace",
        if has_package {
            "the manifest describes a package and no workspace".to_owned()
        } else {
            format!("the manifest has no `{header}`")
        },
    )
    .at(reader.source, &(0..0))
    .prevents(format!(
        "Missing table in manifest {file}:\nAny of the following sections is required:\n{tables}"
    ))
    .remedy(format!("add `{header}` with `channels` and `platforms`"));
    reader.found(finding);
}

impl Environment {
    /// An environment without anything.
    pub(super) fn named(name: config::Spanned<String>) -> Self {
        Self {
            name,
            is_declared: true,
            features: Vec::new(),
            no_default_feature: false,
            solve_group: None,
        }
    }
}
