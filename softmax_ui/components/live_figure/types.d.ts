import type { Props as AllProps } from "../shared/streamlit.js";

export type Props = Pick<AllProps<Data>, "data" | "parentElement" | "setStateValue">;

/** What Python sends, or a live run, which `rests`: it is drawn only where it is
 * seen, and not at every change. */
export interface Data {
  figure: string | { data: any[]; layout: any; shared?: any[] };
  /** The address of plotly.js. */
  library: string;
  alt: string; height: number; selects: boolean; rests?: boolean; narrowest?: number;
}

export interface Instance {
  /** The figure's, to which plotly adds methods. */
  node: any;
  report: Props["setStateValue"]; observer: ResizeObserver; sight: IntersectionObserver;
  latest: Data; selected: string | null; width: number; in_sight: boolean; drawn: boolean;
  /** Whether it has yet to be drawn with the latest data. */
  owed: boolean;
  /** When it may be drawn again, and what waits for that. */
  rests_until: number; timer?: ReturnType<typeof setTimeout>;
  gone: boolean;
}
