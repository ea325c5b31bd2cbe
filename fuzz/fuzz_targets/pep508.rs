//! Target `pep508`: see `conda_checks.rs`.
#![no_main]

#[path = "../conda_checks.rs"]
#[expect(dead_code, reason = "each target runs one of the checks")]
mod checks;

libfuzzer_sys::fuzz_target!(|data: &[u8]| checks::pep508(data));
