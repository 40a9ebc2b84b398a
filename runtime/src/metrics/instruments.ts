import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import type { Definition } from "./definition.ts";
import { definitions, type DefinitionKey } from "./definitions.ts";

type InstrumentOf<D extends Definition> = D["type"] extends "counter"
  ? Counter<D["labels"][number]>
  : D["type"] extends "gauge"
    ? Gauge<D["labels"][number]>
    : Histogram<D["labels"][number]>;

/** An instrument for each definition, under the same key. */
export type Instruments = { readonly [Key in DefinitionKey]: InstrumentOf<(typeof definitions)[Key]> };

/** Makes all of them on the registry. `collect`: run at each scrape before the gauge is read. */
export function createInstruments(
  registry: Registry,
  collect: Partial<Readonly<Record<DefinitionKey, () => Promise<void>>>>,
): Instruments {
  const entries = Object.entries(definitions).map(([key, definition]) => [
    key,
    instrument(definition, registry, collect[key as DefinitionKey]),
  ]);
  return Object.fromEntries(entries) as Instruments;
}

function instrument(
  { type, name, help, labels, buckets = [] }: Definition,
  registry: Registry,
  collect: (() => Promise<void>) | undefined,
): Counter | Gauge | Histogram {
  // Copies: the definitions are constants, and the library may keep what it is given.
  const configuration = { name, help, labelNames: [...labels], registers: [registry] };
  switch (type) {
    case "counter":
      return new Counter(configuration);
    case "gauge":
      return new Gauge(collect === undefined ? configuration : { ...configuration, collect });
    case "histogram":
      return new Histogram({ ...configuration, buckets: [...buckets] });
  }
}
