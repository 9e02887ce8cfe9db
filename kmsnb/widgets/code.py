"""Code to take along: shown as it is, with a button that copies it."""

import anywidget
import traitlets


class Code(anywidget.AnyWidget):
    """``source`` as text, or a shorter ``text`` in its place, and a button that puts the source on the clipboard."""

    source = traitlets.Unicode().tag(sync=True)
    text = traitlets.Unicode().tag(sync=True)

    # The clipboard exists on https and localhost only; a page elsewhere copies through a selection.
    _esm = """
    async function copy(text) {
      if (navigator.clipboard) return navigator.clipboard.writeText(text);
      const area = Object.assign(document.createElement("textarea"), { value: text });
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    export default {
      render({ model, el }) {
        el.classList.add("kmsnb-code");
        const pre = document.createElement("pre");
        const button = Object.assign(document.createElement("button"), { type: "button", textContent: "Copy" });
        button.setAttribute("aria-live", "polite");
        const fill = () => { pre.textContent = model.get("text") || model.get("source"); };
        button.onclick = async () => {
          try {
            await copy(model.get("source"));
            button.textContent = "✓ Copied";
          } catch {
            button.textContent = "✗ Not copied";
          }
          setTimeout(() => { button.textContent = "Copy"; }, 2000);
        };
        model.on("change:source change:text", fill);
        fill();
        el.append(pre, button);
      },
    };
    """

    def __init__(self, source: str = "") -> None:
        super().__init__(source=source)

    def show(self, source: str, text: str = "") -> None:
        """Offer another ``source``, and show ``text`` for it, or itself."""
        with self.hold_sync():
            self.source, self.text = source, text
