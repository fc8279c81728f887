import type { Props as AllProps } from "../shared/streamlit.js";

export type Props = Pick<AllProps<Data>, "data" | "parentElement" | "setTriggerValue">;

export interface Picture { source: string; alt: string; caption: string }

/** What Python sends, or a live run. */
export interface Data {
  pictures: Picture[]; label: string; size: number; chosen: number[]; choosable: boolean;
}
