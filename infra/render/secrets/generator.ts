import { createHash } from "node:crypto";
import type { MockResourceArgs } from "@pulumi/pulumi/runtime/mocks.js";
import { outputsOf } from "../outputs.ts";
import { unwrap } from "../wire.ts";
import { certificateRequest, locallySignedCertificate, selfSignedCertificate } from "./certificates.ts";
import type { Generated, Inputs } from "./generated.ts";
import { privateKey } from "./privateKey.ts";
import { randomBase64AndHex, randomPassword } from "./random.ts";
import { SecretsError } from "./secretsError.ts";
import { keyOf, type GeneratedSecrets, type Kept } from "./secretsFile.ts";

type Generate = (inputs: Inputs) => Generated | Promise<Generated>;

/** What the providers random and tls would make, by type. */
const generators: Readonly<Record<string, Generate>> = {
  "random:index/randomPassword:RandomPassword": randomPassword,
  "random:index/randomBytes:RandomBytes": randomBase64AndHex,
  "tls:index/privateKey:PrivateKey": privateKey,
  "tls:index/selfSignedCert:SelfSignedCert": selfSignedCertificate,
  "tls:index/certRequest:CertRequest": certificateRequest,
  "tls:index/locallySignedCert:LocallySignedCert": locallySignedCertificate,
};

type Outputs = (args: MockResourceArgs) => Promise<ReturnType<typeof outputsOf>>;

/** Answers like the providers of passwords and certificates: what `secrets` holds stays, what it lacks is made and put there. */
export function generatingOutputs(secrets: GeneratedSecrets): Outputs {
  return async (args) => {
    const { type, name, custom } = args;
    if (custom === false || !/^(?:random|tls):/.test(type)) return outputsOf(args);
    const inputs = unwrap(args.inputs).value as Inputs;
    const key = keyOf(type, name);
    const before = secrets[key];
    const inputsDigest = digestOf(inputs);
    const current = isCurrent(before, type, inputsDigest) ? before : await make(type, inputs, inputsDigest);
    secrets[key] = current;
    return { id: name, state: { ...inputs, ...current.outputs } };
  };
}

/** As the providers do it: another length, another name or the end of a certificate is a new value. */
const isCurrent = (kept: Kept | undefined, type: string, inputs: string): kept is Kept =>
  kept?.type === type &&
  kept.inputs === inputs &&
  (kept.renewAt === undefined || Date.now() < new Date(kept.renewAt).getTime());

async function make(type: string, inputs: Inputs, digest: string): Promise<Kept> {
  const generate = generators[type];
  if (generate === undefined) throw new SecretsError(`--secrets can not make a ${type}`);
  const { outputs, renewAt } = await generate(inputs);
  return { type, inputs: digest, ...(renewAt && { renewAt: renewAt.toISOString() }), outputs };
}

/** Keys of authorities are among the inputs: a digest tells nothing of them. */
const digestOf = (inputs: Inputs): string => createHash("sha256").update(JSON.stringify(inputs)).digest("hex");
