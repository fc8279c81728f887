// What Python sends (softmax_ui/figures/handle_data.py), and what a chart keeps of it.

/** A number; "nan", "inf" and "-inf" stand for what JSON cannot say. */
export type Given = number | string;

export interface Data {
  symbol: string; x: number[]; x_low: number; x_title: string; x_log: boolean;
  y_range: [number, number]; y_title: string; y_log: boolean;
  curves: Curve[];
  levels: { value: number; label: string }[];
  gauges: Gauge[]; tables: Table[]; triangle: Triangle | null;
  legend: boolean; plays: boolean; labels: { play: string; pause: string; restart: string };
  alt: string; revision: string; position: number;
}

export interface Curve {
  name: string; values: Given[]; colour: string; gap: string;
  line: "solid" | "dash" | "dot" | "dashdot"; width: number;
}

export interface Gauge {
  name: string; values: Given[]; colour: string; full: number; fate: string; note: string;
}

export interface Row {
  name: string; note: string; strong: boolean; bar: boolean; cells: (Given[] | null)[];
}

export interface Table { title: string; colour: string; columns: string[]; rows: Row[] }

export interface Triangle {
  title: string; note: string; colour: string; corners: string[];
  rings: { radius: number; label: string }[];
  paths: { points: [number, number][]; colour: string }[];
}

export interface Chart {
  place: HTMLElement; data: Data; observer: ResizeObserver;
  position: number; before: number; told: number; heard: number | null; sent: number[];
  report: (position: number) => void; readings: (() => void)[]; show_playing: () => void;
  width: number; frame: number; timer: number; dragging: boolean;
  svg: SVGSVGElement; slider: HTMLElement; value: HTMLElement;
  line: SVGLineElement; grip: SVGGElement; dots: SVGCircleElement[];
  place_x: (x: number) => number; at_x: (k: number) => number; at_y: (y: number) => number;
}
