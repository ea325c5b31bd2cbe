//! `[project]` and `[dependency-groups]` of a `pyproject.toml`, as pixi takes them in: every extra
//! and every group is a feature of its name, unless there is one already, and adds its requirements
//! to it. The lists of [`PythonProject`] are flat: what they include stands in them.

use conda::normalize_name;
use conda::pep508::Requirement;
use config::{Node, Spanned, Value};

use super::reader::Reader;
use super::{Dependency, Feature, Manifest, PythonProject, Target};

/// How many requirements all groups together may come to, what they include counted each time.
const MOST_REQUIREMENTS: usize = 10_000;

/// An extra or group: its name, and what stands in it.
type Group = (Spanned<String>, Vec<Item>);

/// What stands in a group.
enum Item {
    Requirement(Spanned<String>),
    Include(Spanned<String>),
}

/// Reads the tables, and adds what they ask for to the features.
pub(super) fn read(reader: &mut Reader<'_>, root: &Node, manifest: &mut Manifest) {
    let project = root.get("project");
    let text = |reader: &mut Reader<'_>, key: &str| {
        project.and_then(|project| project.get(key)).and_then(|node| reader.text(node))
    };
    let list = |reader: &mut Reader<'_>, node: Option<&Node>| -> Vec<Group> {
        let entries = node.map(|node| reader.table(node)).unwrap_or_default();
        let mut groups = Vec::new();
        for (key, node) in entries {
            groups.push((reader.spanned(key.text.as_str(), &key.span), items(reader, node)));
        }
        groups
    };
    let extras = list(reader, project.and_then(|project| project.get("optional-dependencies")));
    let groups = list(reader, root.get("dependency-groups"));
    let mut python = PythonProject {
        name: text(reader, "name"),
        requires_python: text(reader, "requires-python"),
        ..PythonProject::default()
    };
    if let Some(node) = project.and_then(|project| project.get("dependencies")) {
        python.dependencies = reader.texts(node);
    }
    requires_python(reader, &python, manifest);
    let own = python.name.as_ref().map(|name| normalize_name(&name.value));
    let mut flat = Flat { extras: &extras, groups: &groups, own, budget: MOST_REQUIREMENTS };
    for (name, _) in &extras {
        let texts = flat.group(reader, name, true, &mut Vec::new());
        python.optional_dependencies.push((name.clone(), texts));
    }
    for (name, _) in &groups {
        let texts = flat.group(reader, name, false, &mut Vec::new());
        python.dependency_groups.push((name.clone(), texts));
    }
    // A group hides an extra of the same name.
    let hidden = |name: &str| groups.iter().any(|(group, _)| group.value == name);
    python.optional_dependencies.retain(|(name, _)| !hidden(&name.value));
    let lists = python.optional_dependencies.iter().chain(&python.dependency_groups);
    for (name, _) in lists {
        add_feature(manifest, name);
    }
    for text in all_texts(&python) {
        check(reader, text);
    }
    manifest.python = Some(python);
}

fn items(reader: &mut Reader<'_>, node: &Node) -> Vec<Item> {
    let mut found = Vec::new();
    for item in reader.list(node) {
        match &item.value {
            Value::String(text) => {
                found.push(Item::Requirement(reader.spanned(text.as_str(), &item.span)));
            }
            Value::Mapping(_) => {
                let included = item.get("include-group").and_then(|node| reader.text(node));
                found.extend(included.map(Item::Include));
            }
            _ => reader.wrong_type(item, "a string or table"),
        }
    }
    found
}

/// Extras and groups that take in each other, made flat.
struct Flat<'g> {
    extras: &'g [Group],
    groups: &'g [Group],
    own: Option<String>,
    budget: usize,
}

impl Flat<'_> {
    /// The requirements of an extra or group, with those it includes.
    fn group(
        &mut self,
        reader: &mut Reader<'_>,
        name: &Spanned<String>,
        is_extra: bool,
        within: &mut Vec<(bool, String)>,
    ) -> Vec<Spanned<String>> {
        let listed = if is_extra { self.extras } else { self.groups };
        let wanted = normalize_name(&name.value);
        let Some((_, items)) =
            listed.iter().find(|(known, _)| normalize_name(&known.value) == wanted)
        else {
            let kind = if is_extra { "optional dependency" } else { "dependency group" };
            let words = format!("Failed to find {kind} `{}`", name.value);
            refuse(reader, name, format!("there is no {kind} `{}`", name.value), words);
            return Vec::new();
        };
        let item = (is_extra, wanted);
        if within.contains(&item) {
            let message = format!("`{}` takes in itself", name.value);
            refuse(reader, name, message, "Cycles are not supported".to_owned());
            return Vec::new();
        }
        within.push(item);
        let mut found = Vec::new();
        for item in items {
            if self.budget == 0 {
                break;
            }
            self.budget -= 1;
            match item {
                Item::Include(group) => found.extend(self.group(reader, group, false, within)),
                Item::Requirement(text) => match self.own_extras(text) {
                    None => found.push(text.clone()),
                    Some(extras) => {
                        for extra in extras {
                            let extra = text.as_ref().map(|_| extra);
                            found.extend(self.group(reader, &extra, true, within));
                        }
                    }
                },
            }
        }
        within.pop();
        found
    }

    /// The extras of a requirement on the project itself.
    fn own_extras(&self, text: &Spanned<String>) -> Option<Vec<String>> {
        let requirement: Requirement = text.value.parse().ok()?;
        (Some(&requirement.name) == self.own.as_ref()).then_some(requirement.extras)
    }
}

fn refuse(reader: &mut Reader<'_>, name: &Spanned<String>, message: String, words: String) {
    let finding = reader.refused("manifest/dependency-group", message, &name.span, words);
    reader.found(finding.remedy(format!("correct `{}`", name.value)));
}

/// The feature of a group, where there is none yet. It has no header: pixi does not mind when it is
/// in no environment.
fn add_feature(manifest: &mut Manifest, name: &Spanned<String>) {
    let is_named = |feature: &Feature| !feature.is_inline && feature.name == name.value;
    if !manifest.features.iter().any(is_named) {
        manifest.features.push(Feature {
            name: name.value.clone(),
            targets: vec![Target::default()],
            ..Feature::default()
        });
    }
}

/// Every requirement, as often as it is taken in.
fn all_texts(python: &PythonProject) -> impl Iterator<Item = &Spanned<String>> {
    let lists = python.optional_dependencies.iter().chain(&python.dependency_groups);
    python.dependencies.iter().chain(lists.flat_map(|(_, texts)| texts))
}

fn check(reader: &mut Reader<'_>, text: &Spanned<String>) {
    let Err(why) = text.value.parse::<Requirement>() else { return };
    let why = why.to_string();
    let finding = reader.refused("manifest/requirement", why.as_str(), &text.span, why.as_str());
    reader.found(finding.remedy("write it as `name>=1.2; marker`"));
}

/// pixi adds `python` to the default feature, unless it is there.
fn requires_python(reader: &Reader<'_>, python: &PythonProject, manifest: &mut Manifest) {
    let place = manifest.workspace.header.clone();
    let Some(base) = manifest.features.first_mut().and_then(|base| base.targets.first_mut()) else {
        return;
    };
    let has_python = base
        .dependencies
        .iter()
        .any(|known| known.name.value == "python" && known.table == "dependencies");
    if has_python {
        return;
    }
    let version = python.requires_python.clone().unwrap_or_else(|| reader.spanned("*", &place));
    let version = version.map(|text| text.strip_prefix("==").unwrap_or(&text).to_owned());
    base.dependencies.push(Dependency {
        name: reader.spanned("python", &version.span),
        table: "dependencies",
        version,
        build: None,
        build_number: None,
        channel: None,
        is_source: false,
        is_partial: false,
    });
}
