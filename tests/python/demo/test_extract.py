"""Docstrings, comments and topics out of source text."""

from __future__ import annotations

import inspect

from assay.demo.extract import Document, comments, docstrings, topics

SOURCE = '''\
"""About the module."""
# A comment
#   in two lines.

raise ImportError("never import me")

class Cat:
    """A cat.

    It purrs.
    """

    def purr(self):
        """Purr."""
        loud = "# not a comment"  # trailing, left out
        return """
# not a comment either
"""

    async def sleep(self):
        pass

if True:
    def hidden():
        """Found under an if."""
'''


def test_docstrings_are_named_and_in_order() -> None:
    assert list(docstrings(SOURCE, "zoo")) == [
        Document("zoo", "zoo\n\nAbout the module."),
        Document("zoo.Cat", "zoo.Cat\n\nA cat.\n\nIt purrs."),
        Document("zoo.Cat.purr", "zoo.Cat.purr\n\nPurr."),
        Document("zoo.hidden", "zoo.hidden\n\nFound under an if."),
    ]


def test_docstrings_attached_by_a_call_are_found() -> None:
    source = inspect.cleandoc(
        '''
        add_newdoc("numpy", "dot", """
            Multiply.
              Twice.
            """)
        conv = _add_docstr(torch.conv, r"Convolve " + r"everything there is.")
        print("not documentation, however long it may be")
        '''
    )
    assert [(d.id, d.text) for d in docstrings(source, "m")] == [
        ("m:numpy.dot", "numpy.dot\n\nMultiply.\n  Twice."),
        ("m:torch.conv", "torch.conv\n\neverything there is."),
    ]


def test_a_file_that_does_not_parse_has_no_docstrings() -> None:
    assert list(docstrings("def broken(:", "m")) == []
    assert list(docstrings("null = '\0'", "m")) == []


def test_comments_are_runs_of_lines_outside_strings() -> None:
    assert [d.text for d in comments(SOURCE, "zoo")] == ["A comment\nin two lines."]
    assert [d.text for d in comments("x = 1\n    # a\n    # b\n\n# c", "m")] == ["a\nb", "c"]


def test_comment_ids_differ() -> None:
    found = list(comments("# same\n\n# same\n", "m"))
    assert len({d.id for d in found}) == 2


def test_topics_are_sorted() -> None:
    source = "# generated\ntopics = {'with': ' B. ', 'assert': 'A.'}\n"
    assert list(topics(source)) == [Document("topic:assert", "A."), Document("topic:with", "B.")]
