//! The binary.

/// A lock is a hundred thousand small texts; musl's allocator asks the kernel too often for them.
#[global_allocator]
static ALLOCATOR: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

fn main() -> std::process::ExitCode {
    action_kit::run::<pixi_cuda_setup::Action>()
}
