/** What Python sends (softmax_ui/components/reliability/__init__.py). */

export interface Bin {
  low: number; high: number; confidence: number; accuracy: number;
  band: [number, number]; count: number;
}

export interface Moment {
  temperature: string; bins: Bin[]; histogram: number[]; figures: string[];
}

export interface Data {
  moments: Moment[];
  jumps: { label: string; place: number }[];
  name: string; colour: string;
  others: { name: string; colour: string; points: [number, number][] }[];
  rows: string[];
  labels: Record<string, string>;
  /** The place of T = 1. */
  first: number;
  revision: string; place: number;
}

export interface Kept {
  root: HTMLElement; data: Data; place: number; told: number; heard: number | null;
  sent: number[]; dragging: boolean;
  range: HTMLInputElement; value: HTMLElement; svg: SVGSVGElement; cells: HTMLElement[];
  report: (place: number) => void;
}
