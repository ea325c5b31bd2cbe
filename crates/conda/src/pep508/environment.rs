//! What markers are evaluated against.

use crate::version::Version;

/// The values of an interpreter on a platform.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MarkerEnvironment {
    /// `os_name`.
    pub os_name: &'static str,
    /// `sys_platform`.
    pub sys_platform: &'static str,
    /// `platform_system`.
    pub platform_system: &'static str,
    /// `platform_machine`.
    pub platform_machine: &'static str,
    /// `python_version`: major and minor.
    pub python_version: String,
    /// `python_full_version`, and the version of the implementation.
    pub python_full_version: String,
}

impl MarkerEnvironment {
    /// What pixi takes for a conda subdir and the locked python; `None` where it knows none.
    pub fn of_subdir(subdir: &str, python: &str) -> Option<Self> {
        let (sys_platform, platform_system, os_name) = match subdir.split_once('-')?.0 {
            "linux" => ("linux", "Linux", "posix"),
            "osx" => ("darwin", "Darwin", "posix"),
            "win" => ("win32", "Windows", "nt"),
            _ => return None,
        };
        let platform_machine = match subdir {
            "linux-32" => "i386",
            "linux-64" | "osx-64" => "x86_64",
            "linux-aarch64" => "aarch64",
            "linux-armv6l" => "armv6l",
            "linux-armv7l" => "armv7l",
            "linux-ppc64le" => "ppc64le",
            "linux-ppc64" => "ppc64",
            "linux-s390x" => "s390x",
            "linux-riscv32" => "riscv32",
            "linux-riscv64" => "riscv64",
            "osx-arm64" => "arm64",
            "win-32" => "x86",
            "win-64" => "AMD64",
            "win-arm64" => "ARM64",
            _ => "",
        };
        let _: Version = python.parse().ok()?;
        let mut numbers = python.split('.');
        let (major, minor) = (numbers.next()?, numbers.next()?);
        let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number(major) || !is_number(minor) {
            return None;
        }
        Some(Self {
            os_name,
            sys_platform,
            platform_system,
            platform_machine,
            python_version: format!("{major}.{minor}"),
            python_full_version: python.to_owned(),
        })
    }

    /// The value of a variable; `None` for a name that is none. `platform_release` and
    /// `platform_version` are empty, as pixi has them.
    pub(super) fn value(&self, variable: &str) -> Option<&str> {
        Some(match variable {
            "os_name" | "os.name" => self.os_name,
            "sys_platform" | "sys.platform" => self.sys_platform,
            "platform_system" => self.platform_system,
            "platform_machine" | "platform.machine" => self.platform_machine,
            "platform_python_implementation"
            | "platform.python_implementation"
            | "python_implementation" => "CPython",
            "implementation_name" => "cpython",
            "python_version" => &self.python_version,
            "python_full_version" | "implementation_version" => &self.python_full_version,
            "platform_release" | "platform_version" | "platform.version" => "",
            _ => return None,
        })
    }
}
