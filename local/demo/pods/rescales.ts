import type { Scale } from "../scale.ts";
import type { GatewaySample } from "../timeline.ts";

/** A change as the HPA's Event tells it. */
export interface Rescale {
  /** Epoch seconds, whole. */
  readonly at: number;
  /** "New size: 3; reason: pods metric requests_per_second above target". */
  readonly message: string;
}

/** How far an Event may be from the sample that saw its change. */
const nearSeconds = 20;

/** Every change of the count asked for, from the samples of a run, with the reason that its Event gives. */
export function hpaScales(
  samples: readonly { readonly at: number; readonly gateway?: Pick<GatewaySample, "desiredReplicas"> }[],
  rescales: readonly Rescale[],
  begun: number,
): readonly Scale[] {
  const scales: Scale[] = [];
  let from: number | undefined;
  for (const { at, gateway } of samples) {
    // Unknown is no change.
    const to = gateway?.desiredReplicas ?? undefined;
    if (to === undefined) continue;
    if (from !== undefined && to !== from)
      scales.push({ at: begun + at, from, to, reason: reasonOf(to, begun + at, rescales) });
    from = to;
  }
  return scales;
}

function reasonOf(to: number, at: number, rescales: readonly Rescale[]): string {
  const [nearest] = rescales
    .filter(({ message }) => message.startsWith(`New size: ${to};`))
    .filter((rescale) => Math.abs(rescale.at - at) <= nearSeconds)
    .sort((one, other) => Math.abs(one.at - at) - Math.abs(other.at - at));
  // Events are written at best effort.
  return /reason: (.*)$/s.exec(nearest?.message ?? "")?.[1] ?? "no Event tells why";
}
