//! A workspace as large repositories have it: many environments that share most of their packages,
//! some with CUDA, some without, and some that declare it and are locked without it.

use std::fmt::Write as _;

/// Platform rows of every environment, each with the platform tag of its wheels.
const SUBDIRS: [(&str, &str); 3] = [
    ("linux-64", "manylinux_2_17_x86_64"),
    ("linux-aarch64", "manylinux_2_17_aarch64"),
    ("osx-arm64", "macosx_11_0_arm64"),
];
/// Bytes of a selector, with those of the wheels among them.
const SELECTOR: usize = 100;
/// Bytes of a package.
const PACKAGE: usize = 620;

/// A workspace: its manifest and its lock of format 7.
///
/// The names of the environments say what they are: `gpu-01` is locked with CUDA on platform `gpu`,
/// `stuck-02` declares it and is locked without, `cpu-03` and `default` are not about it.
pub(crate) struct Workspace {
    environments: Vec<String>,
    /// Packages that all environments have.
    shared: usize,
    /// Packages that an environment has beside them.
    own: usize,
}

/// The build of the frameworks in a row.
#[derive(Clone, Copy, PartialEq)]
enum Build {
    Cuda,
    Cpu,
}

impl Workspace {
    /// One with that many environments and about that many bytes of lock.
    pub(crate) fn new(environments: usize, bytes: usize) -> Self {
        let name = |number: usize| match number % 3 {
            _ if number == 0 => "default".to_owned(),
            1 => format!("gpu-{number:02}"),
            2 => format!("stuck-{number:02}"),
            _ => format!("cpu-{number:02}"),
        };
        // A third of the lock are selectors, two thirds are packages.
        let rows = environments * SUBDIRS.len();
        let per_row = (bytes / 3 / SELECTOR / rows.max(1)).max(10);
        let distinct = bytes * 2 / 3 / PACKAGE / SUBDIRS.len();
        let own = (distinct.saturating_sub(per_row) / environments.max(1)).clamp(1, per_row / 2);
        let mut environments: Vec<String> = (0..environments).map(name).collect();
        environments.sort();
        Self { environments, shared: per_row - own, own }
    }

    /// `pixi.toml`.
    pub(crate) fn manifest(&self) -> String {
        let mut text =
            "[workspace]\nname = \"made\"\nchannels = [\"conda-forge\"]\nplatforms = [\n\
            \x20 { name = \"gpu\", platform = \"linux-64\", cuda = \"12.9\" },\n\
            \x20 \"linux-64\",\n  \"linux-aarch64\",\n  \"osx-arm64\",\n]\n\n\
            [dependencies]\npython = \"3.12.*\"\npytorch = \">=2.9\"\n\n\
            [feature.gpu]\nplatforms = [\"gpu\", \"linux-aarch64\", \"osx-arm64\"]\n\n\
            [feature.cpu]\nplatforms = [\"linux-64\", \"linux-aarch64\", \"osx-arm64\"]\n\n\
            [environments]\n"
                .to_owned();
        for name in &self.environments {
            let kind = if declares_cuda(name) { "gpu" } else { "cpu" };
            let _ = writeln!(text, "{name} = [\"{kind}\", \"of-{name}\"]");
        }
        for (at, name) in self.environments.iter().enumerate() {
            let last = self.shared + (at + 1) * self.own - 1;
            let conda = (0..=last).rev().find(|number| !is_python(*number)).unwrap_or_default();
            let python = (0..=last).rev().find(|number| is_python(*number)).unwrap_or_default();
            let _ =
                writeln!(text, "\n[feature.of-{name}.dependencies]\nlib-package-{conda} = \">=2\"");
            let _ = writeln!(
                text,
                "[feature.of-{name}.pypi-dependencies]\npython-package-{python} = \">=1\""
            );
        }
        text
    }

    /// `pixi.lock`.
    pub(crate) fn lock(&self) -> String {
        let mut text = String::from("version: 7\nplatforms:\n");
        for (subdir, _) in SUBDIRS {
            platform(&mut text, subdir, subdir, &[]);
        }
        platform(&mut text, "p1", "linux-64", &["__cuda=12.9"]);
        text.push_str("environments:\n");
        for (at, name) in self.environments.iter().enumerate() {
            let _ = writeln!(text, "  {name}:\n    channels:");
            text.push_str("    - url: https://conda.anaconda.org/conda-forge/\n    indexes:\n");
            text.push_str("    - https://pypi.org/simple\n    packages:\n");
            for (subdir, tag) in SUBDIRS {
                let is_gpu = subdir == "linux-64" && declares_cuda(name);
                let build =
                    if is_gpu && name.starts_with("gpu") { Build::Cuda } else { Build::Cpu };
                let _ = writeln!(text, "      {}:", if is_gpu { "p1" } else { subdir });
                for archive in frameworks(build) {
                    let _ = writeln!(text, "      - {}", conda(subdir, archive.0));
                }
                let first = self.shared + at * self.own;
                for number in (0..self.shared).chain(first..first + self.own) {
                    let _ = writeln!(text, "      - {}", location(number, subdir, tag));
                }
            }
        }
        text.push_str("packages:\n");
        for (subdir, tag) in SUBDIRS {
            let cuda = frameworks(Build::Cuda).into_iter().filter(|_| subdir == "linux-64");
            for (archive, depends, constrains) in cuda.chain(frameworks(Build::Cpu)) {
                let _ = writeln!(text, "- {}", conda(subdir, archive));
                body(&mut text, archive.len(), depends, constrains);
            }
            for number in 0..self.shared + self.environments.len() * self.own {
                self.package(&mut text, number, subdir, tag);
            }
        }
        text
    }

    fn package(&self, text: &mut String, number: usize, subdir: &str, tag: &str) {
        let _ = writeln!(text, "- {}", location(number, subdir, tag));
        // What an environment has of its own stands on what all have.
        let first = number.checked_sub(self.shared).map_or(0, |own| number - own % self.own);
        let is_alike = |other: &usize| is_python(*other) == is_python(number);
        let before = (first..number).rev().find(is_alike);
        let before = before.or_else(|| (0..first.min(self.shared)).rev().find(is_alike));
        let others = (1..6).map(|step| number * step * 7 % self.shared);
        if is_python(number) {
            let _ = writeln!(text, "  name: python-package-{number}\n  version: 1.{number}.0");
            let _ = writeln!(text, "  sha256: {}\n  requires_dist:", digest(number + 1, 64));
            if let Some(other) = before {
                let _ = writeln!(text, "  - python-package-{other}>=1.{other}");
            }
            for other in others {
                let _ = writeln!(text, "  - python-package-{other}>=1.{other} ; extra == 'test'");
            }
            text.push_str("  requires_python: '>=3.10'\n");
            return;
        }
        let needed = before.into_iter().chain(others.filter(|other| !is_python(*other)));
        let depends: Vec<String> = std::iter::once("__glibc >=2.17,<3.0.a0".to_owned())
            .filter(|_| subdir.starts_with("linux-"))
            .chain(needed.map(|other| format!("lib-package-{other} >=2.{}.1,<3.0a0", other % 40)))
            .collect();
        let depends: Vec<&str> = depends.iter().map(String::as_str).collect();
        body(text, number, &depends, &["python_abi 3.12.* *_cp312"]);
    }
}

fn declares_cuda(environment: &str) -> bool {
    environment.starts_with("gpu") || environment.starts_with("stuck")
}

fn platform(text: &mut String, name: &str, subdir: &str, more: &[&str]) {
    let _ = writeln!(text, "- name: {name}");
    if name != subdir {
        let _ = writeln!(text, "  subdir: {subdir}");
    }
    text.push_str("  virtual-packages:\n");
    let own: &[&str] = match subdir {
        "linux-64" => &["__unix=0=0", "__linux=4.18", "__glibc=2.28", "__archspec=0=x86_64"],
        "linux-aarch64" => &["__unix=0=0", "__linux=4.18", "__glibc=2.28", "__archspec=0=aarch64"],
        _ => &["__osx=13.0", "__unix=0=0", "__archspec=0=m1"],
    };
    for package in more.iter().chain(own) {
        let _ = writeln!(text, "  - {package}");
    }
}

/// Archive, `depends` and `constrains`.
type Framework = (&'static str, &'static [&'static str], &'static [&'static str]);

fn frameworks(build: Build) -> Vec<Framework> {
    let python: Framework = ("python-3.12.12-hd63d673_1_cpython", &["__unix"], &[]);
    if build == Build::Cpu {
        return vec![
            python,
            ("libtorch-2.9.1-cpu_mkl_h7c10738_102", &[], &["pytorch-gpu <0.0a0"]),
            (
                "pytorch-2.9.1-cpu_mkl_py312_hf472749_102",
                &["libtorch 2.9.1 cpu_mkl_h7c10738_102", "python >=3.12,<3.13.0a0"],
                &["pytorch-gpu <0.0a0"],
            ),
        ];
    }
    vec![
        python,
        ("cuda-version-12.9-h4f385c5_3", &[], &["cudatoolkit 12.9|12.9.*", "__cuda >=12"]),
        (
            "libtorch-2.9.1-cuda129_mkl_h9562ed8_302",
            &["__cuda", "cuda-version >=12.9,<13"],
            &["pytorch-cpu <0.0a0"],
        ),
        (
            "pytorch-2.9.1-cuda129_mkl_py312_h9f9f1cf_302",
            &["__cuda", "libtorch 2.9.1 cuda129_mkl_h9562ed8_302", "python >=3.12,<3.13.0a0"],
            &["pytorch-cpu <0.0a0"],
        ),
    ]
}

fn is_python(number: usize) -> bool {
    number % 6 == 5
}

fn location(number: usize, subdir: &str, tag: &str) -> String {
    if is_python(number) {
        return format!(
            "pypi: https://files.pythonhosted.org/packages/{:02x}/{:02x}/{}/python_package_{number}-1.{number}.0-cp312-cp312-{tag}.whl",
            number % 256,
            number / 256,
            digest(number, 60)
        );
    }
    let (version, hash, build) = (number % 40, digest(number, 7), number % 3);
    conda(subdir, &format!("lib-package-{number}-2.{version}.1-h{hash}_{build}"))
}

fn conda(subdir: &str, archive: &str) -> String {
    format!("conda: https://conda.anaconda.org/conda-forge/{subdir}/{archive}.conda")
}

/// What follows the location of a conda package.
fn body(text: &mut String, number: usize, depends: &[&str], constrains: &[&str]) {
    let _ = writeln!(text, "  sha256: {}\n  md5: {}", digest(number, 64), digest(number, 32));
    for (key, specs) in [("depends", depends), ("constrains", constrains)] {
        if !specs.is_empty() {
            let _ = writeln!(text, "  {key}:");
        }
        for spec in specs {
            let _ = writeln!(text, "  - {spec}");
        }
    }
    text.push_str("  license: BSD-3-Clause\n  license_family: BSD\n  purls: []\n");
    let _ = writeln!(text, "  size: {}\n  timestamp: {}", 10_000 + number, 1_763_000_000_000_u64);
}

/// Digits that look like a digest and differ by package.
fn digest(number: usize, length: usize) -> String {
    let mut state = number as u64 ^ 0x9E37_79B9_7F4A_7C15;
    let mut digits = String::with_capacity(length + 16);
    while digits.len() < length {
        state = state.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(0x1405_7B7E_F767_814F);
        let _ = write!(digits, "{state:016x}");
    }
    digits.truncate(length);
    digits
}
