"""CSS selectors by which an office states where a page keeps what."""

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

ATTRIBUTE = re.compile(r"@([A-Za-z][\w:-]*)$")


def parted(text: str) -> tuple[str, str]:
    """Splits `a.title@href` into `a.title` and `href`. Without an attribute the second part is empty; `@href` is the
    element's own attribute."""
    found = ATTRIBUTE.search(text)
    return (text[: found.start()].strip(), found[1]) if found else (text, "")


def _css(text: str) -> str:
    import soupsieve  # imported here: most programmes state no selector, and every process would pay for the import

    try:
        soupsieve.compile(text)
    except soupsieve.SelectorSyntaxError as error:
        raise ValueError(f"not a CSS selector: {str(error).splitlines()[0]}") from error
    return text


def _css_or_attribute(text: str) -> str:
    selector, _ = parted(text)
    if selector:
        _css(selector)
    return text


Css = Annotated[str, Field(min_length=1), AfterValidator(_css)]
CssOrAttribute = Annotated[str, Field(min_length=1), AfterValidator(_css_or_attribute)]


class _Selectors(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Selectors(_Selectors):
    """Where an outlet's pages keep an article. The first match counts; `drop` is removed from the body first."""

    title: Css | None = None
    lead: Css | None = None
    body: Css
    drop: tuple[Css, ...] = ()
    date: Css | None = None


class ListingSelectors(_Selectors):
    """Where a page that lists pieces keeps them. All but `next` are searched within an item; `selector@attr` takes an
    attribute, and `@attr` an attribute of the item itself."""

    item: Css
    link: CssOrAttribute
    title: CssOrAttribute | None = None
    date: CssOrAttribute | None = None
    lead: CssOrAttribute | None = None
    next: CssOrAttribute | None = None
