"""The compiler's door: `@rule` and `@loop`. No other file imports numba.

A *rule* is a pure scalar function. Called from Python it is plain Python; called from a loop it
is compiled into that loop. Its float literals are 32-bit in both worlds: numba would otherwise
widen `1.0 - x` to 64 bits where NumPy keeps 32, and the two paths would part in the last bit.

A *loop* walks rows and calls rules. It is compiled once and cached on disk under a digest of the
sources it depends on: numba's own cache does not notice an edit in a called file, and would go on
running the old rule.
"""

from __future__ import annotations

import ast
import functools
import gc
import inspect
import textwrap
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numba
import numpy as np
from numba.core import event
from numba.extending import overload, register_jitable

from sim.engine.declare import Number
from sim.engine.tables import Table
from sim.system import cache
from sim.system.sources import digest_of, sources_of

COMPILED = not bool(numba.config.DISABLE_JIT)  # type: ignore[attr-defined]
"""False where `NUMBA_DISABLE_JIT=1`: loops then run as plain Python, bit for bit the same."""


class _Uncollected(event.Listener):
    """Holds the garbage collector back while a loop is compiled: it takes a sixth of the time."""

    def __init__(self) -> None:
        self.depth = 0
        self.was_on = True

    def on_start(self, event: event.Event) -> None:
        """Stop collecting as the outermost compilation begins."""
        if self.depth == 0:
            self.was_on = gc.isenabled()
            gc.disable()
        self.depth += 1

    def on_end(self, event: event.Event) -> None:
        """Collect again once it has ended."""
        self.depth -= 1
        if self.depth == 0 and self.was_on:
            gc.enable()


event.register("numba:compile", _Uncollected())  # type: ignore[no-untyped-call]

_UNWRAPPED: Any = {"no_cfunc_wrapper": True}  # C never calls: a tenth less to compile
_INLINED: Any = {"forceinline": True, **_UNWRAPPED}
_SCALAR: Any = {"_nrt": False, **_INLINED}  # what allocates nothing need not count references


def _definition_of(function: Callable[..., Any]) -> tuple[ast.Module, ast.FunctionDef]:
    """Return a function's syntax tree, at its own line numbers, without decorator and types."""
    lines, first = inspect.getsourcelines(function)
    tree = ast.increment_lineno(ast.parse(textwrap.dedent("".join(lines))), first - 1)
    definition = tree.body[0]
    assert isinstance(definition, ast.FunctionDef)
    definition.decorator_list = []
    definition.returns = None
    for argument in [*definition.args.args, *definition.args.kwonlyargs]:
        argument.annotation = None
    return tree, definition


def _made(tree: ast.Module, function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function that a changed tree defines, in the original's file and globals."""
    code = compile(ast.fix_missing_locations(tree), function.__code__.co_filename, "exec")
    namespace: dict[str, Any] = {}
    exec(code, function.__globals__, namespace)
    result: Callable[..., Any] = namespace[function.__name__]
    result.__doc__ = function.__doc__
    result.__annotations__ = function.__annotations__
    result.__module__ = function.__module__
    result.__qualname__ = function.__qualname__
    return result


class _NarrowLiterals(ast.NodeTransformer):
    """Replace each float literal by a named 32-bit constant in the function's globals."""

    def __init__(self, namespace: dict[str, Any]) -> None:
        self.namespace = namespace

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        """Name the literal after its value, so that equal literals share one constant."""
        if not isinstance(node.value, float):
            return node
        name = f"_f32_{node.value!r}".replace(".", "p").replace("-", "m").replace("+", "")
        self.namespace[name] = np.float32(node.value)
        return ast.copy_location(ast.Name(id=name, ctx=ast.Load()), node)


def _with_narrow_literals(
    function: Callable[..., Any],
) -> tuple[ast.Module, ast.FunctionDef, Callable[..., Any]]:
    """Return a function with its float literals as 32-bit constants, after its syntax tree.

    File name and line numbers stay, so that tracebacks and coverage see the original.
    """
    tree, definition = _definition_of(function)
    _NarrowLiterals(function.__globals__).visit(tree)
    return tree, definition, _made(tree, function)


def meanings(function: Callable[..., Any]) -> dict[str, Any]:
    """Return what each parameter is annotated with: the object, or the text if it has none here.

    A name that is imported for type checkers alone stays a text.
    """
    found: dict[str, Any] = {}
    for name, text in function.__annotations__.items():
        try:
            found[name] = eval(text, function.__globals__) if isinstance(text, str) else text
        except NameError:
            found[name] = text
    return found


def _rows_of(function: Callable[..., Any]) -> dict[str, type[Table]]:
    """Return the parameters that are rows, each with the table it is a row of."""
    return {
        name: meaning
        for name, meaning in meanings(function).items()
        if isinstance(meaning, type) and issubclass(meaning, Table)
    }


class _NarrowTables(ast.NodeTransformer):
    """Replace each table parameter that is only read by column, by one parameter a column.

    A loop that names four columns of sixty is then compiled for, and called with, four arrays. A
    parameter that is a row becomes the row's number and the columns: `r.trust` is `r_trust[r_row]`,
    `r.habit[mode]` is `r_habit[mode, r_row]`.
    """

    def __init__(
        self, definition: ast.FunctionDef, rows: Mapping[str, type[Table]] | None = None
    ) -> None:
        self.function = definition.name
        self.rows = dict(rows or {})
        self.parameters = [argument.arg for argument in definition.args.args]
        uses = [node for node in ast.walk(definition) if isinstance(node, ast.Name)]
        columns = [node for node in ast.walk(definition) if isinstance(node, ast.Attribute)]
        by_column = {id(node.value) for node in columns}
        whole = {node.id for node in uses if id(node) not in by_column}
        self.columns: dict[str, list[str]] = {
            name: sorted({c.attr for c in columns if getattr(c.value, "id", None) == name})
            for name in self.parameters
            if name not in whole
        }
        for name in self.rows:
            if name not in self.columns:
                raise TypeError(
                    f"{self.function}: the row `{name}` is handed on as a whole; only rules and steps "
                    "defined above can take it"
                )
            self.columns[name] = [c for c in self.columns[name] if c != ROW]

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """Turn `table.column` into the column's own parameter, and `row.column` into its cell."""
        self.generic_visit(node)
        if not isinstance(node.value, ast.Name) or node.value.id not in self.columns:
            return node
        owner = node.value.id
        if owner in self.rows and node.attr != ROW and not _is_whole(node):
            return self._cell(node, [])
        if owner not in self.rows and not isinstance(node.ctx, ast.Load):
            raise TypeError(f"{self.function}: `{owner}.{node.attr}` cannot be put in place here")
        return ast.copy_location(ast.Name(id=f"{owner}_{node.attr}", ctx=node.ctx), node)

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        """Turn `row.column[place]` into one cell of the column."""
        of = node.value
        if (
            isinstance(of, ast.Attribute)
            and isinstance(of.value, ast.Name)
            and of.value.id in self.rows
            and not _is_whole(of)
        ):
            of.ctx = node.ctx
            return self._cell(of, [self.visit(node.slice)])
        return self.generic_visit(node)

    def _cell(self, node: ast.Attribute, places: list[ast.expr]) -> ast.AST:
        """Return the subscript that is a row's cell, at `places` along the other dimensions."""
        assert isinstance(node.value, ast.Name)
        owner = node.value.id
        shape = self.rows[owner]._field_defaults[node.attr].shape
        if len(places) != len(shape) - 1:
            raise TypeError(f"{self.function}: `{owner}.{node.attr}` has the dimensions {shape}")
        places.insert(shape.index("row"), ast.Name(f"{owner}_{ROW}", ast.Load()))
        place = places[0] if len(places) == 1 else ast.Tuple(places, ast.Load())
        column = ast.Name(f"{owner}_{node.attr}", ast.Load())
        return ast.copy_location(ast.Subscript(column, place, node.ctx), node)

    def arguments(self, name: str, mark: str) -> list[str]:
        """Return what stands for a parameter: its columns, each after `mark`, or itself."""
        if name not in self.columns:
            return [name]
        columns = [f"{name}{mark}{column}" for column in self.columns[name]]
        return [f"{name}{mark}{ROW}", *columns] if name in self.rows else columns

    def listed(self, mark: str) -> list[str]:
        """Return what stands for all parameters, in order."""
        return [text for name in self.parameters for text in self.arguments(name, mark)]


ROW = "row"


def _is_whole(node: ast.Attribute) -> bool:
    return getattr(node, "whole", False)


def _whole(owner: ast.expr, column: str) -> ast.Attribute:
    """Return `owner.column` for the column as a whole, even where the owner is a row."""
    node = ast.Attribute(owner, column, ast.Load())
    node.whole = True  # type: ignore[attr-defined]
    return node


class _SpreadTables(ast.NodeTransformer):
    """Let calls of other loops hand over the columns that these name, instead of whole tables.

    What is about a row receives it as `table[i]`, or the caller's own row.
    """

    def __init__(self, scope: dict[str, Any]) -> None:
        self.scope = scope

    def row(self, argument: ast.expr, columns: list[str]) -> list[ast.expr]:
        """Return what stands for a row: its number, and the columns."""
        if isinstance(argument, ast.Subscript):
            return [argument.slice, *(_whole(argument.value, column) for column in columns)]
        return [_whole(argument, ROW), *(_whole(argument, column) for column in columns)]

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Turn `walk(table, x)` into a call of walk's narrowed form: `(table.a, table.b, x)`."""
        self.generic_visit(node)
        path = ast.unparse(node.func).split(".")
        loop: Any = self.scope.get(path[0])
        for name in path[1:]:
            loop = getattr(loop, name, None)
        if not hasattr(loop, "narrowed"):
            return node
        arguments: list[ast.expr] = []
        if len(node.args) != len(loop.narrow.parameters):
            raise TypeError(
                f"`{ast.unparse(node)}` should hand over ({', '.join(loop.narrow.parameters)})"
            )
        for name, argument in zip(loop.narrow.parameters, node.args, strict=True):
            columns = loop.narrow.columns.get(name)
            if columns is None:
                arguments.append(argument)
            elif name in loop.narrow.rows:
                arguments += self.row(argument, columns)
            else:
                arguments += [ast.Attribute(argument, column, ast.Load()) for column in columns]
        alias = f"_narrowed_{'_'.join(path)}"
        self.scope[alias] = loop.narrowed
        narrowed = ast.Call(ast.Name(alias, ast.Load()), arguments, [])
        return ast.copy_location(narrowed, node)


def _narrowed(
    tree: ast.Module,
    definition: ast.FunctionDef,
    function: Callable[..., Any],
    rows: Mapping[str, type[Table]] | None = None,
) -> Any:
    """Return what stands for the parameters of a function, and the function that takes it."""
    _SpreadTables(function.__globals__).visit(definition)
    narrow = _NarrowTables(definition, rows)
    definition.args.args = [ast.arg(arg=name) for name in narrow.listed("_")]
    definition.body = [narrow.visit(statement) for statement in definition.body]
    return narrow, _made(tree, function)


def rule[F: Callable[..., Any]](function: F) -> F:
    """Mark a pure scalar function of the model: plain Python outside loops, compiled inside.

    Called from a loop, it is handed those of its numbers that it reads. A parameter annotated with
    a table is one row of it.
    """
    tree, definition, literal = _with_narrow_literals(function)
    narrowed: Any = register_jitable(**_SCALAR)(literal)
    if COMPILED:
        narrowed.narrow, made = _narrowed(tree, definition, function, _rows_of(function))
        narrowed.narrowed = register_jitable(**_SCALAR)(made)
    return narrowed  # type: ignore[no-any-return]


def step[F: Callable[..., Any]](function: F) -> F:
    """Mark what one actor does, as a function of its row: unlike a rule it draws, and writes cells.

    Loops call it for rows of a table (`step(residents[i], …)`), other steps for their own row.
    """
    return rule(function)


def numeric[F: Callable[..., Any]](function: F) -> F:
    """Mark a numerical primitive whose divisor is proven non-zero: no test for zero is compiled.

    Only `numerics.py` uses it; everywhere else a division by zero must raise.
    """
    *_, literal = _with_narrow_literals(function)
    narrowed: Any = register_jitable(error_model="numpy", **_SCALAR)(literal)
    return narrowed  # type: ignore[no-any-return]


PACKED_AT_MOST = 128
_packed: dict[int, tuple[Any, Any]] = {}


def packed(numbers: Any) -> Any:
    """Return a heading's numbers as one record in memory, made once for each tuple of numbers.

    A loop is then handed one pointer instead of a dozen numbers, each of which would be unwrapped at
    every call. A hundred or so are kept.
    """
    known = _packed.get(id(numbers))
    if known is None or known[0] is not numbers:
        fields = [
            (name, np.asarray(value).dtype, np.shape(value))
            for name, value in zip(numbers._fields, numbers, strict=True)
        ]
        record = np.array([tuple(numbers)], np.dtype(fields, align=True))
        if len(_packed) >= PACKED_AT_MOST:
            _packed.clear()
        known = _packed[id(numbers)] = (numbers, record)
    return known[1]


def _number(field: Any) -> Any:
    """Take a number out of its record: a vector as a tuple, anything else as it is."""
    raise NotImplementedError(field)  # loops call it, Python does not


@overload(_number, strict=False, jit_options=_INLINED)
def _compile_number(field: Any) -> Any:
    shape = getattr(field, "shape", None)
    if shape is None:
        return lambda field: field
    namespace: dict[str, Any] = {}
    parts = "".join(f"field[{k}], " for k in range(shape[0]))
    exec(f"def vector(field):\n return ({parts})", namespace)
    return namespace["vector"]


def _headings_of(function: Callable[..., Any]) -> frozenset[str]:
    """Return the parameters that are a heading's numbers."""
    return frozenset(
        name
        for name, meaning in meanings(function).items()
        if any(isinstance(d, Number) for d in getattr(meaning, "_field_defaults", {}).values())
    )


def _by_record(
    narrow: _NarrowTables, definition: ast.FunctionDef, headings: frozenset[str]
) -> list[str]:
    """Have a narrowed loop take each heading's numbers out of one record.

    Returns what its caller is to hand over, argument by argument.
    """
    taken: list[str] = []
    handed: list[str] = []
    unpacking: list[str] = []
    for name in narrow.parameters:
        if name in narrow.columns and name in headings:
            taken.append(name)
            handed.append(f"packed({name})")
            unpacking += [f"{name}_{n} = _number({name}[0].{n})" for n in narrow.columns[name]]
        else:
            taken += narrow.arguments(name, "_")
            handed += narrow.arguments(name, ".")
    definition.args.args = [ast.arg(arg=name) for name in taken]
    definition.body = [*ast.parse("\n".join(unpacking)).body, *definition.body]
    return handed


def _kernel(function: Callable[..., Any], *, plain: bool = False) -> Any:
    """Return the function compiled, cached under a digest of its file and of all it imports.

    A plain one makes no arrays, so that references need not be counted, and is handed no array
    twice, so that a loop may read and write many columns at once.
    """
    sources = sources_of(Path(function.__code__.co_filename))
    numba.config.CACHE_DIR = str(cache.folder() / digest_of(sources)[:16])  # type: ignore[attr-defined]
    options: Any = {"cache": True, "nogil": True, "_nrt": not plain, **_UNWRAPPED}
    kernel: Any = numba.njit(**options)(function)
    kernel._cache.save_overload = _if_possible(kernel._cache.save_overload)
    if plain:
        kernel._compiler._customize_flags = _without_aliases
    return kernel


def _if_possible(save: Callable[..., None]) -> Callable[..., None]:
    """Return a function that saves what was compiled, and warns where the disk takes it not."""

    def attempt(*compiled: Any) -> None:
        try:
            save(*compiled)
        except OSError as error:
            why = error.strerror or str(error)
            warnings.warn(
                cache.FULL_CACHE.format(folder=cache.folder(), why=why), CacheWarning, stacklevel=2
            )

    return attempt


class CacheWarning(UserWarning):
    """What was compiled cannot be kept."""


def _without_aliases(flags: Any) -> Any:
    flags.noalias = True
    return flags


def called[F: Callable[..., Any]](rule: F) -> F:
    """Return a rule for callers in Python, compiled: it gives the same bits, sooner."""
    if not COMPILED:
        return rule
    kernel = _kernel(rule)

    def call(*arguments: Any) -> Any:
        result = kernel(*arguments)
        return np.float32(result) if isinstance(result, float) else result

    return call  # type: ignore[return-value]


def loop[F: Callable[..., Any]](function: F) -> F:
    """Mark a walk over rows: compiled on first call, cached on disk, free of the global lock.

    The cache folder carries a digest of the loop's own file and of all that it imports, so that
    an edit recompiles what depends on it and nothing else. The loop is compiled for the columns
    that it names; called from another loop, it is compiled into that one.
    """
    if not COMPILED:
        return function
    return _loop(*_definition_of(function), function)


def written_loop(text: str, function: Callable[..., Any], *, plain: bool) -> Any:
    """Return the loop of a text, which stands for a function: of its name, in its file and globals.

    Args:
        text: the source of one function of the same name.
        function: what it stands for.
        plain: whether it makes no arrays and is handed none twice.
    """
    tree = ast.increment_lineno(ast.parse(text), function.__code__.co_firstlineno - 1)
    made = _made(tree, function)
    if not COMPILED:
        return made
    definition = tree.body[0]
    assert isinstance(definition, ast.FunctionDef)
    return _loop(tree, definition, made, plain=plain)


def _loop[F: Callable[..., Any]](
    tree: ast.Module,
    definition: ast.FunctionDef,
    function: F,
    *,
    plain: bool = False,
) -> F:
    narrow, inner = _narrowed(tree, definition, function)
    handed = _by_record(narrow, definition, _headings_of(function))
    function.__globals__["_number"] = _number
    kernel = _kernel(_made(tree, function), plain=plain)
    call: Any = eval(
        f"lambda {', '.join(narrow.parameters)}: kernel({', '.join(handed)})",
        {"kernel": kernel, "packed": packed},
    )
    functools.update_wrapper(call, function)
    call.py_func, call.kernel, call.narrow = function, kernel, narrow
    call.narrowed = register_jitable(**_INLINED)(inner)
    overload(call, strict=False, jit_options=_INLINED)(lambda *_, **__: function)
    return call  # type: ignore[no-any-return]
