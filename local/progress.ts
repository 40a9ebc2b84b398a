/** Seconds between two signs of life of a long step. */
const intervalSeconds = 15;

/** The steps of one job, one after the other. */
export interface Progress {
  /** Ends the step before and begins this one. */
  step(text: string): void;
  /** Ends the last step. */
  done(text: string): void;
}

/** Prints one plain line. Standard error, because standard output belongs to the command's result. */
export function say(text: string): void {
  process.stderr.write(`[local] ${text}\n`);
}

/** Reports the steps of a long job as plain lines with the time elapsed in the step. */
export function startProgress(name: string): Progress {
  const begun = Date.now();
  let timer: NodeJS.Timeout | undefined;
  const seconds = (since: number): string => `${Math.round((Date.now() - since) / 1000).toString()} s`;
  return {
    step(text) {
      clearInterval(timer);
      const stepBegun = Date.now();
      say(`${name}: ${text}`);
      timer = setInterval(() => {
        say(`${name}: ${text} … ${seconds(stepBegun)}`);
      }, intervalSeconds * 1000).unref();
    },
    done(text) {
      clearInterval(timer);
      say(`${name}: ${text} after ${seconds(begun)}`);
    },
  };
}
