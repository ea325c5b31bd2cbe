//! TOML, YAML and JSON into one tree with byte spans; a schema walk that reports every problem at once.
