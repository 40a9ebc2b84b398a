/** Why something is not well. */
export interface Trouble {
  /** In one sentence, without the name of what it is about. */
  readonly sentence: string;
  /** The most useful first: 0 is a cause, 9 a mere wait for something else. */
  readonly rank: number;
  /** Where its last words are; absent when there is no container that spoke. */
  readonly log?: { readonly container: string; readonly previous: boolean };
}

/** How useful each sort of trouble is to somebody who looks for the cause. */
export const ranks = {
  crash: 0,
  image: 1,
  configuration: 1,
  refused: 2,
  volume: 3,
  unschedulable: 4,
  init: 5,
  probe: 6,
  starting: 8,
  ending: 8,
} as const;
