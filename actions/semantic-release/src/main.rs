//! The binary.

fn main() -> std::process::ExitCode {
    action_kit::run::<semantic_release::Action>()
}
