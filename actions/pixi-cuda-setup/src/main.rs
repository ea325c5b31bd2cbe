//! The binary.

fn main() -> std::process::ExitCode {
    action_kit::run::<pixi_cuda_setup::Action>()
}
