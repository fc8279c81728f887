import type { class_sheet, make_type, sharpen } from "./charts.js";

/** One board: softmax is applied to z = (o + c) / T (as `BoardValue` in value.py). */
export interface State {
  logits: number[]; names: string[]; target: number | null;
  temperature: number; shift: number; learning_rate: number; smoothing: number;
}

/** All that is computed of one board; `jacobian` is row-major, n x n. */
export interface Reading {
  z: number[]; p: number[]; rest: number[]; log_p: number[]; log_sum: number; ranks: number[];
  jacobian: Float64Array; entropy: number; bits: number; perplexity: number; largest: number;
  half_norm: number; loss: number | null; gradient: number[] | null; label: number[] | null;
}

export interface Preset { label: string; logits: number[]; names: string[]; target: number | null }

/** What Python sends; `truth` is its answer to the change that `serial` counts. */
export interface Data {
  board: State; revision: string; truth: { serial: number; probabilities: number[] };
  labels: Labels; colours: string[]; presets: Preset[]; limit: number; learning_rate: number;
  compact: boolean; notice: string | null; query: Record<string, string | null> | null;
}

export type Labels = Record<string, string>;

/** A part of a formula, and what makes one as often as it stands there. */
export type Piece = string | Node;
export type Make = () => Piece;

/** A part of the board. Parts with a `place` are drawn at rest alone while it is out of sight. */
export interface Part {
  place?: HTMLElement;
  /** Makes its nodes anew, for another number of classes. */
  build?: () => void;
  /** Learns its room and its colours. */
  measure?: () => void;
  /** Shows the reading, in each frame of a drag. */
  draw: () => void;
  /** Shows what needs not move with the hand. */
  settle?: () => void;
  /** Shows what Python answered. */
  hear?: () => void;
  stop?: () => void;
}

/** A number that a person sets; `done` when they leave the field. */
export interface Field {
  read: () => number; write: (value: number, done: boolean) => void;
  low: number; high: number; step: () => number;
  /** Whether -inf is taken now. */
  can_mask?: () => boolean;
  misread: Misread;
}

/** Hears the text that was not taken as it was typed when its field was left, or "", and what
 *  numbers it could be. */
export type Misread = (text: string, values: number[], field: {
  low: number; high: number; is_mask: boolean; choose: (value: number) => void;
}) => void;

/** From 0..1000, a slider's places, to values and back. */
export interface Scale { value: (at: number) => number; position: (value: number) => number }

/** A number with a symbol, a range and a field; near `rest` the range falls into place. */
export interface Slider {
  kind: string; scale: Scale; read: () => number; write: (value: number) => void;
  low: number; high: number; step: number; rest: number;
}

/** What charts.js makes. */
export type Sheet = ReturnType<typeof sharpen>;
export type ClassSheet = ReturnType<typeof class_sheet>;
export type Type = ReturnType<typeof make_type>;

export type Paint = Record<
  "text" | "muted" | "line" | "surface" | "accent" | "positive" | "negative" | "font", string
>;

/** Fields with a question mark are there once the board has been assembled. */
export interface Board {
  root: HTMLElement | ShadowRoot; skeleton: Node;
  state: State; data: Data; reading: Reading; labels: Labels; limit: number; colours: string[];
  paint: Paint; parts: Part[]; unseen: Set<Element>; rows?: Part;
  descent?: { step: () => void; restart: () => void };
  is_held: boolean; is_keyed: boolean; is_pinned: boolean; uses_argument: boolean;
  chosen: number; cell: { i: number; j: number }; push: { j: number; delta: number };
  walk: { p: number[]; loss: number | null; logits: number[] | null }[]; drawn: number[] | null;
  span: number; serial: number; worst_sum: number; track_width: number;
  sizes?: ResizeObserver; sights?: IntersectionObserver;
  misread: Misread;
  send: (state: object) => void; paste: (text: string) => void;
  change: (kind: string, when?: { now?: boolean }) => void;
  flush: () => void; choose: (k: number) => void; hold: (held: boolean) => void;
  redraw: () => void; measure: () => void; rebuild: () => void;
  stop: () => void;
}
