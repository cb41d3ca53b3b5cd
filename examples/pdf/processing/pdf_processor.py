"""Splits a PDF by lists of page numbers, which count from 0 as in the requests."""

import io

from pypdf import PdfReader, PdfWriter
from pypdf.errors import PdfReadError


class Refused(Exception):
    """The file or the request is wrong: trying again would not help."""


def split(body, file_map):
    """Yields (pages, PDF) for each entry of `file_map`, `[{"pages": [0, 1]}, ...]`, pages in the order asked for."""
    try:
        source = PdfReader(io.BytesIO(body)).pages
        count = len(source)
    except PdfReadError as error:
        raise Refused(f"this is no PDF: {error}") from error
    for entry in file_map:
        pages = entry["pages"]
        if missing := [page for page in pages if not 0 <= page < count]:
            raise Refused(f"there is no page {missing[0]} in {count} pages")
        writer, out = PdfWriter(), io.BytesIO()
        for page in pages:
            writer.add_page(source[page])
        writer.write(out)
        yield pages, out.getvalue()
