"""Twenty-four answers and notes that were written to harm: each a name and what it says, given a port and a file."""

from pathlib import Path


def texts(port: int, secret: Path) -> dict[str, str]:
    """`port` is of a listener that must stay alone, `secret` a file that must stay closed."""
    remote, local = f"http://127.0.0.1:{port}", secret.as_uri()
    wide = "|" + "|".join(f" {n} " for n in range(200)) + "|\n"
    return {
        "remote image": f"![x]({remote}/a.png) ![y][r]\n\n[r]: {remote}/b.png 'title'",
        "image by HTML": f'<img src="{remote}/a.png"> <IMG SRC=//127.0.0.1:{port}/b onerror=alert(1)>',
        "local image": f"![x]({local}) ![y]({secret}) ![z](file:{secret})",
        "UNC path": f"![x](\\\\\\\\127.0.0.1@{port}\\\\share\\\\a.png) <file://127.0.0.1/s/a.png> ![](//127.0.0.1/x)",
        "style and frames": f'<style>@import "{remote}/a.css"; body {{background:url({remote}/b)}}</style>\n'
        f'<iframe src="{remote}"></iframe><link rel=stylesheet href="{remote}/c"><object data="{local}"></object>',
        "script": f"<script>fetch('{remote}')</script><svg onload=alert(1)><a href='javascript:alert(1)'>x</a>",
        "links to programs": "[a](javascript:x) [b](vbscript:x) [c](file:///etc/passwd) [d](smb://h/s) [e](ms-x:y) "
        "[see](copy:7) [read more](copy:0) [1](source:1) [m](more:) [l](link:copy:0) [C](COPY:0)\n\n    code\n",
        "data addresses": "![x](data:image/svg+xml;base64," + "A" * 20_000 + ") [y](data:text/html,<script>1</script>)",
        "homograph links": "[https://apple.com](https://аррӏе.com) <https://www.google.com@127.0.0.1/> [x](http://0x7f01/)",
        "right to left tricks": "Open \u202egpj.exe\u202c now \u2066\u2067\u2068\u2069 \u200f\u200e "
        + "\u202e" * 5_000,
        "text of no width": "pass\u200bword " + "\u200b\u200c\u200d\ufeff" * 10_000,
        "stacked marks": ("Z" + "\u0301\u0335\u0489" * 60 + " ") * 100,
        "line of 50,000 letters": "a" * 50_000,
        "line of 50,000 in words": "word and " * 5_600,
        "unclosed fence": "```python\n" + "x = 'y' * 10  # no end\n" * 2_000,
        "unclosed everything": "[" * 3_000 + "(" * 3_000 + "*" * 3_000 + "`" * 3_001 + "_a" * 3_000 + "<" * 3_000,
        "emphasis without end": "*a_ " * 8_000,
        "quotes 500 deep": ">" * 500 + " deep\n" + "> " * 500 + "deeper",
        "lists 500 deep": "\n".join("  " * depth + "- x" for depth in range(500)),
        "list of 10,000": "\n".join(f"- item {n}" for n in range(10_000)),
        "table of 200 columns": wide + "|" + "---|" * 200 + "\n" + wide * 60,
        "table of 3,000 rows": "| a | b | c |\n|---|---|---|\n" + "| 1 | 2 | 3 |\n" * 3_000,
        "maths without end": "$$"
        + "\\frac{" * 2_000
        + "$$\n\n$"
        + "{" * 2_000
        + "$ "
        + "$\\sqrt{" * 1_000
        + "\\left(" * 500,
        "references of references": "\n".join(f"[{n}]: {remote}/{n} '{n}'" for n in range(3_000)) + "\n\n[1][2] " * 50,
    }
