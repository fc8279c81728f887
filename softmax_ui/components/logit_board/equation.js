// What softmax does, with the numbers of the class last taken hold of: e^z over the sum of all e^z.

const MOST_TERMS = 4; // more exponentials than these are written as a sum

function make_equation(board) {
  const place = board.root.querySelector(".equation");
  const { slot, clear, draw } = make_slots();
  let built_for = "";

  const exponential = (k) => raised("e", slot((r) => show_logit(r.z[k], 2)));

  function all_terms(n) {
    if (n > MOST_TERMS) return [row("term", "Σ", make("sub", "", "k")), " ", raised("e", lowered("z", "k"))];
    return Array.from({ length: n }, (_, k) => (k ? [" + ", exponential(k)] : [exponential(k)])).flat();
  }

  function build(k, names) {
    clear();
    place.replaceChildren(row("",
      lowered("p", names[k]), " = ", fraction(exponential(k), all_terms(names.length)), " = ",
      fraction(slot((r) => show_exponential(r.z[k])), slot((r) => show_exponential(r.log_sum))), " = ",
      row("result", slot((r) => show(r.p[k]))),
    ));
    place.style.setProperty("--class-colour", board.colours[k % board.colours.length]);
  }

  return {
    draw() {
      const { names } = board.state;
      const k = Math.min(board.chosen, names.length - 1);
      const wanted = `${k} ${names.join()}`;
      if (wanted !== built_for) build(k, names);
      built_for = wanted;
      draw(board.reading);
    },
  };
}
