//! The keys pixi knows in each table, and the minor version that brought each; 0 is long ago.
//!
//! pixi refuses every other key in these tables, so a key that came later fails in an older pixi.

/// A key and the minor version of pixi 0 that first knew it.
pub(super) type Known = (&'static str, u64);

/// The topmost table, or `tool.pixi`.
pub(super) const ROOT: &[Known] = &[
    ("workspace", 40),
    ("project", 0),
    ("package", 0),
    ("target", 0),
    ("dependencies", 0),
    ("host-dependencies", 0),
    ("build-dependencies", 0),
    ("constraints", 66),
    ("exclude-newer", 67),
    ("pypi-dependencies", 0),
    ("pypi-exclude-newer", 67),
    ("dev", 62),
    ("activation", 0),
    ("tasks", 0),
    ("feature", 0),
    ("environments", 0),
    ("pypi-options", 0),
    ("system-requirements", 0),
    ("tool", 0),
    ("$schema", 0),
];

/// `[workspace]`.
pub(super) const WORKSPACE: &[Known] = &[
    ("name", 0),
    ("version", 0),
    ("description", 0),
    ("authors", 0),
    ("channels", 0),
    ("channel-priority", 0),
    ("solve-strategy", 59),
    ("platforms", 0),
    ("license", 0),
    ("license-file", 0),
    ("readme", 0),
    ("homepage", 0),
    ("repository", 0),
    ("documentation", 0),
    ("conda-pypi-map", 0),
    ("pypi-options", 0),
    ("s3-options", 42),
    ("preview", 0),
    ("target", 0),
    ("build-variants-files", 57),
    ("build-variants", 0),
    ("requires-pixi", 44),
    ("exclude-newer", 47),
    ("dependencies", 70),
];

/// A channel in its table form.
pub(super) const CHANNEL: &[Known] = &[("channel", 0), ("priority", 0), ("exclude-newer", 67)];

/// `[feature.<name>]`.
pub(super) const FEATURE: &[Known] = &[
    ("platforms", 0),
    ("channels", 0),
    ("channel-priority", 0),
    ("solve-strategy", 59),
    ("target", 0),
    ("dependencies", 0),
    ("host-dependencies", 0),
    ("build-dependencies", 0),
    ("constraints", 66),
    ("pypi-dependencies", 0),
    ("dev", 62),
    ("activation", 0),
    ("tasks", 0),
    ("pypi-options", 0),
    ("system-requirements", 0),
];

/// An environment in its table form; what a feature has may stand there since pixi 0.74.
pub(super) const ENVIRONMENT: &[Known] = &[
    ("features", 0),
    ("solve-group", 0),
    ("no-default-feature", 0),
    ("platforms", 74),
    ("channels", 74),
    ("channel-priority", 74),
    ("solve-strategy", 74),
    ("target", 74),
    ("dependencies", 74),
    ("pypi-dependencies", 74),
    ("dev", 74),
    ("constraints", 74),
    ("activation", 74),
    ("tasks", 74),
    ("pypi-options", 74),
];

/// `[target.<selector>]`.
pub(super) const TARGET: &[Known] = &[
    ("dependencies", 0),
    ("host-dependencies", 0),
    ("build-dependencies", 0),
    ("constraints", 66),
    ("pypi-dependencies", 0),
    ("dev", 62),
    ("activation", 0),
    ("tasks", 0),
];

/// `[activation]`.
pub(super) const ACTIVATION: &[Known] = &[("scripts", 0), ("env", 0)];

/// `[system-requirements]`.
pub(super) const REQUIREMENTS: &[Known] =
    &[("macos", 0), ("linux", 0), ("cuda", 0), ("libc", 0), ("archspec", 0)];

/// `libc` in its table form.
pub(super) const LIBC: &[Known] = &[("family", 0), ("version", 0)];

/// A platform in its table form; `__name` keys besides.
pub(super) const PLATFORM: &[Known] = &[
    ("name", 71),
    ("platform", 71),
    ("cuda", 71),
    ("archspec", 71),
    ("glibc", 71),
    ("linux", 71),
    ("macos", 71),
    ("osx", 71),
    ("windows", 71),
];

/// `cuda` of a platform in its table form.
pub(super) const CUDA: &[Known] = &[("driver", 71), ("arch", 71)];

/// A conda dependency in its table form.
pub(super) const DEPENDENCY: &[Known] = &[
    ("version", 0),
    ("url", 0),
    ("git", 0),
    ("path", 0),
    ("branch", 0),
    ("rev", 0),
    ("tag", 0),
    ("lfs", 76),
    ("subdirectory", 0),
    ("build", 0),
    ("build-number", 0),
    ("file-name", 0),
    ("extras", 70),
    ("flags", 70),
    ("channel", 0),
    ("subdir", 0),
    ("license", 48),
    ("license-family", 70),
    ("when", 70),
    ("track-features", 70),
    ("md5", 0),
    ("sha256", 0),
    ("workspace", 70),
    ("package", 70),
];

/// A Python dependency in its table form.
pub(super) const PYPI: &[Known] = &[
    ("version", 0),
    ("extras", 0),
    ("path", 0),
    ("editable", 0),
    ("git", 0),
    ("branch", 0),
    ("tag", 0),
    ("rev", 0),
    ("lfs", 76),
    ("url", 0),
    ("subdirectory", 0),
    ("index", 0),
    ("env-markers", 63),
];

/// `[pypi-options]`.
pub(super) const PYPI_OPTIONS: &[Known] = &[
    ("index-url", 0),
    ("extra-index-urls", 0),
    ("find-links", 0),
    ("no-build-isolation", 0),
    ("index-strategy", 0),
    ("prerelease-mode", 60),
    ("no-build", 0),
    ("dependency-overrides", 50),
    ("no-binary", 50),
    ("skip-wheel-filename-check", 64),
];

/// A task in its table form.
pub(super) const TASK: &[Known] = &[
    ("cmd", 0),
    ("inputs", 0),
    ("outputs", 0),
    ("depends-on", 0),
    ("depends_on", 0),
    ("cwd", 0),
    ("env", 0),
    ("default-environment", 63),
    ("description", 0),
    ("clean-env", 0),
    ("args", 45),
];
