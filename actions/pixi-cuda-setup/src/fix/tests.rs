use std::path::Path;

use config::Node;
use diagnostics::Source;
use pixi_workspace::environment::View;
use pixi_workspace::manifest::{Document, Manifest};
use pixi_workspace::{Finding, PixiVersion};

use super::edits::{CudaWish, Edited, Wanted, plan};
use super::*;

mod command;
mod forms;

fn read(name: &str, text: &str, minor: u64) -> (Manifest, Vec<Finding>) {
    let source = Source::file(name, text);
    let document = Document::parse(&source, Path::new(name)).expect(text);
    document.read(PixiVersion::new(0, minor, 0))
}

fn wanted(cuda: Option<&str>, minor: u64) -> Wanted {
    Wanted {
        environments: vec!["prod".to_owned()],
        cuda: cuda.map_or(CudaWish::Unknown, |cuda| CudaWish::Version(cuda.to_owned())),
        version: PixiVersion::new(0, minor, 0),
        toolkit: None,
        has_framework: false,
    }
}

/// Plans for a text, and checks what must hold of every edit: only bytes are added, the result
/// reads without a new error, and a second run finds nothing to do.
#[track_caller]
fn edited(name: &str, text: &str, wanted: &Wanted) -> Edited {
    let minor = wanted.version.minor;
    let (manifest, before) = read(name, text, minor);
    let edited = plan(&manifest, wanted).expect(text);
    let mut rest = edited.text.chars();
    assert!(text.chars().all(|c| rest.any(|other| other == c)), "{text}\n---\n{}", edited.text);
    assert_eq!(edited.text == text, edited.changes.is_empty());
    let _: toml_edit::DocumentMut =
        edited.text.trim_start_matches('\u{feff}').parse().expect("TOML to another reader");
    let (again, after) = read(name, &edited.text, minor);
    let errors = |findings: &[Finding]| {
        findings.iter().filter(|one| one.severity == Severity::Error).count()
    };
    assert_eq!(errors(&before), errors(&after), "{after:?}");
    let second = plan(&again, wanted).expect("a second run");
    assert_eq!(second.changes, Vec::<String>::new(), "{}", edited.text);
    assert_eq!(second.text, edited.text);
    edited
}

/// The cuda that environment `prod` declares on `linux-64`.
fn cuda_of_prod(name: &str, text: &str, minor: u64) -> Option<String> {
    let (manifest, _) = read(name, text, minor);
    let view = View::new(&manifest, "prod", PixiVersion::new(0, minor, 0)).expect("prod");
    let row = view.rows().iter().find(|row| row.subdir == "linux-64").expect("linux-64");
    view.declared_cuda(row).map(|cuda| cuda.version)
}

/// Paths and texts of everything in a tree, one a line.
fn flat(node: &Node, path: &str, into: &mut Vec<String>) {
    match (node.entries(), node.items()) {
        (Some(entries), _) => {
            into.push(format!("{path} {{}}"));
            for (key, node) in entries {
                flat(node, &format!("{path}.{}", key.text), into);
            }
        }
        (_, Some(items)) => {
            into.push(format!("{path} []"));
            for node in items {
                flat(node, &format!("{path}[]"), into);
            }
        }
        _ => into.push(format!("{path} = {:?}", node.scalar_text())),
    }
}

/// What the second text holds that the first does not.
fn new_values(before: &str, after: &str) -> Vec<String> {
    let all = |text: &str| {
        let tree = config::parse_toml(&Source::file("f.toml", text)).expect("TOML");
        let mut lines = Vec::new();
        flat(tree.root(), "", &mut lines);
        lines
    };
    let mut old = all(before);
    let mut new = all(after);
    new.retain(|line| match old.iter().position(|known| known == line) {
        Some(position) => {
            old.remove(position);
            false
        }
        None => true,
    });
    assert_eq!(old, Vec::<String>::new(), "something is gone");
    new
}
