use proptest::prelude::*;

use super::{Archive, PythonArchive, build_number, is_subdir};
use crate::normalize_name;

#[test]
fn conda_archives() {
    let url = "https://conda.anaconda.org/conda-forge/linux-64/pytorch-2.5.1-cuda126_mkl_py311_h1234567_303.conda";
    let archive = Archive::from_url(url).expect("archive");
    assert_eq!(
        (archive.name.as_str(), archive.version.as_str(), archive.subdir.as_str()),
        ("pytorch", "2.5.1", "linux-64")
    );
    assert_eq!(archive.build, "cuda126_mkl_py311_h1234567_303");
    assert_eq!(archive.build_number(), Some(303));

    let archive =
        Archive::from_url("https://x/noarch/ca-certificates-2026.6.17-hbd8a1cb_0.tar.bz2#abc");
    let archive = archive.expect("archive");
    assert_eq!((archive.name.as_str(), archive.build_number()), ("ca-certificates", Some(0)));

    let archive = Archive::from_url("https://x/t/linux-64/a-1%2Bcu_0%21-py_1.conda?x=1");
    assert_eq!(archive.expect("archive").version, "1+cu_0!");
    assert_eq!(Archive::from_url("./local/a-1-0.conda").expect("archive").subdir, "");
    for url in ["", "a-1.conda", "a-1-.conda", "--0.conda", "a-1-0.zip", "https://x/a-1-0.conda/"] {
        assert_eq!(Archive::from_url(url), None, "{url}");
    }
    assert_eq!(
        (build_number("py_"), build_number("3"), build_number("h_+3")),
        (None, Some(3), None)
    );
    assert!(is_subdir("noarch") && is_subdir("linux-aarch64") && !is_subdir("linux"));
}

#[test]
fn python_archives() {
    let read = |url| PythonArchive::from_url(url).map(|a| (a.name, a.version, a.tags));
    let some = |name: &str, version: &str, tags: Option<&str>| {
        Some((name.to_owned(), version.to_owned(), tags.map(str::to_owned)))
    };
    assert_eq!(
        read(
            "https://download.pytorch.org/whl/cu124/torch-2.6.0%2Bcu124-cp311-cp311-linux_x86_64.whl#sha256=00"
        ),
        some("torch", "2.6.0+cu124", Some("cp311-cp311-linux_x86_64"))
    );
    assert_eq!(
        read("https://x/Nvidia_CUDA.runtime_cu12-12.4.127-1-py3-none-any.whl"),
        some("nvidia-cuda-runtime-cu12", "12.4.127", Some("1-py3-none-any"))
    );
    assert_eq!(read("../demo-pkg-1.0.tar.gz"), some("demo-pkg", "1.0", None));
    assert_eq!(read("https://x/demo-1.0.zip"), some("demo", "1.0", None));
    for url in ["", "./project", "git+https://x/y@main", "x-1.whl", "-1.tar.gz"] {
        assert_eq!(read(url), None, "{url}");
    }
    assert_eq!(normalize_name("A__b.-C"), "a-b-c");
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,40}(\\.conda|\\.whl|\\.tar\\.gz)?") {
        let _ = (Archive::from_url(&text), PythonArchive::from_url(&text), build_number(&text));
        prop_assert_eq!(normalize_name(&normalize_name(&text)), normalize_name(&text));
    }
}
