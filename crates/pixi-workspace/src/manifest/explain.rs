//! The long forms behind the codes of manifests.

use diagnostics::Explanation;

/// Every code that reading a manifest can give.
pub const EXPLANATIONS: &[Explanation] = &[];
