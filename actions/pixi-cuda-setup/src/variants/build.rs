//! What a build string or a local version says.

use super::Variant;

/// What a build string says: `cuda129_mkl_py311_h1234567_302`, `py3.11_cuda12.1_cudnn8.9.2_0`,
/// `py311_cu121`, `cpu_generic_py312_h1234567_102`. CUDA wins where both are named.
pub(super) fn of_build(build: &str) -> Option<(Variant, Option<String>)> {
    let tokens = || build.split(['_', '-']);
    if let Some(known) = tokens().find_map(cuda) {
        return Some(known);
    }
    if tokens().any(|token| token.starts_with("rocm")) {
        return Some((Variant::Rocm, None));
    }
    if tokens().any(|token| token == "gpu") {
        return Some((Variant::Cuda, None));
    }
    let is_cpu = |token: &str| matches!(token, "cpu" | "cpuonly" | "nocuda" | "eigen");
    tokens().any(is_cpu).then_some((Variant::Cpu, None))
}

/// What the local part of a Python version says: `cu124`, `cpu`, `rocm6.4`, `cuda12.cudnn89`.
pub(super) fn of_local(local: &str) -> Option<(Variant, Option<String>)> {
    let mut tokens = local.split(['.', '-', '_']);
    let first = tokens.next().unwrap_or_default();
    if local.starts_with("rocm") {
        return Some((Variant::Rocm, None));
    }
    if let Some(known) = cuda(first) {
        return Some(known);
    }
    local.starts_with("cpu").then_some((Variant::Cpu, None))
}

/// `cuda129`, `cuda12.1`, `cuda`, `cuda112py310h…`, `cu121`: CUDA, and its version if it is there.
fn cuda(token: &str) -> Option<(Variant, Option<String>)> {
    if let Some(rest) = token.strip_prefix("cuda") {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let (digits, after) = rest.split_at_checked(end)?;
        // `cuda129py313h…` is one, `cudart` is none.
        if digits.is_empty() && !after.is_empty() && !after.starts_with("py") {
            return None;
        }
        return Some((Variant::Cuda, level(digits)));
    }
    let digits = token.strip_prefix("cu")?;
    let is_version = digits.len() >= 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_version.then(|| (Variant::Cuda, level(digits)))
}

/// `129` as 12.9, `12.1` as it is, `12` as the major version alone, `92` as 9.2.
fn level(digits: &str) -> Option<String> {
    let digits = digits.trim_matches('.');
    if digits.is_empty() {
        return None;
    }
    if digits.contains('.') {
        return Some(major_minor(digits));
    }
    let major = if digits.starts_with(['7', '8', '9']) { 1 } else { 2 };
    let (major, minor) = digits.split_at_checked(major)?;
    Some(if minor.is_empty() { major.to_owned() } else { format!("{major}.{minor}") })
}

/// The first two numbers of a version.
pub(super) fn major_minor(version: &str) -> String {
    let mut parts = version.split('.');
    match (parts.next(), parts.next()) {
        (Some(major), Some(minor)) => format!("{major}.{minor}"),
        _ => version.to_owned(),
    }
}

/// The first number of a version.
pub(super) fn major(version: &str) -> Option<u64> {
    version.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn build_strings_say_what_they_are_for() {
        let cuda = |level: &str| Some((Variant::Cuda, Some(level.to_owned())));
        let cpu = Some((Variant::Cpu, None));
        for (build, expected) in [
            ("cuda129_mkl_py311_h1234567_302", cuda("12.9")),
            ("cuda130_generic_py311_h1234567_202", cuda("13.0")),
            ("cuda112py310h52da4a5_0", cuda("11.2")),
            ("cuda129py313h0123456_200", cuda("12.9")),
            ("cuda118py39hcuda_0", cuda("11.8")),
            ("py3.11_cuda12.1_cudnn8.9.2_0", cuda("12.1")),
            ("py3.6_cuda9.2.148_cudnn7.6.3_0", cuda("9.2")),
            ("cuda92py36h0_0", cuda("9.2")),
            ("py311_cu121", cuda("12.1")),
            ("cuda12_py312_0", cuda("12")),
            ("cuda_py313_h0_0", Some((Variant::Cuda, None))),
            ("cudapy313h0_0", Some((Variant::Cuda, None))),
            ("cuda", Some((Variant::Cuda, None))),
            ("gpu_py38hb782248_0", Some((Variant::Cuda, None))),
            ("py312h0_201_cuda", Some((Variant::Cuda, None))),
            ("rocm_py312_0", Some((Variant::Rocm, None))),
            ("cpu_mkl_py312_hf472749_102", cpu.clone()),
            ("cpu_generic_h0_102", cpu.clone()),
            ("py3.11_cpu_0", cpu.clone()),
            ("py311_cpu", cpu.clone()),
            ("eigen_py38_0", cpu),
            ("py312hcuda12_0", None),
            ("cudart_0", None),
            ("cup_0", None),
            ("cu_0", None),
            ("pyhd8ed1ab_0", None),
            ("", None),
        ] {
            assert_eq!(of_build(build), expected, "{build}");
        }
    }

    #[test]
    fn local_versions_say_it_too() {
        for (local, variant, level) in [
            ("cu124", Variant::Cuda, Some("12.4")),
            ("cu92", Variant::Cuda, Some("9.2")),
            ("cuda12.cudnn89", Variant::Cuda, Some("12")),
            ("cpu", Variant::Cpu, None),
            ("cpu.cxx11.abi", Variant::Cpu, None),
            ("rocm6.4", Variant::Rocm, None),
        ] {
            assert_eq!(of_local(local), Some((variant, level.map(str::to_owned))), "{local}");
        }
        assert_eq!(of_local("ubuntu1"), None);
    }
}
