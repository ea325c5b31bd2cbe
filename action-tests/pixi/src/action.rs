//! The action as it is, for tests that need it beside the stand-in.

fn main() -> std::process::ExitCode {
    action_kit::run::<pixi_cuda_setup::Action>()
}
