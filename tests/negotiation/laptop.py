"""The Laptop domain of the negotiating agents' competition of 2011, as GENIUS's files give it.

Issues, evaluations, weights (which sum to 1.00005) and discount factor are those of laptop_domain.xml,
laptop_buyer_utility.xml and laptop_seller_utility.xml in anac/y2011/Laptop, as NegMAS carries them; the files here are
written anew from these figures. The reservation values, 0 there, are ours.
"""

ISSUES = {
    "Laptop": ("Dell", "Macintosh", "HP"),
    "Harddisk": ("60 Gb", "80 Gb", "120 Gb"),
    "External Monitor": ("19'' LCD", "20'' LCD", "23'' LCD"),
}
HIGH, MIDDLE, LOW = 0.4452125771655631, 0.37808251708013424, 0.1767567099260568
BUYER = ((HIGH, MIDDLE, LOW), ((12, 20, 30), (30, 20, 9), (30, 10, 20)))
SELLER = ((MIDDLE, LOW, HIGH), ((12, 30, 20), (20, 30, 9), (3, 2, 1)))
DISCOUNT = 0.42441038


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
    (folder / "buyer.xml").write_text(space_file(BUYER, 0.4, DISCOUNT), encoding="utf-8")
    (folder / "seller.xml").write_text(space_file(SELLER, 0.5, DISCOUNT), encoding="utf-8")
