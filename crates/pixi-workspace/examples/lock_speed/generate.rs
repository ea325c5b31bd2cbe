//! A lock as large repositories have it: many environments that share most of their packages.

use std::fmt::Write as _;

/// Platform rows of every environment.
const SUBDIRS: [&str; 3] = ["linux-64", "linux-aarch64", "osx-arm64"];

/// The text of a lock of format 7 with that many environments and about that many bytes.
pub(crate) fn lock(environments: usize, bytes: usize) -> String {
    // A selector has about 100 bytes and a package about 700; a row has 250 packages.
    let per_row = 250;
    let selectors = environments * SUBDIRS.len() * per_row * 100;
    let distinct = (bytes.saturating_sub(selectors) / 700 / SUBDIRS.len()).max(per_row);
    let mut text = String::with_capacity(bytes + bytes / 8);
    text.push_str("version: 7\nplatforms:\n");
    for subdir in SUBDIRS {
        let _ = writeln!(text, "- name: {subdir}\n  virtual-packages:");
        text.push_str("  - __unix=0=0\n  - __linux=4.18\n  - __glibc=2.28\n");
    }
    text.push_str("environments:\n");
    for environment in 0..environments {
        let _ = writeln!(text, "  env-{environment:02}:\n    channels:");
        text.push_str("    - url: https://conda.anaconda.org/conda-forge/\n    indexes:\n");
        text.push_str("    - https://pypi.org/simple\n    packages:\n");
        for subdir in SUBDIRS {
            let _ = writeln!(text, "      {subdir}:");
            for at in 0..per_row {
                let number = (environment * 37 + at) % distinct;
                let _ = writeln!(text, "      - {}", location(number, subdir));
            }
        }
    }
    text.push_str("packages:\n");
    for number in 0..distinct {
        for subdir in SUBDIRS {
            package(&mut text, number, subdir);
        }
    }
    text
}

fn is_python(number: usize) -> bool {
    number % 6 == 5
}

fn location(number: usize, subdir: &str) -> String {
    if is_python(number) {
        return format!(
            "pypi: https://files.pythonhosted.org/packages/{:02x}/{:02x}/{}/python_package_{number}-1.{number}.0-cp312-cp312-{subdir}.whl",
            number % 256,
            number / 256,
            digest(number, 60)
        );
    }
    format!(
        "conda: https://conda.anaconda.org/conda-forge/{subdir}/lib-package-{number}-2.{}.1-h{}_{}.conda",
        number % 40,
        digest(number, 7),
        number % 3
    )
}

/// Digits that look like a digest and differ by package.
fn digest(number: usize, length: usize) -> String {
    let mut state = number as u64 ^ 0x9E37_79B9_7F4A_7C15;
    let mut digits = String::with_capacity(length + 16);
    while digits.len() < length {
        state = state.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(0x1405_7B7E_F767_814F);
        let _ = write!(digits, "{state:016x}");
    }
    digits.truncate(length);
    digits
}

fn package(text: &mut String, number: usize, subdir: &str) {
    let _ = writeln!(text, "- {}", location(number, subdir));
    if is_python(number) {
        let _ = writeln!(text, "  name: python-package-{number}\n  version: 1.{number}.0");
        let _ = writeln!(text, "  sha256: {}\n  requires_dist:", digest(number + 1, 64));
        for other in 0..6 {
            let _ = writeln!(text, "  - python-package-{other}>=1.{other} ; extra == 'test'");
        }
        text.push_str("  requires_python: '>=3.10'\n");
        return;
    }
    let _ = writeln!(text, "  sha256: {}\n  md5: {}", digest(number, 64), digest(number, 32));
    text.push_str("  depends:\n  - __glibc >=2.17,<3.0.a0\n");
    for other in 0..6 {
        let _ = writeln!(text, "  - lib-package-{} >=2.{other}.1,<3.0a0", number / 2 + other);
    }
    text.push_str("  constrains:\n  - python_abi 3.12.* *_cp312\n");
    text.push_str("  license: BSD-3-Clause\n  license_family: BSD\n  purls: []\n");
    let _ = writeln!(text, "  size: {}\n  timestamp: {}", 10_000 + number, 1_763_000_000_000_u64);
}
