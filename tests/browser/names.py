"""Names that a person could give to do more than name something."""

from typing import Final

HOSTILE: Final = (
    "![x](http://foreign/t.png)[Log in](http://foreign/login)",
    "**b** _i_ __u__ *c* ~~gone~~",
    "$x^2$ and $$y$$",
    ":material/home: :material_home:",
    ":streamlit: :smile: :+1:",
    ":red[x] :small[y] :red-badge[z] :help[w] :color[v]",
    '<a href="http://foreign/">x</a>',
    "<b>bold</b> &amp; &lt;i&gt;",
    "`code` ``two``",
    "# heading",
    "- item",
    "1. item",
    "+ plus",
    "> quote",
    "---",
    "http://foreign/x https://foreign",
    "HTTP://FOREIGN www.foreign.com/x",
    "me@foreign.com mailto:me@foreign.com",
    "a -> b <- c <-> d -- e >= f <= g ~= h",
    "a\\b \\* | c | \\",
    "[^1] [x][y] [z]: http://foreign",
    "%{y} {x} 100%",
)
