/** So many texts are remembered; more than that cannot come from a handful of rights and annotations. */
const maxTold = 10_000;

/** Tells each text once. */
export function onceEach(tell: (notice: string) => void): (notice: string) => void {
  const told = new Set<string>();
  return (notice) => {
    if (told.has(notice)) return;
    if (told.size >= maxTold) told.clear();
    told.add(notice);
    tell(notice);
  };
}

/** Tells a text that differs from the last one, so that a trouble which lasts is told once; undefined: there is none any more. */
export function onChange(tell: (notice: string) => void): (notice: string | undefined) => void {
  let last: string | undefined;
  return (notice) => {
    if (notice !== undefined && notice !== last) tell(notice);
    last = notice;
  };
}
