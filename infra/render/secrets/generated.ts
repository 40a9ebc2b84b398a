/** Inputs of a resource as the program gave them, secrets in clear. */
export type Inputs = Readonly<Record<string, unknown>>;

/** What a provider would have made of them. */
export interface Generated {
  readonly outputs: Record<string, string>;
  /** Of a certificate, before it ends. */
  readonly renewAt?: Date;
}
