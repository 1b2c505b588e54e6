"""The marketer's Markdown."""

import pytest
from jinja2 import UndefinedError
from jinja2.exceptions import SecurityError

from bridge.delivery.jinja import Trusted, render_marketer_text
from bridge.delivery.markdown import MarketerLink, write


def test_a_link_carries_its_topics_and_not_its_title() -> None:
    written = write('Zur [Checkliste](https://example.com/sepa "topics=sepa, fibu").')
    assert written.links == (MarketerLink(1, "https://example.com/sepa", "Checkliste", ("sepa", "fibu")),)
    assert "topics" not in written.html + written.text
    assert written.text == "Zur Checkliste (https://example.com/sepa)."


def test_a_link_by_itself_becomes_a_button() -> None:
    written = write("[Jetzt **lesen**](https://example.com/?a=1&b=2)")
    assert written.text == "Jetzt lesen:\n  https://example.com/?a=1&b=2"
    assert written.html == (
        '<p class="deed"><a class="button" href="https://example.com/?a=1&amp;b=2">'
        "Jetzt <strong>lesen</strong></a></p>"
    )


def test_a_link_in_a_list_stays_a_link() -> None:
    written = write("- [Handbuch](https://example.com/handbuch)")
    assert written.html == '<ul><li><a href="https://example.com/handbuch">Handbuch</a></li></ul>'
    assert written.text == "– Handbuch:\n    https://example.com/handbuch"


def test_links_are_numbered_by_address_and_printed_as_the_hook_says() -> None:
    source = "[a](https://example.com/1) [b](https://example.com/2) [c](https://example.com/1)"
    written = write(source, lambda link: f"https://t.example/{link.number}")
    assert [link.number for link in written.links] == [1, 2]
    assert written.text == "a (https://t.example/1) b (https://t.example/2) c (https://t.example/1)"
    assert "https://example.com" not in written.html


def test_plain_text_is_written_not_stripped() -> None:
    source = "# Neu\n\nErste Zeile\nweiter\n\n- eins\n- zwei\n  1. a\n  2. b\n\n> Zitat\n\n---\n\n    code"
    assert write(source).text == (
        "Neu\n===\n\nErste Zeile weiter\n\n– eins\n– zwei\n  1. a\n  2. b\n\n> Zitat\n\n– – –\n\n    code"
    )


def test_html_keeps_the_structure() -> None:
    written = write("## Neu\n\nEin *Wort*\n\n- eins\n- zwei")
    assert written.html == ("<h2>Neu</h2>\n<p>Ein <em>Wort</em></p>\n<ul><li>eins</li><li>zwei</li></ul>")


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "ftp://example.com/x", "/relative"]
)
def test_only_web_mail_and_telephone_addresses_are_linked(url: str) -> None:
    written = write(f"[x]({url})")
    assert written.links == ()
    assert "<a" not in written.html


def test_html_in_the_source_is_shown_as_text() -> None:
    assert write("<b>x</b> <script>1</script>").html == (
        "<p>&lt;b&gt;x&lt;/b&gt; &lt;script&gt;1&lt;/script&gt;</p>"
    )


@pytest.mark.parametrize(
    "name",
    [
        "[x](http://evil.example)",
        "<b>fett</b>",
        "<http://evil.example>",
        "# Titel",
        "1. Punkt",
        "- Punkt",
        "**fett** _kursiv_ `code`",
        "a\\",
        "&lt;i&gt; &copy;",
        "![x](https://evil.example/x.png)",
        "{{ 7 * 7 }} {% raw %}",
    ],
)
def test_a_personal_value_is_only_ever_text(name: str) -> None:
    written = write(render_marketer_text("{{ name }}", {"name": name}))
    assert written.text == name
    assert written.links == ()
    assert "<p>" in written.html
    assert written.html.count("<") == 2


def test_a_value_with_line_breaks_stays_in_its_line() -> None:
    source = render_marketer_text("Guten Tag {{ name }}", {"name": "Anna\n\n# Titel\r\n- x"})
    assert write(source).text == "Guten Tag Anna # Titel - x"


def test_trusted_addresses_go_in_as_they_are() -> None:
    variables = {"url": Trusted("https://example.com/a_b?x=1"), "name": None}
    written = write(render_marketer_text("[Einstellungen]({{ url }}){{ name }}", variables))
    assert written.links[0].url == "https://example.com/a_b?x=1"


def test_an_unknown_name_is_a_mistake() -> None:
    with pytest.raises(UndefinedError):
        render_marketer_text("{{ vorname }}", {})


@pytest.mark.parametrize(
    "source", ["{{ ''.__class__.__mro__ }}", "{{ things.append(1) }}", "{{ name.__init__.__globals__ }}"]
)
def test_the_sandbox_holds(source: str) -> None:
    with pytest.raises(SecurityError):
        render_marketer_text(source, {"name": "Anna", "things": []})
