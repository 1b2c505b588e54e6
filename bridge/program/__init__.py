"""The programme: the marketer's configuration, read from `program.toml`, checked, compiled and frozen."""
