import { createLogUpdate } from "log-update";

/** Shows how far a long run is. */
export interface Progress {
  show(ended: number, all: number): void;
  /** Leaves the last line on the screen. */
  end(): void;
}

/** Between two lines where there is no terminal. */
const lineSeconds = 15;

/** A line that rewrites itself on a terminal, and plain lines elsewhere. `now`: seconds. */
export function createProgress(output: NodeJS.WriteStream, what: string, now: () => number): Progress {
  const begun = now();
  const text = (ended: number, all: number): string => `${ended} of ${all} ${what}, ${Math.round(now() - begun)} s`;
  if (output.isTTY) {
    const update = createLogUpdate(output);
    return {
      show: (ended, all) => {
        update(text(ended, all));
      },
      end: () => {
        update.done();
      },
    };
  }
  let next = begun + lineSeconds;
  return {
    show(ended, all) {
      if (now() < next && ended < all) return;
      next = now() + lineSeconds;
      output.write(`${text(ended, all)}\n`);
    },
    end: () => undefined,
  };
}
