"""Makes the PDF and the PNG that the pipeline uploads: real files, too large to keep in a repository."""

import io
import os
import pathlib

from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen import canvas

PAGES = 3
PICTURE_SIDE = 900  # Pixels; noise does not compress, so three pages pass S3's 5 MiB part minimum.


def noise(side):
    return Image.frombytes("RGB", (side, side), os.urandom(side * side * 3))


def make_pdf(path):
    page = canvas.Canvas(str(path), pagesize=A4)
    for number in range(1, PAGES + 1):
        page.setFont("Helvetica", 18)
        page.drawString(72, 780, f"Survey sheet {number} of {PAGES}")
        picture = io.BytesIO()
        noise(PICTURE_SIDE).save(picture, "PNG")
        picture.seek(0)
        page.drawImage(ImageReader(picture), 72, 300, width=400, height=400)
        page.showPage()
    page.save()


def make_png(path):
    picture = Image.linear_gradient("L").resize((640, 427)).convert("RGB")
    picture.paste((20, 90, 160), (220, 120, 420, 300))
    picture.save(path, "PNG")


def make_files(folder):
    """Returns {name: path} of the files to upload; the text comes from the repository."""
    folder = pathlib.Path(folder)
    text = pathlib.Path(__file__).parent / "files" / "field-notes.txt"
    pdf, png = folder / "survey.pdf", folder / "valley.png"
    make_pdf(pdf)
    make_png(png)
    return {"text": text, "pdf": pdf, "image": png}
