use super::{lock, names};
use crate::lock::{Lock, Package};

macro_rules! fixture {
    ($name:literal) => {
        lock(include_str!(concat!("../../../tests/locks/", $name, ".yaml"))).expect($name)
    };
}

fn package<'l>(lock: &'l Lock, name: &str) -> &'l Package {
    lock.packages.iter().find(|package| package.name == name).expect(name)
}

#[test]
fn format_7_has_platforms_and_rows_by_their_name() {
    let lock = fixture!("v7-rows");
    assert_eq!(lock.version, 7);
    let platforms: Vec<_> =
        lock.platforms.iter().map(|p| (p.name.as_str(), p.subdir.as_str())).collect();
    assert_eq!(
        platforms,
        [("linux-64", "linux-64"), ("osx-arm64", "osx-arm64"), ("p1", "linux-64")]
    );
    let virtual_packages = lock.platforms[2].virtual_packages.as_ref().expect("0.71 writes them");
    assert_eq!(virtual_packages[0], ("__cuda".to_owned(), "12.1".to_owned()));
    assert_eq!(virtual_packages[4], ("__archspec".to_owned(), "0=x86_64".to_owned()));
    let names: Vec<_> =
        lock.environments.iter().map(|environment| environment.name.as_str()).collect();
    assert_eq!(names, ["cpu", "default", "prod"]);
    let default = &lock.environments[1];
    assert_eq!(default.channels, ["https://conda.anaconda.org/conda-forge/"]);
    assert_eq!(default.options, [("channel-priority".to_owned(), "disabled".to_owned())]);
    assert_eq!(default.indexes, None);
    let row = &default.rows[2];
    assert_eq!((row.platform.as_str(), lock.subdir(row)), ("p1", "linux-64"));
    assert_eq!(lock.source.contents().get(row.span.clone()), Some("p1"));
    let libtorch = lock.packages(row).find(|package| package.name == "libtorch").expect("libtorch");
    let conda = libtorch.conda().expect("conda");
    assert_eq!(
        (libtorch.version.as_str(), conda.build.as_str()),
        ("2.9.1", "cuda129_mkl_h5fb6ac3_302")
    );
    assert!(conda.depends.iter().any(|depends| depends == "__cuda"));
    assert_eq!((conda.subdir.as_str(), conda.size), ("linux-64", Some(902_317_142)));
    assert_eq!((libtorch.sha256.len(), conda.timestamp), (64, Some(1_763_000_000_000)));
    assert_eq!(conda.purls.as_deref(), Some(&[][..]));
    let written = lock.source.contents().get(libtorch.span.clone());
    assert_eq!(written, Some(libtorch.location.as_str()), "the place is the location");
}

#[test]
fn format_7_of_0_68_has_no_virtual_packages() {
    let lock = fixture!("v7-bare");
    assert_eq!(lock.platforms[0].virtual_packages, None);
    assert_eq!(lock.platforms[0].subdir, "linux-64");
}

#[test]
fn format_6_leaves_out_what_the_location_says() {
    let lock = fixture!("v6-cuda");
    assert!(lock.platforms.is_empty());
    let pytorch = package(&lock, "pytorch");
    let conda = pytorch.conda().expect("conda");
    assert_eq!(
        (conda.build.as_str(), conda.subdir.as_str()),
        ("cuda129_mkl_py312_h9b5a9d5_302", "linux-64")
    );
    assert_eq!(package(&lock, "tzdata").conda().expect("conda").subdir, "noarch");
    assert_eq!(package(&lock, "pytorch-gpu").version, "2.9.1");
}

#[test]
fn python_packages_join_on_encoded_locations() {
    let lock = fixture!("v6-pypi");
    let default = lock.environment("default").expect("default");
    assert_eq!(
        default.indexes.as_deref(),
        Some(
            &[
                "https://pypi.org/simple".to_owned(),
                "https://download.pytorch.org/whl/cu124".to_owned()
            ][..]
        )
    );
    assert_eq!(default.find_links, ["./wheels"]);
    assert_eq!(default.options, [("pypi-prerelease-mode".to_owned(), "allow".to_owned())]);
    let torch =
        lock.packages(&default.rows[0]).find(|package| package.name == "torch").expect("torch");
    assert_eq!(torch.version, "2.6.0+cu124");
    assert_eq!(torch.sha256.len(), 64, "from the fragment");
    let demo = package(&lock, "demo");
    let pypi = demo.pypi().expect("pypi");
    assert!(pypi.is_path && pypi.is_editable);
    assert_eq!(pypi.requires_python.as_deref(), Some(">=3.11"));
    assert_eq!(pypi.requires_dist[0], "torch>=2.6");
    assert!(names(&lock, "jax", 0).contains(&"jax-cuda12-plugin".to_owned()));
}

#[test]
fn format_7_has_no_version_for_a_folder() {
    let lock = fixture!("v7-pypi");
    let demo = package(&lock, "demo");
    assert_eq!((demo.location.as_str(), demo.version.as_str()), (".", ""));
}

#[test]
fn format_5_names_everything_and_extras_stand_in_the_row() {
    let lock = fixture!("v5-pytorch-channel");
    let builds: Vec<_> = lock
        .packages
        .iter()
        .filter(|package| package.name == "pytorch")
        .map(|package| package.conda().expect("conda").build.as_str())
        .collect();
    assert_eq!(builds, ["py3.11_cpu_0", "py3.11_cuda12.1_cudnn8.9.2_0"]);
    let extras = package(&lock, "package-with-extras").pypi().expect("pypi");
    assert_eq!(extras.extras, ["color"]);
    assert!(extras.is_path && extras.is_editable);
    assert_eq!(lock.environments[1].channels.len(), 3);
    assert!(lock.source.contents().get(package(&lock, "tqdm").span.clone()) == Some("tqdm"));
}

#[test]
fn format_4_has_no_purls() {
    let lock = fixture!("v4-tensorflow-jax");
    let base = package(&lock, "tensorflow-base").conda().expect("conda");
    assert_eq!((base.build.as_str(), base.purls.as_ref()), ("cuda112py310h52da4a5_0", None));
    assert_eq!(package(&lock, "cudatoolkit").conda().expect("conda").constrains, ["__cuda >=11"]);
    assert_eq!(lock.environments.len(), 3);
}

#[test]
fn a_comment_in_front_and_two_blanks_in_a_spec() {
    let lock = fixture!("v6-mixed");
    assert_eq!(package(&lock, "ffmpeg").conda().expect("conda").constrains, ["__cuda  >=12.8"]);
}

#[test]
fn line_ends_of_windows_and_unknown_fields() {
    let text = include_str!("../../../tests/locks/v6-cuda.yaml");
    let text =
        text.replace("version: 6\n", "version: 6\nsigned: {by: [me]}\n").replace('\n', "\r\n");
    let strange = text.replace("  md5: ", "  flavour:\r\n  - sweet\r\n  md5: ");
    let lock = lock(&strange).expect("pixi accepts both");
    assert_eq!(lock.packages.len(), fixture!("v6-cuda").packages.len());
    assert_eq!(package(&lock, "pytorch").version, "2.9.1");
}

#[test]
fn source_packages_of_format_7_are_told_apart_by_their_hash() {
    let text = "version: 7\nplatforms:\n- name: linux-64\nenvironments:\n  default:\n    channels: []\n    packages:\n      linux-64:\n      - conda_source: probe[2a17d7b3] @ .\n      - conda: ./own/child-1.0-h0_0.conda\npackages:\n- conda_source: probe[2a17d7b3] @ .\n  depends:\n  - __cuda\n- conda_source: probe[bfd2b14c] @ .\n  version: 0.1.0\n- conda: ./own/child-1.0-h0_0.conda\n  subdir: linux-64\n";
    let lock = lock(text).expect("a lock");
    assert_eq!(names(&lock, "default", 0), ["probe", "child"]);
    assert!(matches!(lock.packages[0].kind, crate::lock::PackageKind::CondaSource(_)));
    assert_eq!(
        (lock.packages[0].version.as_str(), lock.packages[1].version.as_str()),
        ("", "0.1.0")
    );
    assert_eq!(lock.packages[2].conda().expect("conda").subdir, "linux-64");
}

#[test]
fn source_packages_of_format_6_share_a_location() {
    let text = "version: 6\nenvironments:\n  a:\n    channels: []\n    packages:\n      linux-64:\n      - conda: child\n        name: two\n  b:\n    channels: []\n    packages:\n      linux-64:\n      - conda: child\npackages:\n- conda: child\n  name: one\n  version: 1.0\n- conda: child\n  name: two\n  version: 1.0\n";
    let lock = lock(text).expect("a lock");
    assert_eq!(names(&lock, "a", 0), ["two"]);
    assert_eq!(names(&lock, "b", 0), ["one"]);
}

#[test]
fn places_are_bytes_behind_other_letters() {
    let text = "# für Ümläute 漢\nversion: 6\nenvironments:\n  größe:\n    channels: []\n    packages:\n      linux-64:\n      - conda: ./ä-1-0.conda\npackages:\n- conda: ./ä-1-0.conda\n";
    let lock = lock(text).expect("a lock");
    assert_eq!(text.get(lock.environments[0].span.clone()), Some("größe"));
    assert_eq!(text.get(lock.packages[0].span.clone()), Some("./ä-1-0.conda"));
    assert_eq!(text.get(lock.version_span), Some("6"));
}
