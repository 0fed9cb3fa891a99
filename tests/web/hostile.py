"""Words that try to be more than words, for every place where others' words reach a page: 177 of our own."""

from __future__ import annotations

OUTSIDE = "http://203.0.113.7"  # an address of no one, which no page may ask

_WRITTEN = (
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

_RUN = "window.owned=1"
_HANDLERS = {  # an element that runs a handler by itself, or when it is touched
    "onanimationend": "<style>@keyframes x{{}}</style><b style='animation:x 1s' {}>x</b>",
    "onanimationstart": "<xss style='animation:fn-breathe 1s' {}>x</xss>",
    "onauxclick": "<input {}>",
    "onbegin": "<svg><animate {} attributeName=x dur=1s>",
    "oncanplay": f"<video {{}}><source src={OUTSIDE}/v.mp4></video>",
    "oncontentvisibilityautostatechange": "<xss {} style=display:block;content-visibility:auto>",
    "oncopy": "<div contenteditable {}>copy</div>",
    "onend": "<svg><animate {} attributeName=x dur=1s>",
    "onerror": "<audio src=x: {}>",
    "onfocusin": "<a id=x tabindex=1 autofocus {}>x</a>",
    "onhashchange": "<body {}>",
    "oninvalid": "<form><input {} required><input type=submit autofocus></form>",
    "onkeydown": "<input autofocus {}>",
    "onload": f"<iframe src={OUTSIDE}/w {{}}></iframe>",
    "onloadstart": f"<img {{}} src={OUTSIDE}/x>",
    "onmessage": "<body {}>",
    "onmouseenter": "<p {}>x</p>",
    "onpageshow": "<body {}>",
    "onpointerover": "<xss {}>x</xss>",
    "onpopstate": "<body {}>",
    "onrepeat": "<svg><animate {} attributeName=x dur=1s repeatCount=2>",
    "onresize": "<body {}>",
    "onscroll": "<div {} style=overflow:scroll;height:1px><br><br></div>",
    "onsearch": "<input type=search autofocus {}>",
    "onselect": "<input {} value=x autofocus>",
    "onstart": "<marquee {}>x</marquee>",
    "onsubmit": "<form {}><input type=submit></form>",
    "ontimeupdate": f"<audio controls autoplay {{}}><source src={OUTSIDE}/y.wav></audio>",
    "ontransitionend": "<xss style=transition:outline+1s {} tabindex=1>x</xss>",
    "onunhandledrejection": f"<body {{}}><script>fetch('{OUTSIDE}')</script>",
    "onwheel": "<body {}>",
}
_SCHEMES = (
    "javascript:window.owned=1",
    "JaVaScRiPt:window.owned=1",
    "java\tscript:window.owned=1",
    "java\nscript:window.owned=1",
    "\x01javascript:window.owned=1",
    "javascript&colon;window.owned=1",
    "&#106;avascript:window.owned=1",
    "javascript://%0awindow.owned=1",
    "vbscript:window.owned=1",
    "data:text/html,<script>window.owned=1</script>",
    "data:text/html;base64,PHNjcmlwdD53aW5kb3cub3duZWQ9MTwvc2NyaXB0Pg==",
    "blob:null/window.owned=1",
    "//203.0.113.7/z",
    "\\\\203.0.113.7\\z",
    "file:///etc/passwd",
)
_CARRIERS = (  # of an address: a link, a picture, a form
    "[link]({})",
    "![picture]({})",
    "<{}>",
    "<a href='{}'>x</a>",
    "<img src='{}'>",
    "<button formaction='{}' form=f>x</button>",
)
_BREAKS = ("'", '"', "`", "''", '""', "-->", "]]>", "</textarea>", "</title>", "</style>", "</script>", "\\", "\x00")
_AFTER = ("<script>window.owned=1</script>", "<img src=x onerror=window.owned=1>")

STRINGS = (
    *_WRITTEN,
    *(element.format(f"{handler}={_RUN}") for handler, element in _HANDLERS.items()),
    *(carrier.format(scheme) for scheme in _SCHEMES for carrier in _CARRIERS),
    *(f"{stop}>{after}" for stop in _BREAKS for after in _AFTER),
)
