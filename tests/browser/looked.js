// Why: what can only be told from the page as it is laid out is asked of the browser; looked.py calls each by its name.
({
  openAllDetails() {
    const all = document.querySelectorAll("details");
    for (const one of all) one.open = true;
    return all.length;
  },

  named() {
    const fetching = "[src], [srcset], link[href], use[href], image[href], script, iframe, object, embed";
    const styles = [...document.querySelectorAll("style, [style]")];
    return [
      ...[...document.querySelectorAll(fetching)].map((e) => e.outerHTML.slice(0, 120)),
      ...styles
        .map((e) => (e.tagName === "STYLE" ? e.textContent : e.getAttribute("style")))
        .filter((text) => /url\(|@import/.test(text))
        .map((text) => `a style fetches: ${text.match(/.{0,20}(url\(|@import).{0,40}/)[0]}`),
    ];
  },

  sideways() {
    const wide = document.documentElement.clientWidth;
    const all = document.scrollingElement.scrollWidth;
    const faults = all > wide ? [`the page is ${all} px wide in ${wide}`] : [];
    const mayStandOut = (e) => {
      for (; e && e !== document.body; e = e.parentElement) {
        const style = getComputedStyle(e);
        if (/auto|scroll/.test(style.overflowX)) return e.tabIndex >= 0 && e.getAttribute("role") === "region";
        if (style.position === "absolute" && e.clientWidth <= 1) return true; // for screen readers alone
      }
      return false;
    };
    for (const e of document.body.querySelectorAll("*")) {
      const box = e.getBoundingClientRect();
      if (!box.width || box.right <= wide + 1 || e.closest("svg *") || mayStandOut(e)) continue;
      const text = (e.textContent || "").trim().slice(0, 40);
      faults.push(`<${e.localName} class="${e.getAttribute("class") || ""}"> ends at ${Math.round(box.right)} of ${wide}: ${text}`);
    }
    return faults.slice(0, 10);
  },

  clipped() {
    const cuts = /hidden|clip/;
    const isCut = (e) => {
      const style = getComputedStyle(e);
      if (e.closest("svg") || !e.textContent.trim()) return false;
      if (style.position === "absolute" && e.clientWidth <= 1) return false; // for screen readers alone
      return (
        (cuts.test(style.overflowX) && e.scrollWidth > e.clientWidth + 1) ||
        (cuts.test(style.overflowY) && e.scrollHeight > e.clientHeight + 1)
      );
    };
    return [...document.body.querySelectorAll("*")]
      .filter(isCut)
      .slice(0, 10)
      .map((e) => `cut off: ${e.outerHTML.slice(0, 120)}`);
  },

  tooSmall(least) {
    const found = new Map();
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const e = texts.currentNode.parentElement;
      const text = texts.currentNode.data.trim();
      if (!text || e.closest("title, desc, style") || !e.checkVisibility()) continue;
      const chart = e.closest("svg");
      const scale = chart && e.getScreenCTM ? Math.abs(e.getScreenCTM().a) : 1;
      const size = parseFloat(getComputedStyle(e).fontSize) * scale;
      const where = chart ? `svg ${chart.getAttribute("class") || ""}` : `${e.localName}.${e.className}`;
      const key = `${size.toFixed(1)} px in ${where}`;
      if (size < least - 0.05 && !found.has(key)) found.set(key, text.slice(0, 40));
    }
    return [...found].slice(0, 10).map(([key, text]) => `${key}: ${text}`);
  },

  outOfOrder() {
    const kinds = "h1, h2, h3, h4, h5, h6, p, li, caption, figcaption, th, td, summary, dt, dd";
    const faults = [];
    let before = null;
    for (const e of document.querySelectorAll(kinds)) {
      const box = e.getBoundingClientRect();
      if (!e.checkVisibility() || e.querySelector(kinds) || box.width <= 1) continue;
      if (getComputedStyle(e).position === "absolute") continue;
      const text = e.textContent.trim().slice(0, 40);
      const beside = before && box.top < before.bottom - 1 && box.bottom > before.top + 1;
      if (beside && box.right <= before.left + 1) faults.push(`"${text}" stands left of "${before.text}"`);
      const isNextColumn = before && box.left >= before.right - 1;
      if (before && box.bottom <= before.top + 1 && !isNextColumn) faults.push(`"${text}" stands above "${before.text}"`);
      before = { top: box.top, bottom: box.bottom, left: box.left, right: box.right, text };
    }
    for (const e of document.querySelectorAll("[tabindex]")) if (e.tabIndex > 0) faults.push(`tabindex ${e.tabIndex}`);
    return faults.slice(0, 10);
  },

  focused() {
    const e = document.activeElement;
    if (!e || e === document.body) return null;
    const style = getComputedStyle(e);
    const box = e.getBoundingClientRect();
    const stops = [...document.querySelectorAll("a[href], button, input, select, summary, [tabindex]")];
    const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    return {
      number: stops.indexOf(e),
      name: e.localName,
      text: e.textContent.trim().slice(0, 60),
      href: e.getAttribute("href") || "",
      ringed: (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== "none",
      seen: inside && box.width > 1 && box.height > 1,
    };
  },

  // leaves of cards, rows and list entries that are built alike only the first, for checks that take long
  thin() {
    const kind = (e) => `${e.localName}.${e.getAttribute("class") || ""}`;
    const parts = (e) => [e, ...e.querySelectorAll("*")].map((one) => `${kind(one.parentElement)} ${kind(one)}`);
    for (const repeated of ["section section, .card, article", "tr", "li"]) {
      const seen = new Set();
      for (const e of document.querySelectorAll(repeated)) {
        const found = parts(e);
        if (found.every((part) => seen.has(part))) e.remove();
        for (const part of found) seen.add(part);
      }
    }
    return document.querySelectorAll("*").length;
  },

  undrawn() {
    const unknown = [...document.body.querySelectorAll("*")].filter((e) => e instanceof HTMLUnknownElement);
    const empty = [...document.querySelectorAll("figure, svg")].filter((e) => {
      const box = e.getBoundingClientRect();
      return e.checkVisibility() && (box.width < 8 || box.height < 8 || (e.localName === "figure" && !e.querySelector("svg, table")));
    });
    return [...unknown, ...empty].slice(0, 10).map((e) => `not drawn: ${e.outerHTML.slice(0, 120)}`);
  },

  // axe does not look into SVG: text of charts and icons against the topmost shape that it stands on
  pale() {
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const light = (colour) => {
      canvas.fillStyle = "#fff";
      canvas.fillRect(0, 0, 1, 1);
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
      const parts = [...canvas.getImageData(0, 0, 1, 1).data].map((v) => v / 255);
      const [r, g, b] = parts.map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const isClear = (colour) => colour === "none" || /^rgba\(.*, 0\)$/.test(colour);
    const behind = (e) => {
      for (; e; e = e.parentElement) {
        const colour = getComputedStyle(e).backgroundColor;
        if (!isClear(colour)) return colour;
      }
      return "white";
    };
    const found = new Set();
    for (const text of document.querySelectorAll("svg text")) {
      if (!text.textContent.trim() || !text.checkVisibility()) continue;
      const svg = text.ownerSVGElement;
      const box = text.getBBox();
      const at = new DOMPoint(box.x + box.width / 2, box.y + box.height / 2).matrixTransform(text.getCTM());
      let under = behind(svg);
      for (const shape of svg.querySelectorAll("rect, circle, path, polygon, ellipse")) {
        const isLater = text.compareDocumentPosition(shape) & Node.DOCUMENT_POSITION_FOLLOWING;
        const fill = getComputedStyle(shape).fill;
        if (isLater || isClear(fill)) continue;
        if (shape.isPointInFill(at.matrixTransform(shape.getCTM().inverse()))) under = fill;
      }
      const fill = getComputedStyle(text).fill;
      const [more, less] = [light(fill), light(under)].sort((a, b) => b - a);
      const contrast = (more + 0.05) / (less + 0.05);
      if (contrast < 4.5) found.add(`${contrast.toFixed(2)} to 1: "${text.textContent.trim().slice(0, 30)}", ${fill} on ${under}`);
    }
    return [...found].slice(0, 10);
  },
})
