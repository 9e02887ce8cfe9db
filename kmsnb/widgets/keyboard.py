"""What each card needs from the page around it: its keys for itself, and a word when its kernel is gone."""

import anywidget

# JupyterLab listens for shortcuts on the document, and its selectors match the focused element itself: that element
# needs the attribute, and a listener on the window is early enough to set it. Keys with Ctrl or Cmd stay JupyterLab's.
# In a flow the arrow keys step, also from its buttons.
_LISTEN = """
const STEPS = { ArrowLeft: ".kmsnb-back", ArrowRight: ".kmsnb-next" };
const keep = (event) => {
  const control = event.target;
  if (!control.closest?.(".jp-OutputArea-output")) return;
  const chord = event.ctrlKey || event.metaKey;
  control.toggleAttribute("data-lm-suppress-shortcuts", !chord);
  const step = control.matches("button") && !chord && STEPS[event.key];
  if (step) control.closest(".kmsnb-flow")?.querySelector(step).click();
};
export default {
  render({ el }) {
    el.classList.add("kmsnb-restarted");
    el.textContent = "The kernel was restarted: choose Run → Run All Above Selected Cell, then run this cell again.";
    if (window.kmsnbKeyboard) return;
    window.kmsnbKeyboard = true;
    window.addEventListener("keydown", keep, true);
  },
};
"""

# JupyterLab marks what has lost its kernel, each part with an icon of a broken link: one line for a card says more.
_NOTE = """
.kmsnb-restarted { display: none; }
.kmsnb-restarted.jupyter-widgets-disconnected, .jupyter-widgets-disconnected > .kmsnb-restarted {
  display: block;
  order: -1;
  padding: 6px 10px;
  border-left: 4px solid var(--jp-warn-color1);
  background: var(--jp-layout-color2);
  color: var(--jp-ui-font-color1);
  font-weight: bold;
}
.jupyter-widgets-disconnected:has(> .kmsnb-restarted)::before,
.jupyter-widgets-disconnected:has(> .kmsnb-restarted) .jupyter-widgets-disconnected::before {
  display: none;
}
"""


class Keyboard(anywidget.AnyWidget):
    """Keeps keys pressed in a card from the notebook, which would run, insert and delete cells.

    Shows nothing, until the kernel is restarted: then a line that says how to go on.
    """

    _esm = _LISTEN
    _css = _NOTE
