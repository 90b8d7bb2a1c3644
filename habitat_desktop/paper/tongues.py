"""The languages of a paper: the program's own words said in both of them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from habitat_desktop.i18n.catalogues import speaking
from habitat_desktop.paper.document import Words


@dataclass(frozen=True, slots=True)
class Tongues:
    """The `language` of a paper, and `also` the one printed below it, "" for none or the same."""

    language: str
    also: str = ""

    def all(self) -> Iterator[str]:
        """Yield the one or the two languages."""
        yield self.language
        if self.is_double:
            yield self.also

    @property
    def is_double(self) -> bool:
        """Whether a second language is printed."""
        return bool(self.also) and self.also != self.language

    def words(self, say: Callable[[str], str]) -> Words:
        """Return what `say` returns for each language, spoken while it is asked.

        What is the same in both is printed once.
        """
        with speaking(self.language):
            text = say(self.language)
        if not self.is_double:
            return Words(text)
        with speaking(self.also):
            other = say(self.also)
        return Words(text, other if other != text else "")

    def own(self, say: Callable[[], str]) -> Words:
        """Return what the program says itself, in each language; `say` holds the `_()`."""
        return self.words(lambda _language: say())
