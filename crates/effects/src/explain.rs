//! The long forms behind this crate's codes.

use diagnostics::Explanation;

/// Every code this crate can emit.
pub const EXPLANATIONS: &[Explanation] = &[
    Explanation {
        code: "effects/conflict",
        title: "the world kept changing while the plan was carried out",
        text: "A step found something other than what the plan was made from, for example a branch that \
had moved. A new plan was made three times and met the same again. Nothing is left half-done by a conflict: \
the steps that are done stay done, and a later run completes the rest.",
    },
    Explanation {
        code: "effects/cancelled",
        title: "the run was cancelled",
        text: "After SIGINT or SIGTERM no new step starts and the running one gets five seconds. Nothing is \
undone. The next run looks at the world, finds what is done and completes the rest.",
    },
];
