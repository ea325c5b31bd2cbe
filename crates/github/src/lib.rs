//! GitHub in domain terms: repositories, git data, releases.
