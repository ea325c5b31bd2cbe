//! Step summary and artifacts file.

use std::path::Path;

use runner_stand_in::artifacts::{FILE_LIMIT, Kind, SUBJECT_LIMIT, Subject, Subjects};
use runner_stand_in::layout::PathMap;
use runner_stand_in::mask::Masker;
use runner_stand_in::summary::{LIMIT, Summary, read};
use runner_stand_in::{Dialect, Runner, Step};

use crate::place::Place;

fn masker() -> Masker {
    Masker::new(Dialect::Runner)
}

/// Reads an artifacts file with this text; the workspace is the place's folder.
fn declare(place: &Place, text: &str) -> Result<Vec<Subject>, String> {
    let mut subjects = Subjects::new(true);
    process(&mut subjects, place, text)?;
    Ok(subjects.all().cloned().collect())
}

fn process(subjects: &mut Subjects, place: &Place, text: &str) -> Result<(), String> {
    let file = place.path().join("artifacts");
    std::fs::write(&file, text).unwrap();
    subjects.process(&file, place.path(), None)
}

#[test]
fn s1_nothing_written_is_no_summary() {
    let place = Place::new();
    let empty = place.path().join("empty");
    std::fs::write(&empty, "").unwrap();
    assert_eq!(read(None, &masker()), Summary::None);
    for path in [Path::new("/no/such/folder/summary"), &place.path().join("none"), &empty] {
        assert_eq!(read(Some(path), &masker()), Summary::None);
    }
}

#[test]
fn s2_one_byte_too_many_is_refused_and_the_step_goes_on() {
    let report = Place::new()
        .run(&format!("head -c {} /dev/zero | tr '\\0' x >\"$GITHUB_STEP_SUMMARY\"", LIMIT + 1));
    assert!(matches!(report.summary, Summary::TooLarge(_)));
    assert_eq!(report.annotations.len(), 1);
    assert!(report.succeeded());
}

#[test]
fn s3_the_limit_itself_is_accepted() {
    let place = Place::new();
    let file = place.path().join("summary");
    std::fs::write(&file, vec![b'x'; usize::try_from(LIMIT).unwrap()]).unwrap();
    assert!(matches!(read(Some(&file), &masker()), Summary::Queued(_)));
}

#[test]
fn s4_secrets_are_masked_in_the_uploaded_copy_only() {
    let place = Place::new();
    let file = place.path().join("summary");
    let text = "# hunter2!\n\nkey: hunter2!, other\n";
    std::fs::write(&file, text).unwrap();
    let mut masker = masker();
    masker.add("hunter2!");
    assert_eq!(read(Some(&file), &masker), Summary::Queued("# ***\n\nkey: ***, other\n".into()));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
}

#[test]
fn s5_artifacts_are_ignored_while_the_feature_is_off() {
    let place = Place::new();
    let script = place.script("action", "echo no-such-file >\"$GITHUB_ARTIFACTS\"");
    let manifest = place.plain_manifest();
    let report = place.job(Runner::process(&script)).step(Step::action(&manifest)).unwrap();
    assert!(report.succeeded());
    let report = place.job(Runner::process(&script).artifacts()).step(Step::action(&manifest));
    assert!(!report.unwrap().succeeded(), "switched on it is read");
}

#[test]
fn s6_comments_and_blank_lines_are_skipped() {
    assert_eq!(declare(&Place::new(), "# comment\n\n   \n  # more\n"), Ok(Vec::new()));
}

#[test]
fn s7_an_image_with_digest_is_an_oci_subject() {
    let hex = "AB".repeat(32);
    let line = format!("ghcr.io:443/octo/img:tag@sha256:{hex}\n");
    let subject = Subject {
        name: "ghcr.io:443/octo/img:tag".into(),
        digest: format!("sha256:{}", hex.to_lowercase()),
        kind: Kind::Oci,
    };
    assert_eq!(declare(&Place::new(), &line), Ok(vec![subject]));
}

#[test]
fn s8_a_wrong_digest_length_or_a_missing_file_is_an_error() {
    let place = Place::new();
    let error = declare(&place, "img@sha256:abcd\n").unwrap_err();
    assert!(error.contains("line 1") && error.contains("does not exist"), "{error}");
    let error = declare(&place, "oci://img@sha256:abcd\n").unwrap_err();
    assert!(error.contains("64 hex characters, got 4"), "{error}");
    assert!(declare(&place, "missing.tar\n").unwrap_err().contains("missing.tar"));
}

#[test]
fn s9_relative_paths_are_resolved_against_the_workspace() {
    let place = Place::new();
    std::fs::create_dir(place.path().join("dist")).unwrap();
    std::fs::write(place.path().join("dist/a.txt"), "abc").unwrap();
    let subjects = declare(&place, "dist/a.txt\n").unwrap();
    let digest = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(
        subjects,
        [Subject { name: "a.txt".into(), digest: digest.into(), kind: Kind::File }]
    );
}

#[test]
fn s10_an_equals_sign_or_unknown_scheme_names_its_line() {
    let place = Place::new();
    let error = declare(&place, "# one\nname=value\n").unwrap_err();
    assert!(error.contains("line 2") && error.contains('='), "{error}");
    let error = declare(&place, "https://example.com/x\n").unwrap_err();
    assert!(error.contains("line 1") && error.contains("scheme"), "{error}");
}

#[test]
fn s11_an_absolute_path_outside_the_mounts_is_an_error_in_a_job_container() {
    let place = Place::new();
    let (file, host) = (place.path().join("artifacts"), place.path().join("host"));
    std::fs::create_dir(&host).unwrap();
    std::fs::write(host.join("a.txt"), "abc").unwrap();
    let mounts = PathMap::identity().with(&host, "/__w");
    std::fs::write(&file, "/__w/a.txt\n").unwrap();
    assert_eq!(Subjects::new(true).process(&file, &host, Some(&mounts)), Ok(()));
    std::fs::write(&file, "/etc/passwd\n").unwrap();
    let error = Subjects::new(true).process(&file, &host, Some(&mounts)).unwrap_err();
    assert!(error.contains("not inside a volume"), "{error}");
}

#[test]
fn s12_limits_of_size_count_and_conflicts() {
    let place = Place::new();
    let image =
        |name: usize, digit: char| format!("img-{name}@sha256:{}\n", digit.to_string().repeat(64));
    let large = "#".repeat(usize::try_from(FILE_LIMIT).unwrap() + 1);
    assert!(declare(&place, &large).unwrap_err().contains("1024k"));

    let mut subjects = Subjects::new(true);
    let full: String = (0..SUBJECT_LIMIT).map(|name| image(name, 'a')).collect();
    assert_eq!(process(&mut subjects, &place, &full), Ok(()));
    assert_eq!(process(&mut subjects, &place, &image(0, 'a')), Ok(()), "doubles are free");
    let error = process(&mut subjects, &place, &image(SUBJECT_LIMIT, 'a')).unwrap_err();
    assert!(error.contains("at most 500"), "{error}");
    let error = process(&mut subjects, &place, &image(0, 'b')).unwrap_err();
    assert!(error.contains("declared with digest"), "{error}");
}
