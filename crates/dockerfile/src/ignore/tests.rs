use super::*;

fn file(text: &str) -> Dockerignore {
    parse(&Source::file(".dockerignore", text))
}

#[test]
fn patterns_fit_as_docker_fits_them() {
    let cases: [(&str, &[&str], &[&str]); 14] = [
        (".pixi", &[".pixi", ".pixi/envs/a"], &["a/.pixi", ".pixi2"]),
        ("/.pixi/", &[".pixi/x"], &["a/.pixi"]),
        ("**/.pixi", &[".pixi", "a/b/.pixi/c"], &["a.pixi"]),
        ("*", &["a", ".b/c"], &[]),
        ("*\n!pixi.*\n", &["a"], &["pixi.lock", "pixi.toml"]),
        ("a\n!a/b\n", &["a", "a/c"], &["a/b", "a/b/c"]),
        ("!a\na\n", &["a"], &["b"]),
        ("*/*.lock", &["a/b.lock"], &["b.lock", "a/b/c.lock"]),
        ("a/**", &["a/b", "a/b/c"], &["a"]),
        ("**.lock", &["pixi.lock", "a/pixi.lock"], &["lock"]),
        ("a/**/z", &["a/z", "a/b/c/z"], &["a/bz"]),
        ("[a-c]?", &["ax"], &["dx", "a"]),
        ("# a\n \n\u{20}b \n", &["b"], &["a", "# a"]),
        ("\u{feff}a\n./b/../c\n", &["a", "c"], &["b"]),
    ];
    for (text, left_out, kept) in cases {
        let file = file(text);
        assert_eq!(file.problems, [], "{text:?}");
        for path in left_out {
            assert!(file.matches(path), "{path} by {text:?}");
        }
        for path in kept {
            assert!(!file.matches(path), "{path} not by {text:?}");
        }
    }
}

#[test]
fn what_is_no_pattern_is_a_problem() {
    for text in ["!", "[", "a[]", "a\\"] {
        assert_eq!(file(text).problems.len(), 1, "{text:?}");
    }
}

#[test]
fn a_folder_may_be_left_out_in_part() {
    assert!(file(".pixi").leaves_out_folder(".pixi"));
    assert!(!file(".pixi/envs").leaves_out_folder(".pixi"));
    assert!(file("*\n!src").leaves_out_folder(".pixi"));
}
