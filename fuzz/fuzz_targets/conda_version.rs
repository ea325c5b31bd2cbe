//! Target `conda_version`: see `conda_checks.rs`.
#![no_main]

#[path = "../conda_checks.rs"]
#[expect(dead_code, reason = "each target runs one of the checks")]
mod checks;

libfuzzer_sys::fuzz_target!(|data: &[u8]| checks::conda_version(data));
