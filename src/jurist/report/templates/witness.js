"use strict";
// How nodes are made, and a witness: drawn by its language, with what each query makes of it.
// Everything that comes from data goes through `make` and `draw`, which know text only: nothing
// of it is ever markup.
const jurist = (() => {
  const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;
  const visible = (text) => String(text).replace(UNSEEN, "\ufffd");
  const SVG = "http://www.w3.org/2000/svg";
  const filled = (node, attributes, children) => {
    for (const [name, value] of Object.entries(attributes || {})) node.setAttribute(name, value);
    for (const child of children)
      if (child != null) node.append(typeof child === "string" ? visible(child) : child);
    return node;
  };
  const make = (tag, attributes, ...children) => filled(document.createElement(tag), attributes, children);
  const draw = (tag, attributes, ...children) => filled(document.createElementNS(SVG, tag), attributes, children);
  const cap = (text) => make("p", { class: "cap" }, text);

  // The drawings of languages, by kind of witness: (input, {reference, candidate} or null, witness) => node.
  const drawings = {};

  const children = (node) => node.children || [];
  // Deep trees are not indented without end: a narrow window has no room for it.
  const DEEPEST = 8;
  const part = (node, depth) => {
    const state = node.holds == null ? "" : node.holds ? "holds" : "fails";
    const box = make("li", { class: [state, node.kind].filter(Boolean).join(" ") },
      make("span", { class: "mark", "aria-hidden": "true" }, { holds: "✓", fails: "✗" }[state] || "·"), " ",
      make("span", { class: "node" }, make("code", {}, node.label), " ", node.reading ? make("span", { class: "reading" }, node.reading) : null));
    const below = children(node).map((child) => part(child, depth + 1));
    if (node.left_out) below.push(make("li", {}, make("span", { class: "mark" }, "·"), make("span", { class: "reading" }, "and " + node.left_out + " more")));
    if (below.length) box.append(make("ul", { class: depth < DEEPEST ? "" : "flat" }, ...below));
    return box;
  };
  const tree = (root) => make("ul", { class: "tree" }, part(root, 0));
  const side = (name, root) => make("div", {}, make("p", { class: "cap " + name }, "what the " + name + " makes of it"), tree(root));

  const picture = (witness, story) => {
    const box = make("div", { class: "witness" }, make("p", { class: "story" }, witness.given), story ? make("p", {}, story) : null);
    const { input, explained } = witness;
    if (!input) return (box.append(cap("too large to be drawn here")), box);
    const drawing = Object.hasOwn(drawings, witness.kind) ? drawings[witness.kind] : null;
    box.append(drawing ? drawing(input, explained, witness) : make("pre", {}, JSON.stringify(input, null, 2)));
    if (explained)
      box.append(make("div", { class: "pair" }, side("reference", explained.reference), side("candidate", explained.candidate)));
    return box;
  };
  return { make, draw, cap, visible, children, drawings, picture };
})();
