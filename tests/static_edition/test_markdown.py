"""Markdown of the lessons as HTML, whose text can never become an element."""

from nnviz.static_edition.markdown import to_html
from tests.cases import each


@each(
    ("markdown", "html"),
    [
        ("a **b** *c* `d`", "<p>a <strong>b</strong> <em>c</em> <code>d</code></p>"),
        ("## A\n\nb", "<h2>A</h2>\n<p>b</p>"),
        ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
        ("a < b & <script>", "<p>a &lt; b &amp; &lt;script&gt;</p>"),
        ("a $x < y_1*z*$", '<p>a <span class="tex" data-display="0">x &lt; y_1*z*</span></p>'),
        ("$$\nx^2\n$$", '<p><span class="tex" data-display="1">x^2</span></p>'),
        ('the [loss](./glossary?term=loss "loss: a < b")', '<p>the <abbr title="loss: a &lt; b">loss</abbr></p>'),
        ("[NIST](https://nist.gov)", '<p><a href="https://nist.gov">NIST</a></p>'),
        ("[bad](javascript:alert)", "<p><abbr>bad</abbr></p>"),
        ("| a | b |\n|---|---|\n| 1 | $|y|$ |",
         "<table><tr><td>a</td><td>b</td></tr><tr><td>1</td><td>"
         '<span class="tex" data-display="0">|y|</span></td></tr></table>'),
        (":green[:material/check: yes]", "<p>yes</p>"),
    ],
)  # fmt: skip
def test_markdown_becomes_html(markdown: str, html: str) -> None:
    assert to_html(markdown) == html
