"""Takes text out of Python source files, docstrings and comments, and imports none of them."""

from __future__ import annotations

import ast
import inspect
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Document", "comments", "docstrings", "topics"]

_DEFINITIONS = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
_BLOCKS = (ast.If, ast.Try, ast.With, ast.For, ast.ExceptHandler)
_ATTACHERS = {"add_docstr", "_add_docstr", "add_newdoc"}
"""Functions that attach a text to a compiled object; it is an argument of the call."""

_STRING_OR_COMMENT = re.compile(
    r'"""(?:[^\\]|\\.)*?"""'
    r"|'''(?:[^\\]|\\.)*?'''"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'(?:[^'\\\n]|\\.)*'"
    r"|(?P<comment>#[^\n]*)",
    re.DOTALL,
)


@dataclass(frozen=True)
class Document:
    """A text and the name of the place it comes from."""

    id: str
    text: str


def docstrings(source: str, module: str) -> Iterator[Document]:
    """Yield each docstring of a module under its qualified name, in the order of the file.

    Parameters
    ----------
    source
        Text of the file. A file that this Python cannot parse has no docstrings.
    module
        Dotted name of the module.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree = ast.parse(source)
        except (SyntaxError, ValueError):
            return
    yield from _documented(tree, module)


def comments(source: str, module: str) -> Iterator[Document]:
    """Yield each run of consecutive comment lines as one text, without its ``#`` signs."""
    run: list[str] = []
    start = next_line = 0
    for match in _STRING_OR_COMMENT.finditer(source):
        line = source.rfind("\n", 0, match.start()) + 1
        if match["comment"] is None or source[line : match.start()].strip():
            continue
        if run and line != next_line:
            yield Document(f"{module}#{start}", "\n".join(run))
            run = []
        start = start if run else line
        run.append(match["comment"].lstrip("#:!").strip())
        next_line = match.end() + 1
    if run:
        yield Document(f"{module}#{start}", "\n".join(run))


def topics(source: str) -> Iterator[Document]:
    """Yield the entries of ``pydoc_data.topics``: the language reference, sorted by topic."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict):
            for name, text in sorted(ast.literal_eval(node.value).items()):
                yield Document(f"topic:{name}", text.strip())


def _documented(node: ast.AST, name: str) -> Iterator[Document]:
    if isinstance(node, (ast.Module, *_DEFINITIONS)):
        text = ast.get_docstring(node)
        if text:
            yield Document(name, f"{name}\n\n{text}")
    for child in ast.iter_child_nodes(node):
        if isinstance(child, _DEFINITIONS):
            yield from _documented(child, f"{name}.{child.name}")
        elif isinstance(child, (ast.Expr, ast.Assign)) and isinstance(child.value, ast.Call):
            yield from _attached(child.value, name)
        elif isinstance(child, _BLOCKS):
            yield from _documented(child, name)


def _attached(call: ast.Call, module: str) -> Iterator[Document]:
    function = call.func
    called = function.attr if isinstance(function, ast.Attribute) else ast.unparse(function)
    strings = [_strings(argument) for argument in call.args]
    text = max((s for found in strings for s in found), key=len, default="")
    if called not in _ATTACHERS or not text:
        return
    place = next(i for i, found in enumerate(strings) if text in found)
    named = [(_strings(a) or [ast.unparse(a)])[0] for a in call.args[:place]]
    name = ".".join(named) or module
    yield Document(f"{module}:{name}", f"{name}\n\n{inspect.cleandoc(text)}")


def _strings(node: ast.AST) -> list[str]:
    constants = [n.value for n in ast.walk(node) if isinstance(n, ast.Constant)]
    return [value for value in constants if isinstance(value, str)]
