//! `[project]` and `[dependency-groups]` of a `pyproject.toml`, as pixi takes them in.

use config::Node;

use super::reader::Reader;
use super::{Dependency, Manifest, PythonProject};

/// Reads the tables, and adds what they ask for to the features.
pub(super) fn read(reader: &mut Reader<'_>, root: &Node, manifest: &mut Manifest) {
    let mut python = PythonProject::default();
    if let Some(project) = root.get("project") {
        python.name = project.get("name").and_then(|node| reader.text(node));
        python.requires_python = project.get("requires-python").and_then(|node| reader.text(node));
        if let Some(node) = project.get("dependencies") {
            python.dependencies = reader.texts(node);
        }
        if let Some(node) = project.get("optional-dependencies") {
            for (key, node) in reader.table(node) {
                let name = reader.spanned(key.text.as_str(), &key.span);
                let texts = reader.texts(node);
                python.optional_dependencies.push((name, texts));
            }
        }
    }
    requires_python(reader, &python, manifest);
    manifest.python = Some(python);
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
    });
}
