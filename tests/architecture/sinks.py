"""Finds text that reaches a widget without having been made fit to show.

A *sink* takes what a person will see. In a sink that reads markup, only a literal, or something that is no string at
all (`Content`, a number, a widget), may stand. In one that takes text as it is, a string built of such parts and of
cleaned ones (`visible(…)`) may stand too. What an expression is, is read from the annotations: a name, an attribute or
a call counts as fit when everything of that name is annotated with a fit type.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from tests.architecture.source import called, last_name

FIT_TYPES = frozenset({"Content", "VisualType", "Widget", "Static", "Strip", "Glyphs", "int", "float", "bool", "None"})
"""Types whose text nobody else chose, or which are made only through sinks that are checked themselves."""

CLEANING = frozenset({"show", "show_block", "show_name", "visible", "visible_block", "ascii_form", "len", "sum"})
"""Functions whose result is fit whatever they are given; those of the domain give strings, so not for markup."""

OWN_WORDS = frozenset({"summary", "local_text", "utc_text", "format_duration", "format_relative"})
"""Functions of the domain that make strings of numbers and of our own enumerations, and of nothing else."""

PASSING = frozenset({"str", "join", "strip", "rstrip", "ljust", "rjust", "capitalize", "lower", "min", "max", "sorted"})
"""Functions whose result is as fit as what goes in."""

MARKUP_SINKS = {
    **dict.fromkeys(("Static", "Label", "Button", "Checkbox", "RadioButton", "Option", "Tab", "TabPane", "Link"), 1),
    **dict.fromkeys(("notify", "update", "add_column", "add_option", "add_leaf", "from_markup", "Selection"), 1),
    **dict.fromkeys(("DiscoveryHit", "SystemCommand"), 2),
    **dict.fromkeys(("add_row", "add_columns", "add_options", "Collapsible"), 99),
}
PLAIN_SINKS = {**dict.fromkeys(("Content", "Text", "Segment", "styled"), 1), "assemble": 99}
"""Sinks, and how many of their positional arguments are text. `update` counts on widgets only."""

ATTRIBUTES = frozenset({"border_title", "border_subtitle", "tooltip", "sub_title", "placeholder"})
TEXT_KEYWORDS = frozenset({"content", "label", "title", "prompt", "text", "tooltip", "message", "subtitle", "help"})


@dataclass
class Annotations:
    """What the package, or one module of it, says about the types behind its names."""

    types: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    @classmethod
    def of(cls, trees: Iterable[ast.AST]) -> Annotations:
        """Read every annotated attribute, every attribute set from a parameter, and every return type."""
        found = cls()
        for tree in trees:
            for node in ast.walk(tree):
                if isinstance(node, ast.AnnAssign):
                    found.types[last_name(node.target)] |= _names_in(node.annotation)
                elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    found.types[node.name] |= _names_in(node.returns)
                    found._learn_attributes(node)
        return found

    def fit(self, name: str) -> bool:
        """Whether everything of this name is of a fit type."""
        found = self.types.get(name, set())
        return bool(found) and found <= FIT_TYPES

    def _learn_attributes(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        parameters = _parameters(function)
        for node in ast.walk(function):
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    if isinstance(target, ast.Attribute):
                        source = node.value.id if isinstance(node.value, ast.Name) else ""
                        self.types[target.attr] |= parameters.get(source, {"?"})


def violations(tree: ast.AST, annotations: Annotations) -> Iterator[str]:
    """Every sink that is given what may be raw text."""
    here = Annotations.of([tree])
    for scope, nodes in _scopes(tree):
        local = _Locals(scope, Annotations({**annotations.types, **here.types}))
        for node in nodes:
            for what, expression, markup in _given(node):
                if not local.fit(expression, markup=markup):
                    yield f"line {expression.lineno}: {what} gets {ast.unparse(expression)}"


def _given(node: ast.AST) -> Iterator[tuple[str, ast.expr, bool]]:
    """What a sink is given: its name, the expression, and whether markup is read in it."""
    if isinstance(node, ast.Assign):
        for target in node.targets:
            if isinstance(target, ast.Attribute) and target.attr in ATTRIBUTES:
                yield target.attr, node.value, True
    elif isinstance(node, ast.Call) and called(node) in {**MARKUP_SINKS, **PLAIN_SINKS}:
        name = called(node)
        if name == "update" and not _updates_a_widget(node):
            return
        markup = name in MARKUP_SINKS and not _markup_off(node)
        for argument in node.args[: {**MARKUP_SINKS, **PLAIN_SINKS}[name]]:
            yield name, argument, markup
        for keyword in node.keywords:
            if name == "from_markup":
                yield name, keyword.value, False
            elif keyword.arg in TEXT_KEYWORDS:
                yield name, keyword.value, markup


def _updates_a_widget(call: ast.Call) -> bool:
    """Tells `Static.update` from that of dictionaries and sets: by `self` and by the widget queries."""
    receiver = call.func.value if isinstance(call.func, ast.Attribute) else call.func
    queried = isinstance(receiver, ast.Call) and called(receiver).startswith("query")
    return queried or (isinstance(receiver, ast.Name) and receiver.id in {"self", "static", "label"})


def _markup_off(call: ast.Call) -> bool:
    return any(
        keyword.arg == "markup" and isinstance(keyword.value, ast.Constant) and keyword.value.value is False
        for keyword in call.keywords
    )


class _Locals:
    """Judges expressions within one function, or at the top of a module."""

    def __init__(self, scope: ast.AST, annotations: Annotations) -> None:
        self._annotations = annotations
        self._assigned: dict[str, list[ast.expr]] = defaultdict(list)
        self._parameters: dict[str, set[str]] = {}
        self._judging: set[str] = set()
        self._learn(scope)

    def fit(self, node: ast.expr, *, markup: bool) -> bool:
        """Whether nothing raw can be in what this expression gives."""
        match node:
            case ast.Constant() | ast.Compare():
                return True
            case ast.Name(id=name):
                return self._fit_name(name, markup=markup)
            case ast.Attribute(value=owner, attr=name):
                return name.isupper() or last_name(owner).strip("_") == "glyphs" or self._annotations.fit(name)
            case ast.BinOp(left=ast.Constant(), op=ast.Mult()):
                return True
            case ast.Call():
                return self._fit_call(node, markup=markup)
            case ast.FormattedValue(value=value):
                return _numeric(node) or self.fit(value, markup=markup)
        parts = _parts(node)
        return bool(parts) and all(self.fit(part, markup=markup) for part in parts)

    def _fit_name(self, name: str, *, markup: bool) -> bool:
        if name.isupper() or name.lstrip("_").isupper():
            return True
        if name in self._parameters:
            return bool(self._parameters[name]) and self._parameters[name] <= FIT_TYPES
        if name in self._judging or name not in self._assigned:
            return False
        self._judging.add(name)
        try:
            return all(self.fit(value, markup=markup) for value in self._assigned[name])
        finally:
            self._judging.discard(name)

    def _fit_call(self, node: ast.Call, *, markup: bool) -> bool:
        name = called(node)
        if name in PASSING:
            parts = [*node.args, *([node.func.value] if isinstance(node.func, ast.Attribute) else [])]
            return all(self.fit(part, markup=markup) for part in parts)
        if name in CLEANING:
            return not markup or not name.startswith(("visible", "ascii"))
        if name in OWN_WORDS:
            return not markup
        made = name[:1].isupper() or name in {"styled", "assemble", "from_markup"}  # checked where it is made
        return made or self._annotations.fit(name)

    def _learn(self, scope: ast.AST) -> None:
        if isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef):
            self._parameters = _parameters(scope)
        for node in ast.walk(scope):
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    self._bind(target, node.value)
            elif isinstance(node, ast.AnnAssign | ast.NamedExpr | ast.AugAssign) and node.value:
                self._bind(node.target, node.value)
            elif isinstance(node, ast.For | ast.AsyncFor | ast.comprehension):
                self._bind(node.target, node.iter)

    def _bind(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Name):
            self._assigned[target.id].append(value)
        elif isinstance(target, ast.Tuple | ast.List):
            parts = value.elts if isinstance(value, ast.Tuple) and len(value.elts) == len(target.elts) else None
            for place, inner in enumerate(target.elts):
                self._bind(inner, parts[place] if parts else value)


def _numeric(part: ast.FormattedValue) -> bool:
    """Whether the format of a piece of an f-string refuses everything but numbers."""
    spec = ast.unparse(part.format_spec) if part.format_spec else ""
    return part.conversion == -1 and any(sign in spec for sign in ",df")


def _parts(node: ast.expr) -> list[ast.expr]:
    """The expressions of which this one is put together; none where that cannot be told."""
    match node:
        case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.JoinedStr(values=parts) | ast.BoolOp(values=parts):
            return parts
        case (
            ast.Starred(value=inner) | ast.Await(value=inner) | ast.NamedExpr(value=inner) | ast.Subscript(value=inner)
        ):
            return [inner]
        case ast.IfExp(body=first, orelse=second) | ast.BinOp(left=first, op=ast.Add() | ast.Mult(), right=second):
            return [first, second]
        case ast.GeneratorExp(elt=element) | ast.ListComp(elt=element):
            return [element]
    return []


def _scopes(tree: ast.AST) -> Iterator[tuple[ast.AST, list[ast.AST]]]:
    """Every function with the nodes in it, inner functions included, and the rest of the module."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    inside: set[int] = set()
    for function in functions:
        nodes = list(ast.walk(function))
        if id(function) not in inside:
            yield function, nodes
        inside.update(id(node) for node in nodes)
    yield tree, [node for node in ast.walk(tree) if id(node) not in inside]


def _parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> dict[str, set[str]]:
    arguments = function.args
    named = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    return {argument.arg: _names_in(argument.annotation) for argument in named}


def _names_in(annotation: ast.expr | None) -> set[str]:
    """The type names of an annotation; containers count as what they hold, a missing one as unknown."""
    if annotation is None:
        return {"?"}
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        return _names_in(ast.parse(annotation.value, mode="eval").body)
    if isinstance(annotation, ast.Constant):
        return {"None"}
    if isinstance(annotation, ast.Subscript):
        return _names_in(annotation.slice)
    if isinstance(annotation, ast.BinOp):
        return _names_in(annotation.left) | _names_in(annotation.right)
    if isinstance(annotation, ast.Tuple):
        return set().union(*(_names_in(part) for part in annotation.elts))
    return {last_name(annotation) or "?"}
