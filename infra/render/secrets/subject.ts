import * as x509 from "@peculiar/x509";
import type { Inputs } from "./generated.ts";
import { SecretsError } from "./secretsError.ts";

/** Parts of a subject by the provider's names. */
const attributes: Readonly<Record<string, string>> = { commonName: "CN", organization: "O" };

/** Of the input `subject`. */
export function subjectOf({ subject }: Inputs): x509.JsonName {
  return Object.entries(subject as Record<string, string>).map(([part, text]) => {
    const attribute = attributes[part];
    if (attribute === undefined) throw new SecretsError(`--secrets can not put ${part} into a certificate's subject`);
    return { [attribute]: [text] };
  });
}

/** Of the input `dnsNames`: an extension, or none without names. */
export function namesOf({ dnsNames }: Inputs): x509.Extension[] {
  const names = ((dnsNames ?? []) as string[]).map((value) => ({ type: "dns" as const, value }));
  return names.length === 0 ? [] : [new x509.SubjectAlternativeNameExtension(names)];
}
