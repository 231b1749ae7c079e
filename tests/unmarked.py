"""Texts that people would read and nobody has marked for translation, found without running anything."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from jinja2 import Environment, nodes

MARKS = {"_", "gettext", "ngettext", "later"}
SPOKEN = {
    "aria-label",
    "aria-description",
    "aria-roledescription",
    "aria-valuetext",
    "title",
    "placeholder",
    "alt",
    "label",
}
SILENT = {"script", "style", "code", "kbd", "pre"}
TECHNICAL = {"viewport", "color-scheme", "robots"}  # names of <meta>
FOR_BROWSERS = {"autocomplete", "class"}  # what is handed on to an element under these names
LETTERS = re.compile(r"[^\W\d_]{2,}")
# What looks like words for people: a capital and more, or several words.
WORDS = re.compile(r"^\W*[A-Z][a-z]+|[^\W\d_]{2,}[,.:;!?’']* [^\W\d_]+")
PARSER = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
SENTENCE = re.compile(r"[A-Za-z]{2,}[,.:;!?’']* [A-Za-z]+")
ATTRIBUTES = re.compile(r'[\w:-]+="[^"]*"|\b[a-z]+(-[a-z]+)+\b')  # such as a macro makes for an element elsewhere
GAP = "\x00"  # where something is put in


class Reader(HTMLParser):
    """Collects what a page would show or say."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in SILENT
        for name, value in attrs:
            is_spoken = name in SPOKEN or (name.startswith("data-") and WORDS.search(value or ""))
            is_spoken = is_spoken or (tag == "meta" and name == "content" and WORDS.search(value or ""))
            is_spoken = is_spoken and not (tag == "meta" and dict(attrs).get("name") in TECHNICAL)
            if is_spoken and LETTERS.search(value or ""):
                self.found.append(value or "")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in SILENT

    def handle_data(self, data: str) -> None:
        if not self._silent and LETTERS.search(ATTRIBUTES.sub("", data)):
            self.found.append(" ".join(data.replace(GAP, "…").split()))


def unmarked_in_template(source: str) -> list[str]:
    reader = Reader()
    reader.feed(flat(PARSER.parse(source)))
    reader.close()
    return reader.found


def flat(node: nodes.Node) -> str:
    """The page with every branch taken and each marked text left out; what looks like words in a value stands by it."""
    match node:
        case nodes.TemplateData(data=data):
            return data
        case nodes.Output(nodes=parts):
            return "".join(shown(part) for part in parts)
        case nodes.If(test=_, body=body, elif_=others, else_=rest):
            return "".join(map(flat, [*body, *others, *rest]))
        case nodes.For(iter=values, body=body, else_=rest):
            return hinted(values) + "".join(map(flat, [*body, *rest]))
        case nodes.CallBlock(call=call, body=body):
            return shown(call) + "".join(map(flat, body))
        case nodes.Assign(node=value):
            return hinted(value)
        case nodes.With(values=values, body=body):
            return "".join(map(hinted, values)) + "".join(map(flat, body))
        case nodes.Expr():
            return shown(node) if isinstance(node, nodes.Call) else ""
    return "".join(flat(child) for child in node.iter_child_nodes() if isinstance(child, nodes.Stmt | nodes.Template))


def shown(node: nodes.Node) -> str:
    """What an expression puts on the page."""
    match node:
        case nodes.TemplateData(data=data):
            return data
        case nodes.Const(value=str(value)):
            return value
        case nodes.CondExpr(expr1=one, expr2=other):
            return shown(one) + (shown(other) if other else "")
        case nodes.Concat(nodes=parts):
            return "".join(map(shown, parts))
        case nodes.Add(left=left, right=right) | nodes.Or(left=left, right=right):
            return shown(left) + shown(right)
        case nodes.Filter(node=inner):
            return (shown(inner) if inner else "") + GAP
        case nodes.MarkSafe(expr=inner) | nodes.MarkSafeIfAutoescape(expr=inner):
            return shown(inner)
        case nodes.Call(node=nodes.Name(name=name)) if name in MARKS:
            return GAP
    return GAP + hinted(node)


def hinted(node: nodes.Node) -> str:
    """The words in what is handed on, or set, or chosen from: as elements of their own, for they show somewhere."""
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in MARKS:
        return ""
    if isinstance(node, nodes.Const):
        return f" {node.value} " if isinstance(node.value, str) and WORDS.search(node.value) else ""
    if isinstance(node, nodes.Compare) or (isinstance(node, nodes.Keyword) and node.key in FOR_BROWSERS):
        return ""
    return "".join(hinted(child) for child in node.iter_child_nodes())


def unmarked_in_code(path: Path) -> Iterator[str]:
    """String constants that look like words for people and are in no call that marks them."""
    tree = ast.parse(path.read_text())
    skipped = {id(node) for parent in ast.walk(tree) for node in silent_within(parent)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in skipped:
            yield from SENTENCE.findall(node.value) and [node.value]


def silent_within(parent: ast.AST) -> Iterator[ast.AST]:
    """What in a piece of code is marked, or a docstring, or tells of a mistake to whoever writes code or reads logs."""
    if (
        isinstance(parent, ast.Module | ast.ClassDef | ast.FunctionDef)
        and ast.get_docstring(parent, clean=False) is not None
    ):
        yield parent.body[0].value  # type: ignore[attr-defined]
    if isinstance(parent, ast.Assert):
        yield from ast.walk(parent)
    if isinstance(parent, ast.Call):
        name = parent.func.id if isinstance(parent.func, ast.Name) else getattr(parent.func, "attr", "")
        owner = parent.func.value if isinstance(parent.func, ast.Attribute) else None
        if name in MARKS or (isinstance(owner, ast.Name) and owner.id in ("logger", "re", "op")):
            yield from ast.walk(parent)
