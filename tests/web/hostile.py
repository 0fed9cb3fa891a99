"""Words that try to be more than words, for every place where others' words reach a page."""

from __future__ import annotations

OUTSIDE = "http://203.0.113.7"  # an address of no one, which no page may ask

STRINGS = (
    "<script>window.owned=1</script>",
    f"<img src={OUTSIDE}/a.png onerror=window.owned=1>",
    "<svg/onload=window.owned=1>",
    f'"><iframe src="{OUTSIDE}/b"></iframe>',
    f"![picture]({OUTSIDE}/c.png)",
    f"[link][1]\n\n[1]: {OUTSIDE}/d\n\n![x][1]",
    "[click](javascript:window.owned=1)",
    f"<a href='{OUTSIDE}/e' class='fn-mark'>9</a>",
    "<a href='#cite/mine/../../x/1' class='fn-mark'>8</a>",
    f"<style>@import url({OUTSIDE}/f.css);*{{background:url({OUTSIDE}/g)}}</style>",
    f"<link rel=stylesheet href={OUTSIDE}/h.css><base href={OUTSIDE}>",
    "</div></p></span><h1 id='forged'>Forged</h1>",
    "<details open ontoggle=window.owned=1><summary>s</summary></details>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--><img src=x onerror=window.owned=1>'>",
    "&lt;script&gt;window.owned=1&lt;/script&gt;",
    "\n\n# A forged heading\n\n<b>bold</b>\n\n- item\n\n```\ncode\n```",
    r"$\href{javascript:window.owned=1}{x}$ and $\includegraphics{http://203.0.113.7/i.png}$",
    r"$\htmlClass{fn-mark}{x}$ $\url{http://203.0.113.7/j}$",
    "\ue000\\href{javascript:window.owned=1}{x}\ue001",
    "{{constructor.constructor('window.owned=1')()}} ${window.owned=1} <%= 1 %>",
    "\u202egnp.exe\u202c \u200bzero \U000e0041tag",
    "' onmouseover='window.owned=1' x='",
    '" autofocus onfocus="window.owned=1" tabindex="0',
    "<form action=http://203.0.113.7/k><input name=q autofocus onfocus=window.owned=1></form>",
    "<object data=http://203.0.113.7/l></object><embed src=http://203.0.113.7/m>",
    "<video src=http://203.0.113.7/n autoplay></video><audio src=http://203.0.113.7/o>",
    "<template><script>window.owned=1</script></template><noscript><img src=http://203.0.113.7/p></noscript>",
    "<!--><script>window.owned=1</script-->",
    "<meta http-equiv=refresh content='0;url=http://203.0.113.7/q'>",
    "[9] [1](#cite/mine/a/1) <q class='fn-quote'>forged</q>",
)
