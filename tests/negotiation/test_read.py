"""Files of domains, good and bad: every mistake has its place and a sentence."""

import numpy as np
import pytest

from detente.negotiation import genius, markup, read
from detente.negotiation.outcomes import utilities
from detente.negotiation.read import read_domain
from detente.problems import DetenteError, Problems
from tests.negotiation import laptop

ROWS = """price,delivery,u:buyer,u:seller
low,week,0.9,0.1
low,month,0.7,0.3

high,week,0.3,0.8
reservation,,0.2,
"""
VALUES = """issue;value;party;utility;weight
price;low;buyer;1;0.7
price;high;buyer;0.2;
price;low;seller;0;0.5
price;high;seller;1;
delivery;week;buyer;1;0.3
delivery;month;buyer;0;0.3
delivery;week;seller;0;0.5
delivery;month;seller;1;0.5
reservation;;buyer;0.3;
constant;;seller;0.1;
"""


def written(folder, text, name="domain.csv"):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return path


def codes(error):
    return {problem.code for problem in error.value.found}


def test_outcomes_as_rows(tmp_path):
    domain = read_domain(written(tmp_path, "\ufeff" + ROWS.replace("\n", "\r\n")))
    assert (domain.parties, domain.name, domain.size) == (("buyer", "seller"), "domain", 3)
    assert [(issue.name, issue.values) for issue in domain.issues] == [
        ("price", ("low", "high")),
        ("delivery", ("week", "month")),
    ]
    assert np.concatenate(list(utilities(domain))).tolist() == [[0.9, 0.1], [0.7, 0.3], [0.3, 0.8]]
    assert domain.reservation[0] == 0.2
    assert np.isnan(domain.reservation[1])
    assert domain.floor.tolist() == [0.2, 0.1]
    assert len(domain.sources[0][1]) == 64


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_values_as_rows(tmp_path, delimiter):
    domain = read_domain(written(tmp_path, VALUES.replace(";", delimiter)))
    assert np.concatenate(list(utilities(domain))).tolist() == [[1.0, 0.1], [0.7, 0.6], [0.44, 0.6], [0.14, 1.1]]
    assert domain.reservation[0] == 0.3


@pytest.mark.parametrize(
    ("text", "line", "column", "said"),
    [
        (ROWS.replace("0.7", "much"), 3, 11, "'much' is no number"),
        (ROWS.replace("0.7", "nan"), 3, 11, "no number that utilities can have"),
        (ROWS.replace("0.7", "-inf"), 3, 11, "no number that utilities can have"),
        (ROWS.replace("0.7", "1e200"), 3, 11, "larger than 1e+100"),
        (ROWS.replace("0.7", "1_0"), 3, 11, "'1_0' is no number"),
        (ROWS.replace("0.7", ""), 3, 11, "A number is missing under 'u:buyer'"),
        (ROWS.replace("0.7", '"0,7"'), 3, 12, "decimal point"),
        (ROWS.replace("high,week", "high,"), 5, 6, "The value of 'delivery' is missing"),
        (ROWS.replace("high,week", "low,week"), 5, 1, "there already, on line 2"),
        (ROWS.replace("high,week,", "high,week,7,"), 5, 1, "This row has 5 cells"),
        (ROWS.replace("u:seller", "u:buyer"), 1, 24, "The party 'buyer' is there twice"),
        (ROWS.replace("delivery", "price"), 1, 7, "The issue 'price' is there twice"),
        (ROWS.replace("delivery", ""), 1, 7, "A column has no name"),
        (ROWS + "reservation,,0,0\n", 7, 1, "Reservation values are there twice"),
        (ROWS.replace("u:", "U "), 1, 1, "names no utilities"),
        ("a,u:x\n1,2\n", 1, 1, "at least two parties"),
        ("u:x,u:y\n1,2\n", 1, 1, "No column tells what is agreed"),
        ("a,u:x,u:y\nreservation,1,2\n", 1, 1, "There is no outcome"),
        (ROWS.replace("low,week", '"low,week'), 6, 1, "This is no CSV"),
        ("", 1, 1, "The file is empty"),
        ("issue,value,party,utility\n", 1, 1, "no outcomes"),
        (b"a,u:x\n\xff,1\n", 2, 1, "not a text file in UTF-8"),
        (ROWS.replace("week", "we\x00ek"), 2, 1, "invisible control character"),
        (VALUES.replace("delivery;week;seller;0;0.5\n", ""), 1, 1, "no utility of 'week' (delivery) for 'seller'"),
        (VALUES.replace("delivery;month;buyer;0;0.3", "delivery;month;buyer;0;0.4"), 7, 24, "Another weight"),
        (VALUES.replace("price;high;buyer", "price;low;buyer"), 3, 1, "there already, on line 2"),
        (VALUES.replace("price;high;buyer", ";high;buyer"), 3, 1, "The issue is missing"),
        (VALUES.replace("price;high;buyer", "price;;buyer"), 3, 1, "The value is missing"),
        (VALUES.replace("utility", "utlity"), 1, 1, "Did you mean 'utility'"),
    ],
)
def test_mistakes_in_csv_have_their_place(tmp_path, text, line, column, said):
    path = written(tmp_path, text)
    with pytest.raises(Problems) as error:
        read_domain(path)
    assert said in str(error.value)
    places = [(problem.place.line, problem.place.column) for problem in error.value.found if problem.place]
    assert (line, column) in places


def test_many_rows_are_read_at_once(tmp_path):
    lines = [f"v{n},{n % 97},{n % 89}" for n in range(20_000)]
    domain = read_domain(written(tmp_path, "\n".join(["a,u:x,u:y", *lines])))
    assert domain.size == 20_000


def test_genius_by_folder_by_domain_and_by_party(tmp_path):
    laptop.write(tmp_path)
    whole = read_domain(tmp_path)
    assert whole.parties == ("buyer", "seller")
    assert (whole.name, whole.size) == (tmp_path.name, 27)
    assert whole.reservation.tolist() == [0.4, 0.5]
    assert whole.remarks == tuple(
        remark
        for file in (tmp_path / "buyer.xml", tmp_path / "seller.xml")
        for remark in (
            f"The weights in {file} sum to 1.00005, and count as written.",
            f"The discount factor in {file} is not used.",
        )
    )
    every = np.concatenate(list(utilities(whole)))
    first = [  # Dell, 60 Gb, 19'': of 30 at most, but of 3 in the seller's last issue
        laptop.HIGH * 12 / 30 + laptop.MIDDLE * 30 / 30 + laptop.LOW * 30 / 30,
        laptop.MIDDLE * 12 / 30 + laptop.LOW * 20 / 30 + laptop.HIGH * 3 / 3,
    ]
    assert every[0].tolist() == pytest.approx(first, rel=1e-12)
    for paths in ([tmp_path / "laptop.xml"], [tmp_path / "buyer.xml", tmp_path / "seller.xml"]):
        assert np.array_equal(np.concatenate(list(utilities(read_domain(*paths)))), every)


def test_a_domain_file_links_to_its_profiles(tmp_path):
    laptop.write(tmp_path)
    (tmp_path / "third.xml").write_text(laptop.space_file(laptop.SELLER), encoding="utf-8")
    links = '<agent utility_space="../elsewhere/seller.xml"/><agent utility_space="third.xml"/>'
    (tmp_path / "laptop.xml").write_text(laptop.domain_file(links), encoding="utf-8")
    assert read_domain(tmp_path / "laptop.xml").parties == ("seller", "third")  # beside it only
    (tmp_path / "third.xml").unlink()
    with pytest.raises(DetenteError, match=r"There is no domain file .*third.xml"):
        read_domain(tmp_path / "laptop.xml")


def test_whole_numbers_reals_and_constants(tmp_path):
    ranges = (
        '<utility_space><objective><issue index="1" name="days" type="integer" lowerbound="2" upperbound="5">'
        '<evaluator ftype="linear" offset="0.1" slope="0.4"/></issue>'
        '<issue index="2" name="price" type="real"><range lowerbound="0" upperbound="10"/>'
        '<evaluator ftype="linear" parameter0="0.2" parameter1="0.08"/></issue>'
        '<issue index="3" name="place" type="integer"><range lowerbound="1" upperbound="2"/>'
        '<evaluator ftype="constant" parameter0="0.5"/></issue>'
        '<weight index="1" value="1"/><weight index="2" value="1"/><weight index="3" value="1"/>'
        "</objective></utility_space>"
    )
    for name in ("a.xml", "b.xml"):
        written(tmp_path, ranges, name)
    domain = read_domain(tmp_path, steps=3)
    assert [issue.values for issue in domain.issues] == [("2", "3", "4", "5"), ("0", "5", "10"), ("1", "2")]
    worth = np.concatenate(list(utilities(domain)))[:, 0].reshape(4, 3, 2)
    assert worth[:, 0, 0].tolist() == [0.8, 1.2, 1.6, 1.7]  # 0.1, 0.5, 0.9, 1 (kept within 1)
    assert worth[0, :, 0].tolist() == [0.8, 1.2, 1.6]
    assert any("'price' is taken at 3 values" in remark for remark in domain.remarks)
    assert any("sum to 3" in remark for remark in domain.remarks)


GOOD = laptop.space_file(laptop.BUYER)
WORTH = '"80 Gb" evaluation="20"'
WEIGHT = f'value="{laptop.MIDDLE}"'


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (GOOD[:720], 15, "cannot be read as XML here"),
        (GOOD[:20], 1, "may have been cut short"),
        ("", 1, "no element found"),
        ("price,u:a\n", 1, "as GENIUS writes it, or CSV"),
        ('<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>\n<x>&b;</x>', 1, "DOCTYPE"),
        ('<!DOCTYPE x SYSTEM "file:///etc/passwd">\n<x/>', 1, "DOCTYPE"),
        ("<a>" * 50 + "</a>" * 50, 1, "Nested more than"),
        ("<html><body/></html>", 1, "holds no <objective>"),
        ("<utility_space><objective/></utility_space>", 1, "There is no issue"),
        (GOOD.replace(WORTH, '"80 Gb"'), 10, "no 'evaluation' for the evaluation of '80 Gb'"),
        (GOOD.replace(WORTH, '"80 Gb" evaluation="many"'), 10, "is no number: 'many'"),
        (GOOD.replace(WORTH, '"80 Gb" evaluation="nan"'), 10, "is no number: 'nan'"),
        (GOOD.replace(WORTH, '"80 Gb" evaluation="-8"'), 10, "is negative"),
        (GOOD.replace(WEIGHT, 'value="1e300"'), 19, "larger than 1e+100"),
        (GOOD.replace(WEIGHT, 'value="-1"'), 19, "A weight is negative"),
        (GOOD.replace(f'<weight index="2" {WEIGHT}/>\n', ""), 8, "'Harddisk' has no weight"),
        (GOOD.replace("80 Gb", "60 Gb"), 10, "'60 Gb' of 'Harddisk' is there twice"),
        (GOOD.replace("Harddisk", "Laptop"), 8, "The issue 'Laptop' is there twice"),
        (GOOD.replace('type="discrete"', 'type="fuzzy"'), 3, "Issues of type 'fuzzy' are not read"),
        (GOOD.replace("<issue", "<objective/><issue", 1), 3, "within objectives"),
        (GOOD.replace("Harddisk", "Hardisk"), 8, "Did you mean 'Harddisk'?"),
        (GOOD.replace("80 Gb", "90 Gb"), 8, "The values of 'Harddisk' differ"),
        ('<?xml version="1.0" encoding="klingon"?>\n' + GOOD, 1, "cannot be read as XML"),
    ],
)
def test_mistakes_in_xml_have_their_place(tmp_path, text, line, said):
    good = written(tmp_path, GOOD, "good.xml")
    bad = written(tmp_path, text, "bad.xml")
    with pytest.raises(Problems) as error:
        read_domain(good, bad)
    assert said in str(error.value)
    assert line in [problem.place.line for problem in error.value.found if problem.place]


def test_large_files_and_ranges_are_refused(tmp_path, monkeypatch):
    for limit, module, said in (
        ("MAX_ELEMENTS", markup, "more than 5 elements"),
        ("MOST_VALUES", genius, "at most 5"),
        ("MOST_XML", read, "at most 5"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(module, limit, 5)
            days = GOOD.replace(
                "</objective>", '<issue index="9" name="d" type="integer" lowerbound="0" upperbound="9"/></objective>'
            )
            with pytest.raises(DetenteError, match=said):
                read_domain(written(tmp_path, days, "a.xml"), written(tmp_path, days, "b.xml"))


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ((), "Name a CSV file"),
        (("none.csv",), "There is no domain file"),
        (("domain.yaml",), r"one \.csv file or \.xml files"),
        (("a.csv", "b.csv"), r"one \.csv file or \.xml files"),
        (("buyer.xml",), "leads to 1 utility space"),
        (("empty",), r"There is no \.xml file"),
    ],
)
def test_what_is_no_domain_is_told(tmp_path, names, said):
    (tmp_path / "buyer.xml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "empty").mkdir()
    with pytest.raises(DetenteError, match=said):
        read_domain(*(tmp_path / name for name in names))


def test_a_domain_is_named_after_its_folder_only_where_that_was_named(tmp_path, monkeypatch):
    folder = tmp_path / "laptops"
    folder.mkdir()
    files = [written(folder, GOOD, name) for name in ("buyer.xml", "seller.xml")]
    assert read_domain(*files).name == "laptops"
    monkeypatch.chdir(folder)
    assert read_domain("buyer.xml", "seller.xml").name == ""
    assert read_domain(".").name == "laptops"


def test_steps_have_bounds(tmp_path):
    with pytest.raises(DetenteError, match="2 to 1,000 values"):
        read_domain(tmp_path, steps=1)
