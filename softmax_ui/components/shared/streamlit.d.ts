/** What Streamlit hands to a component on every change of its data or of the theme. */
export interface Props<Data> {
  data: Data;
  parentElement: HTMLElement | ShadowRoot;
  setStateValue: (name: string, value: unknown) => void;
  setTriggerValue: (name: string, value: unknown) => void;
}

declare global {
  /** Set by plotly.js when it is loaded; plotly has no types of its own. */
  var Plotly: any;
}
