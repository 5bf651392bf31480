"""docs/README.md lists every manual, and all its links lead somewhere."""

import re


def test_every_manual_is_listed(root):
    pages = {page.name for page in (root / "docs").glob("*.md")} - {"README.md"}
    listed = re.findall(r"\]\(([a-z_-]+\.md)\)", (root / "docs" / "README.md").read_text())
    assert set(listed) == pages


def test_all_links_lead_somewhere(root):
    docs = root / "docs"
    links = re.findall(r"\]\(([^)#]+)\)", (docs / "README.md").read_text())
    assert links
    assert [link for link in links if not (docs / link).exists()] == []
