//! The base image, and what the image says to the driver.

use dockerfile::Kind;
use pixi_workspace::Finding;

use super::super::images::{CudaImage, Image, major};
use super::super::stages::Leaf;
use super::super::{Lint, library_path};

/// What a leaf stage is built upon.
struct Base<'l> {
    leaf: &'l Leaf,
    text: &'l str,
    /// The `FROM` that names the image.
    span: std::ops::Range<usize>,
}

fn bases<'l>(lint: &'l Lint<'_>) -> Vec<Base<'l>> {
    let file = lint.build.file;
    let base = |leaf: &'l Leaf| {
        let stage = file.stages.get(leaf.stage)?;
        let first = file.lineage(stage).last().copied()?;
        let text = file.image(stage)?.known()?;
        let Kind::From(from) = &file.instructions.get(first.from)?.kind else { return None };
        Some(Base { leaf, text, span: from.image.span() })
    };
    lint.model.leaves.iter().filter_map(base).collect()
}

/// The environments of a leaf that are locked with CUDA, and their version.
fn cuda_of<'l>(lint: &'l Lint<'_>, leaf: &'l Leaf) -> Vec<(&'l str, Option<&'l str>)> {
    let names = leaf.installed.iter().filter_map(|installed| installed.environment.as_deref());
    names
        .filter_map(|name| lint.level(name).filter(|level| level.is_cuda))
        .map(|level| (level.environment.as_str(), level.cuda.as_deref()))
        .collect()
}

/// CUDA libraries in the image and in the environment.
pub(super) fn base(lint: &Lint<'_>, findings: &mut Vec<Finding>) {
    for Base { leaf, text, span } in bases(lint) {
        let image = Image::parse(text);
        let Some(cuda) = image.cuda().filter(|cuda| cuda.has_libraries) else { continue };
        let locked = cuda_of(lint, leaf);
        let Some((name, _)) = locked.first() else { continue };
        if cuda.is_devel && uses_toolkit(lint) {
            continue;
        }
        findings.push(
            Finding::notice(
                "docker/base-image",
                format!("the base image brings CUDA, and environment `{name}` brings its own"),
            )
            .at(lint.source(), &span)
            .environment(*name)
            .remedy(format!("write `{}`", small(text, &image, &cuda))),
        );
    }
}

/// Whether something of the image's CUDA is named.
fn uses_toolkit(lint: &Lint<'_>) -> bool {
    let text = lint.source().contents();
    ["CUDA_HOME", "CUDA_PATH", "/usr/local/cuda", "nvcc", "FORCE_CUDA", "TORCH_CUDA_ARCH_LIST"]
        .iter()
        .any(|word| text.contains(word))
}

/// The same image without the libraries.
fn small(text: &str, image: &Image<'_>, cuda: &CudaImage<'_>) -> String {
    let tag = image.tag.unwrap_or_default();
    let flavours = ["cudnn", "runtime", "devel", "base"];
    let system = tag
        .split('-')
        .skip(1)
        .filter(|part| !flavours.iter().any(|flavour| part.starts_with(flavour)))
        .collect::<Vec<_>>()
        .join("-");
    let name = text.split('@').next().unwrap_or(text);
    let name = name.strip_suffix(tag).unwrap_or(name).trim_end_matches(':');
    format!("{name}:{}-base-{system}", cuda.version)
}

/// Another CUDA in the image than in the environment.
pub(super) fn base_major(lint: &Lint<'_>, findings: &mut Vec<Finding>) {
    for Base { leaf, text, span } in bases(lint) {
        let image = Image::parse(text);
        let Some(cuda) = image.cuda() else { continue };
        let locked = cuda_of(lint, leaf);
        let differs = locked.iter().find_map(|(name, version)| {
            version
                .filter(|version| major(version) != major(cuda.version))
                .map(|version| (*name, version))
        });
        let Some((name, version)) = differs else { continue };
        findings.push(
            Finding::notice(
                "docker/base-major",
                format!("the base image is of CUDA {}, environment `{name}` is locked with CUDA {version}", cuda.version),
            )
            .at(lint.source(), &span)
            .note("the image asks for a driver of its own version (NVIDIA_REQUIRE_CUDA)")
            .environment(name)
            .remedy(format!("take a base image of CUDA {}", major(version))),
        );
    }
}

/// Images that bring no settings for NVIDIA's container runtime.
const PLAIN: [&str; 16] = [
    "ubuntu",
    "debian",
    "fedora",
    "alpine",
    "rockylinux",
    "almalinux",
    "centos",
    "busybox",
    "python",
    "buildpack-deps",
    "prefix-dev/pixi",
    "mambaorg/micromamba",
    "condaforge/miniforge3",
    "continuumio/miniconda3",
    "astral-sh/uv",
    "redhat/ubi9",
];

/// A plain base image without the settings that let the driver in.
pub(super) fn driver_variables(lint: &Lint<'_>, findings: &mut Vec<Finding>) {
    for Base { leaf, text, span } in bases(lint) {
        let image = Image::parse(text);
        let bare = image.name.strip_prefix("library/").unwrap_or(image.name);
        if image.cuda().is_some() || !PLAIN.contains(&bare) {
            continue;
        }
        let locked = cuda_of(lint, leaf);
        let Some((name, _)) = locked.first() else { continue };
        let wanted = [
            ("NVIDIA_VISIBLE_DEVICES", "NVIDIA_VISIBLE_DEVICES=all"),
            ("NVIDIA_DRIVER_CAPABILITIES", "NVIDIA_DRIVER_CAPABILITIES=compute,utility"),
        ];
        let missing: Vec<&str> = wanted
            .iter()
            .filter(|(variable, _)| leaf.variables.env(variable).is_none())
            .map(|(_, setting)| *setting)
            .collect();
        if missing.is_empty() {
            continue;
        }
        findings.push(
            Finding::notice(
                "docker/driver-variables",
                format!(
                    "environment `{name}` needs the driver, and this base image does not ask for it"
                ),
            )
            .at(lint.source(), &span)
            .note("without these NVIDIA's runtime mounts no driver where `--gpus` is not given")
            .environment(*name)
            .remedy(format!("write `ENV {}` in this stage", missing.join(" "))),
        );
    }
}

/// `ENV LD_LIBRARY_PATH` that hides the driver's libraries or those of the environment.
pub(super) fn library_path(lint: &Lint<'_>, findings: &mut Vec<Finding>) {
    for leaf in &lint.model.leaves {
        let Some(variable) = leaf.variables.env(library_path::VARIABLE) else { continue };
        let instruction = lint.build.file.instructions.get(variable.instruction);
        let Some(Kind::Env(pairs)) = instruction.map(|found| &found.kind) else { continue };
        let has_cuda = !cuda_of(lint, leaf).is_empty();
        for pair in pairs.iter().filter(|pair| pair.name == *library_path::VARIABLE) {
            let value = &pair.value;
            findings.extend(library_path::found(lint.source(), &value.span(), value, has_cuda));
        }
    }
}
