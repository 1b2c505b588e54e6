"""What a file about a person is called."""

import pytest

from bridge.edge.file_names import file_name


@pytest.mark.parametrize(
    ("who", "called"),
    [
        ("Katharina Wiesböck", "brief-katharina-wiesboeck.pdf"),
        ("Zoë O’Neill-Groß", "brief-zoe-oneill-gross.pdf"),
        ("Wałęsa", "brief-walesa.pdf"),
        ('x"; filename="evil.exe\r\nSet-Cookie: a=b/../', "brief-x-filename-evil-exe-set-cookie-a-b.pdf"),
        ("Лев", "brief.pdf"),
        ("", "brief.pdf"),
        ("a" * 400, f"brief-{'a' * 60}.pdf"),
    ],
)
def test_a_file_carries_the_name_in_signs_that_every_system_keeps(who: str, called: str) -> None:
    assert file_name("Brief", who, "pdf") == called
