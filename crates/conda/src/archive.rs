//! Archive names: what the file of a package says of it.

use percent_encoding::percent_decode_str;

use crate::pep503::normalize_name;

/// The conda subdirs.
const SUBDIRS: [&str; 27] = [
    "noarch",
    "unknown",
    "linux-32",
    "linux-64",
    "linux-aarch64",
    "linux-armv6l",
    "linux-armv7l",
    "linux-loongarch64",
    "linux-ppc64le",
    "linux-ppc64",
    "linux-ppc",
    "linux-s390x",
    "linux-riscv32",
    "linux-riscv64",
    "osx-64",
    "osx-arm64",
    "win-32",
    "win-64",
    "win-arm64",
    "emscripten-wasm32",
    "wasi-wasm32",
    "zos-z",
    "freebsd-64",
    "openbsd-64",
    "netbsd-64",
    "android-64",
    "freebsd-aarch64",
];

/// Whether a text is a conda subdir.
pub fn is_subdir(text: &str) -> bool {
    SUBDIRS.contains(&text)
}

/// What the URL of a conda archive says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Archive {
    /// The package, as the file is called.
    pub name: String,
    /// The version.
    pub version: String,
    /// The build string.
    pub build: String,
    /// The part of the path before the file: the subdir, where it is one.
    pub subdir: String,
}

/// What the name of a Python archive says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PythonArchive {
    /// The package, normalised.
    pub name: String,
    /// The version; a local part is not percent-encoded.
    pub version: String,
    /// The tags of a wheel, `py3-none-any`; absent for a source distribution.
    pub tags: Option<String>,
}

/// The file a URL or path ends in, decoded, and the part before it.
fn file(url: &str) -> (String, String) {
    let path = url.split(['#', '?']).next().unwrap_or_default();
    let mut parts = path.rsplit(['/', '\\']);
    let mut next =
        || percent_decode_str(parts.next().unwrap_or_default()).decode_utf8_lossy().into_owned();
    (next(), next())
}

impl Archive {
    /// Reads `.../linux-64/pytorch-2.5.1-cuda126_py311_h1234567_303.conda`; `None` where the file is
    /// no conda archive.
    pub fn from_url(url: &str) -> Option<Self> {
        let (file, folder) = file(url);
        let stem = file.strip_suffix(".conda").or_else(|| file.strip_suffix(".tar.bz2"))?;
        let mut parts = stem.rsplitn(3, '-');
        let (build, version, name) = (parts.next()?, parts.next()?, parts.next()?);
        if build.is_empty() || version.is_empty() || name.is_empty() {
            return None;
        }
        Some(Self {
            name: name.to_owned(),
            version: version.to_owned(),
            build: build.to_owned(),
            subdir: if is_subdir(&folder) { folder } else { String::new() },
        })
    }

    /// The number at the end of the build string, which is the build number by convention.
    pub fn build_number(&self) -> Option<u64> {
        build_number(&self.build)
    }
}

/// The number at the end of a build string: `302` of `cuda129_mkl_py311_h1234567_302`.
pub fn build_number(build: &str) -> Option<u64> {
    let (_, last) = build.rsplit_once('_').unwrap_or(("", build));
    last.parse().ok().filter(|_| last.bytes().all(|byte| byte.is_ascii_digit()))
}

impl PythonArchive {
    /// Reads `.../torch-2.6.0%2Bcu124-cp311-cp311-linux_x86_64.whl#sha256=...` or
    /// `.../demo-1.0.tar.gz`; `None` where the file is neither.
    pub fn from_url(url: &str) -> Option<Self> {
        let (file, _) = file(url);
        if let Some(stem) = file.strip_suffix(".whl") {
            let mut parts = stem.splitn(3, '-');
            let (name, version, tags) = (parts.next()?, parts.next()?, parts.next()?);
            return Self::new(name, version, Some(tags));
        }
        let stem = [".tar.gz", ".zip", ".tar.bz2", ".tgz", ".tar.xz", ".tar.zst"]
            .iter()
            .find_map(|extension| file.strip_suffix(extension))?;
        let (name, version) = stem.rsplit_once('-')?;
        Self::new(name, version, None)
    }

    fn new(name: &str, version: &str, tags: Option<&str>) -> Option<Self> {
        if name.is_empty() || version.is_empty() {
            return None;
        }
        Some(Self {
            name: normalize_name(name),
            version: version.to_owned(),
            tags: tags.map(str::to_owned),
        })
    }
}

#[cfg(test)]
mod tests;
