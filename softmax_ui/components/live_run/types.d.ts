import type { Picture } from "../picture_grid/types.js";
import type { Props } from "../shared/streamlit.js";

/** What the server says of a run (softmax_ui/live/message.py), as much of it as is drawn. */
export interface Message {
  marker: string; version: string; again: number | null;
  status: string; text: string; done: number;
  curves?: { legend: string; figures: Curve[] };
  templates?: { pictures: Picture[]; label: string; size: number; caption: string };
}

export interface Curve { key: string; title: string; alt: string; figure: string | any }
export interface Slot { outer: Element; title: Element; place: HTMLElement; leave?: () => void }

export interface Listener {
  /** Hears each answer; returns whether it wants another although none will come. */
  told: (message: Message, asked_at: number) => boolean;
  /** Hears why there is no answer, or null. */
  lost: (why: string | null) => void;
}

/** What Python sends. */
export interface Data {
  part: "status" | "curves" | "templates";
  address: string; version: string; library: string; gone: string;
}

/** What a part knows when it draws. */
export interface Drawn { data: Data; trigger: Props<Data>["setTriggerValue"] }

export interface Part {
  /** Whether it shows what the film stands at. */
  filmed?: boolean;
  draw: (message: Message, drawn: Drawn) => void;
  updated?: () => void;
  wants?: (message: Message, asked_at: number, drawn: Drawn) => boolean;
  lost?: (why: string | null, data: Data) => void;
  left?: () => void;
}

export interface Instance extends Drawn {
  part: Part; latest?: Message; leave?: () => void; draw_frame?: () => void;
}
