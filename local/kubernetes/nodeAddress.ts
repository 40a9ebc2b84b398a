import { networkInterfaces } from "node:os";

/**
 * The machine's own IPv4 address that is not loopback. Kubernetes refuses loopback in EndpointSlices and as the
 * advertised address of the API server.
 */
export function nodeAddress(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
  const found = addresses.find(({ family, internal }) => family === "IPv4" && !internal);
  if (found === undefined)
    throw new Error("Kubernetes needs a network interface with an IPv4 address besides loopback");
  return found.address;
}
