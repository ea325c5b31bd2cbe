//! `cargo xtask dist DIR`: the tree that `uses: org/actions/NAME@v1` resolves to.
//!
//! The runner looks for a folder NAME at the root of the ref, so the release tree has one thin
//! folder for every public name. Its action.yml is the source's, with the image pulled by digest
//! instead of built: nothing in it moves after the release.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use toml_edit::{DocumentMut, Item};

use crate::project::Project;
use crate::say;
use crate::staged::create_empty;

/// Public folder -> folder of the action it stands for.
const NAMES: [(&str, &str); 6] = [
    ("pixi-cuda-setup", "pixi-cuda-setup"),
    ("pixi-cuda-setup/full", "pixi-cuda-setup/full"),
    ("semantic-release", "semantic-release"),
    ("semantic-release/publish", "semantic-release/publish"),
    ("semrel", "semantic-release"),
    ("semrel/publish", "semantic-release/publish"),
];

/// What the line of a source action.yml that says where the image comes from starts and goes on
/// with; the folders up depend on how deep the action lies.
const SOURCE_IMAGE: (&str, &str) = ("image: ../", "Dockerfile");
/// How a composite action starts one of ours in a checkout. `uses:` takes no expressions and `./` is
/// the workspace, so a release cannot say it this way: it names the image, which is what the step
/// runs, by digest. The step's `with:` has entry point and arguments for both.
const SOURCE_STEP: &str = "uses: ./actions/";

/// Where the released image is.
#[derive(Debug)]
pub(crate) struct Image {
    /// Registry host, with port when it is not the usual one.
    pub(crate) registry: String,
    /// `OWNER/REPOSITORY`.
    pub(crate) repository: String,
    /// `sha256:` and 64 hexadecimal digits.
    pub(crate) digest: String,
}

impl Image {
    fn reference(&self) -> String {
        format!("docker://{}/{}@{}", self.registry, self.repository, self.digest)
    }
}

/// The command: places from `[workspace.metadata.dist]` unless given.
pub(crate) fn command(
    project: &Project,
    directory: &Path,
    digest: Option<&str>,
    registry: Option<&str>,
) -> Result<()> {
    let declared = project.toml("Cargo.toml")?;
    let digest = digest
        .context("name the image with `--digest sha256:HEX`, as the registry printed it on push")?;
    let image = Image {
        registry: registry
            .map_or_else(|| place(&declared, "registry"), |given| Ok(given.to_owned()))?,
        repository: place(&declared, "repository")?,
        digest: digest.to_owned(),
    };
    write(project, directory, &image)?;
    say::line(&format!("release tree in {}", directory.display()));
    Ok(())
}

fn place(declared: &DocumentMut, key: &str) -> Result<String> {
    let dist = declared.get("workspace").and_then(|table| table.get("metadata")?.get("dist"));
    let text = dist.and_then(|table| table.get(key)).and_then(Item::as_str);
    Ok(text.with_context(|| format!("[workspace.metadata.dist] has no {key}"))?.to_owned())
}

/// Writes the tree.
pub(crate) fn write(project: &Project, directory: &Path, image: &Image) -> Result<()> {
    let hex = image.digest.strip_prefix("sha256:").unwrap_or_default();
    if hex.len() != 64 || !hex.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
        bail!("`{}` is not a digest; expected sha256: and 64 hexadecimal digits", image.digest);
    }
    create_empty(directory)?;
    for (name, action) in NAMES {
        let source = project.path("actions").join(action);
        let manifest = std::fs::read_to_string(source.join("action.yml")).with_context(|| {
            format!("actions/{action}/action.yml is missing; run `cargo xtask generate`")
        })?;
        let folder = directory.join(name);
        std::fs::create_dir_all(&folder)?;
        std::fs::write(folder.join("action.yml"), published(&manifest, image)?)?;
        std::fs::copy(source.join("README.md"), folder.join("README.md"))
            .with_context(|| format!("actions/{action}/README.md is missing"))?;
    }
    std::fs::write(directory.join("action.yml"), stub(&image.repository))?;
    std::fs::write(directory.join("README.md"), readme(&image.repository))?;
    for file in ["LICENSE-APACHE", "LICENSE-MIT"] {
        let text =
            std::fs::read(project.path(file)).with_context(|| format!("{file} is missing"))?;
        std::fs::write(directory.join(file), text)?;
    }
    Ok(())
}

/// The source's manifest with the image by digest: the lines that name it are all that differs.
fn published(manifest: &str, image: &Image) -> Result<String> {
    let (mut images, mut steps) = (0, 0);
    let mut text = String::with_capacity(manifest.len() + 100);
    for line in manifest.lines() {
        let (start, file) = SOURCE_IMAGE;
        let content = line.trim_start();
        let up = content.strip_prefix(start);
        let key = if up.is_some_and(|up| up.trim_start_matches("../").starts_with(file)) {
            images += 1;
            Some("image")
        } else if content.starts_with(SOURCE_STEP) {
            steps += 1;
            Some("uses")
        } else {
            None
        };
        if let Some(key) = key {
            text.push_str(&" ".repeat(line.len() - content.len()));
            // Writing to a String does not fail.
            let _ = write!(text, "{key}: {}", image.reference());
        } else {
            text.push_str(line);
        }
        text.push('\n');
    }
    match (images, steps) {
        (1, 0) | (0, 1..) => Ok(text),
        _ => bail!(
            "expected one line `image: ../…/Dockerfile` in action.yml, or steps that start with \
             `{SOURCE_STEP}`; found {images} and {steps}"
        ),
    }
}

/// The folders of the tree that have an action: its root, and one for every public name.
pub(crate) fn folders() -> impl Iterator<Item = &'static str> {
    std::iter::once("").chain(NAMES.iter().map(|(name, _)| *name))
}

fn paths(repository: &str) -> Vec<String> {
    NAMES.iter().map(|(name, _)| format!("{repository}/{name}")).collect()
}

/// The root action: somebody forgot the folder.
fn stub(repository: &str) -> String {
    let names = paths(repository).join(", ");
    format!(
        "name: Actions for machine-learning release engineering\n\
         description: Name the action with its folder, such as {repository}/semantic-release\n\
         runs:\n  using: composite\n  steps:\n    - shell: bash\n      run: |\n        \
         echo '::error title=No action at the root::use one of: {names}'\n        exit 1\n"
    )
}

fn readme(repository: &str) -> String {
    let mut text = format!(
        "# Released actions\n\nGenerated from the sources of {repository}; please do not edit here.\n\n\
         | uses | manual |\n| --- | --- |\n"
    );
    for (name, _) in NAMES {
        // Writing to a String does not fail.
        let _ = writeln!(text, "| `{repository}/{name}@v1` | [manual]({name}/README.md) |");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image() -> Image {
        Image {
            registry: "registry.example".into(),
            repository: "org/actions".into(),
            digest: format!("sha256:{}", "0a".repeat(32)),
        }
    }

    #[test]
    fn only_the_image_line_changes() {
        let source = "name: x\nruns:\n  using: docker\n  image: ../../Dockerfile # zizmor: ignore[x]\n  entrypoint: /x\n";
        let text = published(source, &image()).unwrap();
        let digest = image().digest;
        let expected = format!(
            "name: x\nruns:\n  using: docker\n  image: docker://registry.example/org/actions@{digest}\n  entrypoint: /x\n"
        );
        assert_eq!(text, expected);
        let deep = published(&source.replace("../../", "../../../"), &image()).unwrap();
        assert_eq!(deep, expected, "however deep the action lies");
        assert!(published("runs: {}\n", &image()).is_err());

        let composite =
            "runs:\n  steps:\n    - uses: ./actions/x # why\n    - uses: actions/cache@1\n";
        let text =
            published(&composite.replace("- uses: ./", "-\n      uses: ./"), &image()).unwrap();
        let expected = format!(
            "runs:\n  steps:\n    -\n      uses: docker://registry.example/org/actions@{digest}\n    - uses: actions/cache@1\n"
        );
        assert_eq!(text, expected);
    }

    #[test]
    fn a_digest_is_checked() {
        let project = Project::find().unwrap();
        let folder = tempfile::tempdir().unwrap();
        for digest in ["", "sha256:12", "latest", &format!("sha256:{}", "0A".repeat(32))] {
            let image = Image { digest: digest.to_owned(), ..image() };
            let error = write(&project, &folder.path().join("x"), &image).unwrap_err();
            assert!(error.to_string().contains("is not a digest"), "{error}");
        }
    }

    #[test]
    fn the_tree_declares_what_the_sources_declare() {
        let project = Project::find().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let tree = folder.path().join("tree");
        write(&project, &tree, &image()).unwrap();
        for (name, action) in NAMES {
            let source = manifest(&project.path("actions").join(action));
            let released = manifest(&tree.join(name));
            for key in ["name", "description", "inputs", "outputs", "branding"] {
                assert_eq!(released.get(key), source.get(key), "{name}: {key}");
            }
            assert_eq!(released["runs"].get("entrypoint"), source["runs"].get("entrypoint"));
            assert_eq!(released["runs"].get("args"), source["runs"].get("args"));
            // Nothing in a release is a path into the sources, and all of ours is that one image.
            let text = std::fs::read_to_string(tree.join(name).join("action.yml")).unwrap();
            assert!(text.contains(&image().reference()), "{name}");
            for moving in ["uses: ./", "../Dockerfile", "@v1\n", "@main"] {
                assert!(!text.contains(moving), "{name}: {moving}");
            }
        }
        let stub = manifest(&tree);
        assert!(stub["runs"]["steps"][0]["run"].as_str().unwrap().contains("org/actions/semrel"));
    }

    /// An action.yml as JSON, read by the YAML reader of the actions themselves.
    fn manifest(folder: &Path) -> serde_json::Value {
        let path = folder.join("action.yml");
        let text = std::fs::read_to_string(&path).unwrap();
        let source = diagnostics::Source::file(path.display().to_string(), text);
        json(config::parse_yaml(&source).unwrap().root())
    }

    fn json(node: &config::Node) -> serde_json::Value {
        if let Some(items) = node.items() {
            return items.iter().map(json).collect();
        }
        if let Some(entries) = node.entries() {
            return entries.iter().map(|(key, value)| (key.text.clone(), json(value))).collect();
        }
        node.scalar_text().map_or(serde_json::Value::Null, Into::into)
    }
}
