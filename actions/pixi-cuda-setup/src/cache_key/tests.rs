use super::*;

const V7: &str = include_str!("../../../../crates/pixi-workspace/tests/locks/v7-rows.yaml");

fn lock(text: &str) -> Lock {
    let source = diagnostics::Source::file("pixi.lock", text);
    pixi_workspace::lock::read(&source).expect("a lock")
}

/// What a test changes.
#[derive(Clone, Copy)]
struct Case {
    text: &'static str,
    environments: &'static [(&'static str, &'static str)],
    minor: u64,
    cuda: Option<&'static str>,
    workspace: &'static str,
    folder: &'static str,
    subdir: &'static str,
}

const CASE: Case = Case {
    text: V7,
    environments: &[("default", "p1")],
    minor: 77,
    cuda: Some("12.1"),
    workspace: "/home/runner/work/app/app",
    folder: "",
    subdir: "linux-64",
};

fn cache_of(text: &str, case: Case) -> Cache {
    let lock = lock(text);
    let environments: Vec<(&str, Option<&Row>)> = case
        .environments
        .iter()
        .map(|(name, row)| {
            let environment = lock.environment(name).expect(name);
            (*name, environment.rows.iter().find(|one| one.platform == *row))
        })
        .collect();
    Cache::of(&Basis {
        prefix: "pixi-",
        lock: &lock,
        environments: &environments,
        subdir: case.subdir,
        version: PixiVersion::new(0, case.minor, 3),
        cuda_override: case.cuda,
        workspace: case.workspace,
        folder: case.folder,
    })
}

fn cache(case: Case) -> Cache {
    cache_of(case.text, case)
}

/// The part that restore keys share.
fn stem(cache: &Cache) -> &str {
    cache.key.rsplit_once('-').expect("a dash").0
}

#[test]
fn a_key_can_be_read_and_its_restore_keys_begin_it() {
    let found = cache(CASE);
    let parts: Vec<&str> = found.key.rsplitn(3, '-').collect();
    assert_eq!(parts[2], "pixi-linux-64-0.77-default");
    assert_eq!((parts[1].len(), parts[0].len()), (8, 16));
    assert!(parts[..2].concat().bytes().all(|byte| byte.is_ascii_hexdigit()));
    let scope = parts[1];
    let restore =
        ["0.77", "0.76", "0.75"].map(|minor| format!("pixi-linux-64-{minor}-default-{scope}-"));
    assert_eq!(found.restore_keys, restore);
    assert!(found.key.starts_with(&found.restore_keys[0]));
    assert_eq!(found.paths, [".pixi/envs/default"]);
}

#[test]
fn nothing_restores_across_the_change_of_0_71() {
    let found = cache(Case { minor: 72, ..CASE });
    let [newer, older] = found.restore_keys.as_slice() else { panic!("{found:?}") };
    assert!(newer.starts_with("pixi-linux-64-0.72-") && older.starts_with("pixi-linux-64-0.71-"));
}

#[test]
fn what_is_not_installed_changes_no_key() {
    let before = cache(CASE);
    let moved = {
        let mut lines: Vec<&str> = V7.lines().collect();
        let at = lines.iter().position(|line| line.ends_with("  p1:")).expect("a row");
        lines.swap(at + 1, at + 2);
        lines.join("\n") + "\n"
    };
    let renamed = V7.replace("- name: p1\n", "- name: p9\n").replace("      p1:\n", "      p9:\n");
    let (head, tail) = V7.split_once("  prod:\n").expect("the last environment");
    let (_, packages) = tail.split_once("packages:\n- ").expect("the packages");
    let without_prod = format!("{head}packages:\n- {packages}");
    let torch = "pytorch-2.9.1-cpu_mkl_py312_hf472749_102";
    for (what, text) in [
        ("a comment", format!("# why\n{V7}")),
        ("line ends", V7.replace('\n', "\r\n")),
        ("the order of packages", moved),
        ("an environment that is not asked for", without_prod),
        ("a package of another row", V7.replace(torch, "pytorch-2.9.2-cpu_mkl_py312_hf472749_102")),
        ("a size", V7.replace("size: 902317142", "size: 902317143")),
    ] {
        assert_ne!(text, V7, "{what}");
        assert_eq!(cache_of(&text, CASE), before, "{what}");
    }
    let p9 = Case { environments: &[("default", "p9")], ..CASE };
    assert_eq!(cache_of(&renamed, p9), before, "the name of a row");
}

#[test]
fn what_is_installed_changes_the_last_part_alone() {
    let before = cache(CASE);
    let build = V7.replace("cuda129_mkl_py312_h9b5a9d5_302", "cuda129_mkl_py312_h9b5a9d5_303");
    let (head, tail) = V7
        .split_once(
            "libtorch-2.9.1-cuda129_mkl_h5fb6ac3_302.conda\n  build_number: 302\n  sha256: ",
        )
        .expect("libtorch");
    let digest = format!(
        "{head}libtorch-2.9.1-cuda129_mkl_h5fb6ac3_302.conda\n  build_number: 302\n  sha256: {}{}",
        "0".repeat(64),
        tail.get(64..).expect("more")
    );
    for text in [build, digest] {
        let after = cache_of(&text, CASE);
        assert_ne!(after.key, before.key);
        assert_eq!(after.restore_keys, before.restore_keys);
    }
}

#[test]
fn row_override_place_and_subdir_are_never_crossed() {
    let before = cache(CASE);
    for (what, after) in [
        ("row", cache(Case { environments: &[("default", "linux-64")], ..CASE })),
        ("no row", cache(Case { environments: &[("cpu", "p1")], ..CASE })),
        ("override", cache(Case { cuda: Some("12.9"), ..CASE })),
        ("no override", cache(Case { cuda: None, ..CASE })),
        ("an empty override", cache(Case { cuda: Some(""), ..CASE })),
        ("place", cache(Case { workspace: "/__w/app/app", ..CASE })),
        ("environments", cache(Case { environments: &[("prod", "p1")], ..CASE })),
        ("subdir", cache(Case { subdir: "linux-aarch64", ..CASE })),
    ] {
        assert_ne!(stem(&after), stem(&before), "{what}");
        let crossed = after.restore_keys.iter().any(|key| before.key.starts_with(key.as_str()));
        assert!(!crossed, "{what}");
    }
    let raised = V7.replace("__cuda=12.1", "__cuda=12.4");
    assert_ne!(stem(&cache_of(&raised, CASE)), stem(&before), "the row's cuda");
    let early = Case { minor: 70, ..CASE };
    assert_eq!(cache(early), cache(Case { cuda: None, ..early }), "0.70 installs the same");
}

#[test]
fn the_order_of_environments_does_not_matter_and_many_are_counted() {
    let two = Case { environments: &[("prod", "p1"), ("default", "p1"), ("prod", "p1")], ..CASE };
    let found = cache(two);
    assert_eq!(found, cache(Case { environments: &[("default", "p1"), ("prod", "p1")], ..CASE }));
    assert!(found.key.starts_with("pixi-linux-64-0.77-default-prod-"));
    assert_eq!(found.paths, [".pixi/envs/default", ".pixi/envs/prod"]);
    assert_eq!(shown(&["a".repeat(60).as_str()]), "1-environments");
    assert_eq!(shown(&["a,b", "c"]), "2-environments");
    for (folder, expected) in [
        ("services/ml", "services/ml/.pixi/envs/default"),
        ("./services/ml/", "services/ml/.pixi/envs/default"),
        (".", ".pixi/envs/default"),
    ] {
        assert_eq!(cache(Case { folder, ..CASE }).paths, [expected]);
    }
}
