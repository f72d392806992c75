"""Extracts the body by trafilatura, which gets a tree without boxes and fetches nothing."""

import re
import warnings

from lxml.html import HtmlElement, document_fromstring

from producers.html_to_text import paragraphs

# trafilatura warns of a proxy that its downloader lacks, and we never use its downloader
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from trafilatura import bare_extraction

TABLE_ROW = re.compile(r"^\|.*\|\s*$", re.M)
TABLE_RULE = re.compile(r"^[|\s-]+$", re.M)
POINT = re.compile(r"^- ", re.M)


def extract(tree: HtmlElement) -> str:
    """`tree` is a page without boxes, or the part of it that holds the body."""
    found = bare_extraction(_as_page(tree), fast=True, include_comments=False, include_tables=True)
    text = str(found.text or "") if found is not None and not isinstance(found, dict) else ""
    text = TABLE_RULE.sub("", text)
    text = TABLE_ROW.sub(lambda row: row[0].replace("|", " "), text)
    return paragraphs(POINT.sub("", text))


def _as_page(tree: HtmlElement) -> HtmlElement:
    if tree.tag == "html":
        return tree
    page = document_fromstring("<html><body></body></html>")
    tree.tag = "div"  # it may be a cell of a table that is used for the layout
    tree.set("itemprop", "articleBody")  # trafilatura looks for this attribute first
    page.body.append(tree)
    return page
