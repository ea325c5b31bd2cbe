//! Every era, every kind of override.

use super::*;

/// The columns: the value of `CONDA_OVERRIDE_CUDA`, `-` for absent. Declared is cuda 12.1, so 11.8
/// is lower, 12.1 equal and 13.0 higher; `>=12` is malformed, `garbage` is a version to pixi.
const VALUES: [(&str, Option<&str>); 8] = [
    ("absent", None),
    ("empty", Some("")),
    ("11.8", Some("11.8")),
    ("12.1", Some("12.1")),
    ("13.0", Some("13.0")),
    (">=12", Some(">=12")),
    ("garbage", Some("garbage")),
    ("12", Some("12")),
];

/// `manifest` and what is locked; `:cuda` or `:bare` is the row that is taken.
const TABLE: &str = "
pixi    command     manifest    locked  absent     empty      11.8       12.1       13.0       >=12       garbage    12

# Before 0.42 install looks at nothing, and run compares what is declared.
0.28.2  install     declared    cuda    ok         ok         ok         ok         ok         ok         ok         ok
0.28.2  run         declared    cuda    error      error      error      error      error      error      error      error
0.28.2  run         declared    cpu     error      error      error      error      error      error      error      error
0.28.2  run         plain       cpu     ok         ok         ok         ok         ok         ok         ok         ok
0.28.2  shell-hook  declared    cuda    ok         ok         ok         ok         ok         ok         ok         ok
0.41.4  install     declared    cuda    ok         ok         ok         ok         ok         ok         ok         ok
0.41.4  run         declared    cuda    error      error      error      ok         ok         error      error      error
0.41.4  run         declared    cpu     error      error      error      ok         ok         error      error      error
0.41.4  run         plain       cpu     ok         ok         ok         ok         ok         error      ok         ok
0.41.4  list        declared    cuda    ok         ok         ok         ok         ok         ok         ok         ok

# From 0.42 on the locked packages alone count; what is declared plays no part.
0.42.0  install     declared    cuda    error      error      ok         ok         ok         error      ok         ok
0.48.2  install     declared    cuda    error      error      ok         ok         ok         error      ok         ok
0.48.2  run         declared    cuda    error      error      ok         ok         ok         error      ok         ok
0.48.2  shell-hook  declared    cuda    error      error      ok         ok         ok         error      ok         ok
0.48.2  list        declared    cuda    ok         ok         ok         ok         ok         ok         ok         ok
0.48.2  install     declared    cpu     ok         ok         ok         ok         ok         error      ok         ok
0.48.2  run         declared    cpu     ok         ok         ok         ok         ok         error      ok         ok
0.48.2  install     declared    cupy    ok         ok         ok         ok         ok         error      ok         ok
0.48.2  install     plain       cpu     ok         ok         ok         ok         ok         error      ok         ok
0.48.2  install     plain       >=12.8  error      error      error      error      ok         error      error      error
0.48.2  install     plain       <12     error      error      ok         error      error      error      ok         error
0.70.0  install     declared    cuda    error      error      ok         ok         ok         error      ok         ok

# From 0.71 on the rows are matched first, then the packages; a row that fits none runs by accident.
0.71.0  install     declared    cuda    error      error      ok:cuda    ok:cuda    ok:cuda    error      ok:cuda    ok:cuda
0.77.0  install     declared    cuda    error      error      ok:cuda    ok:cuda    ok:cuda    error      ok:cuda    ok:cuda
0.77.0  run         declared    cuda    error      error      warn:cuda  ok:cuda    ok:cuda    error      warn:cuda  warn:cuda
0.77.0  shell-hook  declared    cuda    error      error      ok:cuda    ok:cuda    ok:cuda    error      ok:cuda    ok:cuda
0.77.0  list        declared    cuda    error      error      error      ok:cuda    ok:cuda    error      error      error
0.77.0  tree        declared    cuda    error      error      error      ok:cuda    ok:cuda    error      error      error
0.77.0  as-is       declared    cuda    ok         ok         ok         ok         ok         ok         ok         ok
0.77.0  install     declared    cpu     ok:cuda    ok:cuda    ok:cuda    ok:cuda    ok:cuda    error      ok:cuda    ok:cuda
0.77.0  run         declared    cpu     warn:cuda  warn:cuda  warn:cuda  ok:cuda    ok:cuda    error      warn:cuda  warn:cuda
0.77.0  list        declared    cpu     error      error      error      ok:cuda    ok:cuda    error      error      error
0.77.0  install     declared    cupy    ok:cuda    ok:cuda    ok:cuda    ok:cuda    ok:cuda    error      ok:cuda    ok:cuda
0.77.0  install     declared    >=12.8  error      error      error      error      ok:cuda    error      error      error
0.77.0  install     declared    <12     error      error      ok:cuda    error      error      error      ok:cuda    error
0.77.0  install     plain       cpu     ok:bare    ok:bare    ok:bare    ok:bare    ok:bare    error      ok:bare    ok:bare
0.77.0  run         plain       cpu     ok:bare    ok:bare    ok:bare    ok:bare    ok:bare    error      ok:bare    ok:bare
0.77.0  install     bare first  by row  ok:bare    ok:bare    ok:bare    ok:bare    ok:bare    error      ok:bare    ok:bare
0.77.0  install     cuda first  by row  ok:bare    ok:bare    ok:bare    ok:cuda    ok:cuda    error      ok:bare    ok:bare
0.77.0  run         cuda first  by row  ok:bare    ok:bare    ok:bare    ok:cuda    ok:cuda    error      ok:bare    ok:bare
0.77.0  list        cuda first  by row  ok:bare    ok:bare    ok:bare    ok:cuda    ok:cuda    warn:bare  ok:bare    ok:bare
";

fn packages(locked: &str, row: &DeclaredRow) -> Vec<String> {
    match locked {
        "cuda" => owned(CUDA),
        "cpu" => owned(CPU),
        "cupy" => owned(&["cupy-core-13.6.0-py312_0 | numpy | __cuda >=12.0"]),
        "by row" => by_row(row),
        spec => vec![format!("libtorch-2.9.1-cuda129_h1_302 | __cuda {spec}")],
    }
}

fn command(name: &str) -> Command {
    match name {
        "install" => Command::Install,
        "run" => Command::Run,
        "as-is" => Command::RunAsIs,
        "shell-hook" => Command::ShellHook,
        "list" => Command::List,
        "tree" => Command::Tree,
        other => panic!("no command {other}"),
    }
}

/// Columns are two blanks apart at least, so that names may have one.
fn cells(line: &str) -> Vec<&str> {
    line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect()
}

#[test]
fn every_era_and_every_kind_of_override() {
    let mut lines = TABLE.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let head = cells(lines.next().expect("a head"));
    assert_eq!(head[4..], VALUES.map(|(name, _)| name), "the columns are the values");
    let mut judged = 0;
    for line in lines {
        let cells = cells(line);
        let [pixi, name, manifest_name, locked] = cells[..4] else { panic!("{line}") };
        assert_eq!(cells.len(), head.len(), "{line}");
        let version = stage::version(pixi);
        let manifest = manifest(manifest_name, version);
        let view = View::new(&manifest, "default", version).expect("default");
        let lock = lock(version, &view, |row| packages(locked, row));
        for ((value_name, value), expected) in VALUES.iter().zip(&cells[4..]) {
            let overrides = Overrides::cuda(*value);
            let machine = runner();
            let at = Situation {
                lock: Some(&lock),
                machine: &machine,
                overrides: &overrides,
                installed: None,
            };
            let got = predict(&view, &at, command(name));
            let row = got.row.as_deref().map(|row| if row == "linux-64" { "bare" } else { "cuda" });
            let said = match (expected.split_once(':'), row) {
                (Some(_), Some(row)) => format!("{}:{row}", word(got.outcome)),
                _ => word(got.outcome).to_owned(),
            };
            assert_eq!(
                said, **expected,
                "{pixi} {name} {manifest_name} {locked} {value_name}: {got:?}"
            );
            assert_eq!(got.message.is_some(), got.outcome != Outcome::Ok, "{got:?}");
            judged += 1;
        }
    }
    assert_eq!(judged, 8 * 41);
}

#[test]
fn the_first_declared_row_that_fits_is_taken() {
    let version = stage::version("0.77.0");
    let manifest = manifest("two cudas", version);
    let view = View::new(&manifest, "default", version).expect("default");
    let lock = lock(version, &view, |_| owned(CUDA));
    let machine = runner();
    for (value, row) in [("13.0", "linux-64-cuda-13-0"), ("12.9", "linux-64-cuda-12-0")] {
        let overrides = Overrides::cuda(Some(value));
        let at = Situation {
            lock: Some(&lock),
            machine: &machine,
            overrides: &overrides,
            installed: None,
        };
        assert_eq!(predict(&view, &at, Command::Install).row.as_deref(), Some(row), "{value}");
    }
}
