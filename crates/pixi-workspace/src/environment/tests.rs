use super::*;
use crate::stage;

fn version(text: &str) -> PixiVersion {
    stage::version(text)
}

const NEW: &str = "0.77.0";
const OLD: &str = "0.48.2";

/// `subdir` or `name=subdir[packages]` of each row.
fn rows(manifest: &Manifest, environment: &str, pixi: &str) -> Vec<String> {
    let view = View::new(manifest, environment, version(pixi)).expect(environment);
    view.rows()
        .iter()
        .map(|row| {
            let packages: Vec<String> = row
                .virtual_packages
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            let name = if row.is_bare() { String::new() } else { format!("{}=", row.name) };
            let packages = if packages.is_empty() {
                String::new()
            } else {
                format!("[{}]", packages.join(" "))
            };
            format!("{name}{}{packages}", row.subdir)
        })
        .collect()
}

const TABLES: &str = r#"
[workspace]
channels = ["conda-forge"]
platforms = ["linux-64", "osx-arm64", "win-64"]
[dependencies]
python = "*"
[feature.gpu.system-requirements]
cuda = "12.1"
[feature.newer.system-requirements]
cuda = "12.8"
libc = "2.34"
linux = "4.18"
[feature.linux]
platforms = ["linux-64"]
[environments]
gpu = ["gpu"]
both = ["gpu", "newer", "linux"]
test = { features = [], solve-group = "g" }
train = { features = ["gpu", "linux"], solve-group = "g" }
lonely = { features = ["linux"], no-default-feature = true }
"#;

#[test]
fn tables_become_rows_from_0_71_on() {
    let manifest = stage::manifest(TABLES, version(NEW));
    for (environment, expected) in [
        ("default", &["linux-64", "osx-arm64", "win-64"][..]),
        // Only the rich row is left of a subdir; cuda is nothing on macOS.
        (
            "gpu",
            &[
                "linux-64-cuda-12-1=linux-64[__cuda=12.1]",
                "osx-arm64",
                "win-64-cuda-12-1=win-64[__cuda=12.1]",
            ],
        ),
        // The highest wins, and a default that is written out is none.
        ("both", &["linux-64-cuda-12-8-glibc-2-34=linux-64[__cuda=12.8 __glibc=2.34]"]),
        ("test", &["linux-64", "osx-arm64", "win-64"]),
        ("train", &["linux-64-cuda-12-1=linux-64[__cuda=12.1]"]),
        ("lonely", &["linux-64"]),
    ] {
        assert_eq!(rows(&manifest, environment, NEW), expected, "{environment}");
    }
}

#[test]
fn a_default_that_is_written_out_raises_nothing_from_0_71_on() {
    let text = r#"
[workspace]
channels = []
platforms = ["linux-64"]
[system-requirements]
libc = "2.28"
[feature.old.system-requirements]
libc = "2.17"
[environments]
old = ["old"]
"#;
    let rows = |pixi: &str| rows(&stage::manifest(text, version(pixi)), "old", pixi);
    assert_eq!(rows(NEW), ["linux-64-glibc-2-17=linux-64[__glibc=2.17]"]);
    assert_eq!(rows(OLD), ["linux-64"], "the highest of all");
}

#[test]
fn before_0_71_a_solve_group_shares_its_requirements() {
    let manifest = stage::manifest(TABLES, version(OLD));
    assert_eq!(
        rows(&manifest, "test", OLD),
        ["linux-64[__cuda=12.1]", "osx-arm64", "win-64[__cuda=12.1]"],
        "cuda of `train` leaks"
    );
    assert_eq!(rows(&manifest, "default", OLD), ["linux-64", "osx-arm64", "win-64"]);
    let test = View::new(&manifest, "test", version(OLD)).expect("test");
    assert!(test.requirements().is_empty(), "its own features ask for nothing");
    assert_eq!(test.solve_requirements().cuda.map(|cuda| cuda.version).as_deref(), Some("12.1"));
    let row = &test.rows()[0];
    assert_eq!(test.declared_cuda(row), None, "solved with it, not declared by it");
    let train = View::new(&manifest, "train", version(OLD)).expect("train");
    let declared = train.declared_cuda(&train.rows()[0]).expect("cuda");
    assert_eq!(declared.version, "12.1");
    let names: Vec<&str> =
        test.solve_group().iter().map(|member| member.name.value.as_str()).collect();
    assert_eq!(names, ["test", "train"]);
}

const RICH: &str = r#"
[workspace]
channels = ["conda-forge"]
platforms = [
  "linux-64",
  { platform = "linux-64", cuda = "12.0" },
  { name = "jetson", platform = "linux-aarch64", cuda = { driver = "12.8", arch = "8.7" } },
  "osx-arm64",
]
[feature.by-name]
platforms = ["linux-64-cuda-12-0", "jetson"]
[feature.by-subdir]
platforms = ["linux-64", "linux-aarch64"]
[feature.mac]
platforms = ["osx-arm64"]
[environments]
by-name = ["by-name"]
by-subdir = ["by-subdir"]
mixed = ["by-name", "by-subdir"]
none = ["by-name", "mac"]
"#;

#[test]
fn a_platform_that_only_features_name() {
    let text = r#"
[workspace]
channels = ["conda-forge"]
platforms = ["linux-aarch64"]
[feature.gpu]
platforms = ["linux-64"]
[environments]
gpu = ["gpu"]
alone = { features = ["gpu"], no-default-feature = true }
"#;
    // The default feature names none: the workspace's before 0.71, any since.
    for (pixi, environment, expected) in [
        (OLD, "gpu", &[][..]),
        (OLD, "alone", &["linux-64"][..]),
        (OLD, "default", &["linux-aarch64"][..]),
        (NEW, "gpu", &["linux-64"][..]),
        (NEW, "alone", &["linux-64"][..]),
    ] {
        let manifest = stage::manifest(text, version(pixi));
        assert_eq!(rows(&manifest, environment, pixi), expected, "{environment} {pixi}");
    }
}

#[test]
fn rich_platforms_are_chosen_by_name_or_subdir() {
    let manifest = stage::manifest(RICH, version(NEW));
    let gpu = "linux-64-cuda-12-0=linux-64[__cuda=12.0]";
    let jetson = "jetson=linux-aarch64[__cuda=12.8 __cuda_arch=8.7]";
    for (environment, expected) in [
        ("default", &["linux-64", gpu, jetson, "osx-arm64"][..]),
        ("by-name", &[gpu, jetson]),
        // `linux-64` is the name of the bare one, which then is the only one of its subdir.
        ("by-subdir", &["linux-64", jetson]),
        ("mixed", &[gpu, jetson]),
        ("none", &[]),
    ] {
        assert_eq!(rows(&manifest, environment, NEW), expected, "{environment}");
    }
}

#[test]
fn what_is_declared_has_its_place() {
    let manifest = stage::manifest(TABLES, version(NEW));
    let place = |view: &View<'_>, row: &DeclaredRow| {
        let declared = view.declared_cuda(row)?;
        let text = manifest.source.contents().get(declared.span)?;
        Some((declared.version, text.to_owned()))
    };
    let view = View::new(&manifest, "both", version(NEW)).expect("both");
    assert_eq!(
        place(&view, &view.rows()[0]),
        Some(("12.8".to_owned(), "\"12.8\"".to_owned())),
        "the higher one"
    );
    let rich = stage::manifest(RICH, version(NEW));
    let view = View::new(&rich, "by-name", version(NEW)).expect("by-name");
    let declared = view.declared_cuda(&view.rows()[0]).expect("cuda");
    assert_eq!(
        rich.source.contents().get(declared.span),
        Some("{ platform = \"linux-64\", cuda = \"12.0\" }")
    );
    let default = View::new(&rich, "default", version(NEW)).expect("default");
    assert_eq!(default.declared_cuda(&default.rows()[0]), None);
}

#[test]
fn a_row_is_solved_with_the_defaults_that_nothing_replaces() {
    let row = |subdir: &str, packages: &[(&str, &str)]| DeclaredRow {
        name: "x".to_owned(),
        subdir: subdir.to_owned(),
        virtual_packages: packages
            .iter()
            .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
            .collect(),
        span: 0..0,
    };
    let shown = |row: &DeclaredRow| -> Vec<String> {
        row.all_virtual_packages().iter().map(|(name, value)| format!("{name}={value}")).collect()
    };
    assert_eq!(
        shown(&row("linux-64", &[("__cuda", "12.1"), ("__linux", "5.10")])),
        ["__cuda=12.1", "__linux=5.10", "__unix=0=0", "__glibc=2.28", "__archspec=0=x86_64"]
    );
    let musl = shown(&row("linux-64", &[("__musl", "1.2")]));
    assert!(!musl.contains(&"__glibc=2.28".to_owned()), "one libc");
    assert_eq!(shown(&row("osx-arm64", &[])), ["__unix=0=0", "__osx=13.0", "__archspec=0=m1"]);
    let spelled = row("linux-64", &[("__glibc", "2.28.0"), ("__cuda", "12")]);
    let customised: Vec<&str> = spelled.customised().map(|(name, _)| name.as_str()).collect();
    assert_eq!(customised, ["__cuda"], "a default stays one however it is written");
}

const MERGED: &str = r#"
[workspace]
channels = ["conda-forge", { channel = "nvidia", priority = 2 }]
platforms = ["linux-64", "win-64", { name = "gpu-box", platform = "linux-64", cuda = "12.0" }]
[dependencies]
numpy = ">=1"
python = "3.12.*"
[host-dependencies]
python = "3.11.*"
[target.linux.dependencies]
numpy = ">=2"
[target.linux-64.dependencies]
numpy = ">=2.1"
[target.win.dependencies]
numpy = "1.26.*"
[target.gpu-box.dependencies]
numpy = ">=2.2"
[target."gpu-*".dependencies]
cupy = "*"
[constraints]
openssl = "<4"
[pypi-dependencies]
torch = "*"
[feature.a]
channels = ["pytorch", "conda-forge"]
[feature.a.dependencies]
numpy = "!=2.3"
[feature.w]
platforms = ["win-64"]
[feature.w.dependencies]
pywin32 = "*"
[environments]
a = ["a"]
"#;

fn shown(dependencies: &[&Dependency]) -> Vec<String> {
    dependencies.iter().map(|one| format!("{} {}", one.name.value, one.version.value)).collect()
}

#[test]
fn features_add_and_targets_overwrite() {
    let manifest = stage::manifest(MERGED, version(NEW));
    let view = View::new(&manifest, "a", version(NEW)).expect("a");
    let on = |name: &str| shown(&view.dependencies(view.row(name).expect(name)));
    assert_eq!(on("linux-64"), ["numpy !=2.3", "python 3.11.*", "numpy >=2.1"]);
    assert_eq!(on("win-64"), ["numpy !=2.3", "python 3.11.*", "numpy 1.26.*"]);
    assert_eq!(on("gpu-box"), ["numpy !=2.3", "python 3.11.*", "numpy >=2.2", "cupy *"]);
    let row = view.row("linux-64").expect("linux-64");
    assert_eq!(shown(&view.constraints(row)), ["openssl <4"]);
    let names: Vec<&str> = view.pypi(row).iter().map(|one| one.name.value.as_str()).collect();
    assert_eq!(names, ["torch"]);
    assert!(view.has_pypi() && view.has_dependencies());
}

#[test]
fn channels_come_by_priority_and_then_by_feature() {
    let manifest = stage::manifest(MERGED, version(NEW));
    let names = |environment: &str| -> Vec<&str> {
        let view = View::new(&manifest, environment, version(NEW)).expect("an environment");
        view.channels().iter().map(|channel| channel.name.value.as_str()).collect()
    };
    assert_eq!(names("default"), ["nvidia", "conda-forge"]);
    assert_eq!(names("a"), ["nvidia", "pytorch", "conda-forge"]);
}

#[test]
fn selectors_fit_families_subdirs_names_and_globs() {
    let row = DeclaredRow {
        name: "gpu-box".to_owned(),
        subdir: "linux-64".to_owned(),
        virtual_packages: Vec::new(),
        span: 0..0,
    };
    for (selector, fits) in [
        ("linux", true),
        ("unix", true),
        ("osx", false),
        ("macos", false),
        ("win", false),
        ("linux-64", true),
        ("linux-aarch64", false),
        ("gpu-box", true),
        ("gpu-*", true),
        ("*box", true),
        ("g*b*x", true),
        ("*", true),
        ("g*z", false),
        ("gpu-box-*", false),
    ] {
        assert_eq!(row.fits(selector), fits, "{selector}");
    }
}

#[test]
fn a_python_project_adds_its_own() {
    let text = r#"
[project]
name = "demo"
requires-python = ">=3.11"
dependencies = ["torch>=2.5", "rich[jupyter]; python_version < '3.13'"]
[project.optional-dependencies]
gpu = ["cupy-cuda12x"]
[tool.pixi.workspace]
channels = ["conda-forge"]
platforms = ["linux-64"]
[tool.pixi.pypi-dependencies]
demo = { path = ".", editable = true }
[tool.pixi.environments]
gpu = ["gpu"]
bare = { features = [], no-default-feature = true }
"#;
    let manifest = stage::named("pyproject.toml", text, version(NEW));
    let names = |environment: &str| -> Vec<String> {
        let view = View::new(&manifest, environment, version(NEW)).expect("an environment");
        let row = &view.rows()[0];
        view.pypi(row)
            .iter()
            .map(|one| format!("{} {}{}", one.name.value, one.version.value, one.extras.concat()))
            .collect()
    };
    assert_eq!(names("default"), ["demo *", "torch >=2.5", "rich *jupyter"]);
    assert_eq!(names("gpu"), ["demo *", "torch >=2.5", "rich *jupyter", "cupy-cuda12x *"]);
    assert_eq!(names("bare"), [""; 0]);
    let view = View::new(&manifest, "default", version(NEW)).expect("default");
    assert_eq!(shown(&view.dependencies(&view.rows()[0])), ["python >=3.11"]);
    assert_eq!(view.pypi(&view.rows()[0])[2].marker.as_deref(), Some("python_version < '3.13'"));
}

#[test]
fn a_declared_row_finds_its_locked_one() {
    const PACKAGE: &[&str] = &["x-1-0"];
    let found = |text: &str, pixi: &str, lock: &crate::lock::Lock, row: &str| {
        let manifest = stage::manifest(text, version(pixi));
        let view = View::new(&manifest, "default", version(pixi)).expect("default");
        let row = view.row(row).expect("a row").clone();
        view.locked_row(lock, &row).map(|locked| locked.platform.clone())
    };
    let rich = |platforms: &str| format!("[workspace]\nchannels = []\nplatforms = {platforms}\n");
    let both = rich(r#"["linux-64", { name = "gpu-box", platform = "linux-64", cuda = "12.1" }]"#);
    let seven = |platforms: &[&str]| {
        let rows: Vec<(&str, &str, &[&str])> = platforms
            .iter()
            .map(|platform| ("default", platform.split(' ').next().expect("a name"), PACKAGE))
            .collect();
        stage::lock(7, platforms, &rows)
    };
    let some = |name: &str| Some(name.to_owned());
    let lock = seven(&["linux-64", "p1 linux-64 __cuda=12.1"]);
    assert_eq!(found(&both, NEW, &lock, "linux-64"), some("linux-64"));
    assert_eq!(found(&both, NEW, &lock, "gpu-box"), some("p1"), "by what it is, not by its name");
    // The same value spelled otherwise is found, and stale.
    let respelled = seven(&["linux-64", "p1 linux-64 __cuda=12.1.0"]);
    assert_eq!(found(&both, NEW, &respelled, "gpu-box"), some("p1"));
    // Raised, lowered, removed: no row.
    let raised = seven(&["linux-64", "p1 linux-64 __cuda=12.0"]);
    assert_eq!(found(&both, NEW, &raised, "gpu-box"), None);
    let bare = seven(&["linux-64"]);
    assert_eq!(found(&both, NEW, &bare, "gpu-box"), None);
    // 0.68 to 0.70 did not say what with: the one list serves every row of its subdir.
    let silent = seven(&["linux-64 -"]);
    assert_eq!(found(&both, NEW, &silent, "gpu-box"), some("linux-64"));
    // A default written out is no difference.
    let spelled = rich(r#"[{ name = "box", platform = "linux-64", glibc = "2.28" }]"#);
    assert_eq!(found(&spelled, NEW, &bare, "box"), some("linux-64"));
    // Format 6 has subdirs only.
    let six = stage::lock(6, &[], &[("default", "linux-64", PACKAGE)]);
    assert_eq!(found(&both, NEW, &six, "gpu-box"), some("linux-64"));
    let tables = "[workspace]\nchannels = []\nplatforms = [\"linux-64\"]\n[system-requirements]\ncuda = \"12.1\"\n";
    assert_eq!(found(tables, OLD, &six, "linux-64"), some("linux-64"));
    assert_eq!(found(tables, NEW, &lock, "linux-64-cuda-12-1"), some("p1"), "migrated by 0.71");
    assert_eq!(found(tables, NEW, &bare, "linux-64-cuda-12-1"), None);
    assert_eq!(found(tables, "0.68.0", &silent, "linux-64"), some("linux-64"));
}
