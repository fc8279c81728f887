/** A training as it is drawn: every step that is shown, and what the model says there. */
export interface Film {
  seed: number; seconds: number; pictures: number; batch_size: number; learning_rate: number;
  labels: number[]; tested: number; size: [number, number]; steps: number[]; right: number[];
  /** Step, picture, class. */
  logits: number[][][];
  deepest: number;
  garments: Uint8Array[];
  /** At each step the shades of all templates, class after class. */
  templates: Int8Array[];
}

/** What Python sends. */
export interface Data {
  address: string; seeds: number; classes: string[]; colours: string[]; shades: string[];
  labels: Record<string, string>;
}
