"""Language: the closed subset of SQL in which definitions and checks are written, and how an engine writes it.

One grammar, one catalogue of functions and one renderer serve the checks of a record, the conditions of an indicator and
the functions inside a record set's SQL, so an expression means the same wherever it stands.
"""

from casetally.language.catalogue import CATALOGUE
from casetally.language.expressions import Expression, Scope, read_expression
from casetally.language.function import Function
from casetally.language.lookups import Lookups
from casetally.language.render import render
from casetally.language.value_types import ValueType

__all__ = ["CATALOGUE", "Expression", "Function", "Lookups", "Scope", "ValueType", "read_expression", "render"]
