//! The long form of every code of this action.

use diagnostics::Explanation;

/// The codes of this action.
pub const EXPLANATIONS: &[Explanation] = &[
    explanation(
        "release/detached-head",
        "HEAD is on no branch",
        "Which releases are made depends on the branch. `actions/checkout` leaves HEAD detached when `ref` is a commit or a tag, and on pull requests.\n\nIn Actions a HEAD at the commit the workflow runs for is taken for the workflow's branch. Otherwise check the branch out by name, `ref: ${{ github.ref_name }}`, or name it in input `branch`.",
    ),
    explanation(
        "release/pr-number",
        "the pull request is not known",
        "`check-pr` takes the pull request from the event (`pull_request`, `pull_request_target`) or from input `pull_request`. `--title TEXT` checks a title alone, without a server.",
    ),
    explanation(
        "release/pr-title",
        "the title is not conventional",
        "The title of a squashed pull request becomes the subject of the commit on the base branch, which decides the next version. It is read by the parser that reads releases.",
    ),
    explanation(
        "release/pr-commit",
        "a commit is not conventional",
        "Where commits are kept by the merge, each says what it changes. Input `check_commits` says how severe this is.",
    ),
    explanation(
        "release/pr-description",
        "the description is missing or short",
        "Blanks and the comments of a template do not count. Inputs `check_description` and `min_description`.",
    ),
    explanation(
        "release/pr-issue",
        "no issue is linked",
        "GitHub lists no issue that merging would close. Input `check_issue`.",
    ),
    explanation(
        "release/pr-conflict",
        "there are conflicts with the base",
        "GitHub cannot merge the pull request. Input `check_mergeable`.",
    ),
    explanation(
        "release/pr-mergeable",
        "it is not known whether there are conflicts",
        "GitHub works this out after a push and had not finished within `mergeable_wait` seconds. What cannot be judged has not passed.",
    ),
    explanation(
        "release/pr-branch",
        "the branch's name does not match",
        "Input `branch_pattern` is a regular expression, matched from the start of the name. Branches of release groups need not match.",
    ),
    explanation(
        "release/pr-size",
        "the pull request has too many commits",
        "GitHub lists at most 250 commits of a pull request, so the others cannot be judged.",
    ),
    explanation(
        "release/pr-comment",
        "the token may not comment",
        "Commenting needs `pull-requests: write`. On `pull_request` from a fork the token can only read; the job summary has the same text.",
    ),
    explanation(
        "release/no-token",
        "there is no token",
        "A release is made through GitHub's API. The action takes input `github_token`, else the variables `GH_TOKEN` and `GITHUB_TOKEN`.\n\nIn a workflow the default, `${{ github.token }}`, is enough with `permissions: contents: write`.",
    ),
    explanation(
        "release/ruleset",
        "a ruleset refuses the release commit",
        "A rule of the branch takes no commits pushed straight to it, or only signed ones, and GitHub says that this token may not bypass it. Nothing was changed. As a warning: GitHub does not tell whether the token may bypass the rule, and the push is tried.\n\nPut a GitHub App on the bypass list of the ruleset and pass its token as `github_token` (`github.token` cannot be on that list), sign the commit, or set `release_mode: tag-only`, which commits nothing.",
    ),
    explanation(
        "release/signing-keys",
        "two signing keys",
        "A commit has one signature. Give an SSH key or an OpenPGP key.",
    ),
    explanation(
        "release/signing-author",
        "nobody is named whose signature it is",
        "Git and GitHub check a signature against the committer's address. An OpenPGP key names its owner, an SSH key does not: set `git_committer_email` (and `git_committer_name`), or `commit_author` in the configuration, to the account that has the public key as a signing key. Nothing was changed.",
    ),
    explanation(
        "release/signoff-author",
        "nobody is named who signs off",
        "`Signed-off-by` needs a name and an address; through the API the token's own account would commit, and its address is not known. Set `git_committer_name` and `git_committer_email`, or `commit_author`. Nothing was changed.",
    ),
    explanation(
        "release/no-remote",
        "the repository on GitHub is not known",
        "Its owner and name come from `GITHUB_REPOSITORY`, else from the URL of the remote named in `remote.name`.",
    ),
    explanation(
        "release/address",
        "an address that is none",
        "`GITHUB_API_URL` names the server's API. It is set by the runner; where it is set by hand it must be a full address with `https://`.",
    ),
    explanation(
        "release/no-push-permission",
        "the token may not push",
        "GitHub says that this token has no write access to the repository.\n\nGive the job `permissions: contents: write`, or pass the token of an App that may write.",
    ),
    explanation(
        "release/archived",
        "the repository is archived",
        "Archived repositories are read-only. Unarchive it first.",
    ),
    explanation(
        "release/no-remote-branch",
        "the branch is not on the server",
        "A release commit goes on top of the branch on the server; push the branch first.",
    ),
    explanation(
        "release/unpushed",
        "the local branch is ahead of the server's",
        "The release would not contain the commits that are only here. Push them first, or reset the branch.",
    ),
    explanation(
        "release/pull-request-mode",
        "a setting that does not go with release pull requests",
        "With `release_mode: pull-request` the release commit waits in a pull request on GitHub. That needs GitHub's API (`publish_mode: api`) and a commit that changes something: the changelog or a stamped file. It does not go with `commit: false`, `push: false`, `phase` and `packages`. Nothing was changed.",
    ),
    explanation(
        "release/release-branch",
        "the release branch cannot have this name",
        "`release_branch` names the branch of the release pull request, with `{branch}` for the branch that is released. It must be a name git takes, and another one than the branch that is released.",
    ),
    explanation(
        "release/pull-request-edited",
        "the release branch has somebody else's commits",
        "The newest commit of the release branch is not a release commit on top of a commit of this branch, so it was not overwritten: somebody pushed to it, or the run for a newer commit was faster.\n\nMerge the pull request: it is released all the same. Or delete the branch: the next run makes it anew.",
    ),
    explanation(
        "release/pull-request-forbidden",
        "the token may not open pull requests",
        "Besides `permissions: contents: write` the job needs `pull-requests: write`, and the repository (or its organisation) must allow it: Settings, Actions, General, \"Allow GitHub Actions to create and approve pull requests\". The token of a GitHub App with the permission `Pull requests: write` works without that setting, and workflows run for its pull requests.\n\nThe release branch may have been made already; the next run goes on from there.",
    ),
    explanation(
        "release/merged-earlier",
        "the merged release is not what is checked out",
        "A release pull request was merged, and there are newer commits here. What `build_command` builds and what `assets` attaches would be made from the newer files, so nothing was released.\n\nRun the workflow of the merged commit again: it makes the release. Then run this one again.",
    ),
    explanation(
        "release/moved",
        "the branch moved on the server",
        "Somebody pushed after this checkout. A release made now would not be what was checked, so nothing was done. The run for the newer commit makes the release.\n\nInput `on_moved: skip` ends such runs quietly. `on_moved: retry` fetches the newer commits and releases them too, although this run has not checked them; that is not possible where the release holds what was built here.",
    ),
    explanation(
        "release/moved-on",
        "the release is made from a newer commit",
        "With `on_moved: retry` the release starts from where the branch is on the server now. The working tree is not touched: it has the older commit, and stamped files would not fit it. Check output `commit_sha` out in later steps that build.",
    ),
    explanation(
        "release/no-pushed-tag",
        "there is no pushed version tag",
        "With `trigger: tag` only a workflow that the push of a tag started makes a release, and the tag must be of `tag_format` with a complete version in it.",
    ),
    explanation(
        "release/other-commit",
        "the checkout is not the pushed tag's",
        "A release of a pushed tag is checked against the tagged commit, which has to be the one that is checked out. `actions/checkout` does that when `ref` is not set.",
    ),
    explanation(
        "release/tag-differs",
        "a stamped place does not say what the tag says",
        "A tag was pushed by hand, and a file of `version_toml` or `version_variables` has another version at that commit. Nothing was released.\n\nDelete the tag here and on the server, correct the version, and tag that commit; or let the push to the branch make releases, which stamps and tags in one go.",
    ),
    explanation(
        "release/no-changelog-section",
        "the changelog does not tell of this version",
        "A tag was pushed by hand, and no heading of the changelog names its version at that commit. That section is the text of the release.\n\nInput `changelog: false` releases with empty notes.",
    ),
    explanation(
        "release/packages",
        "the packages cannot be told",
        "`packages` lists the directories of several packages, each with `[tool.semantic_release]` and a `tag_format` of its own. Names come from `pyproject.toml`, `package.json` or `Cargo.toml`, and from these the order: a package is released after those it needs.",
    ),
    explanation(
        "release/announce",
        "a pull request or issue was not told of the release",
        "With `comment_released` each of them gets one comment, and with `released_label` a label. The release itself is complete.\n\nThe job needs `permissions: issues: write` and `pull-requests: write` for it.",
    ),
    explanation(
        "release/tag-taken",
        "the tag exists at another commit",
        "The server has the tag of the next version already, and not at this release's commit. Tags are never moved.\n\nFetch the tags (`git fetch --tags`) so that they count, or delete the tag if it is a mistake.",
    ),
    explanation(
        "release/build",
        "the build failed",
        "`build_command` ended with an exit code other than 0. Its last lines are quoted, all of them are in the log.\n\nIt ran on the stamped files, before anything was committed; the files are put back as they were. What the build itself made, `dist/` say, stays.",
    ),
    explanation(
        "release/build-env",
        "an item of `build_command_env` names no variable",
        "Items are `NAME`, which passes the variable of this run on (empty where it is not set), or `NAME=value`. python-semantic-release leaves others out with a warning, and so does this.",
    ),
    explanation(
        "release/packages-build",
        "builds of several packages",
        "When several packages are released in one run, their builds may need each other. They are left to the job: `phase: prepare` stamps all packages, your steps build them, `phase: publish` makes the releases.",
    ),
    explanation(
        "release/shell",
        "the shell of the build cannot be run",
        "On the command line `build_command` runs in the shell that variable SHELL names, else in `/bin/sh`, with `-c`.",
    ),
    explanation(
        "release/push",
        "`push: false` without a git",
        "Without a push, commit and tag are made in this clone, by git. GitHub's API, which is used inside Actions, makes them on the server only.\n\nSet `publish_mode: git` where there is a git, or `commit: false` and `tag: false` if the files are all you want.",
    ),
    explanation(
        "release/host",
        "the server's address cannot be used",
        "`remote.domain` and `remote.api_domain` are addresses of one GitHub. Of github.com the API is at api.github.com; every other server has it below `/api/v3`. Plain http carries the token for everybody to read and needs `remote.insecure = true`.",
    ),
    explanation(
        "release/token-for-push",
        "there is no push that could ignore the token",
        "`remote.ignore_token_for_push` lets git push with its own credentials. Inside Actions commits and tags are made through GitHub's API, which knows the token only.",
    ),
    explanation(
        "release/remote-type",
        "the host is not GitHub",
        "Releases are made on GitHub and GitHub Enterprise only.",
    ),
    explanation(
        "release/version-toml",
        "an item of `version_toml` cannot be used",
        "Items are `FILE:KEY.PATH`, with `:nf` for 1.2.3, `:tf` for the tag or `:pep440` for Python's form at the end.",
    ),
    explanation(
        "release/version-variables",
        "an item of `version_variables` cannot be used",
        "Items are `FILE:NAME`, with `:nf` for 1.2.3, `:tf` for the tag or `:pep440` for Python's form at the end. The name `*` stands for the whole file, which is made where it is missing.",
    ),
    explanation(
        "release/version-paths",
        "an item of `version_paths` cannot be used",
        "Items are `FILE:PATH`, with `:nf` for 1.2.3, `:tf` for the tag or `:pep440` for Python's form at the end. The file's extension tells its format: JSON, TOML, YAML or XML. The path is the keys, or in XML the elements from the root, with dots between them; a number steps into a list, `@name` is an attribute.",
    ),
    explanation(
        "release/lock-file",
        "a lock file cannot be kept in step",
        "A lock file named in `lock_files` is not one that is known, or it has no entry for a project whose version changes. Known are uv.lock, poetry.lock, pixi.lock, Cargo.lock, package-lock.json and npm-shrinkwrap.json.\n\nWrite the lock anew with its own tool (`uv lock`, `cargo update --workspace`, `npm install --package-lock-only`), or take it out of `lock_files`.",
    ),
    explanation(
        "release/python-form",
        "the version has no form by PEP 440",
        "Python's packages know prereleases named alpha (a), beta (b), rc (c, pre, preview), dev and post. Versions such as `1.0.0-nightly.1` cannot be written for them.\n\nName the prerelease differently (`prerelease_token`), or write the version as it is (`:nf`).",
    ),
    explanation(
        "release/not-stamped",
        "a file has no version to replace",
        "An item of `version_variables` found nothing in its file: the name, in quotes or not, then one of `=`, `==`, `:=`, `:`, `@` or a blank, then a complete version, or with `:tf` a complete tag. python-semantic-release goes on silently and releases a file with the old version; here nothing is done.",
    ),
    explanation(
        "release/tag-format",
        "the tag format cannot be used",
        "It is fixed text around one `{version}`, and must make a valid tag.",
    ),
    explanation(
        "release/commit-message",
        "the commit message cannot be formatted",
        "`{version}` is the only placeholder; other braces are written twice.",
    ),
    explanation(
        "release/commit-author",
        "the author cannot be read",
        "Authors are written `name <email>`.",
    ),
    explanation(
        "release/commit-type",
        "not a commit type",
        "Types are words; patterns are not supported.",
    ),
    explanation(
        "release/parser",
        "there is no such commit parser",
        "Built in are `conventional`, `conventional-monorepo`, `conventional-strict`, `emoji`, `scipy`, `node`, `angular` and `tag`. Parsers written in Python, `module:Class` or `file.py:Class`, cannot run here.",
    ),
    explanation(
        "release/deprecated-parser",
        "a commit parser is deprecated",
        "python-semantic-release will remove it. `conventional` takes the place of `angular`, `emoji` that of `tag`.",
    ),
    explanation(
        "release/path-filter",
        "a path filter cannot be used",
        "`path_filters` are paths with `*`, `?` and `[...]` as in Python's `fnmatch`, and `!` in front to leave out.",
    ),
    explanation(
        "release/scope-prefix",
        "the scope prefix cannot be used",
        "`scope_prefix` is a regular expression, matched at the start of the scope; `*` alone stands for any text.",
    ),
    explanation(
        "release/branch-pattern",
        "a branch pattern cannot be used",
        "`match` is a regular expression, matched from the start of the branch's name as Python's `re.match` does.",
    ),
    explanation(
        "release/exclude-pattern",
        "a pattern of `exclude_commit_patterns` cannot be used",
        "It is a regular expression, matched from the start of the message.",
    ),
    explanation(
        "release/prerelease-token",
        "not a prerelease token",
        "Tokens consist of letters, digits and hyphens, so that `1.0.0-TOKEN.1` is a version.",
    ),
    explanation(
        "release/build-metadata",
        "not build metadata",
        "Build metadata consists of letters, digits, hyphens and dots.",
    ),
    explanation(
        "release/bump-level",
        "the level cannot be applied",
        "`default_bump_level = 1` moves the counter of a prerelease, and a full version has none.",
    ),
    explanation(
        "release/config-file",
        "the configuration file cannot be read",
        "A file named by `config_file` must exist; the path starts at the working directory.",
    ),
    explanation(
        "release/file",
        "a file cannot be read or written",
        "Files to be stamped must exist, be regular files and lie inside the repository.",
    ),
    explanation(
        "release/asset-missing",
        "an asset does not exist",
        "Items of `assets` are files, folders or patterns, relative to the working directory. Each must stand for at least one file before anything is changed; with a build, after it.",
    ),
    explanation(
        "release/asset",
        "a file cannot be attached",
        "Files of a release lie inside the repository's folder, are not empty and smaller than 2 GiB.",
    ),
    explanation(
        "release/asset-name",
        "two files have the same name",
        "The files of a release have no folders, and GitHub turns blanks and other signs of their names into dots. Rename one of the two.",
    ),
    explanation(
        "release/asset-differs",
        "the release has another file of that name",
        "A published file that changes breaks everybody who wrote down its digest. Either this build differs from the one that was published, or the file belongs to another release.\n\n`replace_assets: true` puts the new file in place of the old one.",
    ),
    explanation(
        "release/immutable",
        "the release takes no more files",
        "The repository's releases are immutable: once published, their tag and files stay as they are. Attach files while the release is a draft: with the setting `assets`, or by `draft: true` in the release and `publish_draft: true` in the later step.",
    ),
    explanation(
        "release/templates",
        "a changelog template cannot be used",
        "Files `*.j2` in `template_dir` replace the default changelog, `.release_notes.md.j2` the default notes.\n\nA template cannot be read or rendered, or its options ask for Python. Templates read files of the repository only, and steps, depth and output are limited. Nothing was written.",
    ),
    explanation(
        "release/no-insertion-flag",
        "the changelog has no insertion flag",
        "In mode `update` new sections go behind the insertion flag. The file has text but no flag, so it is left as it is.",
    ),
    explanation(
        "release/committer",
        "only half of the author is given",
        "`git_committer_name` and `git_committer_email` count only together.",
    ),
    explanation(
        "release/forced-elsewhere",
        "a forced level counts from another branch",
        "A forced level moves the highest version of the whole repository, as python-semantic-release does it, also when that tag is on another branch.\n\nWithout `force` only the tags in the history of the branch count.",
    ),
    explanation(
        "release/force-version",
        "the version cannot be forced",
        "Input `force_version` takes one complete version. It must come after the last release of the branch, so that versions never go back, and no other commit may have its tag. `force` and `force_version` exclude each other.\n\nA run that is repeated after it was killed completes the release of that version.",
    ),
    explanation(
        "release/release-as",
        "a `Release-As` footer cannot be followed",
        "With `release_as = \"on\"` the newest commit since the last release that has a footer `Release-As: 1.2.3` decides the version. It must be a complete version that comes after the last release of the branch; on a prerelease branch a full version gets the branch's token and counter.",
    ),
    explanation(
        "release/pr-overrides",
        "corrections in pull requests cannot be taken",
        "With `pr_overrides` the pull requests named by the commits since the last release are read: `text (#12)` or `Merge pull request #12 …`. A block from `BEGIN_COMMIT_OVERRIDE` to `END_COMMIT_OVERRIDE` in the text of one takes the place of the message of the commit it was merged as.\n\nAt most 500 pull requests are read in a run, and a block has at most 65,536 bytes. `overrides_file` corrects messages without asking anybody.",
    ),
    explanation(
        "release/overrides",
        "the file of corrected messages cannot be used",
        "`overrides_file` names a TOML, YAML or JSON file of the repository with one entry for each commit whose message was wrong: at least seven digits of its name, and the message it should have had, or `ignore` for a commit that counts for nothing.",
    ),
    explanation(
        "release/unparsed",
        "a commit does not parse",
        "The commit is not written in the convention of `commit_parser`, so it counts for nothing. Setting `report_unparsed` decides whether that is told; merges and release commits are left out.\n\nA message that is merged cannot be changed; `overrides_file` can give it another one.",
    ),
    explanation(
        "release/release-rules",
        "a release rule cannot be used",
        "Each rule has `release` (`major`, `minor`, `patch` or `false`) and what it is for: `breaking`, `revert`, and patterns for `type`, `scope` and `subject` as commit-analyzer's `releaseRules` have them. Rules in a JavaScript module, and the levels that begin with `pre`, are not supported.",
    ),
    explanation(
        "release/two-configurations",
        "several files configure releases",
        "Releases are configured by `[tool.semantic_release]` in `pyproject.toml`, or by node's `.releaserc`, `.releaserc.json`, `.releaserc.yaml`, `.releaserc.yml` or key `release` of `package.json`. Which of several is meant nobody can tell.\n\nKeep one, or name one in input `config_file`.",
    ),
    explanation(
        "release/node-program",
        "node's configuration is a program",
        "`release.config.js` and its like run code, and there is no node here. Write what the program exports as JSON or YAML.",
    ),
    explanation(
        "release/node-branches",
        "node's branches cannot be used",
        "node's rules: one to three release branches that exist, maintenance branches with a `range` (or name) `1.x`, `1.x.x` or `1.2.x`, each its own, and prerelease branches each with a token of its own. Branches are looked for among those the checkout has fetched: `fetch-depth: 0` fetches all.",
    ),
    explanation(
        "release/node-plugin",
        "a plugin or option of node's cannot run here",
        "Plugins are JavaScript. `commit-analyzer`, `release-notes-generator`, `changelog`, `git`, `github` and the stamping of `npm` have their meaning here; others do their work better in steps of the job that use this action's outputs.",
    ),
    explanation(
        "release/range",
        "the version is out of the branch's range",
        "A branch with a range, such as `1.x`, releases versions of that range only, so that two branches never release the same version. The commits named ask for more than the branch may release: take them to a branch that may, or, where the last branch is full, merge it.",
    ),
    explanation(
        "release/initial-version",
        "the initial version cannot be used",
        "`initial_version` is the first release where there is none: three numbers, and below 1.0.0 only with `allow_zero_version = true`.",
    ),
    explanation(
        "release/fail-on",
        "a warning reached `fail-on`",
        "The run found something at or above the level of input `fail-on`; nothing was done.",
    ),
    explanation(
        "release/notes-append",
        "a text for the notes cannot be read",
        "`notes_append` names text files of the repository or of the runner's temporary folder, relative to the working directory. They follow the generated notes, which are cut at a section when both together are longer than GitHub takes.",
    ),
    explanation(
        "release/images",
        "the images cannot be read",
        "`images` is JSON: `[{\"name\": \"ghcr.io/org/app\", \"tag\": \"1.2.3\", \"digest\": \"sha256:...\"}]`, as a step that pushes images knows them. Names, tags and digests must be ones that registries take.",
    ),
    explanation(
        "release/no-tag",
        "there is no such tag",
        "`publish` attaches files to the release of a tag, which must exist here or on the server. `latest` is the highest version of all tags.",
    ),
    explanation(
        "release/no-files",
        "no file fits the patterns",
        "`publish.dist_glob_patterns` stand for no file, so nothing is attached. They start at the working directory; files with a dot in front need a pattern with a dot in front.",
    ),
    explanation(
        "release/post-tag",
        "the notes belong to no release",
        "`changelog` posts notes to the release of a tag. The tag must be of `tag_format` and in the history of the branch, so that it is known what the release holds, and it must be on the server, where GitHub would make it on another commit otherwise.",
    ),
    explanation(
        "release/no-release",
        "the tag has no release",
        "There is a tag, but no release of it on GitHub to attach files to. Releases are made by `version`, unless it runs with `vcs_release: false`.",
    ),
    explanation(
        "release/nothing",
        "there is nothing to release",
        "Under `strict` this ends with exit code 2: the commits ask for no release, the version is released already, or the branch is no release branch.",
    ),
];

const fn explanation(code: &'static str, title: &'static str, text: &'static str) -> Explanation {
    Explanation { code, title, text }
}
