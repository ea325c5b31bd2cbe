//! Manifests as projects have them.

use super::*;

fn names<'m>(items: impl IntoIterator<Item = &'m str>) -> Vec<String> {
    items.into_iter().map(str::to_owned).collect()
}

fn dependencies(target: &Target) -> Vec<(&str, &str)> {
    target.dependencies.iter().map(|d| (d.name.value.as_str(), d.version.value.as_str())).collect()
}

#[test]
fn a_training_project() {
    let (manifest, findings) = pixi(include_str!("classifier-training.toml"), 77);
    assert_eq!(findings, []);
    let workspace = &manifest.workspace;
    assert_eq!(
        workspace.name.as_ref().map(|name| name.value.as_str()),
        Some("classifier-training")
    );
    let channels = names(workspace.channels.iter().map(|channel| channel.name.value.as_str()));
    assert_eq!(channels, ["nvidia", "conda-forge", "pytorch"]);
    assert!(!manifest.has_rich_platforms());
    let base = &manifest.features[0];
    assert_eq!(
        dependencies(&base.targets[0]),
        [
            ("python", "3.11.*"),
            ("pytorch", ">=2.1"),
            ("torchvision", ">=0.16"),
            ("lightning", ">=2.0")
        ]
    );
    let channel = base.targets[0].dependencies[3].channel.as_ref().expect("a channel");
    assert_eq!(channel.value, "conda-forge");
    assert_eq!(base.targets[1].selector.as_ref().expect("linux").value, "linux-64");
    assert_eq!(dependencies(&base.targets[1]), [("cudnn", "*")]);
    let pypi = &base.targets[0].pypi;
    assert!(pypi[0].is_editable && pypi[0].path.as_ref().expect("a path").value == ".");
    assert_eq!((pypi[2].name.value.as_str(), &pypi[2].extras), ("wandb", &names(["media"])));
    let tasks: Vec<_> = base.targets[0]
        .tasks
        .iter()
        .map(|(name, command)| (name.value.as_str(), command.as_ref().map(|c| c.value.as_str())))
        .collect();
    assert_eq!(tasks[0], ("train", Some("python -m classifier_training.train")));
    assert_eq!(tasks[4], ("typecheck", Some("mypy src/")));
    assert_eq!(tasks[5], ("all-checks", None));
    let default = manifest.environment("default").expect("default");
    assert!(default.is_declared);
    assert_eq!(default.features[0].value, "dev");
    assert_eq!(manifest.source.contents().get(default.name.span.clone()), Some("default"));
    assert!(manifest.environment("prod").is_none());
}

#[test]
fn several_machines_by_features() {
    let text = include_str!("multi-machine.toml");
    let (manifest, findings) = pixi(text, 77);
    assert_eq!(findings, []);
    let rows: Vec<_> = manifest
        .workspace
        .platforms
        .iter()
        .map(|row| (row.name.as_str(), row.subdir.as_str(), row.is_bare))
        .collect();
    assert_eq!(
        rows,
        [
            ("linux-64-cuda-12", "linux-64", false),
            ("linux-64", "linux-64", true),
            ("osx-arm64", "osx-arm64", true),
            ("mac", "osx-arm64", false),
        ]
    );
    let cuda = manifest.feature("cuda").expect("cuda");
    let platforms = cuda.platforms.as_ref().expect("platforms");
    assert_eq!(platforms[0].value, "linux-64-cuda-12");
    assert_eq!(manifest.environments[1].name.value, "cuda");
    assert_eq!(manifest.feature("mlx").expect("mlx").targets[1].tasks.len(), 1);
    // The same in a pixi that knows no rich platforms.
    let (_, findings) = pixi(text, 70);
    assert_eq!(findings[0].code, "manifest/needs-newer-pixi");
    assert_eq!(findings[0].prevents.as_deref(), Some("expected a string, found table"));
    assert_eq!(
        findings[0].remedy.as_deref(),
        Some("use pixi >= 0.71: set `pixi-version` to `0.71.0` or later")
    );
}

#[test]
fn a_pyproject_with_extras_and_groups() {
    let (manifest, findings) = read_as("pyproject.toml", include_str!("pyproject.toml"), 77);
    assert_eq!(findings, []);
    assert_eq!(manifest.kind, Kind::Pyproject);
    let base = &manifest.features[0];
    assert_eq!(dependencies(&base.targets[0]), [("pytorch-gpu", "*"), ("python", ">=3.11")]);
    let pypi = names(base.targets[0].pypi.iter().map(|p| p.name.value.as_str()));
    assert_eq!(pypi, ["antibody-parity"]);
    let python = manifest.python.as_ref().expect("a project");
    let texts = |groups: &[(config::Spanned<String>, Vec<config::Spanned<String>>)]| {
        let shown = |(name, texts): &(config::Spanned<String>, Vec<config::Spanned<String>>)| {
            let texts: Vec<&str> = texts.iter().map(|text| text.value.as_str()).collect();
            format!("{}: {}", name.value, texts.join(", "))
        };
        groups.iter().map(shown).collect::<Vec<_>>()
    };
    // `antibody-parity[plot]` in an extra of the project itself stands for that extra.
    assert_eq!(texts(&python.optional_dependencies), ["plot: matplotlib", "all: matplotlib, rich"]);
    assert_eq!(
        texts(&python.dependency_groups),
        ["cover: coverage[toml]>=7", "test: pytest, coverage[toml]>=7"]
    );
    assert_eq!(python.dependencies.len(), 2);
    // Each is a feature, the one that stands in pixi's own tables too.
    let features = names(manifest.features.iter().map(|feature| feature.name.as_str()));
    assert_eq!(features, ["default", "test", "plot", "all", "cover"]);
    assert_eq!(manifest.feature("test").expect("test").targets[0].dependencies.len(), 1);
    assert_eq!(python.name.as_ref().expect("a name").value, "Antibody.Parity");
    assert_eq!(manifest.environment("plot").expect("plot").features[0].value, "plot");
    let cuda = base.system_requirements.as_ref().and_then(|table| table.cuda.as_ref());
    assert_eq!(cuda.map(|cuda| cuda.value.as_str()), None);
}

#[test]
fn a_mojoproject_is_read_like_a_pixi_toml() {
    let text = "[project]\nname = \"life\"\nchannels = [\"conda-forge\"]\nplatforms = [\"linux-64\"]\n\
                [dependencies]\nmax = \"*\"\n";
    let (manifest, findings) = read_as("mojoproject.toml", text, 42);
    assert_eq!((findings, manifest.kind), (vec![], Kind::Mojoproject));
    assert!(manifest.workspace.is_project);
    let (_, findings) = read_as("mojoproject.toml", text, 57);
    assert_eq!(codes(&findings), [(Severity::Warning, "manifest/project-table")]);
    assert_eq!(
        findings[0].prevents.as_deref(),
        Some("The `project` field is deprecated. Use `workspace` instead.")
    );
}

#[test]
fn line_endings_and_marks_change_nothing() {
    let text = include_str!("classifier-training.toml");
    let (plain, _) = pixi(text, 77);
    let (dos, findings) = pixi(&format!("\u{feff}{}", text.replace('\n', "\r\n")), 77);
    assert_eq!(findings, []);
    let shown = |manifest: &Manifest| {
        let names: Vec<String> = manifest
            .features
            .iter()
            .flat_map(|f| &f.targets)
            .flat_map(|t| &t.dependencies)
            .map(|d| format!("{} {}", d.name.value, d.version.value))
            .collect();
        names.join("\n")
    };
    assert_eq!(shown(&plain), shown(&dos));
    let name = &dos.environments[0].name;
    assert_eq!(dos.source.contents().get(name.span.clone()), Some("default"));
}
