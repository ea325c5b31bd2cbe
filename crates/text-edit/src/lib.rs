//! Format-preserving edits of TOML, JSON, YAML and Markdown.
