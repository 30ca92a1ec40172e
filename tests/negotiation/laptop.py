"""The Laptop domain of GENIUS, after its files: issues, evaluations and weights of buyer and seller."""

ISSUES = {
    "Laptop": ("Dell", "Macintosh", "HP"),
    "Harddisk": ("60 Gb", "80 Gb", "120 Gb"),
    "External Monitor": ("19'' LCD", "20'' LCD", "23'' LCD"),
}
BUYER = ((0.55, 0.25, 0.2), ((7, 10, 8), (5, 8, 10), (5, 8, 10)))
SELLER = ((0.4, 0.3, 0.3), ((10, 4, 7), (10, 7, 3), (10, 8, 6)))


def domain_file(links=""):
    """The issues alone."""
    return f"<negotiation_template>{links}{_space(None)}</negotiation_template>"


def space_file(side, reservation=None, discount=None):
    """A party's utility space."""
    rest = "" if reservation is None else f'<reservation value="{reservation}"/>\n'
    rest += "" if discount is None else f'<discount_factor value="{discount}"/>\n'
    return _space(side, rest)


def _space(side, rest=""):
    lines = ['<utility_space number_of_issues="3">', '<objective index="0" etype="objective" name="any">']
    for n, (issue, values) in enumerate(ISSUES.items()):
        lines.append(f'<issue etype="discrete" index="{n + 1}" name="{issue}" type="discrete" vtype="discrete">')
        for k, value in enumerate(values):
            worth = "" if side is None else f' evaluation="{side[1][n][k]}"'
            lines.append(f'<item index="{k + 1}" value="{value}"{worth}/>')
        lines.append("</issue>")
    if side is not None:
        lines += [f'<weight index="{n + 1}" value="{weight}"/>' for n, weight in enumerate(side[0])]
    return "\n".join([*lines, "</objective>", rest + "</utility_space>"])


def write(folder):
    """The three files in a folder."""
    (folder / "laptop.xml").write_text(domain_file(), encoding="utf-8")
    (folder / "buyer.xml").write_text(space_file(BUYER, 0.3, 0.9), encoding="utf-8")
    (folder / "seller.xml").write_text(space_file(SELLER, 0.35), encoding="utf-8")
