import type { Props as AllProps } from "../shared/streamlit.js";

export type Props = Pick<AllProps<Data>, "data" | "parentElement" | "setStateValue">;

/** What Python sends, or a live run: that one `rests`, it is not drawn where nobody sees it. */
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
  gone: boolean;
}
