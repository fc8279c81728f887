// Formulas as semantic HTML: pieces are strings or nodes.

function row(className, ...pieces) {
  const node = make("span", className);
  node.append(...pieces);
  return node;
}

function raised(base, exponent) {
  const up = make("sup");
  up.append(exponent);
  return row("term", base, up);
}

function lowered(base, index) {
  const down = make("sub");
  down.append(index);
  return row("term", make("i", "", base), down);
}

function fraction(above, below) {
  return row("fraction", row("above", ...[above].flat()), row("below", ...[below].flat()));
}

// Places in a formula whose numbers are written anew in each frame.
function make_slots() {
  const slots = [];
  return {
    slot(read) {
      const node = make("span", "value");
      slots.push([node, read]);
      return node;
    },
    clear: () => slots.splice(0),
    draw(reading) {
      for (const [node, read] of slots) set_text(node, read(reading));
    },
  };
}
