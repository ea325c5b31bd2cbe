//! Target `pixi_manifest`: see `pixi_checks.rs`.
#![no_main]

#[path = "../pixi_checks.rs"]
#[expect(dead_code, reason = "each target runs one of the checks")]
mod checks;

libfuzzer_sys::fuzz_target!(|data: &[u8]| checks::pixi_manifest(data));
