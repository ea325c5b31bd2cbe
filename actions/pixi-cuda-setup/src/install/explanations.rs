//! The long forms of the codes of an installation.

use diagnostics::Explanation;

/// An explanation.
const fn explanation(code: &'static str, title: &'static str, text: &'static str) -> Explanation {
    Explanation { code, title, text }
}

/// The codes of an installation.
pub const EXPLANATIONS: &[Explanation] = &[
    explanation(
        "install/architecture",
        "pixi is not built for this machine",
        "pixi publishes Linux binaries for x86_64 and aarch64.",
    ),
    explanation(
        "install/archive",
        "what was downloaded holds no pixi for this machine",
        "The download must be the archive of a release (`pixi-<machine>-unknown-linux-musl.tar.gz`, which holds one file called `pixi` and nothing else) or the bare binary. Links, further files, paths that lead elsewhere, archives that unpack to more than 512 MB and programs for another machine are refused, though their checksum be right. Nothing is installed then.",
    ),
    explanation(
        "install/checksum",
        "the published SHA-256 cannot be read",
        "Beside each archive lies a file of the same name with `.sha256` added. It holds a digest, or lines as `sha256sum` writes them, of which the one that names the archive counts. A page that says \"not found\" with status 200 ends up here too.",
    ),
    explanation(
        "install/checksum-missing",
        "there is no published SHA-256",
        "Nothing is installed that was not verified. The archive's name with `.sha256` added must be there too, on a mirror as on GitHub; pixi publishes digests for its archives and not for the bare binaries, so let `pixi-url` name the archive, `{{pixiFile}}.tar.gz`. Where a mirror cannot have the file, `pixi-sha256` pins the download instead.",
    ),
    explanation(
        "install/does-not-run",
        "the downloaded pixi does not run",
        "As a plain command the action asks the binary for its version before it puts it in its place. In a container of the runner nothing is run: that is for the steps on the host.",
    ),
    explanation(
        "install/headers",
        "input `pixi-url-headers` cannot be used",
        "A JSON object of texts, such as `{\"Authorization\": \"Bearer ${{ secrets.MIRROR_TOKEN }}\"}`, together with `pixi-url`. The headers go to the origin of `pixi-url` alone; a redirect to another host drops them. Their values are masked.",
    ),
    explanation(
        "install/mirror-version",
        "a mirror needs an exact version",
        "Ranges, and a `requires-pixi` that is one, are resolved against the list of releases on GitHub, which a mirror does not have. Give an exact `pixi-version`, or a `pixi-url` that names one. `latest` is possible where the template has a branch for it: `{{#if latest}}`.",
    ),
    explanation(
        "install/mismatch",
        "the download is not what was published or pinned",
        "The SHA-256 of what came differs from the one in the file beside it, or from `pixi-sha256`. Nothing was installed. A proxy that answers with a page of its own and a download that broke off are the usual reasons; the same again after a second run is a reason to ask. The pin is the digest of the archive, of the version and machine at hand.",
    ),
    explanation(
        "install/no-release",
        "no release of pixi fits",
        "Of the releases on GitHub that are neither drafts nor prereleases and have the archive for this machine none is within the range of `pixi-version` or `requires-pixi`.",
    ),
    explanation(
        "install/not-found",
        "there is no such file",
        "The server knows no file of that name: the version does not exist, or the mirror does not have it.",
    ),
    explanation(
        "install/other-version",
        "the downloaded pixi is of another version",
        "It was asked for its version and names another one than was asked for: `pixi-url` leads to the wrong file.",
    ),
    explanation(
        "install/pin",
        "input `pixi-sha256` is no digest",
        "64 hexadecimal digits, as in the `.sha256` file beside the archive.",
    ),
    explanation(
        "install/place",
        "the binary cannot be put in its place",
        "On the runner it goes where later steps of the job see it and the runner cleans up: the temporary directory, or the home it gives to actions. Under act it goes to the tool cache, or to a folder of the workspace that ignores itself; as a plain command to `~/.pixi/bin`. `pixi-bin-path` names another place, one that later steps see.",
    ),
    explanation(
        "install/refused",
        "the server refuses the download",
        "Status 401 or 403. A mirror that wants a token gets it by `pixi-url-headers`; GitHub itself wants none for pixi.",
    ),
    explanation(
        "install/releases",
        "the list of releases cannot be had",
        "A version that is not exact is looked up in the list of pixi's releases at GitHub's API. Without a token 60 requests an hour are free for each address, and runners share addresses. An exact `pixi-version` needs no list.",
    ),
    explanation(
        "install/url",
        "input `pixi-url` cannot be used",
        "An address of a file, in which `{{version}}` (`v0.77.0`, or `latest`), `{{latest}}` and `{{pixiFile}}` (`pixi-x86_64-unknown-linux-musl`) are replaced, with `{{#if latest}}`, `{{#unless latest}}`, `{{else}}`, comments and `~` as in the templates of prefix-dev/setup-pixi. Where it names the bare binary, the archive beside it is tried first, since that has a published digest. An address that names another version than was asked for is refused.",
    ),
    explanation(
        "install/version",
        "no version of pixi",
        "`auto`, `latest`, three numbers, or a range as conda writes it: `>=0.68,<0.80`, `0.77.*`. `auto` is what `requires-pixi` asks for; without it the newest pixi that writes the format the lock has, so that nobody's lock is turned into a format that others cannot read; and the newest of all where there is no lock, or where the manifest needs a newer one.",
    ),
];
