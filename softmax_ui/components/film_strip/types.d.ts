/** What Python sends. */
export interface Data {
  /** Where the frames are, without the steps. */
  address: string;
  /** Where it is said how far the run is. */
  live: string;
  /** The step that the page is drawn for; as `last` while it follows the run. */
  step: number;
  follows: boolean;
  last: number;
  epoch: number;
  words: Words;
}

export interface Words {
  label: string; play: string; pause: string; newest: string; speed: string;
  speeds: [number, string][]; step: string; lost: string;
}

export interface Frame { step: number; [part: string]: unknown }
