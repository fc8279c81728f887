import type { Picture } from "../picture_grid/types.js";
import type { Props } from "../shared/streamlit.js";

/** What the server says of a run (softmax_ui/live/message.py), as much of it as is drawn. */
export interface Message {
  marker: string; version: string; again: number | null;
  status: string; text: string; done: number; last: number;
  /** The step that is shown, null for the newest. */
  step: number | null;
  curves?: { legend: string; variants: number; unit: number; figures: Curve[] };
  gradient?: Message["curves"];
  templates: { pictures: Picture[]; label: string; caption: string };
  wall: Seen;
}

/** What the pictures on the wall are taken for: class and probability of each, or null. */
export interface Seen {
  positions: number[]; taken: (number | null)[]; p: (number | null)[]; said: string;
}

/** The wall's pictures and words, sent once. */
export interface WallData {
  pictures: { position: number; source: string; label: number }[];
  words: { title: string; classes: string[]; unseen: string; right: string; wrong: string };
}

export interface Curve { key: string; title: string; alt: string; figure: string | any }
export interface Slot {
  outer: Element; title: Element; place: HTMLElement; moment: HTMLElement; leave?: () => void;
}

export interface Listener {
  /** Hears each answer; returns whether it wants another although none will come. */
  told: (message: Message, asked_at: number) => boolean;
  /** Hears why there is no answer, or null. */
  lost: (why: string | null) => void;
}

/** What Python sends. */
export interface Data {
  part: "status" | "curves" | "gradient" | "wall" | "templates";
  address: string; version: string; library: string; gone: string;
  wall: WallData | null;
}

/** What a part knows when it draws. */
export interface Drawn { data: Data; trigger: Props<Data>["setTriggerValue"] }

export interface Part {
  /** Whether it shows what the film stands at. */
  filmed?: boolean;
  draw: (message: Message, drawn: Drawn) => void;
  /** Shows what the film stands at, where that is less than to draw everything. */
  move?: (message: Message) => void;
  updated?: (drawn: Drawn) => void;
  wants?: (message: Message, asked_at: number, drawn: Drawn) => boolean;
  lost?: (why: string | null, data: Data) => void;
  left?: () => void;
}

export interface Instance extends Drawn {
  part: Part; latest?: Message; leave?: () => void; draw_frame?: () => void;
}
