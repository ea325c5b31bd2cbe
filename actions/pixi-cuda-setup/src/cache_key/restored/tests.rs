use super::*;

/// As pixi 0.77 writes it.
const CPU: &str = r#"{
  "manifest_path": "/home/runner/work/app/app/pixi.toml",
  "environment_name": "gpu",
  "pixi_version": "0.77.0",
  "environment_lock_file_hash": "d41d8cd98f00b204",
  "resolved_platform": {
    "subdir": "linux-64",
    "virtual_packages": ["__unix=0=0", "__linux=4.18", "__glibc=2.28"]
  },
  "minimum_supported_platform": { "subdir": "linux-64", "requirements": [] }
}"#;

/// As pixi 0.48 writes it.
const OLD: &str = r#"{
  "manifest_path": "/home/runner/work/app/app/pixi.toml",
  "environment_name": "gpu",
  "pixi_version": "0.48.2",
  "environment_lock_file_hash": "d41d8cd98f00b204"
}"#;

const WORKSPACE: &str = "/home/runner/work/app/app";

fn row(cuda: Option<&str>) -> DeclaredRow {
    DeclaredRow {
        name: "gpu-box".to_owned(),
        subdir: "linux-64".to_owned(),
        virtual_packages: cuda
            .into_iter()
            .map(|cuda| ("__cuda".to_owned(), cuda.to_owned()))
            .collect(),
        span: 0..0,
    }
}

fn codes(marker: &str, prefix: Option<&str>, minor: u64, cuda: Option<&str>) -> Vec<&'static str> {
    let row = row(cuda);
    let expected = Expected {
        environment: "gpu",
        workspace: WORKSPACE,
        row: Some(&row),
        version: PixiVersion::new(0, minor, 0),
    };
    findings(Some(marker), prefix, &expected).iter().map(|finding| finding.code).collect()
}

#[test]
fn the_marker_is_read_in_every_form() {
    let marker = Marker::read(CPU).expect("a marker");
    assert_eq!((marker.environment.as_str(), marker.pixi_version.as_str()), ("gpu", "0.77.0"));
    let row = marker.row.expect("a row");
    assert_eq!(row.virtual_packages[1], ("__linux".to_owned(), "4.18".to_owned()));
    let objects = CPU.replace("\"__linux=4.18\"", "{\"name\": \"__linux\", \"version\": \"4.18\"}");
    assert_eq!(Marker::read(&objects).expect("a marker").row, Some(row));
    assert_eq!(Marker::read(OLD).expect("a marker").row, None);
    for other in ["", "[]", "not json", "{\"manifest_path\": 1}"] {
        assert_eq!(Marker::read(other), None, "{other}");
    }
}

#[test]
fn a_move_is_seen_by_the_prefix_or_the_manifest() {
    let here = format!("{WORKSPACE}/.pixi/envs/gpu/conda-meta");
    let there = "/__w/app/app/.pixi/envs/gpu/conda-meta";
    assert_eq!(codes(OLD, Some(&here), 48, None), [""; 0]);
    assert_eq!(codes(OLD, Some(&format!("{here}\n")), 48, None), [""; 0]);
    assert_eq!(codes(OLD, Some(there), 48, None), ["host/env-moved"]);
    assert_eq!(codes(OLD, None, 48, None), [""; 0]);
    let moved = OLD.replace("/home/runner/work", "/github");
    assert_eq!(codes(&moved, None, 48, None), ["host/env-moved"]);
    assert_eq!(codes(&moved, Some(&here), 77, None), [""; 0], "the prefix counts");
    let expected = Expected {
        environment: "gpu",
        workspace: WORKSPACE,
        row: None,
        version: PixiVersion::new(0, 77, 0),
    };
    let found = findings(None, Some(there), &expected);
    assert_eq!(found[0].remedy.as_deref(), Some("run `pixi reinstall -e gpu`"));
    assert_eq!(
        found[0].message,
        "the environment `gpu` was installed at `/__w/app/app/.pixi/envs/gpu`, and is used at `/home/runner/work/app/app/.pixi/envs/gpu`"
    );
    let early = Expected { version: PixiVersion::new(0, 42, 0), ..expected };
    let remedy = findings(None, Some(there), &early)[0].remedy.clone().unwrap_or_default();
    assert!(remedy.starts_with("remove `.pixi/envs/gpu`"));
    assert_eq!(findings(None, None, &expected), []);
}

#[test]
fn another_row_is_seen_by_its_cuda() {
    let cuda = CPU.replace("\"__unix=0=0\"", "\"__cuda=12.0\", \"__unix=0=0\"");
    for (marker, minor, wanted, expected) in [
        (CPU, 77, None, None),
        (CPU, 77, Some("12.1"), Some("host/env-row")),
        (cuda.as_str(), 77, None, Some("host/env-row")),
        (&cuda, 77, Some("12.0"), None),
        (&cuda, 77, Some("12"), None),
        (&cuda, 77, Some("12.1"), Some("host/env-row")),
        // Before 0.71 there are no rows, and older markers do not say.
        (CPU, 70, Some("12.1"), None),
        (OLD, 77, Some("12.1"), None),
    ] {
        let found = codes(marker, None, minor, wanted);
        assert_eq!(found.first().copied(), expected, "{marker} {minor} {wanted:?}");
    }
    let arm = CPU.replace("linux-64", "linux-aarch64");
    assert_eq!(codes(&arm, None, 77, None), ["host/env-row"]);
}
