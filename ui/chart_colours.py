"""The colours of a chart's picture, on a dark page and on a light one.

They are after Okabe and Ito's palette, which people with any kind of colour vision can tell apart,
and every part is named in words beside its colour as well.
"""

TEXTS = ("text", "quiet")
"""What words are written in; the rest is for lines and areas."""

DARK = {
    "page": "#17181c",
    "text": "#f4f5f7",
    "quiet": "#b9bec9",
    "line": "#3b3e47",
    "logged": "#56b4e9",
    "proved": "#93d0f4",
    "verified": "#d9effd",
    "held": "#f0a30a",
    "not_counted": "#e58abf",
    "withdrawn": "#747985",
}
LIGHT = {
    "page": "#ffffff",
    "text": "#16171b",
    "quiet": "#4f5460",
    "line": "#d5d8de",
    "logged": "#0072b2",
    "proved": "#004d7a",
    "verified": "#00263d",
    "held": "#c27c00",
    "not_counted": "#a3306f",
    "withdrawn": "#8d929c",
}
