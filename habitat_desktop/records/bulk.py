"""Statements over many rows: put together once, one parameter for a whole list of ids, on either database.

Putting a statement together costs more than running it, and an IN list of another length is another
statement; what runs for every package is therefore built when the module is loaded.
"""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Dialect,
    TableValuedAlias,
    Text,
    TypeDecorator,
    bindparam,
    column,
)
from sqlalchemy.dialects.postgresql import dialect as postgresql_dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import Boolean, TypeEngine


class _List(TypeDecorator[Sequence[Any]]):
    """A whole list as one parameter: an array, or JSON text where there are none."""

    impl = Text
    cache_ok = True
    item: type[TypeEngine[Any]] = Text

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == postgresql_dialect.name:
            return dialect.type_descriptor(ARRAY(self.item()))
        return dialect.type_descriptor(Text())

    def process_bind_param(self, value: Sequence[Any] | None, dialect: Dialect) -> Any:
        values = list(value or ())
        return values if dialect.name == postgresql_dialect.name else json.dumps(values)


class Texts(_List):
    """A list of texts as one parameter."""

    cache_ok = True


class Numbers(_List):
    """A list of whole numbers as one parameter."""

    cache_ok = True
    item = BigInteger


class among(FunctionElement[bool]):
    """Whether a column is among the values of one parameter, named `name` when the statement runs."""

    inherit_cache = True

    def __init__(self, column: Any, name: str, kind: "type[Texts | Numbers]" = Texts) -> None:
        self.type = Boolean()
        super().__init__(column, bindparam(name, type_=kind()))


class _Each(FunctionElement[Any]):
    """The values of one parameter as the rows of a table."""

    inherit_cache = True
    type = Text()


def values_of(name: str) -> TableValuedAlias:
    """Return the texts of the parameter `name` as a table of one column, `value`."""
    return _Each(bindparam(name, type_=Texts())).table_valued(column("value", Text))


@compiles(_Each)
def _each_for_sqlite(element: _Each, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **options)})"


@compiles(_Each, "postgresql")
def _each_for_postgresql(element: _Each, compiler: SQLCompiler, **options: Any) -> str:
    return f"(SELECT unnest({compiler.process(element.clauses, **options)}) AS value)"


@compiles(among)
def _for_sqlite(element: among, compiler: SQLCompiler, **options: Any) -> str:
    column, values = (compiler.process(part, **options) for part in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({values}))"


@compiles(among, "postgresql")
def _for_postgresql(element: among, compiler: SQLCompiler, **options: Any) -> str:
    column, values = (compiler.process(part, **options) for part in element.clauses)
    return f"{column} = ANY ({values})"
