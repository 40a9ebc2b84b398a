import * as x509 from "@peculiar/x509";
import type { Inputs } from "./generated.ts";
import { SecretsError } from "./secretsError.ts";

/** Uses by the provider's names. */
const keyUses: Readonly<Record<string, x509.KeyUsageFlags>> = {
  digital_signature: x509.KeyUsageFlags.digitalSignature,
  key_encipherment: x509.KeyUsageFlags.keyEncipherment,
  cert_signing: x509.KeyUsageFlags.keyCertSign,
  crl_signing: x509.KeyUsageFlags.cRLSign,
};
const extendedUses: Readonly<Record<string, string>> = {
  server_auth: x509.ExtendedKeyUsage.serverAuth,
  client_auth: x509.ExtendedKeyUsage.clientAuth,
};

/** The extensions of the input `allowedUses`. */
export function usesOf({ allowedUses }: Inputs): x509.Extension[] {
  const uses = allowedUses as readonly string[];
  const unknown = uses.filter((use) => !(use in keyUses) && !(use in extendedUses));
  if (unknown.length > 0) throw new SecretsError(`--secrets can not make a certificate for ${unknown.join(", ")}`);
  // One bit for each.
  const flags = uses.reduce((sum, use) => sum | (keyUses[use] ?? 0), 0);
  const extended = uses.flatMap((use) => extendedUses[use] ?? []);
  return [
    // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- the library takes several as one sum
    new x509.KeyUsagesExtension(flags, true),
    ...(extended.length > 0 ? [new x509.ExtendedKeyUsageExtension(extended)] : []),
  ];
}
