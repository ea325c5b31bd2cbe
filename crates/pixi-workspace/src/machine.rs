//! The virtual packages of a machine, and what environment variables make of them.

use conda::Version;

use crate::PixiVersion;

/// A machine as pixi detects it, before any override. Nothing here is read from this one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Machine {
    /// The conda subdir.
    pub subdir: String,
    /// The kernel's version.
    pub linux: Option<String>,
    /// The libc: `glibc` or `musl`, and its version. Nothing in a `scratch` image.
    pub libc: Option<(String, String)>,
    /// What the driver supports at most; `None` without a driver.
    pub cuda: Option<String>,
    /// The compute capability of the least GPU, `8.6`.
    pub cuda_arch: Option<String>,
    /// macOS's version.
    pub osx: Option<String>,
    /// Windows' version.
    pub win: Option<String>,
    /// The microarchitecture, `x86_64_v3`.
    pub archspec: Option<String>,
}

/// What one `CONDA_OVERRIDE_*` says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Override {
    /// It is not set.
    #[default]
    Absent,
    /// It is empty: the virtual package is taken away.
    Off,
    /// A version, or what conda takes for one.
    Version(Version),
    /// Neither: pixi's own sentence about it.
    Malformed(String),
}

/// The variables that change what pixi sees.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overrides {
    /// `CONDA_OVERRIDE_CUDA`.
    pub cuda: Override,
    /// `CONDA_OVERRIDE_CUDA_ARCH`.
    pub cuda_arch: Override,
    /// `CONDA_OVERRIDE_GLIBC`.
    pub glibc: Override,
    /// `CONDA_OVERRIDE_LINUX`.
    pub linux: Override,
    /// `CONDA_OVERRIDE_OSX`.
    pub osx: Override,
    /// `CONDA_OVERRIDE_WIN`.
    pub win: Override,
    /// `CONDA_OVERRIDE_ARCHSPEC`: a name, or `0`.
    pub archspec: Option<String>,
    /// `PIXI_OVERRIDE_PLATFORM`, as set.
    pub platform: Option<String>,
}

/// A virtual package of a machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VirtualPackage {
    /// `__cuda`.
    pub name: String,
    /// Its version.
    pub version: Version,
    /// The build string: `0`, of `__archspec` the microarchitecture.
    pub build: String,
}

/// The subdirs that `PIXI_OVERRIDE_PLATFORM` accepts.
const SUBDIRS: [&str; 32] = [
    "noarch",
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
    "freebsd-32",
    "freebsd-64",
    "freebsd-arm64",
    "osx-64",
    "osx-arm64",
    "ios-arm64",
    "iossimulator-arm64",
    "iossimulator-64",
    "android-aarch64",
    "android-armv7a",
    "android-64",
    "android-32",
    "win-32",
    "win-64",
    "win-arm64",
    "emscripten-wasm32",
    "emscripten-wasm64",
    "wasi-wasm32",
    "zos-z",
];

impl Machine {
    /// A machine of a subdir without a GPU: a hosted runner, a Docker build.
    pub fn without_gpu(subdir: &str) -> Self {
        let of =
            |family: &str, version: &str| subdir.starts_with(family).then(|| version.to_owned());
        let archspec = match subdir {
            "linux-64" | "win-64" => Some("x86_64_v3"),
            "osx-64" => Some("x86_64"),
            "osx-arm64" => Some("m1"),
            "linux-aarch64" | "win-arm64" => Some("aarch64"),
            _ => None,
        };
        Self {
            subdir: subdir.to_owned(),
            linux: of("linux-", "6.8"),
            libc: of("linux-", "2.39").map(|version| ("glibc".to_owned(), version)),
            cuda: None,
            cuda_arch: None,
            osx: of("osx-", "15.0"),
            win: of("win-", "10.0"),
            archspec: archspec.map(str::to_owned),
        }
    }

    /// The same with a driver.
    #[must_use]
    pub fn with_cuda(mut self, version: &str) -> Self {
        self.cuda = Some(version.to_owned());
        self
    }

    /// The subdir pixi takes this for, and the others it can run, best first.
    pub fn subdirs(&self, overrides: &Overrides) -> Vec<String> {
        let current = overrides
            .platform
            .as_deref()
            .filter(|name| SUBDIRS.contains(name))
            .unwrap_or(&self.subdir);
        let also = match current {
            "osx-arm64" => Some("osx-64"),
            "win-arm64" | "win-32" => Some("win-64"),
            "win-64" => Some("win-32"),
            _ => None,
        };
        std::iter::once(current).chain(also).map(str::to_owned).collect()
    }

    /// The virtual packages, overrides applied; a malformed override changes nothing here.
    pub fn virtual_packages(&self, overrides: &Overrides) -> Vec<VirtualPackage> {
        let (is_linux, is_osx, is_win) = (
            self.subdir.starts_with("linux-"),
            self.subdir.starts_with("osx-"),
            self.subdir.starts_with("win-"),
        );
        let mut packages = Vec::new();
        let mut add = |name: &str, version: Option<Version>, build: &str| {
            packages.extend(version.map(|version| VirtualPackage {
                name: name.to_owned(),
                version,
                build: build.to_owned(),
            }));
        };
        let zero = || "0".parse().ok();
        add("__win", apply(&overrides.win, self.win.as_deref()).filter(|_| is_win), "0");
        add("__unix", zero().filter(|_| is_linux || is_osx), "0");
        add("__linux", apply(&overrides.linux, self.linux.as_deref()).filter(|_| is_linux), "0");
        add("__osx", apply(&overrides.osx, self.osx.as_deref()).filter(|_| is_osx), "0");
        if is_linux {
            let (family, version) = self.libc(&overrides.glibc);
            add(&format!("__{family}"), version, "0");
        }
        let cuda = apply(&overrides.cuda, self.cuda.as_deref());
        let has_cuda = cuda.is_some();
        add("__cuda", cuda, "0");
        let arch = apply(&overrides.cuda_arch, self.cuda_arch.as_deref());
        add("__cuda_arch", arch.filter(|_| has_cuda), "0");
        match overrides.archspec.as_deref() {
            Some("") => {}
            Some("0") => add("__archspec", zero(), "0"),
            given => {
                if let Some(name) = given.or(self.archspec.as_deref()) {
                    add("__archspec", "1".parse().ok(), name);
                }
            }
        }
        packages
    }

    /// An override of glibc replaces whichever libc there is; an empty one takes glibc alone away.
    fn libc(&self, glibc: &Override) -> (&str, Option<Version>) {
        let (family, version) = self
            .libc
            .as_ref()
            .map_or(("glibc", None), |(family, version)| (family.as_str(), Some(version.as_str())));
        match glibc {
            Override::Version(version) => ("glibc", Some(version.clone())),
            Override::Off if family == "glibc" => (family, None),
            _ => (family, version.and_then(|version| version.parse().ok())),
        }
    }
}

impl Override {
    /// What a value means; `None` where the variable is not set.
    pub fn read(value: Option<&str>) -> Self {
        match value {
            None => Self::Absent,
            Some("") => Self::Off,
            Some(text) => match text.parse() {
                Ok(version) => Self::Version(version),
                Err(error) => Self::Malformed(conda::MalformedVersion::to_string(&error)),
            },
        }
    }

    /// A compute capability is two numbers with a dot between, and nothing else.
    fn read_arch(value: Option<&str>) -> Self {
        let is_number =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let fits = |text: &str| {
            text.split_once('.').is_some_and(|(major, minor)| is_number(major) && is_number(minor))
        };
        match value {
            Some(text) if !text.is_empty() && !fits(text) => Self::Malformed(format!(
                "invalid CUDA compute capability format '{text}': expected 'major.minor' where both are digits (e.g., '8.6')"
            )),
            value => Self::read(value),
        }
    }

    /// Whether it is a word that pixi takes for a version: lower than 12.0, whatever it says.
    pub fn is_word(&self) -> bool {
        matches!(self, Self::Version(version) if !version
            .as_str()
            .split(['.', '!', '+', '_', '-'])
            .all(|part| part.bytes().all(|byte| byte.is_ascii_digit())))
    }

    /// The version, if it is one.
    pub fn version(&self) -> Option<&Version> {
        match self {
            Self::Version(version) => Some(version),
            _ => None,
        }
    }
}

impl Overrides {
    /// Only `CONDA_OVERRIDE_CUDA`.
    pub fn cuda(value: Option<&str>) -> Self {
        Self { cuda: Override::read(value), ..Self::default() }
    }

    /// What a version of pixi honours among the variables that `variable` gives.
    pub fn read(version: PixiVersion, variable: impl Fn(&str) -> Option<String>) -> Self {
        let since = |minor, name| {
            (version >= PixiVersion::new(0, minor, 0)).then(|| variable(name)).flatten()
        };
        let version = |minor, name| Override::read(since(minor, name).as_deref());
        Self {
            cuda: version(29, "CONDA_OVERRIDE_CUDA"),
            cuda_arch: Override::read_arch(since(71, "CONDA_OVERRIDE_CUDA_ARCH").as_deref()),
            glibc: version(29, "CONDA_OVERRIDE_GLIBC"),
            linux: version(42, "CONDA_OVERRIDE_LINUX"),
            osx: version(29, "CONDA_OVERRIDE_OSX"),
            win: version(42, "CONDA_OVERRIDE_WIN"),
            archspec: since(77, "CONDA_OVERRIDE_ARCHSPEC"),
            platform: variable("PIXI_OVERRIDE_PLATFORM"),
        }
    }

    /// Whether the version of pixi looks at `CONDA_OVERRIDE_*` at all.
    pub fn are_honoured(version: PixiVersion) -> bool {
        version >= PixiVersion::new(0, 29, 0)
    }

    /// The first that is malformed: its name and pixi's sentence.
    pub fn malformed(&self) -> Option<(&'static str, &str)> {
        [
            ("CONDA_OVERRIDE_CUDA", &self.cuda),
            ("CONDA_OVERRIDE_CUDA_ARCH", &self.cuda_arch),
            ("CONDA_OVERRIDE_GLIBC", &self.glibc),
            ("CONDA_OVERRIDE_LINUX", &self.linux),
            ("CONDA_OVERRIDE_OSX", &self.osx),
            ("CONDA_OVERRIDE_WIN", &self.win),
        ]
        .into_iter()
        .find_map(|(name, value)| match value {
            Override::Malformed(text) => Some((name, text.as_str())),
            _ => None,
        })
    }
}

impl std::fmt::Display for VirtualPackage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}={}={}", self.name, self.version, self.build)
    }
}

/// What an override leaves of what was detected.
fn apply(given: &Override, detected: Option<&str>) -> Option<Version> {
    match given {
        Override::Version(version) => Some(version.clone()),
        Override::Off => None,
        Override::Absent | Override::Malformed(_) => detected.and_then(|text| text.parse().ok()),
    }
}

#[cfg(test)]
mod tests;
