//! Every form in which a thing can be written.

use super::*;

#[test]
fn platforms_get_the_names_pixi_gives() {
    for (entry, name, packages) in [
        ("\"linux-64\"", "linux-64", vec![]),
        ("{ platform = \"linux-64\" }", "linux-64", vec![]),
        ("{ platform = \"linux-64\", cuda = \"12.0\" }", "linux-64-cuda-12-0", vec!["__cuda=12.0"]),
        ("{ platform = \"linux-64\", cuda = \"12\" }", "linux-64-cuda-12", vec!["__cuda=12"]),
        (
            "{ glibc = \"2.34\", platform = \"linux-64\", cuda = \"12.1\" }",
            "linux-64-cuda-12-1-glibc-2-34",
            vec!["__cuda=12.1", "__glibc=2.34"],
        ),
        // What is the default anyway is not in the name.
        (
            "{ platform = \"linux-64\", cuda = \"12.1\", glibc = \"2.28\", linux = \"4.18.0\" }",
            "linux-64-cuda-12-1",
            vec!["__cuda=12.1", "__glibc=2.28", "__linux=4.18.0"],
        ),
        (
            "{ platform = \"linux-64\", cuda = { driver = \"12.0\", arch = \"8.6\" } }",
            "linux-64-cuda-12-0-cuda-arch-8-6",
            vec!["__cuda=12.0", "__cuda_arch=8.6"],
        ),
        ("{ platform = \"linux-64\", __cuda = \"12\" }", "linux-64-cuda-12", vec!["__cuda=12"]),
        (
            "{ name = \"jetson\", platform = \"linux-aarch64\", cuda = \"12.8\", archspec = \"armv8.2a\" }",
            "jetson",
            vec!["__cuda=12.8", "__archspec=0=armv8.2a"],
        ),
        (
            "{ platform = \"osx-arm64\", osx = \"14.0\" }",
            "osx-arm64-macos-14-0",
            vec!["__osx=14.0"],
        ),
        ("{ name = \"win-64\" }", "win-64", vec![]),
        (
            "{ platform = \"win-64\", windows = \"11.0\" }",
            "win-64-windows-11-0",
            vec!["__win=11.0"],
        ),
    ] {
        let (manifest, findings) = with_platforms(&format!("[{entry}]"), "", 77);
        assert_eq!(findings, [], "{entry}");
        let row = &manifest.workspace.platforms[0];
        let declared: Vec<String> = row
            .virtual_packages
            .iter()
            .map(|(name, version)| format!("{name}={version}"))
            .collect();
        assert_eq!(
            (row.name.as_str(), declared),
            (name, packages.iter().map(|p| (*p).to_owned()).collect()),
            "{entry}"
        );
        assert_eq!(manifest.source.contents().get(row.span.clone()), Some(entry));
    }
}

#[test]
fn dependencies_in_all_forms() {
    let (manifest, findings) = with(
        "[dependencies]\n\
         PyTorch = { version = \"2.5.*\", build = \"*cuda*\", build-number = \">=200\", channel = \"conda-forge\" }\n\
         app = { path = \"app\" }\nlib = { git = \"https://example.org/lib.git\", rev = \"abc\" }\nany = {}\n\
         [host-dependencies]\nnumpy = \"*\"\n[build-dependencies]\ncmake = \">=3\"\n\
         [constraints]\ncuda-version = \"<13\"\n",
        66,
    );
    assert_eq!(findings.iter().filter(|one| one.code == "manifest/no-preview").count(), 2);
    let target = &manifest.features[0].targets[0];
    let torch = &target.dependencies[0];
    assert_eq!((torch.name.value.as_str(), torch.version.value.as_str()), ("pytorch", "2.5.*"));
    assert_eq!(torch.build.as_ref().expect("a build").value, "*cuda*");
    assert_eq!(torch.build_number.as_ref().expect("a number").value, ">=200");
    let sources: Vec<bool> = target.dependencies.iter().map(|d| d.is_source).collect();
    assert_eq!(sources, [false, true, true, false, false, false]);
    let tables: Vec<&str> = target.dependencies.iter().map(|d| d.table).collect();
    assert_eq!(tables[3..], ["dependencies", "host-dependencies", "build-dependencies"]);
    assert_eq!(target.dependencies[3].version.value, "*");
    assert_eq!(target.constraints[0].name.value, "cuda-version");
}

#[test]
fn what_the_workspace_says_is_inherited() {
    let text = "[workspace]\nchannels = []\nplatforms = []\n[workspace.dependencies]\n\
                pytorch = { version = \">=2.5\", build = \"*cuda*\" }\nloop = { workspace = true }\n\
                [dependencies]\npytorch = { workspace = true }\n";
    let (manifest, findings) = pixi(text, 77);
    assert_eq!(findings, []);
    let torch = &manifest.features[0].targets[0].dependencies[0];
    assert_eq!(torch.version.value, ">=2.5");
    assert_eq!(torch.build.as_ref().expect("a build").value, "*cuda*");
    for name in ["missing", "loop"] {
        let (_, findings) = pixi(&format!("{text}{name} = {{ workspace = true }}\n"), 77);
        assert_eq!(codes(&findings), [(Severity::Error, "manifest/not-inherited")], "{name}");
    }
}

#[test]
fn channels_and_options() {
    let (manifest, findings) = pixi(
        "[workspace]\nplatforms = []\nchannel-priority = \"disabled\"\nsolve-strategy = \"lowest\"\n\
         exclude-newer = \"2026-01-01\"\n\
         channels = [\"conda-forge\", { channel = \"https://x.org/c\", priority = -1 }]\n\
         [pypi-options]\nindex-url = \"https://i.org/simple\"\nextra-index-urls = [\"https://e.org\"]\n\
         find-links = [{ path = \"./links\" }, { url = \"https://l.org\" }]\n\
         prerelease-mode = \"allow\"\nno-build = true\n",
        77,
    );
    assert_eq!(findings, []);
    let workspace = &manifest.workspace;
    assert_eq!(workspace.channels[1].priority, Some(-1));
    assert_eq!(workspace.channels[1].name.value, "https://x.org/c");
    let base = &manifest.features[0];
    assert_eq!(base.channel_priority.as_ref().expect("a priority").value, "disabled");
    assert_eq!(base.solve_strategy.as_ref().expect("a strategy").value, "lowest");
    assert_eq!(workspace.exclude_newer.as_ref().expect("a date").value, "2026-01-01");
    let links: Vec<&str> = base.pypi_options.find_links.iter().map(|l| l.value.as_str()).collect();
    assert_eq!(links, ["./links", "https://l.org"]);
    assert_eq!(base.pypi_options.prerelease_mode.as_ref().expect("a mode").value, "allow");
}

#[test]
fn environments_in_all_forms() {
    let text = "[feature.a.system-requirements]\ncuda = \"12.1\"\nlibc = { family = \"glibc\", version = \"2.34\" }\n\
                [feature.b]\nchannels = [\"x\"]\n\
                [environments]\nlist = [\"a\", \"b\"]\nprod = []\n\
                table = { features = [\"a\"], solve-group = \"g\", no-default-feature = true }\n\
                group = { solve-group = \"g\" }\n";
    let (manifest, findings) = with(text, 70);
    assert_eq!(findings, []);
    let shown: Vec<String> = manifest
        .environments
        .iter()
        .map(|environment| {
            let features: Vec<&str> =
                environment.features.iter().map(|f| f.value.as_str()).collect();
            let group = environment.solve_group.as_ref().map_or("-", |group| &group.value);
            format!(
                "{} {features:?} {group} {} {}",
                environment.name.value, environment.no_default_feature, environment.is_declared
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            "default [] - false false",
            "list [\"a\", \"b\"] - false true",
            "prod [] - false true",
            "table [\"a\"] g true true",
            "group [] g false true",
        ]
    );
    let needs = manifest.feature("a").and_then(|a| a.system_requirements.clone()).expect("a table");
    assert_eq!(needs.cuda.expect("cuda").value, "12.1");
    let (family, version) = needs.libc.expect("libc");
    assert_eq!((family.as_str(), version.value.as_str()), ("glibc", "2.34"));
}

#[test]
fn what_stands_in_an_environment_is_a_feature_in_front() {
    let text = "[feature.a.dependencies]\nx = \"*\"\n\
                [environments.gpu]\nfeatures = [\"a\"]\nplatforms = [\"linux-64\"]\n\
                [environments.gpu.dependencies]\npytorch-gpu = \"*\"\n";
    let (manifest, findings) = with(text, 74);
    assert_eq!(findings, []);
    let gpu = manifest.environment("gpu").expect("gpu");
    assert_eq!(gpu.features[0].value, "environment 'gpu'");
    let inline = manifest.feature(&gpu.features[0].value).expect("the feature");
    assert!(inline.is_inline);
    assert_eq!(inline.targets[0].dependencies[0].name.value, "pytorch-gpu");
    assert_eq!(gpu.features[1].value, "a");
    let (_, findings) = with(text, 73);
    let needs = (Severity::Error, "manifest/needs-newer-pixi");
    assert_eq!(codes(&findings), [needs, needs]);
    assert_eq!(
        findings[0].prevents.as_deref(),
        Some("Unexpected keys, expected only 'features', 'solve-group', 'no-default-feature'")
    );
}

#[test]
fn activation_by_target() {
    let (manifest, findings) = with(
        "[activation]\nscripts = [\"a.sh\"]\nenv = { A = \"1\" }\n\
         [target.linux.activation.env]\nLD_LIBRARY_PATH = \"/usr/lib\"\n",
        77,
    );
    assert_eq!(findings, []);
    let targets = &manifest.features[0].targets;
    assert_eq!(targets[0].activation_scripts[0].value, "a.sh");
    assert_eq!(targets[0].activation_env[0].1.value, "1");
    let (name, value) = &targets[1].activation_env[0];
    assert_eq!((name.value.as_str(), value.value.as_str()), ("LD_LIBRARY_PATH", "/usr/lib"));
}
