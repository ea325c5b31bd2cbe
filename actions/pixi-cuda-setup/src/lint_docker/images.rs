//! What the name of a base image says about CUDA and pixi.

use pixi_workspace::PixiVersion;

/// An image as named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Image<'i> {
    /// The name without registry, tag and digest: `nvidia/cuda`.
    pub(super) name: &'i str,
    /// The tag.
    pub(super) tag: Option<&'i str>,
    /// Whether a digest pins it.
    pub(super) has_digest: bool,
}

/// A CUDA image: its version and what it brings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CudaImage<'i> {
    /// `12.4.1`.
    pub(super) version: &'i str,
    /// Brings the CUDA libraries, not the driver's settings alone.
    pub(super) has_libraries: bool,
    /// Brings the compiler.
    pub(super) is_devel: bool,
}

impl<'i> Image<'i> {
    pub(super) fn parse(text: &'i str) -> Self {
        let (rest, digest) = match text.split_once('@') {
            Some((rest, digest)) => (rest, Some(digest)),
            None => (text, None),
        };
        let (name, tag) = match rest.rsplit_once(':') {
            Some((name, tag)) if !tag.contains('/') => (name, Some(tag)),
            _ => (rest, None),
        };
        let is_registry =
            |part: &str| part.contains('.') || part.contains(':') || part == "localhost";
        let name = match name.split_once('/') {
            Some((registry, rest)) if is_registry(registry) => rest,
            _ => name,
        };
        Self { name, tag, has_digest: digest.is_some() }
    }

    /// Whether it is one of prefix-dev's pixi images.
    pub(super) fn is_pixi(&self) -> bool {
        self.name == "prefix-dev/pixi" || self.name.ends_with("/prefix-dev/pixi")
    }

    /// The pixi in a pixi image, if the tag says.
    pub(super) fn pixi(&self) -> Option<PixiVersion> {
        let first = self.tag?.split('-').next()?;
        (first.split('.').count() == 3).then(|| first.parse().ok()).flatten()
    }

    /// What it brings of CUDA.
    pub(super) fn cuda(&self) -> Option<CudaImage<'i>> {
        let tag = self.tag?;
        if self.is_pixi() {
            // Built upon the `base` flavour, which has the settings for the driver and little more.
            let after = tag.split("cuda-").nth(1)?;
            let version = after.split('-').next()?;
            return Some(CudaImage { version, has_libraries: false, is_devel: false });
        }
        if self.name != "nvidia/cuda" {
            return None;
        }
        let version = tag.split('-').next()?;
        let is_version = version.starts_with(|c: char| c.is_ascii_digit());
        is_version.then(|| CudaImage {
            version,
            has_libraries: ["cudnn", "runtime", "devel"].iter().any(|part| tag.contains(part)),
            is_devel: tag.contains("devel"),
        })
    }
}

/// The first number of a version.
pub(super) fn major(version: &str) -> &str {
    version.split('.').next().unwrap_or(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_images_say_what_they_bring() {
        let image = Image::parse("nvcr.io/nvidia/cuda:12.4.1-cudnn-devel-ubuntu22.04");
        let cuda = image.cuda().unwrap();
        assert_eq!((cuda.version, cuda.has_libraries, cuda.is_devel), ("12.4.1", true, true));
        assert!(!Image::parse("nvidia/cuda:12.9.1-base-ubuntu24.04").cuda().unwrap().has_libraries);
        let pixi = Image::parse("ghcr.io/prefix-dev/pixi:0.77.0-noble-cuda-12.9.1");
        assert_eq!(pixi.pixi().map(|version| version.to_string()).as_deref(), Some("0.77.0"));
        assert_eq!(pixi.cuda().unwrap().version, "12.9.1");
        for name in [
            "ghcr.io/prefix-dev/pixi",
            "ghcr.io/prefix-dev/pixi:latest",
            "ghcr.io/prefix-dev/pixi:noble",
        ] {
            assert!(Image::parse(name).is_pixi() && Image::parse(name).pixi().is_none(), "{name}");
        }
        let pinned = Image::parse("localhost:5000/prefix-dev/pixi@sha256:00");
        assert!(pinned.is_pixi() && pinned.has_digest && pinned.tag.is_none());
        assert!(Image::parse("ubuntu:24.04").cuda().is_none());
    }
}
