"""The Gradio theme: our colours and fonts in Gradio's variables. style.css has the rest."""

from __future__ import annotations

import gradio as gr

SANS = ["Source Sans 3", "system-ui", "sans-serif"]
MONO = ["IBM Plex Mono", "ui-monospace", "monospace"]


def theme() -> gr.themes.Base:
    """Give a theme of local fonts whose colours follow the page's own."""
    base = gr.themes.Base(font=SANS, font_mono=MONO, radius_size=gr.themes.sizes.radius_md)
    pairs = {
        "body_background_fill": "var(--fn-paper)",
        "body_text_color": "var(--fn-ink)",
        "body_text_color_subdued": "var(--fn-soft)",
        "background_fill_primary": "var(--fn-paper)",
        "background_fill_secondary": "var(--fn-card)",
        "block_background_fill": "transparent",
        "block_border_color": "transparent",
        "block_border_width": "0px",
        "border_color_primary": "var(--fn-rule)",
        "border_color_accent": "var(--fn-accent)",
        "color_accent": "var(--fn-accent)",
        "color_accent_soft": "transparent",
        "link_text_color": "var(--fn-accent)",
        "link_text_color_hover": "var(--fn-accent)",
        "link_text_color_visited": "var(--fn-accent)",
        "link_text_color_active": "var(--fn-accent)",
        "input_background_fill": "var(--fn-card)",
        "input_background_fill_focus": "var(--fn-card)",
        "input_border_color": "var(--fn-rule)",
        "input_border_color_focus": "var(--fn-accent)",
        "input_placeholder_color": "var(--fn-soft)",
        "button_primary_background_fill": "var(--fn-accent)",
        "button_primary_background_fill_hover": "var(--fn-accent)",
        "button_primary_text_color": "var(--fn-paper)",
        "button_secondary_background_fill": "var(--fn-card)",
        "button_secondary_background_fill_hover": "var(--fn-hover)",
        "button_secondary_text_color": "var(--fn-ink)",
        "button_secondary_border_color": "var(--fn-rule)",
    }
    dark = {f"{name}_dark": value for name, value in pairs.items() if hasattr(base, f"{name}_dark")}
    return base.set(**pairs, **dark)
