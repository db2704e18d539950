"""Word check: `python -m checks.words` finds avoided words in prose and names.

`docs/words.toml` lists the words to avoid and the number that each file may still contain. A count below its
allowance is an error too: the allowance must then be lowered, so that it can never grow again.
"""

import ast
import io
import re
import sys
import tokenize
import tomllib
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from devkit.checkout import ROOT

from checks.committed_secrets import tracked_files

LIST: Final = "docs/words.toml"
_SOURCES: Final = frozenset({".py", ".js", ".css", ".html", ".yaml", ".toml", ".sh", ".mk"})
_OURS: Final = re.compile(r"(?!services/frontend/site/vendor/|docs/words\.toml|docs/glossary\.md).*")
_CODE_IN_MARKDOWN: Final = re.compile(r"```.*?```|`[^`]*`|\]\([^)]*\)|<!--.*?-->", re.DOTALL)
_COMMENTS: Final = re.compile(r"/\*.*?\*/|(?:^|\s)//[^\n]*|(?:^|\s)#\s[^\n]*", re.DOTALL)
_WORD: Final = re.compile(r"[A-Za-z]+(?:'s)?")
_PART_OF_A_NAME: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


@dataclass(frozen=True)
class WordList:
    """Words to avoid in prose and in names, with replacements, and the allowance of each file."""

    prose: dict[str, str]
    names: dict[str, str]
    allowed: dict[str, int]

    @classmethod
    def read(cls, root: Path = ROOT) -> "WordList":
        """Read the list of a tree."""
        read = tomllib.loads((root / LIST).read_text(encoding="utf-8"))
        return cls(read["prose"], read["names"], read.get("allowed", {}))

    def found_in(self, name: str, text: str) -> Counter[str]:
        """Return the number of each avoided word in a file."""
        suffix = Path(name).suffix
        words = (word.lower() for word in _WORD.findall(prose_of(suffix, text)))
        found = Counter(word for word in words if word in self.prose)
        names = (_PART_OF_A_NAME.findall(text) if suffix in _SOURCES else []) + _PART_OF_A_NAME.findall(name)
        found.update(part.lower() for part in names if part.lower() in self.names)
        return found

    def faults(self, root: Path = ROOT) -> Iterator[str]:
        """Yield a line for each file with more or fewer avoided words than its allowance."""
        left = dict(self.allowed)
        for name in filter(_OURS.fullmatch, tracked_files(root)):
            if Path(name).suffix not in _SOURCES | {".md"}:
                continue
            found = self.found_in(name, (root / name).read_text(encoding="utf-8"))
            allowed = left.pop(name, 0)
            if found.total() > allowed:
                said = "; ".join(f"{word}: {(self.prose | self.names)[word]}" for word in found)
                yield f"{name}: {found.total()} avoided words, {allowed} allowed ({said})"
            elif found.total() < allowed:
                yield f"{name}: {found.total()} avoided words; lower its allowance of {allowed} in {LIST}"
        yield from (f"{name}: not in the tree; remove it from {LIST}" for name in left)


def prose_of(suffix: str, text: str) -> str:
    """Return a file's prose: a document without its code, or comments and docstrings."""
    match suffix:
        case ".md":
            return _CODE_IN_MARKDOWN.sub(" ", text)
        case ".py":
            return re.sub(r"`[^`]*`", " ", "\n".join(_python_prose(text)))
        case _:
            return re.sub(r"`[^`]*`|\{[^{}]*\}", " ", "\n".join(_COMMENTS.findall(text)))


def _python_prose(text: str) -> Iterator[str]:
    expressions = (node.value for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Expr))
    for value in expressions:
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            yield value.value
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.string


def main() -> int:
    """Print all faults; exit status 1 for any."""
    faults = list(WordList.read().faults())
    sys.stdout.writelines(f"{fault}\n" for fault in faults)
    return 1 if faults else 0


if __name__ == "__main__":
    ArgumentParser(prog="python -m checks.words", description="Find avoided words.").parse_args()
    sys.exit(main())
