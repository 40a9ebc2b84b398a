import * as random from "@pulumi/random";
import * as tls from "@pulumi/tls";

/** Providers that need no cloud: passwords and certificates come from them. */
export interface Generators {
  readonly random: random.Provider;
  readonly tls: tls.Provider;
}

/** Made by hand, because default providers are switched off: what names no provider is a mistake. */
export const createGenerators = (): Generators => ({
  random: new random.Provider("random"),
  tls: new tls.Provider("tls"),
});
