//! Plugins with a meaning here, said in python-semantic-release's keys; others are refused by name.

use config::{Field, Table, Unknown, Value};
use serde_json::{Value as Json, json};

use super::Node;

/// What runs where `plugins` is not written.
const DEFAULT: [&str; 4] = ["commit-analyzer", "release-notes-generator", "npm", "github"];
/// The steps for which older configurations name plugins one by one.
const STEPS: [&str; 9] = [
    "verifyConditions",
    "analyzeCommits",
    "verifyRelease",
    "generateNotes",
    "prepare",
    "publish",
    "addChannel",
    "success",
    "fail",
];
/// Files `@semantic-release/git` commits that a release writes anyway.
const WRITTEN_ANYWAY: [&str; 4] =
    ["CHANGELOG.md", "package.json", "package-lock.json", "npm-shrinkwrap.json"];

struct Keys {
    lines: Vec<(String, Json)>,
    parser: serde_json::Map<String, Json>,
    assets: Vec<String>,
}

/// The configuration without its branches as TOML below `[tool.semantic_release]`.
pub(super) fn translate(table: &Table<'_>, node: &mut Node, has_package: bool) -> String {
    let mut keys = Keys { lines: Vec::new(), parser: serde_json::Map::new(), assets: Vec::new() };
    keys.set("allow_zero_version", json!(true));
    keys.set("commit_parser", json!("node"));
    let format = table.string("tagFormat").map(|text| text.value);
    let format = format.unwrap_or_else(|| "v${version}".to_owned());
    keys.set("tag_format", json!(format.replace("${version}", "{version}")));
    if let Some(url) = table.string("repositoryUrl") {
        keys.set("remote.url", json!(url.value.trim_start_matches("git+")));
    }
    for step in STEPS.iter().chain(&["extends"]) {
        if let Some(field) = table.field(step).filter(|field| field.node().value != Value::Null) {
            let message = format!("`{step}` is not supported");
            let problem = field.spanned(()).error("release/node-plugin", message);
            table.problems().push(problem.with_help("list what is used under `plugins`"));
        }
    }
    // Options beside `plugins` belong to every plugin.
    analyzer(table, &mut keys);
    match table.field("plugins") {
        None => {
            for name in DEFAULT {
                plugin(name, None, node, &mut keys, has_package);
            }
        }
        Some(field) => {
            for item in field.items().unwrap_or_default() {
                listed(table, &item, node, &mut keys, has_package);
            }
        }
    }
    if !keys.assets.is_empty() {
        keys.set("assets", json!(keys.assets));
    }
    if !keys.parser.is_empty() {
        keys.set("commit_parser_options", Json::Object(keys.parser.clone()));
    }
    keys.toml()
}

/// One item: a name, or a name with options.
fn listed(
    table: &Table<'_>,
    item: &Field<'_>,
    node: &mut Node,
    keys: &mut Keys,
    has_package: bool,
) {
    let (name, options) = match &item.node().value {
        Value::Sequence(_) => {
            let parts = item.items().unwrap_or_default();
            let mut parts = parts.into_iter();
            (parts.next().and_then(|name| name.string()), parts.next())
        }
        _ => (item.string(), None),
    };
    let Some(name) = name else { return };
    let options = options.and_then(|options| options.table());
    let short = name.value.strip_prefix("@semantic-release/").unwrap_or("");
    let short =
        if short.is_empty() && name.value == "semantic-release-pypi" { "pypi" } else { short };
    if plugin(short, options.as_ref(), node, keys, has_package) {
        if let Some(options) = options {
            options.finish(Unknown::Warn);
        }
        return;
    }
    if let Some(options) = options {
        options.finish(Unknown::Ignore);
    }
    let help = match short {
        "exec" => {
            "use `build_command` for `prepareCmd`, and steps of the job behind this action, with its outputs, for the others; configure it in `[tool.semantic_release]`"
        }
        "pypi" => {
            "stamp the version with `version_toml` in `[tool.semantic_release]` and publish in a later step"
        }
        _ => "remove it, and do its work in a step of the job with this action's outputs",
    };
    let message = format!("plugin `{}` cannot run here", name.value);
    table.problems().push(name.error("release/node-plugin", message).with_help(help));
}

/// Understands a plugin; `false` for one that has no meaning here.
fn plugin(
    name: &str,
    options: Option<&Table<'_>>,
    node: &mut Node,
    keys: &mut Keys,
    has_package: bool,
) -> bool {
    match (name, options) {
        ("commit-analyzer", Some(options)) => analyzer(options, keys),
        ("commit-analyzer", None) => {}
        ("release-notes-generator", options) => {
            if let Some(options) = options {
                options.accept(&[
                    "preset",
                    "presetConfig",
                    "writerOpts",
                    "parserOpts",
                    "linkCompare",
                    "linkReferences",
                    "host",
                    "commitsSort",
                ]);
            }
        }
        ("changelog", options) => {
            node.changelog = true;
            let file = options.and_then(|options| options.string("changelogFile"));
            let file = file.map_or_else(|| "CHANGELOG.md".to_owned(), |file| file.value);
            keys.set("changelog.default_templates.changelog_file", json!(file));
            keys.set("changelog.default_templates.mask_initial_release", json!(false));
            if let Some(options) = options {
                options.accept(&["changelogTitle"]);
            }
        }
        ("npm", options) => {
            if let Some(options) = options {
                options.accept(&["npmPublish", "tarballDir"]);
            }
            let root = options.and_then(|options| options.string("pkgRoot"));
            let folder = root
                .map_or_else(String::new, |root| format!("{}/", root.value.trim_end_matches('/')));
            if has_package || !folder.is_empty() {
                keys.set("version_paths", json!([format!("{folder}package.json:version")]));
            }
        }
        ("git", options) => git(options, node, keys),
        ("github", options) => github(options, node, keys),
        _ => return false,
    }
    true
}

fn analyzer(options: &Table<'_>, keys: &mut Keys) {
    if let Some(preset) = options.string("preset") {
        if matches!(preset.value.as_str(), "angular" | "conventionalcommits") {
            keys.parser.insert("preset".to_owned(), json!(preset.value));
        } else {
            let message = format!("there is no preset `{}` here", preset.value);
            let problem = preset.error("release/node-plugin", message);
            options.problems().push(problem.with_help("use `angular` or `conventionalcommits`"));
        }
    }
    if let Some(rules) = options.field("releaseRules") {
        keys.parser.insert("release_rules".to_owned(), as_json(&rules));
    }
    options.accept(&["presetConfig"]);
    for key in ["config", "parserOpts"] {
        if let Some(field) = options.field(key) {
            let message = format!("`{key}` of the commit analyzer is not supported");
            let problem = field.spanned(()).error("release/node-plugin", message);
            options
                .problems()
                .push(problem.with_help("use one of the presets, and `releaseRules`"));
        }
    }
}

fn as_json(field: &Field<'_>) -> Json {
    fn convert(value: &Value) -> Json {
        match value {
            // TOML knows no null; a rule without a level is one that is false.
            Value::Null => json!(false),
            Value::Bool(value) => json!(value),
            Value::Number(text) | Value::String(text) | Value::Datetime(text) => json!(text),
            Value::Sequence(items) => items.iter().map(|item| convert(&item.value)).collect(),
            Value::Mapping(entries) => Json::Object(
                entries
                    .iter()
                    .map(|(key, node)| (key.text.clone(), convert(&node.value)))
                    .collect(),
            ),
        }
    }
    convert(&field.node().value)
}

fn git(options: Option<&Table<'_>>, node: &mut Node, keys: &mut Keys) {
    node.commit = true;
    let mut message = "chore(release): {version} [skip ci]".to_owned();
    if let Some(options) = options {
        if let Some(text) = options.string("message") {
            let plain = text
                .value
                .replace("${nextRelease.notes}", "")
                .replace("${nextRelease.version}", "\u{1}");
            if plain.contains("${") || plain.contains("<%") {
                let problem = text.error(
                    "release/node-plugin",
                    "the commit message has placeholders that are not known here",
                );
                options.problems().push(problem.with_help("use `${nextRelease.version}`"));
            }
            let escaped = plain.replace('{', "{{").replace('}', "}}");
            escaped.replace('\u{1}', "{version}").trim().clone_into(&mut message);
        }
        if let Some(assets) =
            options.field("assets").filter(|assets| assets.node().value != Value::Bool(false))
        {
            for item in assets.items().unwrap_or_default() {
                if let Some(path) =
                    item.string().filter(|path| !WRITTEN_ANYWAY.contains(&path.value.as_str()))
                {
                    let warning = path
                        .warning(
                            "release/node-plugin",
                            format!(
                                "`{}` is committed, and attached to the release too",
                                path.value
                            ),
                        )
                        .with_help(
                            "leave it out of `assets` when it is written by the release itself",
                        );
                    options.problems().push(warning);
                    keys.assets.push(path.value);
                }
            }
        }
    }
    keys.set("commit_message", json!(message));
}

fn github(options: Option<&Table<'_>>, node: &mut Node, keys: &mut Keys) {
    node.release = true;
    let Some(options) = options else { return };
    options.accept(&[
        "githubUrl",
        "githubApiPathPrefix",
        "proxy",
        "successComment",
        "failComment",
        "failTitle",
        "labels",
        "assignees",
        "releasedLabels",
        "addReleases",
        "draftRelease",
        "releaseNameTemplate",
        "releaseBodyTemplate",
        "discussionCategoryName",
        "successCommentCondition",
        "failCommentCondition",
    ]);
    let Some(assets) =
        options.field("assets").filter(|assets| assets.node().value != Value::Bool(false))
    else {
        return;
    };
    let items = if assets.node().items().is_some() {
        assets.items().unwrap_or_default()
    } else {
        vec![assets]
    };
    for item in items {
        let path = match &item.node().value {
            Value::Mapping(_) => {
                let Some(entry) = item.table() else { continue };
                let path = entry.required("path", Table::string);
                entry.accept(&["label", "name"]);
                entry.finish(Unknown::Warn);
                path
            }
            _ => item.string(),
        };
        if let Some(path) = path {
            keys.assets.push(path.value);
        }
    }
}

impl Keys {
    fn set(&mut self, key: &str, value: Json) {
        self.lines.retain(|(known, _)| known != key);
        self.lines.push((key.to_owned(), value));
    }

    fn toml(&self) -> String {
        let mut text = String::from("[tool.semantic_release]\n");
        for (key, value) in &self.lines {
            text.push_str(key);
            text.push_str(" = ");
            text.push_str(&toml_value(value));
            text.push('\n');
        }
        text
    }
}

/// JSON's strings are TOML's; tables differ.
fn toml_value(value: &Json) -> String {
    match value {
        Json::Array(items) => {
            let items: Vec<String> = items.iter().map(toml_value).collect();
            format!("[{}]", items.join(", "))
        }
        Json::Object(fields) => {
            let fields: Vec<String> = fields
                .iter()
                .map(|(key, value)| format!("{} = {}", json!(key), toml_value(value)))
                .collect();
            format!("{{ {} }}", fields.join(", "))
        }
        other => other.to_string(),
    }
}
