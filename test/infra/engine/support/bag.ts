/** A property bag as the engine's protocol carries it; secrets are objects with a signature, nested anywhere. */
export type Bag = Readonly<Record<string, unknown>>;
