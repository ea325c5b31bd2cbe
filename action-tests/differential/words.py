"""Words of generated commit messages: what people write, and what nobody should have written."""

from __future__ import annotations

from random import Random

TYPES = (
    ["feat"] * 6 + ["fix"] * 6 + ["perf", "docs", "chore", "refactor", "test", "style", "ci", "build"]
    + ["revert", "Feat", "FIX", "wip", "release", "feature", "deps", "security"]
)
SCOPES = ["", "", "", "", "(api)", "(core)", "(API)", "(a-b)", "(a/b)", "(a, b)", "()", "( x )", "(api)(core)",
          "(pkg-one)", "(one)", "(pkg_two/x)", "(ünï)", "(a): b (c)"]
MARKS = [":"] * 12 + ["!:", "!:", " :", ":!", "!!:", ""]
GAPS = [" "] * 14 + ["", "  ", "\t", "\u00a0"]
WORDS = (
    "add the a new reader of files drop old thing handle empty input when user asks for it twice support "
    "python 3.12 `code` *bold* _under_ __init__ snake_case_word <html> & [link](http://x.y) http://example.org/a?b=c "
    "http://example.org/a/very/long/path/that/does/not/break/anywhere/and/goes/on/until/it/is/longer/than/a/line "
    "well-known self-contained hyphen- dash — ünïcode ß 日本語 🎉 \"quoted\" 'single' 100% $var {brace} {version} {{x}} "
    "#12 GH-7 @someone v1.2.3 a|b ~tilde~ ^caret \\back\\slash e.g. etc. (paren) fix: feat: BREAKING it's I'm "
    "** * - + > ``` ... :: :role:`x` .. note |sub| trailing: semi; colon: end."
).split(" ")
PULLS = [""] * 10 + [" (#12)", " (#7)", " (!34)", " (pull request #9)", " (#1) (#2)", " #5", " (#abc)", "(#8)", " (#12) ", " (#3)."]
GITMOJI = [":boom:", ":sparkles:", ":children_crossing:", ":lipstick:", ":iphone:", ":egg:", ":chart_with_upwards_trend:",
           ":ambulance:", ":lock:", ":bug:", ":zap:", ":goal_net:", ":alien:", ":wheelchair:", ":speech_balloon:", ":mag:",
           ":apple:", ":penguin:", ":checkered_flag:", ":robot:", ":green_apple:", ":memo:", ":art:", "✨", "🐛", "💥",
           ":sparkles::bug:", ":bug :", ":construction_worker:", ":recycle:"]
SCIPY = ["API", "BENCH", "BLD", "BUG", "DEP", "DEV", "DOC", "ENH", "MAINT", "REV", "STY", "TST", "REL", "FEAT", "TEST", "api", "ENH(x)"]
ISSUE_WORDS = ["Closes", "closes", "Fixes", "fix", "Resolves", "Implements", "implement", "Close", "CLOSES", "Refs", "closed", "Fixed"]
ISSUES = ["#1", "#2, #3", "#30 and #4", "#9; #10", "#5 & #6", "ABC-12", "ABC-2, #11", "#1/#2", "none", "#12 #13", "org/repo#3", "#007",
          "#1, and #2", "http://example.org/issues/3", "#1,\n #2", "  #44  "]
PEOPLE = ["Ada Example <ada@example.org>", "B <b@example.org>"]


def words(random: Random, low: int, high: int) -> str:
    return " ".join(random.choice(WORDS) for _ in range(random.randint(low, high)))


def plain(random: Random, low: int, high: int) -> str:
    """Ordinary words only, so that most subjects look like subjects."""
    return " ".join(random.choice(WORDS[:24]) for _ in range(random.randint(low, high)))


def subject(random: Random) -> str:
    text = plain(random, 2, 8) if random.random() < 0.6 else words(random, 1, 24)
    if random.random() < 0.2:
        text = text[:1].upper() + text[1:]
    return text + random.choice(PULLS)


def header(random: Random, style: str) -> str:
    pick = random.random()
    if pick < 0.06:
        return random.choice(["random words here", "Merge branch 'x' into main", "Merge pull request #4 from a/b", "WIP", "v1.2.3", "1.0.0",
                              'Revert "feat: add a thing"', "fixup! feat: add a thing", "initial commit", "...", "feat", ":", "fix:"])
    if style == "emoji" and pick < 0.85:
        return random.choice(GITMOJI) + random.choice(["", "(api)", ":", "(core):", " "]) + " " + subject(random)
    if style == "scipy" and pick < 0.85:
        return random.choice(SCIPY) + random.choice(["", "(api)", "(core)"]) + random.choice([":"] * 6 + [""]) + random.choice(GAPS) + subject(random)
    return random.choice(TYPES) + random.choice(SCOPES) + random.choice(MARKS) + random.choice(GAPS) + subject(random)


def paragraph(random: Random, style: str) -> str:
    pick = random.random()
    if pick < 0.25:
        return "\n".join(words(random, 1, 16) for _ in range(random.randint(1, 4)))
    if pick < 0.33:
        mark = random.choice(["* ", "- ", "  * ", "+ ", "1. ", "*", "• "])
        return "\n".join(mark + (header(random, style) if random.random() < 0.7 else words(random, 1, 9)) for _ in range(random.randint(1, 4)))
    if pick < 0.41:
        mark = random.choice(["* ", "- "])
        return "\n\n".join(mark + header(random, style) for _ in range(random.randint(2, 4)))
    if pick < 0.51:
        word = random.choice(["BREAKING CHANGE: "] * 6 + ["BREAKING-CHANGE: ", "BREAKING CHANGE:", "breaking change: ", "BREAKING CHANGES: ",
                                                          "  BREAKING CHANGE: ", "BREAKING CHANGE # ", "Breaking Change: ", "BREAKING CHANGE:\n", "BREAKING  CHANGE: "])
        return word + "\n".join(words(random, 1, 14) for _ in range(random.randint(1, 3)))
    if pick < 0.58:
        word = random.choice(["NOTICE: ", "NOTICE: ", "NOTE: ", "NOTICE:", "Notice: ", "NOTICE : "])
        return word + "\n".join(words(random, 1, 12) for _ in range(random.randint(1, 2)))
    if pick < 0.70:
        return "\n".join(issue(random) for _ in range(random.randint(1, 3)))
    if pick < 0.78:
        lines = [random.choice(["Signed-off-by: ", "Co-authored-by: ", "Reviewed-by: ", "Refs: ", "Change-Id: I"]) + random.choice(PEOPLE)
                 for _ in range(random.randint(1, 3))]
        if random.random() < 0.4:
            lines.insert(random.randint(0, len(lines)), random.choice(["BREAKING CHANGE: in a footer", "NOTICE: in a footer", issue(random)]))
        return "\n".join(lines)
    if pick < 0.86:
        return header(random, style) + ("\n\n" + words(random, 2, 9) if random.random() < 0.5 else "")
    if pick < 0.93:
        return squash(random, style)
    return random.choice(["This reverts commit 0123456789abcdef0123456789abcdef01234567.", "---------", "* one\n* two\n  more of two\n\n* three",
                          "```\nfeat: in a code block\n```", "\t\tindented", "> quoted\n> text", "a:\n- b\n- c", "(cherry picked from commit 0123456)",
                          "# comment like line", "Line with trailing spaces   \nand another\t", "---\nfix: below a rule"])


def issue(random: Random) -> str:
    return random.choice(ISSUE_WORDS) + random.choice([": ", ": ", ":", " "]) + random.choice(ISSUES)


def squash(random: Random, style: str) -> str:
    """What `git merge --squash` and hosts put into the body."""
    parts = []
    for _ in range(random.randint(1, 3)):
        sha = "".join(random.choice("0123456789abcdef") for _ in range(random.choice([40, 40, 7])))
        lines = [f"commit {sha}", f"Author: {PEOPLE[0]}", "Date:   Sun Oct 13 12:05:23 2024 -0600", "", "    " + header(random, style)]
        if random.random() < 0.4:
            lines += ["", "    " + words(random, 2, 9)]
        if random.random() < 0.2:
            lines += ["", "    BREAKING CHANGE: " + words(random, 2, 9)]
        parts.append("\n".join(lines))
    return random.choice(["", "Squashed commit of the following:\n\n"]) + "\n\n".join(parts)


def message(random: Random, style: str) -> str:
    text = header(random, style)
    count = random.choice([0, 0, 0, 0, 1, 1, 2, 3])
    for index in range(count):
        text += random.choice(["\n\n"] * 8 + ["\n", "\n\n\n", "\n \n"] if index == 0 else ["\n\n"] * 6 + ["\n\n\n"]) + paragraph(random, style)
    pick = random.random()
    if pick < 0.08:
        text = text.replace("\n", "\r\n")
    elif pick < 0.11:
        text = random.choice([" ", "\n", "\t"]) + text
    return text + random.choice(["\n", "\n", "\n", "", "\n\n", " \n"])
