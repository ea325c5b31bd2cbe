//! `LD_LIBRARY_PATH` that hides the driver's libraries, or those of the environment.

use diagnostics::Source;
use dockerfile::{Text, shell};
use pixi_workspace::Finding;
use pixi_workspace::manifest::Manifest;

pub(super) const VARIABLE: &str = "LD_LIBRARY_PATH";

const CODE: &str = "cuda/library-path";

/// What is wrong with a value, without its place.
pub(super) fn judge(value: &str, has_cuda: bool) -> Option<Finding> {
    let bare = value.trim_matches(['"', '\'']);
    let parts: Vec<&str> = bare.split(':').collect();
    let with = |word: &str| parts.iter().find(|part| part.split('/').any(|piece| piece == word));
    if let Some(part) = with("stubs") {
        return Some(
            Finding::warning(
                CODE,
                format!(
                    "`{part}` holds a libcuda.so.1 without a driver in it, and hides the real one"
                ),
            )
            .prevents("CUDA driver is a stub library")
            .remedy(format!("leave `{part}` out of {VARIABLE}; name it with `-L` when linking")),
        );
    }
    if let Some(part) = with("compat") {
        return Some(
            Finding::warning(
                CODE,
                format!("`{part}` puts another libcuda.so.1 before the driver's"),
            )
            .prevents("CUDA_ERROR_SYSTEM_DRIVER_MISMATCH, or no device found, on drivers that it does not fit")
            .remedy(format!("leave `{part}` out of {VARIABLE}; NVIDIA's container runtime adds it where it fits")),
        );
    }
    let is_toolkit = |part: &&&str| {
        let folder = part.trim_end_matches('/');
        (folder.starts_with("/usr/local/cuda") || folder.starts_with("/opt/cuda"))
            && folder.contains("lib")
    };
    let part = parts.iter().find(is_toolkit).filter(|_| has_cuda)?;
    Some(
        Finding::warning(
            CODE,
            format!("`{part}` hides the CUDA libraries that the environment brings"),
        )
        .remedy(format!("leave `{part}` out of {VARIABLE}")),
    )
}

/// The same for what activation sets: `activation.env` of the manifest, and the activation
/// scripts. `has_cuda` is whether some environment is locked with CUDA.
pub fn in_activation(manifest: &Manifest, scripts: &[Source], has_cuda: bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    let targets = manifest.features.iter().flat_map(|feature| &feature.targets);
    for (name, value) in targets.flat_map(|target| &target.activation_env) {
        if name.value == VARIABLE {
            let found = judge(&value.value, has_cuda);
            findings.extend(found.map(|finding| finding.at(&value.source, &value.span)));
        }
    }
    for script in scripts {
        let text = Text::part(script.contents(), 0..script.contents().len());
        for set in shell::environment(&text) {
            let Some(value) = set.value.filter(|_| set.name == *VARIABLE) else { continue };
            let found = judge(value.as_str(), has_cuda);
            findings.extend(found.map(|finding| finding.at(script, &value.span())));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_hides_something_is_found() {
        let cases = [
            ("/usr/local/cuda/lib64/stubs:$LD_LIBRARY_PATH", true, true),
            ("\"/usr/local/cuda-12.4/compat\"", false, true),
            ("/usr/local/cuda/lib64", true, true),
            ("/usr/local/cuda/lib64", false, false),
            ("/usr/local/nvidia/lib:/usr/local/nvidia/lib64", true, false),
            ("$CONDA_PREFIX/lib:$LD_LIBRARY_PATH", true, false),
            ("", true, false),
        ];
        for (value, has_cuda, expected) in cases {
            assert_eq!(judge(value, has_cuda).is_some(), expected, "{value} {has_cuda}");
        }
    }

    #[test]
    fn scripts_are_looked_into() {
        let path = std::path::Path::new("pixi.toml");
        let text = concat!(
            "[workspace]\nchannels = []\nplatforms = [\"linux-64\"]\n",
            "[activation.env]\nLD_LIBRARY_PATH = \"/usr/local/cuda/compat\"\nOTHER = \"stubs\"\n",
        );
        let document =
            pixi_workspace::manifest::Document::parse(&Source::file("pixi.toml", text), path);
        let (manifest, _) = document.unwrap().read(pixi_workspace::PixiVersion::new(0, 77, 0));
        let script = Source::file(
            "activate.sh",
            "#!/bin/sh\nif true; then\n  export LD_LIBRARY_PATH=\"/usr/local/cuda/lib64/stubs:$LD_LIBRARY_PATH\"\nfi\n",
        );
        let found = in_activation(&manifest, &[script], true);
        let lines: Vec<_> = found
            .iter()
            .map(|finding| {
                let (source, span) = finding.place.as_ref().unwrap();
                (source.name().to_owned(), source.position(span.start).line)
            })
            .collect();
        assert_eq!(lines, [("pixi.toml".to_owned(), 5), ("activate.sh".to_owned(), 3)]);
    }
}
