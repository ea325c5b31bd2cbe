use super::*;

fn stage(pixi: &str, spec: &str) -> Stage {
    let version: PixiVersion = pixi.parse().expect(pixi);
    let is_rich = version >= pixi_workspace::era::ROWS;
    let (platforms, rest) = if is_rich {
        (r#"[{ platform = "linux-64", cuda = "12.1" }]"#, "")
    } else {
        (r#"["linux-64"]"#, "[system-requirements]\ncuda = \"12.1\"\n")
    };
    let text = format!(
        "[workspace]\nchannels = []\nplatforms = {platforms}\n{rest}[dependencies]\npytorch = \"*\"\n"
    );
    let package = format!("libtorch-2.9.1-cuda129_h1_302 | {spec}");
    let row = if is_rich { "p1" } else { "linux-64" };
    let format = version.lock_format();
    Stage::new(pixi, &text).locked(
        format,
        &["linux-64", "p1 linux-64 __cuda=12.1"],
        &[("default", row, &[package.as_str()])],
    )
}

/// What each value brings: `code severity`, or nothing. Declared is cuda 12.1.
const TABLE: &str = "
pixi    depends           value     found
0.77.0  __cuda            12.1      -
0.77.0  __cuda            13.0      -
0.77.0  __cuda            11.8      cuda/override-low Warning
0.77.0  __cuda            garbage   cuda/override-word Warning + cuda/override-low Warning
0.77.0  __cuda            >=12      cuda/override-malformed Error
0.77.0  __cuda            empty     cuda/override-off Error
0.77.0  __cuda >=12.8     12.1      cuda/override-low Error
0.77.0  __cuda >=11,<12   12.1      cuda/override-high Error
0.77.0  python            empty     -
0.77.0  python            11.8      cuda/override-low Warning
0.77.0  python            >=12      cuda/override-malformed Error
0.48.2  __cuda            12.1      -
0.48.2  __cuda            11.8      -
0.48.2  __cuda            garbage   cuda/override-word Warning
0.48.2  __cuda            >=12      cuda/override-malformed Error
0.48.2  __cuda            empty     cuda/override-off Error
0.48.2  __cuda >=12.8     12.1      cuda/override-low Error
0.48.2  python            empty     -
0.41.4  python            11.8      cuda/override-low Error
0.28.2  python            >=12      -
";

#[test]
fn what_each_value_brings() {
    for line in TABLE.lines().skip(2) {
        let cells: Vec<&str> =
            line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect();
        let [pixi, spec, value, expected] = cells[..] else { panic!("{line}") };
        let found = stage(pixi, spec).of_value(if value == "empty" { "" } else { value });
        let said: Vec<String> =
            found.iter().map(|one| format!("{} {:?}", one.code, one.severity)).collect();
        let said = if said.is_empty() { "-".to_owned() } else { said.join(" + ") };
        assert_eq!(said, expected, "{line}: {found:#?}");
        assert!(found.iter().all(|one| one.remedy.is_some() && one.prevents.is_some()));
    }
}

#[test]
fn the_words_name_value_and_remedy() {
    let finding = only(stage("0.77.0", "__cuda").of_value("11.8"));
    assert_eq!(
        finding.message,
        "CONDA_OVERRIDE_CUDA is `11.8`, below the 12.1 that `default` asks for"
    );
    assert_eq!(finding.remedy.as_deref(), Some("set CONDA_OVERRIDE_CUDA=12.1"));
    assert_eq!(finding.notes[0], "environment 'default' declares cuda 12.1");
    let malformed = only(stage("0.48.2", "python").of_value("12,9"));
    let said = malformed.prevents.expect("pixi's words");
    assert!(said.starts_with("Cannot install environment 'default': Couldn't get the virtual packages from the system: malformed version string '12,9'"), "{said}");
}

#[test]
fn a_value_below_takes_another_row() {
    let text = r#"
[workspace]
channels = []
platforms = [{ platform = "linux-64", cuda = "12.1" }, "linux-64"]
[dependencies]
pytorch = "*"
"#;
    let stage = Stage::new("0.77.0", text).locked(
        7,
        &["linux-64", "p1 linux-64 __cuda=12.1"],
        &[("default", "p1", CUDA), ("default", "linux-64", CPU)],
    );
    let finding = only(stage.of_value("12"));
    assert_eq!((finding.code, finding.severity), ("cuda/override-low", Severity::Warning));
    assert_eq!(
        finding.prevents.as_deref(),
        Some("nothing: pixi installs platform `linux-64` instead")
    );
}

#[test]
fn a_place_is_pointed_at() {
    let source = Source::file("Dockerfile", "RUN CONDA_OVERRIDE_CUDA=none pixi install\n");
    let given = Given::new("none", Some((source, 24..28)));
    let stage = stage("0.48.2", "__cuda");
    let finding = only(stage.with(|case| of_override(case, &given)));
    assert_eq!(pointed(&finding), "none");
}
