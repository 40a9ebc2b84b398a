/** Runs the step again and again, `width` at a time, while it may go on; `index` differs at each. */
export async function keepRunning(
  width: number,
  goOn: (index: number) => boolean,
  step: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (goOn(next)) await step(next++);
  };
  await Promise.all(Array.from({ length: width }, worker));
}

export const percent = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(1)} %`;
