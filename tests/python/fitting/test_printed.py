from assay.fitting.printed import Printed


class Result(Printed):
    def __str__(self):
        return "a < b"


def test_a_result_shows_its_text_in_a_terminal_and_escaped_in_a_notebook():
    assert repr(Result()) == "a < b"
    assert Result()._repr_html_() == "<pre>a &lt; b</pre>"
