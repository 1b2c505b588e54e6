"""The marketer's Markdown."""

import pytest
from jinja2 import UndefinedError
from jinja2.exceptions import SecurityError

from bridge.delivery.jinja import Trusted, render_marketer_text
from bridge.delivery.markdown import MarketerLink, lonely_columns, unknown_blocks, write


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


# Boxes and columns


def test_a_quotation_with_a_mark_becomes_a_box() -> None:
    written = write("> [!box]\n> **Neu**: ein Wort\n>\n> [Lesen](https://example.com/)")
    assert written.html.startswith('<table role="presentation"')
    assert '<td class="box"><p><strong>Neu</strong>: ein Wort</p><p class="deed">' in written.html
    assert "blockquote" not in written.html
    assert written.text == "| Neu: ein Wort\n|\n| Lesen:\n|   https://example.com/"
    assert [link.label for link in written.links] == ["Lesen"]


@pytest.mark.parametrize(
    "source", ["> [!box] Neu", "> [!box]\n> Neu", "> [!box]  \n> Neu", "> [!box]\n>\n> Neu"]
)
def test_the_mark_may_stand_by_itself_or_before_the_words(source: str) -> None:
    written = write(source)
    assert written.text == "| Neu"
    assert '<td class="box"><p>Neu</p></td>' in written.html


def test_two_columns_stand_beside_each_other_and_in_plain_text_under_each_other() -> None:
    written = write("> [!column]\n> ## A\n>\n> links\n\n> [!column]\n> rechts\n\nDanach")
    assert written.text == "A\n-\n\nlinks\n\nrechts\n\nDanach"
    left, _, right = written.html.partition('<div class="column-right">')
    assert '<div class="column-left"><h2>A</h2><p>links</p></div><!--[if mso]>' in left
    assert right.startswith(
        "<p>rechts</p></div><!--[if mso]></td></tr></table><![endif]--></div>\n<p>Danach</p>"
    )
    assert written.html.count("<!--[if mso]>") == written.html.count("<![endif]-->") == 3


def test_columns_come_in_pairs_and_one_alone_takes_the_whole_width() -> None:
    three = "\n\n".join(f"> [!column]\n> {number}" for number in range(3))
    html = write(three).html
    assert (html.count("column-left"), html.count("column-right")) == (1, 1)
    assert html.endswith("</div>\n<p>2</p>")
    apart = write("> [!column]\n> 1\n\nDazwischen\n\n> [!column]\n> 2").html
    assert apart == "<p>1</p>\n<p>Dazwischen</p>\n<p>2</p>"
    assert list(lonely_columns(three)) == [7]
    assert list(lonely_columns("> [!column]\n> 1\n\nDazwischen\n\n> [!column]\n> 2")) == [1, 6]
    assert list(lonely_columns("> [!column]\n> 1\n\n> [!column]\n> 2")) == []


def test_a_box_may_stand_in_a_column() -> None:
    written = write("> [!column]\n> > [!box]\n> > innen\n\n> [!column]\n> daneben")
    assert '<div class="column-left"><table' in written.html
    assert written.text == "| innen\n\ndaneben"


def test_any_other_mark_is_a_quotation_and_is_named() -> None:
    source = "Text\n\n> [!kasten]\n> innen\n\n> [!box]\n> gut\n\n> [Wort] nur"
    assert write(source).text.startswith("Text\n\n> [!kasten] innen")
    assert list(unknown_blocks(source)) == [(3, "kasten")]


def test_an_empty_block_leaves_nothing_behind() -> None:
    assert write("> [!box]\n\nText").text == "Text"


def test_nobodys_name_is_a_mark() -> None:
    source = render_marketer_text("> {{ company }}\n> sagt Hallo", {"company": "[!box]"})
    assert write(source).html == "<blockquote><p>[!box] sagt Hallo</p></blockquote>"
    boxed = render_marketer_text("> [!box]\n> {{ company }}", {"company": "[!column]"})
    assert write(boxed).text == "| [!column]"
